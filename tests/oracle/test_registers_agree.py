"""dicoso's import and the plain validator refuse the same rows with the same codes.

And an import twice adds nothing, what is exported is what was accepted, and imports again.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from random import Random

import pytest

from oracle.dense import Dense
from oracle.local import Local, as_files, as_tables, register_of
from oracle.registers import (
    FAULTY,
    SAMPLES,
    Regime,
    Tables,
    circular,
    copy_sample,
    small_register,
    spoil,
)
from oracle.validator import WHOLE_ROW, Reading, Row, Validator, as_dicts, validate
from registers.importing import Outcome

# Where the text leaves a choice, what dicoso chose.
CHOSEN = Reading(unit_is_nobody=True, difficulty_in_turn=True)
Found = list[tuple[str, int, str]]


def told(outcome: Outcome) -> Found:
    return [(one.file, one.row, one.code) for one in outcome.refusals]


async def judge(tables: Tables, regime: Regime) -> None:
    """All that is claimed above, of one register."""
    tables = {name: rows for name, rows in tables.items() if rows}
    validator = Validator(tables, regime, CHOSEN)
    expected = [(one.file, one.row, one.code) for one in validator.refusals()]
    register = register_of(as_files(tables, regime))
    with Local() as dicoso:
        first = told(await dicoso.load(register))
        assert first == expected
        entries, exported = dicoso.entries(), dicoso.rows(regime["year"])
        again = told(await dicoso.load(register))
        assert dicoso.entries() == entries
        assert [refused[:2] for refused in again] == [refused[:2] for refused in first]
    refused = {(file, row) for file, row, _ in first}
    for file, rows in exported.items():
        name = file.removesuffix(".csv")
        held = list(validator.held[name].values())
        if name in WHOLE_ROW and (file, 1) not in refused:
            numbered = enumerate(as_dicts(tables.get(name, [[]])), start=2)
            held = [row for number, row in numbered if row and (file, number) not in refused]
        assert in_order(rows) == in_order(list({tuple(row.items()): row for row in held}.values()))
    with Local() as fresh:
        outcome = await fresh.load(register_of(as_files(as_tables(exported), regime)))
        assert told(outcome) == []
        afterwards = fresh.rows(regime["year"])
        assert {file: in_order(rows) for file, rows in afterwards.items()} == {
            file: in_order(rows) for file, rows in exported.items()
        }


def in_order(rows: Sequence[Row]) -> list[str]:
    return sorted(str(sorted(row.items())) for row in rows)


def test_the_samples_are_clean() -> None:
    assert [validate(*copy_sample(sample)) for sample in SAMPLES] == [[], []]


def test_the_faulty_register_is_refused_as_it_says() -> None:
    found = [
        {"file": one.file, "row": one.row, "code": one.code}
        for one in validate(*copy_sample(FAULTY))
    ]
    assert found == json.loads((FAULTY / "refusals.json").read_text())


@pytest.mark.parametrize("seed", range(12))
async def test_registers_cut_from_the_samples(seed: int) -> None:
    rng = Random(seed)  # noqa: S311
    for _ in range(4):
        tables, regime = small_register(rng)
        for _ in range(rng.randint(0, 6)):
            spoil(tables, rng)
        if not circular(tables):
            await judge(tables, regime)


@pytest.mark.parametrize("seed", range(15))
async def test_registers_full_of_faults(seed: int) -> None:
    register = Dense(seed)
    await judge(register.tables, register.regime)
