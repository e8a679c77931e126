"""Who reads the pages of a page row, one for each role, and what of the register they ask about."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from console.bench.load import Reader
from console.portal_commands import one_of_each
from console.suite import SuiteError
from console.year import heads
from portal.accounts import Accounts
from portal.security import SESSION
from portal.sessions import Sessions
from portal.settings import Settings
from portal.store import Store
from portal.visitor import Office
from shared.bus import Bus
from shared.services import SERVICES
from shared.values import Role


@dataclass(frozen=True, slots=True)
class Register:
    """Whom the suite knows, and values for the addresses of pages."""

    people: tuple[tuple[str, str], ...]
    """Role and cadre, or office and nothing: one of each."""
    values: dict[str, str]


async def the_register(bus: Bus) -> Register:
    """One of each role, a cadre's year with something of everything.

    Once all views are made, and every service has heard what the others recorded.
    """
    await _views_made(bus)
    known = await heads(bus)
    await asyncio.gather(*(bus.ask(service, "ready", heard=known) for service in SERVICES))
    roster = [one for one in await bus.pages("planning", "roster", limit=500) if one["employed"]]
    people = tuple((role, cadre) for role, _, cadre, _ in one_of_each(roster))
    cadre = dict(people).get(Role.CADRE, "")
    year = max((await bus.ask("planning", "years"))["years"])
    of = {"cadre": cadre, "year": year}
    regime = (await bus.ask("planning", "regime", year=year))["regime"]
    diary = (await bus.ask("visits", "diary", **of))["visits"]
    products = (await bus.ask("visits", "products", **of))["rows"]
    reports = (await bus.ask("visits", "reports", **of))["rows"]
    raised = (await bus.ask("visits", "difficulties", heard=known, year=year))["rows"]
    plan = await bus.ask("planning", "plan", quarter=f"{year}-Q1", **of)
    visit = (products or diary or [{"visit": ""}])[0]["visit"]
    periods = {"quarter": f"{year}-Q1", "month": f"{year}-01", "visit": visit}
    found = {
        "cadre": cadre,
        "author": cadre,
        "department": next(one["department"] for one in roster if one["cadre"] == cadre),
        "search": "can bo",
        "quarter": f"{year}-Q1",
        "period": periods[regime["reports"]["period"]],
        "line": _first(plan["lines"], "line"),
        "visit": visit,
        "report": _first(reports, "report"),
        "difficulty": _first(raised, "difficulty"),
        "raiser": _first(raised, "cadre"),
    }
    return Register(people, {name: value for name, value in found.items() if value})


def _first(rows: list[dict[str, Any]], name: str) -> str:
    return str(rows[0][name]) if rows else ""


async def _views_made(bus: Bus) -> None:
    for service in SERVICES:
        for view in (await bus.ask(service, "ready"))["views"]:
            await _made(bus, service, view)


async def _made(bus: Bus, service: str, view: str) -> None:
    for _ in range(3000):
        if (await bus.ask(service, "view", view=view))["live"] is not None:
            return
        await asyncio.sleep(0.2)
    raise SuiteError(f"the view {view} of {service} is not made")


@contextmanager
def readers(register: Register, data: Path, url: str) -> Iterator[dict[str, Reader]]:
    """Everybody of the register with a session in the portal on that data folder, by role."""
    settings = Settings(data=data)
    store = Store(settings.store)
    accounts = Accounts(store)
    sessions = Sessions(store, settings.session_hours, settings.session_at_most_hours)
    with ExitStack() as stack:
        stack.callback(store.close)
        found = {}
        for role, cadre in register.people:
            office = cast(Office, "" if cadre else role)
            account = accounts.make(f"bench-{role}", cadre=cadre, office=office)
            token = sessions.open(account, datetime.now(UTC), "dicoso bench")
            found[role] = Reader(url, {SESSION: token})
            stack.callback(found[role].close)
        yield found


def shown(reader: Reader, path: str) -> bool:
    """Whether a reader is shown something there: the page, or the way to it.

    Raises SuiteError where the portal fails, or does not know the reader.
    """
    answer = reader.get(path)
    if answer.status >= 500 or answer.to.startswith("/sign-in"):
        raise SuiteError(f"{path} answered {answer.status} {answer.to}")
    return answer.status in (200, 303)
