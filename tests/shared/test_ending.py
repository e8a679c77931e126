"""Tasks end although a cancellation is lost on the way."""

from __future__ import annotations

import asyncio

from shared.ending import end


async def test_a_task_that_loses_a_cancellation_is_told_again() -> None:
    lost: list[str] = []

    async def forgetful() -> None:
        while True:
            try:
                await asyncio.sleep(3600)
            except asyncio.CancelledError:
                if lost:
                    raise
                lost.append("once")

    tasks = [asyncio.create_task(forgetful()), asyncio.create_task(asyncio.sleep(3600))]
    await asyncio.sleep(0)
    await end(tasks)
    assert lost == ["once"]
    assert all(task.cancelled() for task in tasks)


async def test_what_failed_before_does_not_keep_the_others_from_ending() -> None:
    async def failing() -> None:
        raise OSError("gone")

    tasks = [asyncio.create_task(failing()), asyncio.create_task(asyncio.sleep(3600))]
    await asyncio.sleep(0)
    await end(tasks)
    assert all(task.done() for task in tasks)


async def test_nothing_to_end() -> None:
    await end([])
