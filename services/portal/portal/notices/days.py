"""Days (nhắc theo ngày): once a day each is told what is due soon or overdue, and what waits.

Whichever process comes first does it; who was down for days tells the day's state alone, not what
it would have told on the way.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

import structlog

from portal.accounts import Account, Accounts
from portal.notices.asking import Theirs
from portal.notices.deadlines import of_day, waiting
from portal.notices.deciding import Notice
from portal.notices.keeping import Notices
from portal.webhooks.lease import Lease
from shared.refused import Refused

HERE = ZoneInfo("Asia/Ho_Chi_Minh")
MORNING = 7
"""The hour from which people are told of their day."""
log = structlog.get_logger()


def day_of(moment: datetime) -> date | None:
    """The day for which people may be told by now; None before the morning."""
    here = moment.astimezone(HERE)
    return here.date() if here.hour >= MORNING else None


class Days:
    """Tells all accounts of their day."""

    def __init__(
        self,
        notices: Notices,
        accounts: Accounts,
        theirs: Callable[[Account], Theirs],
        lease: Lease,
        clock: Callable[[], datetime],
    ) -> None:
        self._notices, self._accounts, self._theirs = notices, accounts, theirs
        self._lease, self._clock = lease, clock

    async def step(self) -> set[str]:
        """Tell everybody who was not told yet: the accounts that got a notice.

        Raises TimeoutError where a service is away: the others are told later.
        """
        day = day_of(self._clock())
        if day is None:
            return set()
        done, told = self._notices.told_for(day), set()
        for account in self._accounts.all():
            if account.account in done or account.closed:
                continue
            if not self._lease.hold(self._clock()):  # another process is at it
                break
            try:
                new = await self._tell(account, day)
            except Refused as refused:  # the next day anew
                log.warning("day-not-told", account=account.account, code=refused.code)
                self._notices.tell_day(account, day, [], 0, None, self._clock())
                continue
            if new:
                told.add(account.account)
        return told

    def release(self) -> None:
        """Let another process go on at once."""
        self._lease.release(self._clock())

    async def _tell(self, account: Account, day: date) -> bool:
        found: list[Notice] = []
        last = self._notices.waited(account.account)
        count, waited = 0, last.on if last else None
        asks = self._theirs(account)
        person = await asks.person(day) if account.cadre else None
        if person and person["employed"]:
            for regime in await asks.regimes(day):
                every = await asks.deadlines(regime, day)
                found += of_day(account.cadre, regime.year, every, day)
            count, link = await asks.waits(person, day)
            if new := waiting(account.cadre, count, last, day, link):
                found.append(new)
                waited = day
        return self._notices.tell_day(account, day, found, count, waited, self._clock())
