"""How a command of the terminal finds the bus: ``--nats``, or the suite on ``--data``."""

from __future__ import annotations

import getpass
from pathlib import Path

from console.options import DEFAULT_DATA
from console.suite import SuiteError, running_nats
from shared.bus import Bus


def who_types(actor: str | None) -> str:
    """The actor to record: the one named, or the login."""
    return actor or f"operator:{getpass.getuser()}"


async def connect(data: Path | None, nats: str | None, actor: str | None) -> Bus:
    """A client of the running suite. Raises SuiteError where none runs."""
    url = nats or running_nats(data or DEFAULT_DATA)
    if url is None:
        raise SuiteError(
            f"no suite runs on {data or DEFAULT_DATA}: start it with `dicoso up`, "
            "or name a bus with --nats URL"
        )
    return await Bus.connect(url, who_types(actor), patience=15)
