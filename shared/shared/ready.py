"""Whether a service serves: told once to whoever started it, answered to whoever asks.

``python -m shared.ready`` is the health check of a container: exit code 0 when this machine's own
replica of a service answers. The question goes over NATS to the one replica that has this
machine's name, and the answer is read from its ledger: a dead connection, a process that hangs
and a lost database are all noticed. It imports little, because it runs every few seconds, and
because who starts the suite waits here.
"""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from collections.abc import Iterable
from contextlib import suppress

import nats
from nats.aio.client import Client
from nats.errors import Error as NatsError

SERVING = "DICOSO_SERVING_FD"
"""The variable with the descriptor on which a process tells its supervisor that it serves."""

_PAUSE = 0.05
"""Seconds until a service that does not serve yet is asked again."""


def tell_serving() -> None:
    """Tell the supervisor, where there is one, that this process serves."""
    if descriptor := os.environ.pop(SERVING, ""):
        with os.fdopen(int(descriptor), "wb") as supervisor:
            supervisor.write(b"\n")


def ready_subject(service: str) -> str:
    """Where the replica on this machine (in this container) is asked whether it is ready."""
    return f"ready.{service}.{socket.gethostname()}"


def _serves(reply: bytes) -> bool:
    return reply.startswith(b'{"answer"')


async def _ask(bus: Client, service: str) -> bytes:
    return (await bus.request(ready_subject(service), b"", timeout=3)).data


async def ask(url: str, service: str) -> bytes:
    """The reply, as JSON. Raises TimeoutError, OSError or nats' own errors."""
    async with asyncio.timeout(4):
        bus = await nats.connect(url, allow_reconnect=False, name="dicoso ready")
        try:
            return await _ask(bus, service)
        finally:
            await bus.close()


async def until_ready(url: str, services: Iterable[str], seconds: float) -> None:
    """Wait until this machine's replica of each service serves. Raises TimeoutError."""

    async def wait(bus: Client, service: str) -> None:
        while True:
            with suppress(NatsError, OSError, TimeoutError):
                if _serves(await _ask(bus, service)):
                    return
            await asyncio.sleep(_PAUSE)

    async with asyncio.timeout(seconds):
        bus = await nats.connect(url, name="dicoso ready", max_reconnect_attempts=-1)
        try:
            await asyncio.gather(*(wait(bus, service) for service in services))
        finally:
            await bus.close()


def main() -> int:
    """Ask once; what stands in the way is said on stderr."""
    url = os.environ.get("DICOSO_NATS", "nats://127.0.0.1:4222")
    service = os.environ.get("SERVICE") or sys.argv[1]
    try:
        reply = asyncio.run(ask(url, service))
    except (NatsError, OSError, TimeoutError) as error:
        sys.stderr.write(f"{service} is not ready: {error!r}\n")
        return 1
    sys.stdout.write(reply.decode() + "\n")
    return 0 if _serves(reply) else 1


if __name__ == "__main__":
    sys.exit(main())
