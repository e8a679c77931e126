"""Every act of the year from a terminal: what a person types, and what they are told."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from console.__main__ import app
from console.acts import place_of
from shared.language import COMMANDS
from suite.conftest import BAC_NINH, Up, dicoso

YEAR = """
regime enact {regime}
cadre appoint cb-an --name An --department van-phong --from 2018-01-01
cadre appoint cb-binh --department ban-moi --role department_leader
cadre appoint cb-chi --department ban-to-chuc --role organisation
cadre appoint cb-dung --department thuong-truc --role standing
cadre appoint cb-giang --department thuong-truc
cadre grant-role cb-giang --role standing --on 2019-01-02
cadre transfer cb-binh --department van-phong --on 2019-01-01
cadre delegate-authority cb-dung --to cb-giang --from 2019-02-01 --until 2019-02-28 --reason r
cadre withdraw-delegation cb-dung --to cb-giang --on 2019-02-10 --reason r
leave record cb-an --leave nv-1 --kind sick --from 2019-02-01 --to 2019-02-03 --on 2019-02-01
leave correct nv-1 --kind sick --from 2019-02-01 --to 2019-02-02 --on 2019-02-04 --reason r
unit register X1 --name Xã --level commune
unit register X2 --name Chi --level branch --parent X1
unit assign cb-an --unit X1
plan draft-line dk-1 --cadre cb-an --quarter 2019-Q1 --unit X1 --kind regular --from 2019-03-04 --to 2019-03-08
plan amend-line dk-1 --unit X1 --kind thematic --from 2019-03-04 --to 2019-03-08
plan draft-line dk-2 --cadre cb-an --quarter 2019-Q1 --unit X1 --kind regular --from 2019-03-20 --to 2019-03-20
plan drop-line dk-2 --reason r
plan submit cb-an --quarter 2019-Q1 --on 2019-01-04
plan return cb-an --quarter 2019-Q1 --by cb-binh --on 2019-01-05 --reason r
plan submit cb-an --quarter 2019-Q1 --on 2019-01-06
plan consolidate 2019-Q1 --step 0 --department van-phong --by cb-binh --on 2019-01-07
plan forward 2019-Q1 --step 0 --department van-phong --by cb-binh --on 2019-01-07
plan return-all 2019-Q1 --step 1 --by cb-chi --on 2019-01-08 --reason r
plan submit cb-an --quarter 2019-Q1 --on 2019-01-09
plan consolidate 2019-Q1 --step 0 --department van-phong --by cb-binh --on 2019-01-09
plan forward 2019-Q1 --step 0 --department van-phong --by cb-binh --on 2019-01-09
plan consolidate 2019-Q1 --step 1 --by cb-chi --on 2019-01-10
plan forward 2019-Q1 --step 1 --by cb-chi --on 2019-01-10
plan approve 2019-Q1 --step 2 --by cb-dung --on 2019-01-11
visit log lv-1 --cadre cb-an --unit X1 --kind thematic --line dk-1 --from 2019-03-04 --to 2019-03-08 --on 2019-03-09
log lv-2 --cadre cb-an --unit X2 --kind regular --from 2019-03-11 --to 2019-03-11 --portion morning --on 2019-03-11
visit confirm lv-1 --by X1 --on 2019-03-10
visit attach-evidence lv-1 --digest {digest} --name cong-lenh.pdf --media-type application/pdf --size 1024 --on 2019-03-10
visit correct lv-1 --unit X1 --kind thematic --line dk-1 --from 2019-03-04 --to 2019-03-07 --on 2019-03-12 --reason r
visit confirm lv-1 --by cb-binh --on 2019-03-13
visit void lv-2 --on 2019-03-12 --reason r
product submit sp-1 --visit lv-1 --text t --on 2019-03-12
product return sp-1 --by cb-binh --on 2019-03-13 --reason r
product submit sp-1 --visit lv-1 --text better --on 2019-03-14
product accept sp-1 --by cb-binh --on 2019-03-15
report submit bc-1 --cadre cb-an --period 2019-Q1 --on 2019-04-01 --section contribution_to_cadre=a --section contribution_to_unit_work=b --section difficulties=c
report return bc-1 --by cb-binh --on 2019-04-02 --reason r
report submit bc-1 --cadre cb-an --period 2019-Q1 --on 2019-04-03 --section contribution_to_cadre=a --section contribution_to_unit_work=b --section difficulties=d
report accept bc-1 --by cb-binh --on 2019-04-04
difficulty raise kk-1 --cadre cb-an --period 2019-Q1 --unit X1 --text t --on 2019-04-01
difficulty escalate kk-1 --to standing --on 2019-04-02
difficulty answer kk-1 --answer a --on 2019-04-03
difficulty close kk-1 --on 2019-04-04
cadre withdraw-role cb-giang --on 2019-06-01 --reason r
cadre depart cb-giang --to 2019-06-30
unit close X2 --to 2019-12-31
regime amend {amended} --on 2019-07-01 --reason r
classification record cb-an --year 2019 --classification good --initiative yes --discipline no --on 2019-12-10
input issue cb-an --year 2019 --by cb-chi --on 2020-01-20
input reissue cb-an --year 2019 --by cb-chi --on 2020-01-21 --reason r
commendation revoke cb-an --year 2019 --title lao_dong_tien_tien --by cb-dung --on 2020-03-01 --reason r
year close 2019 --by cb-dung --on 2020-01-31
year reopen 2019 --by cb-dung --on 2020-02-01 --reason r
year close 2019 --by cb-dung --on 2020-02-05
privacy set-deadlines 91/2025/QH15 --access-days 10 --correction-days 10 --erasure-days 20 --date 2025-06-26 --issuer QH --from 2019-01-01
privacy record-request cb-giang --request yc-1 --kind erasure --on 2020-02-06 --text t
privacy answer-request yc-1 --outcome granted --answer a --by cb-dung --on 2020-02-07
privacy request-erasure cb-giang --by cb-chi --on 2020-02-07 --reason r
privacy approve-erasure cb-giang --by cb-dung --on 2020-02-07
year reopen 2019 --by cb-dung --on 2020-02-08 --reason r
"""  # noqa: E501


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    up = Up(tmp_path_factory.mktemp("acts") / "data")
    yield up
    up.down()


def typed(suite: Up, line: str) -> Result:
    """A line as typed, run in this process: a hundred starts of Python would take minutes."""
    return CliRunner().invoke(app, line.split(), env={"DICOSO_DATA": str(suite.data)})


@pytest.fixture(scope="module")
def played(suite: Up, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The year, line by line as typed; each line is obeyed."""
    amended = tmp_path_factory.mktemp("regime") / "regime.yaml"
    amended.write_text(
        (BAC_NINH / "regime.yaml").read_text().replace("  days: 60\n", "  days: 50\n")
    )
    lines = YEAR.format(regime=BAC_NINH / "regime.yaml", amended=amended, digest="0" * 64).split(
        "\n"
    )[1:-1]
    for line in lines:
        ran = typed(suite, line)
        assert ran.exit_code == 0, f"{line}\n{ran.output}"
    return lines


def test_every_command_of_the_language_is_an_act_of_the_terminal(played: list[str]) -> None:
    done = {tuple(line.split()[:2]) for line in played}
    acts = {place_of(name) for name in COMMANDS if not name.startswith(("enter-", "finish-"))}
    assert acts <= done


def test_the_amended_regime_holds_from_its_day_on(suite: Up, played: list[str]) -> None:
    def target(day: str) -> int:
        ran = suite.run("assess", "--cadre", "cb-an", "--as-of", day, "--json")
        found: int = json.loads(ran.stdout)["target"]
        return found

    assert target("2019-06-30") == 60
    assert target("2019-07-01") == 50


def test_inputs_stay_on_record_with_what_supersedes_them(suite: Up, played: list[str]) -> None:
    shown = json.loads(suite.run("input", "show", "cb-an", "--year", "2019").stdout)
    first, second = shown["inputs"]
    assert second["supersedes"] == first["digest"]
    assert second["assessment"]["credited"] == 4
    assert set(second["positions"]) == {"planning", "visits", "appraisal"}
    assert [one["title"] for one in shown["revoked"]] == ["lao_dong_tien_tien"]


def test_what_can_be_looked_at_is_shown(suite: Up, played: list[str]) -> None:
    diary = json.loads(suite.run("visit", "show", "cb-an", "--year", "2019").stdout)
    assert [(one["visit"], one["to"]) for one in diary["visits"]] == [
        ("lv-1", "2019-03-07"),
        ("lv-2", "2019-03-11"),
    ]
    plan = json.loads(suite.run("plan", "show", "cb-an", "--quarter", "2019-Q1").stdout)
    assert [(one["line"], one["kind"]) for one in plan["lines"]] == [("dk-1", "thematic")]
    regime = json.loads(suite.run("regime", "show", "2019").stdout)
    assert regime["version"] == 2


def recorded_before(suite: Up, service: str, kind: str) -> str:
    """The moment just before the entry of that type was recorded."""

    async def ask() -> list[dict[str, Any]]:
        async with await suite.bus() as bus:
            found: list[dict[str, Any]] = (await bus.ask(service, "entries"))["entries"]
            return found

    (at,) = (one["time"] for one in asyncio.run(ask()) if one["type"] == kind)
    moment = datetime.fromisoformat(at) - timedelta(microseconds=1)
    return moment.isoformat()


def test_a_late_correction_makes_as_of_and_known_at_differ(
    suite: Up, played: list[str], tmp_path: Path
) -> None:
    # confirmed on 10 March for five days; corrected on 12 March, confirmed again, for four
    before = recorded_before(suite, "visits", "visits.visit-corrected.v1")

    def credited(*then: str) -> float:
        ran = suite.run("assess", "--cadre", "cb-an", "--year", "2019", "--json", *then)
        found: float = json.loads(ran.stdout)["credited"]
        return found

    assert credited("--as-of", "2019-12-31") == 4
    assert credited("--as-of", "2019-03-11") == 5
    assert credited("--as-of", "2019-12-31", "--known-at", before) == 5
    assert credited("--as-of", "2019-03-09", "--known-at", before) == 0
    ran = suite.run("assess", "--cadre", "cb-an", "--year", "2019", "--known-at", "2019-12-31")
    assert (ran.returncode, "unknown-cadre" in ran.stderr) == (1, True)  # recorded years later

    def last_day(*then: str) -> str:
        ran = suite.run("visit", "show", "cb-an", "--year", "2019", *then)
        found: str = json.loads(ran.stdout)["visits"][0]["to"]
        return found

    assert last_day() == "2019-03-07"
    assert last_day("--as-of", "2019-03-11") == last_day("--known-at", before) == "2019-03-08"

    def listed(*then: str) -> dict[str, float]:
        ran = suite.run("list", "--year", "2019", "--json", *then)
        return {row["cadre"]: row["credited"] for row in json.loads(ran.stdout)["rows"]}

    now = listed()
    assert now["cb-an"] == 4
    assert listed("--as-of", "2019-12-31") == now
    assert listed("--as-of", "2019-12-31", "--known-at", before) == {**now, "cb-an": 5}

    out = tmp_path / "out"
    ran = suite.run("export", out, "--year", "2019", "--known-at", before)
    assert ran.returncode == 0, ran.stderr
    assert "lv-1,cb-an,X1,thematic,dk-1,2019-03-04,2019-03-08" in (out / "visits.csv").read_text()


def test_a_year_of_every_act_replays_and_recounts_equal(suite: Up, played: list[str]) -> None:
    before = recorded_before(suite, "visits", "visits.visit-corrected.v1")
    for then in (["--as-of", "2020-03-01"], ["--as-of", "2020-03-01", "--known-at", before]):
        for way in ("replay", "recount"):
            ran = suite.run("audit", way, "--year", "2019", "--json", *then)
            assert ran.returncode == 0, ran.stdout
            assert json.loads(ran.stdout)["differences"] == []
    one = suite.run("audit", "replay", "--year", "2019", "--cadre", "cb-binh", "--json")
    assert json.loads(one.stdout)["compared"]["assessment"] == 1


def test_the_auditor_is_told_why_what_if_and_who(
    suite: Up, played: list[str], tmp_path: Path
) -> None:
    ran = suite.run("audit", "explain", "cb-an", "2019", "--as-of", "2020-03-01")
    assert ran.returncode == 0, ran.stderr
    assert "lv-1 2019-03-04…2019-03-07 · X1, thematic" in ran.stdout
    assert "xác nhận · confirmed: cb-binh (2019-03-13)" in ran.stdout
    assert "The visit was voided on 2019-03-12." in ran.stdout

    other = tmp_path / "other.yaml"
    text = (BAC_NINH / "regime.yaml").read_text()
    other.write_text(text.replace("from: confirmed", "from: accepted"))
    heads = suite.run("status", "--json").stdout
    ran = suite.run("audit", "what-if", "--regime", other, "--as-of", "2019-03-31", "--json")
    changed = json.loads(ran.stdout)["changed"]
    assert [(one["cadre"], one["changes"]["credited"]) for one in changed] == [("cb-an", [4, 0])]
    assert suite.run("status", "--json").stdout == heads  # nothing is written
    other.write_text(text.replace("from: confirmed", "from: rumoured"))
    ran = suite.run("audit", "what-if", "--regime", other)
    assert (ran.returncode, "credit.from" in ran.stderr) == (1, True)

    picture = tmp_path / "lv-1.svg"
    ran = suite.run("audit", "history", "lv-1", "--svg", picture)
    assert ran.returncode == 0, ran.stderr
    assert "cb-binh: lãnh đạo Ban/Văn phòng, van-phong · department leader" in ran.stdout
    assert "X1: chính cơ sở · the unit itself" in ran.stdout
    assert "Visit lv-1 was corrected" in picture.read_text()
    ran = suite.run("audit", "history", "nobody")
    assert (ran.returncode, "unknown-name" in ran.stderr) == (1, True)


@pytest.mark.parametrize(
    ("line", "code", "told"),
    [
        ("visit confirm lv-9 --by cb-binh", 1, "unknown-visit"),
        ("visit confirm lv-1 --by cb-an --on 2019-03-13", 1, "out-of-turn"),
        ("visit log lv-1 --cadre cb-an", 2, "Missing option"),
        ("visit confirm lv-1 --by cb-binh --on 13/03/2019", 1, "YYYY-MM-DD"),
        ("visit void lv-1 --on 2019-03-12", 2, "Missing option"),
        ("regime enact nowhere.yaml", 2, "does not exist"),
        ("assess --cadre cb-nobody --year 2019", 1, "unknown-cadre"),
        ("assess --year 1999", 1, "unknown-regime"),
        ("frobnicate", 2, "No such command"),
    ],
)
def test_what_is_wrong_is_said_with_an_exit_code(
    suite: Up, played: list[str], line: str, code: int, told: str
) -> None:
    ran = typed(suite, line)
    assert ran.exit_code == code
    assert told in ran.stderr


def test_a_regime_under_which_nothing_can_count_is_warned_of_and_recorded(
    suite: Up, played: list[str], tmp_path: Path
) -> None:
    text = (BAC_NINH / "regime.yaml").read_text()
    (tmp_path / "cadres.csv").write_bytes((BAC_NINH / "cadres.csv").read_bytes().split(b"\n")[0])
    for year, line in (
        (2009, f"regime enact {tmp_path / 'regime.yaml'}"),
        (2008, f"import {tmp_path}"),
    ):
        (tmp_path / "regime.yaml").write_text(text.replace("year: 2019", f"year: {year}"))
        ran = typed(suite, line)
        assert ran.exit_code == 0, ran.output
        assert f"không có ngày nào của năm {year}" in ran.stderr
        assert f"has no day of the year {year}" in ran.stderr


def test_without_a_suite_a_person_is_told_how_to_start_one(tmp_path: Path) -> None:
    ran = dicoso("assess", "--data", tmp_path)
    assert ran.returncode == 3
    assert "dicoso up" in ran.stderr


def test_who_starts_a_suite_is_told_so_at_once_and_where_its_logs_are(suite: Up) -> None:
    ran = suite.run("up")  # on a folder that is in use: it gets no further than to begin
    assert ran.returncode != 0
    begun, logs, *refused = ran.stderr.splitlines()
    assert "Đang khởi động" in begun
    assert "Starting" in begun
    assert logs.endswith(str(suite.data / "logs"))
    assert "in use by another dicoso" in "".join(refused)


def test_without_a_terminal_there_are_no_colours(suite: Up, played: list[str]) -> None:
    ran = suite.run("assess", "--cadre", "cb-an", "--year", "2019", "--as-of", "2019-12-31")
    assert ran.returncode == 0
    assert "\x1b" not in ran.stdout + ran.stderr


def test_help_teaches_in_both_languages() -> None:
    ran = dicoso("visit", "log", "--help", COLUMNS="120")
    assert "Ghi một lượt đi cơ sở" in ran.stdout
    assert "Mã cơ sở · the base unit's key" in ran.stdout
