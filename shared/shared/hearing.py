"""Hearing: facts of another service become rows here, once each and in order.

One ordered consumer per other service reads its stream from the position tracked here. A
batch of facts and the tracking of its buckets are written in **one transaction**; each
bucket's tracking moves by compare-and-set from the previous position that the fact's header
names, so a repeat is passed over, and a gap or a reorder is read again from the stream
(docs/decisions/0003).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence

import structlog
from eventsourcing.persistence import PersistenceError
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.api import ConsumerConfig, DeliverPolicy
from nats.js.errors import NotFoundError
from pydantic import ValidationError

from shared.entries import Entry, UnknownFact, from_cloudevent, write_state
from shared.heard import Heard
from shared.ledger import Ledger
from shared.messages import Fact
from shared.recording import HeardRow
from shared.subjects import PREVIOUS, stream_name

log = structlog.get_logger()

_BATCH = 500
_QUIET = 2.0
"""Seconds without a fact after which the listener asks whether it missed one."""

Place = Callable[[Fact], str | None]
"""Where a service files a fact of another; None for what it does not need."""


class Gap(Exception):
    """A fact whose predecessor in its bucket was not heard, or that came out of order."""


class Listener:
    """Hears one other service for as long as it runs."""

    def __init__(
        self,
        upstream: str,
        ledger: Ledger,
        js: JetStreamContext,
        place: Place,
        heard: Heard,
        changed: Callable[[Sequence[str]], None],
    ) -> None:
        self._upstream = upstream
        self._ledger = ledger
        self._js = js
        self._place = place
        self._heard = heard
        self._changed = changed
        self._tracked: dict[str, int] = {}
        self._subscription: JetStreamContext.PushSubscription | None = None

    async def run(self) -> None:
        """Hear until cancelled; every fault of the bus is waited out."""
        await self._heard.move(self._upstream, self._ledger.tracked(self._upstream))
        while True:
            try:
                await self._listen()
            except NotFoundError:
                await asyncio.sleep(0.1)  # the other service has not made its stream yet
            except Gap as gap:
                log.warning("gap", upstream=self._upstream, why=str(gap))
                await asyncio.sleep(0.1)
            except (UnknownFact, ValidationError, ValueError, KeyError) as error:
                log.error("cannot-hear", upstream=self._upstream, error=repr(error))
                await asyncio.sleep(5)
            except (NatsError, PersistenceError, OSError, TimeoutError) as error:
                log.warning("listener-waits", upstream=self._upstream, error=repr(error))
                await asyncio.sleep(0.5)
            finally:
                await self._unsubscribe()

    async def _unsubscribe(self) -> None:
        if self._subscription is not None:
            subscription, self._subscription = self._subscription, None
            try:
                await subscription.unsubscribe()
            except NatsError:
                log.info("subscription-gone", upstream=self._upstream)

    async def _listen(self) -> None:
        self._tracked.clear()
        seen = self._track(self._upstream)
        self._subscription = subscription = await self._js.subscribe(
            f"fact.{self._upstream}.>",
            stream=stream_name(self._upstream),
            ordered_consumer=True,
            config=ConsumerConfig(
                deliver_policy=DeliverPolicy.BY_START_SEQUENCE, opt_start_seq=seen + 1
            ),
        )
        while True:
            batch = await self._next(subscription)
            if batch:
                try:
                    self._hear(batch)
                finally:
                    await self._heard.move(self._upstream, self._track(self._upstream))
            else:
                await self._check(self._track(self._upstream))

    async def _next(self, subscription: JetStreamContext.PushSubscription) -> list[Msg]:
        """The facts at hand, waiting a while for the first."""
        try:
            batch = [await subscription.next_msg(timeout=_QUIET)]
        except TimeoutError:
            return []
        while subscription.pending_msgs and len(batch) < _BATCH:
            batch.append(await subscription.next_msg(timeout=1))
        return batch

    async def _check(self, seen: int) -> None:
        """Quiet may mean a lost consumer: compare with the stream's end."""
        state = (await self._js.stream_info(stream_name(self._upstream))).state
        if state.last_seq < seen:  # it is filled again, or its ledger was restored to less
            log.warning("upstream-behind", upstream=self._upstream, at=state.last_seq, heard=seen)
        if state.last_seq > seen:
            raise Gap(f"stream is at {state.last_seq}, heard up to {seen}")

    def _track(self, name: str) -> int:
        if name not in self._tracked:
            self._tracked[name] = self._ledger.tracked(name)
        return self._tracked[name]

    def _hear(self, batch: Sequence[Msg]) -> None:
        """Write a batch and its tracking in one transaction; what stands before a fault, too."""
        rows: list[HeardRow] = []
        moved: dict[str, int] = {}
        try:
            for message in batch:
                entry = from_cloudevent(message.data)
                if self._follows(entry, message, moved):
                    row = self._row(entry)
                    moved[self._bucket(entry)] = moved[self._upstream] = entry.position
                    if row is not None:
                        rows.append(row)
        finally:
            if moved:
                moves = {name: (self._track(name), to) for name, to in moved.items()}
                self._ledger.hear(rows, moves)
                self._tracked.update(moved)
                self._changed([row.stream for row in rows])

    def _follows(self, entry: Entry, message: Msg, moved: Mapping[str, int]) -> bool:
        """Whether the fact is the next one; False for a repeat. Raises Gap."""
        seen = moved.get(self._upstream, self._track(self._upstream))
        if entry.position <= seen:
            return False
        if entry.position != message.metadata.sequence.stream or entry.position != seen + 1:
            raise Gap(f"position {entry.position} after {seen}")
        bucket = self._bucket(entry)
        previous = int((message.headers or {}).get(PREVIOUS, "-1"))
        if moved.get(bucket, self._track(bucket)) != previous:
            raise Gap(f"position {entry.position} follows {previous} in {bucket}")
        return True

    def _bucket(self, entry: Entry) -> str:
        return f"{self._upstream}/{entry.bucket:02}"

    def _row(self, entry: Entry) -> HeardRow | None:
        stream = self._place(entry.fact)
        if stream is None:
            return None
        fact = entry.fact
        return HeardRow(
            stream=stream,
            service=self._upstream,
            position=entry.position,
            topic=fact.type,
            state=write_state(
                entry.content, entry.actor, entry.command, entry.recorded_at, entry.cause
            ),
            names=fact.names,
        )
