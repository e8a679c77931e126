"""Import ∘ export changes nothing, as folder and as workbook; replay equals the live answer."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from suite.conftest import BA_RIA, BAC_NINH, FAULTY, Up


def rows(folder: Path) -> dict[str, list[list[str]]]:
    """Every row of every file, in order of content."""
    found = {}
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            found[path.name] = sorted(csv.reader(file))
    return found


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.mark.long
@pytest.mark.parametrize("register", [BAC_NINH, BA_RIA], ids=lambda path: path.name)
def test_what_is_imported_is_exported(
    register: Path, up: Callable[..., Up], tmp_path: Path
) -> None:
    suite = up()
    assert suite.run("import", register).returncode == 0
    before = suite.run("status", "--json").stdout
    assert suite.run("export", tmp_path / "out", "--year", "2019").returncode == 0
    assert rows(tmp_path / "out") == rows(register)
    assert (tmp_path / "out/regime.yaml").read_bytes() == (register / "regime.yaml").read_bytes()

    again = suite.run("import", tmp_path / "out", "--json")
    assert again.returncode == 0, again.stdout
    assert suite.run("status", "--json").stdout == before  # not one entry more

    assert suite.run("export", tmp_path / "year.xlsx", "--year", "2019").returncode == 0
    other = up(tmp_path / "other")
    assert other.run("import", tmp_path / "year.xlsx").returncode == 0
    assert other.run("export", tmp_path / "back", "--year", "2019").returncode == 0
    assert files(tmp_path / "back") == files(tmp_path / "out")


@pytest.mark.long
def test_replay_from_zero_equals_the_live_answer_and_finds_tampering(
    up: Callable[..., Up],
) -> None:
    suite = up()
    suite.run("import", BAC_NINH)
    for day in ("2019-06-30", "2020-01-31"):
        ran = suite.run("audit", "replay", "--year", "2019", "--as-of", day, "--json")
        assert ran.returncode == 0, ran.stdout + ran.stderr
        assert json.loads(ran.stdout)["differences"] == []
        assert json.loads(ran.stdout)["compared"]["assessment"] == 48
    suite.down()

    with sqlite3.connect(suite.data / "appraisal.sqlite") as ledger:
        (position,) = ledger.execute(
            'UPDATE heard SET state = replace(state, \'"portion":"full"\', '
            '\'"portion":"morning"\') WHERE position = (SELECT min(position) FROM heard '
            "WHERE topic = 'visits.visit-logged.v1' AND stream = 'year/2019/cb-0005' "
            'AND CAST(state AS TEXT) LIKE \'%"portion":"full"%\') '
            "AND service = 'visits' RETURNING position"
        ).fetchone()
    suite = up()
    ran = suite.run("audit", "replay", "--year", "2019", "--as-of", "2020-01-31", "--json")
    assert ran.returncode == 1
    found = json.loads(ran.stdout)["differences"]
    assert {(one["service"], one["cadre"]) for one in found} == {("appraisal", "cb-0005")}
    heard, *others = found
    assert (heard["about"], heard["path"]) == (f"heard visits #{position}", "fact.portion")
    assert (heard["replayed"], heard["answered"]) == ("full", "morning")
    by_path = {one["path"]: one for one in others if one["about"] == "assessment cb-0005"}
    assert by_path["credited"]["replayed"] > by_path["credited"]["answered"]
    assert by_path["credited"]["positions"] == {"visits": [position]}
    told = suite.run("audit", "replay", "--year", "2019", "--as-of", "2020-01-31")
    assert f"visits #{position}" in told.stdout
    ran = suite.run("audit", "recount", "--year", "2019", "--as-of", "2020-01-31", "--json")
    assert ran.returncode == 1
    assert {one["cadre"] for one in json.loads(ran.stdout)["differences"]} == {"cb-0005"}


@pytest.mark.long
def test_strict_takes_all_rows_or_none(up: Callable[..., Up]) -> None:
    suite = up()
    ran = suite.run("import", FAULTY, "--strict", "--json")
    answer = json.loads(ran.stdout)
    assert ran.returncode == 1
    wanted = json.loads((FAULTY / "refusals.json").read_text())
    assert [{k: r[k] for k in ("file", "row", "code")} for r in answer["refusals"]] == wanted
    status = json.loads(suite.run("status", "--json").stdout)
    assert status["planning"]["positions"]["planning"] == 0
    assert suite.run("import", BAC_NINH, "--strict").returncode == 0
