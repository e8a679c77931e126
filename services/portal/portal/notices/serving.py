"""What of notices runs while the portal runs: hearing, the day, letters; and what pages use."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import structlog
from fastapi import FastAPI
from sqlalchemy.exc import SQLAlchemyError

from portal import facts
from portal.accounts import Account, Accounts
from portal.notices.addresses import Addresses
from portal.notices.asking import Theirs, theirs
from portal.notices.calendars import Calendars
from portal.notices.days import HERE, Days
from portal.notices.deciding import Notice
from portal.notices.hearing import Hearing
from portal.notices.keeping import Notices
from portal.notices.links import Links
from portal.notices.mailing import Mailer
from portal.notices.outbox import Outbox
from portal.notices.preferences import Preferences
from portal.watching import Watching
from portal.webhooks.carrying import utc_clock
from portal.webhooks.endpoints import Webhook
from portal.webhooks.lease import DAYS, LETTERS, Lease
from shared.ending import end

_LOOKS = 15.0
"""Seconds between two looks where nothing is heard of: a word of NATS may be lost."""
_SETTLE = 0.25
"""Seconds for which what comes together is heard together."""
_LETTERS = 1.0
_TIDIES = timedelta(hours=1)
log = structlog.get_logger()


@dataclass(frozen=True)
class Noticing:
    """What pages and tasks use; ``app.state.notices``."""

    accounts: Accounts
    notices: Notices
    preferences: Preferences
    addresses: Addresses
    outbox: Outbox
    links: Links
    calendars: Calendars
    hearing: Hearing
    days: Days
    mailer: Mailer
    theirs: Callable[[Account], Theirs]
    watching: Watching
    clock: Callable[[], datetime]

    def today(self) -> date:
        """The day in Việt Nam by the clock."""
        return self.clock().astimezone(HERE).date()

    async def step(self) -> None:
        """Hear what is new, tell what the day brings, once. Raises Refused, TimeoutError."""
        for told in (await self.hearing.step(), await self.days.step()):
            self.told(told)

    def told(self, accounts: Iterable[str]) -> None:
        """These have a new notice: their pages are told."""
        for account in accounts:
            self.watching.noticed(account)

    def webhook_disabled(self, keepers: Iterable[str], webhook: Webhook, why: str) -> None:
        """Tell whoever made the program's keys that it is told nothing more."""
        found = [one for one in map(self.accounts.find, dict.fromkeys(keepers)) if one]
        now = self.clock()
        key = f"webhook/{webhook.webhook}/{now.isoformat()}"
        told = {"program": webhook.name, "url": webhook.url, "why": why}
        notice = Notice(key, "", "webhook", "webhook-disabled", told, "/integrations")
        self.notices.tell(found, notice, now)
        self.told(one.account for one in found)

    def tidy(self) -> None:
        """What nobody reads any more goes."""
        now = self.clock()
        for one in (self.notices, self.outbox, self.links):
            one.tidy(now)


def make_noticing(
    portal: Any, watching: Watching, clock: Callable[[], datetime] = utc_clock
) -> Noticing:
    """Notices on the portal's store and bus."""
    store, accounts = portal.store, portal.accounts
    notices = Notices(store, bool(portal.settings.smtp_host))
    outbox, addresses, links = Outbox(store), Addresses(store), Links(store)

    def asking(account: Account) -> Theirs:
        return theirs(portal.bus, portal.key, account)

    async def read(service: str, after: int, limit: int, opened: bool) -> list[dict[str, Any]]:
        return await facts.facts(portal.bus, service, after, limit, opened)

    hearing = Hearing(notices, accounts, read, lambda: facts.heads(portal.bus), asking, clock)
    lease = Lease(store, LETTERS)
    mailer = Mailer(portal.settings, accounts, notices, outbox, addresses, links, lease, clock)
    return Noticing(
        accounts,
        notices,
        Preferences(store),
        addresses,
        outbox,
        links,
        Calendars(store),
        hearing,
        Days(notices, accounts, asking, Lease(store, DAYS), clock),
        mailer,
        asking,
        watching,
        clock,
    )


@asynccontextmanager
async def noticing(app: FastAPI) -> AsyncIterator[None]:
    """Hear, tell and send while the portal runs."""
    made: Noticing = app.state.notices
    tasks = [asyncio.create_task(one) for one in (_hear(made), _send(made))]
    try:
        yield
    finally:
        await end(tasks)
        with suppress(SQLAlchemyError):
            made.mailer.release()
            made.days.release()


async def _hear(made: Noticing) -> None:
    """At once where a fact is heard of, and now and then in any case."""
    watcher, tidied = made.watching.portal, made.clock()
    while True:
        watcher.taken()
        try:
            await made.step()
            if made.clock() - tidied > _TIDIES:
                tidied = made.clock()
                made.tidy()
        except Exception as error:  # a task that ends would end without a word
            log.warning("notices-wait", error=repr(error))
            await asyncio.sleep(1)
        if await watcher.changed(_LOOKS):
            await asyncio.sleep(_SETTLE)


async def _send(made: Noticing) -> None:
    while made.mailer.there:
        try:
            again = await made.mailer.step()
        except Exception as error:  # as above
            log.warning("letters-wait", error=repr(error))
            again = False
        if not again:
            await asyncio.sleep(_LETTERS)
