"""Forgetting (quên): of a person who is erased, and of an account that is closed, nothing that was
told them is kept, nor where letters went."""

from __future__ import annotations

from sqlalchemy import Connection, delete

from portal.notices.addresses import ADDRESSES
from portal.notices.calendars import CALENDARS, EVENTS
from portal.notices.keeping import DAYS, NOTICES
from portal.notices.links import LINKS
from portal.notices.outbox import OUTBOX
from portal.notices.preferences import PREFERENCES
from portal.store import Store

_OF_AN_ACCOUNT = (NOTICES, OUTBOX, DAYS, ADDRESSES, LINKS, CALENDARS, EVENTS, PREFERENCES)


def forget(db: Connection, account: str) -> None:
    """Whatever is kept of an account's notices goes, in a transaction."""
    for table in _OF_AN_ACCOUNT:
        db.execute(delete(table).where(table.c.account == account))


class Forgetting:
    """Forgets, in a transaction of its own."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def forget(self, account: str) -> None:
        """Whatever is kept of an account's notices goes."""
        with self._store.begin() as db:
            forget(db, account)
