"""The ledger's tables on PostgreSQL: eventsourcing's process recorder, and four tables beside.

One schema per service; ``postgres_reading.py`` reads. As on SQLite (``recorder.py``), with
``head`` beside: one row that holds the last position. Raising it takes its lock, so positions
are given in the order of commits; a roll-back gives them back, so they have no gaps; and none
is given twice, not even after the tail is lost. Any number of replicas may write
(docs/decisions/0007).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from eventsourcing.persistence import IntegrityError, StoredEvent
from eventsourcing.postgres import PostgresDatastore
from psycopg import Cursor
from psycopg.rows import DictRow
from psycopg.sql import SQL, Identifier

from shared.connecting import datastore, lock_of
from shared.postgres_reading import PostgresReading
from shared.recording import Basis, HeardRow, Moves, Obeyed, Overtaken
from shared.transparency.leaf import entry_leaf
from shared.views import views_schema

_TABLES = (
    "CREATE TABLE IF NOT EXISTS {schema}.head (position bigint NOT NULL)",
    "INSERT INTO {schema}.head SELECT 0 WHERE NOT EXISTS (SELECT FROM {schema}.head)",
    "CREATE TABLE IF NOT EXISTS {schema}.heard ("
    "number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "
    'stream text COLLATE "C" NOT NULL, service text NOT NULL, position bigint NOT NULL, '
    "topic text NOT NULL, state bytea NOT NULL, UNIQUE (service, position))",
    "CREATE INDEX IF NOT EXISTS heard_by_stream ON {schema}.heard (stream, number)",
    "CREATE INDEX IF NOT EXISTS streams_by_name ON {schema}.stored_events "
    '((originator_id::text) COLLATE "C") WHERE originator_version = 1',
    "CREATE TABLE IF NOT EXISTS {schema}.names (name text PRIMARY KEY, stream text NOT NULL)",
    "CREATE TABLE IF NOT EXISTS {schema}.commands ("
    "id text PRIMARY KEY, digest bytea NOT NULL, version bigint NOT NULL, "
    "position bigint NOT NULL)",
)


_APPEND = """
WITH head AS (
    UPDATE {schema}.head SET position = position + %(count)s
    WHERE %(expected)s::bigint IS NULL OR position = %(expected)s
    RETURNING position - %(count)s AS before
), entries AS (
    INSERT INTO {schema}.stored_events
        (originator_id, originator_version, topic, state, leaf, notification_id)
    SELECT stream, version, topic, state, leaf, before + number
    FROM head, unnest(%(streams)b::{type}[], %(versions)s::bigint[], %(topics)b::text[],
        %(states)b::bytea[], %(leaves)b::bytea[])
        WITH ORDINALITY AS e (stream, version, topic, state, leaf, number)
), names AS (
    INSERT INTO {schema}.names SELECT name, stream
    FROM head, unnest(%(names)b::text[], %(named)b::text[]) AS n (name, stream)
), commands AS (
    INSERT INTO {schema}.commands SELECT id, digest, version, before + 1 + last
    FROM head, unnest(%(ids)b::text[], %(digests)b::bytea[], %(answers)s::bigint[],
        %(lasts)s::bigint[]) AS c (id, digest, version, last)
)
SELECT before FROM head
"""
"""Takes the next positions, and records entries, names and answers, by one round trip. Each
part reads ``head``, so that its row is locked before anything else is, and nothing is written
where the ledger is no longer at the position that is expected."""

_LEAFLESS = """
SELECT notification_id, originator_id::text, originator_version, topic, state
FROM {schema}.stored_events WHERE leaf IS NULL ORDER BY notification_id LIMIT %s
"""
_FILL = """
UPDATE {schema}.stored_events AS e SET leaf = f.leaf
FROM unnest(%s::bigint[], %s::bytea[]) AS f (position, leaf)
WHERE e.notification_id = f.position AND e.leaf IS NULL
"""
_AT_ONCE = 2000
"""Entries of an old ledger whose leaves are filled in by one commit."""


class PostgresLedgerRecorder(PostgresReading):
    """eventsourcing's process recorder with the tables above."""

    replicated = True

    def __init__(self, datastore: PostgresDatastore) -> None:
        super().__init__(datastore)
        self.sql_create_statements += [self._sql(statement) for statement in _TABLES]
        self._turn: Cursor[DictRow] | None = None

    # --- tables ---------------------------------------------------------------------------

    def _create_table(self, curs: Cursor[DictRow]) -> None:
        super()._create_table(curs)
        events = f'"{self.service}".stored_events'
        curs.execute(
            "SELECT FROM pg_attribute WHERE attrelid = %s::regclass AND attname = 'leaf'", [events]
        )
        if curs.fetchone() is None:  # asked first: even IF NOT EXISTS locks the table
            curs.execute(self._sql("ALTER TABLE {schema}.stored_events ADD COLUMN leaf bytea"))
        curs.execute(
            self._sql(
                "CREATE INDEX IF NOT EXISTS leafless ON {schema}.stored_events (notification_id) "
                "WHERE leaf IS NULL"
            )
        )

    def fill_leaves(self) -> None:
        """Give their leaves to entries that an older version wrote; so many in a transaction."""
        while rows := self._rows(_LEAFLESS, [_AT_ONCE]):
            positions, *columns = zip(*(row.values() for row in rows), strict=True)
            leaves = [entry_leaf(self.service, *row) for row in zip(*columns, strict=True)]
            with self.datastore.transaction(commit=True) as c:
                c.execute(self._sql(_FILL), [list(positions), leaves])

    # --- writing own entries --------------------------------------------------------------

    @contextmanager
    def turn(self) -> Iterator[None]:
        """As :meth:`Recorder.turn` says: a transaction that holds the head's row."""
        with self.datastore.transaction(commit=True) as c:
            c.execute(self._sql("SELECT position FROM {schema}.head FOR UPDATE"))
            self._turn = c
            try:
                yield
            finally:
                self._turn = None

    @contextmanager
    def _transaction(self) -> Iterator[Cursor[DictRow]]:
        """The transaction of the turn, or one of its own."""
        if self._turn is not None:
            yield self._turn
        else:
            with self.datastore.transaction(commit=True) as c:
                yield c

    def insert_events(
        self, stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> Sequence[int] | None:
        """As :meth:`Recorder.insert_events` says; one transaction, without the library's retry.

        Where that is all there is to write and nobody has written meanwhile, the transaction is
        one statement.
        """
        basis: Basis | None = kwargs.get("basis")
        heard, moves = kwargs.get("heard", ()), kwargs.get("moves", Moves())
        more = heard or moves.buckets or moves.whole
        rows = self._columns(stored_events, kwargs.get("names", {}), kwargs.get("obeyed", ()))
        before = None
        if basis is not None and self._turn is None and not more:
            with self.datastore.get_connection() as connection:
                before = self._append(connection.cursor(), rows, basis.position)
        if before is None:
            with self._transaction() as c:
                before = self._append(c, rows)
                assert before is not None, "the head's row is made by migrate"  # noqa: S101
                self._check(c, basis, before + 1)
                self._insert_events(c, stored_events, **kwargs)  # the library's tracking
                self._hear(c, heard, moves)
        return list(range(before + 1, before + 1 + len(stored_events)))

    def _append(
        self, c: Cursor[DictRow], rows: Mapping[str, Any], expected: int | None = None
    ) -> int | None:
        """Write the rows behind the last position, which is returned; None where that is not
        the one expected, and nothing is written."""
        row = c.execute(self._sql(_APPEND), {**rows, "expected": expected}).fetchone()
        return None if row is None else row["before"]

    def _columns(
        self, stored: Sequence[StoredEvent], names: Mapping[str, str], obeyed: Sequence[Obeyed]
    ) -> dict[str, Any]:
        return {
            "count": len(stored),
            "streams": [str(one.originator_id) for one in stored],
            "versions": [one.originator_version for one in stored],
            "topics": [one.topic for one in stored],
            "states": [one.state for one in stored],
            "leaves": [self._leaf(one) for one in stored],
            "names": list(names),
            "named": list(names.values()),
            "ids": [one.id for one in obeyed],
            "digests": [one.digest for one in obeyed],
            "answers": [one.version for one in obeyed],
            "lasts": [one.last for one in obeyed],
        }

    def _leaf(self, one: StoredEvent) -> bytes:
        stream = str(one.originator_id)
        return entry_leaf(self.service, stream, one.originator_version, one.topic, one.state)

    def _insert(
        self,
        c: Cursor[DictRow],
        table: str,
        types: str,
        rows: Sequence[Sequence[Any]],
        otherwise: str = "",
    ) -> None:
        """Insert many rows by one statement, an array a column."""
        if rows:
            arrays = ", ".join(f"%s::{type}[]" for type in types.split())
            statement = f"INSERT INTO {table} SELECT * FROM unnest({arrays}) {otherwise}"  # noqa: S608
            c.execute(self._sql(statement), [list(column) for column in zip(*rows, strict=True)])

    def _check(self, c: Cursor[DictRow], basis: Basis | None, first: int) -> None:
        """Compare what others committed meanwhile with what the decision rests on."""
        if basis is None or basis.position == first - 1:
            return
        c.execute(
            self._sql(
                "SELECT originator_id AS stream, max(originator_version) AS version "
                "FROM {schema}.stored_events WHERE notification_id > %s AND notification_id < %s "
                "GROUP BY originator_id"
            ),
            (basis.position, first),
        )
        for row in c.fetchall():
            if row["version"] > basis.versions.get(row["stream"], row["version"]):
                raise Overtaken(f"{row['stream']} is at {row['version']}")

    # --- writing what was heard -----------------------------------------------------------

    def insert_heard(self, rows: Sequence[HeardRow], moves: Moves) -> None:
        """As :meth:`Recorder.insert_heard` says."""
        with self._transaction() as c:
            self._hear(c, rows, moves)

    def _hear(self, c: Cursor[DictRow], rows: Sequence[HeardRow], moves: Moves) -> None:
        if rows:
            # Rows are numbered in the order of commits, so that `changes` misses none.
            c.execute(
                "SELECT pg_advisory_xact_lock(%s, 0)", [lock_of(self.datastore.schema, "heard")]
            )
        self._insert(
            c,
            "{schema}.heard (stream, service, position, topic, state)",
            "text text bigint text bytea",
            [(row.stream, row.service, row.position, row.topic, row.state) for row in rows],
        )
        self._insert(
            c,
            "{schema}.names",
            "text text",
            [(name, row.stream) for row in rows for name in row.names],
            "ON CONFLICT DO NOTHING",
        )
        self._move(c, moves)

    def _move(self, c: Cursor[DictRow], moves: Moves) -> None:
        self._insert(
            c,
            "{schema}.tracking",
            "text bigint",
            [(name, 0) for name, (before, _) in moves.buckets.items() if before == 0],
            "ON CONFLICT DO NOTHING",
        )
        if moves.buckets:
            c.execute(
                self._sql(
                    "UPDATE {schema}.tracking AS t SET notification_id = m.after "
                    "FROM unnest(%s::text[], %s::bigint[], %s::bigint[]) "
                    "AS m (name, before, after) "
                    "WHERE t.application_name = m.name AND t.notification_id = m.before"
                ),
                (
                    list(moves.buckets),
                    [before for before, _ in moves.buckets.values()],
                    [after for _, after in moves.buckets.values()],
                ),
            )
            if c.rowcount != len(moves.buckets):
                raise IntegrityError(f"one of {', '.join(moves.buckets)} was moved elsewhere")
        self._insert(
            c,
            "{schema}.tracking AS t",
            "text bigint",
            list(moves.whole.items()),
            "ON CONFLICT (application_name) DO UPDATE "
            "SET notification_id = greatest(t.notification_id, excluded.notification_id)",
        )


def open_postgres(url: str, schema: str) -> PostgresLedgerRecorder:
    """The recorder on a database that ``migrate`` has made ready."""
    return PostgresLedgerRecorder(datastore(url, schema))


def migrate(url: str, schema: str) -> None:
    """Make a service's schema and tables, and fill in what an older version did not write.

    Idempotent, safe when run by several at once and beside replicas of either version: what the
    tables gain, the older one does not mind.
    """
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(hashtext('dicoso-migrate'))")
        for name in (schema, views_schema(schema)):
            connection.execute(SQL("CREATE SCHEMA IF NOT EXISTS {}").format(Identifier(name)))
        recorder = open_postgres(url, schema)
        try:
            recorder.create_table()
            recorder.fill_leaves()
        finally:
            recorder.close()
