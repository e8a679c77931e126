"""Invitations (thư mời): a link that lets somebody set the password of an account, once.

It begins an account, and begins it anew for whoever has forgotten their password. Of the link the
store has a hash: who reads the database takes up no invitation.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import Column, DateTime, String, Table, delete, insert, select

from portal.store import METADATA, Store, utc

_INVITATIONS = Table(
    "invitations",
    METADATA,
    Column("token_hash", String(64), primary_key=True),
    Column("account", String(64), nullable=False, unique=True),
    Column("until", DateTime(timezone=True), nullable=False),
)
GOOD_FOR = timedelta(days=7)


def link(url: str, token: str) -> str:
    """The address to open."""
    return f"{url}/invitations/{token}"


class Invitations:
    """The invitations that nobody has taken up yet; one an account, the latest."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def invite(self, account: str, now: datetime) -> str:
        """A new invitation instead of any before; its token, which is kept nowhere."""
        token = secrets.token_urlsafe(32)
        with self._store.begin() as db:
            db.execute(delete(_INVITATIONS).where(_INVITATIONS.c.account == account))
            db.execute(delete(_INVITATIONS).where(_INVITATIONS.c.until <= now))
            values = {"token_hash": _hash(token), "account": account, "until": now + GOOD_FOR}
            db.execute(insert(_INVITATIONS).values(values))
        return token

    def account(self, token: str, now: datetime) -> str | None:
        """Whose invitation this is; None where it is over, taken up, or never was."""
        mine = _INVITATIONS.c.token_hash == _hash(token)
        with self._store.begin() as db:
            row = db.execute(select(_INVITATIONS).where(mine)).first()
        return row.account if row and utc(row.until) > now else None

    def take(self, token: str, now: datetime) -> str | None:
        """The same, and nobody takes it up again: of two at once one gets it."""
        account = self.account(token, now)
        mine = _INVITATIONS.c.token_hash == _hash(token)
        with self._store.begin() as db:
            taken = db.execute(delete(_INVITATIONS).where(mine)).rowcount
        return account if taken else None

    def withdraw(self, account: str) -> None:
        """It is good for nothing any more."""
        with self._store.begin() as db:
            db.execute(delete(_INVITATIONS).where(_INVITATIONS.c.account == account))

    def open(self, now: datetime) -> dict[str, datetime]:
        """Until when each account's invitation is good."""
        good = _INVITATIONS.c.until > now
        with self._store.begin() as db:
            return {
                row.account: utc(row.until) for row in db.execute(select(_INVITATIONS).where(good))
            }


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
