"""The ledger's tables on SQLite: eventsourcing's process recorder, and three tables beside.

- ``stored_events``: the service's own entries; ``rowid`` is the gapless ledger position,
  AUTOINCREMENT so that a position is never given twice, not even after the tail is lost.
  ``leaf`` is the entry's hash in the transparency log, of the very bytes beside it.
- ``heard``: facts of other services, once each.
- ``tracking`` (the library's): how far each bucket of each other service is heard.
- ``names``: names taken for good (``visit/lv-1``) and the stream each leads to.
- ``commands``: obeyed command ids with their answer.

All that one commit writes stands in one transaction. Single things are read over a connection
of our own: a pooled transaction of the library costs ten times the read itself.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, closing, nullcontext
from pathlib import Path
from typing import Any
from uuid import UUID

from eventsourcing.persistence import IntegrityError, OperationalError, StoredEvent
from eventsourcing.sqlite import SQLiteCursor, SQLiteDatastore, SQLiteProcessRecorder

from shared.folding import EntryRow
from shared.recording import (
    Answered,
    Changes,
    Glance,
    HeardEntry,
    HeardRow,
    LeafRow,
    Mark,
    Moves,
    Obeyed,
    PlacedRow,
    StreamRow,
)
from shared.transparency.leaf import entry_leaf

_TABLES = (
    "CREATE TABLE IF NOT EXISTS stored_events ("
    "rowid INTEGER PRIMARY KEY AUTOINCREMENT, "
    "originator_id TEXT NOT NULL, originator_version INTEGER NOT NULL, "
    "topic TEXT NOT NULL, state BLOB NOT NULL, leaf BLOB, "
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
_LEAFLESS = (
    "SELECT rowid, originator_id, originator_version, topic, state FROM stored_events "
    "WHERE leaf IS NULL LIMIT ?"
)
_AT_ONCE = 2000
"""Entries of an old ledger whose leaves are filled in by one commit."""


class LedgerRecorder(SQLiteProcessRecorder):
    """eventsourcing's process recorder with the tables above."""

    replicated = False

    def construct_create_table_statements(self) -> list[str]:
        library = super().construct_create_table_statements()
        tracking = [statement for statement in library if "tracking" in statement]
        return [*_TABLES, *tracking]

    def __init__(self, datastore: Any, service: str = "") -> None:
        """``service`` names the ledger in its leaves; where it is not given, the file does."""
        super().__init__(datastore)
        self.insert_events_statement = (
            "INSERT INTO stored_events (originator_id, originator_version, topic, state, leaf) "
            "VALUES (?,?,?,?,?)"
        )
        self.service = service or Path(datastore.pool.db_name).stem
        self._reader: sqlite3.Connection | None = None

    def create_table(self) -> None:
        """Make the tables; entries that an older version wrote are given their leaves."""
        super().create_table()
        db = sqlite3.connect(self.datastore.pool.db_name, isolation_level=None)
        try:
            with closing(db):
                self._add_leaves(db)
        except sqlite3.Error as error:
            raise OperationalError(str(error)) from error

    def _add_leaves(self, db: sqlite3.Connection) -> None:
        made = "SELECT 1 FROM sqlite_master WHERE name = 'leafless'"
        if db.execute(made).fetchone() and not db.execute(_LEAFLESS, [1]).fetchone():
            return  # without holding up whoever writes
        db.execute("BEGIN IMMEDIATE")
        if "leaf" not in {row[1] for row in db.execute("PRAGMA table_info(stored_events)")}:
            db.execute("ALTER TABLE stored_events ADD COLUMN leaf BLOB")
        db.execute(
            "CREATE INDEX IF NOT EXISTS leafless ON stored_events (rowid) WHERE leaf IS NULL"
        )
        while rows := db.execute(_LEAFLESS, [_AT_ONCE]).fetchall():
            db.executemany(
                "UPDATE stored_events SET leaf = ? WHERE rowid = ?",
                [(self.leaf(*row[1:]), row[0]) for row in rows],
            )
            db.execute("COMMIT")
            db.execute("BEGIN IMMEDIATE")
        db.execute("COMMIT")

    def _rows(self, statement: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> list[Any]:
        try:
            if self._reader is None:
                self._reader = sqlite3.connect(
                    self.datastore.pool.db_name, isolation_level=None, check_same_thread=False
                )
            return self._reader.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            raise OperationalError(str(error)) from error

    def turn(self) -> AbstractContextManager[None]:
        """As :meth:`Recorder.turn` says: there is no other writer."""
        return nullcontext()

    def _insert_events(
        self, c: SQLiteCursor, stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> Sequence[int] | None:
        positions: list[int] = []
        for one in stored_events:
            it = one.originator_id
            stream = it.hex if isinstance(it, UUID) else it
            row = (stream, one.originator_version, one.topic, one.state)
            c.execute(self.insert_events_statement, (*row, self.leaf(*row)))
            positions.append(c.lastrowid)
        if kwargs.get("tracking") is not None:  # the library's
            self._insert_tracking(c, kwargs["tracking"])
        names: Mapping[str, str] = kwargs.get("names", {})
        if names:
            c.executemany("INSERT INTO names VALUES (?,?)", list(names.items()))
        obeyed: Iterable[Obeyed] = kwargs.get("obeyed", ())
        rows = [(one.id, one.digest, one.version, positions[one.last]) for one in obeyed]
        if rows:
            c.executemany("INSERT INTO commands VALUES (?,?,?,?)", rows)
        self._hear(c, kwargs.get("heard", ()), kwargs.get("moves", Moves()))
        return positions

    def leaf(self, stream: str, version: int, topic: str, state: bytes) -> bytes | None:
        """The hash that stands beside an entry."""
        return entry_leaf(self.service, stream, version, topic, state)

    def insert_heard(self, rows: Sequence[HeardRow], moves: Moves) -> None:
        """As :meth:`Recorder.insert_heard` says."""
        with self.datastore.transaction(commit=True) as c:
            self._hear(c, rows, moves)

    def _hear(self, c: SQLiteCursor, rows: Sequence[HeardRow], moves: Moves) -> None:
        if rows:
            c.executemany(
                "INSERT INTO heard (stream, service, position, topic, state) VALUES (?,?,?,?,?)",
                [(r.stream, r.service, r.position, r.topic, r.state) for r in rows],
            )
        named = [(name, row.stream) for row in rows for name in row.names]
        if named:
            c.executemany("INSERT OR IGNORE INTO names VALUES (?,?)", named)
        for name, (before, after) in moves.buckets.items():
            if (self._max_tracking_id(name, c) or 0) != before:
                raise IntegrityError(f"tracking of {name} is no longer at {before}")
            self._track(c, name, after)
        for name, position in moves.whole.items():
            self._track(c, name, max(position, self._max_tracking_id(name, c) or 0))

    def _track(self, c: SQLiteCursor, name: str, position: int) -> None:
        c.execute(
            "INSERT INTO tracking VALUES (?,?) ON CONFLICT (application_name) "
            "DO UPDATE SET notification_id = excluded.notification_id",
            (name, position),
        )

    def changes(self, after: Mark, upto: Mark, limit: int) -> Changes:
        """As :meth:`Recorder.changes` says."""
        own = self._rows(
            "SELECT rowid, originator_id, originator_version, topic, state FROM stored_events "
            "WHERE rowid > ? AND rowid <= ? ORDER BY rowid LIMIT ?",
            (after.position, upto.position, limit),
        )
        heard = self._rows(
            "SELECT number, stream FROM heard WHERE number > ? AND number <= ? "
            "ORDER BY number LIMIT ?",
            (after.number, upto.number, limit),
        )
        return Changes(
            Mark(
                own[-1][0] if len(own) == limit else upto.position,
                heard[-1][0] if len(heard) == limit else upto.number,
            ),
            [StreamRow(*row[1:]) for row in own],
            [row[1] for row in heard],
        )

    def page(self, after: int, limit: int) -> list[EntryRow]:
        """As :meth:`Recorder.page` says."""
        return self._rows(
            "SELECT rowid, originator_id, originator_version, topic, state FROM stored_events "
            "WHERE rowid > ? ORDER BY rowid LIMIT ?",
            (after, limit),
        )

    def leaves(self, after: int, limit: int) -> list[LeafRow]:
        """As :meth:`Recorder.leaves` says."""
        rows = self._rows(
            "SELECT rowid, topic, leaf FROM stored_events WHERE rowid > ? ORDER BY rowid LIMIT ?",
            (after, limit),
        )
        return [LeafRow(*row) for row in rows]

    def heard_page(self, after: int, limit: int) -> list[HeardEntry]:
        """As :meth:`Recorder.heard_page` says."""
        rows = self._rows(
            "SELECT number, stream, service, position, topic, state FROM heard "
            "WHERE number > ? ORDER BY number LIMIT ?",
            (after, limit),
        )
        return [HeardEntry(*row) for row in rows]

    def last(self) -> Mark:
        """As :meth:`Recorder.last` says."""
        ((position, number),) = self._rows(
            "SELECT (SELECT max(rowid) FROM stored_events), (SELECT max(number) FROM heard)"
        )
        return Mark(position or 0, number or 0)

    def tracking(self) -> dict[str, int]:
        """As :meth:`Recorder.tracking` says."""
        return dict(self._rows("SELECT application_name, notification_id FROM tracking"))

    def facts_of(self, streams: Sequence[str]) -> list[StreamRow]:
        """As :meth:`Recorder.facts_of` says."""
        these = [json.dumps(list(streams))]
        heard = self._rows(
            "SELECT stream, 0, topic, state FROM heard "
            "WHERE stream IN (SELECT value FROM json_each(?)) ORDER BY stream, number",
            these,
        )
        return [*map(StreamRow._make, heard), *self.own_of(streams)]

    def own_of(self, streams: Sequence[str]) -> list[StreamRow]:
        """As :meth:`Recorder.own_of` says."""
        rows = self._rows(
            "SELECT originator_id, originator_version, topic, state FROM stored_events "
            "WHERE originator_id IN (SELECT value FROM json_each(?)) "
            "ORDER BY originator_id, originator_version",
            [json.dumps(list(streams))],
        )
        return list(map(StreamRow._make, rows))

    def placed(self, streams: Sequence[str]) -> list[PlacedRow]:
        """As :meth:`Recorder.placed` says."""
        these = [json.dumps(list(streams))]
        heard = self._rows(
            "SELECT stream, service, position, 0, topic, state FROM heard "
            "WHERE stream IN (SELECT value FROM json_each(?)) ORDER BY number",
            these,
        )
        own = self._rows(
            "SELECT originator_id, ?, rowid, originator_version, topic, state FROM stored_events "
            "WHERE originator_id IN (SELECT value FROM json_each(?)) ORDER BY rowid",
            [self.service, *these],
        )
        return [PlacedRow(*row) for row in (*heard, *own)]

    def streams_between(self, first: str, last: str, limit: int) -> list[str]:
        """As :meth:`Recorder.streams_between` says."""
        rows = self._rows(
            "WITH RECURSIVE heard_streams(stream) AS ("
            "SELECT min(stream) FROM heard WHERE stream > :first AND stream < :last "
            "UNION ALL "
            "SELECT (SELECT min(stream) FROM heard WHERE stream > h.stream AND stream < :last) "
            "FROM heard_streams h WHERE h.stream IS NOT NULL LIMIT :limit) "
            "SELECT stream FROM heard_streams WHERE stream IS NOT NULL "
            "UNION SELECT * FROM (SELECT originator_id FROM stored_events "
            "WHERE originator_id > :first AND originator_id < :last "
            "AND originator_version = 1 ORDER BY 1 LIMIT :limit) "
            "ORDER BY 1 LIMIT :limit",
            {"first": first, "last": last, "limit": limit},
        )
        return [row[0] for row in rows]

    def streams_named(self, names: Sequence[str]) -> dict[str, str]:
        """As :meth:`Recorder.streams_named` says."""
        return dict(
            self._rows(
                "SELECT name, stream FROM names WHERE name IN (SELECT value FROM json_each(?))",
                [json.dumps(list(names))],
            )
        )

    def glance(self, ids: Sequence[str], names: Sequence[str]) -> Glance:
        """As :meth:`Recorder.glance` says."""
        return Glance(self.last(), self._answered(ids), self.streams_named(names))

    def _answered(self, ids: Sequence[str]) -> dict[str, Answered]:
        rows = self._rows(
            "SELECT * FROM commands WHERE id IN (SELECT value FROM json_each(?))",
            [json.dumps(list(ids))],
        )
        return {row[0]: Answered(*row[1:]) for row in rows}

    def close(self) -> None:
        """As :meth:`Recorder.close` says."""
        if self._reader is not None:
            self._reader.close()
        self.datastore.close()


def open_sqlite(path: str, service: str = "") -> LedgerRecorder:
    """The recorder of a service on a SQLite file, made where it is not there."""
    recorder = LedgerRecorder(SQLiteDatastore(path, originator_id_type="text"), service)
    recorder.create_table()
    return recorder
