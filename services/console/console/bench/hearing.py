"""Hearing: facts of others taken into the ledger, against fetching and acknowledging them."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from pathlib import Path
from uuid import uuid4

import nats as nats_py
from nats.aio.client import Client
from nats.js import JetStreamContext

from console.bench.generate import generate
from console.bench.nation import Nation
from console.bench.processes import nats, service
from console.bench.row import Goal, Row
from console.bench.setting import Setting
from console.bench.story import tell
from console.suite import SuiteError
from shared.ledger import Ledger
from shared.relay import Relay
from shared.subjects import stream_name

_UPSTREAMS = ("planning", "visits")
_FETCH = 100
_LONGEST = 300.0
"""Seconds within which everything must be heard."""


async def carry(connection: Client, folder: Path) -> int:
    """Fill the streams from the ledgers of a folder, by the relay; how many facts that are."""
    count = 0
    for name in _UPSTREAMS:
        ledger = Ledger(folder / f"{name}.sqlite")
        relay = Relay(name, ledger, connection, replicas=1)
        running = asyncio.create_task(relay.run())
        while relay.carried < ledger.head():  # noqa: ASYNC110 - a relay tells nobody
            await asyncio.sleep(0.01)
        running.cancel()
        await asyncio.wait([running])
        count += ledger.head()
        ledger.close()
    return count


async def _hear(url: str, folder: Path, facts: int) -> float:
    """Facts a second that a new appraisal service keeps, from its first batch to its last.

    What it does not keep (base units) is not counted, though it is heard.
    """
    path = folder / "appraisal.sqlite"
    Ledger(path).close()
    db = sqlite3.connect(path)
    began, first, kept, heard = 0.0, 0, 0, 0
    give_up = time.monotonic() + _LONGEST
    with service("appraisal", url, folder):
        while heard < facts:
            await asyncio.sleep(0.005)
            if time.monotonic() > give_up:
                raise SuiteError(f"appraisal heard {heard} of {facts} facts in {_LONGEST:g} s")
            kept, heard = db.execute(
                "SELECT (SELECT coalesce(max(number), 0) FROM heard), "
                "(SELECT coalesce(sum(notification_id), 0) FROM tracking "
                "WHERE application_name IN ('planning', 'visits'))"
            ).fetchone()
            if kept and not first:
                began, first = time.perf_counter(), kept
        took = time.perf_counter() - began
    db.close()
    # a stream that one batch holds is heard at once: then the whole is told
    return (kept - first or kept) / took


async def _fetch(js: JetStreamContext, facts: int) -> float:
    """Facts a second of a bare pull consumer that acknowledges each."""
    began = time.perf_counter()
    count = 0
    for name in _UPSTREAMS:
        durable, stream = f"bare-{uuid4().hex[:8]}", stream_name(name)
        last = (await js.stream_info(stream)).state.messages
        bare = await js.pull_subscribe(f"fact.{name}.>", durable=durable, stream=stream)
        while last > 0:
            batch = await bare.fetch(min(_FETCH, last), timeout=5)
            for message in batch:
                await message.ack()
            last -= len(batch)
            count += len(batch)
        await bare.unsubscribe()
        await js.delete_consumer(stream, durable)
    assert count == facts  # noqa: S101 - what is compared is the same
    return count / (time.perf_counter() - began)


async def measure(setting: Setting) -> list[Row]:
    """Facts a second."""
    row = Row(
        "hearing",
        "events/s",
        Goal("ratio", "≥", 0.5),
        f"nats-py pull fetch({_FETCH}) and ack of the same streams",
    )
    folder = setting.new("hearing")
    generate(tell(Nation(setting.size.heard)), folder, _UPSTREAMS)
    with nats(folder) as url:
        connection = await nats_py.connect(url)
        js = connection.jetstream(timeout=10)
        facts = await carry(connection, folder)
        row.note = f"a new appraisal service on streams that hold {facts} facts"
        for number in range(setting.size.rounds):
            fresh = folder / f"round-{number}"
            fresh.mkdir()
            row.add(await _hear(url, fresh, facts), await _fetch(js, facts))
        await connection.close()
    return [row]
