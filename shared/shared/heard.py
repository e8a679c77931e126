"""How far each other service is heard, and the waiting for it (``after``, causal reads)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping


class Heard:
    """How far each other service is heard, and the waiting for it."""

    def __init__(self) -> None:
        self.positions: dict[str, int] = {}
        self._moved = asyncio.Condition()

    async def move(self, service: str, position: int) -> None:
        """Everything of a service up to a position is heard."""
        async with self._moved:
            self.positions[service] = position
            self._moved.notify_all()

    def reached(self, after: Mapping[str, int]) -> bool:
        """Whether all of ``after`` is heard."""
        return all(self.positions.get(name, 0) >= at for name, at in after.items())

    async def until(self, after: Mapping[str, int], seconds: float) -> bool:
        """Wait until all of ``after`` is heard; False when the time is over."""
        if self.reached(after):
            return True
        try:
            async with asyncio.timeout(seconds), self._moved:
                await self._moved.wait_for(lambda: self.reached(after))
        except TimeoutError:
            return False
        return True
