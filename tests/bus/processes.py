"""A service as its own process, and a connection that asks it anything."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import nats
from nats.aio.client import Client
from pydantic_core import from_json

from conftest import end_with_tests
from shared.bus import Bus
from shared.master_key import make_master_key


@contextmanager
def service(name: str, url: str, data: Path, ledger: str = "") -> Iterator[subprocess.Popen[bytes]]:
    """``python -m <name>``; killed at the end if it still lives.

    Over a ledger on PostgreSQL all whose folders lie beside each other share a master key.
    """
    data.mkdir(exist_ok=True)
    environment = {
        **os.environ,
        "DICOSO_NATS": url,
        "DICOSO_DATA": str(data),
        "DICOSO_LEDGER": ledger,
        "DICOSO_AFTER_SECONDS": "0.2",
    }
    if ledger:
        environment["DICOSO_MASTER_KEY_FILE"] = str(data.parent / "master.key")
        make_master_key(data.parent / "master.key")
    with (data / f"{name}.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", name],
            env=environment,
            stderr=log,
            preexec_fn=end_with_tests,
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@asynccontextmanager
async def asking(url: str) -> AsyncIterator[Bus]:
    """A client, once planning answers."""
    async with await Bus.connect(url, "test", patience=30) as bus:
        await bus.ask("planning", "ready")
        yield bus


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Client]:
    """A bare connection."""
    connection = await nats.connect(url)
    yield connection
    await connection.close()


async def answer_to(
    connection: Client, subject: str, body: bytes, headers: dict[str, str] | None = None
) -> dict[str, Any]:
    """The reply to a request, whatever it is; fails when none comes."""
    reply = await connection.request(subject, body, timeout=10, headers=headers)
    answer: dict[str, Any] = from_json(reply.data)
    return answer


async def every_entry(bus: Bus) -> list[dict[str, Any]]:
    """All entries of planning's ledger, as CloudEvents."""
    found: list[dict[str, Any]] = []
    while page := (await bus.ask("planning", "entries", after=len(found)))["entries"]:
        found += page
    return found
