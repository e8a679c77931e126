"""Hearing: facts of another service become rows here, once each and in order.

Each replica reads the other service's stream by one ordered consumer, and files what lies in
the buckets that are its share. A batch of facts and the tracking of its buckets are written
in **one transaction**; each bucket's tracking moves by compare-and-set from the previous
position that the fact's header names, so a repeat is passed over, and a gap or a reorder is
read again from the stream (docs/decisions/0003 and 0007). What cannot be handled is parked in that
transaction, with the later facts of its cadre, and the others flow on (``parking.py``).
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence

import structlog
from eventsourcing.persistence import PersistenceError
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.api import ConsumerConfig, DeliverPolicy
from nats.js.errors import NotFoundError

from shared.aside import Aside
from shared.heard import Heard
from shared.language.parking import FactParked
from shared.ledger import Ledger
from shared.messages import BUCKETS
from shared.parking import Gap, Place
from shared.recording import HeardRow, Moves
from shared.sharing import Share
from shared.subjects import PREVIOUS, bucket_ends, bucket_in, stream_name

log = structlog.get_logger()

_BATCH = 500
_QUIET = 2.0
"""Seconds without a fact after which the listener asks whether it missed one."""


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
        share: Share | None = None,
        aside: Aside | None = None,
    ) -> None:
        self._upstream = upstream
        self._ledger = ledger
        self._js = js
        self._aside = aside or Aside("", upstream, ledger, place)
        self._heard = heard
        self._changed = changed
        self._share = share or Share()
        self._share.tell(self._wake)
        self._inbox: deque[Msg] = deque()
        self._news, self._room = asyncio.Event(), asyncio.Event()
        self._names = [f"{upstream}/{bucket:02}" for bucket in range(BUCKETS)]
        self._tracked = [0] * BUCKETS  # by bucket: how far it is heard, by whichever replica
        self._ends = [0] * BUCKETS  # by bucket: the last position that the stream is known to hold
        self._seen = 0  # how far the stream is read here
        self._reading: frozenset[int] = frozenset()  # which buckets of it are filed here

    async def run(self) -> None:
        """Hear until cancelled; every fault of the bus is waited out."""
        while True:
            try:
                await self._listen()
            except NotFoundError:
                await asyncio.sleep(0.1)  # the other service has not made its stream yet
            except Gap as gap:
                log.warning("gap", upstream=self._upstream, why=str(gap))
                await asyncio.sleep(0.1)
            except (ValueError, LookupError) as error:  # no bucket in the subject, say
                log.error("cannot-hear", upstream=self._upstream, error=repr(error))
                await asyncio.sleep(5)
            except (NatsError, PersistenceError, OSError, TimeoutError) as error:
                log.warning("listener-waits", upstream=self._upstream, error=repr(error))
                await asyncio.sleep(0.5)

    # --- reading the stream ---------------------------------------------------------------

    async def _listen(self) -> None:
        """Read the stream from the first fact that this replica's share lacks."""
        self._reading = frozenset()
        self.learn(self._ledger.tracking())
        last = (await self._js.stream_info(stream_name(self._upstream))).state.last_seq
        self._ends = await bucket_ends(self._js, self._upstream)
        share = self._share.buckets
        behind = [self._tracked[b] for b in share if self._ends[b] > self._tracked[b]]
        # What is read here counts as heard up to where the stream is read: both change together.
        self._seen, self._reading = min(behind, default=last), share
        self._aside.load()  # after the tracking, which nobody else moves from here on: parking.py
        self._inbox.clear()
        subscription = await self._js.subscribe(
            f"fact.{self._upstream}.>",
            stream=stream_name(self._upstream),
            ordered_consumer=True,
            config=ConsumerConfig(
                deliver_policy=DeliverPolicy.BY_START_SEQUENCE, opt_start_seq=self._seen + 1
            ),
            cb=self._receive,
        )
        try:
            self._tell()
            while self._share.buckets <= self._reading:  # what is taken over is read from its place
                self._reading = self._share.buckets
                if await self._waited():
                    self._hear([self._inbox.popleft() for _ in range(min(_BATCH, self._waiting))])
                    self._room.set()
                else:
                    await self._check()
        finally:
            self._room.set()
            try:
                await subscription.unsubscribe()
            except NatsError:
                log.info("subscription-gone", upstream=self._upstream)

    @property
    def _waiting(self) -> int:
        return len(self._inbox)

    async def _receive(self, message: Msg) -> None:
        """Take a message in; hold the bus back where there are too many."""
        self._inbox.append(message)
        self._news.set()
        if self._waiting > 2 * _BATCH:
            self._room.clear()
            await self._room.wait()

    def _wake(self) -> None:
        """The share is another."""
        self._news.set()

    async def _waited(self) -> bool:
        """Wait for news; False where there were none for a while."""
        if not self._inbox:
            self._news.clear()
            try:
                async with asyncio.timeout(_QUIET):
                    await self._news.wait()
            except TimeoutError:
                return False
        return True

    async def _check(self) -> None:
        """Quiet may mean a lost consumer: compare with the stream's end."""
        last = (await self._js.stream_info(stream_name(self._upstream))).state.last_seq
        heard = self._heard.positions.get(self._upstream, 0)
        if last < heard:  # it is filled again, or its ledger was restored to less
            log.warning("upstream-behind", upstream=self._upstream, at=last, heard=heard)
        if last > self._seen:
            raise Gap(f"stream is at {last}, read up to {self._seen}")

    # --- filing what is heard -------------------------------------------------------------

    def _hear(self, batch: Sequence[Msg]) -> None:
        """Write a batch and its tracking in one transaction; what stands before a gap, too."""
        rows: list[HeardRow] = []
        parked: list[FactParked] = []
        moved: dict[int, int] = {}
        seen = self._seen
        try:
            for message in batch:
                if self._is_next(message, seen + 1, moved):
                    position, bucket = message.metadata.sequence.stream, bucket_in(message.subject)
                    match self._aside.take(message.data, position, bucket):
                        case HeardRow() as row:
                            rows.append(row)
                        case FactParked() as fact:
                            parked.append(fact)
                    moved[bucket] = position
                seen += 1
        finally:
            if moved:
                self._write(rows, parked, moved, seen)
            self._seen = seen  # only now: what could not be written must not count as heard
            self._tell()

    def _is_next(self, message: Msg, place: int, moved: Mapping[int, int]) -> bool:
        """Whether it is heard next; a repeat is not, nor what another replica files."""
        position, bucket = message.metadata.sequence.stream, bucket_in(message.subject)
        if position != place:
            raise Gap(f"position {position} after {place - 1}")
        self._ends[bucket] = max(self._ends[bucket], position)
        tracked = moved.get(bucket, self._tracked[bucket])
        if position <= tracked or bucket not in self._reading:
            return False
        previous = int((message.headers or {}).get(PREVIOUS, "-1"))
        if tracked != previous:
            raise Gap(f"position {position} follows {previous} in bucket {bucket}, not {tracked}")
        return True

    def _write(
        self,
        rows: Sequence[HeardRow],
        parked: Sequence[FactParked],
        moved: Mapping[int, int],
        seen: int,
    ) -> None:
        tracked = [moved.get(bucket, at) for bucket, at in enumerate(self._tracked)]
        steps = {self._names[b]: (self._tracked[b], at) for b, at in moved.items()}
        moves = Moves(steps, {self._upstream: self._whole(tracked, seen)})
        if parked:
            self._ledger.append(self._aside.entries(parked), heard=rows, moves=moves)
            self._aside.tell(parked)
        else:
            self._ledger.hear(rows, moves)
        self._tracked = tracked
        self._changed([*(row.stream for row in rows), *(fact.stream for fact in parked)])

    # --- how far everything is heard ------------------------------------------------------

    def learn(self, tracking: Mapping[str, int]) -> None:
        """Take in how far the buckets are heard that other replicas hear."""
        for bucket, name in enumerate(self._names):
            if bucket not in self._reading:
                self._tracked[bucket] = tracking.get(name, 0)
        self._heard.move(self._upstream, tracking.get(self._upstream, 0))
        self._tell()

    def _tell(self) -> None:
        self._heard.move(self._upstream, self._whole(self._tracked, self._seen))

    def _whole(self, tracked: Sequence[int], seen: int) -> int:
        """Up to where every bucket is heard: here as far as the stream is read (``seen``),
        elsewhere as far as it is tracked, unless that is all that it holds of the bucket."""
        others = (b for b in range(BUCKETS) if b not in self._reading)
        return min([seen, *(tracked[b] for b in others if tracked[b] < self._ends[b])])
