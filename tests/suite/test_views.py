"""Lists of a running suite: causal, searched, paged, rebuilt under questions and kill -9."""

from __future__ import annotations

import asyncio
import json
import unicodedata
from collections.abc import Callable

import pytest

from registers.importing import import_register, sender
from registers.register import read_register
from shared.language.planning import AppointCadre, TransferCadre
from shared.values import iso_day
from suite.conftest import BAC_NINH, Up, heads


@pytest.mark.long
async def test_lists_of_a_year_and_a_rebuild_that_is_killed(up: Callable[[], Up]) -> None:
    suite = up()
    async with await suite.bus() as bus:
        assert (await import_register(read_register(BAC_NINH), sender(bus))).refusals == []
        done = await bus.obey(
            AppointCadre(cadre="cb-x", name="Nguyễn Văn Đạt", department="ban-moi")
        )
        after = {done.service: done.position}
        found = await bus.ask(
            "appraisal", "standings", heard=after, year=2019, search="nguyen van dat"
        )
        assert [row["cadre"] for row in found["rows"]] == ["cb-x"]

        # whoever moved somebody sees the list without them, each time
        for number in range(20):
            word = TransferCadre(
                cadre="cb-x", department=f"ban-{number}", position="", on=iso_day("2019-05-01")
            )
            moved = await bus.obey(word)
            rows = await bus.ask(
                "appraisal",
                "standings",
                heard={moved.service: moved.position},
                year=2019,
                department=f"ban-{number}",
            )
            assert [row["cadre"] for row in rows["rows"]] == ["cb-x"]

        # the same as folding everything
        by_list = {}
        page = await bus.ask("appraisal", "standings", heard=await heads(bus), year=2019, limit=7)
        while True:
            by_list.update({row["cadre"]: row for row in page["rows"]})
            if not page["next"]:
                break
            page = await bus.ask("appraisal", "standings", year=2019, limit=7, after=page["next"])
        folded = await bus.pages("appraisal", "assessments", year=2019, as_of=page["as_of"])
        assert len(folded) == len(by_list) > 20
        for row in folded:
            one = row["assessment"]
            listed = by_list[one["cadre"]]
            for name in ("status", "credited", "target", "shortfall"):
                assert listed[name] == one[name]
            assert listed["unmet"] == sum(c["state"] == "unmet" for c in one["conditions"])

        # killed while it builds: readers are answered by the live view, and it begins again
        first = (await bus.ask("appraisal", "rebuild-view", view="standing"))["build"]
        suite.kill("appraisal")
        again = await bus.ask("appraisal", "standings", year=2019, limit=500)
        assert {row["cadre"] for row in again["rows"]} == set(by_list)
        while True:
            told = await bus.ask("appraisal", "view", view="standing")
            if told["build"]["state"] == "done":
                break
            await asyncio.sleep(0.1)
        assert told["build"]["build"] == told["live"]["build"] == first
        assert told["build"]["differences"] == 0


def test_no_name_steers_the_terminal(up: Callable[[], Up]) -> None:
    suite = up()
    assert suite.run("regime", "enact", BAC_NINH / "regime.yaml").returncode == 0
    given = {
        "name": "\x1b]0;pwned\x07 \x9b31m \u202eAn\x7f",
        "department": "\x1b[31mđỏ\u2066",
    }
    typed = [part for name, value in given.items() for part in (f"--{name}", value)]
    assert suite.run("cadre", "appoint", "cb-\x1b[2J", *typed).returncode == 0
    year = ("--year", "2019")
    as_of = (*year, "--as-of", "2019-06-30")
    for command in (
        ("list", *year),
        ("assess", *as_of),
        ("assess", "--cadre", "cb-\x1b[2J", *as_of),
        ("visit", "confirm", "lv-\x1b[1m", "--by", "cb-1", "--on", "2019-03-10"),
    ):
        shown = suite.run(*command)
        said = shown.stdout + shown.stderr
        assert "\ufffd[" in said, command
        assert {one for one in said if unicodedata.category(one) in ("Cc", "Cf")} == {"\n"}
    [row] = json.loads(suite.run("list", *year, "--json").stdout)["rows"]
    assert {name: row[name] for name in given} == given


def test_list_and_rebuild_in_the_terminal(up: Callable[[], Up]) -> None:
    suite = up()
    assert suite.run("regime", "enact", BAC_NINH / "regime.yaml").returncode == 0
    for cadre, name in (("cb-1", "Nguyễn Văn An"), ("cb-2", "Trần Thị Bình")):
        suite.run("cadre", "appoint", cadre, "--name", name, "--department", "ban-a")
    shown = suite.run("list", "--year", "2019", "--search", "nguyen")
    assert shown.returncode == 0, shown.stderr
    assert "Nguyễn" in shown.stdout  # the rest may stand on the next line
    assert "Bình" not in shown.stdout
    page = json.loads(suite.run("list", "--year", "2019", "--limit", "1", "--json").stdout)
    assert page["next"] == "cb-1"
    rest = json.loads(suite.run("list", "--year", "2019", "--after", "cb-1", "--json").stdout)
    assert [row["cadre"] for row in rest["rows"]] == ["cb-2"]
    assert suite.run("list", "--year", "2019", "--status", "lost").returncode == 2

    rebuilt = suite.run("rebuild", "standing")
    assert rebuilt.returncode == 0, rebuilt.stderr
    assert "2 dòng · rows" in rebuilt.stdout
    assert "equal to the live one" in rebuilt.stdout
    told = json.loads(suite.run("rebuild", "standing", "--json").stdout)
    assert told["build"]["differences"] == 0
    assert suite.run("rebuild", "weather").returncode == 1
