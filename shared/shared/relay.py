"""The relay: carries the ledger's entries to the service's JetStream stream, in order.

The notification log is the outbox. The stream's sequence number *is* the ledger position: a
page travels as one atomic batch that expects the sequence before it, so that a second relay
or a retry can only be told "already carried". The relay keeps nothing: after any fault it asks
the stream how far it has come and goes on from the ledger, which refills a stream that was
deleted.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from uuid import uuid4

import structlog
from eventsourcing.persistence import PersistenceError
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.api import DiscardPolicy, RetentionPolicy, StorageType, StreamConfig
from nats.js.errors import APIError, NotFoundError

from shared.entries import Entry, to_cloudevent
from shared.ledger import Ledger
from shared.sharing import Share
from shared.subjects import PREVIOUS, bucket_ends, stream_name, subject_of

log = structlog.get_logger()

_PAGE = 256
"""Entries that travel together; NATS takes up to 1,000 in an atomic batch."""
_CARRIED = frozenset({10071, 10201})
"""What NATS answers when the stream went on: wrong last sequence, a message id that is there."""


class Drift(Exception):
    """The stream holds what this ledger does not: someone must look, nothing is rewritten."""


def stream_config(service: str, replicas: int) -> StreamConfig:
    """How the stream is made: kept whole, nothing deleted or purged one by one."""
    return StreamConfig(
        name=stream_name(service),
        subjects=[f"fact.{service}.>"],
        retention=RetentionPolicy.LIMITS,
        storage=StorageType.FILE,
        discard=DiscardPolicy.NEW,
        num_replicas=replicas,
        duplicate_window=120,
        deny_delete=True,
        deny_purge=True,
        allow_atomic=True,
    )


async def provision(js: JetStreamContext, service: str, replicas: int) -> list[str]:
    """Make the stream if it is not there; the names of settings that differ if it is.

    An existing stream is never rewritten, but for the leave to take atomic batches. Raises
    Drift where the server cannot (before NATS 2.12).
    """
    wanted = stream_config(service, replicas)
    try:
        there = (await js.stream_info(stream_name(service))).config
    except NotFoundError:
        there = (await js.add_stream(wanted)).config
    if not there.allow_atomic:
        there = (await js.update_stream(there.evolve(allow_atomic=True))).config
    if not there.allow_atomic:
        raise Drift("the stream takes no atomic batches: NATS 2.12 or newer is needed")
    watched = ("subjects", "retention", "storage", "num_replicas", "deny_delete", "deny_purge")
    return [name for name in watched if getattr(there, name) != getattr(wanted, name)]


class Relay:
    """Carries one ledger's entries for as long as it runs, while that is its replica's share."""

    def __init__(
        self,
        service: str,
        ledger: Ledger,
        connection: Client,
        replicas: int,
        share: Share | None = None,
    ) -> None:
        self._service = service
        self._ledger = ledger
        self._connection = connection
        self._js = connection.jetstream(timeout=3)
        self._replicas = replicas
        self._share = share or Share()
        self._share.tell(self.wake)
        self._news = asyncio.Event()
        self.carried = 0

    def wake(self) -> None:
        """Something was committed."""
        self._news.set()

    async def run(self) -> None:
        """Carry until cancelled; every fault of the bus is waited out."""
        while True:
            try:
                await self._carry()
            except Drift as drift:
                log.error("stream-drift", service=self._service, why=str(drift))
                await asyncio.sleep(5)
            except APIError as error:
                if error.err_code not in _CARRIED:
                    log.warning("relay-waits", service=self._service, error=repr(error))
                    await asyncio.sleep(0.5)
            except (NatsError, PersistenceError, OSError, TimeoutError) as error:
                log.warning("relay-waits", service=self._service, error=repr(error))
                await asyncio.sleep(0.5)

    async def _carry(self) -> None:
        while not self._share.carries:
            self._news.clear()
            await self._news.wait()
        drift = await provision(self._js, self._service, self._replicas)
        if drift:
            log.warning("stream-differs", service=self._service, settings=drift)
        self.carried, previous = await self._where()
        while self._share.carries:
            self._news.clear()
            page = self._ledger.entries(self.carried, _PAGE)
            if page and page[-1].position != self.carried + len(page):
                raise Drift(f"the ledger has a hole behind position {self.carried}")
            if page:
                await self._publish(page, previous)
                self.carried = page[-1].position
            else:
                await self._wait()

    async def _wait(self) -> None:
        """For news; now and then look whether the stream still stands where it did."""
        try:
            async with asyncio.timeout(5):
                await self._news.wait()
        except TimeoutError:
            state = (await self._js.stream_info(stream_name(self._service))).state
            if state.last_seq != self.carried:
                raise NatsError(f"stream moved to {state.last_seq}") from None

    async def _where(self) -> tuple[int, dict[int, int]]:
        """How far the stream has come, and the last position of each bucket."""
        name = stream_name(self._service)
        state = (await self._js.stream_info(name)).state
        if state.last_seq == 0:
            return 0, {}
        there = self._ledger.entries(state.last_seq - 1, 1)
        if not there:
            raise Drift(f"stream is at {state.last_seq}, ledger at {self._ledger.head()}")
        last = await self._js.get_msg(name, state.last_seq)
        if last.data != to_cloudevent(self._service, there[0]):
            raise Drift(f"position {state.last_seq} differs between stream and ledger")
        ends = await bucket_ends(self._js, self._service)
        return state.last_seq, dict(enumerate(ends))

    async def _publish(self, page: Sequence[Entry], previous: dict[int, int]) -> None:
        """All of a page or nothing (an atomic batch, NATS ADR-50), where the stream stands
        before its first entry."""
        batch = uuid4().hex
        for number, entry in enumerate(page, 1):
            subject = subject_of(self._service, entry)
            event = to_cloudevent(self._service, entry)
            headers = {
                "Nats-Msg-Id": f"{self._service}:{entry.position}",
                "Nats-Batch-Id": batch,
                "Nats-Batch-Sequence": str(number),
                "Content-Type": "application/cloudevents+json",
                PREVIOUS: str(previous.get(entry.bucket, 0)),
            }
            if number == 1:
                headers["Nats-Expected-Last-Sequence"] = str(entry.position - 1)
            previous[entry.bucket] = entry.position
            if number < len(page):
                await self._connection.publish(subject, event, headers=headers)
            else:
                headers["Nats-Batch-Commit"] = "1"
                await self._js.publish(subject, event, timeout=3, headers=headers)
