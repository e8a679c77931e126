"""Each entry's leaf stands in its row, of the very bytes beside it (SQLite)."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from shared.ledger import Ledger
from shared.transparency.leaf import leaf_hash, leaf_record

from .making import appointed, leave, record, transferred


def raw(path: Path, statement: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(path) as file:
        return file.execute(statement).fetchall()


def expected(ledger: Ledger, service: str) -> list[bytes]:
    """The leaves of what is stored, computed apart."""
    return [
        leaf_hash(leaf_record(service, stream, version, topic, state))
        for page in ledger.pages()
        for _, stream, version, topic, state in page
    ]


def test_an_entry_is_recorded_with_its_leaf(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "copy.sqlite", "planning")
    record(ledger, appointed(), transferred(), leave())
    stored = raw(tmp_path / "copy.sqlite", "SELECT leaf FROM stored_events ORDER BY rowid")
    assert [leaf for (leaf,) in stored] == expected(ledger, "planning")
    assert [row.leaf for row in ledger.leaves()] == expected(ledger, "planning")
    assert [row.position for row in ledger.leaves(1, limit=1)] == [2]
    ledger.close()


def test_a_file_says_whose_ledger_it_is_where_nobody_else_does(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "visits.sqlite")
    record(ledger, appointed())
    assert [row.leaf for row in ledger.leaves()] == expected(ledger, "visits")
    ledger.close()


def _older(path: Path) -> None:
    """The file as it was made before entries had leaves."""
    with sqlite3.connect(path) as file:
        file.execute("DROP INDEX leafless")
        file.execute("ALTER TABLE stored_events DROP COLUMN leaf")


def test_an_older_ledger_is_given_its_leaves_when_it_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "planning.sqlite"
    ledger = Ledger(path)
    record(ledger, *(appointed(f"cb-{n}") for n in range(2500)))  # more than one batch
    ledger.close()
    _older(path)
    ledgers = [Ledger(path), Ledger(path)]
    record(ledgers[0], appointed("cb-new"))
    assert [row.leaf for row in ledgers[1].leaves(0, 3000)] == expected(ledgers[0], "planning")
    assert raw(path, "SELECT count(*) FROM stored_events WHERE leaf IS NULL") == [(0,)]
    for ledger in ledgers:
        ledger.close()


def test_what_an_older_version_wrote_beside_this_one_has_a_leaf_all_the_same(
    tmp_path: Path,
) -> None:
    path = tmp_path / "planning.sqlite"
    ledger = Ledger(path)
    record(ledger, appointed("cb-1"), appointed("cb-2"))
    raw(path, "UPDATE stored_events SET leaf = NULL WHERE rowid = 2")
    assert [row.leaf for row in ledger.leaves()] == expected(ledger, "planning")
    ledger.close()


def test_leaves_end_at_a_gap(tmp_path: Path) -> None:
    path = tmp_path / "planning.sqlite"
    ledger = Ledger(path)
    record(ledger, *(appointed(f"cb-{n}") for n in range(4)))
    raw(path, "DELETE FROM stored_events WHERE rowid = 3")
    assert [row.position for row in ledger.leaves()] == [1, 2]
    assert ledger.leaves(2) == []
    ledger.close()
