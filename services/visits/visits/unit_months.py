"""Which unit was visited in which month how often (lượt đi theo cơ sở và tháng), as a view.

A row a diary, with its visits counted by unit and month; and a row a base unit, with what a list
shows of it. A visit counts once, in the month of its first day; one that is voided not at all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

from pydantic_core import to_json

from shared.deciding import Decider, Streams
from shared.language.planning import UnitClosed, UnitFact, UnitRegistered
from shared.messages import Fact
from shared.views import Named, Row, View, plain
from visits.diary import Diary, diary

EVER, NEVER = date.min.isoformat(), date.max.isoformat()
"""Open ends, first and last."""

_EMPTY: Row = {
    "kind": "",
    "year": 0,
    "unit": "",
    "name": "",
    "words": "",
    "level": "",
    "first": EVER,
    "last": NEVER,
    "counts": "",
}


def row(streams: Streams, key: str, _day: date) -> Row | None:
    """The row of a stream; None where nothing is recorded in it."""
    kind, _, rest = key.partition("/")
    if kind == "unit":
        found = streams.state(_UNIT, key)
        return found and {**_EMPTY, **found}
    counts = counted(streams.state(diary, key))
    year = int(rest.partition("/")[0])
    shown = to_json(counts).decode()
    return {**_EMPTY, "kind": "diary", "year": year, "counts": shown} if counts else None


def counted(of: Diary) -> dict[str, int]:
    """How many visits each unit and month has, by ``<month>/<unit>``: ``03/X09163``."""
    standing = (visit.trip for visit in of.visits.values() if visit.voided_on is None)
    return dict(Counter(f"{trip.from_.month:02}/{trip.unit}" for trip in standing))


def touched(stream: str, _named: Named) -> Iterator[str]:
    """A stream concerns its own row."""
    if stream.startswith(("diary/", "unit/")):
        yield stream


def _evolve(found: Row | None, fact: Fact) -> Row | None:
    match fact:
        case UnitRegistered():
            return {
                "kind": "unit",
                "unit": fact.unit,
                "name": fact.name,
                "words": f" {plain(fact.name)} {plain(fact.unit)} {plain(fact.code)}",
                "level": fact.level.value,
                "first": fact.from_.isoformat() if fact.from_ else EVER,
                "last": fact.to.isoformat() if fact.to else NEVER,
            }
        case UnitClosed() if found is not None:
            return {**found, "last": fact.to.isoformat()}
        case UnitFact():
            return found
        case _:
            raise TypeError(f"{type(fact).__name__} is no fact of a unit")


def _nothing() -> None:
    return None


def _heard(_state: Any, _command: Any, _known: Any) -> list[Fact]:
    raise TypeError("units are kept by planning")


_UNIT: Decider[Row | None] = Decider("unit-row", _nothing, _heard, _evolve)

UNIT_MONTHS = View(
    name="unit_months",
    version=1,
    columns={
        name: "integer" if isinstance(value, int) else "text" for name, value in _EMPTY.items()
    },
    indexes=(("kind", "year"),),
    every=("diary/", "unit/"),
    touched=touched,
    row=row,
)
