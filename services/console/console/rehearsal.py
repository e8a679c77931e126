"""A rehearsal: the register is imported into throw-away services first.

``dicoso import --strict`` asks for all rows or none, and only the services know what they
refuse. So a copy of the ledgers is served on its own bus, the register is imported there,
and the copy is thrown away; the real ledgers are not touched.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from pathlib import Path

from console.suite import Suite
from console.year import load
from registers.importing import Outcome
from registers.register import Register
from shared.bus import Bus
from shared.services import SERVICES


async def rehearse(register: Register, data: Path, nats: str | None) -> Outcome:
    """What would come of importing the register now.

    Over a foreign bus (``nats``), or with ledgers on PostgreSQL, they are out of reach, and
    the rehearsal begins with empty ones: it then tells what the register says against itself.
    """
    with tempfile.TemporaryDirectory(prefix="dicoso-rehearsal-") as folder:
        stage = Path(folder)
        # who hears is copied before whom it hears, so that no copy has heard what is not there
        for service in reversed(SERVICES) if nats is None else ():
            source = data / f"{service}.sqlite"
            if source.exists():
                _copy(source, stage / source.name)
        if nats is None and (data / "keys.sqlite").exists():
            _copy(data / "keys.sqlite", stage / "keys.sqlite")
            if (data / "master.key").exists():
                shutil.copy(data / "master.key", stage)
        async with Suite(stage) as suite, await Bus.connect(suite.nats, "rehearsal") as bus:
            return await load(bus, register)


def _copy(source: Path, target: Path) -> None:
    """A consistent copy of a ledger in use."""
    origin = sqlite3.connect(f"file:{source}?mode=ro", uri=True)
    copy = sqlite3.connect(target)
    with copy:
        origin.backup(copy)
    copy.close()
    origin.close()
