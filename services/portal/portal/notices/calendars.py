"""Calendars (lịch): the secret address of somebody's feed, and how often each event has changed.

The address is all that a calendar program has, so whoever has it reads the feed. It is shown once;
kept is its SHA-256, which of 256 random bits is enough. Renewed, the old one stops.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Column, DateTime, Integer, String, Table, delete, insert, select

from portal.store import METADATA, Store, utc

CALENDARS = Table(
    "calendars",
    METADATA,
    Column("account", String(64), primary_key=True),
    Column("secret_hash", String(64), nullable=False, unique=True),
    Column("made", DateTime(timezone=True), nullable=False),
)
EVENTS = Table(
    "calendar_events",
    METADATA,
    Column("account", String(64), primary_key=True),
    Column("uid", String(64), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("modified", DateTime(timezone=True), nullable=False),
)


@dataclass(frozen=True)
class Revision:
    """How often an event has changed, and when it did last."""

    sequence: int
    modified: datetime


class Calendars:
    """The feeds of all accounts."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def renew(self, account: str, now: datetime) -> str:
        """A new secret instead of any before: the only time that anybody sees it."""
        secret = secrets.token_urlsafe(32)
        values = {"account": account, "secret_hash": _hash(secret), "made": now}
        self.stop(account)
        with self._store.begin() as db:
            db.execute(insert(CALENDARS).values(values))
        return secret

    def stop(self, account: str) -> None:
        """Nobody reads it any more."""
        with self._store.begin() as db:
            db.execute(delete(CALENDARS).where(CALENDARS.c.account == account))

    def since(self, account: str) -> datetime | None:
        """Since when the address is good; None where there is none."""
        with self._store.begin() as db:
            mine = CALENDARS.c.account == account
            made = db.execute(select(CALENDARS.c.made).where(mine)).scalar()
        return utc(made) if made else None

    def account(self, secret: str) -> str | None:
        """Whose feed it is; None where the secret is nobody's (any more)."""
        mine = CALENDARS.c.secret_hash == _hash(secret)
        with self._store.begin() as db:
            found: str | None = db.execute(select(CALENDARS.c.account).where(mine)).scalar()
        return found

    def revised(
        self, account: str, digests: Mapping[str, str], now: datetime
    ) -> dict[str, Revision]:
        """The revision of each event: one more where it says something else than before."""
        with self._store.begin() as db:
            rows = db.execute(select(EVENTS).where(EVENTS.c.account == account)).all()
            known = {row.uid: row for row in rows}
            found = {}
            for uid, digest in digests.items():
                row = known.get(uid)
                if row and row.digest == digest:
                    found[uid] = Revision(row.sequence, utc(row.modified))
                    continue
                revision = Revision(row.sequence + 1 if row else 0, now)
                found[uid] = revision
                mine = (EVENTS.c.account == account) & (EVENTS.c.uid == uid)
                db.execute(delete(EVENTS).where(mine))
                db.execute(
                    insert(EVENTS).values(
                        account=account,
                        uid=uid,
                        digest=digest,
                        sequence=revision.sequence,
                        modified=now,
                    )
                )
        return found


def _hash(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
