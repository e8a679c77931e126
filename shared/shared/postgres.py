"""The ledger's tables on PostgreSQL: eventsourcing's process recorder, and four tables beside.

One schema per service. As on SQLite (``recorder.py``), with ``head`` beside: one row that
holds the last position. Raising it takes its lock, so positions are given in the order of
commits; a roll-back gives them back, so they have no gaps; and none is given twice, not
even after the tail is lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import psycopg
from eventsourcing.persistence import IntegrityError, StoredEvent
from eventsourcing.postgres import PostgresDatastore, PostgresProcessRecorder
from psycopg import Cursor
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import DictRow
from psycopg.sql import SQL, Composed, Identifier

from shared.recording import Answered, HeardRow, Obeyed

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


class PostgresLedgerRecorder(PostgresProcessRecorder):
    """eventsourcing's process recorder with the tables above."""

    def __init__(self, datastore: PostgresDatastore) -> None:
        super().__init__(datastore, tracking_table_name="tracking")
        self.sql_create_statements += [self._sql(statement) for statement in _TABLES]

    def _sql(self, statement: str) -> Composed:
        return SQL(statement).format(
            schema=Identifier(self.datastore.schema),
            type=SQL(self.datastore.originator_id_type),
        )

    def insert_events(
        self, stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> Sequence[int] | None:
        """As :meth:`Recorder.insert_events` says; one transaction, without the library's retry."""
        names: Mapping[str, str] = kwargs.get("names", {})
        obeyed: Iterable[Obeyed] = kwargs.get("obeyed", ())
        with self.datastore.transaction(commit=True) as c:
            first = self._take_positions(c, len(stored_events))
            self._insert_events(c, stored_events, **kwargs)  # the library's tracking
            c.execute(
                self._sql(
                    "INSERT INTO {schema}.stored_events "
                    "(originator_id, originator_version, topic, state, notification_id) "
                    "SELECT s::{type}, v, t, b, %s + n - 1 FROM unnest(%s::text[], %s::bigint[], "
                    "%s::text[], %s::bytea[]) WITH ORDINALITY AS e (s, v, t, b, n)"
                ),
                (
                    first,
                    [str(one.originator_id) for one in stored_events],
                    [one.originator_version for one in stored_events],
                    [one.topic for one in stored_events],
                    [one.state for one in stored_events],
                ),
            )
            if names:
                c.execute(
                    self._sql(
                        "INSERT INTO {schema}.names SELECT * FROM unnest(%s::text[], %s::text[])"
                    ),
                    (list(names), list(names.values())),
                )
            for one in obeyed:
                c.execute(
                    self._sql("INSERT INTO {schema}.commands VALUES (%s, %s, %s, %s)"),
                    (one.id, one.digest, one.version, first + one.last),
                )
        return list(range(first, first + len(stored_events)))

    def _take_positions(self, c: Cursor[DictRow], count: int) -> int:
        """The first of ``count`` positions, which are ours when this transaction commits."""
        c.execute(
            self._sql("UPDATE {schema}.head SET position = position + %s RETURNING position"),
            [count],
        )
        row = c.fetchone()
        assert row is not None, "the head's row is made by migrate"  # noqa: S101
        return int(row["position"]) - count + 1

    def insert_heard(self, rows: Sequence[HeardRow], moves: Mapping[str, tuple[int, int]]) -> None:
        """As :meth:`Recorder.insert_heard` says."""
        with self.datastore.transaction(commit=True) as c:
            for name, (before, after) in moves.items():
                c.execute(
                    self._sql(
                        "INSERT INTO {schema}.tracking VALUES (%(name)s, %(after)s) "
                        "ON CONFLICT (application_name) DO UPDATE "
                        "SET notification_id = %(after)s "
                        "WHERE tracking.notification_id = %(before)s"
                    )
                    if before == 0
                    else self._sql(
                        "UPDATE {schema}.tracking SET notification_id = %(after)s "
                        "WHERE application_name = %(name)s AND notification_id = %(before)s"
                    ),
                    {"name": name, "before": before, "after": after},
                )
                if c.rowcount != 1:
                    raise IntegrityError(f"tracking of {name} is no longer at {before}")
            c.execute(
                self._sql(
                    "INSERT INTO {schema}.heard (stream, service, position, topic, state) "
                    "SELECT * FROM unnest(%s::text[], %s::text[], %s::bigint[], %s::text[], "
                    "%s::bytea[])"
                ),
                (
                    [row.stream for row in rows],
                    [row.service for row in rows],
                    [row.position for row in rows],
                    [row.topic for row in rows],
                    [row.state for row in rows],
                ),
            )
            named = [(name, row.stream) for row in rows for name in row.names]
            if named:
                c.execute(
                    self._sql(
                        "INSERT INTO {schema}.names SELECT * FROM unnest(%s::text[], %s::text[]) "
                        "ON CONFLICT DO NOTHING"
                    ),
                    tuple(map(list, zip(*named, strict=True))),
                )

    def heard_of(self, stream: str) -> list[tuple[str, bytes]]:
        """As :meth:`Recorder.heard_of` says."""
        rows = self._rows(
            "SELECT topic, state FROM {schema}.heard WHERE stream = %s ORDER BY number", stream
        )
        return [(row["topic"], bytes(row["state"])) for row in rows]

    def streams_between(self, first: str, last: str, limit: int) -> list[str]:
        """As :meth:`Recorder.streams_between` says."""
        rows = self._rows(
            'SELECT originator_id::text COLLATE "C" AS stream FROM {schema}.stored_events '
            'WHERE originator_id::text COLLATE "C" > %s '
            'AND originator_id::text COLLATE "C" < %s '
            "AND originator_version = 1 "
            "UNION SELECT stream FROM {schema}.heard WHERE stream > %s AND stream < %s "
            "ORDER BY 1 LIMIT %s",
            *(first, last, first, last, limit),
        )
        return [row["stream"] for row in rows]

    def stream_named(self, name: str) -> str | None:
        """As :meth:`Recorder.stream_named` says."""
        rows = self._rows("SELECT stream FROM {schema}.names WHERE name = %s", name)
        return rows[0]["stream"] if rows else None

    def answered(self, ids: Sequence[str]) -> dict[str, Answered]:
        """As :meth:`Recorder.answered` says."""
        rows = self._rows("SELECT * FROM {schema}.commands WHERE id = ANY(%s)", list(ids))
        return {
            row["id"]: Answered(bytes(row["digest"]), row["version"], row["position"])
            for row in rows
        }

    def _rows(self, statement: str, *values: Any) -> list[DictRow]:
        with self.datastore.get_connection() as connection, connection.cursor() as c:
            return c.execute(self._sql(statement), values).fetchall()

    def close(self) -> None:
        """As :meth:`Recorder.close` says."""
        self.datastore.close()


def open_postgres(url: str, schema: str) -> PostgresLedgerRecorder:
    """The recorder on a database that ``migrate`` has made ready."""
    parts = conninfo_to_dict(url)
    return PostgresLedgerRecorder(
        PostgresDatastore(
            dbname=str(parts.get("dbname", "dicoso")),
            host=str(parts.get("host", "127.0.0.1")),
            port=str(parts.get("port", "5432")),
            user=str(parts.get("user", "dicoso")),
            password=str(parts.get("password", "")),
            schema=schema,
            originator_id_type="text",
            pool_size=1,
            max_overflow=4,
            connect_timeout=2,
            lock_timeout=5,
        )
    )


def migrate(url: str, schema: str) -> None:
    """Make a service's schema and tables; idempotent, and safe when run by several at once."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(hashtext('dicoso-migrate'))")
        connection.execute(SQL("CREATE SCHEMA IF NOT EXISTS {}").format(Identifier(schema)))
        recorder = open_postgres(url, schema)
        try:
            recorder.create_table()
        finally:
            recorder.close()
