"""Accounts (tài khoản): who may sign in, as which cadre or office, by password or by OpenID."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import Boolean, Column, DateTime, Row, String, Table, insert, select, update

from portal.language import Language
from portal.store import METADATA, Store
from portal.visitor import Office

ACCOUNTS = Table(
    "accounts",
    METADATA,
    Column("account", String(64), primary_key=True),
    Column("login", String(200), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("cadre", String(1000), nullable=False, index=True),
    Column("office", String(20), nullable=False),
    Column("email", String(320), nullable=False),
    Column("language", String(2), nullable=False),
    Column("password_hash", String(300), nullable=False),
    Column("made", DateTime(timezone=True), nullable=False),
    Column("disabled", Boolean, nullable=False),
)


@dataclass(frozen=True)
class Account:
    """Tài khoản; ``cadre`` is a roster key, or empty where ``office`` says what they are."""

    account: str
    login: str
    name: str
    cadre: str
    office: Office
    email: str
    language: Language


class Accounts:
    """The accounts of the portal."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._hasher = PasswordHasher()
        self._nobody = self._hasher.hash(secrets.token_urlsafe(16))

    def make(
        self,
        login: str,
        *,
        name: str = "",
        cadre: str = "",
        office: Office = "",
        email: str = "",
        password: str | None = None,
    ) -> str:
        """A new account; without a password nobody signs in until one is set."""
        account = secrets.token_hex(8)
        with self._store.begin() as db:
            db.execute(
                insert(ACCOUNTS).values(
                    account=account,
                    login=login.strip().casefold(),
                    name=name,
                    cadre=cadre,
                    office=office,
                    email=email,
                    language="vi",
                    password_hash=self._hasher.hash(password) if password else "",
                    made=datetime.now(UTC),
                    disabled=False,
                )
            )
        return account

    def find(self, account: str) -> Account | None:
        """The account, unless it is closed."""
        with self._store.begin() as db:
            row = db.execute(
                select(ACCOUNTS).where(ACCOUNTS.c.account == account, ~ACCOUNTS.c.disabled)
            ).first()
        return _account(row) if row else None

    def check(self, login: str, password: str) -> Account | None:
        """The account whose login and password these are; it takes as long for nobody's."""
        with self._store.begin() as db:
            row = db.execute(
                select(ACCOUNTS).where(
                    ACCOUNTS.c.login == login.strip().casefold(), ~ACCOUNTS.c.disabled
                )
            ).first()
        try:
            self._hasher.verify((row and row.password_hash) or self._nobody, password)
        except VerificationError:
            return None
        return _account(row) if row else None

    def speak(self, account: str, language: Language) -> None:
        """Pages and letters are in this language from now on."""
        with self._store.begin() as db:
            mine = ACCOUNTS.c.account == account
            db.execute(update(ACCOUNTS).where(mine).values(language=language))


def _account(row: Row[tuple[object, ...]]) -> Account:
    return Account(row.account, row.login, row.name, row.cadre, row.office, row.email, row.language)
