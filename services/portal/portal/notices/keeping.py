"""Notices as they are kept (hộp thông báo): made once, in one transaction with what they rest on.

A notice is one by its reader and its key: the id of its fact, or its deadline and stage. The
position up to which facts are heard, the day for which somebody was told, and the letter that
carries a notice move in the transaction that makes it. So none is lost and none doubled, wherever
a portal is killed and however many serve one store.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    DateTime,
    Index,
    Integer,
    Row,
    String,
    Table,
    Text,
    UniqueConstraint,
    delete,
    func,
    select,
    update,
)

from portal.accounts import Account
from portal.notices.deadlines import Waited
from portal.notices.deciding import Notice
from portal.notices.kinds import Kind, way_of
from portal.notices.outbox import letter_id, post
from portal.notices.preferences import PREFERENCES
from portal.store import METADATA, Store, insert_new, utc

NOTICES = Table(
    "notices",
    METADATA,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("account", String(64), nullable=False),
    Column("key", String(1200), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("what", String(40), nullable=False),
    Column("told", Text, nullable=False),
    Column("link", Text, nullable=False),
    Column("made", DateTime(timezone=True), nullable=False),
    Column("read", DateTime(timezone=True)),
    Column("digest", Integer, nullable=False),
    UniqueConstraint("account", "key"),
    Index("notices_pages", "account", "id"),
)
_N = NOTICES.c
Index(
    "notices_unread", _N.account, sqlite_where=_N.read.is_(None), postgresql_where=_N.read.is_(None)
)
Index("notices_made", _N.made)
_POSITIONS = Table(
    "notice_positions",
    METADATA,
    Column("service", String(20), primary_key=True),
    Column("position", BigInteger, nullable=False),
)
"""Up to where each ledger's facts have made their notices."""
DAYS = Table(
    "notice_days",
    METADATA,
    Column("account", String(64), primary_key=True),
    Column("day", String(10), nullable=False),
    Column("waiting", Integer, nullable=False),
    Column("waited", String(10), nullable=False),
)
"""For which day somebody was last told of the calendar; how much waited, and when it was told."""
KEPT = timedelta(days=400)
"""How long a notice can be read."""
COUNTED = 100
"""Unread notices are counted up to here."""


@dataclass(frozen=True)
class Kept:
    """A notice as it is kept."""

    id: int
    account: str
    kind: Kind
    what: str
    told: Mapping[str, str]
    link: str
    made: datetime
    read: datetime | None


class Notices:
    """All notices; ``mails`` says whether letters are sent at all."""

    def __init__(self, store: Store, mails: bool) -> None:
        self.store = store
        self._mails = mails

    # --- making them --------------------------------------------------------------------------

    def make(self, db: Connection, account: Account, notice: Notice, now: datetime) -> bool:
        """Make a notice in a transaction, and its letter; False where it is there already."""
        chosen = db.execute(
            select(PREFERENCES.c.way).where(
                PREFERENCES.c.account == account.account, PREFERENCES.c.kind == notice.kind
            )
        ).scalar()
        way = way_of(notice.kind, chosen)
        if way == "none":
            return False
        values = {
            "account": account.account,
            "key": notice.key,
            "kind": notice.kind,
            "what": notice.what,
            "told": json.dumps(dict(notice.told), ensure_ascii=False),
            "link": notice.link,
            "made": now,
            "digest": int(self._mails and way == "digest"),
        }
        made = db.execute(insert_new(db, NOTICES).values(**values).returning(NOTICES.c.id)).scalar()
        if made is None:
            return False
        if self._mails and way == "mail":
            letter = letter_id("notice", account.account, notice.key)
            post(db, letter, account.account, "notice", [made], now)
        return True

    def tell(self, accounts: Iterable[Account], notice: Notice, now: datetime) -> None:
        """Make a notice for each of these that rests on nothing else."""
        with self.store.begin() as db:
            for account in accounts:
                self.make(db, account, notice, now)

    def positions(self, heads: Mapping[str, int]) -> dict[str, int]:
        """Up to where facts are heard; of a ledger never heard before, from its head on."""
        with self.store.begin() as db:
            known = {row.service: row.position for row in db.execute(select(_POSITIONS))}
            for service in heads.keys() - known.keys():
                at = {"service": service, "position": heads[service]}
                db.execute(insert_new(db, _POSITIONS).values(at))
        return {**heads, **known} if known.keys() >= heads.keys() else self._positions()

    def _positions(self) -> dict[str, int]:
        with self.store.begin() as db:
            return {row.service: row.position for row in db.execute(select(_POSITIONS))}

    def hear(
        self,
        service: str,
        before: int,
        after: int,
        made: Iterable[tuple[Account, Notice]],
        forget: Callable[[Connection], None],
        now: datetime,
    ) -> set[str] | None:
        """Make the notices of facts and move the position: the accounts that got some.

        What is to be forgotten goes with it. None where the position is elsewhere: another process
        has heard these facts.
        """
        here = (_POSITIONS.c.service == service) & (_POSITIONS.c.position == before)
        with self.store.begin() as db:
            if db.execute(update(_POSITIONS).where(here).values(position=after)).rowcount != 1:
                return None
            told = {one.account for one, notice in made if self.make(db, one, notice, now)}
            forget(db)
        return told

    # --- by the day -----------------------------------------------------------------------------

    def told_for(self, day: date) -> set[str]:
        """The accounts that were told for this day."""
        query = select(DAYS.c.account).where(DAYS.c.day >= day.isoformat())
        with self.store.begin() as db:
            return set(db.execute(query).scalars())

    def waited(self, account: str) -> Waited | None:
        """How much waited for somebody when that was last looked at."""
        with self.store.begin() as db:
            row = db.execute(select(DAYS).where(DAYS.c.account == account)).first()
        return Waited(date.fromisoformat(row.waited), row.waiting) if row and row.waited else None

    def tell_day(
        self,
        account: Account,
        day: date,
        notices: Iterable[Notice],
        waiting: int,
        waited: date | None,
        now: datetime,
    ) -> bool:
        """Make a day's notices and the letter of the day, once for a person and day."""
        values = {
            "day": day.isoformat(),
            "waiting": waiting,
            "waited": waited.isoformat() if waited else "",
        }
        mine = DAYS.c.account == account.account
        with self.store.begin() as db:
            first = {"account": account.account, "day": "", "waiting": 0, "waited": ""}
            db.execute(insert_new(db, DAYS).values(first))
            new = update(DAYS).where(mine, DAYS.c.day < day.isoformat()).values(**values)
            if db.execute(new).rowcount != 1:
                return False
            made = [self._newest(db, account, one, now) for one in notices]
            self._gather(db, account.account, day, now)
        return any(made)

    def _newest(self, db: Connection, account: Account, notice: Notice, now: datetime) -> bool:
        """Make a notice; of what waits the one before says nothing that this one does not."""
        if notice.kind == "waiting":
            mine = (_N.account == account.account, _N.kind == "waiting", _N.read.is_(None))
            db.execute(update(NOTICES).where(*mine).values(read=now))
        return self.make(db, account, notice, now)

    def _gather(self, db: Connection, account: str, day: date, now: datetime) -> None:
        """One letter of all that waits for the day's letter."""
        mine = (_N.account == account, _N.digest == 1)
        some = list(db.execute(select(_N.id).where(*mine).order_by(_N.id)).scalars())
        if some:
            db.execute(update(NOTICES).where(*mine).values(digest=0))
            post(db, letter_id("digest", account, day.isoformat()), account, "digest", some, now)

    # --- reading them ----------------------------------------------------------------------------

    def unread(self, account: str) -> int:
        """How many are not read, counted up to ``COUNTED``."""
        mine = select(_N.id).where(_N.account == account, _N.read.is_(None)).limit(COUNTED)
        with self.store.begin() as db:
            return int(db.execute(select(func.count()).select_from(mine.subquery())).scalar_one())

    def page(self, account: str, before: int | None, limit: int) -> list[Kept]:
        """The notices of somebody, the last first; with ``before`` those older than that one."""
        query = select(NOTICES).where(_N.account == account)
        if before is not None:
            query = query.where(_N.id < before)
        with self.store.begin() as db:
            return [_kept(row) for row in db.execute(query.order_by(_N.id.desc()).limit(limit))]

    def those(self, account: str, ids: Collection[int]) -> list[Kept]:
        """These notices of somebody, in the order in which they were made."""
        query = select(NOTICES).where(_N.account == account, _N.id.in_(ids)).order_by(_N.id)
        with self.store.begin() as db:
            return [_kept(row) for row in db.execute(query)]

    def find(self, account: str, id: int) -> Kept | None:
        """One of somebody's own notices."""
        return next(iter(self.those(account, [id])), None)

    def mark_read(self, account: str, now: datetime, id: int | None = None) -> None:
        """One is read, or all of them."""
        mine = [_N.account == account, _N.read.is_(None)]
        mine += [_N.id == id] if id is not None else []
        with self.store.begin() as db:
            db.execute(update(NOTICES).where(*mine).values(read=now))

    def tidy(self, now: datetime) -> None:
        """What is too old to be read goes."""
        with self.store.begin() as db:
            db.execute(delete(NOTICES).where(_N.made < now - KEPT))


def _kept(row: Row[Any]) -> Kept:
    read = utc(row.read) if row.read else None
    told = json.loads(row.told)
    return Kept(row.id, row.account, row.kind, row.what, told, row.link, utc(row.made), read)
