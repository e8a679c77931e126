"""Carrying (chuyển webhook): from the ledgers to the receivers, in order and at least once.

Facts of one cadre go one after the other: a delivery that is not taken holds back the later ones
of that cadre, and no others. An endpoint that is down is left alone as a whole, longer each time,
and tried again with one delivery. What was not taken for seven days disables the endpoint; nothing
is passed over, so once it is enabled it goes on where it stood.

Nothing is remembered outside the store: whoever is killed anywhere goes on from there. A try whose
answer was lost is made again, with the same ``webhook-id``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError

from portal.webhooks.deliveries import KEPT, Deliveries, Delivery
from portal.webhooks.endpoints import Endpoints, Webhook
from portal.webhooks.lease import Lease
from portal.webhooks.sending import Sender, Tried
from shared.ending import end
from shared.refused import Refused

_PAGE = 200
_WAITING = 1000
"""So many deliveries of an endpoint wait in the store at most; the ledgers keep the rest."""
_AT_ONCE = 8
"""So many lanes of an endpoint are carried at once."""
GIVEN_UP = timedelta(days=7)
NOT_TAKEN = f"not taken for {GIVEN_UP.days} days"
GONE = "the receiver answered 410 Gone"
"""Why an endpoint is disabled."""
_FIRST, _LONGEST = timedelta(seconds=5), timedelta(minutes=15)
_ROUNDS = 100
_LOOKS = 0.25
"""Seconds between two looks for news."""

log = structlog.get_logger()

Read = Callable[[str, str, int, int], Awaitable[list[Mapping[str, Any]]]]
"""``await read(name, service, after, limit)``: events as a program may read them."""


def backoff(failures: int) -> timedelta:
    """How long to wait after so many failures: 5, 10, 20 … seconds, 15 minutes at most."""
    return min(_FIRST * (1 << min(failures - 1, 20)), _LONGEST)


def utc_clock() -> datetime:
    """The clock on the wall."""
    return datetime.now(UTC)


class Carrier:
    """Carries for all endpoints, while it holds the lease."""

    def __init__(
        self,
        endpoints: Endpoints,
        deliveries: Deliveries,
        lease: Lease,
        sender: Sender,
        read: Read,
        heads: Callable[[], Awaitable[Mapping[str, int]]],
        may: Callable[[str, datetime], bool],
        clock: Callable[[], datetime] = utc_clock,
        wait: Callable[[int], timedelta] = backoff,
        told: Callable[[Webhook, str], None] | None = None,
    ) -> None:
        self._endpoints, self._deliveries, self._lease = endpoints, deliveries, lease
        self._sender, self._read, self._may = sender, read, may
        self._clock, self._wait, self._told = clock, wait, told
        self._heads = heads
        self._news: Mapping[str, int] = {}
        self._tidied: datetime | None = None

    async def run(self) -> None:
        """Carry until cancelled; each endpoint in a task of its own, so none waits for another."""
        serving: dict[str, asyncio.Task[bool]] = {}
        try:
            while True:
                try:
                    for webhook in await self._served():
                        if webhook.webhook not in serving:
                            task = asyncio.create_task(self._serve(webhook))
                            serving[webhook.webhook] = task
                            task.add_done_callback(partial(_ended, serving, webhook.webhook))
                except (SQLAlchemyError, OSError, Refused, TimeoutError) as error:
                    log.warning("webhooks-wait", error=type(error).__name__)
                await asyncio.sleep(_LOOKS)
        finally:
            await end(serving.values())
            self._lease.release(self._clock())
            await self._sender.close()

    async def step(self) -> bool:
        """Make what is new and carry what is due, once; whether there was anything to do."""
        return any(await asyncio.gather(*map(self._serve, await self._served())))

    async def _served(self) -> list[Webhook]:
        """The endpoints for which there may be something to do; none without the lease."""
        now = self._clock()
        if not self._lease.hold(now):
            return []
        self._tidy(now)
        active = [one for one in self._endpoints.all() if self._carries(one, now)]
        if active:
            self._news = await self._heads()
        return active

    def _carries(self, webhook: Webhook, now: datetime) -> bool:
        return webhook.state == "active" and self._may(webhook.name, now)

    async def _serve(self, webhook: Webhook) -> bool:
        """One endpoint, until nothing is due; not for ever, so that its key is looked at again."""
        done = False
        for _ in range(_ROUNDS):
            made = await self._make(webhook)
            carried = await self._carry(webhook)
            again = self._endpoints.find(webhook.webhook)
            if not (made or carried) or again is None:
                return done
            done, webhook = True, again
            if not self._carries(webhook, self._clock()):
                return done
        return done

    def _tidy(self, now: datetime) -> None:
        if self._tidied is None or now - self._tidied > timedelta(hours=1):
            self._deliveries.forget(now - KEPT)
            self._tidied = now

    # --- making deliveries --------------------------------------------------------------------

    async def _make(self, webhook: Webhook) -> bool:
        if self._deliveries.pending(webhook.webhook) >= _WAITING:
            return False
        made = False
        for service, position in self._endpoints.positions(webhook.webhook).items():
            if self._news.get(service, 0) <= position:
                continue
            try:
                events = await self._read(webhook.name, service, position, _PAGE)
            except (Refused, TimeoutError) as error:
                log.warning("webhook-reads-nothing", webhook=webhook.webhook, why=repr(error))
                continue
            if not events:
                continue
            wanted = [one for one in events if webhook.wants(service, one["type"])]
            last = int(events[-1]["sequence"])
            now = self._clock()
            made |= self._deliveries.make(webhook.webhook, service, position, last, wanted, now)
        return made

    # --- carrying them ------------------------------------------------------------------------

    async def _carry(self, webhook: Webhook) -> bool:
        now = self._clock()
        if webhook.paused_until is not None and now < webhook.paused_until:
            return False
        # One that was down is asked with one delivery whether it still is.
        lanes = 1 if webhook.failures else _AT_ONCE
        heads = self._deliveries.heads(webhook.webhook, lanes)
        due = [one for one in heads if one.next <= now]
        tried = await asyncio.gather(*(self._try(webhook, one) for one in due))
        self._heed(webhook, dict(zip(due, tried, strict=True)))
        return bool(due)

    async def _try(self, webhook: Webhook, one: Delivery) -> Tried:
        return await self._sender.send(webhook, one, self._deliveries.body(one), self._clock())

    def _heed(self, webhook: Webhook, tries: Mapping[Delivery, Tried]) -> None:
        """Write down what became of the tries, and what that says of the endpoint."""
        now, failures = self._clock(), webhook.failures + 1
        for one, tried in tries.items():
            if tried.taken:
                self._deliveries.delivered(one, tried.status, now)
                continue
            wait = self._wait(failures if tried.down else one.attempts + 1)
            self._deliveries.failed(one, tried.status, tried.why, now, now + wait)
        results = tries.values()
        if any(tried.gone for tried in results):
            return self._disable(webhook, GONE, now)
        if any(tried.down for tried in results):
            until = now + self._wait(failures)
            self._endpoints.failed(webhook.webhook, failures, now, until)
        elif results and webhook.failures:
            self._endpoints.reached(webhook.webhook)
        oldest = self._deliveries.oldest_failure(webhook.webhook) if results else None
        if oldest is not None and now - oldest >= GIVEN_UP:
            self._disable(webhook, NOT_TAKEN, now)

    def _disable(self, webhook: Webhook, why: str, now: datetime) -> None:
        self._endpoints.disable(webhook.webhook, why, now)
        log.error("webhook-disabled", webhook=webhook.webhook, program=webhook.name, why=why)
        if self._told is not None:
            self._told(webhook, why)


def _ended(serving: dict[str, asyncio.Task[bool]], webhook: str, task: asyncio.Task[bool]) -> None:
    serving.pop(webhook, None)
    if not task.cancelled() and (error := task.exception()) is not None:
        log.warning("webhook-waits", webhook=webhook, error=repr(error))
