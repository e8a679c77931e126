"""Ending tasks that run until they are told to stop."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from typing import Any

_HEARD = 0.5
"""Seconds within which a task that heard of its cancellation has ended, as a rule."""


async def end(tasks: Collection[asyncio.Task[Any]]) -> None:
    """Cancel tasks and wait until all have ended, whatever came of them.

    A cancellation that meets a message is lost in the asyncio.wait_for of Python 3.11, on which
    nats-py waits; so it is told until it is heard.
    """
    told = tuple(tasks)
    ending = set(told)
    while ending:
        for task in ending:
            task.cancel()
        _, ending = await asyncio.wait(ending, timeout=_HEARD)
    await asyncio.gather(*told, return_exceptions=True)
