"""Importing a register: each row becomes one command, sent in an order that keeps §4's rules.

DOMAIN.md §4: the first row of a key wins; a unit's parent may stand in a later row;
everything else refers to what stands in the register. How a command travels is the
caller's business: ``send`` asks a service once and answers what it said.
"""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from heapq import heappop, heappush
from typing import Any
from uuid import UUID, uuid5

from registers.columns import REGIME, TABLES
from registers.register import Refusal, Register
from shared.answers import Done
from shared.bus import Bus
from shared.language.planning import EnactRegime
from shared.messages import Command
from shared.refused import Refused

NAMESPACE = UUID("6d3b1e52-7f0c-5a3e-9a55-0d1c05041920")
"""Where the command ids of registers' rows are named."""

Send = Callable[[Command, str, Mapping[str, int]], Awaitable[Done | Refused]]
"""``await send(command, command_id, after)``; what it raises ends the import."""
Progress = Callable[[str, int, int], None]
"""``progress(file, answered, of)``, after each answer."""


def sender(bus: Bus) -> Send:
    """One row's command over the bus; a refusal comes back as a value."""

    async def send(command: Command, command_id: str, after: Mapping[str, int]) -> Done | Refused:
        try:
            return await bus.obey(command, command_id, after, cause="register")
        except Refused as refused:
            return refused

    return send


@dataclass(frozen=True)
class Entry:
    """A row that became a command; ``parent`` is a unit's, "" elsewhere."""

    row: int
    key: str
    parent: str
    command: Command


@dataclass
class Outcome:
    """What came of an import."""

    imported: dict[str, int] = field(default_factory=lambda: dict.fromkeys(TABLES, 0))
    """Rows accepted by file; a row that was recorded before counts too."""
    refusals: list[Refusal] = field(default_factory=list)
    positions: dict[str, int] = field(default_factory=dict)
    """The greatest position answered by each service."""
    sent: int = 0


def judge(register: Register) -> tuple[dict[str, list[Entry]], list[Refusal]]:
    """The rows as commands, by file, and every refusal that the files alone explain."""
    year = register.regime.year if register.regime else 0
    entries: dict[str, list[Entry]] = {file: [] for file in TABLES}
    refusals = list(register.refusals)
    for file, rows in register.rows.items():
        table = TABLES[file]
        for row in rows:
            try:
                command = table.enter(row.cells, year)
            except Refused as refused:
                refusals.append(Refusal.of(file, row.number, refused))
            else:
                key, parent = row.cells[table.key], row.cells.get("parent", "")
                entries[file].append(Entry(row.number, key, parent, command))
    return entries, sorted(refusals, key=lambda refusal: refusal.place)


def command_id(year: int, file: str, command: Command, key: str = "") -> str:
    """The same row of the same year and file has the same id, in every import.

    A row may hold a name; keyed with what planning tells, its id does not help to guess it.
    """
    said = command.model_dump(mode="json", exclude_unset=True)
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return str(uuid5(NAMESPACE, f"{key}{year}/{file}/{text}"))


async def import_register(
    register: Register,
    send: Send,
    progress: Progress = lambda file, answered, of: None,
    key: str = "",
    *,
    in_flight: int = 64,
) -> Outcome:
    """Send the register, file after file, with up to ``in_flight`` rows of a file at once."""
    entries, refusals = await asyncio.to_thread(judge, register)
    outcome = Outcome(refusals=refusals)
    if register.regime is None:
        return outcome

    year = register.regime.year

    async def tell(file: str, row: int, command: Command, after: dict[str, int]) -> bool:
        outcome.sent += 1
        answer = await send(command, command_id(year, file, command, key), after)
        if isinstance(answer, Refused):
            outcome.refusals.append(Refusal.of(file, row, answer))
            return False
        reached = outcome.positions.get(answer.service, 0)
        outcome.positions[answer.service] = max(reached, answer.position)
        return True

    async def tell_file(file: str, rows: list[Entry]) -> None:
        after, answered = dict(outcome.positions), 0

        async def act(index: int) -> None:
            nonlocal answered
            entry = rows[index]
            if await tell(file, entry.row, entry.command, after):
                outcome.imported[file] += 1
            answered += 1
            progress(file, answered, len(rows))

        waits = await asyncio.to_thread(_waits, rows)
        await _in_order(waits, act, in_flight)

    if await tell(REGIME, 1, EnactRegime(regime=register.regime), {}):
        for file, rows in entries.items():
            await tell_file(file, rows)
    outcome.refusals.sort(key=lambda refusal: refusal.place)
    return outcome


def _waits(entries: Sequence[Entry]) -> dict[int, set[int]]:
    """For which others each row waits: the row of its key before it, and its parent's rows.

    In assignments and appraisals, whose key is the whole row, a cadre's rows so keep
    their order; that is stricter than asked, and settles ties.
    """
    of_key: dict[str, list[int]] = defaultdict(list)
    waits: dict[int, set[int]] = {}
    for index, entry in enumerate(entries):
        waits[index] = set(of_key[entry.key][-1:])
        of_key[entry.key].append(index)
    for index, entry in enumerate(entries):
        if entry.parent.strip():
            waits[index].update(of_key.get(entry.parent, ()))
    return waits


def _without_circles(waits: dict[int, set[int]]) -> TopologicalSorter[int]:
    """The order of sending. A circle of parents is cut at its first row: it cannot wait."""
    while True:
        order = TopologicalSorter(waits)
        try:
            order.prepare()
        except CycleError as error:
            circle = set(error.args[1])
            waits[min(circle)] -= circle
        else:
            return order


async def _in_order(
    waits: dict[int, set[int]],
    act: Callable[[int], Coroutine[Any, Any, None]],
    in_flight: int,
) -> None:
    """Act on every row, in row order as far as none waits, ``in_flight`` at once."""
    order = await asyncio.to_thread(_without_circles, waits)
    ready: list[int] = []
    flying: dict[asyncio.Task[None], int] = {}
    try:
        while order.is_active():
            for index in order.get_ready():
                heappush(ready, index)
            while ready and len(flying) < in_flight:
                index = heappop(ready)
                flying[asyncio.create_task(act(index))] = index
            landed, _ = await asyncio.wait(flying, return_when=asyncio.FIRST_COMPLETED)
            for task in landed:
                task.result()
                order.done(flying.pop(task))
    finally:
        for task in flying:
            task.cancel()
        await asyncio.gather(*flying, return_exceptions=True)
