"""``dicoso demo``: one province's year from a register to every assessment, in one command."""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

from console.screen import err, print_json
from console.showing import print_assessments, print_refusals, print_verdict
from console.suite import Suite
from console.year import assessments, load
from registers.importing import Outcome
from registers.register import read_register
from shared.bus import Bus


async def demo(register: Path, as_of: date, data: Path | None, once: bool, as_json: bool) -> bool:
    """Start a suite, import, wait until appraisal has heard everything, and show.

    False where the register's regime or roster was refused, so that nothing can be assessed.
    """
    with ExitStack() as stack:
        folder = data or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dicoso-")))
        began = time.perf_counter()
        async with Suite(folder, say=err.print) as suite:
            started = time.perf_counter()
            async with await Bus.connect(suite.nats, "import") as bus:
                read = read_register(register)
                outcome = await load(bus, read)
                imported = time.perf_counter()
                found: list[dict[str, Any]] = []
                if read.regime is not None and outcome.positions:
                    year = read.regime.year
                    found = await assessments(bus, year, as_of, outcome.positions)
                assessed = time.perf_counter()
                seconds = {
                    "start": round(started - began, 3),
                    "import": round(imported - started, 3),
                    "assess": round(assessed - imported, 3),
                }
                if as_json:
                    print_json(_as_json(register, as_of, outcome, found, seconds))
                else:
                    await _show(bus, outcome, found, seconds)
            if not once and sys.stdin.isatty() and sys.stdout.isatty():
                await _stay(folder)
    return bool(found)


def _as_json(
    register: Path,
    as_of: date,
    outcome: Outcome,
    found: list[dict[str, Any]],
    seconds: dict[str, float],
) -> dict[str, Any]:
    return {
        "register": str(register),
        "as_of": as_of.isoformat(),
        "imported": outcome.imported,
        "refusals": [refusal.as_json() for refusal in outcome.refusals],
        "assessments": [row["assessment"] for row in found],
        "seconds": seconds,
    }


async def _show(
    bus: Bus, outcome: Outcome, found: list[dict[str, Any]], seconds: dict[str, float]
) -> None:
    print_refusals(outcome.refusals)
    if found:
        print_assessments(found)
        verdicts = [row["assessment"] for row in found]
        one = next((one for one in verdicts if one["status"] == "unfulfilled"), verdicts[0])
        verdict = await bus.ask(
            "appraisal", "assess", cadre=one["cadre"], year=one["year"], as_of=one["as_of"]
        )
        print_verdict(verdict)
    rate = outcome.sent / seconds["import"] if seconds["import"] else 0
    err.print(
        f"\n[dim]start {seconds['start']} s · import {sum(outcome.imported.values())} rows in "
        f"{seconds['import']} s ({rate:.0f} commands/s) · assess {len(found)} cadres in "
        f"{seconds['assess']} s[/]"
    )


async def _stay(folder: Path) -> None:
    err.print(
        "\nBộ dịch vụ vẫn chạy, Ctrl-C để dừng · The suite stays up, Ctrl-C ends it. Try:\n"
        f"  dicoso assess --cadre cb-0002 --data {folder}\n"
        f"  dicoso export out/ --data {folder}"
    )
    await asyncio.Event().wait()
