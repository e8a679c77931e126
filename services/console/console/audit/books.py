"""The books (sổ cái) as an auditor reads them: every entry as stored, of every ledger.

Nothing of what a service has folded, heard or answered is in them. An entry that cannot be
read here, of a type this version has no word for, say, is kept and named, never passed over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from shared.bus import Bus
from shared.folding import EntryRow
from shared.recorded import Recorded, read_row
from shared.services import SERVICES
from shared.until import Until


@dataclass(frozen=True)
class Books:
    """Every entry of every ledger, in the order of its ledger."""

    entries: Mapping[str, tuple[Recorded, ...]] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Recorded]:
        """All entries, ledger after ledger."""
        for service in SERVICES:
            yield from self.entries.get(service, ())

    @property
    def heads(self) -> dict[str, int]:
        """The last position of each ledger."""
        return {name: found[-1].position if found else 0 for name, found in self.entries.items()}

    @cached_property
    def unreadable(self) -> tuple[Recorded, ...]:
        """The entries that this version cannot read."""
        return tuple(one for one in self if one.fact is None)

    def known_at(self, moment: str | None) -> Books:
        """The books as they stood then: only entries recorded until that moment."""
        if moment is None:
            return self
        until = Until(known_at=moment)
        return books(
            one for one in self if one.fact is None or until.holds(one.fact, one.recorded_at)
        )


def books(entries: Iterable[Recorded]) -> Books:
    """The books of entries that come in the order of their ledgers."""
    found: dict[str, list[Recorded]] = {service: [] for service in SERVICES}
    for one in entries:
        found[one.service].append(one)
    return Books({service: tuple(rows) for service, rows in found.items()})


async def read_books(bus: Bus) -> Books:
    """Ask every service for its ledger, entry by entry. Raises as ``Bus.ask``."""
    found: list[Recorded] = []
    for service in SERVICES:
        after = 0
        while page := (await bus.ask(service, "stored", after=after))["entries"]:
            found += (
                read_row(service, _row(one), one.get("opened"), one.get("why", "")) for one in page
            )
            after = int(page[-1]["position"])
    return books(found)


def _row(one: Mapping[str, Any]) -> EntryRow:
    return one["position"], one["stream"], one["version"], one["type"], one["state"].encode()
