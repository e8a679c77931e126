"""The history (lịch sử) of a cadre, a plan, a visit, or whatever bears a name in the ledgers.

In words: who did what, when it was done and when recorded, on whose authority, by which command.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from console.audit.books import Books
from shared.history import Teller
from shared.language.planning import ConsolidatedFact
from shared.language.visits import ReportFact
from shared.messages import Fact
from shared.recorded import Recorded
from shared.refused import Refused

_KINDS = ("cadre", "unit", "leave", "line", "visit", "report", "product", "difficulty")
"""What bears a name: a fact concerns it where its field of that name, or a list, holds it."""
_LISTS = {"line": "lines", "cadre": "cadres"}


def history(
    books: Books, name: str, as_of: date | None = None, known_at: str | None = None
) -> dict[str, Any]:
    """Everything recorded about a name, in the order in which it was done.

    A name is an id (``lv-1``), one with its kind (``visit/lv-1``) or a stream
    (``plan/2019/2019-Q1/cb-an``). Raises Refused ``unknown-name`` or ``ambiguous-name``.
    """
    books = books.known_at(known_at)
    about = find(books, name)
    chosen = [one for one in books if one.fact is not None and concerns(one, about)]
    return {
        "about": about,
        "as_of": as_of and as_of.isoformat(),
        "known_at": known_at,
        "events": Teller(books).events(chosen, as_of),
    }


def find(books: Books, name: str) -> str:
    """The kind and id, or the stream, that a name leads to."""
    found: set[str] = set()
    for one in books:
        if one.fact is None:
            continue
        if one.stream == name:
            return name
        for kind in _KINDS:
            bare = name.removeprefix(f"{kind}/")
            if bare in _names(one.fact, kind):
                found.add(f"{kind}/{bare}")
    if not found:
        raise Refused("unknown-name", name=name)
    if len(found) > 1 and name not in found:
        raise Refused("ambiguous-name", name=name, instead=sorted(found))
    return name if name in found else found.pop()


def _names(fact: Fact, kind: str) -> tuple[str, ...]:
    """What of a kind a fact names."""
    one, several = getattr(fact, kind, ""), getattr(fact, _LISTS.get(kind, ""), ())
    return (one, *several) if one else tuple(several)


def concerns(one: Recorded, about: str) -> bool:
    """Whether an entry belongs to the history of a kind and id, or of a stream."""
    kind, _, id = about.partition("/")
    fact = one.fact
    if fact is None:
        return False
    if one.stream == about:
        return True
    if kind == "plan":
        return isinstance(fact, ConsolidatedFact) and _of_plan(fact, about)
    if kind == "visit" and isinstance(fact, ReportFact):
        return getattr(fact, "period", "") == id
    return kind in _KINDS and id in _names(fact, kind)


def _of_plan(fact: ConsolidatedFact, about: str) -> bool:
    """Whether an act on consolidated plans was on this one."""
    _, year, quarter, cadre = about.split("/", 3)
    whose = (getattr(fact, "cadre", None), *getattr(fact, "cadres", ()))
    return (str(fact.year), fact.quarter) == (year, quarter) and cadre in whose
