"""What the tests of relay and hearing share: facts in ledgers, works that run beside."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nats.js import JetStreamContext
from nats.js.api import RawStreamMsg
from pydantic_core import from_json, to_json

from shared.entries import Entry, to_cloudevent
from shared.heard import Heard
from shared.hearing import Listener
from shared.language.planning import AppointCadre, CadreAppointed
from shared.ledger import Ledger, NewEntry
from shared.messages import Fact
from shared.relay import Relay
from shared.subjects import PREVIOUS, stream_name

THEN = "2026-01-05T01:02:03.000004Z"
FACTS = stream_name("planning")


def appointed(number: int) -> CadreAppointed:
    command = AppointCadre(cadre=f"cb-{number:04}", department="ban-a")
    return CadreAppointed(**command.model_dump())


def fill(ledger: Ledger, first: int, last: int, actor: str = "test") -> None:
    """Facts of as many cadres, at the positions from first to last of an ordered ledger."""
    ledger.append(
        [
            NewEntry(appointed(n), 1, actor, f"cmd-{n}", THEN, cause="why")
            for n in range(first, last + 1)
        ]
    )
    assert ledger.head() == last


def relay(ledger: Ledger, js: JetStreamContext) -> Relay:
    return Relay("planning", ledger, js._nc, replicas=1)


def listener(ledger: Ledger, js: JetStreamContext, heard: Heard | None = None) -> Listener:
    """A listener to planning that files every fact under its own stream."""

    def place(fact: Any) -> str:
        return str(fact.stream)

    return Listener("planning", ledger, js, place, heard or Heard(), lambda streams: None)


@asynccontextmanager
async def running(*works: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """The works run meanwhile; none of them may have ended by itself."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        yield
        assert not any(task.done() for task in tasks), tasks
    finally:
        await stop(*tasks)


async def stop(*tasks: asyncio.Task[None]) -> None:
    waiting = set(tasks)
    while waiting:
        for task in waiting:
            task.cancel()
        _, waiting = await asyncio.wait(waiting, timeout=0.1)


async def until(true: Callable[[], Awaitable[bool] | bool], seconds: float = 60) -> None:
    """Wait until it is so; fail when it takes far too long."""
    async with asyncio.timeout(seconds):
        while True:
            found = true()
            if found if isinstance(found, bool) else await found:
                return
            await asyncio.sleep(0.02)


async def last_sequence(js: JetStreamContext) -> int:
    """How far the stream has come; -1 where there is none."""
    for stream in await js.streams_info():
        if stream.config.name == FACTS:
            return stream.state.last_seq
    return -1


async def carried(js: JetStreamContext, position: int) -> None:
    """Wait until the stream has come to a position."""

    async def there() -> bool:
        return await last_sequence(js) == position

    await until(there)


async def messages(js: JetStreamContext) -> list[RawStreamMsg]:
    """All that the stream holds, in order."""
    last = await last_sequence(js)
    return [await js.get_msg(FACTS, number) for number in range(1, last + 1)]


@dataclass(frozen=True)
class HeardOne:
    """A heard fact as it stands in the file."""

    position: int
    stream: str


def heard_in(path: Path) -> list[HeardOne]:
    """All that was heard, in the order in which it was written, seen in the file itself."""
    with sqlite3.connect(path) as file:
        rows = file.execute("SELECT position, stream FROM heard ORDER BY number").fetchall()
    return [HeardOne(*row) for row in rows]


def once_and_in_order(last: int) -> list[HeardOne]:
    return [HeardOne(n, f"cadre/cb-{n:04}") for n in range(1, last + 1)]


async def heard_up_to(ledger: Ledger, position: int) -> None:
    await until(lambda: ledger.tracked("planning") >= position)


async def publish(
    js: JetStreamContext,
    position: int,
    previous: int = 0,
    *,
    fact: Fact | None = None,
    raw: bytes | None = None,
    **other: Any,
) -> None:
    """A fact straight onto the stream; ``other`` replaces parts of its CloudEvent, ``raw`` all."""
    fact = fact or appointed(position)
    entry = Entry(position, fact.stream, 1, fact, "a", "c", THEN)
    await js.publish(
        f"fact.planning.{entry.bucket:02}.cadre-appointed-v1",
        raw or to_json({**from_json(to_cloudevent("planning", entry)), **other}),
        headers={PREVIOUS: str(previous)},
    )
