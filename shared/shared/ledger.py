"""The ledger (sổ cái) of one service: what it recorded and what it heard, in one database.

Built on eventsourcing's recorders (see ``recorder.py``); positions are gapless and count
from 1. Everything here is synchronous and does one transaction per call.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from itertools import groupby
from operator import attrgetter
from pathlib import Path

from eventsourcing.persistence import StoredEvent

from shared.entries import Entry, read_entry, write_state
from shared.folding import EntryRow
from shared.master_key import KeyFault
from shared.messages import Fact
from shared.reading import read_stored
from shared.recorded import Recorded, read_row
from shared.recorder import open_sqlite
from shared.recording import (
    Basis,
    Changes,
    Glance,
    HeardEntry,
    HeardRow,
    LeafRow,
    Mark,
    Moves,
    Obeyed,
    PlacedRow,
    Recorder,
    StreamRow,
)
from shared.sealing import PERSONAL, BrokenSeal, Seals
from shared.transparency.leaf import entry_leaf

_PAGE = 500


@dataclass(frozen=True, slots=True)
class NewEntry:
    """A fact about to be recorded at a version of its stream."""

    fact: Fact
    version: int
    actor: str
    command: str
    recorded_at: str
    cause: str = ""


class Ledger:
    """One service's ledger; what is appended is on disk when the call returns."""

    def __init__(self, where: Path | str, service: str = "", seals: Seals | None = None) -> None:
        """Open a SQLite file (WAL), or the service's schema in the database of a
        ``postgresql://`` URL. A file without a ``service`` is that of the service of its name.

        Without ``seals`` personal texts are neither sealed nor opened.
        """
        self.where, self.seals = str(where), seals or Seals()
        self.recorder: Recorder
        if str(where).startswith("postgresql://"):
            from shared.postgres import open_postgres  # libpq loads only where it is used

            self.recorder = open_postgres(str(where), service)
        else:
            self.recorder = open_sqlite(str(where), service)
        self.service = self.recorder.service

    def close(self) -> None:
        """Give the database back."""
        self.recorder.close()
        self.seals.close()

    # --- own entries --------------------------------------------------------------------

    def append(
        self,
        entries: Sequence[NewEntry],
        obeyed: Sequence[Obeyed] = (),
        basis: Basis | None = None,
        heard: Sequence[HeardRow] = (),
        moves: Moves | None = None,
    ) -> Sequence[int]:
        """Record entries, the names they take and the commands they obey; their positions.

        What is ``heard`` with them, and how far the tracking ``moves``, in the same transaction.

        Raises eventsourcing's IntegrityError where a version, a name or a command id is
        already taken, or where another replica has overtaken the decision's ``basis`` (then
        nothing is written), OperationalError where it cannot write.
        """
        self.seals.ready(new.fact for new in entries)
        stored = [
            StoredEvent(
                originator_id=new.fact.stream,
                originator_version=new.version,
                topic=new.fact.type,
                state=self._state(new),
            )
            for new in entries
        ]
        names = {name: new.fact.stream for new in entries for name in new.fact.names}
        positions = self.recorder.insert_events(
            stored,
            names=names,
            obeyed=obeyed,
            basis=basis,
            heard=heard,
            moves=moves or Moves(),
        )
        self.seals.heed(new.fact.stream for new in entries)
        self.seals.heed(row.stream for row in heard)
        return positions or ()

    def _state(self, new: NewEntry) -> bytes:
        fact = self.seals.sealed(new.fact, new.version)
        return write_state(fact, new.actor, new.command, new.recorded_at, new.cause)

    def turn(self) -> AbstractContextManager[None]:
        """Hold the ledger against every other replica, until what is appended is on disk."""
        return self.recorder.turn()

    @property
    def replicated(self) -> bool:
        """Whether other replicas may write to it."""
        return self.recorder.replicated

    def changes(self, after: Mark, upto: Mark | None = None, limit: int = 2000) -> Changes:
        """What was recorded and heard behind a mark, by whichever replica."""
        upto = self.last() if upto is None else upto
        if upto == after:
            return Changes(upto)
        changes = self.recorder.changes(after, upto, limit)
        self.seals.heed((*(row.stream for row in changes.own), *changes.heard))
        return changes

    def last(self) -> Mark:
        """The mark behind all that is recorded and heard."""
        return self.recorder.last()

    def entries(self, after: int = 0, limit: int = _PAGE) -> list[Entry]:
        """Own entries behind a position, in order."""
        return [read_entry(*row) for row in self.recorder.page(after, limit)]

    def all_entries(self) -> Iterator[Entry]:
        """Every own entry in order, read by pages."""
        for page in self.pages():
            for row in page:
                yield read_entry(*row)

    def pages(self, after: int = 0) -> Iterator[Sequence[EntryRow]]:
        """Every own entry behind a position as stored, in order, by pages."""
        while page := self.recorder.page(after, _PAGE):
            yield page
            after = page[-1][0]

    def leaves(self, after: int = 0, limit: int = _PAGE) -> list[LeafRow]:
        """The leaf hashes of own entries behind a position, in order, up to the first gap.

        What an older version wrote while it was being replaced has none in its row until the next
        migration; it is computed here as it will be there.
        """
        found: list[LeafRow] = []
        for place, row in enumerate(self.recorder.leaves(after, limit), after + 1):
            if row.position != place:
                break
            found.append(row if row.leaf else row._replace(leaf=self._leaf_at(place)))
        return found

    def _leaf_at(self, position: int) -> bytes:
        (row,) = self.recorder.page(position - 1, 1)
        return entry_leaf(self.service, *row[1:])

    def head(self) -> int:
        """The position of the last own entry; 0 for an empty ledger."""
        return self.recorder.last().position

    # --- streams: own and heard -----------------------------------------------------------

    def facts(self, stream: str) -> tuple[list[Fact], int]:
        """All facts of a stream, the heard ones first, and the version of the own part."""
        rows = self.recorder.facts_of([stream])
        return self.facts_in(rows), rows[-1].version if rows else 0

    def facts_in(self, rows: Iterable[StreamRow]) -> list[Fact]:
        """The facts of a stream's entries as stored, opened where they are sealed."""
        return [
            self.seals.fact(row.topic, row.stream, row.version, row.state)
            if row.topic in PERSONAL
            else read_stored(row.topic, row.state).fact
            for row in rows
        ]

    def rows_of(self, streams: Sequence[str]) -> dict[str, list[StreamRow]]:
        """All entries of many streams as stored, by stream."""
        found: dict[str, list[StreamRow]] = {stream: [] for stream in streams}
        for stream, rows in groupby(self.recorder.facts_of(streams), attrgetter("stream")):
            found[stream] += rows
        return found

    def recorded(self, streams: Sequence[str]) -> list[Recorded]:
        """The entries of streams with all that stands beside them, opened where they are sealed:
        what was heard first, in the order of hearing, then the own ones in theirs."""
        return [self._recorded(row) for row in self.recorder.placed(streams)]

    def _recorded(self, row: PlacedRow) -> Recorded:
        opened, why = None, ""
        if row.topic in PERSONAL:
            try:
                opened = self.seals.fact(row.topic, row.stream, row.version, row.state)
            except (BrokenSeal, KeyFault, ValueError, KeyError, TypeError) as error:
                why = str(error)
        entry = (row.position, row.stream, row.version, row.topic, row.state)
        found = read_row(row.service, entry, why=why)
        return found if opened is None else replace(found, fact=opened)

    def streams(self, prefix: str, after: str = "", limit: int = _PAGE) -> list[str]:
        """Names of streams, own or heard, that begin with a prefix, in order, by pages."""
        behind = prefix[:-1] + chr(ord(prefix[-1]) + 1)
        return self.recorder.streams_between(max(prefix, after), behind, limit)

    def named(self, names: Sequence[str]) -> dict[str, str]:
        """The streams that names lead to, of those that are taken."""
        return self.recorder.streams_named(names) if names else {}

    # --- commands -----------------------------------------------------------------------

    def glance(self, ids: Sequence[str], names: Sequence[str]) -> Glance:
        """The last mark, the answers already given to these command ids, and the streams that
        names lead to: all that a batch of commands needs to know first."""
        return self.recorder.glance(ids, names)

    # --- hearing ------------------------------------------------------------------------

    def hear(self, rows: Sequence[HeardRow], moves: Moves) -> None:
        """Record what was heard and move the tracking, by compare-and-set."""
        self.recorder.insert_heard(rows, moves)
        self.seals.heed(row.stream for row in rows)

    def heard_entries(self, after: int = 0, limit: int = _PAGE) -> Sequence[HeardEntry]:
        """What is heard behind a number, as stored, in the order of hearing."""
        return self.recorder.heard_page(after, limit)

    def tracking(self) -> dict[str, int]:
        """How far each tracking name (``visits``, ``visits/07``) has come."""
        return self.recorder.tracking()

    def tracked(self, name: str) -> int:
        """How far one tracking name has come; 0 at first."""
        return self.tracking().get(name, 0)


def digest(service: str, name: str, body: bytes, key: bytes = b"") -> bytes:
    """The digest by which the same command content is known again; with a key, by nobody else.

    A command may hold a name, which could be guessed from a bare digest.
    """
    content = b"\0".join((service.encode(), name.encode(), body))
    if key:
        return hashlib.blake2b(content, key=key, digest_size=32).digest()
    return hashlib.sha256(content).digest()
