"""The signer's process: one follower for each service's log, until told to end.

What cannot be signed for one service keeps no other from being signed. At the end all is signed
once more, with what the services record of it.
"""

from __future__ import annotations

import asyncio
import fcntl
import signal
from collections.abc import Awaitable, Callable
from hashlib import sha256
from typing import Any

import nats
import structlog
from nats.aio.msg import Msg
from pydantic_core import to_json

from shared.bus import FOREVER, Bus, on_error
from shared.language.log import RecordCheckpoint
from shared.ready import ready_subject, tell_serving
from shared.refused import Refused
from shared.services import SERVICES
from signer.files import make
from signer.folder import Damaged, LogFolder
from signer.following import Follower, Refuses
from signer.keys import KeyFault, own_key, public_keys
from signer.settings import Settings

log = structlog.get_logger()

_PATIENCE = 5.0
"""Seconds for which a service is asked again."""
_LAST_WORD = 4.0
"""Seconds for all that is done at the end: whoever stops the signer waits, and not for ever."""
_LOUD = 60.0
"""Seconds after which the same refusal is said again."""


class Signer:
    """The keys, the logs and the bus."""

    def __init__(self, settings: Settings) -> None:
        """Raises KeyFault where it cannot hold the keys, or another signer does."""
        self._settings = settings
        data = settings.data
        make(data)
        make(data / "signer")
        (data / "signer").chmod(0o700)
        self._lock = (data / "signer" / "lock").open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise KeyFault(f"another signer works on {data}") from error
        self._own = {name: own_key(data, settings.log_name, name) for name in SERVICES}
        self._public = public_keys(data, list(self._own.values()))
        self._wrong: dict[str, tuple[str, float]] = {}
        self._followers: dict[str, Follower] = {}
        self._told: dict[tuple[str, str], int] = {}

    async def run(self) -> None:
        """Sign until SIGTERM or SIGINT."""
        stop = asyncio.Event()
        for told in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(told, stop.set)

        async def closed() -> None:  # for good: end, so that the supervisor starts anew
            stop.set()

        connection = await nats.connect(
            self._settings.nats,
            name="dicoso signer",
            error_cb=on_error,
            closed_cb=closed,
            **FOREVER,
        )
        await connection.subscribe(ready_subject("signer"), cb=self._on_ready)
        self._bus = Bus(connection, "signer", _PATIENCE)
        tell_serving()
        log.info("signing", log=self._settings.log_name, services=list(SERVICES))
        following = [asyncio.create_task(self._follow(service, stop)) for service in SERVICES]
        stopped = asyncio.create_task(stop.wait())
        await asyncio.wait([*following, stopped], return_when=asyncio.FIRST_COMPLETED)
        stop.set()
        try:
            async with asyncio.timeout(_LAST_WORD):
                await asyncio.gather(*following)  # one that died has its error raised here
                await self._end()
        except TimeoutError:
            log.warning("not-all-signed", why="a service does not answer")
        stopped.cancel()
        await connection.close()

    async def _follow(self, service: str, stop: asyncio.Event) -> None:
        now = asyncio.get_running_loop().time
        signed, recorded = -self._settings.sign_seconds, now()
        while not stop.is_set():
            if await self._look(service, now() - signed >= self._settings.sign_seconds):
                signed = now()
            if now() - recorded >= self._settings.record_seconds:
                recorded = now()
                await self._tell_others(service)
            try:
                async with asyncio.timeout(self._settings.look_seconds):
                    await stop.wait()
            except TimeoutError:
                continue

    async def _end(self) -> None:
        async def all_of(work: Callable[[str], Awaitable[Any]]) -> None:
            await asyncio.gather(*(work(service) for service in SERVICES))

        await all_of(self._look)
        await all_of(self._tell_others)
        await all_of(self._look)  # what they have just recorded

    # --- signing --------------------------------------------------------------------------

    async def _look(self, service: str, sign: bool = True) -> bool:
        """Sign what is new, or say why not; whether anything was signed."""
        try:
            signed = await self._follower(service).look(sign)
        except Refuses as refuses:
            self._say(service, refuses.code, refuses.detail)
        except Damaged as damaged:
            self._say(service, "damaged", {"why": str(damaged)})
        except (Refused, TimeoutError) as error:
            log.warning("no-answer", service=service, error=repr(error))
        except OSError as error:  # a full disk: what is signed stays as it is
            self._say(service, "cannot-write", {"why": repr(error)})
            self._followers.pop(service, None)
        else:
            if self._wrong.pop(service, None):
                log.info("goes-on", service=service)
            return signed
        return False

    def _follower(self, service: str) -> Follower:
        """The follower, as its files say where they are to be read anew. Raises Damaged."""
        if service not in self._followers:
            key = self._own[service]
            folder = LogFolder(self._settings.data / "log" / service, key.name, self._public)
            self._followers[service] = Follower(service, self._bus, folder, key)
        return self._followers[service]

    def _say(self, service: str, code: str, detail: dict[str, Any]) -> None:
        """Say loudly that nothing is signed: once, and again every minute."""
        now = asyncio.get_running_loop().time()
        before, said = self._wrong.get(service, ("", 0.0))
        if before != code or now - said >= _LOUD:
            log.error("refuses-to-sign", service=service, reason=code, **detail)
            self._wrong[service] = (code, now)

    # --- telling --------------------------------------------------------------------------

    async def _tell_others(self, service: str) -> None:
        """Have the other services record the last checkpoint of this one's log, where it says
        more than what was recorded of logs."""
        follower = self._followers.get(service)
        if follower is None or follower.note is None:
            return
        command, own = RecordCheckpoint(upstream=service, note=str(follower.note)), follower.own
        for other in SERVICES:
            if other == service or self._told.get((service, other), 0) >= own:
                continue
            try:
                await self._bus.obey(command, _id_of(command), service=other)
            except (Refused, TimeoutError) as error:
                log.error("not-recorded", service=service, by=other, error=repr(error))
            else:
                self._told[service, other] = own

    async def _on_ready(self, message: Msg) -> None:
        signed = {name: one.folder.size for name, one in self._followers.items()}
        wrong = {name: code for name, (code, _) in self._wrong.items()}
        answer = {"service": "signer", "signed": signed, "refuses": wrong}
        await message.respond(to_json({"answer": answer}))


def _id_of(command: RecordCheckpoint) -> str:
    """The command's id: the same checkpoint told again is the same command."""
    return f"checkpoint {command.upstream} {sha256(command.note.encode()).hexdigest()[:32]}"
