"""How long every page of the portal takes, by a real HTTP client with the session of each role."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from console.bench.empty_page import EMPTY
from console.bench.generate import generate
from console.bench.load import Reader
from console.bench.nation import Nation
from console.bench.page_routes import NOT_MEASURED, Page, pages
from console.bench.processes import client, process
from console.bench.readers import readers, shown, the_register
from console.bench.row import Goal, Row, percentile, tidy
from console.bench.setting import Setting
from console.bench.story import tell
from console.bench.suite_rows import REGISTER
from console.suite import Suite, SuiteError, free_port
from shared.services import SERVICES

_AGAINST = "a page of the same portal without content, asked by the same reader"


@dataclass(slots=True)
class Asked:
    """A page as one role reads it, and how long each answer took."""

    page: Page
    role: str
    reader: Reader
    address: str
    rounds: list[list[float]] = field(default_factory=list)

    def take(self, times: int) -> None:
        """Ask for it as often."""
        self.rounds.append([self.reader.get(self.address).ms for _ in range(times)])

    @property
    def every(self) -> list[float]:
        """All that was measured."""
        return [ms for one in self.rounds for ms in one]


async def bac_ninh(setting: Setting) -> list[Row]:
    """Milliseconds of the slowest page at the median, with a province's year loaded."""
    row = Row("page-ms-bac-ninh", "ms", Goal("ours", "≤", 50), _AGAINST)
    if not REGISTER.is_dir():
        row.missing = f"{REGISTER} is not here: run it in the repository"
        return [row]
    folder = setting.new("pages")
    async with _portal(folder) as (nats, url):
        importing = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "console", "import", str(REGISTER), "--nats", nats),
            stdout=-1,
            stderr=-1,
        )
        _, said = await importing.communicate()
        if importing.returncode:
            raise SuiteError(f"the register is not imported: {said.decode()[-500:]}")
        await _measure(setting, row, folder, nats, url)
    return [row]


async def many_cadres(setting: Setting) -> list[Row]:
    """The same with ten thousand cadres of a national data set."""
    row = Row("page-ms-10k", "ms", Goal("ours", "≤", 150), _AGAINST)
    if not setting.size.province:
        row.missing = "ten thousand cadres take minutes to make: run it without --quick"
        return [row]
    folder = setting.new("pages")
    generate(tell(Nation(setting.size.province)), folder)
    async with _portal(folder) as (nats, url):
        await _measure(setting, row, folder, nats, url)
    row.note = f"{setting.size.province:,} cadres; {row.note}"
    return [row]


@asynccontextmanager
async def _portal(folder: Path) -> AsyncIterator[tuple[str, str]]:
    """The whole suite and the portal, with the empty page in it: where the bus is, and the pages.

    The signer is left out: it writes every few seconds, which no page waits for.
    """
    port = free_port()
    command = [sys.executable, "-m", "console.bench.empty_page"]
    async with Suite(folder) as suite:
        settings = {
            "DICOSO_NATS": suite.nats,
            "DICOSO_DATA": str(folder),
            "DICOSO_PORTAL_PORT": str(port),
        }
        with process(command, folder / "portal.log", settings):
            url = f"http://127.0.0.1:{port}"
            await _until_healthy(url)
            yield suite.nats, url


async def _until_healthy(url: str) -> None:
    for _ in range(600):
        reader = Reader(url, {})
        try:
            if reader.get("/health").status == 200:
                return
        except OSError:
            await asyncio.sleep(0.1)
        finally:
            reader.close()
    raise SuiteError("the portal does not start")


async def _measure(setting: Setting, row: Row, folder: Path, nats: str, url: str) -> None:
    async with client(nats, *SERVICES) as bus:
        register = await the_register(bus)
    with readers(register, folder, url) as everybody:
        every, unknown = _asked(everybody, register.values)
        empty = [
            Asked(Page(EMPTY, {}, {}), role, reader, EMPTY) for role, reader in everybody.items()
        ]
        for _ in range(setting.size.rounds):
            for one in (*every, *empty):
                one.take(setting.size.views)
            row.add(
                max(median(one.rounds[-1]) for one in every),
                max(median(one.rounds[-1]) for one in empty),
            )
    told = sorted((_told(one) for one in every), key=lambda one: -one["median_ms"])
    half = median(one["median_ms"] for one in told)
    worst, slowest = told[0], max(told, key=lambda one: one["p99_ms"])
    row.note = (
        f"{len({one.page.id for one in every})} pages as up to {len(everybody)} roles see them, "
        f"one request at a time; slowest {worst['page']} ({worst['role']}) "
        f"{worst['median_ms']:g} ms, 99 %: {slowest['page']} ({slowest['role']}) "
        f"{slowest['p99_ms']:g} ms; half of all under {half:.0f} ms"
    )
    row.more = {"pages": told, "not_measured": {**NOT_MEASURED, **unknown}}


def _asked(
    everybody: dict[str, Reader], values: dict[str, str]
) -> tuple[list[Asked], dict[str, str]]:
    """Every page as each role may see it, and which the register has nothing for.

    Raises SuiteError where nobody may see a page: its address is filled wrongly.
    """
    found: list[Asked] = []
    unknown: dict[str, str] = {}
    for page in pages():
        if lacking := page.needs() - values.keys():
            unknown[page.id] = f"the register has no {', '.join(sorted(lacking))}"
            continue
        address = page.address(values)
        seen = [
            Asked(page, role, reader, address)
            for role, reader in everybody.items()
            if shown(reader, address)
        ]
        if not seen:
            raise SuiteError(f"nobody may see {address}")
        found += seen
    return found, unknown


def _told(one: Asked) -> dict[str, Any]:
    every = one.every
    return {
        "page": one.page.id,
        "role": one.role,
        "median_ms": tidy(median(every)),
        "p99_ms": tidy(percentile(every, 99)),
    }
