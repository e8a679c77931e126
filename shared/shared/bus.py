"""The bus: its headers, and the client of those who ask.

Commands go to ``do.<service>.<command>``, questions to ``ask.<service>.<question>``, both as
JSON by NATS request/reply. Headers: the command id (made by the asker, so that a repeat is
known), the actor, the cause, and ``after``: what must have been heard before. A request that is
made for somebody signed in says, signed, for whom (``asker.py``).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from types import TracebackType
from typing import Any, Self, cast
from uuid import uuid4

import nats
import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from pydantic_core import from_json, to_json

from shared.answers import Done, read_answer
from shared.asker import ASKER, Signer
from shared.messages import Command
from shared.refused import Refused
from shared.services import SERVICES

COMMAND_ID = "Dicoso-Command-Id"
ACTOR = "Dicoso-Actor"
CAUSE = "Dicoso-Cause"
AFTER = "Dicoso-After"

log = structlog.get_logger()

_FIRST_REPLICA, _LEAST = 1.0, 0.02
"""Seconds for which replicas are waited for: until one answers; and then at least, after each."""
_LONGER = 4
"""So many times as long as the first took, others are waited for: where one is slow, all may be."""

FACTS = "fact.>"
"""Where all facts travel (``subjects.py``)."""

FOREVER: dict[str, Any] = {
    "max_reconnect_attempts": -1,
    "reconnect_time_wait": 0.25,
    "ping_interval": 20,
}
"""nats-py otherwise gives up after two minutes, and FastStream then spins (FIELD-NOTES)."""

_COMMAND_SECONDS = 3
_QUESTION_SECONDS = 15
"""After so long without an answer a request is taken for lost and sent again; longer than
a service waits for what ``after`` names."""

_AGAIN = frozenset({"unavailable", "not-yet"})
"""Refusals that are safe to try again with the same command id."""


def every_replica(service: str) -> str:
    """Where all replicas of a service are asked at once; each answers for itself."""
    return f"ready.{service}"


async def on_error(error: Exception) -> None:
    """Log what the connection complains of; it mends itself."""
    log.warning("bus-error", error=repr(error))


def read_after(text: str | None) -> dict[str, int]:
    """The ``after`` header, ``{"planning": 812}``. Raises Refused ``malformed``."""
    if not text:
        return {}
    try:
        after = from_json(text)
    except ValueError:
        after = None
    if (
        not isinstance(after, dict)
        or not set(after) <= set(SERVICES)
        or not all(type(at) is int for at in after.values())
    ):
        reason = f'must be like {{"planning": 812}}, of {", ".join(SERVICES)}'
        raise Refused("malformed", faults=[{"path": AFTER, "reason": reason}])
    return after


class Bus:
    """A client of the services: asks, and tries again until an answer is final."""

    def __init__(
        self,
        connection: Client,
        actor: str,
        patience: float = 60.0,
        signer: Signer | None = None,
    ) -> None:
        self._connection = connection
        self.actor = actor
        self._patience = patience
        self._signer = signer

    @classmethod
    async def connect(cls, url: str, actor: str, patience: float = 60.0) -> Self:
        """A connected client. ``patience``: seconds for which a request is tried again."""
        connection = await nats.connect(
            url, name=f"dicoso {actor}", error_cb=on_error, connect_timeout=5, **FOREVER
        )
        return cls(connection, actor, patience)

    async def reach(self, seconds: int) -> None:
        """There and back to the server. Raises nats' errors, ConnectionError, TimeoutError."""
        if not self._connection.is_connected:
            raise ConnectionError("not connected")  # a flush would be taken for later
        await self._connection.flush(seconds)

    async def listen(self, heard: Callable[[bytes], Awaitable[None]]) -> None:
        """Hear each fact that is carried from now on, as a CloudEvent, until the connection ends.

        Nothing is kept for who was away: a change that must not be missed is asked for.
        """

        async def take(message: Msg) -> None:
            await heard(message.data)

        await self._connection.subscribe(FACTS, cb=take)

    async def replicas(self, service: str) -> list[dict[str, Any]]:
        """What each replica of a service that answers says of itself, soon or not at all."""
        inbox, found = self._connection.new_inbox(), []
        asked = await self._connection.subscribe(inbox)
        await self._connection.publish(every_replica(service), b"", reply=inbox)
        try:
            began, seconds = time.monotonic(), _FIRST_REPLICA
            while True:
                reply = await asked.next_msg(timeout=seconds)
                if reply.headers is None or "Status" not in reply.headers:
                    found.append(cast(dict[str, Any], read_answer(reply.data)))
                if seconds == _FIRST_REPLICA:
                    seconds = max(_LEAST, _LONGER * (time.monotonic() - began))
        except TimeoutError:
            return sorted(found, key=lambda one: str(one["replica"]))
        finally:
            await asked.unsubscribe()

    @property
    def reconnects(self) -> int:
        """How often the connection was lost and made again."""
        return self._connection.stats["reconnects"]

    def signed(self, signer: Signer) -> Bus:
        """The same connection, asking for somebody signed in: each request is signed anew."""
        return Bus(self._connection, self.actor, self._patience, signer)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with suppress(ConnectionError):  # nats-py drains also what is lost already
            await self._connection.close()

    async def obey(
        self,
        command: Command,
        command_id: str | None = None,
        after: Mapping[str, int] | None = None,
        cause: str = "",
        service: str | None = None,
    ) -> Done:
        """Have a command obeyed, by the service that it names or by the one given.

        Raises Refused; TimeoutError when patience is over.
        """
        headers = {
            COMMAND_ID: command_id or str(uuid4()),
            ACTOR: self.actor,
            CAUSE: cause,
            AFTER: to_json(dict(after or {})).decode(),
        }
        body = command.model_dump_json(exclude_unset=True).encode()
        subject = f"do.{service or command.service}.{command.called()}"
        return cast(Done, await self._request(subject, body, headers, _COMMAND_SECONDS))

    async def pages(
        self,
        service: str,
        question: str,
        *,
        unreadable: list[dict[str, str]] | None = None,
        heard: Mapping[str, int] | None = None,
        **content: Any,
    ) -> list[dict[str, Any]]:
        """All rows of a list, page by page, each given once the service has ``heard`` that much.

        Streams that the service cannot fold are added to ``unreadable``; without that list
        they raise Refused ``failed``, so that nobody takes a part for the whole.
        """
        rows: list[dict[str, Any]] = []
        after = ""
        while True:
            page = await self._ask(service, question, heard or {}, {**content, "after": after})
            rows += page["rows"]
            if lost := page.get("unreadable"):
                if unreadable is None:
                    raise Refused("failed", unreadable=lost)
                unreadable += lost
            after = page["next"]
            if not after:
                return rows

    async def ask(
        self,
        service: str,
        question: str,
        *,
        heard: Mapping[str, int] | None = None,
        **content: Any,
    ) -> dict[str, Any]:
        """The answer to a question, given once the service has ``heard`` that much.

        Raises Refused; TimeoutError when patience is over.
        """
        return await self._ask(service, question, heard or {}, content)

    async def _ask(
        self, service: str, question: str, after: Mapping[str, int], content: dict[str, Any]
    ) -> dict[str, Any]:
        headers = {ACTOR: self.actor, AFTER: to_json(dict(after)).decode()}
        subject = f"ask.{service}.{question}"
        answer = await self._request(subject, to_json(content), headers, _QUESTION_SECONDS)
        return cast(dict[str, Any], answer)

    async def _request(
        self, subject: str, body: bytes, headers: dict[str, str], seconds: float
    ) -> Done | dict[str, Any]:
        give_up = time.monotonic() + self._patience
        while True:
            if self._signer is not None:
                headers[ASKER] = self._signer(subject, headers.get(COMMAND_ID, ""), body)
            try:
                reply = await self._connection.request(
                    subject, body, timeout=seconds, headers=headers
                )
                return read_answer(reply.data)
            except Refused as refused:
                if refused.code not in _AGAIN or time.monotonic() > give_up:
                    raise
            except (NatsError, OSError, TimeoutError) as error:
                if time.monotonic() > give_up:
                    raise TimeoutError(f"no answer from {subject}: {error!r}") from error
            await asyncio.sleep(0.1)
