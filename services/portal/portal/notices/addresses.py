"""Addresses (địa chỉ thư): nothing but the letter that asks goes to one that is not confirmed.

An address is confirmed by the link in that letter, for the account that named it. It is so only as
long as the account has this very address; one that the mail server refuses for good is written to
no more until its reader asks for the letter again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Column, DateTime, Row, String, Table, Text, delete, insert, select, update

from portal.accounts import Account
from portal.notices.outbox import letter_id, post
from portal.store import METADATA, Store, utc

ADDRESSES = Table(
    "mail_addresses",
    METADATA,
    Column("account", String(64), primary_key=True),
    Column("address", String(320), nullable=False),
    Column("asked", DateTime(timezone=True), nullable=False),
    Column("confirmed", DateTime(timezone=True)),
    Column("refused", DateTime(timezone=True)),
    Column("why", Text, nullable=False),
)
_AGAIN = timedelta(minutes=10)
"""Nobody is asked more often: the address may be a stranger's."""


@dataclass(frozen=True)
class Address:
    """Địa chỉ thư của một tài khoản, and how it stands."""

    address: str
    state: Literal["none", "unconfirmed", "asked", "confirmed", "refused"]
    why: str = ""
    """What the mail server said when it refused."""


class Addresses:
    """The addresses of all accounts."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def of(self, account: Account) -> Address:
        """How the address of an account stands."""
        if not account.email:
            return Address("", "none")
        row = self._row(account)
        if row is None or row.address != account.email:
            return Address(account.email, "unconfirmed")
        if row.refused:
            return Address(account.email, "refused", row.why)
        return Address(account.email, "confirmed" if row.confirmed else "asked")

    def ask(self, account: Account, now: datetime) -> bool:
        """Send the letter that asks; False where one was sent a moment ago, or none can be."""
        row = self._row(account)
        if not account.email or (row and utc(row.asked) > now - _AGAIN and not row.refused):
            return False
        mine = ADDRESSES.c.account == account.account
        about = f"{account.email}/{now.isoformat()}"
        values = {"address": account.email, "asked": now, "confirmed": None, "refused": None}
        with self._store.begin() as db:
            db.execute(delete(ADDRESSES).where(mine))
            db.execute(insert(ADDRESSES).values(account=account.account, why="", **values))
            letter = letter_id("confirm", account.account, about)
            post(db, letter, account.account, "confirm", [], now)
        return True

    def confirm(self, account: str, address: str, now: datetime) -> bool:
        """Letters may go there; False where the account was given another address meanwhile."""
        mine = (ADDRESSES.c.account == account) & (ADDRESSES.c.address == address)
        with self._store.begin() as db:
            new = update(ADDRESSES).where(mine).values(confirmed=now, refused=None, why="")
            return db.execute(new).rowcount == 1

    def refuse(self, account: str, address: str, why: str, now: datetime) -> None:
        """The mail server takes nothing for it, for good."""
        mine = (ADDRESSES.c.account == account) & (ADDRESSES.c.address == address)
        with self._store.begin() as db:
            db.execute(update(ADDRESSES).where(mine).values(refused=now, why=why[:300]))

    def _row(self, account: Account) -> Row[Any] | None:
        with self._store.begin() as db:
            mine = ADDRESSES.c.account == account.account
            return db.execute(select(ADDRESSES).where(mine)).first()
