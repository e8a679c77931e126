"""eventsourcing's own conformance tests, run on the ledger's recorder on PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresDatastore
from psycopg.conninfo import conninfo_to_dict
from psycopg.sql import SQL, Identifier

from conformance import join_readers, library
from shared.postgres import PostgresLedgerRecorder


class Positionless(PostgresLedgerRecorder):
    """The recorder seen as an aggregate recorder: such recorders give no positions back."""

    def insert_events(self, stored_events: Sequence[StoredEvent], **more: Any) -> None:
        super().insert_events(stored_events, **more)


class OnASchema:
    """A recorder in a new schema for each test; the library's originators are UUIDs."""

    made: type[PostgresLedgerRecorder] = PostgresLedgerRecorder

    @pytest.fixture(autouse=True)
    def _schema(self, server: str) -> Iterator[None]:
        self.url, self.schema = server, f"test_{uuid4().hex}"
        before = set(threading.enumerate())
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(SQL("CREATE SCHEMA {}").format(Identifier(self.schema)))
            yield
            join_readers(before)
            self.datastore.close()
            connection.execute(SQL("DROP SCHEMA {} CASCADE").format(Identifier(self.schema)))

    def setUp(self) -> None:
        """Nothing: the fixture has made the schema."""

    def tearDown(self) -> None:
        """Nothing: the fixture drops the schema."""

    def create_recorder(self) -> PostgresLedgerRecorder:
        parts = conninfo_to_dict(self.url)
        self.datastore = PostgresDatastore(
            dbname=str(parts["dbname"]),
            host=str(parts["host"]),
            port=str(parts["port"]),
            user=str(parts["user"]),
            password=str(parts.get("password", "")),
            schema=self.schema,
            pool_size=2,
            max_overflow=20,
        )
        recorder = self.made(self.datastore)
        recorder.create_table()
        return recorder


class TestAsAggregateRecorder(OnASchema, library.AggregateRecorderTestCase):
    made = Positionless


class TestAsApplicationRecorder(
    OnASchema, library.ApplicationRecorderTestCase[PostgresLedgerRecorder]
):
    """With positions (the library's notification ids) that are contiguous from 1."""


class TestPositionsOfOneCommitStandTogether(
    OnASchema, library.NonInterleavingNotificationIDsBaseCase
):
    pass


class TestAsTrackingRecorder(OnASchema, library.TrackingRecorderTestCase):
    pass


class TestAsProcessRecorder(OnASchema, library.ProcessRecorderTestCase):
    pass
