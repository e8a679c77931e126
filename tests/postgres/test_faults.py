"""PostgreSQL and NATS in trouble in mid-import: every command answered, nothing lost or doubled."""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from console.year import assessments
from registers.importing import import_register, sender
from registers.register import read_register
from shared.language.planning import RegisterUnit
from shared.refused import Refused
from shared.services import SERVICES
from shared.values import Level, iso_day
from suite.conftest import BAC_NINH, Up, acts_in, expected, plain

AS_OF = "2020-01-31"
Fault = Callable[[Up, str], AbstractAsyncContextManager[None]]


@asynccontextmanager
async def connections_lost(suite: Up, database: str) -> AsyncIterator[None]:
    """Every connection of the services is cut, ten times: some of them in mid-commit."""

    async def cut() -> None:
        async with await psycopg.AsyncConnection.connect(database, autocommit=True) as other:
            for _ in range(10):
                await other.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
                await asyncio.sleep(0.3)

    cutting = asyncio.create_task(cut())
    yield
    await cutting


@asynccontextmanager
async def ledgers_locked(suite: Up, database: str) -> AsyncIterator[None]:
    """Somebody holds the heads of all ledgers for ten seconds."""

    async def hold() -> None:
        async with await psycopg.AsyncConnection.connect(database) as other:
            for service in SERVICES:
                held = SQL("SELECT * FROM {}.head FOR UPDATE").format(Identifier(service))
                await other.execute(held)
            await asyncio.sleep(10)

    holding = asyncio.create_task(hold())
    yield
    await holding


@asynccontextmanager
async def no_connection_left(suite: Up, database: str) -> AsyncIterator[None]:
    """Nobody may connect any more, and those who were connected are cut: for five seconds."""
    name = database.rpartition("/")[2]
    allow = SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")

    async def refuse() -> None:
        server = database.rpartition("/")[0] + "/postgres"
        async with await psycopg.AsyncConnection.connect(server, autocommit=True) as other:
            await other.execute(allow.format(Identifier(name), SQL("false")))
            await other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
            )
            await asyncio.sleep(5)
            await other.execute(allow.format(Identifier(name), SQL("true")))

    refusing = asyncio.create_task(refuse())
    yield
    await refusing


@asynccontextmanager
async def nats_away(suite: Up, database: str) -> AsyncIterator[None]:
    """nats-server answers nobody for ten seconds, though its connections stand."""

    async def stop() -> None:
        os.kill(suite.pid("nats-server"), signal.SIGSTOP)
        await asyncio.sleep(10)
        os.kill(suite.pid("nats-server"), signal.SIGCONT)

    stopping = asyncio.create_task(stop())
    yield
    await stopping


@pytest.mark.long
@pytest.mark.parametrize("fault", [connections_lost, ledgers_locked, no_connection_left, nats_away])
async def test_a_year_imported_through_trouble_is_the_same_year(
    database: str, tmp_path: Path, fault: Fault
) -> None:
    suite = Up(tmp_path / "data", "--postgres", database, "--replicas", "2")
    answered, begin = itertools.count(1), asyncio.Event()

    def progress(*_: object) -> None:
        if next(answered) == 600:
            begin.set()

    try:
        async with await suite.bus() as bus:
            register = read_register(BAC_NINH)
            importing = asyncio.create_task(import_register(register, sender(bus), progress))
            await begin.wait()
            async with fault(suite, database):
                outcome = await importing
            assert outcome.refusals == []
            found = await assessments(bus, 2019, iso_day(AS_OF), outcome.positions)
            assert [plain(row["assessment"]) for row in found] == expected(BAC_NINH, AS_OF)
            once = await acts_in(bus)
            assert (await import_register(register, sender(bus))).refusals == []
            assert await acts_in(bus) == once
    finally:
        suite.down()


async def test_a_command_at_a_locked_ledger_is_refused_as_unavailable_and_safe_to_repeat(
    database: str, tmp_path: Path
) -> None:
    suite = Up(tmp_path / "data", "--postgres", database)
    command = RegisterUnit(unit="dv-1", name="Xã 1", level=Level.COMMUNE)
    try:
        async with await suite.bus() as bus:
            bus._patience = 0  # one try
            async with await psycopg.AsyncConnection.connect(database) as other:
                await other.execute("SELECT * FROM planning.head FOR UPDATE")
                with pytest.raises(Refused) as refused:
                    await bus.obey(command, "one-id")
                assert refused.value.code == "unavailable"
                await other.rollback()
            done = await bus.obey(command, "one-id")
            assert (done.version, done.position) == (1, 1)
            assert await bus.obey(command, "one-id") == done
    finally:
        suite.down()
