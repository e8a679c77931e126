"""The whole suite as processes: a real nats-server, the three services, real files."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from console.suite import running_nats
from shared.bus import Bus
from shared.language.log import CheckpointSeen
from shared.services import SERVICES
from terminal import typed

ROOT = Path(__file__).parents[2]
BAC_NINH = ROOT / "deploy/samples/bac-ninh-2019"
BA_RIA = ROOT / "tests/registers/ba-ria-vung-tau-2019"
FAULTY = ROOT / "tests/registers/bac-ninh-2019-faulty"
DICOSO = [sys.executable, "-m", "console"]


def dicoso(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the operator's command to its end, from the start of Python on."""
    return subprocess.run(
        [*DICOSO, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=120,
        stdin=subprocess.DEVNULL,
        env={**os.environ, **environment},
        check=False,
    )


def plain(assessment: dict[str, Any]) -> dict[str, Any]:
    """An assessment as ``expected/*.json`` holds it: conditions without their reasons."""
    found = dict(assessment)
    found["conditions"] = [{"id": c["id"], "state": c["state"]} for c in found["conditions"]]
    return found


def expected(register: Path, as_of: str) -> list[dict[str, Any]]:
    """The assessments that a register's ``expected`` folder gives for a date."""
    found: list[dict[str, Any]] = json.loads((register / "expected" / f"{as_of}.json").read_text())
    return found


class Up:
    """A suite that ``dicoso up`` keeps running on a data folder."""

    def __init__(self, data: Path, *options: str, **settings: str) -> None:
        self.data = data
        self._process = subprocess.Popen(
            [*DICOSO, "up", "--portal-port", "0", "--data", str(data), *options],
            stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **settings},
        )
        assert self._process.stderr is not None
        for line in self._process.stderr:
            if "is up" in line:
                break
        url = running_nats(data)
        assert url is not None, "dicoso up ended before the suite was up"
        self.nats: str = url

    def pid(self, name: str) -> int:
        """The process of a service, or of nats-server, that runs on this data folder."""
        told = json.loads((self.data / "suite.json").read_text())
        pid: int = told["pids"][name]
        return pid

    def kill(self, name: str) -> None:
        """Kill -9, as power and the kernel do; what is just being started again, once it runs."""
        patience = time.monotonic() + 30
        while True:
            try:
                return os.kill(self.pid(name), signal.SIGKILL)
            except ProcessLookupError:
                assert time.monotonic() < patience, f"{name} was not started again"
                time.sleep(0.02)

    async def bus(self) -> Bus:
        return await Bus.connect(self.nats, "test", patience=30)

    def run(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """One ``dicoso`` command against this suite."""
        return typed([*map(str, arguments)], {**os.environ, "DICOSO_DATA": str(self.data)})

    def down(self) -> int:
        """Ctrl-C; the exit code."""
        self._process.send_signal(signal.SIGINT)
        code = self._process.wait(20)
        assert self._process.stderr is not None
        self._process.stderr.close()
        return code


@pytest.fixture
def up(tmp_path: Path) -> Iterator[Callable[[], Up]]:
    """Starts suites; those that a test leaves running are stopped."""
    started: list[Up] = []

    def start(data: Path | None = None) -> Up:
        started.append(Up(data or tmp_path / "data"))
        return started[-1]

    yield start
    for one in started:
        if one._process.poll() is None:
            one.down()


async def heads(bus: Bus) -> dict[str, int]:
    """The ledger position of each service."""
    return {s: (await bus.ask(s, "ready"))["positions"][s] for s in SERVICES}


async def acts_in(bus: Bus) -> dict[str, int]:
    """How many entries each ledger holds, but for what it has seen of the others' logs."""
    counts = dict.fromkeys(SERVICES, 0)
    for service, head in (await heads(bus)).items():
        after = 0
        while page := (await bus.ask(service, "entries", after=after))["entries"]:
            assert [int(one["sequence"]) for one in page] == [
                *range(after + 1, after + 1 + len(page))
            ]
            counts[service] += sum(one["type"] != CheckpointSeen.type for one in page)
            after += len(page)
        assert after >= head
    return counts
