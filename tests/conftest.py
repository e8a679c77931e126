"""Real things to test against: a nats-server process, a ledger in a file."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import nats
import pytest
from hypothesis import settings
from nats.js import JetStreamContext

from console.suite import free_port, nats_server
from shared.ledger import Ledger

# No example is timed: the machine may be busy. CI tries the same examples each time, so that a
# change is judged by what it changes; here others are tried in every run.
settings.register_profile("dicoso", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("dicoso")


def end_with_tests() -> None:
    """For ``preexec_fn``: end even when the tests are killed (``PR_SET_PDEATHSIG`` of Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)


class Nats:
    """A nats-server with JetStream on loopback, which can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self._config = folder / "nats.conf"
        self._log = folder / "nats.log"
        self._port = free_port()
        self._config.write_text(
            f'listen: "127.0.0.1:{self._port}"\n'
            "max_payload: 4MB\n"
            f'jetstream {{ store_dir: "{folder / "jetstream"}" }}\n'
        )
        self.url = f"nats://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Start it; back when it accepts connections."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [nats_server(), "-c", str(self._config)],
                stdout=log,
                stderr=log,
                preexec_fn=end_with_tests,
            )
        for _ in range(400):
            try:
                socket.create_connection(("127.0.0.1", self._port)).close()
            except OSError:
                time.sleep(0.025)
            else:
                return
        raise RuntimeError(self._log.read_text())

    def kill(self) -> None:
        """``kill -9``."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()


@pytest.fixture(scope="session")
def nats_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a NATS that all tests share."""
    server = Nats(tmp_path_factory.mktemp("nats"))
    server.start()
    yield server.url
    server.kill()


@pytest.fixture(scope="module")
def module_nats_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a NATS of the file's own: what other tests left on the bus is not heard."""
    server = Nats(tmp_path_factory.mktemp("nats"))
    server.start()
    yield server.url
    server.kill()


@pytest.fixture
def own_nats(tmp_path: Path) -> Iterator[Nats]:
    """A NATS of the test's own, to be killed and started as it likes."""
    server = Nats(tmp_path)
    server.start()
    yield server
    server.kill()


async def _delete_streams(js: JetStreamContext) -> None:
    for stream in await js.streams_info():
        await js.delete_stream(stream.config.name or "")


@pytest.fixture
async def js(nats_url: str) -> AsyncIterator[JetStreamContext]:
    """JetStream on the shared NATS, empty before and after."""
    connection = await nats.connect(nats_url)
    context = connection.jetstream(timeout=10)
    await _delete_streams(context)
    yield context
    await _delete_streams(context)
    await connection.close()


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """An empty ledger in a file."""
    one = Ledger(tmp_path / "ledger.sqlite")
    yield one
    one.close()
