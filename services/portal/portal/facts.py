"""Facts of the ledgers (sự kiện), read page by page from a position on: one way for the feed,
webhooks and notices."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from shared.bus import Bus
from shared.services import SERVICES


async def facts(
    bus: Bus, service: str, after: int, limit: int, opened: bool = False
) -> list[dict[str, Any]]:
    """The facts behind a position, as CloudEvents; personal texts sealed unless ``opened``."""
    page = await bus.ask(service, "entries", after=after, limit=limit, opened=opened)
    found: list[dict[str, Any]] = page["entries"]
    return found


async def heads(bus: Bus) -> Mapping[str, int]:
    """How far each ledger has come."""

    async def head(service: str) -> int:
        position: int = (await bus.ask(service, "ready"))["positions"][service]
        return position

    return dict(zip(SERVICES, await asyncio.gather(*map(head, SERVICES)), strict=True))
