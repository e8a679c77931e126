"""The relay with a real NATS: the stream is the ledger, position by position."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from nats.js import JetStreamContext
from nats.js.api import RawStreamMsg
from pydantic_core import from_json

from shared.entries import to_cloudevent
from shared.ledger import Ledger
from shared.messages import bucket_of
from shared.subjects import PREVIOUS

from .streams import (
    FACTS,
    THEN,
    carried,
    fill,
    messages,
    relay,
    running,
    stop,
)


def told(one: RawStreamMsg) -> dict[str, str]:
    """The headers that say what is carried; which batch carried it may differ."""
    headers = dict(one.headers or {})
    return {name: headers[name] for name in headers if not name.startswith("Nats-Batch")}


async def assert_carried(js: JetStreamContext, ledger: Ledger) -> None:
    """The stream holds the ledger, byte by byte, and every header is right."""
    entries = list(ledger.all_entries())
    last: dict[int, int] = {}
    found = await messages(js)
    assert [one.seq for one in found] == [entry.position for entry in entries]
    for one, entry in zip(found, entries, strict=True):
        assert one.data == to_cloudevent("planning", entry)
        assert one.subject == f"fact.planning.{entry.bucket:02}.cadre-appointed-v1"
        assert one.headers is not None
        assert one.headers["Nats-Msg-Id"] == f"planning:{entry.position}"
        assert int(one.headers[PREVIOUS]) == last.get(entry.bucket, 0)
        last[entry.bucket] = entry.position


async def test_a_fact_is_carried_as_a_cloudevent(js: JetStreamContext, ledger: Ledger) -> None:
    fill(ledger, 1, 1)
    async with running(relay(ledger, js).run()):
        await carried(js, 1)
    [message] = await messages(js)
    assert message.headers is not None
    assert message.headers["Content-Type"] == "application/cloudevents+json"
    assert message.subject == f"fact.planning.{bucket_of('cb-0001'):02}.cadre-appointed-v1"
    event = from_json(message.data or b"")
    assert event.pop("data")["cadre"] == "cb-0001"
    assert event == {
        "specversion": "1.0",
        "id": "planning:1",
        "source": "/dicoso/planning",
        "type": "planning.cadre-appointed.v1",
        "subject": "cadre/cb-0001",
        "time": THEN,
        "datacontenttype": "application/json",
        "partitionkey": "cb-0001",
        "sequence": "1",
        "streamversion": 1,
        "actor": "test",
        "commandid": "cmd-1",
        "cause": "why",
    }


async def test_the_sequence_is_the_position_and_headers_chain_each_bucket(
    js: JetStreamContext, ledger: Ledger
) -> None:
    fill(ledger, 1, 300)
    one = relay(ledger, js)
    async with running(one.run()):
        await carried(js, 300)
        fill(ledger, 301, 320)
        one.wake()
        await carried(js, 320)
    await assert_carried(js, ledger)
    fill(ledger, 321, 340)
    async with running(relay(ledger, js).run()):  # another, which knows nothing of the first
        await carried(js, 340)
    await assert_carried(js, ledger)


async def test_two_relays_at_once_carry_everything_once(
    js: JetStreamContext, tmp_path: Path, ledger: Ledger
) -> None:
    other = Ledger(tmp_path / "ledger.sqlite")
    one, two = relay(ledger, js), relay(other, js)
    async with running(one.run(), two.run()):
        for end in range(100, 701, 100):
            fill(ledger, end - 99, end)
            one.wake()
            two.wake()
            await asyncio.sleep(0.01)
        await carried(js, 700)
    other.close()
    await assert_carried(js, ledger)


@pytest.mark.parametrize("more", [0, 5])
async def test_a_stream_deleted_between_runs_is_filled_again(
    js: JetStreamContext, ledger: Ledger, more: int
) -> None:
    fill(ledger, 1, 50)
    async with running(relay(ledger, js).run()):
        await carried(js, 50)
    before = [(one.subject, one.data, told(one)) for one in await messages(js)]
    await js.delete_stream(FACTS)
    if more:
        fill(ledger, 51, 50 + more)
    async with running(relay(ledger, js).run()):
        await carried(js, 50 + more)
    after = [(one.subject, one.data, told(one)) for one in await messages(js)]
    assert after[:50] == before
    await assert_carried(js, ledger)


@pytest.mark.parametrize("busy", [True, False])
async def test_a_stream_deleted_under_the_relay_is_filled_again(
    js: JetStreamContext, ledger: Ledger, busy: bool
) -> None:
    fill(ledger, 1, 50)
    one = relay(ledger, js)
    async with running(one.run()):
        await carried(js, 50)
        await js.delete_stream(FACTS)
        if busy:  # an idle relay looks by itself, every few seconds
            fill(ledger, 51, 60)
            one.wake()
        await carried(js, 60 if busy else 50)
    await assert_carried(js, ledger)


async def test_a_relay_that_was_just_woken_can_be_stopped(
    js: JetStreamContext, ledger: Ledger
) -> None:
    fill(ledger, 1, 1)
    one = relay(ledger, js)
    task = asyncio.create_task(one.run())
    await carried(js, 1)
    await asyncio.sleep(0.1)  # it waits for news
    one.wake()
    task.cancel()
    done, _ = await asyncio.wait([task], timeout=3)
    await stop(task)
    assert done
