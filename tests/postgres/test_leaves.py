"""Each entry's leaf stands in its row, as on SQLite (tests/shared/test_leaves.py)."""

from __future__ import annotations

from threading import Thread

import psycopg

from shared.ledger import Ledger
from shared.postgres import migrate
from shared.transparency.leaf import leaf_hash, leaf_record

from .test_ledger import appointed, leave, new


def expected(ledger: Ledger) -> list[bytes]:
    """The leaves of what is stored, computed apart."""
    return [
        leaf_hash(leaf_record("planning", stream, version, topic, state))
        for page in ledger.pages()
        for _, stream, version, topic, state in page
    ]


def test_an_entry_is_recorded_with_its_leaf(planning: str) -> None:
    ledger = Ledger(planning, "planning")
    ledger.append([new(appointed(), 1), new(leave(), 2)])
    ledger.append([new(appointed("cb-đ"), 1)])
    with psycopg.connect(planning) as database:
        rows = database.execute("SELECT leaf FROM planning.stored_events ORDER BY notification_id")
        assert [bytes(leaf) for (leaf,) in rows] == expected(ledger)
    assert [row.leaf for row in ledger.leaves()] == expected(ledger)
    assert [row.position for row in ledger.leaves(1, limit=1)] == [2]
    ledger.close()


def test_migrate_fills_in_the_leaves_of_an_older_ledger_also_when_several_do(
    planning: str,
) -> None:
    ledger = Ledger(planning, "planning")
    ledger.append([new(appointed(f"cb-{n}"), 1) for n in range(2500)])  # more than one batch
    with psycopg.connect(planning) as database:
        database.execute("ALTER TABLE planning.stored_events DROP COLUMN leaf")  # and its index
    threads = [Thread(target=migrate, args=[planning, "planning"]) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with psycopg.connect(planning) as database:
        rows = database.execute("SELECT leaf FROM planning.stored_events ORDER BY notification_id")
        assert [bytes(leaf) for (leaf,) in rows] == expected(ledger)
    ledger.close()


def test_what_an_older_version_writes_beside_this_one_is_filled_in_later(planning: str) -> None:
    ledger = Ledger(planning, "planning")
    ledger.append([new(appointed("cb-1"), 1), new(appointed("cb-2"), 1)])
    with psycopg.connect(planning) as database:
        database.execute("UPDATE planning.stored_events SET leaf = NULL WHERE notification_id = 2")
    assert [row.leaf for row in ledger.leaves()] == expected(ledger)
    migrate(planning, "planning")
    with psycopg.connect(planning) as database:
        rows = database.execute("SELECT leaf FROM planning.stored_events ORDER BY notification_id")
        assert [bytes(leaf) for (leaf,) in rows] == expected(ledger)
    ledger.close()
