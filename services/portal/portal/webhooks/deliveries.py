"""Deliveries (lần chuyển): what is to be carried to an endpoint, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pydantic_core import to_json
from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Index,
    Integer,
    Row,
    String,
    Table,
    Text,
    and_,
    delete,
    func,
    insert,
    select,
    update,
)

from portal.store import METADATA, Store, utc
from portal.webhooks.endpoints import CURSORS

DELIVERIES = Table(
    "webhook_deliveries",
    METADATA,
    Column("webhook", String(24), primary_key=True),
    Column("service", String(20), primary_key=True),
    Column("position", BigInteger, primary_key=True),
    Column("type", String(200), nullable=False),
    Column("lane", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("state", String(10), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next", DateTime(timezone=True), nullable=False),
    Column("failed_since", DateTime(timezone=True)),
    Column("last", DateTime(timezone=True)),
    Column("status", Integer, nullable=False),
    Column("why", Text, nullable=False),
    Index("webhook_deliveries_lanes", "webhook", "state", "service", "lane", "position"),
)
_D = DELIVERIES.c
_BRIEF = [column for column in DELIVERIES.c if column.name != "body"]
KEPT = timedelta(days=7)
"""How long what was delivered can be looked at and replayed."""


@dataclass(frozen=True)
class Delivery:
    """Một lần chuyển; ``lane`` is the cadre whose facts go one after the other."""

    webhook: str
    service: str
    position: int
    type: str
    lane: str
    state: str
    attempts: int
    next: datetime
    failed_since: datetime | None
    last: datetime | None
    status: int
    """What the receiver answered last; 0 for nothing."""
    why: str

    @property
    def id(self) -> str:
        """The ``webhook-id``: the same at every try and replay."""
        return f"{self.webhook}.{self.service}.{self.position}"


class Deliveries:
    """The deliveries of all endpoints."""

    def __init__(self, store: Store) -> None:
        self._store = store

    # --- making them ----------------------------------------------------------------------

    def make(
        self,
        webhook: str,
        service: str,
        before: int,
        after: int,
        events: Sequence[Mapping[str, Any]],
        now: datetime,
    ) -> bool:
        """Make deliveries of these events and move the cursor, in one transaction.

        False where the cursor is elsewhere: somebody else has made them, or the endpoint is gone.
        """
        here = (
            CURSORS.c.webhook == webhook,
            CURSORS.c.service == service,
            CURSORS.c.position == before,
        )
        with self._store.begin() as db:
            if db.execute(update(CURSORS).where(*here).values(position=after)).rowcount != 1:
                return False
            if events:
                db.execute(
                    insert(DELIVERIES),
                    [
                        {
                            "webhook": webhook,
                            "service": service,
                            "position": int(event["sequence"]),
                            "type": event["type"],
                            "lane": event["partitionkey"],
                            "body": to_json(event).decode(),
                            "state": "pending",
                            "attempts": 0,
                            "next": now,
                            "status": 0,
                            "why": "",
                        }
                        for event in events
                    ],
                )
        return True

    # --- carrying them ----------------------------------------------------------------------

    def pending(self, webhook: str) -> int:
        """How many wait."""
        query = select(func.count()).where(_D.webhook == webhook, _D.state == "pending")
        with self._store.begin() as db:
            return int(db.execute(query).scalar_one())

    def heads(self, webhook: str, limit: int) -> list[Delivery]:
        """The first of every lane that waits, those that are due first before the others.

        A lane is one cadre's facts of one service: what comes behind waits for what is before.
        """
        before = DELIVERIES.alias()
        earlier = (
            select(before.c.position)
            .where(
                before.c.webhook == _D.webhook,
                before.c.service == _D.service,
                before.c.lane == _D.lane,
                before.c.state == "pending",
                before.c.position < _D.position,
            )
            .exists()
        )
        query = (
            select(*_BRIEF)
            .where(_D.webhook == webhook, _D.state == "pending", ~earlier)
            .order_by(_D.next, _D.service, _D.position)
            .limit(limit)
        )
        with self._store.begin() as db:
            return [_delivery(row) for row in db.execute(query)]

    def body(self, one: Delivery) -> bytes:
        """The bytes that are sent, the same at every try."""
        with self._store.begin() as db:
            text: str = db.execute(select(_D.body).where(_this(one))).scalar_one()
        return text.encode()

    def delivered(self, one: Delivery, status: int, now: datetime) -> None:
        """The receiver took it."""
        values = {"state": "delivered", "last": now, "status": status, "why": ""}
        self._change(one, **values, attempts=one.attempts + 1, failed_since=None)

    def failed(self, one: Delivery, status: int, why: str, now: datetime, next: datetime) -> None:
        """The receiver did not take it: again then."""
        since = one.failed_since or now
        values = {"last": now, "status": status, "why": why[:500], "next": next}
        self._change(one, **values, attempts=one.attempts + 1, failed_since=since)

    def oldest_failure(self, webhook: str) -> datetime | None:
        """Since when one of them is not taken."""
        waiting = (_D.webhook == webhook, _D.state == "pending")
        with self._store.begin() as db:
            found = db.execute(select(func.min(_D.failed_since)).where(*waiting)).scalar()
        return utc(found) if found else None

    # --- looking at them ----------------------------------------------------------------------

    def list(
        self, webhook: str, state: str | None, before: tuple[str, int] | None, limit: int
    ) -> list[Delivery]:
        """Deliveries of an endpoint, the last positions first, service by service."""
        query = select(*_BRIEF).where(_D.webhook == webhook)
        if state:
            query = query.where(_D.state == state)
        if before is not None:
            service, position = before
            later = (_D.service > service) | and_(_D.service == service, _D.position < position)
            query = query.where(later)
        query = query.order_by(_D.service, _D.position.desc()).limit(limit)
        with self._store.begin() as db:
            return [_delivery(row) for row in db.execute(query)]

    def replay(self, webhook: str, service: str, position: int, now: datetime) -> bool:
        """Carry it once more, with the same id; False where it is not there (any more)."""
        this = (_D.webhook == webhook, _D.service == service, _D.position == position)
        values = {"state": "pending", "attempts": 0, "next": now, "failed_since": None}
        with self._store.begin() as db:
            return db.execute(update(DELIVERIES).where(*this).values(**values)).rowcount == 1

    def begin_anew(self, webhook: str, now: datetime) -> None:
        """What waits is due, and has not failed yet: the endpoint was enabled."""
        waiting = (_D.webhook == webhook, _D.state == "pending")
        values = {"next": now, "attempts": 0, "failed_since": None}
        with self._store.begin() as db:
            db.execute(update(DELIVERIES).where(*waiting).values(**values))

    def forget(self, before: datetime) -> None:
        """What was delivered before is no longer kept."""
        old = (_D.state == "delivered", _D.last < before)
        with self._store.begin() as db:
            db.execute(delete(DELIVERIES).where(*old))

    def _change(self, one: Delivery, **values: object) -> None:
        with self._store.begin() as db:
            db.execute(update(DELIVERIES).where(_this(one)).values(**values))


def _this(one: Delivery) -> Any:
    return and_(_D.webhook == one.webhook, _D.service == one.service, _D.position == one.position)


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(
        row.webhook,
        row.service,
        row.position,
        row.type,
        row.lane,
        row.state,
        row.attempts,
        utc(row.next),
        row.failed_since and utc(row.failed_since),
        row.last and utc(row.last),
        row.status,
        row.why,
    )
