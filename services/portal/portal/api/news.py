"""News of the ledgers: whoever waits for more is woken when there is more.

While anybody waits for a service, it is asked a few times a second how far it has come, once for
all who wait; nobody waits, nobody asks. Facts themselves do not come this way, so that no import
of a hundred thousand floods who only wants to know that there is something.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

from shared.bus import Bus
from shared.ending import end
from shared.refused import Refused

_EVERY = 0.2
"""Seconds between two looks."""


class News:
    """How far each ledger has come, for those who wait."""

    def __init__(self, bus: Callable[[], Bus]) -> None:
        self._bus = bus
        self._heads: dict[str, int] = {}
        self._waiting: dict[str, int] = {}
        self._changed: dict[str, asyncio.Event] = {}
        self._looking: dict[str, asyncio.Task[None]] = {}

    async def beyond(self, service: str, position: int, seconds: float) -> bool:
        """Wait until the ledger is beyond a position; False when the time is over."""
        self._waiting[service] = self._waiting.get(service, 0) + 1
        self._changed.setdefault(service, asyncio.Event())
        if service not in self._looking:
            self._looking[service] = asyncio.create_task(self._look(service))
        try:
            async with asyncio.timeout(seconds):
                while self._heads.get(service, 0) <= position:
                    changed = self._changed[service]
                    await changed.wait()
        except TimeoutError:
            return False
        finally:
            self._waiting[service] -= 1
        return True

    async def _look(self, service: str) -> None:
        try:
            while self._waiting[service] > 0:
                with suppress(Refused, TimeoutError):
                    ready = await self._bus().ask(service, "ready")
                    head = ready["positions"][service]
                    if head != self._heads.get(service):
                        self._heads[service] = head
                        self._changed[service].set()
                        self._changed[service] = asyncio.Event()
                await asyncio.sleep(_EVERY)
        finally:
            del self._looking[service]

    async def close(self) -> None:
        """Look no more."""
        await end(self._looking.values())
