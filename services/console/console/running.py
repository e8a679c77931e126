"""What the operator's commands share: a day, a year, and running to the end."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine
from datetime import date
from typing import Annotated, Any, TypeVar

import typer

from console.acts import today
from console.screen import fail
from console.suite import SuiteError
from shared.messages import Refused
from shared.values import iso_day

T = TypeVar("T")


def day_of(text: str) -> date:
    try:
        return iso_day(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


AsOf = Annotated[
    str | None,
    typer.Option("--as-of", metavar="YYYY-MM-DD", help="Tính đến ngày · as of [default: today]"),
]
Year = Annotated[
    int | None,
    typer.Option("--year", help="Năm của chế độ · the regime's year [default: that of --as-of]"),
]


def as_of_day(text: str | None) -> date:
    return day_of(text) if text else today()


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
        raise typer.Exit(0) from None
