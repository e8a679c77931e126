"""Replay from zero: every belief rebuilt from the ledgers, compared with what services answer.

What they hear of each other, fact by fact; what they say of roster, plans, visits, reports and
classifications; every assessment with its reasons; issued inputs; the list of standings. A
difference names the cadre, the field, both values and the ledger positions it rests on.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from console.audit.beliefs import SPECS
from console.audit.books import read_books
from console.audit.comparing import Comparison
from console.audit.differing import Difference
from console.audit.judging import unheard
from console.year import heads
from shared.bus import Bus
from shared.recorded import Recorded

_TRIES = 3
"""How often all is read again because somebody recorded meanwhile."""


@dataclass(frozen=True)
class Replay:
    """What came of a replay."""

    entries: dict[str, int]
    unheard: dict[str, int]
    compared: dict[str, int]
    """How many rows, or heard facts, of each kind."""
    differences: list[Difference] = field(default_factory=list)
    unreadable: tuple[Recorded, ...] = ()
    """Entries that this version cannot read: what rests on them is not rebuilt."""

    @property
    def equal(self) -> bool:
        """Whether all was rebuilt and nothing differs."""
        return not self.differences and not self.unreadable

    def as_json(self) -> dict[str, Any]:
        """As the terminal prints it with --json."""
        return {
            "equal": self.equal,
            "entries": self.entries,
            "unheard": self.unheard,
            "compared": self.compared,
            "differences": [one.as_json() for one in self.differences],
            "unreadable": [
                {**one.place, "stream": one.stream, "type": one.type, "why": one.why}
                for one in self.unreadable
            ],
        }


async def replay(
    bus: Bus, year: int, as_of: date, cadre: str | None = None, known_at: str | None = None
) -> Replay:
    """Compare everything; where somebody records meanwhile, once more. Raises as ``Bus.ask``."""
    for _ in range(_TRIES):
        books = await read_books(bus)
        comparison = Comparison(bus, books, year, as_of, cadre, known_at)
        differences = await comparison.run()
        found = Replay(
            books.heads,
            {name: len(unheard(books, name)) for name in SPECS},
            dict(comparison.compared),
            differences,
            books.unreadable,
        )
        if found.equal or await heads(bus) == books.heads:
            break
    return found
