"""What commands are held against: a FastStream program that answers and does nothing.

Its broker comes from the factory of the services; its handler is FastStream's plainest. Beside
it a bare nats-py subscription echoes, for the limit of latencies.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from faststream import FastStream
from nats.aio.msg import Msg

from shared.service import make_broker

ECHO = "echo.noop"
_DONE = {"done": {"service": "noop", "version": 1, "position": 1}}


async def serve(url: str) -> None:
    """Serve until SIGTERM."""

    async def closed() -> None:
        app.exit()

    async def start() -> None:
        await broker.connection.subscribe(ECHO, queue="noop", cb=echo)

    async def echo(message: Msg) -> None:
        await message.respond(message.data)

    broker = make_broker(url, "noop", closed)

    @broker.subscriber("do.noop.>", queue="noop")
    async def obey(command: dict[str, Any]) -> dict[str, Any]:
        return _DONE

    @broker.subscriber("ask.noop.>", queue="noop")
    async def answer(question: dict[str, Any]) -> dict[str, Any]:
        return {"answer": {}}

    app = FastStream(broker, logger=None, after_startup=[start])
    await app.run()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1]))
