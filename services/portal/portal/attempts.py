"""Trying passwords (dò mật khẩu): who was wrong too often waits, twice as long each time.

Counted are a login, whether anybody has it or not, and the address that tries. Both are kept in
the store, as digests, so that neither a restart nor a second process forgets them.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import IPv6Address, ip_address

from sqlalchemy import Column, DateTime, Integer, String, Table, delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from portal.store import METADATA, Store, utc

_ATTEMPTS = Table(
    "attempts",
    METADATA,
    Column("of", String(80), primary_key=True),
    Column("wrong", Integer, nullable=False),
    Column("last", DateTime(timezone=True), nullable=False, index=True),
    Column("until", DateTime(timezone=True), nullable=False),
)
_LONGEST = timedelta(minutes=60)


@dataclass(frozen=True)
class Limit:
    """After so many wrong ones in a row it waits; none for so long, and all is forgotten."""

    wrong: int
    forgotten: timedelta


LOGIN = Limit(5, timedelta(days=1))
ADDRESS = Limit(50, timedelta(hours=1))
"""An office behind one address has many people who mistype."""


def login_of(login: str) -> str:
    """What counts the tries of a login."""
    return "login:" + sha256(login.strip().casefold().encode()).hexdigest()


def address_of(host: str) -> str:
    """What counts the tries from an address; of IPv6 the network that one customer has (/64)."""
    try:
        address = ip_address(host)
    except ValueError:
        return "address:unknown"
    if isinstance(address, IPv6Address):
        mapped = address.ipv4_mapped
        host = str(mapped) if mapped else address.exploded[:19]
    return "address:" + sha256(host.encode()).hexdigest()


def wait_after(wrong: int, limit: Limit) -> timedelta:
    """How long to wait after so many wrong ones: 1, 2, 4, … minutes, an hour at most."""
    over = wrong - limit.wrong
    return timedelta() if over < 0 else min(timedelta(minutes=2 ** min(over, 10)), _LONGEST)


class Attempts:
    """The tries that are remembered."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def count(self, login: str, host: str, now: datetime) -> datetime | None:
        """Take a try for wrong until it is ``forgiven``; until when to wait, where it may not be.

        It is counted first, so that a thousand at once are a thousand.
        """
        waits = [
            self._count(login_of(login), LOGIN, now),
            self._count(address_of(host), ADDRESS, now),
        ]
        return max((until for until in waits if until), default=None)

    def forgive(self, login: str, host: str, now: datetime) -> None:
        """The try was right: the login begins anew, the address has one less."""
        with self._store.begin() as db:
            db.execute(delete(_ATTEMPTS).where(_ATTEMPTS.c.of == login_of(login)))
            mine = (_ATTEMPTS.c.of == address_of(host)) & (_ATTEMPTS.c.wrong > 0)
            values = {"wrong": _ATTEMPTS.c.wrong - 1, "until": now}
            db.execute(update(_ATTEMPTS).where(mine).values(values))

    def forget(self, login: str) -> None:
        """The account has a new password: its login begins anew."""
        with self._store.begin() as db:
            db.execute(delete(_ATTEMPTS).where(_ATTEMPTS.c.of == login_of(login)))

    def _count(self, of: str, limit: Limit, now: datetime) -> datetime | None:
        mine = _ATTEMPTS.c.of == of
        with self._store.begin() as db:
            old = now - limit.forgotten
            db.execute(delete(_ATTEMPTS).where(mine, _ATTEMPTS.c.last < old))
            free = or_(_ATTEMPTS.c.until <= now, _ATTEMPTS.c.wrong < limit.wrong)
            one_more = {"wrong": _ATTEMPTS.c.wrong + 1, "last": now}
            counted = db.execute(update(_ATTEMPTS).where(mine, free).values(one_more)).rowcount
            row = db.execute(select(_ATTEMPTS).where(mine)).first()
            if counted and row is not None:
                until = now + wait_after(row.wrong, limit)
                db.execute(update(_ATTEMPTS).where(mine).values(until=until))
                return None
            if row is not None and row.wrong >= limit.wrong and utc(row.until) > now:
                return utc(row.until)
        if row is not None:  # somebody else's first came between the two looks
            return self._count(of, limit, now)
        return self._first(of, limit, now)

    def _first(self, of: str, limit: Limit, now: datetime) -> datetime | None:
        try:
            with self._store.begin() as db:
                db.execute(delete(_ATTEMPTS).where(_ATTEMPTS.c.last < now - LOGIN.forgotten))
                db.execute(insert(_ATTEMPTS).values(of=of, wrong=1, last=now, until=now))
        except IntegrityError:  # somebody else's first, at the same moment
            return self._count(of, limit, now)
        return None


class Rate:
    """How many sign-ins an address may begin in a minute: hashing passwords is work.

    In memory: it protects this process alone.
    """

    def __init__(self, a_minute: int) -> None:
        self._most = a_minute
        self._begun: OrderedDict[str, tuple[datetime, int]] = OrderedDict()

    def over(self, host: str, now: datetime) -> bool:
        """Whether this is one too many; it is counted."""
        of = address_of(host)
        since, count = self._begun.get(of, (now, 0))
        if now - since >= timedelta(minutes=1):
            since, count = now, 0
            self._begun.pop(of, None)
        self._begun[of] = (since, count + 1)
        while self._begun and now - next(iter(self._begun.values()))[0] > timedelta(minutes=1):
            self._begun.popitem(last=False)
        return count >= self._most
