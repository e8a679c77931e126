"""Hearing (nghe sự kiện): facts become notices, each once, from the position that the store holds.

Whoever of several processes moves the position first has made the notices, in the same transaction;
the others find it moved. Of what was recorded before notices were ever kept nobody is told.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Connection

from portal.accounts import Account, Accounts
from portal.notices.asking import Theirs
from portal.notices.deciding import Event, Notice, erased, of_fact
from portal.notices.forgetting import forget
from portal.notices.keeping import Notices
from shared.refused import Refused

_PAGE = 500
log = structlog.get_logger()

Read = Callable[[str, int, int, bool], Awaitable[list[dict[str, Any]]]]
"""``await read(service, after, limit, opened)``."""


class Hearing:
    """Hears all ledgers for all accounts."""

    def __init__(
        self,
        notices: Notices,
        accounts: Accounts,
        read: Read,
        heads: Callable[[], Awaitable[Mapping[str, int]]],
        theirs: Callable[[Account], Theirs],
        clock: Callable[[], datetime],
    ) -> None:
        self._notices, self._accounts = notices, accounts
        self._read, self._heads, self._theirs, self._clock = read, heads, theirs, clock

    async def step(self) -> set[str]:
        """Hear what is new: the accounts that got a notice. Raises Refused, TimeoutError."""
        told: set[str] = set()
        heads = await self._heads()
        for service, position in self._notices.positions(heads).items():
            while position < heads.get(service, 0):
                events = await self._read(service, position, _PAGE, False)
                if not events:
                    break
                last = int(events[-1]["sequence"])
                made = [one for event in events for one in await self._made(service, event)]
                gone = [one for event in events for one in self._gone(event)]

                def forgotten(db: Connection, gone: list[str] = gone) -> None:
                    for account in gone:
                        forget(db, account)

                now = self._clock()
                found = self._notices.hear(service, position, last, made, forgotten, now)
                if found is None:
                    break
                told, position = told | found, last
        return told

    async def _made(self, service: str, event: Event) -> list[tuple[Account, Notice]]:
        try:
            notice = of_fact(event)
        except (KeyError, TypeError) as error:  # a newer version says it otherwise: others go on
            log.error("notice-not-made", fact=event["id"], type=event["type"], why=repr(error))
            return []
        accounts = self._accounts.of(cadre=notice.cadre) if notice else []
        if notice is None or not accounts:
            return []
        [opened] = await self._read(service, int(event["sequence"]) - 1, 1, True)
        notice = of_fact(opened)
        if notice is None:
            return []
        return [(one, await self._complete(one, notice, event)) for one in accounts]

    async def _complete(self, account: Account, notice: Notice, event: Event) -> Notice:
        """With what the fact does not say itself: the period of a report."""
        report = notice.told.get("report")
        if report is None:
            return notice
        try:
            period = await self._theirs(account).period(int(event["data"]["year"]), report)
        except Refused as refused:
            log.warning("notice-incomplete", code=refused.code, fact=event["id"])
            return notice
        return replace(notice, told={**notice.told, "period": period})

    def _gone(self, event: Event) -> list[str]:
        cadre = erased(event)
        return [one.account for one in self._accounts.of_cadres([cadre])] if cadre else []
