"""Lists of visits (danh sách): what waits for those above, and one cadre's papers of a year."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, ClassVar

from msgspec.structs import asdict
from pydantic import Field

from shared.asking import Inside
from shared.refused import Refused
from shared.values import Key, Role
from shared.views import OfView, Row
from visits import rows
from visits.acceptance import Paper
from visits.diary import Visit, diary
from visits.difficulty import Difficulty, difficulty
from visits.product import product
from visits.report import report
from visits.waiting import NEVER, WAITING, unconfirmed

_MANY = 100_000
"""More people than any department, or papers than any year of a cadre, has."""


class Waiting(OfView):
    """Việc chờ: unconfirmed visits, reports and products handed in, difficulties unanswered.

    Of a department's people as of today, or of all; the longest waiting first. A page has the
    items of ``limit`` papers at most, of a diary all its visits at once.
    """

    view: ClassVar[str] = WAITING.name
    department: Key | None = None
    below: Role | None = None
    """Only of people whose role today is lower than this one."""
    after: str = Field(default="", max_length=500)
    limit: int = Field(default=50, ge=1, le=200)


class OfCadreYear(OfView):
    """A question on one cadre's papers of one year."""

    view: ClassVar[str] = WAITING.name
    cadre: Key
    year: int


class Reports(OfCadreYear):
    """Báo cáo thu hoạch của một cán bộ trong năm: sections, state, why returned."""


class Products(OfCadreYear):
    """Báo cáo sản phẩm của một cán bộ trong năm."""


class Grounds(OfCadreYear):
    """Căn cứ của báo cáo và phiếu năm: a cadre's own entries of a year here, with their leaves."""


class Difficulties(OfView):
    """Khó khăn, vướng mắc trong năm: of a cadre, of a department's people, or all."""

    view: ClassVar[str] = WAITING.name
    year: int
    cadre: Key | None = None
    department: Key | None = None


# --- the view's rows --------------------------------------------------------------------------


def _select(inside: Inside, where: str, values: list[Any], order: str, limit: int) -> list[Row]:
    found = inside.views.tables.select(WAITING, where, values, order, limit)
    if found is None:
        last = inside.views.tables.last_build(WAITING.name)
        built = {"done": last.done, "total": last.total} if last else {}
        raise Refused("not-yet", view=WAITING.name, building=built)
    return found[1]


def _people(inside: Inside, where: str, values: list[Any]) -> dict[str, Row]:
    found = _select(inside, f"kind = 'cadre' AND {where}", values, "cadre", _MANY)
    return {one["cadre"]: one for one in found}


def _in_department(inside: Inside, department: str | None) -> tuple[str, list[Any]]:
    """The condition that a paper is of one of a department's people."""
    if department is None:
        return "1 = 1", []
    people = list(_people(inside, "department = ?", [department]))
    return _one_of("cadre", people), people


def _below(inside: Inside, role: Role | None) -> tuple[str, list[Any]]:
    """The condition that a paper is of nobody with this role or a higher one: they are few."""
    if role is None:
        return "1 = 1", []
    high = [one.value for one in Role if one.rank >= role.rank]
    people = list(_people(inside, _one_of("role", high), high))
    return f"NOT ({_one_of('cadre', people)})", people


def _one_of(column: str, values: list[str]) -> str:
    return f"{column} IN ({', '.join('?' * len(values))})" if values else "1 = 0"


def _keys(found: list[Row]) -> list[str]:
    return [one["stream"] for one in found]


# --- waiting ----------------------------------------------------------------------------------


def waiting(inside: Inside, question: Waiting) -> dict[str, Any]:
    """``{"rows", "next"}``; of each its ``what``, ``id``, whose it is, ``since``, ``detail``."""
    of, values = _in_department(inside, question.department)
    lower, people_above = _below(inside, question.below)
    # What does not wait stands at the end of the index: it is never read.
    where = f"since < ? AND waiting > 0 AND {of} AND {lower}"
    values = [NEVER, *values, *people_above]
    if question.after:
        since, _, key = question.after.partition("|")
        where, values = f"{where} AND (since, stream) > (?, ?)", [*values, since, key]
    found = _select(inside, where, values, "since, stream", question.limit + 1)
    page = found[: question.limit]
    whose = sorted({one["cadre"] for one in page})
    people = _people(inside, _one_of("cadre", whose), list(whose))
    items = [item for one in page for item in _items(inside, one, people.get(one["cadre"], {}))]
    last = page[-1] if len(found) > len(page) else None
    return {"rows": items, "next": f"{last['since']}|{last['stream']}" if last else ""}


def _items(inside: Inside, one: Row, person: Row) -> Iterator[dict[str, Any]]:
    whose = {
        "cadre": one["cadre"],
        "name": person.get("name", ""),
        "department": person.get("department", ""),
        "year": one["year"],
    }
    for what, id, since, detail in _DETAILS[one["kind"]](inside, one["stream"]):
        yield {"what": what, "id": id, **whose, "since": since, "detail": detail}


_Detail = tuple[str, str, Any, dict[str, Any]]


def _of_diary(inside: Inside, stream: str) -> Iterator[_Detail]:
    found = inside.shelf.state(diary, stream)
    shown = {one["visit"]: one for one in rows.visit_rows(found)}
    for visit in found.visits.values():
        if unconfirmed(visit):
            detail = {**shown[visit.visit], **more_of(visit)}
            yield "visit", visit.visit, visit.logged_on, detail


def more_of(visit: Visit) -> dict[str, Any]:
    """What a register's row does not tell of a visit: why it was voided or corrected, its files."""
    return {
        "voided_why": visit.voided_why,
        "corrected_why": visit.corrected_why,
        "files": [asdict(one) for one in visit.files],
    }


def _of_report(inside: Inside, stream: str) -> Iterator[_Detail]:
    found = inside.shelf.state(report, stream)
    if found:
        yield "report", found.report, found.paper.submitted_on, _report(inside, stream)


def _of_product(inside: Inside, stream: str) -> Iterator[_Detail]:
    found = inside.shelf.state(product, stream)
    if found:
        visits = inside.shelf.state(diary, f"diary/{found.year}/{found.cadre}").visits
        trip = visits[found.visit].trip
        went = {"unit": trip.unit, "from": trip.from_.isoformat(), "to": trip.to.isoformat()}
        detail = {**_product(inside, stream), **went}
        yield "product", found.product, found.paper.submitted_on, detail


def _of_difficulty(inside: Inside, stream: str) -> Iterator[_Detail]:
    found = inside.shelf.state(difficulty, stream)
    if found:
        yield "difficulty", found.difficulty, found.raised_on, _difficulty(inside, stream)


_DETAILS: dict[str, Callable[[Inside, str], Iterator[_Detail]]] = {
    "diary": _of_diary,
    "report": _of_report,
    "product": _of_product,
    "difficulty": _of_difficulty,
}


# --- one cadre's papers -----------------------------------------------------------------------


def reports(inside: Inside, question: Reports) -> dict[str, Any]:
    """``{"rows"}``, in the order of their ids."""
    return {"rows": [_report(inside, key) for key in _of_year(inside, "report", question)]}


def products(inside: Inside, question: Products) -> dict[str, Any]:
    """``{"rows"}``, in the order of their ids."""
    return {"rows": [_product(inside, key) for key in _of_year(inside, "product", question)]}


def difficulties(inside: Inside, question: Difficulties) -> dict[str, Any]:
    """``{"rows"}``, in the order of their ids."""
    of, values = _in_department(inside, question.department)
    if question.cadre is not None:
        of, values = f"{of} AND cadre = ?", [*values, question.cadre]
    where = f"kind = 'difficulty' AND year = ? AND {of}"
    found = _select(inside, where, [question.year, *values], "stream", _MANY)
    return {"rows": [_difficulty(inside, key) for key in _keys(found)]}


def papers_of(inside: Inside, question: OfCadreYear) -> list[str]:
    """The streams of a cadre's outcome and product reports of a year."""
    return [key for kind in ("report", "product") for key in _of_year(inside, kind, question)]


def _of_year(inside: Inside, kind: str, question: OfCadreYear) -> list[str]:
    where = "kind = ? AND cadre = ? AND year = ?"
    found = _select(inside, where, [kind, question.cadre, question.year], "stream", _MANY)
    return _keys(found)


def _report(inside: Inside, stream: str) -> dict[str, Any]:
    found = inside.shelf.state(report, stream)
    assert found is not None  # noqa: S101
    return {
        "report": found.report,
        "cadre": found.cadre,
        "year": found.year,
        "period": found.period,
        "sections": dict(found.sections),
        **_state(found.paper),
    }


def _product(inside: Inside, stream: str) -> dict[str, Any]:
    found = inside.shelf.state(product, stream)
    assert found is not None  # noqa: S101
    return {
        "product": found.product,
        "visit": found.visit,
        "cadre": found.cadre,
        "year": found.year,
        "text": found.text,
        **_state(found.paper),
    }


def _state(paper: Paper) -> dict[str, Any]:
    """How a paper stands: ``submitted``, ``returned`` or ``accepted``, by whom and why."""
    state = "accepted" if paper.accepted_on else "returned" if paper.returned_on else "submitted"
    return {
        "state": state,
        "submitted_on": paper.submitted_on,
        "returned_on": paper.returned_on,
        "returned_by": paper.returned_by,
        "returned_why": paper.returned_why,
        "accepted_on": paper.accepted_on,
        "accepted_by": paper.accepted_by,
    }


def _difficulty(inside: Inside, stream: str) -> dict[str, Any]:
    found: Difficulty | None = inside.shelf.state(difficulty, stream)
    assert found is not None  # noqa: S101
    state = "raised"
    if found.closed_on:
        state = "closed"
    elif found.answered_on:
        state = "answered"
    elif found.escalated_on:
        state = "escalated"
    return {
        "difficulty": found.difficulty,
        "cadre": found.cadre,
        "year": found.year,
        "period": found.period,
        "unit": found.unit,
        "text": found.text,
        "state": state,
        "raised_on": found.raised_on,
        "escalated_on": found.escalated_on,
        "escalated_to": found.escalated_to,
        "answered_on": found.answered_on,
        "answer": found.answer,
        "closed_on": found.closed_on,
    }
