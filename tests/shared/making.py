"""Small real facts to fill ledgers with, and a way to lay them there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from eventsourcing.sqlite import SQLiteDatastore

from shared.language.planning import (
    AppointCadre,
    CadreAppointed,
    CadreTransferred,
    LeaveRecorded,
)
from shared.ledger import Ledger, NewEntry
from shared.messages import Fact
from shared.recorder import LedgerRecorder

THEN = "2026-01-05T01:02:03.000004Z"


def appointed(cadre: str = "cb-1", department: str = "ban-a") -> CadreAppointed:
    return CadreAppointed(**AppointCadre(cadre=cadre, department=department).model_dump())


def transferred(cadre: str = "cb-1", department: str = "ban-b") -> CadreTransferred:
    return CadreTransferred(cadre=cadre, department=department, position="", on=date(2019, 2, 1))


def leave(key: str = "nv-1", cadre: str = "cb-1") -> LeaveRecorded:
    """A fact that takes a name, ``leave/<key>``."""
    on = date(2019, 3, 1)
    return LeaveRecorded(
        leave=key, cadre=cadre, kind="sick", from_=on, to=on, recorded_on=on, year=2019
    )


def new(fact: Fact, version: int, command: str = "cmd-1") -> NewEntry:
    return NewEntry(fact, version, actor="test", command=command, recorded_at=THEN)


def database(ledger: Ledger) -> SQLiteDatastore:
    """The ledger's own connections to its file."""
    assert isinstance(ledger.recorder, LedgerRecorder)
    datastore: SQLiteDatastore = ledger.recorder.datastore
    return datastore


def record(ledger: Ledger, *facts: Fact) -> Sequence[int]:
    """Lay facts at the end of their streams; their positions."""
    versions: dict[str, int] = {}
    entries = []
    for fact in facts:
        if fact.stream not in versions:
            versions[fact.stream] = ledger.facts(fact.stream)[1]
        versions[fact.stream] += 1
        entries.append(new(fact, versions[fact.stream]))
    return ledger.append(entries)
