"""One entry (bút toán) as it is recorded, with its fact, or why that cannot be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from msgspec.structs import asdict

from shared.entries import write_state
from shared.folding import EntryRow
from shared.messages import Fact
from shared.reading import UnknownFact, read_fact, read_stored
from shared.transparency.leaf import leaf_hash, leaf_record
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
        """Where it stands, for whoever wants to look it up and prove it.

        Without its leaf where it is another ledger's, as it was heard: ``version`` is 0 there.
        """
        found = {"service": self.service, "position": self.position}
        return {**found, "leaf": self.leaf} if self.version else found


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
