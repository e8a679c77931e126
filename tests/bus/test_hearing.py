"""Hearing with a real NATS: every fact becomes a row once and in order, whatever happens."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from eventsourcing.persistence import OperationalError
from nats.js import JetStreamContext

from shared.heard import Heard
from shared.hearing import Listener
from shared.ledger import Ledger
from shared.messages import Fact, bucket_of
from visits.service import SPEC as VISITS

from .streams import (
    FACTS,
    appointed,
    fill,
    heard_in,
    heard_up_to,
    listener,
    once_and_in_order,
    relay,
    running,
)


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


async def test_what_could_not_be_written_does_not_count_as_heard(
    js: JetStreamContext, ledger: Ledger, hearing: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the listener waits to try again, others look at the tracking (``Server._look``)."""
    fill(ledger, 1, 5)
    heard, refused = Heard(), asyncio.Event()
    one, write = listener(hearing, js, heard), hearing.hear

    def refuse(*_: object) -> None:
        refused.set()
        raise OperationalError("no connection left")

    monkeypatch.setattr(hearing, "hear", refuse)
    async with running(relay(ledger, js).run(), one.run()):
        await refused.wait()
        await asyncio.sleep(0)
        one.learn(hearing.tracking())
        assert heard.positions.get("planning", 0) == 0
        monkeypatch.setattr(hearing, "hear", write)
        assert await heard.until({"planning": 5}, 60)
    assert hearing.tracked("planning") == 5


# --- waiting ------------------------------------------------------------------------------------


async def test_waiting_ends_when_everything_waited_for_is_heard() -> None:
    heard = Heard()
    waiting = asyncio.create_task(heard.until({"planning": 5, "visits": 2}, 20))
    for service, position in (("planning", 4), ("visits", 9), ("planning", 5)):
        await asyncio.sleep(0.01)
        assert not waiting.done()
        heard.move(service, position)
    assert await waiting
    assert await heard.until({"planning": 5}, 0)
    assert await heard.until({}, 0)


async def test_waiting_ends_when_the_time_is_over() -> None:
    heard = Heard()
    heard.move("planning", 4)
    assert not await heard.until({"planning": 5}, 0.05)
    assert not await heard.until({"unheard-of": 1}, 0.05)
