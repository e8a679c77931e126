"""``dicoso audit verify`` on ledgers in a database: sound, and after its owner's attacks."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest

from console.audit.bundle import verify as program
from console.audit.export import export
from console.audit.ledgers import open_rows
from console.audit.prove import check, prove
from console.audit.source import below, reader
from console.audit.verify import Verdict, verify
from shared.language.planning import AppointCadre, CadreAppointed
from shared.ledger import Ledger, NewEntry
from shared.postgres import migrate
from shared.services import SERVICES
from shared.transparency.checkpoint import Checkpoint
from shared.transparency.note import SignerKey
from shared.transparency.tiles import grown
from shared.transparency.tree import root_of

KEY = SignerKey.generate("dicoso.local/planning")


@pytest.fixture
def signed(database: str, tmp_path: Path) -> str:
    """Ten cadres in planning's ledger, signed; the log's folder lies beside."""
    for service in SERVICES:
        migrate(database, service)
    ledger = Ledger(database, "planning")
    for n in range(10):
        fact = CadreAppointed(**AppointCadre(cadre=f"cb-{n}", department="ban-a").model_dump())
        ledger.append([NewEntry(fact, 1, "test", f"cmd-{n}", "2026-01-05T01:02:03.000004Z")])
    ledger.close()
    rows = sql(database, "SELECT leaf FROM planning.stored_events ORDER BY notification_id")
    leaves = [row[0] for row in rows]
    log = tmp_path / "log" / "planning"
    for tile, content in grown(0, leaves, lambda path: (log / path).read_bytes()):
        (log / tile.path).parent.mkdir(parents=True, exist_ok=True)
        (log / tile.path).write_bytes(content)
    note = Checkpoint(KEY.name, len(leaves), root_of(leaves)).signed(KEY)
    (log / "checkpoint").write_bytes(bytes(note))
    return database


def sql(database: str, statement: str) -> list[Any]:
    with psycopg.connect(database, autocommit=True) as connection:
        found = connection.execute(statement.encode())
        return found.fetchall() if found.description else []


def faults(verdicts: Sequence[Verdict]) -> list[tuple[str, str]]:
    return [(one.code, one.place) for verdict in verdicts for one in verdict.faults]


def test_attacks_by_the_databases_owner_are_named(signed: str, tmp_path: Path) -> None:
    def told() -> list[tuple[str, str]]:
        return faults(verify(tmp_path, signed, [KEY.verifier]))

    planning = verify(tmp_path, signed, [KEY.verifier])[0]
    assert (planning.entries, planning.signed, planning.faults) == (10, 10, [])
    sql(
        signed,
        "UPDATE planning.stored_events SET state = convert_to("
        "replace(convert_from(state, 'UTF8'), 'ban-a', 'ban-b'), 'UTF8') "
        "WHERE notification_id = 4",
    )
    assert told() == [("entry-altered", "planning #4")]
    sql(signed, "DELETE FROM planning.stored_events WHERE notification_id = 4")
    assert told() == [("entry-missing", "planning #4")]
    sql(signed, "DELETE FROM planning.stored_events WHERE notification_id > 8")
    assert told() == [("entry-missing", "planning #4"), ("tail-missing", "planning #9–10")]


def test_proofs_and_bundles_are_the_same_from_a_database(signed: str, tmp_path: Path) -> None:
    (tmp_path / "log" / "keys").write_text(f"{KEY.verifier}\n")
    bundle = tmp_path / "bundle.zip"
    with ExitStack() as stack:
        ledgers = {
            service: stack.enter_context(open_rows(tmp_path, signed, service))
            for service in SERVICES
        }
        log = below(reader(str(tmp_path / "log")), "planning")
        leaf, checkpoint = check(prove("planning", 7, ledgers["planning"], log), [KEY.verifier])
        export(bundle, ledgers, tmp_path / "log", date(2020, 1, 31))
    assert (leaf.stream, checkpoint.size) == ("cadre/cb-6", 10)
    assert program.main([str(bundle), "--key", str(KEY.verifier)]) == 0, program.FAULTS


def test_an_unsigned_tail_that_is_gone_is_seen_by_the_databases_own_count(
    signed: str, tmp_path: Path
) -> None:
    sql(signed, "UPDATE planning.head SET position = 12")
    found = verify(tmp_path, signed, [KEY.verifier])
    assert faults(found) == [("tail-missing", "planning #11–12")]


def test_a_database_that_cannot_be_read_is_said(signed: str, tmp_path: Path) -> None:
    sql(signed, "DROP SCHEMA appraisal CASCADE")
    assert faults(verify(tmp_path, signed, [KEY.verifier])) == [("no-ledger", "appraisal")]
    nowhere = signed.rpartition("/")[0] + "/nowhere"
    assert {code for code, _ in faults(verify(tmp_path, nowhere, []))} == {"unreadable"}
