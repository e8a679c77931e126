"""Lists of where cadres stand (danh sách): by department, status, lateness or name, by pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar, Literal, NoReturn

from pydantic import Field

from appraisal.reasons import number
from appraisal.rules import Status
from appraisal.standing import NEVER, STANDING
from shared.asking import Inside
from shared.refused import Refused
from shared.values import Text
from shared.views import OfView, Row, plain, searched

Sort = Literal["cadre", "shortfall", "lateness"]
_BETWEEN = "|"
_SLICES = 5
"""So many slices a question may follow the ledger for."""
_MANY = 100_000
"""More cadres, in all years, than a department has."""


class Standings(OfView):
    """Danh sách cán bộ và tình hình thực hiện chế độ; ``after`` is the ``next`` of the page before.

    ``search`` gives the beginnings of words of the name, or of the cadre's key, without
    accents or with. Sorted by cadre, by what is missing (most first) or by lateness (longest
    first); of equals the lower key comes first.
    """

    view: ClassVar[str] = STANDING.name
    year: int = Field(ge=1, le=9999)
    department: Text | None = None
    status: Status | None = None
    late: bool | None = None
    search: Text = ""
    sort: Sort = "cadre"
    after: Text = ""
    limit: int = Field(default=50, ge=1, le=500)


Part = tuple[str, list[Any]]


def _filters(question: Standings) -> Iterator[Part]:
    yield "year = ?", [question.year]
    if question.department is not None:
        yield "department = ?", [question.department]
    if question.status is not None:
        yield "status = ?", [question.status]
    if question.late is not None:
        yield f"late_since {'<' if question.late else '='} ?", [NEVER]
    for part, word in zip(*searched(question.search), strict=True):
        yield part, [word]


def _behind(question: Standings) -> Iterator[Part]:
    """What comes after the last row of the page before."""
    if not question.after:
        return
    value, _, cadre = question.after.partition(_BETWEEN)
    match question.sort:
        case "cadre":
            yield "cadre > ?", [question.after]
        case "lateness":
            yield "(late_since, cadre) > (?, ?)", [value, cadre]
        case "shortfall":
            least = _whole(value)
            yield "shortfall <= ? AND (shortfall < ? OR cadre > ?)", [least, least, cadre]


_ORDER = {
    "cadre": "cadre",
    "shortfall": "shortfall DESC, cadre",
    "lateness": "late_since, cadre",
}


def standings(inside: Inside, question: Standings) -> dict[str, Any]:
    """One page, and how fresh it is: ``as_of`` the oldest day of judging, ``positions``."""
    parts = [*_filters(question), *_behind(question)]
    found = inside.views.tables.select(
        STANDING,
        " AND ".join(part for part, _ in parts),
        [value for _, values in parts for value in values],
        _ORDER[question.sort],
        question.limit + 1,
    )
    if found is None:
        refuse_unbuilt(inside)
    table, rows, as_of = found
    page = rows[: question.limit]
    return {
        "rows": [shown(row) for row in page],
        "next": _next(question.sort, page[-1]) if len(rows) > len(page) else "",
        "as_of": as_of,
        "positions": dict(table.positions),
    }


def people(inside: Inside, department: str, after: str, limit: int) -> tuple[list[str], str]:
    """The cadres of a department, as the view has them, behind a key; and where to go on."""
    for _ in range(_SLICES):
        if inside.views.follow(STANDING):
            break
    where = "department = ? AND cadre > ?"
    found = inside.views.tables.select(STANDING, where, [department, after], "cadre", _MANY)
    if found is None:
        raise Refused("not-yet", view=STANDING.name)
    cadres = list(dict.fromkeys(one["cadre"] for one in found[1]))
    page = cadres[:limit]
    return page, page[-1] if len(cadres) > limit else ""


def refuse_unbuilt(inside: Inside) -> NoReturn:
    """The view is being built for the first time. Raises Refused ``not-yet``."""
    last = inside.views.tables.last_build(STANDING.name)
    built = {"done": last.done, "total": last.total} if last else {}
    raise Refused("not-yet", view=STANDING.name, building=built)


def listed(rows: Iterable[Row], question: Standings) -> dict[str, Any]:
    """One page of rows that stand in no view, as :func:`standings` gives it."""
    sort = question.sort
    chosen = sorted(
        (row for row in rows if _chosen(row, question)), key=lambda row: _key(sort, row)
    )
    if question.after:
        last = _last(question)
        chosen = [row for row in chosen if _key(sort, row) > last]
    page = chosen[: question.limit]
    return {
        "rows": [shown(row) for row in page],
        "next": _next(sort, page[-1]) if len(chosen) > len(page) else "",
    }


def _chosen(row: Row, question: Standings) -> bool:
    return (
        (question.department is None or row["department"] == question.department)
        and (question.status is None or row["status"] == question.status)
        and (question.late is None or question.late == (row["late_since"] < NEVER))
        and all(f" {word}" in row["words"] for word in plain(question.search).split())
    )


def _key(sort: Sort, row: Row) -> tuple[Any, ...]:
    match sort:
        case "cadre":
            return (row["cadre"],)
        case "shortfall":
            return -row["shortfall"], row["cadre"]
        case "lateness":
            return row["late_since"], row["cadre"]


def _last(question: Standings) -> tuple[Any, ...]:
    """The key of the last row of the page before."""
    value, _, cadre = question.after.partition(_BETWEEN)
    match question.sort:
        case "cadre":
            return (question.after,)
        case "lateness":
            return value, cadre
        case "shortfall":
            return -_whole(value), cadre


def _whole(value: str) -> int:
    if not value.isascii() or not value.isdigit() or len(value) > 9:
        raise Refused("malformed", faults=[{"path": "after", "reason": "of no page"}])
    return int(value)


def _next(sort: Sort, row: Row) -> str:
    match sort:
        case "cadre":
            return str(row["cadre"])
        case "shortfall":
            return f"{row['shortfall']}{_BETWEEN}{row['cadre']}"
        case "lateness":
            return f"{row['late_since']}{_BETWEEN}{row['cadre']}"


def shown(row: Row) -> Row:
    """A row as JSON gives it: days instead of half-days, nothing instead of never."""
    days = {name: number(row[name]) for name in ("credited", "target", "shortfall")}
    dates = {name: _day(row[name]) for name in ("late_since", "due_next")}
    return {name: value for name, value in {**row, **days, **dates}.items() if name != "words"}


def _day(text: str) -> str | None:
    return None if text == NEVER else text
