"""What waits for those above (việc chờ xác nhận, nghiệm thu, trả lời), as a view for lists.

A row a diary, report, product report and difficulty, with how much of it is open; and a row a
cadre, for the department as of the day. What a list then shows is folded from the stream itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from shared.deciding import Decider, Streams
from shared.language.planning import CadreAppointed, CadreFact
from shared.messages import Fact
from shared.rights import holder
from shared.views import Named, Row, View
from visits.acceptance import Paper
from visits.diary import Visit, diary
from visits.difficulty import Difficulty, difficulty
from visits.product import product
from visits.report import report

NEVER = date.max.isoformat()
"""Since when that waits which does not."""


def unconfirmed(visit: Visit) -> bool:
    """Chờ xác nhận: whether the visit waits to be confirmed."""
    return visit.confirmed_on is None and visit.voided_on is None


def unaccepted(paper: Paper) -> bool:
    """Chờ nghiệm thu: handed in, and neither accepted nor returned."""
    return paper.accepted_on is None and paper.returned_on is None


def unanswered(one: Difficulty) -> bool:
    """Chờ trả lời: raised, perhaps escalated, and neither answered nor closed."""
    return one.answered_on is None and one.closed_on is None


def row(streams: Streams, key: str, day: date) -> Row | None:
    """The row of a stream; None where nothing is recorded in it."""
    kind, _, rest = key.partition("/")
    match kind:
        case "cadre":
            found = streams.state(holder, key)
            if found is None:
                return None
            name = streams.state(_NAME, key)
            return {
                **_row(key, rest, 0, None, 0),
                "department": found.department(day),
                "role": found.role(day).value,
                "name": name,
            }
        case "diary":
            visits = streams.state(diary, key).visits.values()
            if not visits:
                return None
            year, _, cadre = rest.partition("/")
            open_ = [one.logged_on for one in visits if unconfirmed(one)]
            return _row(key, cadre, int(year), min(open_, default=None), len(open_))
        case "report":
            handed_in = streams.state(report, key)
            return _paper(key, handed_in, handed_in.paper) if handed_in else None
        case "product":
            made = streams.state(product, key)
            return _paper(key, made, made.paper) if made else None
        case _:
            raised = streams.state(difficulty, key)
            if raised is None:
                return None
            since = raised.raised_on if unanswered(raised) else None
            return _row(key, raised.cadre, raised.year, since, int(since is not None))


def _paper(stream: str, one: Any, paper: Paper) -> Row:
    since = paper.submitted_on if unaccepted(paper) else None
    return _row(stream, one.cadre, one.year, since, int(since is not None))


def _row(
    stream: str,
    cadre: str,
    year: int,
    since: date | None,
    waiting: int,
) -> Row:
    return {
        "kind": stream.partition("/")[0],
        "stream": stream,
        "cadre": cadre,
        "department": "",
        "role": "",
        "name": "",
        "year": year,
        "since": since.isoformat() if since else NEVER,
        "waiting": waiting,
    }


def touched(stream: str, named: Named) -> Iterator[str]:
    """A stream concerns its own row; one who is erased, the cadre's."""
    kind, _, rest = stream.partition("/")
    if kind in ("cadre", "diary", "report", "product", "difficulty"):
        yield stream
    elif kind == "privacy":
        yield f"cadre/{rest}"


def _name_after(name: str, fact: Fact) -> str:
    match fact:
        case CadreAppointed():
            return fact.name
        case CadreFact():
            return name
        case _:
            raise TypeError(f"no fact of a cadre: {fact!r}")


def _heard(_state: str, _command: Any, _known: Any) -> list[Fact]:
    raise TypeError("a cadre's file is kept by planning")


_NAME: Decider[str] = Decider("name", str, _heard, _name_after)

WAITING = View(
    name="waiting",
    version=2,
    columns={
        "kind": "text",
        "stream": "text",
        "cadre": "text",
        "department": "text",
        "role": "text",
        "name": "text",
        "year": "integer",
        "since": "text",
        "waiting": "integer",
    },
    indexes=(
        ("kind", "department", "cadre"),
        ("kind", "role", "cadre"),
        ("cadre", "kind", "year"),
        ("since", "stream", "waiting", "cadre"),
    ),
    every=("cadre/", "diary/", "report/", "product/", "difficulty/"),
    touched=touched,
    row=row,
)
