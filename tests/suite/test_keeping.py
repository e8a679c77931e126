"""Processes that die are started again: at once where they served, ever later where they fail."""

from __future__ import annotations

import os
import signal
import socket
import sys
from functools import partial
from pathlib import Path

import pytest

from bus.streams import until
from console.suite import Suite, SuiteError, free_port


def serving(log: Path, times: int) -> bool:
    """Whether the log says so many times that the service serves."""
    return log.read_text().count('"serving"') == times


def as_many(said: list[str], times: int) -> bool:
    return len(said) == times


@pytest.mark.long
async def test_a_service_that_is_killed_again_and_again_starts_at_once_each_time(
    tmp_path: Path,
) -> None:
    said: list[str] = []
    log = tmp_path / "logs" / "visits.log"
    async with Suite(tmp_path, say=said.append) as suite:
        for times in range(1, 5):
            await until(partial(serving, log, times))
            os.kill(suite.pids["visits"], signal.SIGKILL)
            await until(partial(as_many, said, times))
    assert said == ["visits ended with -9; started again in 0.1 s"] * 4


@pytest.mark.long
async def test_what_cannot_start_is_tried_less_and_less_often(tmp_path: Path) -> None:
    said: list[str] = []
    async with Suite(tmp_path, say=said.append) as suite:
        suite._keep("broken", [sys.executable, "-S", "-c", "raise SystemExit(3)"], {})
        await until(lambda: len(said) == 3)
        assert said == [f"broken ended with 3; started again in {n} s" for n in (0.2, 0.4, 0.8)]


async def test_what_is_killed_before_it_serves_is_tried_less_and_less_often(
    tmp_path: Path,
) -> None:
    said: list[str] = []
    async with Suite(tmp_path, say=said.append) as suite:
        suite._keep("slow", [sys.executable, "-S", "-c", "import time; time.sleep(600)"], {})
        for times in range(1, 4):
            await until(lambda: "slow" in suite.pids)
            os.kill(suite.pids.pop("slow"), signal.SIGKILL)
            await until(partial(as_many, said, times))
        assert said == [f"slow ended with -9; started again in {n} s" for n in (0.2, 0.4, 0.8)]


async def test_the_portal_answers_once_the_suite_is_up(tmp_path: Path) -> None:
    port = free_port()
    async with Suite(tmp_path, portal=port):
        socket.create_connection(("127.0.0.1", port)).close()


async def test_a_portal_whose_port_is_taken_is_said_at_once(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(SuiteError, match="give --portal-port"):
            async with Suite(tmp_path, portal=other.getsockname()[1]):
                pass
