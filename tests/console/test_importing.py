"""In which order a register's rows are sent, and what comes of the answers (DOMAIN.md §4)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import pytest

from registers.columns import TABLES
from registers.importing import import_register
from registers.register import Register, Row, read_register
from shared.answers import Done
from shared.language.planning import EnactRegime, RegisterUnit
from shared.language.visits import EnterVisit
from shared.messages import Command
from shared.refused import Refused

HERE = Path(__file__).parent
SAMPLE = HERE.parents[1] / "deploy" / "samples" / "bac-ninh-2019"
FAULTY = HERE.parent / "registers" / "bac-ninh-2019-faulty"


@dataclass
class Wire:
    """A transport in memory: what was sent, how much at once, and services that know units.

    A later row is answered sooner, so that nothing comes out in order by luck.
    """

    refuses: set[str] = field(default_factory=set)
    sent: list[Command] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    after: dict[type[Command], dict[str, int]] = field(default_factory=dict)
    units: dict[str, RegisterUnit] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)
    positions: dict[str, int] = field(default_factory=dict)
    flying: int = 0
    most: int = 0

    async def send(
        self, command: Command, command_id: str, after: Mapping[str, int]
    ) -> Done | Refused:
        self.sent.append(command)
        self.ids.append(command_id)
        self.after.setdefault(type(command), dict(after))
        self.flying += 1
        self.most = max(self.most, self.flying)
        for _ in range(1 + -len(self.sent) % 5):
            await asyncio.sleep(0)
        self.flying -= 1
        if isinstance(command, RegisterUnit) and (refused := self.unit(command)):
            return refused
        if type(command).__name__ in self.refuses:
            return Refused("out-of-turn")
        if command_id not in self.known:
            self.known.add(command_id)
            self.positions[command.service] = self.positions.get(command.service, 0) + 1
        position = self.positions[command.service]
        return Done(command.service, version=position, position=position)

    def unit(self, command: RegisterUnit) -> Refused | None:
        there = self.units.get(command.unit)
        if there is not None and there != command:
            return Refused("duplicate-id", unit=command.unit)
        if command.parent and command.parent not in self.units:
            return Refused("unknown-unit", unit=command.parent)
        self.units[command.unit] = command
        return None


def register(**files: str) -> Register:
    """A register of these rows, numbered from 2: by file, lines with blanks between them."""
    rows: dict[str, list[Row]] = {}
    for name, text in files.items():
        columns = TABLES[f"{name}.csv"].columns
        rows[f"{name}.csv"] = [
            Row(number, dict(zip(columns, line.split(","), strict=True)))
            for number, line in enumerate(text.split(), start=2)
        ]
    sample = read_register(SAMPLE)
    return Register(sample.regime, sample.regime_text, rows, [])


def units(*rows: str) -> Register:
    """Units, each given as ``unit`` or ``unit<parent`` or ``unit<parent:name``."""
    lines = []
    for row in rows:
        rest, _, name = row.partition(":")
        unit, _, parent = rest.partition("<")
        lines.append(f"{unit},{name or 'Đoàn'},commune,{parent},,,")
    return register(units=" ".join(lines))


async def imported(what: Register, wire: Wire | None = None) -> tuple[set[int], dict[int, str]]:
    """The rows of units that were accepted, and the codes of the others."""
    wire = wire or Wire()
    outcome = await import_register(what, wire.send)
    refused = {one.row: one.code for one in outcome.refusals}
    assert len({(one.file, one.row) for one in outcome.refusals}) == len(outcome.refusals)
    accepted = {row.number for row in what.rows["units.csv"]} - set(refused)
    assert outcome.imported["units.csv"] == len(accepted)
    return accepted, refused


# --- the order ------------------------------------------------------------------------------


async def test_the_real_register_is_sent_file_after_file_and_many_rows_at_once() -> None:
    wire = Wire()
    outcome = await import_register(read_register(SAMPLE), wire.send)
    commands = [EnactRegime, *(table.command for table in TABLES.values())]
    seen = list(dict.fromkeys(type(command) for command in wire.sent))
    assert seen == commands
    assert outcome.refusals == []
    assert outcome.sent == len(wire.sent) == 1 + sum(outcome.imported.values())
    assert outcome.imported["visits.csv"] == 966
    assert outcome.positions == wire.positions
    assert wire.most == 64


async def test_rows_that_wait_for_nothing_are_sent_in_row_order() -> None:
    wire = Wire()
    what = read_register(SAMPLE)
    await import_register(what, wire.send, in_flight=7)
    visits = [command.visit for command in wire.sent if isinstance(command, EnterVisit)]
    assert visits == [row.cells["visit"] for row in what.rows["visits.csv"]]
    assert wire.most == 7


async def test_each_file_sees_all_that_was_answered_before_it() -> None:
    wire = Wire()
    await import_register(read_register(SAMPLE), wire.send)
    planning = wire.positions["planning"]
    before = {type_.__name__: after for type_, after in wire.after.items()}
    assert before["EnactRegime"] == {}
    assert before["AppointCadre"] == {"planning": 1}
    assert before["RegisterUnit"] == {"planning": 1 + 48}
    assert before["EnterVisit"] == {"planning": planning}
    assert before["EnterReport"] == {"planning": planning, "visits": 966}
    assert before["RecordClassification"] == {
        "planning": planning,
        "visits": wire.positions["visits"],
    }


async def test_the_first_row_of_a_key_wins() -> None:
    accepted, refused = await imported(units("A:first", "A:second", "B", "A:third", "A:first"))
    assert accepted == {2, 4, 6}
    assert refused == {3: "duplicate-id", 5: "duplicate-id"}


async def test_a_row_waits_only_until_the_row_of_its_key_before_it_is_answered() -> None:
    wire = Wire()
    await import_register(units("A:1", "A:2", "B", "C"), wire.send)
    sent = [command.unit for command in wire.sent if isinstance(command, RegisterUnit)]
    assert sent == ["A", "B", "C", "A"]


async def test_a_refused_row_leaves_its_key_to_a_later_one() -> None:
    accepted, refused = await imported(units("A<nowhere", "A"))
    assert (accepted, refused) == ({3}, {2: "unknown-unit"})


async def test_a_malformed_row_is_not_sent_and_leaves_its_key_to_a_later_one() -> None:
    what = units("A", "A")
    what.rows["units.csv"][0].cells["level"] = "planet"
    accepted, refused = await imported(what)
    assert (accepted, refused) == ({3}, {2: "malformed"})


# --- parents --------------------------------------------------------------------------------


async def test_a_parent_may_stand_in_a_later_row() -> None:
    accepted, refused = await imported(units("E<D", "D<C", "C<B", "B<A", "F<A", "A"))
    assert (accepted, refused) == ({2, 3, 4, 5, 6, 7}, {})


async def test_children_of_a_refused_parent_are_refused() -> None:
    accepted, refused = await imported(units("C<B", "B<nowhere", "A"))
    assert (accepted, refused) == ({4}, {2: "unknown-unit", 3: "unknown-unit"})


async def test_a_parent_that_was_registered_before_needs_no_row() -> None:
    wire = Wire()
    await imported(units("A"), wire)
    assert await imported(units("B<A"), wire) == ({2}, {})


async def test_a_child_waits_for_every_row_of_its_parent() -> None:
    accepted, refused = await imported(units("B<A", "A<nowhere", "A<nowhere", "A"))
    assert (accepted, refused) == ({2, 5}, {3: "unknown-unit", 4: "unknown-unit"})


@pytest.mark.parametrize("circle", [("A<A",), ("A<B", "B<A"), ("A<B", "B<C", "C<A")])
async def test_rows_in_a_circle_are_sent_and_refused_and_stop_no_other(
    circle: tuple[str, ...],
) -> None:
    accepted, refused = await imported(units(*circle, "D", "E<D"))
    assert accepted == {len(circle) + 2, len(circle) + 3}
    assert refused == dict.fromkeys(range(2, len(circle) + 2), "unknown-unit")


async def test_children_of_a_circle_are_refused_with_it() -> None:
    accepted, refused = await imported(units("C<B", "A<B", "B<A", "D"))
    assert accepted == {5}
    assert refused == {2: "unknown-unit", 3: "unknown-unit", 4: "unknown-unit"}


async def test_a_later_row_that_would_close_a_circle_spoils_none_of_its_rows() -> None:
    accepted, refused = await imported(units("A", "C<B", "A<B:again", "B<A"))
    assert (accepted, refused) == ({2, 3, 5}, {4: "duplicate-id"})


async def test_a_row_that_is_its_own_parent_leaves_its_key_to_a_later_one() -> None:
    accepted, refused = await imported(units("B<A", "A<A", "A"))
    assert (accepted, refused) == ({2, 4}, {3: "unknown-unit"})


# --- ids ------------------------------------------------------------------------------------


async def test_keyed_command_ids_are_the_same_with_that_key_only() -> None:
    register, found = read_register(SAMPLE), dict[str, list[str]]()
    for key in ("", "k1", "k2"):
        for _ in range(2):
            wire = Wire()
            await import_register(register, wire.send, key=key)
            assert found.setdefault(key, sorted(wire.ids)) == sorted(wire.ids)
    assert len({id for ids in found.values() for id in ids}) == 3 * len(set(found[""]))


async def test_the_same_register_has_the_same_command_ids_in_every_import() -> None:
    wire, again = Wire(), Wire()
    first = await import_register(read_register(SAMPLE), wire.send)
    second = await import_register(read_register(SAMPLE), again.send, in_flight=1)
    assert sorted(wire.ids) == sorted(again.ids)
    assert len(set(wire.ids)) == len(wire.ids)
    assert all(UUID(one).version == 5 for one in wire.ids)
    assert first == second


async def test_a_second_import_is_accepted_whole_and_records_nothing() -> None:
    wire = Wire()
    first = await import_register(read_register(SAMPLE), wire.send)
    recorded = dict(wire.positions)
    second = await import_register(read_register(SAMPLE), wire.send)
    assert second == first
    assert wire.positions == recorded


async def test_repeated_rows_share_an_id_and_changed_ones_do_not() -> None:
    wire = Wire()
    await import_register(units("A", "A", "A:changed"), wire.send)
    _, first, second, changed = wire.ids
    assert first == second != changed


async def test_the_same_row_of_another_year_has_another_id() -> None:
    wire = Wire()
    what = units("A")
    assert what.regime is not None
    await import_register(what, wire.send)
    next_year = what.regime.model_copy(update={"year": 2020})
    await import_register(Register(next_year, "", what.rows, []), wire.send)
    assert len(set(wire.ids)) == 4


# --- refusals -------------------------------------------------------------------------------


async def test_of_the_faulty_register_only_whole_rows_are_sent() -> None:
    what = read_register(FAULTY)
    wire = Wire(refuses={"EnterDifficulty", "AppointCadre"})
    outcome = await import_register(what, wire.send)
    places = [(one.file, one.row) for one in outcome.refusals]
    order = list(TABLES)
    assert places == sorted(places, key=lambda place: (order.index(place[0]), place[1]))
    assert outcome.imported["cadres.csv"] == outcome.imported["difficulties.csv"] == 0
    assert places[:3] == [("cadres.csv", 2), ("cadres.csv", 3), ("cadres.csv", 4)]
    assert len([one for one in outcome.refusals if one.code == "malformed"]) == 11


async def test_a_service_s_refusal_carries_its_code_and_detail() -> None:
    outcome = await import_register(units("A<nowhere"), Wire().send)
    (refusal,) = outcome.refusals
    assert (refusal.file, refusal.row, refusal.code) == ("units.csv", 2, "unknown-unit")
    assert "unit: nowhere" in refusal.reason["vi"]


async def test_without_its_regime_nothing_of_a_register_is_sent() -> None:
    wire = Wire(refuses={"EnactRegime"})
    outcome = await import_register(units("A"), wire.send)
    assert [(one.file, one.row, one.code) for one in outcome.refusals] == [
        ("regime.yaml", 1, "out-of-turn")
    ]
    assert [type(command) for command in wire.sent] == [EnactRegime]


async def test_a_regime_that_cannot_be_read_stops_the_import_and_hides_no_other_fault(
    tmp_path: Path,
) -> None:
    (tmp_path / "cadres.csv").write_text(
        ",".join(TABLES["cadres.csv"].columns) + "\ncb-1,,,,,,,,\n"
    )
    wire = Wire()
    outcome = await import_register(read_register(tmp_path), wire.send)
    assert [(one.file, one.row, one.code) for one in outcome.refusals] == [
        ("regime.yaml", 1, "missing-file"),
        ("cadres.csv", 2, "malformed"),
    ]
    assert wire.sent == []


async def test_a_transport_that_fails_ends_the_import() -> None:
    wire = Wire()
    started = 0

    async def send(command: Command, command_id: str, after: Mapping[str, int]) -> Done | Refused:
        nonlocal started
        started += 1
        if started == 10:
            raise ConnectionError("gone")
        return await wire.send(command, command_id, after)

    with pytest.raises(ConnectionError):
        await import_register(read_register(SAMPLE), send, in_flight=4)
    assert started < 20
    assert len(asyncio.all_tasks()) == 1


async def test_progress_is_told_after_each_answer() -> None:
    told: list[tuple[str, int, int]] = []

    def progress(file: str, answered: int, of: int) -> None:
        told.append((file, answered, of))

    await import_register(units("A", "B", "C<nowhere"), Wire().send, progress)
    assert told == [("units.csv", 1, 3), ("units.csv", 2, 3), ("units.csv", 3, 3)]
