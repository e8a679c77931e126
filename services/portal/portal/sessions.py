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
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import (
    Column,
    ColumnElement,
    DateTime,
    Row,
    String,
    Table,
    Text,
    and_,
    delete,
    insert,
    not_,
    select,
    update,
)

from portal.store import METADATA, Store, utc

_SESSIONS = Table(
    "sessions",
    METADATA,
    Column("token_hash", String(64), primary_key=True),
    Column("account", String(64), nullable=False, index=True),
    Column("csrf", String(64), nullable=False),
    Column("began", DateTime(timezone=True), nullable=False),
    Column("seen", DateTime(timezone=True), nullable=False),
    Column("after", Text, nullable=False),
    Column("browser", String(200), nullable=False),
)
_SEEN_EVERY = timedelta(minutes=5)


@dataclass(frozen=True)
class Session:
    """Phiên làm việc của một tài khoản."""

    token_hash: str
    account: str
    csrf: str
    began: datetime
    seen: datetime
    browser: str
    """What the browser calls itself, so that its person knows it again."""
    after: Mapping[str, int] = field(default_factory=dict)


class Sessions:
    """The sessions that are open; each ends ``hours`` after it was last used, ``at_most`` hours
    after it began."""

    def __init__(self, store: Store, hours: float, at_most: float) -> None:
        self._store = store
        self._lasts = timedelta(hours=hours)
        self._at_most = timedelta(hours=at_most)

    def open(self, account: str, now: datetime, browser: str = "") -> str:
        """A new session; the token that its browser shall hold."""
        token = secrets.token_urlsafe(32)
        with self._store.begin() as db:
            db.execute(delete(_SESSIONS).where(not_(self._alive(now))))
            db.execute(
                insert(_SESSIONS).values(
                    token_hash=_hash(token),
                    account=account,
                    csrf=secrets.token_urlsafe(24),
                    began=now,
                    seen=now,
                    after="{}",
                    browser=browser[:200],
                )
            )
        return token

    def find(self, token: str, now: datetime) -> Session | None:
        """The session of a browser's token; None where it has ended, or never was."""
        with self._store.begin() as db:
            mine = _SESSIONS.c.token_hash == _hash(token)
            row = db.execute(select(_SESSIONS).where(mine, self._alive(now))).first()
            if row is None:
                return None
            if utc(row.seen) < now - _SEEN_EVERY:
                db.execute(update(_SESSIONS).where(mine).values(seen=now))
            return _session(row)

    def remember(self, session: Session, service: str, position: int) -> None:
        """What its person does rests on this position from now on."""
        mine = _SESSIONS.c.token_hash == session.token_hash
        with self._store.begin() as db:
            held = select(_SESSIONS.c.after).where(mine).with_for_update()
            after = json.loads(db.execute(held).scalar() or "{}")
            after[service] = max(position, after.get(service, 0))
            db.execute(update(_SESSIONS).where(mine).values(after=json.dumps(after)))

    def close(self, session: Session) -> None:
        """Sign out."""
        with self._store.begin() as db:
            db.execute(delete(_SESSIONS).where(_SESSIONS.c.token_hash == session.token_hash))

    def close_all(self, account: str) -> None:
        """End every session of an account: its password was changed, or it was closed."""
        with self._store.begin() as db:
            db.execute(delete(_SESSIONS).where(_SESSIONS.c.account == account))

    def of(self, account: str, now: datetime) -> list[Session]:
        """The sessions of an account, the last used first."""
        mine = _SESSIONS.c.account == account
        with self._store.begin() as db:
            found = db.execute(
                select(_SESSIONS).where(mine, self._alive(now)).order_by(_SESSIONS.c.seen.desc())
            )
            return [_session(row) for row in found]

    def _alive(self, now: datetime) -> ColumnElement[bool]:
        return and_(_SESSIONS.c.seen >= now - self._lasts, _SESSIONS.c.began >= now - self._at_most)


def _session(row: Row[tuple[object, ...]]) -> Session:
    return Session(
        row.token_hash,
        row.account,
        row.csrf,
        utc(row.began),
        utc(row.seen),
        row.browser,
        json.loads(row.after),
    )


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
