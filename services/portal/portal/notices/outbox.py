"""The outbox (hộp thư đi): letters that are to be sent, and what became of each.

A letter names notices and holds none of their words: it is written when it is sent, in the language
and to the address that hold then. Its id is made of what it is about, and is its ``Message-ID`` at
every try, so that a repeat is known for one.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Literal

from sqlalchemy import (
    Column,
    Connection,
    DateTime,
    Index,
    Integer,
    Row,
    String,
    Table,
    Text,
    delete,
    func,
    select,
    update,
)

from portal.store import METADATA, Store, insert_new, utc

Sort = Literal["notice", "digest", "confirm"]
State = Literal["pending", "sent", "refused", "given-up", "dropped"]
OUTBOX = Table(
    "mail_outbox",
    METADATA,
    Column("letter", String(32), primary_key=True),
    Column("account", String(64), nullable=False, index=True),
    Column("sort", String(10), nullable=False),
    Column("notices", Text, nullable=False),
    Column("state", String(10), nullable=False),
    Column("made", DateTime(timezone=True), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next", DateTime(timezone=True), nullable=False),
    Column("last", DateTime(timezone=True)),
    Column("address", String(320), nullable=False),
    Column("why", Text, nullable=False),
    Index("mail_outbox_due", "state", "next"),
)
_O = OUTBOX.c
KEPT = timedelta(days=30)
"""How long one sees what became of a letter."""


def letter_id(sort: str, account: str, about: str) -> str:
    """The same for the same letter, whoever makes it."""
    return sha256("\0".join((sort, account, about)).encode()).hexdigest()[:32]


def post(
    db: Connection, letter: str, account: str, sort: Sort, notices: Sequence[int], now: datetime
) -> None:
    """Have a letter sent; again changes nothing."""
    values = {
        "letter": letter,
        "account": account,
        "sort": sort,
        "notices": json.dumps(list(notices)),
        "state": "pending",
        "made": now,
        "attempts": 0,
        "next": now,
        "address": "",
        "why": "",
    }
    db.execute(insert_new(db, OUTBOX).values(values))


@dataclass(frozen=True)
class Letter:
    """Một thư; ``address`` is where it was last sent to."""

    letter: str
    account: str
    sort: Sort
    notices: tuple[int, ...]
    state: State
    made: datetime
    attempts: int
    next: datetime
    last: datetime | None
    address: str
    why: str


class Outbox:
    """The letters."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def due(self, now: datetime, limit: int) -> list[Letter]:
        """Those that are to be sent now, the longest due first."""
        query = select(OUTBOX).where(_O.state == "pending", _O.next <= now)
        with self.store.begin() as db:
            return [_letter(row) for row in db.execute(query.order_by(_O.next).limit(limit))]

    def ended(self, one: Letter, state: State, address: str, why: str, now: datetime) -> None:
        """Nothing more is tried."""
        self._change(one, state=state, address=address, why=why[:500], last=now)

    def later(self, one: Letter, address: str, why: str, now: datetime, next: datetime) -> None:
        """It was not taken: again then."""
        self._change(one, address=address, why=why[:500], last=now, next=next)

    def counts(self) -> dict[str, int]:
        """How many letters there are in each state."""
        with self.store.begin() as db:
            found = db.execute(select(_O.state, func.count().label("letters")).group_by(_O.state))
            return {row.state: row.letters for row in found}

    def failing(self, limit: int) -> list[Letter]:
        """Those that were not taken, the last tried first."""
        failed = (_O.state.in_(("pending", "refused", "given-up")), _O.why != "")
        query = select(OUTBOX).where(*failed).order_by(_O.last.desc(), _O.letter).limit(limit)
        with self.store.begin() as db:
            return [_letter(row) for row in db.execute(query)]

    def tidy(self, now: datetime) -> None:
        """What is over is not kept for ever."""
        old = (_O.state != "pending", _O.last < now - KEPT)
        with self.store.begin() as db:
            db.execute(delete(OUTBOX).where(*old))

    def _change(self, one: Letter, **values: object) -> None:
        mine = _O.letter == one.letter
        with self.store.begin() as db:
            db.execute(update(OUTBOX).where(mine).values(attempts=one.attempts + 1, **values))


def _letter(row: Row[Any]) -> Letter:
    return Letter(
        row.letter,
        row.account,
        row.sort,
        tuple(json.loads(row.notices)),
        row.state,
        utc(row.made),
        row.attempts,
        utc(row.next),
        row.last and utc(row.last),
        row.address,
        row.why,
    )
