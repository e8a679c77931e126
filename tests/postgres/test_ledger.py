"""The ledger on PostgreSQL keeps the same promises as on SQLite (tests/shared/test_ledger.py)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from threading import Thread

import psycopg
import pytest
from eventsourcing.persistence import IntegrityError

from planning.service import SPEC
from shared.answers import Done, No
from shared.desk import Desk, Request
from shared.entries import write_state
from shared.language.planning import AppointCadre, CadreAppointed, CadreTransferred, LeaveRecorded
from shared.ledger import Ledger, NewEntry
from shared.messages import Fact
from shared.postgres import migrate
from shared.recording import (
    Answered,
    Basis,
    Glance,
    HeardRow,
    Mark,
    Moves,
    Obeyed,
    Overtaken,
)

THEN = "2026-01-05T01:02:03.000004Z"
DAY = date(2019, 3, 1)


def appointed(cadre: str = "cb-1") -> CadreAppointed:
    return CadreAppointed(**AppointCadre(cadre=cadre, department="ban-a").model_dump())


def moved(cadre: str = "cb-1", department: str = "ban-b") -> CadreTransferred:
    return CadreTransferred(cadre=cadre, department=department, position="", on=DAY)


def leave(key: str = "nv-1", cadre: str = "cb-1") -> LeaveRecorded:
    return LeaveRecorded(
        leave=key, cadre=cadre, kind="sick", from_=DAY, to=DAY, recorded_on=DAY, year=2019
    )


def new(fact: Fact, version: int) -> NewEntry:
    return NewEntry(fact, version, actor="test", command="cmd", recorded_at=THEN)


def heard(fact: Fact, position: int) -> HeardRow:
    state = write_state(fact, "test", "cmd", THEN, "")
    return HeardRow(fact.stream, "planning", position, fact.type, state, fact.names)


@pytest.fixture
def ledger(planning: str) -> Iterator[Ledger]:
    one = Ledger(planning, "planning")
    yield one
    one.close()


def test_an_entry_comes_back_as_it_was_recorded(ledger: Ledger) -> None:
    assert ledger.head() == 0
    assert list(ledger.append([new(appointed(), 1)])) == [1]
    [entry] = ledger.entries()
    assert (entry.position, entry.stream, entry.version) == (1, "cadre/cb-1", 1)
    assert (entry.fact, entry.actor, entry.command) == (appointed(), "test", "cmd")


def test_positions_have_no_gap_after_refused_appends(ledger: Ledger) -> None:
    ledger.append([new(appointed("cb-1"), 1), new(appointed("cb-2"), 1)])
    for _ in range(3):
        with pytest.raises(IntegrityError):
            ledger.append([new(appointed("cb-3"), 1), new(appointed("cb-1"), 1)])
    assert list(ledger.append([new(appointed("cb-3"), 1)])) == [3]


def test_a_decision_that_nobody_overtook_is_written_behind_what_others_wrote(
    ledger: Ledger,
) -> None:
    ledger.append([new(appointed("cb-1"), 1)])
    before = Basis(1, {"cadre/cb-1": 1})
    assert list(ledger.append([new(appointed("cb-2"), 1)], basis=before)) == [2]
    assert list(ledger.append([new(appointed("cb-3"), 1)], basis=before)) == [3]
    assert list(ledger.append([new(moved("cb-1"), 2)], basis=before)) == [4]
    with pytest.raises(Overtaken):
        ledger.append([new(appointed("cb-4"), 1)], [Obeyed("cmd-4", b"", 1, 0)], before)
    assert ledger.glance(["cmd-4"], ["cadre/cb-4"]) == Glance(Mark(4, 0), {}, {})
    assert [entry.stream for entry in ledger.entries(3)] == ["cadre/cb-1"]
    assert list(ledger.append([new(appointed("cb-4"), 1)], basis=Basis(4, {}))) == [5]


def test_a_glance_tells_mark_answers_and_names_by_one_statement(ledger: Ledger) -> None:
    ledger.append([new(leave(), 1)], [Obeyed("cmd-1", b"\x00\xff", 1, 0)])
    ledger.hear([heard(appointed(), 7)], Moves(whole={"planning": 7}))
    glance = ledger.glance(["cmd-1", "cmd-2"], ["leave/nv-1", "leave/nv-2"])
    assert glance.mark == ledger.last() == Mark(1, 1)
    assert glance.answered == {"cmd-1": Answered(b"\x00\xff", 1, 1)}
    assert glance.named == ledger.named(["leave/nv-1"]) == {"leave/nv-1": leave().stream}


def test_four_writers_that_race_leave_gapless_positions(planning: str) -> None:
    won: list[int] = []

    def write(number: int) -> None:
        ledger = Ledger(planning, "planning")
        for version in range(1, 31):
            won.extend(ledger.append([new(moved(f"cb-{number}"), version)]))
            try:
                won.extend(ledger.append([new(moved("cb-all"), version)]))
            except IntegrityError:
                continue
        ledger.close()

    threads = [Thread(target=write, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ledger = Ledger(planning, "planning")
    positions = [entry.position for entry in ledger.all_entries()]
    ledger.close()
    assert positions == list(range(1, len(positions) + 1)) == sorted(won)
    assert len(positions) >= 4 * 30 + 30


def test_a_position_is_never_given_twice_even_when_the_tail_is_lost(
    planning: str, ledger: Ledger
) -> None:
    ledger.append([new(appointed(f"cb-{n}"), 1) for n in range(3)])
    with psycopg.connect(planning) as database:
        database.execute("DELETE FROM planning.stored_events WHERE notification_id > 1")
    assert list(ledger.append([new(appointed("cb-9"), 1)])) == [4]


@pytest.mark.parametrize(
    ("entry", "command"),
    [
        pytest.param(new(appointed("cb-1"), 1), "cmd-2", id="version"),
        pytest.param(new(leave("nv-1", "cb-2"), 1), "cmd-2", id="name"),
        pytest.param(new(appointed("cb-2"), 1), "cmd-1", id="command"),
    ],
)
def test_what_is_taken_refuses_the_whole_append(
    ledger: Ledger, entry: NewEntry, command: str
) -> None:
    first = [new(appointed("cb-1"), 1), new(leave("nv-1"), 2)]
    ledger.append(first, [Obeyed("cmd-1", b"digest", version=2, last=1)])
    with pytest.raises(IntegrityError):
        ledger.append([new(leave("nv-9", "cb-9"), 1), entry], [Obeyed(command, b"d", 1, 1)])
    assert ledger.head() == 2
    assert ledger.named(["leave/nv-1"]) == {"leave/nv-1": "cadre/cb-1"}
    assert ledger.named(["leave/nv-9"]) == {}
    answered = ledger.glance(["cmd-1", "cmd-2"], []).answered
    assert [(id, one.position) for id, one in answered.items()] == [("cmd-1", 2)]


def test_streams_come_in_code_point_order_own_and_heard(ledger: Ledger) -> None:
    ledger.append([new(appointed(key), 1) for key in ("cb-5", "cb-3", "CB-1", "cb_1")])
    rows = [heard(appointed(key), n) for n, key in enumerate(("cb-2", "cb-3", "Đb"), 1)]
    ledger.hear(rows, Moves({"planning": (0, 3)}))
    keys = sorted(("cb-5", "cb-3", "CB-1", "cb_1", "cb-2", "Đb"))
    assert ledger.streams("cadre/") == [f"cadre/{key}" for key in keys]
    assert ledger.streams("cadre/", "cadre/cb-2", limit=1) == ["cadre/cb-3"]


def test_what_was_heard_comes_first_in_a_stream(ledger: Ledger) -> None:
    ledger.append([new(moved(department="own"), 1)])
    ledger.hear([heard(moved(department="heard"), 7)], Moves({"planning": (0, 7)}))
    facts, version = ledger.facts("cadre/cb-1")
    assert (facts, version) == ([moved(department="heard"), moved(department="own")], 1)


def test_hearing_from_where_the_tracking_does_not_stand_writes_nothing(ledger: Ledger) -> None:
    ledger.hear([heard(leave("nv-1"), 1)], Moves({"planning": (0, 1), "planning/07": (0, 1)}))
    for moves in ({"planning": (0, 2)}, {"planning": (1, 2), "planning/07": (0, 2)}):
        with pytest.raises(IntegrityError):
            ledger.hear([heard(leave("nv-2"), 2)], Moves(moves))
    assert (ledger.tracked("planning"), ledger.tracked("planning/07")) == (1, 1)
    assert ledger.named(["leave/nv-1"]) == {"leave/nv-1": "cadre/cb-1"}
    assert ledger.named(["leave/nv-2"]) == {}
    assert len(ledger.facts("cadre/cb-1")[0]) == 1


def test_several_migrate_at_once_and_again_and_lose_nothing(database: str) -> None:
    errors: list[Exception] = []

    def make() -> None:
        try:
            migrate(database, "planning")
        except Exception as error:
            errors.append(error)

    for _ in range(2):
        threads = [Thread(target=make) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        ledger = Ledger(database, "planning")
        ledger.append([new(appointed(f"cb-{ledger.head()}"), 1)])
        ledger.close()
    ledger = Ledger(database, "planning")
    assert ledger.head() == 2
    ledger.close()
    assert errors == []


def test_a_command_id_that_postgresql_cannot_hold_is_refused_and_harms_no_neighbour(
    ledger: Ledger,
) -> None:
    inside = SPEC.open(ledger)
    desk = Desk("planning", ledger, inside.shelf, SPEC.obeys, inside.known, lambda: THEN)
    body = b'{"cadre": "cb-1", "department": "ban-a"}'
    bad, good = (Request("appoint-cadre", body, id, "test") for id in ("a\0b", "fine"))
    refused, done = desk.obey([bad, good])
    assert isinstance(refused, No)
    assert refused.code == "malformed"
    assert done == Done("planning", 1, 1)


def test_what_is_heard_comes_back_by_pages_as_it_was_filed(ledger: Ledger) -> None:
    rows = [heard(appointed(key), n) for n, key in enumerate(("cb-2", "cb-1", "Đb"), 5)]
    ledger.hear(rows, Moves({"planning": (0, 7)}))
    first = ledger.heard_entries(0, 2)
    second = ledger.heard_entries(first[-1].number, 2)
    assert ledger.heard_entries(second[-1].number, 2) == []
    assert [tuple(one)[1:] for one in (*first, *second)] == [
        (row.stream, row.service, row.position, row.topic, row.state) for row in rows
    ]
