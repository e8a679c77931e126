"""The books (sổ cái) as an auditor reads them: every entry as stored, of every ledger.

Nothing of what a service has folded, heard or answered is in them. An entry that cannot be
read here, of a type this version has no word for, say, is kept and named, never passed over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from msgspec.structs import asdict

from shared.bus import Bus
from shared.entries import write_state
from shared.folding import EntryRow
from shared.language import SERVICES
from shared.messages import Fact
from shared.reading import UnknownFact, read_fact, read_stored
from shared.transparency.leaf import leaf_hash, leaf_record
from shared.until import Until
from shared.values import SEALED


@dataclass(frozen=True, slots=True)
class Recorded:
    """One entry as stored; ``fact`` is None where it cannot be read, and ``why`` says it."""

    service: str
    position: int
    stream: str
    version: int
    type: str
    state: bytes
    actor: str = ""
    command: str = ""
    recorded_at: str = ""
    cause: str = ""
    fact: Fact | None = None
    why: str = ""

    def deputy_of(self, whom: str) -> str:
        """Who acted for them by delegation (ủy quyền): the actor on record is ``A for B``."""
        deputy, found, whose = self.actor.rpartition(" for ")
        return deputy if found and whose == whom else ""

    @property
    def leaf(self) -> str:
        """The hash, in hexadecimal, of its leaf in the ledger's transparency log."""
        record = leaf_record(self.service, self.stream, self.version, self.type, self.state)
        return leaf_hash(record).hex()

    @property
    def opened(self) -> bytes:
        """The entry in its stored form, with the texts readable that are sealed in ``state``."""
        if self.fact is None or SEALED.encode() not in self.state:
            return self.state
        head = (self.actor, self.command, self.recorded_at, self.cause)
        return write_state(self.fact, *head)

    @property
    def place(self) -> dict[str, Any]:
        """Where it stands, for whoever wants to look it up and prove it."""
        return {"service": self.service, "position": self.position, "leaf": self.leaf}


def read_row(
    service: str, row: EntryRow, opened: Mapping[str, Any] | None = None, why: str = ""
) -> Recorded:
    """The entry of a stored row; its fact as it was ``opened`` where texts in it are sealed."""
    if why:
        return Recorded(service, *row, why=why)
    try:
        stored = read_stored(row[3], row[4])
        if opened is not None:
            stored.fact = read_fact(row[3], opened)
    except UnknownFact:
        return Recorded(service, *row, why="unknown type")
    except (ValueError, KeyError, TypeError) as error:
        return Recorded(service, *row, why=" ".join(str(error).split())[:200])
    return Recorded(service, *row, **asdict(stored))


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
