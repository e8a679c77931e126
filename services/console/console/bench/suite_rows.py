"""The suite as a whole: how soon a demo shows its table, and what it holds in memory at rest."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path

import psutil

from console.bench.processes import process
from console.bench.row import Goal, Row
from console.bench.setting import Setting
from console.suite import SuiteError, free_port, running_nats

REGISTER = Path("deploy/samples/bac-ninh-2019")
"""A province's year, in the repository."""
_DICOSO = [sys.executable, "-m", "console"]


def _register_here() -> bool:
    return REGISTER.is_dir()


async def demo(setting: Setting) -> list[Row]:
    """Seconds from the command to its results: suite started, register imported, assessed."""
    row = Row("demo-s", "s", Goal("ours", "≤", 20), note="dicoso demo of one province's year")
    if not _register_here():
        row.missing = f"{REGISTER} is not here: run it in the repository"
        return [row]
    command = [*_DICOSO, "demo", "--register", str(REGISTER), "--as-of", "2020-01-31"]
    for _ in range(setting.size.demos):
        began = time.perf_counter()
        running = await asyncio.create_subprocess_exec(
            *command, "--once", "--json", stdout=-1, stderr=-1, stdin=asyncio.subprocess.DEVNULL
        )
        shown, said = await running.communicate()
        row.add(time.perf_counter() - began)
        if running.returncode or not json.loads(shown)["assessments"]:
            raise SuiteError(f"the demo failed: {said.decode()[-500:]}")
    return [row]


async def idle(setting: Setting) -> list[Row]:
    """Megabytes resident of ``dicoso up`` with all that it started, after the year of the demo."""
    row = Row("idle-rss-mb", "MB", Goal("ours", "≤", 500))
    folder = setting.new("idle")
    command = [*_DICOSO, "up", "--data", str(folder), "--portal-port", str(free_port())]
    with process(command, folder / "up.log") as up:
        url = None
        while url is None and up.poll() is None:
            await asyncio.sleep(0.05)
            url = running_nats(folder)
        if url is None:
            raise SuiteError(f"dicoso up ended: {(folder / 'up.log').read_text()[-500:]}")
        if _register_here():
            importing = await asyncio.create_subprocess_exec(
                *_DICOSO, "import", str(REGISTER), "--nats", url, stdout=-1, stderr=-1
            )
            await importing.communicate()
        await asyncio.sleep(2)
        for _ in range(setting.size.rounds):
            await asyncio.sleep(0.5)
            row.add(_resident(up.pid) / 1e6)
        row.note = "dicoso up, nats-server, three services, the signer, the portal" + (
            ", a province's year imported" if _register_here() else ""
        )
    return [row]


def _resident(pid: int) -> int:
    """Bytes resident of a process and all that it started; shared pages count in each."""
    whole = psutil.Process(pid)
    total = 0
    for one in (whole, *whole.children(recursive=True)):
        total += one.memory_info().rss
    return total
