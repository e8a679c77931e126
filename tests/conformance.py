"""eventsourcing's own conformance tests for recorders, and what running them needs."""

from __future__ import annotations

import sys
import threading
from types import ModuleType

import pytest

with pytest.MonkeyPatch.context() as patch:
    # The same module tests the library's ciphers, and imports pycryptodome for that; it is
    # not installed because no cipher of the library is used.
    cipher = ModuleType("eventsourcing.cipher")
    cipher.AESCipher = object  # type: ignore[attr-defined]  # a stand-in has what it is given
    patch.setitem(sys.modules, "eventsourcing.cipher", cipher)
    from eventsourcing.tests import persistence as library

__all__ = ["join_readers", "library"]


def join_readers(before: set[threading.Thread]) -> None:
    """Wait for the readers that the library's tests leave behind: SQLite crashes when it is
    closed under them. Threads of a connection pool, which end with it, are not waited for."""
    for thread in set(threading.enumerate()) - before:
        if "read_continuously" in thread.name:
            thread.join()
