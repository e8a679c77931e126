"""Links in letters (liên kết trong thư): what somebody may do who has the letter, signed in or not.

One that confirms an address, one that stops letters of a kind. A link is made when its letter is
sent, and of it the store has a hash: who reads the database confirms nothing.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Literal

from sqlalchemy import Column, DateTime, String, Table, delete, insert, select

from portal.store import METADATA, Store, utc

Purpose = Literal["confirm", "stop"]
LINKS = Table(
    "mail_links",
    METADATA,
    Column("token_hash", String(64), primary_key=True),
    Column("account", String(64), nullable=False),
    Column("purpose", String(10), nullable=False),
    Column("about", String(400), nullable=False),
    Column("until", DateTime(timezone=True), nullable=False, index=True),
)
GOOD_FOR = {"confirm": timedelta(days=7), "stop": timedelta(days=400)}


@dataclass(frozen=True)
class Link:
    """What a link is for: ``about`` is the address, or the kind of notices."""

    account: str
    about: str


class Links:
    """The links that are still good for something."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def make(self, account: str, purpose: Purpose, about: str, now: datetime) -> str:
        """A new link's token, which is kept nowhere."""
        token = secrets.token_urlsafe(32)
        until = now + GOOD_FOR[purpose]
        values = {"account": account, "purpose": purpose, "about": about, "until": until}
        with self._store.begin() as db:
            db.execute(insert(LINKS).values(token_hash=_hash(token), **values))
        return token

    def find(self, token: str, purpose: Purpose, now: datetime) -> Link | None:
        """What a token is for; None where it is too old, or never was."""
        mine = (LINKS.c.token_hash == _hash(token)) & (LINKS.c.purpose == purpose)
        with self._store.begin() as db:
            row = db.execute(select(LINKS).where(mine)).first()
        return Link(row.account, row.about) if row and utc(row.until) > now else None

    def tidy(self, now: datetime) -> None:
        """What is too old goes."""
        with self._store.begin() as db:
            db.execute(delete(LINKS).where(LINKS.c.until <= now))


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
