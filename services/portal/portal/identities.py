"""Identities (danh tính): whose account somebody at an OpenID provider has.

At first by the cadre's key or the verified e-mail, where exactly one open account bears it; from
then on by the provider's subject, which is never given to another person. No account is made here
and no right is given: whom nobody has invited does not enter.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, DateTime, String, Table, delete, insert, select

from portal.accounts import Account, Accounts
from portal.openid_flows import Identity
from portal.store import METADATA, Store

_IDENTITIES = Table(
    "identities",
    METADATA,
    Column("issuer", String(500), primary_key=True),
    Column("subject", String(255), primary_key=True),
    Column("account", String(64), nullable=False, index=True),
    Column("since", DateTime(timezone=True), nullable=False),
)


class Identities:
    """Which identity has which account."""

    def __init__(self, store: Store, accounts: Accounts, cadre_claim: str) -> None:
        self._store = store
        self._accounts = accounts
        self._cadre_claim = cadre_claim

    def account(self, identity: Identity, now: datetime) -> Account | None:
        """Their account; None where none, or more than one, could be meant."""
        who = (
            _IDENTITIES.c.issuer == identity.issuer,
            _IDENTITIES.c.subject == identity.subject,
        )
        with self._store.begin() as db:
            row = db.execute(select(_IDENTITIES.c.account).where(*who)).first()
        if row is not None:
            return self._accounts.find(row.account)
        found = self._meant(identity)
        if found is None or self._has_one(found, identity.issuer):
            return None
        with self._store.begin() as db:
            values = {"issuer": identity.issuer, "subject": identity.subject}
            db.execute(insert(_IDENTITIES).values(**values, account=found.account, since=now))
        return found

    def _meant(self, identity: Identity) -> Account | None:
        """By the claim with the cadre's key, where one is agreed; else by the verified e-mail."""
        if self._cadre_claim:
            key = identity.claims.get(self._cadre_claim)
            found = self._accounts.of(cadre=key) if isinstance(key, str) and key else []
        else:
            found = self._accounts.of(email=identity.email) if identity.email else []
        return found[0] if len(found) == 1 else None

    def _has_one(self, account: Account, issuer: str) -> bool:
        """Whether another identity has it: an address may have been given to another person."""
        mine = (_IDENTITIES.c.account == account.account, _IDENTITIES.c.issuer == issuer)
        with self._store.begin() as db:
            return db.execute(select(_IDENTITIES.c.account).where(*mine)).first() is not None

    def part(self, account: str) -> None:
        """Nobody at a provider has this account any more: it was closed or is invited anew."""
        with self._store.begin() as db:
            db.execute(delete(_IDENTITIES).where(_IDENTITIES.c.account == account))
