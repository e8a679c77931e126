"""The map of a year's visits (bản đồ nhiệt lượt đi): units by months, and whom nobody visited."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any, ClassVar, Literal
from weakref import WeakKeyDictionary

from pydantic import Field
from pydantic_core import from_json

from shared.asking import Inside
from shared.keeper import Keeper
from shared.recording import Mark
from shared.refused import Refused
from shared.values import Text
from shared.view_database import Table
from shared.views import OfView, Row, plain
from visits.unit_months import UNIT_MONTHS

_MANY = 1_000_000
"""More diaries, or units, than there are."""
_BETWEEN = "|"

Units = dict[str, list[int]]
"""The visits of each unit, by month."""


class UnitMonths(OfView):
    """Lượt đi của năm theo cơ sở và tháng: those visited most first; ``after`` is the ``next``.

    ``visited`` false gives the units that exist in the year and that nobody has visited in it, in
    the order of their keys. ``search`` gives beginnings of words of the name, key or code.
    """

    view: ClassVar[str] = UNIT_MONTHS.name
    year: int = Field(ge=1, le=9999)
    visited: bool = True
    search: Text = ""
    after: Text = ""
    limit: int = Field(default=50, ge=1, le=500)


def unit_months(inside: Inside, question: UnitMonths) -> dict[str, Any]:
    """``{"rows", "next", "months", "visits", "visited", "unvisited"}``; sums are of all units."""
    year = question.year
    visits = _visits(inside, year)
    units = {one["unit"]: one for one in _select(inside, "unit", 0)[1]}
    rows = [_row(units.get(unit, {"unit": unit}), months) for unit, months in visits.items()]
    unvisited = [
        _row(one, [0] * 12)
        for unit, one in units.items()
        if unit not in visits and one["first"] <= f"{year:04}-12-31" and one["last"] >= f"{year:04}"
    ]
    words = [f" {word}" for word in plain(question.search).split()]
    asked = rows if question.visited else unvisited
    page, behind = _page([one for one in asked if _has(units, one, words)], question)
    return {
        "rows": page,
        "next": behind,
        "months": [sum(months) for months in zip(*visits.values(), strict=True)] or [0] * 12,
        "visits": sum(map(sum, visits.values())),
        "most": max((count for months in visits.values() for count in months), default=0),
        "visited": len(rows),
        "unvisited": len(unvisited),
    }


def _select(
    inside: Inside, kind: Literal["diary", "unit"], year: int, columns: tuple[str, ...] = ()
) -> tuple[Table, list[Row]]:
    found = inside.views.tables.select(
        UNIT_MONTHS, "kind = ? AND year = ?", [kind, year], "kind", _MANY, columns
    )
    if found is None:
        last = inside.views.tables.last_build(UNIT_MONTHS.name)
        built = {"done": last.done, "total": last.total} if last else {}
        raise Refused("not-yet", view=UNIT_MONTHS.name, building=built)
    return found[0], found[1]


class _Tally:
    """The visits of one year's diaries together, as the rows last read had them.

    Only diaries whose row has changed since are counted again: it is always their sum.
    """

    def __init__(self) -> None:
        self.read: tuple[str, Mark] | None = None
        self._counts: dict[str, str] = {}
        self._total: Counter[str] = Counter()

    def take(self, rows: Iterable[Row]) -> None:
        """All rows of the year."""
        found = {row["key"]: row["counts"] for row in rows}
        for key, counts in self._counts.items():
            if found.get(key) != counts:
                self._total.subtract(from_json(counts))
        for key, counts in found.items():
            if self._counts.get(key) != counts:
                self._total.update(from_json(counts))
        self._counts = found

    @property
    def units(self) -> Units:
        """The visits of each unit, by month."""
        found: Units = {}
        for at, count in self._total.items():
            if count:
                month, _, unit = at.partition("/")
                found.setdefault(unit, [0] * 12)[int(month) - 1] = count
        return found


_TALLIES: WeakKeyDictionary[Keeper, dict[int, _Tally]] = WeakKeyDictionary()
"""Of each keeper's view the years that were asked for."""


def _visits(inside: Inside, year: int) -> Units:
    """The visits of all diaries of a year together."""
    tally = _TALLIES.setdefault(inside.views, {}).setdefault(year, _Tally())
    live = inside.views.tables.live(UNIT_MONTHS.name)
    if live is None or tally.read != (live.name, live.mark):
        table, rows = _select(inside, "diary", year, ("key", "counts"))
        tally.take(rows)
        tally.read = table.name, table.mark
    return tally.units


def _row(unit: Row, months: list[int]) -> Row:
    return {
        "unit": unit["unit"],
        "name": unit.get("name", ""),
        "level": unit.get("level", ""),
        "months": months,
        "visits": sum(months),
    }


def _has(units: dict[str, Row], one: Row, words: list[str]) -> bool:
    text = units.get(one["unit"], {}).get("words") or f" {plain(one['unit'])}"
    return all(word in text for word in words)


def _page(rows: list[Row], question: UnitMonths) -> tuple[list[Row], str]:
    """The page behind ``after``, and what the next one is behind."""
    rows = sorted(rows, key=_place)
    if question.after:
        count, _, unit = question.after.partition(_BETWEEN)
        if not count.isascii() or not count.isdigit() or len(count) > 9:
            raise Refused("malformed", faults=[{"path": "after", "reason": "of no page"}])
        rows = [one for one in rows if _place(one) > (-int(count), unit)]
    page = rows[: question.limit]
    more = len(rows) > len(page)
    return page, f"{page[-1]['visits']}{_BETWEEN}{page[-1]['unit']}" if more else ""


def _place(row: Row) -> tuple[int, str]:
    return -row["visits"], row["unit"]
