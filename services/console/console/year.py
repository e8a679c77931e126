"""One year over the bus: a register in, a register out, every assessment."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import date
from operator import itemgetter
from pathlib import Path
from types import MappingProxyType
from typing import Any

from console.showing import progress_bar
from registers.columns import TABLES
from registers.importing import Outcome, import_register, sender
from registers.register import Register, write_register
from shared.bus import Bus
from shared.regime import Regime, write_regime
from shared.services import SERVICES

_OWNERS = {
    "planning": ("cadres.csv", "units.csv", "assignments.csv", "leave.csv", "plans.csv"),
    "visits": ("visits.csv", "reports.csv", "products.csv", "difficulties.csv"),
    "appraisal": ("appraisals.csv",),
}
"""Which service tells which file's rows."""


async def heads(bus: Bus) -> dict[str, int]:
    """Where each ledger stands: what a person may already know, and an answer must rest on.

    A service that does not answer within two seconds is left out; the others go on.
    """
    found: dict[str, int] = {}

    async def ask(service: str) -> None:
        found[service] = (await bus.ask(service, "ready"))["positions"][service]

    asked = [asyncio.create_task(ask(service)) for service in SERVICES]
    _, late = await asyncio.wait(asked, timeout=2)
    for task in late:
        task.cancel()
    return found


async def load(bus: Bus, register: Register) -> Outcome:
    """Import a register over the bus, with a progress bar where a person looks on."""
    with progress_bar() as bar:
        tasks = {file: bar.add_task(file, total=len(rows)) for file, rows in register.rows.items()}

        def progress(file: str, answered: int, of: int) -> None:
            bar.update(tasks[file], completed=answered, total=of)

        key = (await bus.ask("planning", "row-key"))["key"]
        return await import_register(register, sender(bus), progress, key)


async def save(
    bus: Bus, year: int, path: Path, then: Mapping[str, Any] = MappingProxyType({})
) -> dict[str, int]:
    """Export the year as a register, as it is or as it was ``then``; rows written by file.

    Rows stand in the order of their keys, so that the same year is always the same bytes.
    """
    answer = await bus.ask("planning", "regime", year=year, **then)
    regime = Regime.model_validate(answer["regime"])
    rows: dict[str, list[dict[str, str]]] = {}
    for service, files in _OWNERS.items():
        for file in files:
            rows[file] = await bus.pages(service, "rows", file=file, year=year, **then)
            rows[file].sort(key=itemgetter(TABLES[file].key))
    write_register(path, write_regime(regime), rows)
    return {file: len(found) for file, found in rows.items()}


async def assessments(
    bus: Bus,
    year: int,
    as_of: date,
    after: Mapping[str, int] | None = None,
    unreadable: list[dict[str, str]] | None = None,
    known_at: str | None = None,
) -> list[dict[str, Any]]:
    """Every cadre's assessment with who it is, sorted by cadre; as ``Bus.pages`` says."""
    if after:
        await bus.ask("appraisal", "ready", heard=after)
    found = await bus.pages(
        "appraisal",
        "assessments",
        unreadable=unreadable,
        year=year,
        as_of=as_of,
        known_at=known_at,
    )
    return sorted(found, key=lambda row: str(row["assessment"]["cadre"]))
