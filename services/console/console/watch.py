"""``python -m console.watch``: what ``dicoso up`` becomes. Starts the suite and watches over it.

It is told what to start in one variable of its environment, not in its arguments: these any user
of the machine reads, and an address may hold a password. It imports little, as it stays.
"""

from __future__ import annotations

import asyncio
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from rich.markup import escape

from console.running import run
from console.screen import err
from console.suite import Suite

_TOLD = "DICOSO_WATCHED"


@dataclass(frozen=True)
class Watched:
    """A suite to start; ``portal`` is the port of its pages, 0 for none."""

    data: Path
    nats: str | None
    postgres: str | None
    replicas: int
    portal: int

    def environment(self) -> dict[str, str]:
        """How the watching process is told of it."""
        return {_TOLD: json.dumps({**asdict(self), "data": str(self.data)})}

    @classmethod
    def told(cls) -> Self:
        """What this process is told; none that it starts is told so, too."""
        told = json.loads(os.environ.pop(_TOLD))
        return cls(**{**told, "data": Path(told["data"])})


async def watch(watched: Watched) -> None:
    """Start the suite, and keep it until cancelled. Raises SuiteError where it cannot start."""
    err.print("Đang khởi động, có thể mất nửa phút · Starting, it may take half a minute")
    err.print(f"  nhật ký · logs: {escape(str((watched.data / 'logs').resolve()))}")
    async with Suite(
        watched.data,
        watched.nats,
        watched.postgres,
        watched.replicas,
        signer=True,
        portal=watched.portal or None,
        say=err.print,
    ) as suite:
        err.print(f"[green]✓[/] dicoso is up on {escape(str(suite.data))} · Ctrl-C ends it")
        if watched.portal:
            err.print(f"  http://127.0.0.1:{watched.portal}")
        await asyncio.Event().wait()


if __name__ == "__main__":
    run(watch(Watched.told()))
