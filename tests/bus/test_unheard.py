"""What is not where it should be is a gap: the listener stays before it and says why."""

from __future__ import annotations

from pathlib import Path

import pytest
from nats.js import JetStreamContext
from nats.js.api import StreamConfig
from structlog.testing import capture_logs

from shared.heard import Heard
from shared.ledger import Ledger
from shared.relay import provision

from .streams import (
    FACTS,
    heard_in,
    listener,
    once_and_in_order,
    publish,
    running,
    until,
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
