"""What cannot be heard is never skipped: the listener stays before it and says why."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from nats.js import JetStreamContext
from nats.js.api import StreamConfig
from pydantic_core import from_json, to_json
from structlog.testing import capture_logs

from shared.entries import Entry, to_cloudevent
from shared.heard import Heard
from shared.hearing import Listener
from shared.ledger import Ledger
from shared.messages import Fact
from shared.relay import provision
from shared.subjects import PREVIOUS

from .streams import (
    FACTS,
    THEN,
    appointed,
    carried,
    fill,
    heard_in,
    listener,
    once_and_in_order,
    relay,
    running,
    until,
)


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
