"""The processes that a measure needs: a nats-server, one service, the program that does nothing."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from console.suite import SuiteError, end_with_parent, free_port, nats_server
from shared.bus import Bus
from shared.master_key import make_master_key


@contextmanager
def process(
    command: list[str], log: Path, environment: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A running process; it is ended on leaving."""
    with log.open("ab") as file:
        running = subprocess.Popen(  # noqa: S603 - our own programs
            command,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            preexec_fn=end_with_parent,
        )
    try:
        yield running
    finally:
        running.terminate()
        try:
            running.wait(10)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()


@contextmanager
def nats(folder: Path) -> Iterator[str]:
    """The URL of a nats-server with JetStream on loopback, configured as ``dicoso up`` does."""
    port = free_port()
    config = folder / "nats.conf"
    config.write_text(
        f'listen: "127.0.0.1:{port}"\nmax_payload: 4MB\n'
        f'jetstream {{ store_dir: "{folder / "jetstream"}" }}\n'
    )
    with process([nats_server(), "-c", str(config)], folder / "nats.log"):
        _until_open(port)
        yield f"nats://127.0.0.1:{port}"


def _until_open(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.025)
        else:
            return
    raise SuiteError("nats-server does not start")


@contextmanager
def service(name: str, url: str, folder: Path, ledger: str = "") -> Iterator[None]:
    """One service as its own process, its ledger in the folder or on PostgreSQL."""
    make_master_key(folder / "master.key")
    environment = {"DICOSO_NATS": url, "DICOSO_DATA": str(folder), "DICOSO_LEDGER": ledger}
    with process([sys.executable, "-m", name], folder / f"{name}.log", environment):
        yield


@contextmanager
def noop(url: str, folder: Path) -> Iterator[None]:
    """The program that does nothing (``noop.py``) as its own process."""
    with process([sys.executable, "-m", "console.bench.noop", url], folder / "noop.log"):
        yield


@asynccontextmanager
async def client(url: str, *services: str) -> AsyncIterator[Bus]:
    """A client of the bus, once these services answer."""
    async with await Bus.connect(url, "bench", patience=60) as bus:
        for name in services:
            try:
                await bus.ask(name, "ready")
            except TimeoutError as error:
                raise SuiteError(f"{name} does not start") from error
        yield bus
