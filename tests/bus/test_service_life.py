"""A service process is stopped, and its NATS is killed: nothing acknowledged is lost."""

from __future__ import annotations

import asyncio
import os
import signal
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import nats
import pytest
from nats.js import JetStreamContext

from conftest import Nats
from shared.answers import Done
from shared.bus import Bus
from shared.language.planning import AppointCadre
from shared.ledger import Ledger

from .processes import asking, every_entry, service
from .streams import carried, fill, relay, running, until

PATIENCE = 15


async def _appoint(bus: Bus, worker: int, done: dict[str, Done]) -> None:
    """Command after command, each with its own id, until cancelled."""
    number = 0
    while True:
        number += 1
        id = f"{worker}-{number}"
        done[id] = await bus.obey(AppointCadre(cadre=f"cb-{id}", department="ban-a"), id)


async def hundred_more(done: dict[str, Done]) -> None:
    """Wait until as many more are acknowledged."""
    goal = len(done) + 100
    await until(lambda: len(done) > goal)


async def assert_each_stands_once(bus: Bus, done: dict[str, Done]) -> None:
    """Every acknowledged command is in the ledger, once, where its answer said."""
    entries = await every_entry(bus)
    assert max(Counter(entry["commandid"] for entry in entries).values()) == 1
    positions = {entry["commandid"]: int(entry["sequence"]) for entry in entries}
    assert {id: one.position for id, one in done.items()}.items() <= positions.items()


async def test_sigterm_ends_an_idle_service_cleanly(nats_url: str, tmp_path: Path) -> None:
    with service("planning", nats_url, tmp_path) as process:
        async with asking(nats_url):
            process.terminate()
            assert process.wait(PATIENCE) == 0


@pytest.mark.long
async def test_sigterm_amid_commands_ends_cleanly_and_loses_nothing(
    nats_url: str, tmp_path: Path
) -> None:
    done: dict[str, Done] = {}
    async with await Bus.connect(nats_url, "test", patience=60) as bus:
        async with running(*(_appoint(bus, worker, done) for worker in range(16))):
            for _ in range(2):
                with service("planning", nats_url, tmp_path) as process:
                    await hundred_more(done)
                    process.send_signal(signal.SIGTERM)
                    assert await asyncio.to_thread(process.wait, PATIENCE) == 0
        with service("planning", nats_url, tmp_path):
            await assert_each_stands_once(bus, done)


async def _feed(js: JetStreamContext, ledger: Ledger) -> None:
    """Planning's facts, one by one, without end."""
    one = relay(ledger, js)
    async with running(one.run()):
        while True:
            fill(ledger, ledger.head() + 1, ledger.head() + 1)
            one.wake()
            await asyncio.sleep(0.001)


@pytest.mark.long
async def test_sigterm_amid_facts_that_are_heard_ends_cleanly(
    js: JetStreamContext, nats_url: str, tmp_path: Path, ledger: Ledger
) -> None:
    """A cancellation that meets a message is lost in asyncio.wait_for: once is not enough."""
    names = ("visits", "appraisal")
    async with (
        await Bus.connect(nats_url, "test", patience=30) as bus,
        running(_feed(js, ledger)),
    ):
        for _ in range(3):
            with ExitStack() as stack:
                both = [stack.enter_context(service(n, nats_url, tmp_path)) for n in names]
                heard = {"planning": ledger.head() + 50}
                for name in names:
                    await bus.ask(name, "ready", heard=heard)
                for process in both:
                    process.terminate()
                for process in both:
                    assert await asyncio.to_thread(process.wait, PATIENCE) == 0


async def test_a_killed_nats_that_comes_back_is_served_again_without_a_restart(
    own_nats: Nats, tmp_path: Path
) -> None:
    done: dict[str, Done] = {}
    with service("planning", own_nats.url, tmp_path / "data") as process:
        async with asking(own_nats.url) as bus:
            async with running(*(_appoint(bus, worker, done) for worker in range(16))):
                for _ in range(2):
                    await hundred_more(done)
                    own_nats.kill()
                    await asyncio.sleep(0.5)
                    own_nats.start()
                await hundred_more(done)
            await assert_each_stands_once(bus, done)
            connection = await nats.connect(own_nats.url)
            ready = await bus.ask("planning", "ready")
            await carried(connection.jetstream(), ready["positions"]["planning"])
            await connection.close()
        assert process.poll() is None


async def test_kill_9_amid_commands_loses_nothing_acknowledged(
    nats_url: str, tmp_path: Path
) -> None:
    done: dict[str, Done] = {}
    async with await Bus.connect(nats_url, "test", patience=60) as bus:
        async with running(*(_appoint(bus, worker, done) for worker in range(16))):
            for _ in range(2):
                with service("planning", nats_url, tmp_path) as process:
                    await hundred_more(done)
                    os.kill(process.pid, signal.SIGKILL)
        with service("planning", nats_url, tmp_path):
            await assert_each_stands_once(bus, done)


@pytest.fixture(autouse=True)
async def _clean(js: object) -> None:
    """Each of these tests begins without streams."""
