"""The ledger's tables on SQLite: eventsourcing's process recorder, and three tables beside.

- ``stored_events``: the service's own entries; ``rowid`` is the gapless ledger position,
  AUTOINCREMENT so that a position is never given twice, not even after the tail is lost.
- ``heard``: facts of other services, once each.
- ``tracking`` (the library's): how far each bucket of each other service is heard.
- ``names``: names taken for good (``visit/lv-1``) and the stream each leads to.
- ``commands``: obeyed command ids with their answer.

All that one commit writes stands in one transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eventsourcing.persistence import IntegrityError, StoredEvent
from eventsourcing.sqlite import SQLiteCursor, SQLiteProcessRecorder

_TABLES = (
    "CREATE TABLE IF NOT EXISTS stored_events ("
    "rowid INTEGER PRIMARY KEY AUTOINCREMENT, "
    "originator_id TEXT NOT NULL, originator_version INTEGER NOT NULL, "
    "topic TEXT NOT NULL, state BLOB NOT NULL, "
    "UNIQUE (originator_id, originator_version))",
    "CREATE TABLE IF NOT EXISTS heard ("
    "number INTEGER PRIMARY KEY AUTOINCREMENT, stream TEXT NOT NULL, "
    "service TEXT NOT NULL, position INTEGER NOT NULL, topic TEXT NOT NULL, "
    "state BLOB NOT NULL, UNIQUE (service, position))",
    "CREATE INDEX IF NOT EXISTS heard_by_stream ON heard (stream, number)",
    "CREATE TABLE IF NOT EXISTS names (name TEXT PRIMARY KEY, stream TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS commands ("
    "id TEXT PRIMARY KEY, digest BLOB NOT NULL, version INTEGER NOT NULL, "
    "position INTEGER NOT NULL) WITHOUT ROWID",
)


@dataclass(frozen=True, slots=True)
class Obeyed:
    """A command that is recorded with its facts; ``last`` is the index of its last fact."""

    id: str
    digest: bytes
    version: int
    last: int


@dataclass(frozen=True, slots=True)
class HeardRow:
    """A fact of another service, to be placed in a stream here."""

    stream: str
    service: str
    position: int
    topic: str
    state: bytes
    names: tuple[str, ...]


class LedgerRecorder(SQLiteProcessRecorder):
    """eventsourcing's process recorder with the tables above."""

    def construct_create_table_statements(self) -> list[str]:
        library = super().construct_create_table_statements()
        tracking = [statement for statement in library if "tracking" in statement]
        return [*_TABLES, *tracking]

    def __init__(self, datastore: Any) -> None:
        super().__init__(datastore)
        self.insert_events_statement = (
            "INSERT INTO stored_events (originator_id, originator_version, topic, state) "
            "VALUES (?,?,?,?)"
        )

    def _insert_events(
        self, c: SQLiteCursor, stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> Sequence[int] | None:
        positions = list(super()._insert_events(c, stored_events, **kwargs) or ())
        names: Mapping[str, str] = kwargs.get("names", {})
        if names:
            c.executemany("INSERT INTO names VALUES (?,?)", list(names.items()))
        obeyed: Iterable[Obeyed] = kwargs.get("obeyed", ())
        rows = [(one.id, one.digest, one.version, positions[one.last]) for one in obeyed]
        if rows:
            c.executemany("INSERT INTO commands VALUES (?,?,?,?)", rows)
        return positions

    def insert_heard(self, rows: Sequence[HeardRow], moves: Mapping[str, tuple[int, int]]) -> None:
        """Record facts of another service and move the tracking, in one transaction.

        ``moves`` gives each tracking name its (from, to). A name that does not stand at
        *from* (someone else moved it) raises IntegrityError and nothing is written.
        """
        with self.datastore.transaction(commit=True) as c:
            c.executemany(
                "INSERT INTO heard (stream, service, position, topic, state) VALUES (?,?,?,?,?)",
                [(r.stream, r.service, r.position, r.topic, r.state) for r in rows],
            )
            named = [(name, row.stream) for row in rows for name in row.names]
            if named:
                c.executemany("INSERT OR IGNORE INTO names VALUES (?,?)", named)
            for name, (before, after) in moves.items():
                if (self._max_tracking_id(name, c) or 0) != before:
                    raise IntegrityError(f"tracking of {name} is no longer at {before}")
                c.execute(
                    "INSERT INTO tracking VALUES (?,?) ON CONFLICT (application_name) "
                    "DO UPDATE SET notification_id = excluded.notification_id",
                    (name, after),
                )
