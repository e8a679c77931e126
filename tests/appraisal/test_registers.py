"""Both provinces' registers give, on every expected date, exactly the expected assessments."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import naive
from told import facts, read

from .judging import Judged, without_reasons

ROOT = Path(__file__).parents[2]
REGISTERS = [
    ROOT / "deploy/samples/bac-ninh-2019",
    ROOT / "tests/registers/ba-ria-vung-tau-2019",
]
EXPECTED = [
    pytest.param(register, file, id=f"{register.name} {file.stem}")
    for register in REGISTERS
    for file in sorted((register / "expected").glob("*.json"))
]


def expected(file: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(file.read_text())
    return found


def test_there_are_three_expected_dates_of_each_register() -> None:
    assert len(EXPECTED) == 6


@pytest.mark.parametrize(("register", "file"), EXPECTED)
def test_the_rules_give_every_expected_assessment(register: Path, file: Path) -> None:
    regime, rows = read(register)
    judged = Judged(facts(regime, rows))
    as_of = date.fromisoformat(file.stem)
    found = [
        without_reasons(judged.assess(row["cadre"], regime["year"], as_of).as_json())
        for row in rows["cadres"]
    ]
    assert found == expected(file)
    assert json.dumps(found) == json.dumps(expected(file)), "the order of the keys"


@pytest.mark.parametrize(("register", "file"), EXPECTED)
def test_the_naive_reading_gives_every_expected_assessment(register: Path, file: Path) -> None:
    regime, rows = read(register)
    as_of = date.fromisoformat(file.stem)
    found = [naive.assess(regime, rows, row["cadre"], as_of) for row in rows["cadres"]]
    assert found == expected(file)


@pytest.mark.long
@pytest.mark.parametrize("register", REGISTERS, ids=lambda path: path.name)
def test_which_service_is_heard_first_does_not_matter(register: Path) -> None:
    """docs/decisions/0002: the order between heard and own facts is not recorded."""
    regime, rows = read(register)
    told = list(facts(regime, rows))
    by_service = sorted(told, key=lambda fact: fact.type.split(".")[0], reverse=True)
    assert by_service != told
    one, other = Judged(told), Judged(by_service)
    for row in rows["cadres"]:
        asked = row["cadre"], regime["year"], date(2020, 1, 31)
        assert one.assess(*asked).as_json() == other.assess(*asked).as_json()
