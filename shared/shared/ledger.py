"""The ledger (sổ cái) of one service: what it recorded and what it heard, in one database.

Built on eventsourcing's recorders (see ``recorder.py``); positions are gapless and count
from 1. Everything here is synchronous and does one transaction per call.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from eventsourcing.persistence import StoredEvent

from shared.entries import Entry, read_entry, write_state
from shared.messages import Fact
from shared.recorder import open_sqlite
from shared.recording import Answered, HeardRow, Obeyed, Recorder

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

    def __init__(self, where: Path | str, schema: str = "") -> None:
        """Open a SQLite file (WAL), or a schema of the database of a ``postgresql://`` URL."""
        self.recorder: Recorder
        if str(where).startswith("postgresql://"):
            from shared.postgres import open_postgres  # libpq loads only where it is used

            self.recorder = open_postgres(str(where), schema)
        else:
            self.recorder = open_sqlite(str(where))

    def close(self) -> None:
        """Give the database back."""
        self.recorder.close()

    # --- own entries --------------------------------------------------------------------

    def append(self, entries: Sequence[NewEntry], obeyed: Sequence[Obeyed] = ()) -> Sequence[int]:
        """Record entries, the names they take and the commands they obey; their positions.

        Raises eventsourcing's IntegrityError where a version, a name or a command id is
        already taken (then nothing is written), OperationalError where it cannot write.
        """
        stored = [
            StoredEvent(
                originator_id=new.fact.stream,
                originator_version=new.version,
                topic=new.fact.type,
                state=write_state(new.fact, new.actor, new.command, new.recorded_at, new.cause),
            )
            for new in entries
        ]
        names = {name: new.fact.stream for new in entries for name in new.fact.names}
        return self.recorder.insert_events(stored, names=names, obeyed=obeyed) or ()

    def entries(self, after: int = 0, limit: int = _PAGE) -> list[Entry]:
        """Own entries behind a position, in order."""
        return [
            read_entry(n.id, str(n.originator_id), n.originator_version, n.topic, n.state)
            for n in self.recorder.select_notifications(after + 1, limit)
        ]

    def all_entries(self) -> Iterator[Entry]:
        """Every own entry in order, read by pages."""
        after = 0
        while page := self.entries(after):
            yield from page
            after = page[-1].position

    def head(self) -> int:
        """The position of the last own entry; 0 for an empty ledger."""
        return self.recorder.max_notification_id() or 0

    # --- streams: own and heard -----------------------------------------------------------

    def facts(self, stream: str) -> tuple[list[Fact], int]:
        """All facts of a stream, the heard ones first, and the version of the own part."""
        heard = [read_entry(0, stream, 0, *row).fact for row in self.recorder.heard_of(stream)]
        own = self.recorder.select_events(stream)
        facts = [read_entry(0, stream, 0, one.topic, one.state).fact for one in own]
        return heard + facts, own[-1].originator_version if own else 0

    def streams(self, prefix: str, after: str = "", limit: int = _PAGE) -> list[str]:
        """Names of streams, own or heard, that begin with a prefix, in order, by pages."""
        behind = prefix[:-1] + chr(ord(prefix[-1]) + 1)
        return self.recorder.streams_between(max(prefix, after), behind, limit)

    def named(self, name: str) -> str | None:
        """The stream that a name leads to, if it is taken."""
        return self.recorder.stream_named(name)

    # --- commands -----------------------------------------------------------------------

    def answered(self, ids: Sequence[str]) -> dict[str, Answered]:
        """The answers already given to these command ids."""
        return self.recorder.answered(ids)

    # --- hearing ------------------------------------------------------------------------

    def hear(self, rows: Sequence[HeardRow], moves: Mapping[str, tuple[int, int]]) -> None:
        """Record what was heard and move the tracking, by compare-and-set."""
        self.recorder.insert_heard(rows, moves)

    def tracked(self, name: str) -> int:
        """How far a tracking name (``visits``, ``visits/07``) has come; 0 at first."""
        return self.recorder.max_tracking_id(name) or 0


def digest(service: str, name: str, body: bytes) -> bytes:
    """The digest by which the same command content is known again."""
    return hashlib.sha256(b"\0".join((service.encode(), name.encode(), body))).digest()
