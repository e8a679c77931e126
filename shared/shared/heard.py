"""How far each other service is heard, and the waiting for it (``after``, causal reads)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping

_FIRST_LOOK, _LONGEST_LOOK = 0.002, 0.05
"""Seconds between two looks at what other replicas have heard, while somebody waits."""


class Heard:
    """How far each other service is heard, by all replicas of this one together."""

    def __init__(self) -> None:
        self.positions: dict[str, int] = {}
        self.look: Callable[[], None] | None = None
        """Learns what other replicas have heard; None where there are none."""
        self._moved = asyncio.Event()

    def move(self, service: str, position: int) -> None:
        """Everything of a service up to a position is heard; it never becomes less."""
        if position > self.positions.get(service, -1):
            self.positions[service] = position
            moved, self._moved = self._moved, asyncio.Event()
            moved.set()

    def reached(self, after: Mapping[str, int]) -> bool:
        """Whether all of ``after`` is heard."""
        return all(self.positions.get(name, 0) >= at for name, at in after.items())

    async def until(self, after: Mapping[str, int], seconds: float) -> bool:
        """Wait until all of ``after`` is heard; False when the time is over."""
        give_up = time.monotonic() + seconds
        pause = _FIRST_LOOK
        while not self.reached(after):
            if self.look is not None:
                self.look()
                if self.reached(after):
                    break
            left = give_up - time.monotonic()
            if left <= 0:
                return False
            try:
                async with asyncio.timeout(left if self.look is None else min(left, pause)):
                    await self._moved.wait()
            except TimeoutError:
                pause = min(2 * pause, _LONGEST_LOOK)
        return True
