"""The erase drill: one suite, one person, and afterwards not a byte of their name anywhere."""

from __future__ import annotations

import asyncio
import hashlib
import json
import sqlite3
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import nats
import pytest
from typer.testing import CliRunner, Result

from console.__main__ import app
from console.year import assessments
from shared.bus import Bus
from shared.sealing import ERASED
from shared.services import SERVICES
from shared.values import iso_day
from suite.conftest import BAC_NINH, Up, heads

T = TypeVar("T")
NAME, FOLDED = "Nguyễn Thị Bí Mật", "nguyen thi bi mat"
TEXTS = (NAME, FOLDED, "Phó phòng Kín", "Chủ đề riêng", "Tôi đã học", "vướng mắc riêng", "nhầm tên")
OTHER = "Trần Văn Còn"
WORDS = f"""
regime enact {BAC_NINH / "regime.yaml"}
cadre appoint cb-an --name|{NAME}|--department van-phong --position|{TEXTS[2]}
cadre appoint cb-con --name|{OTHER}|--department van-phong
cadre appoint cb-chi --department ban-to-chuc --role organisation
cadre appoint cb-dung --department thuong-truc --role standing
unit register X1 --name Xã --level commune
plan draft-line dk-1 --cadre cb-an --quarter 2019-Q1 --unit X1 --kind regular --from 2019-03-04 --to 2019-03-08 --topic|{TEXTS[3]}
plan submit cb-an --quarter 2019-Q1 --on 2019-01-04
log lv-1 --cadre cb-an --unit X1 --kind regular --from 2019-03-04 --to 2019-03-08 --on 2019-03-09
visit correct lv-1 --unit X1 --kind regular --from 2019-03-04 --to 2019-03-07 --on 2019-03-10 --reason|{TEXTS[6]}
visit confirm lv-1 --by cb-chi --on 2019-03-11
report submit bc-1 --cadre cb-an --period 2019-Q1 --on 2019-04-01 --section|contribution_to_cadre={TEXTS[4]}|--section contribution_to_unit_work=b --section difficulties=c
difficulty raise kk-1 --cadre cb-an --period 2019-Q1 --unit X1 --text|{TEXTS[5]}|--on 2019-04-01
privacy set-deadlines 91/2025/QH15 --date 2025-06-26 --issuer QH --from 2019-01-01 --access-days 10 --correction-days 10 --erasure-days 20
privacy record-request cb-an --request yc-1 --kind erasure --on 2020-02-06 --text|{NAME}
"""  # noqa: E501
DONE = ("cadre depart cb-an --to 2019-12-31", "year close 2019 --by cb-dung --on 2020-01-31")
ERASE = ("privacy", "erase", "cb-an", "--on", "2020-02-10")
TWO = ("--by", "cb-chi", "--reason", "theo yêu cầu yc-1", "--second-person", "cb-dung")


def run(suite: Up, *words: str | Path) -> Result:
    """A command as typed, in this process."""
    given = {"DICOSO_DATA": str(suite.data), "COLUMNS": "200"}
    return CliRunner().invoke(app, [str(word) for word in words], env=given)


def typed(suite: Up, line: str) -> None:
    parts = line.split("|")
    words = [*parts[0].split()]
    for at, part in enumerate(parts[1:], 1):
        words += [part] if at % 2 else part.split()
    ran = run(suite, *words)
    assert ran.exit_code == 0, f"{line}\n{ran.output}"


def asked(suite: Up, work: Callable[[Bus], Awaitable[T]]) -> T:
    async def ask() -> T:
        async with await suite.bus() as bus:
            return await work(bus)

    return asyncio.run(ask())


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    up = Up(tmp_path_factory.mktemp("erasure") / "data")
    for line in WORDS.strip().split("\n"):
        typed(up, line)
    yield up
    if up._process.poll() is None:
        up.down()


def holding(folder: Path) -> set[str]:
    """The files of a folder in which any of the texts stands, however it is written."""
    spelt = {form for text in TEXTS for form in _spellings(text)}
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and any(form in path.read_bytes() for form in spelt)
    }


def settled(data: Path, files: set[str]) -> set[str]:
    """The files that hold any of the texts, once it is these: lists follow in the background."""
    until = time.monotonic() + 20
    while (found := {path.split("-")[0] for path in holding(data)}) != files:
        if time.monotonic() > until:
            break
        time.sleep(0.1)
    return found


def _spellings(text: str) -> set[bytes]:
    return {text.encode(), text.encode("utf-16-le"), json.dumps(text)[1:-1].encode()}


def stored(data: Path) -> dict[str, list[str]]:
    """The hash of every stored entry of every ledger, in order."""
    found = {}
    for service in SERVICES:
        connection = sqlite3.connect(f"file:{data / service}.sqlite?mode=ro", uri=True)
        rows = connection.execute("SELECT state FROM stored_events ORDER BY rowid")
        found[service] = [hashlib.sha256(state).hexdigest() for (state,) in rows]
        connection.close()
    return found


async def judged(bus: Bus) -> list[dict[str, Any]]:
    found = await assessments(bus, 2019, iso_day("2020-01-31"), await heads(bus))
    return [row["assessment"] for row in found]


def listed(suite: Up, search: str) -> list[str]:
    async def ask(bus: Bus) -> list[str]:
        after = await heads(bus)
        page = await bus.ask("appraisal", "standings", heard=after, year=2019, search=search)
        return [row["name"] for row in page["rows"]]

    return asked(suite, ask)


async def opened(bus: Bus) -> list[dict[str, Any]]:
    return [one["data"] for one in (await bus.ask("planning", "entries", opened=True))["entries"]]


async def roster(bus: Bus) -> dict[str, str]:
    rows = await bus.pages("planning", "rows", file="cadres.csv", year=2019)
    return {row["cadre"]: row["name"] for row in rows}


async def carried(suite: Up) -> bytes:
    """Everything that the streams hold."""
    connection = await nats.connect(suite.nats)
    js = connection.jetstream()
    found = []
    for service in SERVICES:
        info = await js.stream_info(f"FACTS_{service}")
        for number in range(1, info.state.last_seq + 1):
            message = await js.get_msg(f"FACTS_{service}", number)
            found.append(message.data or b"")
    await connection.close()
    return b"".join(found)


@pytest.mark.long
def test_the_drill(suite: Up, tmp_path: Path) -> None:
    data = suite.data
    assert listed(suite, FOLDED) == [NAME]
    # lists hold the name, to be searched, and what waits; ledgers, streams and logs never do
    lists = {f"{service}.views.sqlite" for service in ("appraisal", "planning", "visits")}
    assert settled(data, lists) == lists
    streams = asyncio.run(carried(suite))
    assert [one for text in TEXTS for one in _spellings(text) if one in streams] == []
    assert run(suite, "privacy", "export", "cb-an", tmp_path / "own").exit_code == 0
    own = (tmp_path / "own/data.txt").read_text()
    assert [text for text in TEXTS if text not in own] == [FOLDED]
    assert OTHER not in own

    # a duty stands: employed, then the year is open; and nobody decides alone, or of themself
    for told, line in (("employed", DONE[0]), ("year_not_closed: 2019", DONE[1])):
        ran = run(suite, *ERASE, *TWO)
        assert (ran.exit_code, "duty-stands" in ran.stderr, told in ran.stderr) == (1, True, True)
        typed(suite, line)
    for second, code in (("cb-chi", "own-act"), ("cb-con", "not-authorised")):
        ran = run(suite, *ERASE, *TWO[:-1], second)
        assert (ran.exit_code, code in ran.stderr) == (1, True)

    before, verdicts = stored(data), asked(suite, judged)
    ran = run(suite, *ERASE, *TWO)
    assert (ran.exit_code, "The key is destroyed" in ran.stdout) == (0, True), ran.output

    # the name reads as erased everywhere; others keep theirs
    assert listed(suite, FOLDED) == []
    assert sorted(listed(suite, "")) == sorted(["", "", OTHER, ERASED])
    assert ERASED in run(suite, "assess", "--cadre", "cb-an", "--year", "2019").stdout
    [request] = json.loads(run(suite, "privacy", "requests", "--json").stdout)
    assert (request["text"], request["due_on"]) == (ERASED, "2020-02-26")
    assert run(suite, "privacy", "export", "cb-an", tmp_path / "after").exit_code == 0
    assert run(suite, "export", tmp_path / "register", "--year", "2019").exit_code == 0
    assert holding(tmp_path / "after") == holding(tmp_path / "register") == set()
    [appointed] = [one for one in asked(suite, opened) if one.get("name") == ERASED]
    assert appointed["cadre"] == "cb-an"

    # every verdict stands, and so does every byte
    assert asked(suite, judged) == verdicts
    now = stored(data)
    assert {name: hashes[: len(before[name])] for name, hashes in now.items()} == before
    assert run(suite, "audit", "replay", "--year", "2019", "--as-of", "2020-01-31").exit_code == 0

    # nothing more is written about the erased; the same register again changes nothing
    ran = run(
        suite,
        "privacy",
        "record-request",
        "cb-an",
        "--request",
        "yc-2",
        "--kind",
        "access",
        "--on",
        "2020-03-01",
        "--text",
        "t",
    )
    assert (ran.exit_code, "person-erased" in ran.stderr) == (1, True)
    ran = run(suite, "import", tmp_path / "register", "--strict")
    assert ran.exit_code == 0, ran.output
    assert {name: len(hashes) for name, hashes in stored(data).items()} == {
        name: len(hashes) for name, hashes in now.items()
    }

    # and in no file of the data folder is a byte of it left, also after a restart
    assert settled(data, set()) == set()
    suite.kill("planning")
    assert asked(suite, roster)["cb-an"] == ERASED

    # a new master key: refused while the suite runs, and then everything reads as before
    assert run(suite, "privacy", "rotate").exit_code == 3
    suite.down()
    assert run(suite, "privacy", "rotate").exit_code == 0
    again = Up(data)
    names = asked(again, roster)
    again.down()
    assert (names["cb-an"], names["cb-con"]) == (ERASED, OTHER)
