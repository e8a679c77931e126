"""From the commit of a fact to the assessment that answers with it, and the suite at rest."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from itertools import islice
from pathlib import Path

import nats as nats_py
from nats.aio.client import Client

from console.bench.commands import visits
from console.bench.generate import generate
from console.bench.nation import Nation
from console.bench.noop import ECHO
from console.bench.processes import client, noop
from console.bench.row import Goal, Row, percentile
from console.bench.setting import Setting
from console.bench.story import roster
from console.suite import Suite, SuiteError
from shared.bus import Bus
from shared.language.visits import LogVisit

_AGAINST = "two bare NATS round trips and one synced SQLite commit, one after the other"


async def _once(bus: Bus, command: LogVisit) -> tuple[float, float]:
    """Milliseconds from the commit, and from the asking, to the assessment that has it.

    ``recorded_at`` is taken just before the commit, by the clock of the same machine.
    """
    asked = time.perf_counter()
    done = await bus.obey(command)
    answer = await bus.ask(
        "appraisal",
        "assess",
        heard={done.service: done.position},
        cadre=command.cadre,
        year=2019,
        as_of="2020-01-31",
    )
    answered, whole = time.time(), time.perf_counter() - asked
    if command.visit not in {one["visit"] for one in answer["credits"] + answer["denials"]}:
        raise SuiteError(f"the assessment does not know {command.visit}")
    page = await bus.ask(done.service, "entries", after=done.position - 1, limit=1)
    recorded = datetime.fromisoformat(page["entries"][0]["time"]).timestamp()
    return 1000 * (answered - recorded), 1000 * whole


async def _bare(connection: Client, db: sqlite3.Connection, body: bytes) -> float:
    began = time.perf_counter()
    await connection.request(ECHO, body)
    with db:
        db.execute("INSERT INTO bare (body) VALUES (?)", [body])
    await connection.request(ECHO, body)
    return 1000 * (time.perf_counter() - began)


def _commits(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("CREATE TABLE bare (number INTEGER PRIMARY KEY, body BLOB)")
    return db


async def _round(
    bus: Bus, asked: Iterator[LogVisit], connection: Client, db: sqlite3.Connection, count: int
) -> tuple[list[float], list[float], list[float]]:
    ours = [await _once(bus, command) for command in islice(asked, count)]
    body = next(asked).model_dump_json().encode()
    bare = [await _bare(connection, db, body) for _ in range(count)]
    return [lag for lag, _ in ours], [whole for _, whole in ours], bare


async def measure(setting: Setting) -> list[Row]:
    """Milliseconds, at the median and at the 99th percentile."""
    middle = Row("lag-p50-ms", "ms", Goal("ours", "≤", 15), _AGAINST)
    late = Row("lag-p99-ms", "ms", Goal("ours", "≤", 60), _AGAINST)
    folder = setting.new("lag")
    nation = Nation(min(setting.size.cadres, 500))
    generate(roster(nation), folder)
    wholes: list[float] = []
    async with Suite(folder) as suite:
        with noop(suite.nats, folder), closing(_commits(folder / "bare.sqlite")) as db:
            connection = await nats_py.connect(suite.nats)
            async with client(suite.nats, "visits", "appraisal", "noop") as bus:
                asked = visits(nation.people())
                await _round(bus, asked, connection, db, 5)  # what is first is never quick
                for _ in range(setting.size.rounds):
                    ours, whole, bare = await _round(
                        bus, asked, connection, db, setting.size.questions
                    )
                    wholes += whole
                    for row, rank in ((middle, 50), (late, 99)):
                        row.add(percentile(ours, rank), percentile(bare, rank))
            await connection.close()
    middle.note = late.note = (
        f"whole suite, {setting.size.questions} log-visit a round, one at a time; from the asking "
        f"of the command {percentile(wholes, 50):.1f} ms, 99 %: {percentile(wholes, 99):.1f} ms"
    )
    return [middle, late]
