"""A stream that is not its ledger's is left alone, and the operator is told."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from nats.js import JetStreamContext
from nats.js.api import StreamConfig
from nats.js.errors import APIError
from structlog.testing import capture_logs

from shared.ledger import Ledger
from shared.relay import provision, stream_config

from .streams import (
    FACTS,
    carried,
    fill,
    last_sequence,
    messages,
    relay,
    running,
    until,
)


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
    after = (await js.stream_info(FACTS)).config
    assert after == before.evolve(allow_atomic=True, metadata=after.metadata)


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
