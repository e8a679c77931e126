"""eventsourcing's own conformance tests, run on the ledger's recorder.

Their originators are UUIDs, so the datastore here says so; the ledger's own are texts.
"""

from __future__ import annotations

import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from eventsourcing.persistence import StoredEvent
from eventsourcing.sqlite import SQLiteDatastore

from shared.recorder import LedgerRecorder

with pytest.MonkeyPatch.context() as patch:
    # The same module tests the library's ciphers, and imports pycryptodome for that; it is
    # not installed because no cipher of the library is used.
    cipher = ModuleType("eventsourcing.cipher")
    cipher.AESCipher = object  # type: ignore[attr-defined]
    patch.setitem(sys.modules, "eventsourcing.cipher", cipher)
    from eventsourcing.tests import persistence as library


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
        # The library's tests leave readers behind; SQLite crashes when closed under them.
        for reader in set(threading.enumerate()) - self.before:
            reader.join()
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
