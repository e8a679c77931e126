"""Accounts (tài khoản): who may sign in, as which cadre or office, by password or by OpenID."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    DateTime,
    Row,
    String,
    Table,
    false,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from portal.language import Language
from portal.passwords import normal
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


class LoginTaken(Exception):
    """Another account has this login, open or closed: no login ever names two people."""


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
    has_password: bool
    closed: bool


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
        """A new account; without a password nobody signs in until one is set.

        Raises LoginTaken.
        """
        account = secrets.token_hex(8)
        try:
            with self._store.begin() as db:
                db.execute(
                    insert(ACCOUNTS).values(
                        account=account,
                        login=login.strip().casefold(),
                        name=name,
                        cadre=cadre,
                        office=office,
                        email=email.strip(),
                        language="vi",
                        password_hash=self._hash(password) if password else "",
                        made=datetime.now(UTC),
                        disabled=False,
                    )
                )
        except IntegrityError as error:
            raise LoginTaken(login) from error
        return account

    def find(self, account: str) -> Account | None:
        """The account, unless it is closed."""
        return next(iter(self._those(ACCOUNTS.c.account == account, ~ACCOUNTS.c.disabled)), None)

    def of_login(self, login: str) -> Account | None:
        """The account that has this login, closed or not."""
        return next(iter(self._those(ACCOUNTS.c.login == login.strip().casefold())), None)

    def of(self, *, cadre: str = "", email: str = "") -> list[Account]:
        """The open accounts of a cadre, or with an e-mail address, however it is written."""
        by = [ACCOUNTS.c.cadre == cadre] if cadre else []
        by += [func.lower(ACCOUNTS.c.email) == email.strip().lower()] if email.strip() else []
        return self._those(or_(false(), *by), ~ACCOUNTS.c.disabled)

    def of_cadres(self, cadres: Collection[str]) -> list[Account]:
        """The accounts of these cadres, closed ones too, in the order in which they were made."""
        return self._those(ACCOUNTS.c.cadre.in_(cadres))

    def all(self) -> list[Account]:
        """Every account, closed ones too, by login."""
        return sorted(self._those(), key=lambda one: one.login)

    def _those(self, *conditions: ColumnElement[bool]) -> list[Account]:
        with self._store.begin() as db:
            found = db.execute(select(ACCOUNTS).where(*conditions).order_by(ACCOUNTS.c.made))
            return [_account(row) for row in found]

    def check(self, login: str, password: str) -> Account | None:
        """The account whose login and password these are; it takes as long for nobody's."""
        with self._store.begin() as db:
            row = db.execute(
                select(ACCOUNTS).where(
                    ACCOUNTS.c.login == login.strip().casefold(), ~ACCOUNTS.c.disabled
                )
            ).first()
        try:
            hashed = (row and row.password_hash) or self._nobody
            self._hasher.verify(hashed, normal(password))
        except VerificationError:
            return None
        if row is None or not row.password_hash:
            return None
        if self._hasher.check_needs_rehash(row.password_hash):
            self._change(row.account, password_hash=self._hash(password))
        return _account(row)

    def nobody(self, password: str) -> None:
        """Take as long as a check."""
        try:
            self._hasher.verify(self._nobody, normal(password))
        except VerificationError:
            return

    def set_password(self, account: str, password: str) -> None:
        """Sign in with this password from now on; ``passwords.fault`` has been asked before."""
        self._change(account, password_hash=self._hash(password))

    def speak(self, account: str, language: Language) -> None:
        """Pages and letters are in this language from now on."""
        self._change(account, language=language)

    def write_to(self, account: str, email: str) -> None:
        """Letters go to this address from now on."""
        self._change(account, email=email.strip())

    def close(self, account: str) -> None:
        """Nobody signs in with it any more. It is kept, as what was done stands under its name;
        the address goes."""
        self._change(account, disabled=True, password_hash="", email="")

    def reopen(self, account: str) -> None:
        """Open again; without a password until an invitation is taken up."""
        self._change(account, disabled=False)

    def _change(self, account: str, **values: object) -> None:
        with self._store.begin() as db:
            db.execute(update(ACCOUNTS).where(ACCOUNTS.c.account == account).values(**values))

    def _hash(self, password: str) -> str:
        return self._hasher.hash(normal(password))


def _account(row: Row[tuple[object, ...]]) -> Account:
    return Account(
        row.account,
        row.login,
        row.name,
        row.cadre,
        row.office,
        row.email,
        row.language,
        bool(row.password_hash),
        row.disabled,
    )
