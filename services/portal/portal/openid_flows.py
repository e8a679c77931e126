"""On the way to an OpenID provider and back: what is kept meanwhile, and who comes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Column, DateTime, String, Table, Text, delete, insert, select

from portal.store import METADATA, Store, utc

_FLOWS = Table(
    "openid_flows",
    METADATA,
    Column("state_hash", String(64), primary_key=True),
    Column("nonce", String(64), nullable=False),
    Column("verifier", String(128), nullable=False),
    Column("to", Text, nullable=False),
    Column("until", DateTime(timezone=True), nullable=False),
)
_LASTS = timedelta(minutes=10)
"""Somebody is at the provider's for so long at most."""


class NotProved(Exception):
    """The provider did not prove who this is; the text says why, for the log."""


@dataclass(frozen=True)
class Identity:
    """Who somebody is at the provider's: the subject is never given to another, an e-mail may."""

    issuer: str
    subject: str
    claims: Mapping[str, Any]
    to: str
    """Where they wanted to go."""

    @property
    def email(self) -> str:
        """The e-mail address, where the provider has verified that it is theirs."""
        return (
            str(self.claims.get("email", "")) if self.claims.get("email_verified") is True else ""
        )


@dataclass(frozen=True)
class Flow:
    """What must come back with the answer, and where somebody wanted to go."""

    nonce: str
    verifier: str
    to: str


class Flows:
    """Those who are at the provider's just now, by the state that their browser holds."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def keep(self, state: str, flow: Flow, now: datetime) -> None:
        """Keep it until somebody comes back with the state, for ten minutes at most."""
        with self._store.begin() as db:
            db.execute(delete(_FLOWS).where(_FLOWS.c.until <= now))
            values = {**asdict(flow), "state_hash": _hash(state), "until": now + _LASTS}
            db.execute(insert(_FLOWS).values(values))

    def take(self, state: str, now: datetime) -> Flow | None:
        """The flow of this state, once; None where there is none, or no more."""
        mine = _FLOWS.c.state_hash == _hash(state)
        with self._store.begin() as db:
            row = db.execute(select(_FLOWS).where(mine)).first()
            if not db.execute(delete(_FLOWS).where(mine)).rowcount or row is None:
                return None
        return Flow(row.nonce, row.verifier, row.to) if utc(row.until) > now else None


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()
