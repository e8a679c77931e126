"""The relay with a real NATS: the stream is the ledger, position by position."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest
from nats.js import JetStreamContext
from nats.js.api import StreamConfig
from nats.js.errors import APIError
from pydantic_core import from_json
from structlog.testing import capture_logs

from shared.entries import bucket_of, to_cloudevent
from shared.ledger import Ledger
from shared.relay import provision, stream_config
from shared.subjects import PREVIOUS

from .streams import (
    FACTS,
    THEN,
    carried,
    fill,
    last_sequence,
    messages,
    relay,
    running,
    stop,
    until,
)


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
    before = [(one.subject, one.data, one.headers) for one in await messages(js)]
    await js.delete_stream(FACTS)
    if more:
        fill(ledger, 51, 50 + more)
    async with running(relay(ledger, js).run()):
        await carried(js, 50 + more)
    after = [(one.subject, one.data, one.headers) for one in await messages(js)]
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


# --- drift --------------------------------------------------------------------------------------


async def drifted(js: JetStreamContext, ledger: Ledger) -> str:
    """What the relay says of a stream that is not the ledger's; it must leave it alone."""
    before = [(one.seq, one.data) for one in await messages(js)]
    with capture_logs() as logs:
        async with running(relay(ledger, js).run()):
            await until(lambda: any(log["event"] == "stream-drift" for log in logs))
    assert [(one.seq, one.data) for one in await messages(js)] == before
    return str(next(log["why"] for log in logs if log["event"] == "stream-drift"))


async def test_a_stream_ahead_of_the_ledger_is_drift(
    js: JetStreamContext, tmp_path: Path, ledger: Ledger
) -> None:
    fill(ledger, 1, 20)
    async with running(relay(ledger, js).run()):
        await carried(js, 20)
    older = Ledger(tmp_path / "older.sqlite")
    fill(older, 1, 15)
    assert await drifted(js, older) == "stream is at 20, ledger at 15"
    older.close()


async def test_a_stream_with_other_content_is_drift(
    js: JetStreamContext, tmp_path: Path, ledger: Ledger
) -> None:
    fill(ledger, 1, 20)
    async with running(relay(ledger, js).run()):
        await carried(js, 20)
    another = Ledger(tmp_path / "another.sqlite")
    fill(another, 1, 30, actor="someone else")
    assert "20" in await drifted(js, another)
    another.close()


async def test_a_ledger_with_a_hole_is_drift(
    js: JetStreamContext, tmp_path: Path, ledger: Ledger
) -> None:
    """Positions would no longer be sequence numbers; this is no race with another relay."""
    fill(ledger, 1, 10)
    with sqlite3.connect(tmp_path / "ledger.sqlite") as file:
        file.execute("DELETE FROM stored_events WHERE rowid IN (5, 6)")
    await provision(js, "planning", 1)
    with capture_logs() as logs:
        async with running(relay(ledger, js).run()):
            await until(lambda: any(log["event"] == "stream-drift" for log in logs))
    assert await last_sequence(js) in (-1, 0, 4)


# --- the stream itself --------------------------------------------------------------------------


async def test_provisioning_again_changes_nothing(js: JetStreamContext) -> None:
    assert await provision(js, "planning", 1) == []
    before = await js.stream_info(FACTS)
    assert await provision(js, "planning", 1) == []
    after = await js.stream_info(FACTS)
    assert (after.created, after.config) == (before.created, before.config)


async def test_a_stream_made_otherwise_is_told_and_never_rewritten(js: JetStreamContext) -> None:
    await js.add_stream(StreamConfig(name=FACTS, subjects=["fact.planning.*.*"]))
    before = (await js.stream_info(FACTS)).config
    assert await provision(js, "planning", 1) == ["subjects", "deny_delete", "deny_purge"]
    assert (await js.stream_info(FACTS)).config == before


async def test_nothing_is_taken_out_of_a_stream(js: JetStreamContext, ledger: Ledger) -> None:
    fill(ledger, 1, 3)
    async with running(relay(ledger, js).run()):
        await carried(js, 3)
    with pytest.raises(APIError):
        await js.delete_msg(FACTS, 2)
    with pytest.raises(APIError):
        await js.purge_stream(FACTS)
    config = stream_config("planning", 1)
    assert (config.max_msgs, config.max_bytes, config.max_age) == (None, None, None)


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
