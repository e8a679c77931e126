"""What is read of a ledger on PostgreSQL (``postgres.py`` says which tables, and writes them)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from eventsourcing.postgres import PostgresDatastore, PostgresProcessRecorder
from psycopg.rows import DictRow, tuple_row
from psycopg.sql import SQL, Composed, Identifier

from shared.folding import EntryRow
from shared.recording import (
    Answered,
    Changes,
    Glance,
    HeardEntry,
    LeafRow,
    Mark,
    PlacedRow,
    StreamRow,
)

_LAST = (
    "SELECT position, (SELECT coalesce(max(number), 0) FROM {schema}.heard) AS number "
    "FROM {schema}.head"
)
_GLANCE = (
    "SELECT '' AS name, NULL::bytea AS digest, position AS a, "
    "(SELECT coalesce(max(number), 0) FROM {schema}.heard) AS b, NULL AS stream "
    "FROM {schema}.head UNION ALL "
    "SELECT id, digest, version, position, NULL FROM {schema}.commands WHERE id = ANY(%b) "
    "UNION ALL "
    "SELECT name, NULL, NULL, NULL, stream FROM {schema}.names WHERE name = ANY(%b)"
)
"""The mark, the answers given (they have a digest), and where names lead (they have a stream)."""
_NAMED = "SELECT * FROM {schema}.names WHERE name = ANY(%s)"


class PostgresReading(PostgresProcessRecorder):
    """The reading half of the recorder; one schema per service."""

    def __init__(self, datastore: PostgresDatastore) -> None:
        super().__init__(datastore, tracking_table_name="tracking")
        self.service = datastore.schema

    def _sql(self, statement: str) -> Composed:
        return SQL(statement).format(
            schema=Identifier(self.datastore.schema),
            type=SQL(self.datastore.originator_id_type),
        )

    def _rows(
        self, statement: str, values: Sequence[Any] | Mapping[str, Any] = ()
    ) -> list[DictRow]:
        with self.datastore.get_connection() as connection, connection.cursor() as c:
            return c.execute(self._sql(statement), values).fetchall()

    def close(self) -> None:
        """As :meth:`Recorder.close` says."""
        self.datastore.close()

    def changes(self, after: Mark, upto: Mark, limit: int) -> Changes:
        """As :meth:`Recorder.changes` says."""
        own = self._rows(
            "SELECT notification_id AS position, originator_id, originator_version, topic, state "
            "FROM {schema}.stored_events WHERE notification_id > %s AND notification_id <= %s "
            "ORDER BY notification_id LIMIT %s",
            (after.position, upto.position, limit),
        )
        heard = self._rows(
            "SELECT number, stream FROM {schema}.heard WHERE number > %s AND number <= %s "
            "ORDER BY number LIMIT %s",
            (after.number, upto.number, limit),
        )
        return Changes(
            Mark(
                own[-1]["position"] if len(own) == limit else upto.position,
                heard[-1]["number"] if len(heard) == limit else upto.number,
            ),
            [
                StreamRow(
                    str(row["originator_id"]),
                    row["originator_version"],
                    row["topic"],
                    bytes(row["state"]),
                )
                for row in own
            ],
            [row["stream"] for row in heard],
        )

    def page(self, after: int, limit: int) -> list[EntryRow]:
        """As :meth:`Recorder.page` says; in PostgreSQL's binary format, which is not parsed."""
        statement = self._sql(
            "SELECT notification_id, originator_id::text, originator_version, topic, state "
            "FROM {schema}.stored_events WHERE notification_id > %s "
            "ORDER BY notification_id LIMIT %s"
        )
        with (
            self.datastore.get_connection() as connection,
            connection.cursor(row_factory=tuple_row, binary=True) as c,
        ):
            rows: list[EntryRow] = c.execute(statement, (after, limit)).fetchall()
            return rows

    def leaves(self, after: int, limit: int) -> list[LeafRow]:
        """As :meth:`Recorder.leaves` says."""
        rows = self._rows(
            "SELECT notification_id AS position, topic, leaf FROM {schema}.stored_events "
            "WHERE notification_id > %s ORDER BY notification_id LIMIT %s",
            (after, limit),
        )
        return [LeafRow(**row) for row in rows]

    def heard_page(self, after: int, limit: int) -> list[HeardEntry]:
        """As :meth:`Recorder.heard_page` says."""
        rows = self._rows(
            "SELECT number, stream, service, position, topic, state FROM {schema}.heard "
            "WHERE number > %s ORDER BY number LIMIT %s",
            (after, limit),
        )
        return [HeardEntry(**{**row, "state": bytes(row["state"])}) for row in rows]

    def last(self) -> Mark:
        """As :meth:`Recorder.last` says."""
        (row,) = self._rows(_LAST)
        return Mark(row["position"], row["number"])

    def tracking(self) -> dict[str, int]:
        """As :meth:`Recorder.tracking` says."""
        rows = self._rows(
            "SELECT application_name AS name, notification_id AS at FROM {schema}.tracking"
        )
        return {row["name"]: row["at"] for row in rows}

    def facts_of(self, streams: Sequence[str]) -> list[StreamRow]:
        """As :meth:`Recorder.facts_of` says."""
        rows = self._rows(
            "(SELECT stream, 0::bigint AS version, topic, state FROM {schema}.heard "
            "WHERE stream = ANY(%s) ORDER BY stream, number) UNION ALL "
            "(SELECT originator_id::text, originator_version, topic, state "
            "FROM {schema}.stored_events WHERE originator_id = ANY(%s::{type}[]) "
            "ORDER BY originator_id, originator_version)",
            [list(streams), list(streams)],
        )
        return [
            StreamRow(row["stream"], row["version"], row["topic"], bytes(row["state"]))
            for row in rows
        ]

    def placed(self, streams: Sequence[str]) -> list[PlacedRow]:
        """As :meth:`Recorder.placed` says."""
        heard = self._rows(
            "SELECT stream, service, position, 0::bigint AS version, topic, state "
            "FROM {schema}.heard WHERE stream = ANY(%s) ORDER BY number",
            [list(streams)],
        )
        own = self._rows(
            "SELECT originator_id::text AS stream, %s::text AS service, "
            "notification_id AS position, originator_version AS version, topic, state "
            "FROM {schema}.stored_events WHERE originator_id = ANY(%s::{type}[]) "
            "ORDER BY notification_id",
            [self.service, list(streams)],
        )
        return [PlacedRow(**{**row, "state": bytes(row["state"])}) for row in (*heard, *own)]

    def own_of(self, streams: Sequence[str]) -> list[StreamRow]:
        """As :meth:`Recorder.own_of` says."""
        rows = self._rows(
            "SELECT originator_id::text AS stream, originator_version AS version, topic, state "
            "FROM {schema}.stored_events WHERE originator_id = ANY(%s::{type}[]) "
            "ORDER BY originator_id, originator_version",
            [list(streams)],
        )
        return [
            StreamRow(row["stream"], row["version"], row["topic"], bytes(row["state"]))
            for row in rows
        ]

    def streams_between(self, first: str, last: str, limit: int) -> list[str]:
        """As :meth:`Recorder.streams_between` says."""
        rows = self._rows(
            "WITH RECURSIVE heard_streams AS ("
            "(SELECT stream FROM {schema}.heard WHERE stream > %(first)s AND stream < %(last)s "
            "ORDER BY stream LIMIT 1) UNION ALL "
            "SELECT (SELECT stream FROM {schema}.heard WHERE stream > h.stream "
            "AND stream < %(last)s ORDER BY stream LIMIT 1) "
            "FROM heard_streams h WHERE h.stream IS NOT NULL) "
            '(SELECT originator_id::text COLLATE "C" AS stream FROM {schema}.stored_events '
            'WHERE originator_id::text COLLATE "C" > %(first)s '
            'AND originator_id::text COLLATE "C" < %(last)s '
            "AND originator_version = 1 ORDER BY 1 LIMIT %(limit)s) "
            "UNION (SELECT stream FROM heard_streams WHERE stream IS NOT NULL LIMIT %(limit)s) "
            "ORDER BY 1 LIMIT %(limit)s",
            {"first": first, "last": last, "limit": limit},
        )
        return [row["stream"] for row in rows]

    def streams_named(self, names: Sequence[str]) -> dict[str, str]:
        """As :meth:`Recorder.streams_named` says."""
        rows = self._rows(_NAMED, [list(names)])
        return {row["name"]: row["stream"] for row in rows}

    def glance(self, ids: Sequence[str], names: Sequence[str]) -> Glance:
        """As :meth:`Recorder.glance` says; three questions by one statement."""
        with (
            self.datastore.get_connection() as connection,
            connection.cursor(row_factory=tuple_row, binary=True) as c,
        ):
            c.execute(self._sql(_GLANCE), [list(ids), list(names)])
            rows = c.fetchall()
        (mark,) = (Mark(a, b) for _, digest, a, b, stream in rows if digest is stream is None)
        return Glance(
            mark,
            {name: Answered(digest, a, b) for name, digest, a, b, _ in rows if digest is not None},
            {name: stream for name, _, _, _, stream in rows if stream is not None},
        )
