"""Both sample registers, and the faulty one, through the real path: DOMAIN.md §4 and §6."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from console.year import assessments
from registers.importing import import_register, sender
from registers.register import read_register
from shared.values import iso_day
from suite.conftest import BA_RIA, BAC_NINH, FAULTY, Up, dicoso, expected, plain

DATES = ("2019-06-30", "2019-12-31", "2020-01-31")


@pytest.mark.parametrize("register", [BAC_NINH, BA_RIA], ids=lambda path: path.name)
async def test_a_register_gives_the_expected_assessments_of_each_date(
    register: Path, up: Callable[[], Up]
) -> None:
    async with await up().bus() as bus:
        outcome = await import_register(read_register(register), sender(bus))
        assert outcome.refusals == []
        for as_of in DATES:
            found = await assessments(bus, 2019, iso_day(as_of), outcome.positions)
            assert [plain(row["assessment"]) for row in found] == expected(register, as_of)


@pytest.mark.long
@pytest.mark.parametrize(
    ("register", "as_of"), [(BAC_NINH, "2019-06-30"), (BA_RIA, "2020-01-31")], ids=["1", "2"]
)
def test_the_demo_shows_the_expected_assessments(register: Path, as_of: str) -> None:
    ran = dicoso("demo", "--register", register, "--as-of", as_of, "--once", "--json")
    assert ran.returncode == 0, ran.stderr
    answer = json.loads(ran.stdout)  # exactly one JSON object, nothing else
    assert answer["refusals"] == []
    assert [plain(one) for one in answer["assessments"]] == expected(register, as_of)
    assert all(
        condition["reason"]["vi"] and condition["reason"]["en"]
        for one in answer["assessments"]
        for condition in one["conditions"]
    )
    assert set(answer) == {
        "register",
        "as_of",
        "imported",
        "refusals",
        "assessments",
        "seconds",
    }


def test_faulty_rows_are_refused_and_harm_no_other() -> None:
    ran = dicoso("demo", "--register", FAULTY, "--as-of", "2020-01-31", "--once", "--json")
    assert ran.returncode == 0, ran.stderr
    answer = json.loads(ran.stdout)
    wanted = json.loads((FAULTY / "refusals.json").read_text())
    refused = [{k: one[k] for k in ("file", "row", "code")} for one in answer["refusals"]]
    assert refused == wanted
    assert all(one["reason"]["vi"] and one["reason"]["en"] for one in answer["refusals"])
    assert [plain(one) for one in answer["assessments"]] == expected(BAC_NINH, "2020-01-31")


def test_a_regime_that_is_none_ends_the_demo_with_its_faults(tmp_path: Path) -> None:
    text = (BAC_NINH / "regime.yaml").read_text().replace("from: confirmed", "from: rumoured")
    (tmp_path / "regime.yaml").write_text(text)
    (tmp_path / "cadres.csv").write_bytes((BAC_NINH / "cadres.csv").read_bytes())
    ran = dicoso("demo", "--register", tmp_path, "--as-of", "2020-01-31", "--once", "--json")
    answer = json.loads(ran.stdout)
    assert ran.returncode == 1
    assert answer["assessments"] == []
    assert [(one["file"], one["code"]) for one in answer["refusals"]] == [
        ("regime.yaml", "malformed")
    ]
    assert "credit.from" in answer["refusals"][0]["reason"]["en"]
