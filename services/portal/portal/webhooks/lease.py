"""Which process does what one alone does, of all that serve the same store: carries webhooks,
sends letters, tells the day."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import Column, DateTime, Integer, String, Table, and_, insert, or_, update
from sqlalchemy.exc import IntegrityError

from portal.store import METADATA, Store

_LEASE = Table(
    "webhook_lease",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("holder", String(32), nullable=False),
    Column("until", DateTime(timezone=True), nullable=False),
)
WEBHOOKS, LETTERS, DAYS = 1, 2, 3
"""The works: each has a row of the table."""
LASTS = timedelta(seconds=30)
"""Longer than a try lasts; a dead holder's work is taken over after so long."""


class Lease:
    """The right to do a work, for one process."""

    def __init__(self, store: Store, work: int = WEBHOOKS) -> None:
        self._store, self._work = store, work
        self._me = secrets.token_hex(16)

    def hold(self, now: datetime) -> bool:
        """Take or keep it, if nobody else holds it."""
        free = and_(
            _LEASE.c.id == self._work, or_(_LEASE.c.holder == self._me, _LEASE.c.until <= now)
        )
        values = {"holder": self._me, "until": now + LASTS}
        with self._store.begin() as db:
            if db.execute(update(_LEASE).where(free).values(**values)).rowcount:
                return True
        try:
            with self._store.begin() as db:
                db.execute(insert(_LEASE).values(id=self._work, **values))
        except IntegrityError:
            return False
        return True

    def release(self, now: datetime) -> None:
        """Let another process go on at once."""
        mine = and_(_LEASE.c.id == self._work, _LEASE.c.holder == self._me)
        with self._store.begin() as db:
            db.execute(update(_LEASE).where(mine).values(until=now))
