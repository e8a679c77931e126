"""The whole year with its ledgers on PostgreSQL: the same assessments as from SQLite."""

from __future__ import annotations

import itertools
from pathlib import Path

from console.importing import import_register
from console.register import read_register
from console.year import assessments, heads, sender
from shared.values import iso_day
from suite.conftest import BAC_NINH, Up, expected, plain

AS_OF = "2020-01-31"


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
            once = await heads(bus)
            found = await assessments(bus, 2019, iso_day(AS_OF), outcome.positions)
            assert [plain(row["assessment"]) for row in found] == expected(BAC_NINH, AS_OF)
            again = await import_register(read_register(BAC_NINH), sender(bus))
            assert again.refusals == []
            assert await heads(bus) == once
        assert not list((tmp_path / "data").glob("*.sqlite"))
    finally:
        suite.down()
