"""Both sample registers, and the faulty one, through the real path: DOMAIN.md §4 and §6."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from suite.conftest import BA_RIA, BAC_NINH, FAULTY, dicoso, expected, plain

DATES = ("2019-06-30", "2019-12-31", "2020-01-31")


@pytest.mark.parametrize("as_of", DATES)
@pytest.mark.parametrize("register", [BAC_NINH, BA_RIA], ids=lambda path: path.name)
def test_a_register_gives_the_expected_assessments(register: Path, as_of: str) -> None:
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
