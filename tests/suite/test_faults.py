"""After every fault: acked ⊆ stored, one effect per command id, the same assessments."""

from __future__ import annotations

import csv
import itertools
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from console.year import assessments
from registers.importing import import_register, sender
from registers.register import read_register
from shared.bus import Bus
from shared.values import iso_day
from suite.conftest import BAC_NINH, Up, acts_in, expected, plain

AS_OF = "2020-01-31"


def acts(file: str, *columns: str) -> int:
    """How many acts a file of the register tells: the rows in which a column is filled."""
    with (BAC_NINH / file).open(encoding="utf-8", newline="") as lines:
        return sum(bool(row[column]) for row in csv.DictReader(lines) for column in columns)


FACTS = {
    # the regime; a plan line is drafted, submitted, and then approved or on its way
    "planning": 1
    + acts("cadres.csv", "cadre")
    + acts("units.csv", "unit")
    + acts("assignments.csv", "cadre")
    + acts("leave.csv", "leave")
    + 3 * acts("plans.csv", "line"),
    "visits": acts("visits.csv", "logged_on", "confirmed_on", "voided_on")
    + acts("reports.csv", "submitted_on", "accepted_on")
    + acts("products.csv", "submitted_on", "accepted_on")
    + acts("difficulties.csv", "raised_on", "escalated_on", "answered_on"),
    "appraisal": acts("appraisals.csv", "recorded_on"),
}
"""Entries of an import of Bắc Ninh 2019: each act of the register once."""


async def import_all(
    bus: Bus, after_row: Callable[[int], None] = lambda row: None
) -> dict[str, int]:
    """Import Bắc Ninh 2019; ``after_row`` is told how many rows are answered."""
    answered = itertools.count(1)
    outcome = await import_register(
        read_register(BAC_NINH), sender(bus), lambda *_: after_row(next(answered))
    )
    assert outcome.refusals == []
    return outcome.positions


async def as_expected(bus: Bus, after: dict[str, int]) -> None:
    """Every assessment as expected, and every fact recorded once."""
    found = await assessments(bus, 2019, iso_day(AS_OF), after)
    assert [plain(row["assessment"]) for row in found] == expected(BAC_NINH, AS_OF)
    assert await acts_in(bus) == FACTS


@pytest.mark.parametrize(
    "victim",
    [
        "visits",
        *(
            pytest.param(one, marks=pytest.mark.long)
            for one in ("planning", "appraisal", "nats-server")
        ),
    ],
)
async def test_a_process_killed_in_mid_import_loses_and_doubles_nothing(
    victim: str, up: Callable[[], Up]
) -> None:
    suite = up()
    kills = []

    def kill_at(row: int) -> None:
        if row in (200, 1400, 2500):
            suite.kill(victim)
            kills.append(row)

    async with await suite.bus() as bus:
        positions = await import_all(bus, kill_at)
        assert len(kills) == 3
        await as_expected(bus, positions)


@pytest.mark.long
async def test_the_jetstream_folder_deleted_between_two_runs_is_filled_again(
    up: Callable[[], Up],
) -> None:
    first = up()
    async with await first.bus() as bus:
        await as_expected(bus, await import_all(bus))
    assert first.down() == 0
    shutil.rmtree(first.data / "jetstream")

    second = up()
    async with await second.bus() as bus:
        await as_expected(bus, dict(FACTS))
        await as_expected(bus, await import_all(bus))  # a second import changes nothing


@pytest.mark.long
async def test_appraisal_that_lost_its_ledger_hears_everything_again(
    up: Callable[[], Up],
) -> None:
    first = up()
    async with await first.bus() as bus:
        await import_all(bus)
    first.down()
    for lost in first.data.glob("appraisal.sqlite*"):
        lost.unlink()
    # what appraisal itself recorded is gone with its ledger, and its stream knows more: it is
    # deleted so that the service does not carry on under positions that were given before
    shutil.rmtree(first.data / "jetstream")

    second = up()
    async with await second.bus() as bus:
        after = {name: at for name, at in FACTS.items() if name != "appraisal"}
        found = await assessments(bus, 2019, iso_day(AS_OF), after)
        numbers = [(row["assessment"]["cadre"], row["assessment"]["credited"]) for row in found]
        wanted = [(one["cadre"], one["credited"]) for one in expected(BAC_NINH, AS_OF)]
        assert numbers == wanted


def test_a_data_folder_serves_one_suite_at_a_time(up: Callable[[], Up]) -> None:
    first = up()
    second = first.run("up", "--data", first.data)
    assert second.returncode == 3
    assert "in use" in second.stderr


def test_the_password_is_the_owners_alone(up: Callable[[], Up]) -> None:
    suite = up()
    for name in ("nats.password", "nats.conf", "suite.json"):
        assert (Path(suite.data) / name).stat().st_mode & 0o777 == 0o600
