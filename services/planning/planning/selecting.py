"""Selecting from planning's lists (``lists.py``): conditions, counts, a join with themselves."""

from __future__ import annotations

from typing import Any, ClassVar

from planning.lists import LISTS
from shared.asking import Inside
from shared.refused import Refused
from shared.view_database import Table
from shared.views import OfView, Row

MANY = 100_000
"""More people, or plans of a quarter, than there are."""


class Listed(OfView):
    """A question that the lists answer."""

    view: ClassVar[str] = LISTS.name


Part = tuple[str, list[Any]]
"""A condition in SQL, or a join, and its values."""
ALONE: Part = ("", [])


def select(
    inside: Inside,
    kind: str,
    parts: list[Part],
    limit: int = MANY,
    order: str = "id",
    columns: tuple[str, ...] = (),
    join: Part = ALONE,
) -> list[Row]:
    """Rows of a kind that meet all parts (``ViewTables.select``).

    Raises Refused ``not-yet`` while the view is not built.
    """
    where, values = _where(kind, parts, join)
    tables = inside.views.tables
    return _found(inside, tables.select(LISTS, where, values, order, limit, columns, join[0]))


def counted(inside: Inside, what: str, parts: list[Part], join: Part, group: str) -> list[Row]:
    """Sums over groups of cadres (``ViewTables.sums``). Raises as :func:`select`."""
    where, values = _where("cadre", parts, join)
    return _found(
        inside, inside.views.tables.sums(LISTS, what, where, values, group, MANY, join[0])
    )


def _where(kind: str, parts: list[Part], join: Part) -> tuple[str, list[Any]]:
    where = " AND ".join(["own.kind = ?", *(part for part, _ in parts)])
    return where, [*join[1], kind, *(value for _, values in parts for value in values)]


def _found(inside: Inside, found: tuple[Table, list[Row], str] | None) -> list[Row]:
    if found is None:
        last = inside.views.tables.last_build(LISTS.name)
        built = {"done": last.done, "total": last.total} if last else {}
        raise Refused("not-yet", view=LISTS.name, building=built)
    return found[1]


def one_of(column: str, values: list[str]) -> Part:
    """The column holds one of these; of none, nothing does."""
    marks = ", ".join("?" * len(values))
    return (f"{column} IN ({marks})", list(values)) if values else ("1 = 0", [])


def people_of(inside: Inside, department: str | None) -> list[str]:
    """The keys of those in a department today; of all where none is named."""
    parts = [] if department is None else [("department = ?", [department])]
    return [one["id"] for one in select(inside, "cadre", parts, columns=("id",))]
