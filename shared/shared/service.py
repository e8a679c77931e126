"""One service process: commands and questions in, facts out, others heard.

A service says in its own ``service.py`` what can be asked of it (``Spec``); everything
that is the same for all stands here.
"""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import structlog
from eventsourcing.persistence import PersistenceError
from faststream import FastStream
from faststream.nats import NatsBroker, NatsMessage
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.errors import MaxPayloadError
from pydantic import ValidationError

from shared.answers import Done, No, write_answer
from shared.aside import Parking
from shared.asker import ASKER, Asker, Askers, verify
from shared.asking import COMMON, Answer, Inside
from shared.bus import (
    ACTOR,
    AFTER,
    CAUSE,
    COMMAND_ID,
    FOREVER,
    every_replica,
    on_error,
    read_after,
)
from shared.clock import today, utc_now
from shared.deciding import Decider, Streams
from shared.desk import LARGEST, Desk, Request
from shared.ending import end
from shared.erasing import Eraser
from shared.guard import Guard
from shared.heard import Heard
from shared.hearing import Listener
from shared.keeper import Keeper
from shared.keys import Keys, open_keys
from shared.language.privacy import ApproveErasure
from shared.ledger import Ledger
from shared.logs import set_up_logs
from shared.messages import Command
from shared.parking import Place
from shared.ready import ready_subject, tell_serving
from shared.refused import Refused
from shared.regime import faults
from shared.relay import Relay
from shared.rights import NOBODY_ELSE, Rights
from shared.sealing import Seals
from shared.settings import Settings
from shared.sharing import EVERYTHING, PostgresShare, Share
from shared.shelf import Shelf
from shared.subjects import news_of
from shared.views import OfView, View

log = structlog.get_logger()

_TOGETHER = 32
"""The most commands that share one commit, or half of those that wait: while these are decided,
the answers to the others travel and new ones arrive."""
_SOON = 0.05
"""Seconds after a commit in which more commands are to be expected."""
_WAITING = 8192
"""The most commands that wait on the desk; behind them the bus holds back."""


@dataclass(frozen=True)
class Spec:
    """A service as a table of contents."""

    name: str
    obeys: Mapping[type[Command], Decider[Any]]
    """Which decider decides which command."""
    hears: Mapping[str, Place]
    """Which other services are heard, and where their facts are filed."""
    known: Callable[[Streams, Callable[[], dict[str, int]]], Any]
    """Makes the service's ``Known`` from its streams and its positions."""
    answers: Mapping[str, Answer]
    """What can be asked, beside what every service answers."""
    views: Sequence[View] = ()
    """The lists that it keeps."""
    rights: Rights = NOBODY_ELSE
    """Who may what, of those who are signed in."""
    erases: bool = False
    """Whether it decides on erasing persons, and destroys their keys."""

    def open(self, ledger: Ledger) -> Inside:
        """The inside of the service over a ledger, without any bus."""
        shelf, heard = Shelf(ledger), Heard()

        def positions() -> dict[str, int]:
            return {self.name: ledger.head(), **heard.positions}

        def knows(streams: Streams) -> Any:
            return self.known(streams, positions)

        views, hears = Keeper(self.views, ledger, positions), frozenset(self.hears)
        return Inside(self.name, ledger, shelf, heard, hears, knows(shelf), views, knows)


def make_broker(url: str, name: str, closed: Callable[[], Awaitable[None]]) -> NatsBroker:
    """A service's broker; it reconnects for ever, and says so when it cannot (``closed``)."""
    return NatsBroker(
        url,
        name=name,
        error_cb=on_error,
        closed_cb=closed,
        apply_types=False,
        logger=None,
        **FOREVER,
    )


async def _whole(message: NatsMessage) -> NatsMessage:
    """A decoder that decodes nothing: bodies are read where a fault in them is answered."""
    return message


class Server:
    """A running service."""

    def __init__(self, spec: Spec, settings: Settings) -> None:
        self._spec = spec
        self._settings = settings
        if not settings.ledger:
            settings.data.mkdir(parents=True, exist_ok=True)
        where = settings.ledger or settings.data / f"{spec.name}.sqlite"
        keys = key_store(settings)
        self.inside = spec.open(Ledger(where, spec.name, Seals(keys)))
        self._parking = Parking(spec.name, self.inside.ledger, spec.hears)
        self._askers = Askers(settings.askers or settings.data / "askers")
        self._guard = Guard(spec.rights, self.inside.shelf, self.inside.known, today, utc_now)
        self._desk = Desk(
            spec.name,
            self.inside.ledger,
            self.inside.shelf,
            spec.obeys,
            self.inside.known,
            utc_now,
            self._parking,
            self._guard,
        )
        self._eraser = (
            Eraser(self.inside.ledger, keys, self._desk, self._tell_relay) if spec.erases else None
        )
        self._share = PostgresShare(settings.ledger, spec.name) if settings.ledger else Share()
        self._listeners: list[Listener] = []
        self._inbox: asyncio.Queue[tuple[Request, Msg]] = asyncio.Queue(_WAITING)
        self._obeyed = 0.0  # when commands were last decided
        self._relay: Relay | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    # --- commands -----------------------------------------------------------------------

    async def on_command(self, message: Msg) -> None:
        """Put a command on the desk, once what it comes after is heard."""
        try:
            await self._take(message)
        except Refused as refused:
            await self._reply(message, No.of(refused))
        except PersistenceError as error:
            log.error("cannot-read", service=self._spec.name, error=repr(error))
            await self._reply(message, No("unavailable", {"why": "the ledger cannot be read"}))
        except Exception:  # a fault of ours must not leave the asker without an answer
            log.exception("command-not-taken", service=self._spec.name)
            await self._reply(message, No("failed", {}))

    async def _take(self, message: Msg) -> None:
        headers = message.headers or {}
        asker = self._signed(message) if ASKER in headers else None
        request = Request(
            name=message.subject.removeprefix(f"do.{self._spec.name}."),
            body=message.data,
            command_id=headers.get(COMMAND_ID, ""),
            actor=asker.name if asker else headers.get(ACTOR, ""),
            cause=headers.get(CAUSE, ""),
            asker=asker,
        )
        after = read_after(headers.get(AFTER))
        if self.inside.reached(after):
            await self._inbox.put((request, message))
        else:
            self._spawn(self._later(request, message, after))

    def _signed(self, message: Msg) -> Asker:
        """Who is signed in and asks. Raises Refused ``not-signed-in``."""
        subject, headers = message.subject, message.headers or {}
        keys = self._askers.keys().values()
        try:
            id = headers.get(COMMAND_ID, "") if subject.startswith("do.") else ""
            return verify(headers[ASKER], keys, subject, id, message.data, time.time())
        except Refused as refused:
            log.warning("asker-not-believed", subject=subject, **refused.detail)
            raise

    async def _later(self, request: Request, message: Msg, after: Mapping[str, int]) -> None:
        if await self.inside.until(after, self._settings.after_seconds):
            await self._inbox.put((request, message))
        else:
            await self._reply(message, self._not_yet(after))

    def _not_yet(self, after: Mapping[str, int]) -> No:
        return No("not-yet", {"after": dict(after), "heard": self.inside.positions()})

    async def _work(self) -> None:
        """Decide what lies on the desk, all of it in one commit, for ever."""
        while True:
            batch = [await self._inbox.get()]
            waiting = self._inbox.qsize()
            share = min(waiting, max(_TOGETHER - 1, waiting // 2))
            batch += [self._inbox.get_nowait() for _ in range(share)]
            self._look()
            answers = self._desk.obey([request for request, _ in batch])
            self._obeyed = time.monotonic()
            await self._tell_relay()
            if self._eraser and any(one.name == ApproveErasure.called() for one, _ in batch):
                self._eraser.wake()
            for (request, message), answer in zip(batch, answers, strict=True):
                await self._reply(message, request.instead or answer)
            await asyncio.sleep(0)  # the answers are flushed before the next commit

    def _busy(self) -> bool:
        """Whether commands wait, or will as soon as their askers have the answers to the last."""
        return self._inbox.qsize() > 0 or time.monotonic() - self._obeyed < _SOON

    async def _tell_relay(self) -> None:
        """Something was committed: wake whichever replica carries."""
        if self._relay is not None and self._share.carries:
            self._relay.wake()
        elif self._broker.connection.is_connected:
            await self._broker.connection.publish(news_of(self._spec.name))

    async def _on_news(self, _: Msg) -> None:
        if self._relay is not None:
            self._relay.wake()

    async def _reply(self, message: Msg, answer: Done | No | dict[str, Any]) -> None:
        """Answer; where the bus cannot take it the asker asks again, with the same id."""
        if not message.reply:
            return
        body = write_answer(answer)
        try:
            await message.respond(body)
        except MaxPayloadError:
            refused = No("too-large", {"bytes": len(body), "instead": "ask for a smaller page"})
            await message.respond(write_answer(refused))
        except NatsError as error:
            log.warning("not-answered", service=self._spec.name, error=repr(error))

    # --- questions ----------------------------------------------------------------------

    async def on_question(self, message: NatsMessage) -> None:
        """Answer a question, once what it comes after is heard."""
        question = message.raw_message.subject.removeprefix(f"ask.{self._spec.name}.")
        self._spawn(self._answer(question, message.raw_message))

    async def on_ready(self, message: NatsMessage) -> None:
        """Answer as to ``ask.<service>.ready``, but this very replica (``ready.py``)."""
        self._spawn(self._answer("ready", message.raw_message))

    async def _answer(self, question: str, message: Msg) -> None:
        try:
            answer = await self._asked(question, message)
        except Refused as refused:
            await self._reply(message, No.of(refused))
        except PersistenceError as error:
            log.error("cannot-read", service=self._spec.name, error=repr(error))
            await self._reply(message, No("unavailable", {"why": "the ledger cannot be read"}))
        except Exception:  # a fault of ours must not leave the asker without an answer
            log.exception("question-failed", service=self._spec.name, question=question)
            await self._reply(message, No("failed", {"question": question}))
        else:
            if answer is not None:
                await self._reply(message, answer)

    async def _asked(self, question: str, message: Msg) -> dict[str, Any] | No | None:
        """The answer; None where it is given once the denial is recorded."""
        asker = self._signed(message) if ASKER in (message.headers or {}) else None
        if len(message.data) > LARGEST:
            raise Refused("too-large", bytes=len(message.data), most=LARGEST)
        answers = {**COMMON, **self._spec.answers}
        if question not in answers:
            raise Refused("unknown-command", question=question)
        shape, answer = answers[question]
        try:
            content = shape.model_validate_json(message.data or b"{}")
        except ValidationError as error:
            raise Refused("malformed", faults=faults(error)) from error
        after = read_after((message.headers or {}).get(AFTER))
        if not await self.inside.until(after, self._settings.after_seconds):
            return self._not_yet(after)
        if isinstance(content, OfView):
            seconds = self._settings.after_seconds
            if not await self.inside.views.until(content.view, bool(after), seconds):
                return self._not_yet(after)
        self._look()
        self.inside.shelf.catch_up()
        if asker is not None:
            try:
                content = self._guard.answer(asker, question, content)
            except Refused as refused:
                await self._deny(asker, question, content, refused, message)
                return None
        return answer(self.inside, content)

    async def _deny(
        self, asker: Asker, question: str, content: Any, refused: Refused, message: Msg
    ) -> None:
        """Have it recorded that a question was denied; then it is answered."""
        denial = self._guard.denial(asker, question, content, refused)
        body = denial.model_dump_json().encode()
        id = f"denied:{uuid4()}"
        request = Request(denial.called(), body, id, asker.name, instead=No.of(refused))
        await self._inbox.put((request, message))

    # --- life ---------------------------------------------------------------------------

    async def _closed(self) -> None:
        """The connection is closed for good: end, so that the supervisor starts anew."""
        self._app.exit()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("task-died", service=self._spec.name, error=repr(task.exception()))
            self._app.exit()  # the supervisor starts the service anew

    async def _start(self) -> None:
        connection: Client = self._broker.connection
        name = self._spec.name
        await connection.subscribe(f"do.{name}.>", queue=name, cb=self.on_command)
        js = connection.jetstream(timeout=3)
        replicas = self._settings.stream_replicas
        self._relay = Relay(self._spec.name, self.inside.ledger, connection, replicas, self._share)
        self._spawn(self._relay.run())
        if self.inside.ledger.replicated:
            await connection.subscribe(news_of(self._spec.name), cb=self._on_news)
            self.inside.heard.look = self._look
            self._spawn(self._keep_up())
        for upstream, place in self._spec.hears.items():
            listener = Listener(
                upstream,
                self.inside.ledger,
                js,
                place,
                self.inside.heard,
                self._changed,
                self._share,
                self._parking.asides[upstream],
            )
            self._listeners.append(listener)
            self._spawn(listener.run())
        self._spawn(self._share.run())
        if self._spec.views:
            self._spawn(self.inside.views.run(self._share, self._busy))  # commands go first
        self._spawn(self._work())
        if self._eraser:
            self._spawn(self._eraser.run())
        tell_serving()
        log.info("serving", service=self._spec.name, position=self.inside.ledger.head())

    def _changed(self, streams: Sequence[str]) -> None:
        """Something was heard of these streams, or parked: then it is recorded, and carried."""
        self.inside.shelf.evict(streams)
        if any(stream.startswith("parked/") for stream in streams):
            self._spawn(self._tell_relay())

    def _look(self) -> None:
        """Learn what the other replicas have heard."""
        if self._share.buckets == EVERYTHING:
            return
        try:
            tracking = self.inside.ledger.tracking()
        except PersistenceError as error:
            log.warning("cannot-look", service=self._spec.name, error=repr(error))
        else:
            for listener in self._listeners:
                listener.learn(tracking)

    async def _keep_up(self) -> None:
        """Also when nobody asks anything, learn within a second who is erased."""
        while True:
            await asyncio.sleep(1)
            try:
                self.inside.shelf.catch_up()
            except PersistenceError as error:
                log.warning("cannot-look", service=self._spec.name, error=repr(error))

    async def _stop(self) -> None:
        """End every task, also what others began meanwhile."""
        while self._tasks:
            await end(self._tasks)

    async def serve(self) -> None:
        """Serve until SIGTERM or SIGINT."""
        name = self._spec.name
        self._broker = make_broker(self._settings.nats, name, self._closed)
        for subject, queue, handler in (
            (f"ask.{name}.>", name, self.on_question),
            (ready_subject(name), "", self.on_ready),
            (every_replica(name), "", self.on_ready),
        ):
            subscribe = self._broker.subscriber(subject, queue, no_reply=True, decoder=_whole)
            subscribe(handler)
        self._app = FastStream(
            self._broker, logger=None, after_startup=[self._start], on_shutdown=[self._stop]
        )
        await self._app.run()
        self.inside.views.close()
        self.inside.ledger.close()


def key_store(settings: Settings) -> Keys:
    """The key store that the settings name.

    A master key of its own is made only where it can be nobody else's: beside ledgers in files.
    """
    master = settings.master_key_file or settings.data / "master.key"
    where = settings.keys or settings.ledger or settings.data / "keys.sqlite"
    return open_keys(master, where, make=not settings.ledger)


def main(spec: Spec) -> None:
    """``python -m <service>``: serve with the settings of the environment."""
    settings = Settings()
    set_up_logs(settings.log_level)
    server = Server(spec, settings)
    gc.freeze()  # what was imported stays: no collection looks through it again
    asyncio.run(server.serve())
