"""The whole at a glance (tổng quan): counts and sums by department, over the rows of the view.

Nobody's year is folded for it: the database adds up what stands in the rows.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from pydantic import Field

from appraisal.listing import refuse_unbuilt
from appraisal.reasons import number
from appraisal.standing import NEVER, STANDING
from shared.asking import Inside
from shared.values import Text
from shared.views import OfView, Row

_MANY = 10_000
"""More groups than any organisation has departments, or a year days."""
_DAYS = 8
"""So many days on which something is due next are told."""
_SUMS = ("credited", "target", "shortfall")


class Overview(OfView):
    """Tổng quan tình hình thực hiện chế độ: of all, or of one department.

    Of each department how many cadres have which status, how many are late, and the days
    credited, owed and missing of all of them; then the days on which something is due next,
    and for how many cadres.
    """

    view: ClassVar[str] = STANDING.name
    year: int = Field(ge=1, le=9999)
    department: Text | None = None


def overview(inside: Inside, question: Overview) -> dict[str, Any]:
    """``{"departments", "due", "as_of", "positions"}``."""
    where: str = "year = ?"
    values: list[Any] = [question.year]
    if question.department is not None:
        where, values = f"{where} AND department = ?", [*values, question.department]
    sums = ", ".join(f"sum({one}) AS {one}" for one in _SUMS)
    tables = inside.views.tables
    found = tables.sums(
        STANDING,
        f"department, status, count(*) AS cadres, {sums}, "
        f"sum(CASE WHEN late_since < '{NEVER}' THEN 1 ELSE 0 END) AS late",
        where,
        values,
        "department, status",
        _MANY,
    )
    due = tables.sums(
        STANDING,
        "due_next AS day, count(*) AS cadres",
        f"{where} AND due_next < ?",
        [*values, NEVER],
        "due_next",
        _DAYS,
    )
    if found is None or due is None:
        refuse_unbuilt(inside)
    table, rows, as_of = found
    return {
        "departments": _departments(rows),
        "due": [{"on": row["day"], "cadres": row["cadres"]} for row in due[1]],
        "as_of": as_of,
        "positions": dict(table.positions),
    }


def _departments(rows: Iterable[Row]) -> list[Row]:
    """One of each department, of the rows by department and status."""
    found: dict[str, Row] = {}
    for row in rows:
        name = row["department"]
        none = {"department": name, "cadres": 0, "late": 0, "status": {}, **dict.fromkeys(_SUMS, 0)}
        one = found.setdefault(name, none)
        one["status"][row["status"]] = row["cadres"]
        # PostgreSQL sums whole numbers to a decimal
        for field in ("cadres", "late", *_SUMS):
            one[field] += int(row[field])
    return [{**one, **{field: number(one[field]) for field in _SUMS}} for one in found.values()]
