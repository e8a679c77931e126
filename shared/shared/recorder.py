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
from typing import Any

from eventsourcing.persistence import IntegrityError, StoredEvent
from eventsourcing.sqlite import SQLiteCursor, SQLiteDatastore, SQLiteProcessRecorder

from shared.recording import Answered, HeardRow, Obeyed

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
        """As :meth:`Recorder.insert_heard` says."""
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

    def heard_of(self, stream: str) -> list[tuple[str, bytes]]:
        """As :meth:`Recorder.heard_of` says."""
        with self.datastore.transaction(commit=False) as c:
            c.execute("SELECT topic, state FROM heard WHERE stream=? ORDER BY number", [stream])
            return [(row[0], row[1]) for row in c.fetchall()]

    def streams_between(self, first: str, last: str, limit: int) -> list[str]:
        """As :meth:`Recorder.streams_between` says."""
        with self.datastore.transaction(commit=False) as c:
            c.execute(
                "SELECT originator_id FROM stored_events "
                "WHERE originator_id > ? AND originator_id < ? AND originator_version = 1 "
                "UNION SELECT stream FROM heard WHERE stream > ? AND stream < ? "
                "ORDER BY 1 LIMIT ?",
                (first, last, first, last, limit),
            )
            return [row[0] for row in c.fetchall()]

    def stream_named(self, name: str) -> str | None:
        """As :meth:`Recorder.stream_named` says."""
        with self.datastore.transaction(commit=False) as c:
            c.execute("SELECT stream FROM names WHERE name=?", [name])
            row = c.fetchone()
            return row[0] if row else None

    def answered(self, ids: Sequence[str]) -> dict[str, Answered]:
        """As :meth:`Recorder.answered` says."""
        with self.datastore.transaction(commit=False) as c:
            marks = ",".join("?" * len(ids))
            c.execute(f"SELECT * FROM commands WHERE id IN ({marks})", list(ids))  # noqa: S608
            return {row[0]: Answered(row[1], row[2], row[3]) for row in c.fetchall()}

    def close(self) -> None:
        """As :meth:`Recorder.close` says."""
        self.datastore.close()


def open_sqlite(path: str) -> LedgerRecorder:
    """The recorder on a SQLite file, made where it is not there."""
    recorder = LedgerRecorder(SQLiteDatastore(path, originator_id_type="text"))
    recorder.create_table()
    return recorder
