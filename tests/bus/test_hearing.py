"""Hearing with a real NATS: every fact becomes a row once and in order, whatever happens."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from nats.js import JetStreamContext
from nats.js.api import StreamConfig
from pydantic_core import from_json, to_json
from structlog.testing import capture_logs

from shared.entries import Entry, bucket_of, to_cloudevent
from shared.heard import Heard
from shared.hearing import Listener
from shared.ledger import Ledger
from shared.messages import Fact
from shared.relay import provision
from shared.subjects import PREVIOUS
from visits.service import SPEC as VISITS

from .streams import (
    FACTS,
    THEN,
    HeardOne,
    appointed,
    carried,
    fill,
    heard_in,
    listener,
    relay,
    running,
    until,
)


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """The file of the ledger that hears."""
    return tmp_path / "here.sqlite"


@pytest.fixture
def hearing(here: Path) -> Iterator[Ledger]:
    """The ledger that hears; ``ledger`` is the one that is heard."""
    one = Ledger(here)
    yield one
    one.close()


def once_and_in_order(last: int) -> list[HeardOne]:
    return [HeardOne(n, f"cadre/cb-{n:04}") for n in range(1, last + 1)]


async def heard_up_to(ledger: Ledger, position: int) -> None:
    await until(lambda: ledger.tracked("planning") >= position)


async def test_everything_is_heard_once_and_in_order(
    js: JetStreamContext, ledger: Ledger, hearing: Ledger, here: Path
) -> None:
    fill(ledger, 1, 600)
    one, heard = relay(ledger, js), Heard()
    async with running(one.run(), listener(hearing, js, heard).run()):
        assert await heard.until({"planning": 600}, 60)
        fill(ledger, 601, 610)
        one.wake()
        assert await heard.until({"planning": 610}, 60)
    assert heard_in(here) == once_and_in_order(610)
    assert hearing.facts("cadre/cb-0007") == ([appointed(7)], 0)
    assert hearing.tracked("planning") == 610
    buckets = {bucket_of(f"cb-{n:04}"): n for n in range(1, 611)}
    for bucket, position in buckets.items():
        assert hearing.tracked(f"planning/{bucket:02}") == position


async def test_a_listener_that_comes_before_the_stream_waits_for_it(
    js: JetStreamContext, ledger: Ledger, hearing: Ledger, here: Path
) -> None:
    fill(ledger, 1, 3)
    async with running(listener(hearing, js).run()):
        await asyncio.sleep(0.3)
        async with running(relay(ledger, js).run()):
            await heard_up_to(hearing, 3)
    assert heard_in(here) == once_and_in_order(3)


async def test_a_listener_started_again_goes_on_where_it_stood(
    js: JetStreamContext, ledger: Ledger, hearing: Ledger, here: Path
) -> None:
    fill(ledger, 1, 2000)
    async with running(relay(ledger, js).run()):
        for pause in range(0, 50, 5):  # each ends somewhere in the middle
            async with running(listener(hearing, js).run()):
                await asyncio.sleep(pause / 1000)
        async with running(listener(hearing, js).run()):
            await heard_up_to(hearing, 2000)
    assert heard_in(here) == once_and_in_order(2000)


@pytest.mark.parametrize("listening", [True, False])
async def test_a_stream_that_is_deleted_and_filled_again_is_heard_on(
    js: JetStreamContext, ledger: Ledger, hearing: Ledger, here: Path, listening: bool
) -> None:
    fill(ledger, 1, 40)
    one, two = relay(ledger, js), listener(hearing, js)
    async with running(one.run()):
        async with running(two.run()):
            await heard_up_to(hearing, 40)
            if listening:
                await js.delete_stream(FACTS)
                fill(ledger, 41, 60)
                one.wake()
                await heard_up_to(hearing, 60)
        if not listening:
            await js.delete_stream(FACTS)
            fill(ledger, 41, 60)
            one.wake()
            async with running(two.run()):
                await heard_up_to(hearing, 60)
    assert heard_in(here) == once_and_in_order(60)


async def test_two_listeners_on_one_ledger_write_each_fact_once(
    js: JetStreamContext, ledger: Ledger, hearing: Ledger, here: Path
) -> None:
    """Every fact is delivered twice; the compare-and-set lets one of the two write it."""
    other = Ledger(here)
    one = relay(ledger, js)
    async with running(one.run(), listener(hearing, js).run(), listener(other, js).run()):
        for end in range(50, 301, 50):
            fill(ledger, end - 49, end)
            one.wake()
            await heard_up_to(hearing, end)
    other.close()
    assert heard_in(here) == once_and_in_order(300)


async def test_a_ledger_restored_to_an_older_copy_hears_the_rest_again(
    js: JetStreamContext, ledger: Ledger, hearing: Ledger, here: Path, tmp_path: Path
) -> None:
    older = tmp_path / "older.sqlite"
    fill(ledger, 1, 30)
    one = relay(ledger, js)
    async with running(one.run()):
        async with running(listener(hearing, js).run()):
            await heard_up_to(hearing, 30)
            with closing(sqlite3.connect(here)) as now, closing(sqlite3.connect(older)) as copy:
                now.backup(copy)
            fill(ledger, 31, 50)
            one.wake()
            await heard_up_to(hearing, 50)
        restored = Ledger(older)
        async with running(listener(restored, js).run()):
            await heard_up_to(restored, 50)
        restored.close()
    assert heard_in(older) == heard_in(here) == once_and_in_order(50)


async def test_what_is_heard_is_known_at_once(
    js: JetStreamContext, ledger: Ledger, hearing: Ledger
) -> None:
    inside = VISITS.open(hearing)
    assert inside.known.person("cb-0001") is None  # and is kept on the shelf as such
    fill(ledger, 1, 1)
    place, evict = VISITS.hears["planning"], inside.shelf.evict
    works = (
        relay(ledger, js).run(),
        Listener("planning", hearing, js, place, inside.heard, evict).run(),
    )
    async with running(*works):
        assert await inside.heard.until({"planning": 1}, 60)
    assert inside.known.person("cb-0001") is not None
    assert inside.positions() == {"visits": 0, "planning": 1}


# --- what cannot be heard -----------------------------------------------------------------------


async def publish(js: JetStreamContext, position: int, previous: int = 0, **other: Any) -> None:
    """A fact straight onto the stream; ``other`` replaces parts of its CloudEvent."""
    entry = Entry(position, f"cadre/cb-{position:04}", 1, appointed(position), "a", "c", THEN)
    await js.publish(
        f"fact.planning.{entry.bucket:02}.cadre-appointed-v1",
        to_json({**from_json(to_cloudevent("planning", entry)), **other}),
        headers={PREVIOUS: str(previous)},
    )


async def stays_at(js: JetStreamContext, hearing: Ledger, position: int, event: str) -> None:
    """The listener says what is wrong, hears up to the position before, and goes on trying."""
    heard = Heard()
    with capture_logs() as logs:
        async with running(listener(hearing, js, heard).run()):
            await until(lambda: any(log["event"] == event for log in logs))
            assert heard.positions["planning"] == position
    assert hearing.tracked("planning") == position


@pytest.mark.parametrize("previous", [1, 5, -1])
async def test_a_fact_that_names_another_predecessor_is_a_gap(
    js: JetStreamContext, hearing: Ledger, here: Path, previous: int
) -> None:
    await provision(js, "planning", 1)
    await publish(js, 1)
    await publish(js, 2, previous=previous)
    await publish(js, 3)
    await stays_at(js, hearing, 1, "gap")
    assert heard_in(here) == once_and_in_order(1)


@pytest.mark.parametrize("positions", [(1, 3), (1, 1, 2)])
async def test_a_fact_that_is_not_at_its_own_position_is_a_gap(
    js: JetStreamContext, hearing: Ledger, here: Path, positions: tuple[int, ...]
) -> None:
    await provision(js, "planning", 1)
    for position in positions:
        await publish(js, position)
    await stays_at(js, hearing, 1, "gap")
    assert heard_in(here) == once_and_in_order(1)


async def test_a_fact_that_the_stream_has_lost_is_a_gap(
    js: JetStreamContext, hearing: Ledger, here: Path
) -> None:
    await js.add_stream(StreamConfig(name=FACTS, subjects=["fact.planning.>"]))
    for position in (1, 2, 3):  # of three buckets: no header tells of the loss
        await publish(js, position)
    await js.delete_msg(FACTS, 2)
    await stays_at(js, hearing, 1, "gap")
    assert heard_in(here) == once_and_in_order(1)


@pytest.mark.parametrize(
    "poison",
    [
        pytest.param({"type": "planning.cadre-promoted.v9"}, id="unknown type"),
        pytest.param({"data": {"cadre": "cb-0003"}}, id="broken content"),
        pytest.param({"sequence": "three"}, id="no position"),
    ],
)
async def test_a_fact_that_cannot_be_read_is_never_skipped(
    js: JetStreamContext, hearing: Ledger, here: Path, poison: dict[str, Any]
) -> None:
    await provision(js, "planning", 1)
    await publish(js, 1)
    await publish(js, 2)
    await publish(js, 3, **poison)
    await publish(js, 4)
    await stays_at(js, hearing, 2, "cannot-hear")
    assert heard_in(here) == once_and_in_order(2)


async def test_a_fact_that_cannot_be_filed_is_never_skipped(
    js: JetStreamContext, ledger: Ledger, hearing: Ledger, here: Path
) -> None:
    def place(fact: Fact) -> str | None:
        return {appointed(n).stream: appointed(n).stream for n in (1, 2, 4)}[fact.stream]

    fill(ledger, 1, 4)
    async with running(relay(ledger, js).run()):
        await carried(js, 4)
    one = Listener("planning", hearing, js, place, Heard(), lambda streams: None)
    with capture_logs() as logs:
        async with running(one.run()):
            await until(lambda: any(log["event"] == "cannot-hear" for log in logs))
    assert hearing.tracked("planning") == 2
    assert heard_in(here) == once_and_in_order(2)


async def test_what_a_service_has_no_use_for_is_passed_over(
    js: JetStreamContext, ledger: Ledger, hearing: Ledger, here: Path
) -> None:
    fill(ledger, 1, 5)

    def place(fact: Fact) -> str | None:
        return None if fact == appointed(3) else fact.stream

    one = Listener("planning", hearing, js, place, Heard(), lambda streams: None)
    async with running(relay(ledger, js).run(), one.run()):
        await heard_up_to(hearing, 5)
    assert [one.position for one in heard_in(here)] == [1, 2, 4, 5]


# --- waiting ------------------------------------------------------------------------------------


async def test_waiting_ends_when_everything_waited_for_is_heard() -> None:
    heard = Heard()
    waiting = asyncio.create_task(heard.until({"planning": 5, "visits": 2}, 20))
    for service, position in (("planning", 4), ("visits", 9), ("planning", 5)):
        await asyncio.sleep(0.01)
        assert not waiting.done()
        await heard.move(service, position)
    assert await waiting
    assert await heard.until({"planning": 5}, 0)
    assert await heard.until({}, 0)


async def test_waiting_ends_when_the_time_is_over() -> None:
    heard = Heard()
    await heard.move("planning", 4)
    assert not await heard.until({"planning": 5}, 0.05)
    assert not await heard.until({"unheard-of": 1}, 0.05)
