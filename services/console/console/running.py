"""Running a command of the terminal to its end."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Coroutine
from typing import Any, TypeVar

from console.screen import fail
from console.suite import SuiteError
from shared.refused import Refused

T = TypeVar("T")


def run(work: Coroutine[Any, Any, T], as_json: bool = False) -> T:
    """Run to the end, or until Ctrl-C or SIGTERM; what goes wrong is said, with its exit code."""

    async def until_told() -> T:
        task = asyncio.ensure_future(work)
        for told in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(told, task.cancel)
        return await task

    try:
        return asyncio.run(until_told())
    except (Refused, TimeoutError, SuiteError, OSError) as error:
        fail(error, as_json)
    except asyncio.CancelledError:
        sys.exit(0)
