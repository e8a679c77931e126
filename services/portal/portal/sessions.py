"""Sessions (phiên làm việc): kept here, not in the browser, which holds only a random token.

Of the token the store has a hash: who reads the database signs in as nobody. Each session has a
secret for its forms (CSRF), and remembers the ledger positions of what its person did, so that
no page they see is older (``after``, DESIGN.md).
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from sqlalchemy import Column, DateTime, Row, String, Table, Text, delete, insert, select, update

from portal.store import METADATA, Store

_SESSIONS = Table(
    "sessions",
    METADATA,
    Column("token_hash", String(64), primary_key=True),
    Column("account", String(64), nullable=False, index=True),
    Column("csrf", String(64), nullable=False),
    Column("began", DateTime(timezone=True), nullable=False),
    Column("seen", DateTime(timezone=True), nullable=False),
    Column("after", Text, nullable=False),
)
_SEEN_EVERY = timedelta(minutes=5)


@dataclass(frozen=True)
class Session:
    """Phiên làm việc của một tài khoản."""

    token_hash: str
    account: str
    csrf: str
    after: Mapping[str, int] = field(default_factory=dict)


class Sessions:
    """The sessions that are open."""

    def __init__(self, store: Store, hours: float) -> None:
        self._store = store
        self._lasts = timedelta(hours=hours)

    def open(self, account: str, now: datetime) -> str:
        """A new session; the token that its browser shall hold."""
        token = secrets.token_urlsafe(32)
        with self._store.begin() as db:
            db.execute(delete(_SESSIONS).where(_SESSIONS.c.seen < now - self._lasts))
            db.execute(
                insert(_SESSIONS).values(
                    token_hash=_hash(token),
                    account=account,
                    csrf=secrets.token_urlsafe(24),
                    began=now,
                    seen=now,
                    after="{}",
                )
            )
        return token

    def find(self, token: str, now: datetime) -> Session | None:
        """The session of a browser's token; None where it has ended, or never was."""
        with self._store.begin() as db:
            row = db.execute(
                select(_SESSIONS).where(_SESSIONS.c.token_hash == _hash(token))
            ).first()
            if row is None or _utc(row.seen) < now - self._lasts:
                return None
            if _utc(row.seen) < now - _SEEN_EVERY:
                mine = _SESSIONS.c.token_hash == row.token_hash
                db.execute(update(_SESSIONS).where(mine).values(seen=now))
            return _session(row)

    def remember(self, session: Session, service: str, position: int) -> None:
        """What its person does rests on this position from now on."""
        after = {**session.after}
        after[service] = max(position, after.get(service, 0))
        with self._store.begin() as db:
            mine = _SESSIONS.c.token_hash == session.token_hash
            db.execute(update(_SESSIONS).where(mine).values(after=json.dumps(after)))

    def close(self, session: Session) -> None:
        """Sign out."""
        with self._store.begin() as db:
            db.execute(delete(_SESSIONS).where(_SESSIONS.c.token_hash == session.token_hash))

    def close_all(self, account: str) -> None:
        """End every session of an account: its password was changed, or it was closed."""
        with self._store.begin() as db:
            db.execute(delete(_SESSIONS).where(_SESSIONS.c.account == account))


def _session(row: Row[tuple[object, ...]]) -> Session:
    return Session(row.token_hash, row.account, row.csrf, json.loads(row.after))


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def _utc(moment: datetime) -> datetime:
    """SQLite gives moments back without their zone."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
