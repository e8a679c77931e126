"""API keys (khóa API): which program asks, and what it may.

A key is shown once, when it is made; kept is its SHA-256, which of 256 random bits is enough.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Literal, get_args

from sqlalchemy import Column, DateTime, Row, String, Table, Text, insert, select, update

from portal.store import METADATA, Store, utc

Scope = Literal[
    "inputs:read",
    "assessments:read",
    "roster:read",
    "roster:write",
    "classifications:write",
    "events:read",
    "events:personal",
    "webhooks:manage",
]
SCOPES: tuple[Scope, ...] = get_args(Scope)
NAMED = r"^[a-z0-9][a-z0-9-]{0,39}$"
"""Names of programs: they stand on record, unsealed, so they name nobody."""
BEGINS = "dicoso_"
"""How every key begins, so that scanners of published code find one."""

_KEYS = Table(
    "api_keys",
    METADATA,
    Column("key", String(16), primary_key=True),
    Column("name", String(80), nullable=False, index=True),
    Column("secret_hash", String(64), nullable=False, unique=True),
    Column("scopes", Text, nullable=False),
    Column("made", DateTime(timezone=True), nullable=False),
    Column("made_by", String(200), nullable=False),
    Column("expires", DateTime(timezone=True), nullable=False),
    Column("last_used", DateTime(timezone=True)),
    Column("revoked", DateTime(timezone=True)),
    Column("revoked_by", String(200), nullable=False),
)
_USED_EVERY = timedelta(minutes=1)
"""``last_used`` is written no more often."""


@dataclass(frozen=True)
class ApiKey:
    """Khóa API; ``name`` is the program's, under which its acts are on record (``hr:<name>``)."""

    key: str
    name: str
    scopes: frozenset[str]
    made: datetime
    made_by: str
    expires: datetime
    last_used: datetime | None
    revoked: datetime | None

    def holds(self, now: datetime) -> bool:
        """Whether it is still taken."""
        return self.revoked is None and now < self.expires


class Keys:
    """The keys that were ever made."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def make(
        self, name: str, scopes: Collection[str], until: datetime, by: str, now: datetime
    ) -> tuple[ApiKey, str]:
        """A new key, and its secret: the only time that anybody sees it."""
        secret = BEGINS + secrets.token_urlsafe(32)
        row: dict[str, Any] = {
            "key": secrets.token_hex(4),
            "name": name,
            "secret_hash": _hash(secret),
            "scopes": json.dumps(sorted(scopes)),
            "made": now,
            "made_by": by,
            "expires": until,
            "last_used": None,
            "revoked": None,
            "revoked_by": "",
        }
        with self._store.begin() as db:
            db.execute(insert(_KEYS).values(**row))
        return self.all()[row["key"]], secret

    def find(self, secret: str, now: datetime) -> ApiKey | None:
        """The key of a secret, if it is still taken."""
        with self._store.begin() as db:
            row = db.execute(select(_KEYS).where(_KEYS.c.secret_hash == _hash(secret))).first()
            if row is None or not (found := _key(row)).holds(now):
                return None
            if found.last_used is None or found.last_used < now - _USED_EVERY:
                mine = _KEYS.c.key == found.key
                db.execute(update(_KEYS).where(mine).values(last_used=now))
        return found

    def all(self) -> dict[str, ApiKey]:
        """Every key by its id, the newest first."""
        with self._store.begin() as db:
            rows = db.execute(select(_KEYS).order_by(_KEYS.c.made.desc(), _KEYS.c.key)).all()
        return {row.key: _key(row) for row in rows}

    def may(self, name: str, scope: Scope, now: datetime) -> bool:
        """Whether a program has a key that is still taken and has the scope."""
        with self._store.begin() as db:
            rows = db.execute(select(_KEYS).where(_KEYS.c.name == name)).all()
        return any(scope in key.scopes and key.holds(now) for key in map(_key, rows))

    def taken(self, key: str, now: datetime) -> bool:
        """Whether this very key is still taken."""
        with self._store.begin() as db:
            row = db.execute(select(_KEYS).where(_KEYS.c.key == key)).first()
        return row is not None and _key(row).holds(now)

    def revoke(self, key: str, by: str, now: datetime) -> bool:
        """It is taken no more, from now on; False where it was not taken before either."""
        mine = (_KEYS.c.key == key) & _KEYS.c.revoked.is_(None)
        with self._store.begin() as db:
            done = db.execute(update(_KEYS).where(mine).values(revoked=now, revoked_by=by))
        return done.rowcount > 0


def _key(row: Row[Any]) -> ApiKey:
    return ApiKey(
        row.key,
        row.name,
        frozenset(json.loads(row.scopes)),
        utc(row.made),
        row.made_by,
        utc(row.expires),
        row.last_used and utc(row.last_used),
        row.revoked and utc(row.revoked),
    )


def _hash(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
