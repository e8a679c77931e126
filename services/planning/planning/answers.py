"""What can be asked of the planning service."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from planning import rows
from planning.cadre import cadre
from planning.chain_lists import TheChain, TheSteps, chain, steps
from planning.listing import (
    Departments,
    Names,
    Plans,
    Roster,
    ThePerson,
    Units,
    departments,
    names,
    person,
    plans,
    plans_of,
    roster,
    units,
)
from planning.plan import plan
from planning.privacy import Request, privacy
from planning.returning import lying
from planning.rows import line_rows
from planning.unit import unit
from shared.asking import Answer, Inside, Page, Then, page_of
from shared.clock import today
from shared.grounds import grounds
from shared.language.planning import ORGANISATION, PlanApproved
from shared.language.privacy import PRIVACY
from shared.messages import Question
from shared.refused import Refused
from shared.values import Key, Quarter

_REGIME = "regime/"
_AT_ONCE = 500


class Rows(Page):
    """Sổ: the rows of one file of the register, as they stand (DOMAIN.md §4)."""

    file: Literal["cadres.csv", "units.csv", "assignments.csv", "leave.csv", "plans.csv"]
    year: int


class OfYear(Then):
    """Chế độ của năm: the regime as last amended, with the number of its version."""

    year: int


class Years(Question):
    """Các năm đã ban hành chế độ."""


class TheYear(Question):
    """Năm đang xem: the year named where it is enacted, else today's, else the last; its regime."""

    year: int | None = None


class ThePlan(Then):
    """Kế hoạch quý của một cán bộ: its lines as they stand, and where in the chain it lies."""

    cadre: Key
    quarter: Quarter
    year: int | None = None


class TheConsolidated(Then):
    """Kế hoạch chung: what lies at one step and place of the chain.

    ``department`` is the place, where the step's scope is department; ``of`` leaves out what was
    not submitted from that department.
    """

    quarter: Quarter
    step: int
    department: Key | None = None
    of: Key | None = None
    year: int | None = None


class Requests(Page):
    """Yêu cầu về dữ liệu cá nhân: who asked for what, by when it is due, what was answered."""


class TheErasure(Question):
    """Việc xoá dữ liệu của một người: who asked for it, who approved it, whether it is done."""

    cadre: Key


class Grounds(Question):
    """Căn cứ của phiếu năm: a cadre's own entries here, file and plans, with their leaves."""

    cadre: Key
    year: int


class Approvals(Question):
    """Căn cứ của kế hoạch chung: the last approval of a plan of the quarter, with its leaf.

    Of the cadres of a department, or of all; ``plans`` counts those that stand approved.
    """

    quarter: Quarter
    year: int | None = None
    department: Key | None = None


class RowKey(Question):
    """Khoá của mã lệnh nhập sổ: with it, ids of rows are no bare digests of names."""


def _rows(inside: Inside, question: Rows) -> dict[str, Any]:
    inside = inside.then(question.as_of, question.known_at)
    prefix, of = _FILES[question.file]
    prefix = prefix.format(year=question.year)
    return page_of(inside, prefix, question, lambda stream: of(inside, stream, question.year))


def _cadres(inside: Inside, stream: str, _: int) -> list[rows.Row]:
    found = inside.shelf.state(cadre, stream)
    return [rows.cadre_row(found)] if found else []


def _units(inside: Inside, stream: str, _: int) -> list[rows.Row]:
    found = inside.shelf.state(unit, stream)
    return [rows.unit_row(found)] if found else []


def _assignments(inside: Inside, stream: str, _: int) -> list[rows.Row]:
    found = inside.shelf.state(cadre, stream)
    return rows.assignment_rows(found) if found else []


def _leave(inside: Inside, stream: str, year: int) -> list[rows.Row]:
    found = inside.shelf.state(cadre, stream)
    return rows.leave_rows(found, year) if found else []


def _plans(inside: Inside, stream: str, _: int) -> list[rows.Row]:
    return rows.plan_rows(inside.shelf.state(plan, stream))


_FILES: dict[str, tuple[str, Callable[[Inside, str, int], list[rows.Row]]]] = {
    "cadres.csv": ("cadre/", _cadres),
    "units.csv": ("unit/", _units),
    "assignments.csv": ("cadre/", _assignments),
    "leave.csv": ("cadre/", _leave),
    "plans.csv": ("plan/{year}/", _plans),
}


def _regime(inside: Inside, question: OfYear) -> dict[str, Any]:
    inside = inside.then(question.as_of, question.known_at)
    enacted = inside.known.enacted(question.year)
    if enacted is None:
        raise Refused("unknown-regime", year=question.year)
    return {
        "regime": enacted.current.model_dump(mode="json"),
        "version": len(enacted.versions),
    }


def _years(inside: Inside, _: Years) -> dict[str, Any]:
    return {"years": _enacted(inside)}


def _year(inside: Inside, question: TheYear) -> dict[str, Any]:
    years = _enacted(inside)
    wanted = (question.year, today().year, max(years, default=None))
    year = next((one for one in wanted if one in years), None)
    regime = None if year is None else inside.known.the_regime(year).model_dump(mode="json")
    return {"years": years, "year": year, "regime": regime}


def _enacted(inside: Inside) -> list[int]:
    return [int(one.removeprefix(_REGIME)) for one in inside.ledger.streams(_REGIME)]


def _plan(inside: Inside, question: ThePlan) -> dict[str, Any]:
    inside = inside.then(question.as_of, question.known_at)
    year = question.year or int(question.quarter[:4])
    stream = f"plan/{year}/{question.quarter}/{question.cadre}"
    found, cadre = inside.shelf.state(plan, stream), inside.known.cadre(question.cadre)
    return {
        "cadre": question.cadre,
        "quarter": question.quarter,
        "lines": line_rows(found),
        "lies": [
            {
                "step": at.step,
                "place": at.place,
                "lines": list(at.received.submission.lines),
                "consolidated": at.received.consolidated,
                "since": at.received.on,
            }
            for at in (lying(year, question.quarter, cadre, inside.known) if cadre else ())
        ],
    }


def _consolidated(inside: Inside, question: TheConsolidated) -> dict[str, Any]:
    inside = inside.then(question.as_of, question.known_at)
    year = question.year or int(question.quarter[:4])
    place = question.department or ORGANISATION
    found = inside.known.consolidated(year, question.quarter, question.step, place)
    return {
        "place": place,
        "plans": [
            {
                "cadre": one.submission.cadre,
                "department": one.submission.department,
                "lines": list(one.submission.lines),
                "consolidated": one.consolidated,
            }
            for one in found.received.values()
            if question.of in (None, one.submission.department)
        ],
    }


def _requests(inside: Inside, question: Requests) -> dict[str, Any]:
    def rows(stream: str) -> list[dict[str, Any]]:
        found = inside.shelf.state(privacy, stream)
        return [_request(one) for one in found.requests.values()]

    return page_of(inside, PRIVACY, question, rows)


def _request(one: Request) -> dict[str, Any]:
    answered = one.answered
    return {
        **one.recorded.model_dump(mode="json"),
        "answered": answered
        and answered.model_dump(mode="json", include={"outcome", "answer", "by", "on"}),
    }


def _grounds(inside: Inside, question: Grounds) -> dict[str, Any]:
    years = (question.year - 1, question.year, question.year + 1)  # a window may begin in another
    quarters = (f"{year}-Q{number}" for year in years for number in range(1, 5))
    plans = (f"plan/{question.year}/{one}/{question.cadre}" for one in quarters)
    return {"entries": grounds(inside.ledger, [f"cadre/{question.cadre}", *plans])}


def _approvals(inside: Inside, question: Approvals) -> dict[str, Any]:
    year = question.year or int(question.quarter[:4])
    people = plans_of(inside, year, question.quarter, question.department)
    last: dict[str, Any] | None = None
    approved: set[str] = set()
    for at in range(0, len(people), _AT_ONCE):
        for one in grounds(inside.ledger, people[at : at + _AT_ONCE]):
            if one["type"] == PlanApproved.type:
                approved.add(one["stream"])
                last = max(last or one, one, key=lambda found: int(found["position"]))
    return {"entry": last, "plans": len(approved)}


def _erasure(inside: Inside, question: TheErasure) -> dict[str, Any]:
    found = inside.shelf.state(privacy, f"{PRIVACY}{question.cadre}")
    return {
        "asked": found.asked and found.asked.model_dump(mode="json"),
        "approved": found.approved and found.approved.model_dump(mode="json"),
        "erased": found.erased,
    }


def _row_key(inside: Inside, _: RowKey) -> dict[str, Any]:
    return {"key": inside.ledger.seals.row_key}


ANSWERS: dict[str, Answer] = {
    "rows": (Rows, _rows),
    "regime": (OfYear, _regime),
    "years": (Years, _years),
    "year": (TheYear, _year),
    "plan": (ThePlan, _plan),
    "consolidated": (TheConsolidated, _consolidated),
    "requests": (Requests, _requests),
    "grounds": (Grounds, _grounds),
    "approvals": (Approvals, _approvals),
    "erasure": (TheErasure, _erasure),
    "row-key": (RowKey, _row_key),
    "person": (ThePerson, person),
    "roster": (Roster, roster),
    "departments": (Departments, departments),
    "units": (Units, units),
    "names": (Names, names),
    "plans": (Plans, plans),
    "chain": (TheChain, chain),
    "steps": (TheSteps, steps),
}
