"""Durable commands a second through NATS, against requests that nothing is done with."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from datetime import date, timedelta
from itertools import islice
from typing import ClassVar
from uuid import uuid4

from console.bench.generate import generate
from console.bench.nation import Nation, Person, unit_key
from console.bench.processes import client, nats, noop, service
from console.bench.row import Goal, Row
from console.bench.setting import Setting
from console.bench.story import roster
from console.suite import SuiteError
from shared.bus import Bus
from shared.language.visits import LogVisit

IN_FLIGHT = 64
_NOTE = "log-visit, one fact each, a new visit in the diary of one of {cadres} cadres in turn"


class Noop(LogVisit):
    """The same content, asked of the program that does nothing."""

    service: ClassVar[str] = "noop"


def visits(people: Sequence[Person], word: type[LogVisit] = LogVisit) -> Iterator[LogVisit]:
    """Endless visits to log, over all these cadres in turn; each has a new id."""
    series, number = uuid4().hex[:12], 0
    while True:
        one = people[number % len(people)]
        first = date(2019, 1, 1) + timedelta(days=number // len(people) * 3 % 360)
        yield word(
            visit=f"lv-{series}-{number}",
            cadre=one.key,
            unit=unit_key(one.province, one.units[number % 3]),
            kind="thematic" if number % 2 else "regular",
            from_=first,
            to=first + timedelta(days=1),
            evidence="travel_order",
            evidence_no=f"{number % 997}-CL/TĐTN",
            logged_on=first + timedelta(days=2),
        )
        number += 1


async def obey_all(bus: Bus, commands: Iterable[LogVisit]) -> float:
    """Have all of them obeyed, so many in flight; commands a second."""
    left, count = iter(commands), 0

    async def work() -> None:
        nonlocal count
        for command in left:
            await bus.obey(command)
            count += 1

    began = time.perf_counter()
    await asyncio.gather(*(work() for _ in range(IN_FLIGHT)))
    return count / (time.perf_counter() - began)


async def _take(setting: Setting, row: Row, ledger: str = "") -> None:
    size, folder = setting.size, setting.new("commands")
    nation = Nation(size.cadres)
    people = nation.people()
    generate(roster(nation), ledger or folder, ["visits"])
    with ExitStack() as stack:
        url = stack.enter_context(nats(folder))
        stack.enter_context(service("visits", url, folder, ledger))
        stack.enter_context(noop(url, folder))
        async with client(url, "visits", "noop") as bus:
            ours, nothing = visits(people), visits(people, Noop)
            for warm in (ours, nothing):
                await obey_all(bus, islice(warm, size.commands // 10))
            for _ in range(size.rounds):
                row.add(
                    await obey_all(bus, islice(ours, size.commands)),
                    await obey_all(bus, islice(nothing, size.commands)),
                )


def _row(id: str, goal: float, setting: Setting) -> Row:
    return Row(
        id,
        "commands/s",
        Goal("ratio", "≥", goal),
        f"no-op FastStream request/reply, same client and content, {IN_FLIGHT} in flight",
        note=_NOTE.format(cadres=setting.size.cadres),
    )


async def on_sqlite(setting: Setting) -> list[Row]:
    """Ledger in a SQLite file, WAL, every commit synced."""
    row = _row("commands-sqlite", 0.5, setting)
    await _take(setting, row)
    return [row]


async def on_postgres(setting: Setting) -> list[Row]:
    """Ledger on PostgreSQL with its default durability."""
    row = _row("commands-postgres", 0.4, setting)
    with ExitStack() as stack:
        try:
            url = stack.enter_context(setting.database())
        except SuiteError as error:
            row.missing = str(error)
        else:
            await _take(setting, row, url)
    return [row]
