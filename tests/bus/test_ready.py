"""The health check of a container: does this machine's own replica answer?"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bus.processes import asking, service
from shared.ready import ask, until_ready


def ready(url: str, name: str = "planning") -> subprocess.CompletedProcess[str]:
    """``python -m shared.ready``, as the container's health check runs it."""
    return subprocess.run(
        [sys.executable, "-m", "shared.ready"],
        env={**os.environ, "DICOSO_NATS": url, "SERVICE": name},
        capture_output=True,
        text=True,
        check=False,
    )


async def test_ready_while_the_service_answers_and_not_while_it_hangs(
    nats_url: str, tmp_path: Path
) -> None:
    with service("planning", nats_url, tmp_path / "data") as process:
        async with asking(nats_url):
            found = ready(nats_url)
            assert (found.returncode, found.stderr) == (0, "")
            assert '"planning":0' in found.stdout
            process.send_signal(signal.SIGSTOP)
            found = ready(nats_url)
            assert (found.returncode, found.stdout) == (1, "")
            assert "planning is not ready" in found.stderr
            process.send_signal(signal.SIGCONT)
            assert ready(nats_url).returncode == 0


def test_not_ready_where_nothing_serves_or_no_bus_is_there(nats_url: str) -> None:
    assert "NoResponders" in ready(nats_url, "visits").stderr
    for url in (nats_url, "nats://127.0.0.1:1"):
        assert ready(url, "visits").returncode == 1


async def test_whoever_starts_it_waits_until_it_serves(nats_url: str, tmp_path: Path) -> None:
    with pytest.raises(TimeoutError):
        await until_ready(nats_url, ["planning"], 0.3)
    with service("planning", nats_url, tmp_path / "data"):
        await until_ready(nats_url, ["planning"], 30)
        assert b'"planning":0' in await ask(nats_url, "planning")
