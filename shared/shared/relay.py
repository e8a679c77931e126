"""The relay: carries the ledger's entries to the service's JetStream stream, in order.

The notification log is the outbox. The stream's sequence number *is* the ledger position:
each publish expects the sequence before it, so that a second relay or a retry can only be
told "already carried". The relay keeps nothing: after any fault it asks the stream how far
it has come and goes on from the ledger, which refills a stream that was deleted.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import structlog
from eventsourcing.persistence import PersistenceError
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.api import DiscardPolicy, RetentionPolicy, StorageType, StreamConfig
from nats.js.errors import APIError, NotFoundError

from shared.entries import BUCKETS, Entry, to_cloudevent
from shared.ledger import Ledger
from shared.subjects import PREVIOUS, stream_name, subject_of

log = structlog.get_logger()

_PIPELINE = 256
"""Publishes in flight; FIELD-NOTES: 15.6k/s."""
_WRONG_LAST_SEQUENCE = 10071


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
    )


async def provision(js: JetStreamContext, service: str, replicas: int) -> list[str]:
    """Make the stream if it is not there; the names of settings that differ if it is.

    An existing stream is never rewritten.
    """
    wanted = stream_config(service, replicas)
    try:
        there = (await js.stream_info(stream_name(service))).config
    except NotFoundError:
        await js.add_stream(wanted)
        return []
    watched = ("subjects", "retention", "storage", "num_replicas", "deny_delete", "deny_purge")
    return [name for name in watched if getattr(there, name) != getattr(wanted, name)]


class Relay:
    """Carries one ledger's entries for as long as it runs."""

    def __init__(self, service: str, ledger: Ledger, js: JetStreamContext, replicas: int) -> None:
        self._service = service
        self._ledger = ledger
        self._js = js
        self._replicas = replicas
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
                if error.err_code != _WRONG_LAST_SEQUENCE:
                    log.warning("relay-waits", service=self._service, error=repr(error))
                    await asyncio.sleep(0.5)
            except (NatsError, PersistenceError, OSError, TimeoutError) as error:
                log.warning("relay-waits", service=self._service, error=repr(error))
                await asyncio.sleep(0.5)

    async def _carry(self) -> None:
        drift = await provision(self._js, self._service, self._replicas)
        if drift:
            log.warning("stream-differs", service=self._service, settings=drift)
        self.carried, previous = await self._where()
        while True:
            self._news.clear()
            page = self._ledger.entries(self.carried, _PIPELINE)
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
        heads = await asyncio.gather(*(self._head(name, bucket) for bucket in range(BUCKETS)))
        return state.last_seq, dict(enumerate(heads))

    async def _head(self, name: str, bucket: int) -> int:
        try:
            found = await self._js.get_last_msg(name, f"fact.{self._service}.{bucket:02}.>")
        except NotFoundError:
            return 0
        return found.seq or 0

    async def _publish(self, page: Sequence[Entry], previous: dict[int, int]) -> None:
        publishes = []
        for entry in page:
            publishes.append(
                self._js.publish(
                    subject_of(self._service, entry),
                    to_cloudevent(self._service, entry),
                    timeout=3,
                    headers={
                        "Nats-Msg-Id": f"{self._service}:{entry.position}",
                        "Nats-Expected-Last-Sequence": str(entry.position - 1),
                        "Content-Type": "application/cloudevents+json",
                        PREVIOUS: str(previous.get(entry.bucket, 0)),
                    },
                )
            )
            previous[entry.bucket] = entry.position
        results = await asyncio.gather(*publishes, return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result
