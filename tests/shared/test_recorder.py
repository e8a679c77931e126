"""eventsourcing's own conformance tests, run on the ledger's recorder.

Their originators are UUIDs, so the datastore here says so; the ledger's own are texts.
"""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from eventsourcing.persistence import StoredEvent
from eventsourcing.sqlite import SQLiteDatastore

from conformance import join_readers, library
from shared.recorder import LedgerRecorder


class Positionless(LedgerRecorder):
    """The recorder seen as an aggregate recorder: such recorders give no positions back."""

    def insert_events(self, stored_events: Sequence[StoredEvent], **more: Any) -> None:
        super().insert_events(stored_events, **more)


class InAFile:
    """A recorder in a new file for each test."""

    made: type[LedgerRecorder] = LedgerRecorder

    def setUp(self) -> None:
        self.before = set(threading.enumerate())
        self.folder = tempfile.TemporaryDirectory()

    def tearDown(self) -> None:
        join_readers(self.before)
        self.datastore.close()
        self.folder.cleanup()

    def create_recorder(self) -> LedgerRecorder:
        self.datastore = SQLiteDatastore(str(Path(self.folder.name) / "ledger.sqlite"))
        recorder = self.made(self.datastore)
        recorder.create_table()
        return recorder


class TestAsAggregateRecorder(InAFile, library.AggregateRecorderTestCase):
    made = Positionless


class TestAsApplicationRecorder(InAFile, library.ApplicationRecorderTestCase[LedgerRecorder]):
    """With positions (the library's notification ids) that are contiguous from 1."""


class TestPositionsOfOneCommitStandTogether(
    InAFile, library.NonInterleavingNotificationIDsBaseCase
):
    pass


class TestAsTrackingRecorder(InAFile, library.TrackingRecorderTestCase):
    pass


class TestAsProcessRecorder(InAFile, library.ProcessRecorderTestCase):
    pass
