"""Where each cadre stands (tình hình thực hiện chế độ), a row a cadre and year, for lists.

A row is ``assess`` of the cadre's year as of the day it is judged on: today, also for years
that are over. An act of today may still be dated in an old year (a late report accepted, a visit
voided), so no day is known from which on nothing changes; every row is judged again when the
day changes. Days are counted in half-days.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from appraisal.person import person
from appraisal.regimes import regimes
from appraisal.rules import assess
from appraisal.year import cadre_year
from shared.deciding import Streams
from shared.rights import holder
from shared.views import Named, Row, View, plain

NEVER = date.max.isoformat()
"""The day of what is not late, or not due: behind all others in any order."""


def row(streams: Streams, key: str, day: date) -> Row | None:
    """The row of ``<year>/<cadre>``; None for whom nobody appointed, or without a regime."""
    year, _, cadre = key.partition("/")
    version = streams.state(regimes, f"regime/{year}").in_force(day)
    who = streams.state(person, f"cadre/{cadre}")
    if version is None or not who.known:
        return None
    file = streams.state(holder, f"cadre/{cadre}")
    found = assess(who, streams.state(cadre_year, f"year/{key}"), version.regime, day)
    unmet = [one.due for one in found.conditions if one.state == "unmet"]
    pending = [one.due for one in found.conditions if one.state == "pending"]
    return {
        "year": int(year),
        "cadre": cadre,
        "name": who.name,
        "words": f" {plain(who.name)} {plain(cadre)}",
        "department": file.department(day) if file else who.department,
        "status": found.status,
        "credited": found.credited,
        "target": found.target,
        "shortfall": found.shortfall,
        "unmet": len(unmet),
        "pending": len(pending),
        "late_since": min(unmet, default=date.max).isoformat(),
        "due_next": min(pending, default=date.max).isoformat(),
    }


def touched(stream: str, named: Named) -> Iterator[str]:
    """The keys that a stream concerns: a regime all cadres, a cadre, or one erased, all years."""
    kind, _, rest = stream.partition("/")
    match kind:
        case "regime":
            yield from (f"{rest}/{one.removeprefix('cadre/')}" for one in named("cadre/"))
        case "cadre" | "privacy":
            yield from (f"{one.removeprefix('regime/')}/{rest}" for one in named("regime/"))
        case "year":
            yield rest


_SORTS = (("cadre",), ("shortfall DESC", "cadre"), ("late_since", "cadre"))

STANDING = View(
    name="standing",
    version=2,
    columns={
        "year": "integer",
        "cadre": "text",
        "name": "text",
        "words": "text",
        "department": "text",
        "status": "text",
        "credited": "integer",
        "target": "integer",
        "shortfall": "integer",
        "unmet": "integer",
        "pending": "integer",
        "late_since": "text",
        "due_next": "text",
    },
    # The words stand in the index: a search reads it, not the rows.
    indexes=tuple(
        index
        for sort in _SORTS
        for index in (
            ("year", *sort, "words"),
            ("year", "department", *sort),
            ("year", "status", *sort),
        )
    ),
    every=("regime/",),
    touched=touched,
    row=row,
)
