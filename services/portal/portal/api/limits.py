"""How much a key may ask in a minute. In memory: it protects this process alone."""

from __future__ import annotations

import math
from collections import OrderedDict
from dataclasses import dataclass

_WINDOW = 60.0


@dataclass(frozen=True)
class Left:
    """How a key stands: ``RateLimit-*`` (draft-ietf-httpapi-ratelimit-headers-07)."""

    limit: int
    remaining: int
    reset: int
    """Seconds until it may ask as much again."""
    over: bool

    @property
    def headers(self) -> dict[str, str]:
        """As every response says it; who is over also hears how long to wait."""
        said = {
            "RateLimit-Policy": f"{self.limit};w={_WINDOW:.0f}",
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": str(self.reset),
        }
        return {**said, "Retry-After": str(self.reset)} if self.over else said


class Limits:
    """A fixed window for each key, begun by its first request."""

    def __init__(self, a_minute: int) -> None:
        self._most = a_minute
        self._begun: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def ask(self, key: str, now: float) -> Left:
        """Count a request; ``now`` in seconds of any clock that only goes forward."""
        since, count = self._begun.get(key, (now, 0))
        if now - since >= _WINDOW:
            since, count = now, 0
            self._begun.pop(key, None)
        self._begun[key] = (since, count + 1)
        while now - next(iter(self._begun.values()))[0] >= _WINDOW:
            self._begun.popitem(last=False)
        reset = max(1, math.ceil(since + _WINDOW - now))
        return Left(self._most, max(0, self._most - count - 1), reset, count >= self._most)
