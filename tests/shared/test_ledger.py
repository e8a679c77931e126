"""The ledger on a real file: positions, conflicts, names, pages, hearing."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from threading import Thread

import pytest
from eventsourcing.persistence import IntegrityError

from shared.entries import write_state
from shared.ledger import Ledger, NewEntry
from shared.messages import Fact
from shared.recording import HeardRow, Moves, Obeyed

from .making import THEN, appointed, database, leave, new, record, transferred


def positions(ledger: Ledger) -> list[int]:
    return [entry.position for entry in ledger.all_entries()]


def tables(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """All that stands in the file, seen without the ledger's own code."""
    with sqlite3.connect(path) as file:
        names = ("stored_events", "names", "commands", "heard", "tracking")
        return {name: file.execute(f"SELECT * FROM {name}").fetchall() for name in names}  # noqa: S608


def heard(fact: Fact, position: int, service: str = "planning") -> HeardRow:
    state = write_state(fact, "test", "cmd-1", THEN, "")
    return HeardRow(fact.stream, service, position, fact.type, state, fact.names)


# --- positions ----------------------------------------------------------------------------------


def test_an_entry_comes_back_as_it_was_recorded(ledger: Ledger) -> None:
    assert list(ledger.append([new(appointed(), 1)])) == [1]
    [entry] = ledger.entries()
    assert (entry.position, entry.version, entry.fact) == (1, 1, appointed())
    assert (entry.actor, entry.command, entry.recorded_at) == ("test", "cmd-1", THEN)


def test_positions_count_from_1_without_a_gap_even_after_refused_appends(ledger: Ledger) -> None:
    record(ledger, appointed("cb-1"), appointed("cb-2"))
    for _ in range(3):
        with pytest.raises(IntegrityError):
            ledger.append([new(appointed("cb-3"), 1), new(appointed("cb-1"), 1)])
    record(ledger, appointed("cb-3"))
    assert positions(ledger) == [1, 2, 3]
    assert ledger.head() == 3


def test_two_writers_that_race_leave_gapless_positions_and_whole_streams(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    ledgers = [Ledger(path), Ledger(path)]
    won: list[int] = []

    def write(ledger: Ledger) -> None:
        for _ in range(60):
            version = ledger.facts("cadre/cb-1")[1] + 1
            try:
                won.extend(ledger.append([new(transferred("cb-1"), version)]))
            except IntegrityError:
                continue

    threads = [Thread(target=write, args=[ledger]) for ledger in ledgers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    entries = list(ledgers[0].all_entries())
    assert len(entries) >= 60
    assert [entry.position for entry in entries] == list(range(1, len(entries) + 1))
    assert [entry.version for entry in entries] == list(range(1, len(entries) + 1))
    assert sorted(won) == [entry.position for entry in entries]
    for ledger in ledgers:
        ledger.close()


def test_a_position_is_never_given_twice_even_when_the_tail_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    ledger = Ledger(path)
    record(ledger, appointed("cb-1"), appointed("cb-2"), appointed("cb-3"))
    ledger.close()
    with sqlite3.connect(path) as file:
        file.execute("DELETE FROM stored_events WHERE rowid > 1")
    ledger = Ledger(path)
    assert list(record(ledger, appointed("cb-4"))) == [4]
    ledger.close()


def test_a_commit_is_on_disk_when_it_returns(ledger: Ledger) -> None:
    with database(ledger).transaction(commit=False) as c:
        c.execute("PRAGMA journal_mode")
        assert c.fetchone()[0] == "wal"
        c.execute("PRAGMA synchronous")
        assert c.fetchone()[0] >= 2  # FULL: in WAL mode every commit is synced


# --- conflicts ----------------------------------------------------------------------------------


def obeyed(id: str, last: int = 0) -> Obeyed:
    return Obeyed(id, b"digest", version=1, last=last)


@pytest.mark.parametrize(
    ("entries", "commands"),
    [
        pytest.param([new(appointed("cb-1"), 1)], [obeyed("cmd-2")], id="version"),
        pytest.param([new(leave("nv-1", "cb-2"), 1)], [obeyed("cmd-2")], id="name"),
        pytest.param([new(appointed("cb-2"), 1)], [obeyed("cmd-1")], id="command"),
    ],
)
def test_what_is_taken_refuses_the_whole_append(
    tmp_path: Path, entries: list[NewEntry], commands: list[Obeyed]
) -> None:
    path = tmp_path / "ledger.sqlite"
    ledger = Ledger(path)
    ledger.append([new(appointed("cb-1"), 1), new(leave("nv-1"), 2)], [obeyed("cmd-1", 1)])
    before = tables(path)
    with pytest.raises(IntegrityError):
        ledger.append([new(leave("nv-9", "cb-9"), 1), *entries], commands)
    assert tables(path) == before
    assert ledger.named(["leave/nv-9"]) == {}
    assert ledger.glance(["cmd-2"], []).answered == {}
    ledger.close()


def test_a_name_leads_to_the_stream_that_took_it(ledger: Ledger) -> None:
    record(ledger, leave("nv-1", "cb-7"))
    assert ledger.named(["leave/nv-1"]) == {"leave/nv-1": "cadre/cb-7"}
    assert ledger.named(["leave/nv-2"]) == {}


def test_an_obeyed_command_is_known_by_its_id_with_the_position_of_its_last_fact(
    ledger: Ledger,
) -> None:
    record(ledger, appointed("cb-9"))
    entries = [new(appointed(), 1), new(transferred(), 2)]
    ledger.append(entries, [Obeyed("cmd-1", b"digest", version=2, last=1)])
    [answered] = ledger.glance(["cmd-1", "cmd-2"], []).answered.values()
    assert (answered.digest, answered.version, answered.position) == (b"digest", 2, 3)


# --- streams ------------------------------------------------------------------------------------


def test_streams_come_in_pages_in_order_own_and_heard_each_once(ledger: Ledger) -> None:
    own = [f"cb-{n}" for n in (5, 3, 1)]
    record(ledger, *(appointed(key) for key in own), transferred("cb-3"))
    ledger.hear(
        [heard(appointed(key), n) for n, key in enumerate(("cb-2", "cb-3", "Đb"), 1)],
        Moves({"planning": (0, 3)}),
    )
    found: list[str] = []
    while page := ledger.streams("cadre/", found[-1] if found else "", limit=2):
        assert len(page) <= 2
        found += page
    assert found == [f"cadre/{key}" for key in ("cb-1", "cb-2", "cb-3", "cb-5", "Đb")]
    assert ledger.streams("cadr/") == []


def test_what_is_heard_comes_back_by_pages_as_it_was_filed(ledger: Ledger) -> None:
    rows = [heard(appointed(key), n) for n, key in enumerate(("cb-2", "cb-1", "Đb"), 5)]
    ledger.hear(rows, Moves({"planning": (0, 7)}))
    first = ledger.heard_entries(0, 2)
    second = ledger.heard_entries(first[-1].number, 2)
    assert ledger.heard_entries(second[-1].number, 2) == []
    assert [tuple(one)[1:] for one in (*first, *second)] == [
        (row.stream, row.service, row.position, row.topic, row.state) for row in rows
    ]


def test_the_facts_of_a_stream_are_the_heard_ones_and_then_its_own_in_order(
    ledger: Ledger,
) -> None:
    record(ledger, transferred(department="own-1"), transferred(department="own-2"))
    ledger.hear([heard(transferred(department="heard-1"), 7)], Moves({"planning": (0, 7)}))
    ledger.hear([heard(transferred(department="heard-2"), 9)], Moves({"planning": (7, 9)}))
    facts, version = ledger.facts("cadre/cb-1")
    departments = [fact.department for fact in facts if hasattr(fact, "department")]
    assert departments == ["heard-1", "heard-2", "own-1", "own-2"]
    assert version == 2


# --- hearing ------------------------------------------------------------------------------------


def test_hearing_moves_the_tracking_and_takes_the_names(ledger: Ledger) -> None:
    ledger.hear([heard(leave("nv-1"), 4)], Moves({"planning": (0, 4), "planning/07": (0, 4)}))
    assert (ledger.tracked("planning"), ledger.tracked("planning/07")) == (4, 4)
    assert ledger.tracked("planning/08") == 0
    assert ledger.named(["leave/nv-1"]) == {"leave/nv-1": "cadre/cb-1"}


def test_a_move_from_where_the_tracking_does_not_stand_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    ledger = Ledger(path)
    ledger.hear([heard(appointed(), 1)], Moves({"planning": (0, 1), "planning/07": (0, 1)}))
    before = tables(path)
    for moves in (
        {"planning": (0, 2), "planning/07": (1, 2)},
        {"planning": (1, 2), "planning/07": (0, 2)},
        {"planning": (2, 3)},
    ):
        with pytest.raises(IntegrityError):
            ledger.hear([heard(leave(), 2)], Moves(moves))
    assert tables(path) == before
    ledger.close()


def test_a_fact_that_was_heard_is_not_heard_again(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    ledger = Ledger(path)
    ledger.hear([heard(appointed(), 1)], Moves({"planning": (0, 1)}))
    before = tables(path)
    for moves in ({"planning": (0, 1)}, {"planning": (1, 2)}):
        with pytest.raises(IntegrityError):
            ledger.hear([heard(appointed(), 1)], Moves(moves))
    assert tables(path) == before
    ledger.hear([heard(appointed(), 1, service="visits")], Moves({"visits": (0, 1)}))
    ledger.close()
