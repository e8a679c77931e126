"""The whole year with its ledgers on PostgreSQL: the same assessments as from SQLite."""

from __future__ import annotations

import asyncio
import itertools
import random
from pathlib import Path

import pytest

from console.year import assessments
from registers.importing import import_register, sender
from registers.register import read_register
from shared.services import SERVICES
from shared.values import iso_day
from suite.conftest import BA_RIA, BAC_NINH, Up, acts_in, expected, plain

AS_OF = "2020-01-31"


@pytest.mark.long
async def test_a_year_on_postgresql_under_kill_9_is_assessed_as_on_sqlite(
    database: str, tmp_path: Path
) -> None:
    suite = Up(tmp_path / "data", "--postgres", database)
    try:
        answered = itertools.count(1)

        def kill(*_: object) -> None:
            match next(answered):
                case 300:
                    suite.kill("planning")
                case 1400 | 2300:
                    suite.kill("visits")
                case 2000:
                    suite.kill("appraisal")

        async with await suite.bus() as bus:
            outcome = await import_register(read_register(BAC_NINH), sender(bus), kill)
            assert outcome.refusals == []
            once = await acts_in(bus)
            found = await assessments(bus, 2019, iso_day(AS_OF), outcome.positions)
            assert [plain(row["assessment"]) for row in found] == expected(BAC_NINH, AS_OF)
            again = await import_register(read_register(BAC_NINH), sender(bus))
            assert again.refusals == []
            assert await acts_in(bus) == once
        assert not list((tmp_path / "data").glob("*.sqlite"))
    finally:
        suite.down()


@pytest.mark.long
@pytest.mark.parametrize("register", [BAC_NINH, BA_RIA], ids=lambda path: path.name)
async def test_three_replicas_of_each_service_one_killed_every_second(
    database: str, tmp_path: Path, register: Path
) -> None:
    suite = Up(tmp_path / "data", "--postgres", database, "--replicas", "3")
    chosen, killed = random.Random(2019), []  # noqa: S311

    async def kill_one_every_second() -> None:
        while True:
            await asyncio.sleep(1)
            killed.append(f"{chosen.choice(SERVICES)}-{chosen.randint(1, 3)}")
            await asyncio.to_thread(suite.kill, killed[-1])  # what starts again is waited for

    try:
        async with await suite.bus() as bus:
            killer = asyncio.create_task(kill_one_every_second())
            outcome = await import_register(read_register(register), sender(bus))
            assert not killer.done()
            killer.cancel()
            assert len(killed) >= 2
            assert outcome.refusals == []
            found = await assessments(bus, 2019, iso_day(AS_OF), outcome.positions)
            assert [plain(row["assessment"]) for row in found] == expected(register, AS_OF)
            once = await acts_in(bus)
            again = await import_register(read_register(register), sender(bus))
            assert again.refusals == []
            assert await acts_in(bus) == once
    finally:
        suite.down()
