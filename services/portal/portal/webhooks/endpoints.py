"""Endpoints (nơi nhận): where a program wants to be told what, and how it stands there."""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Integer,
    Row,
    String,
    Table,
    Text,
    delete,
    insert,
    select,
    update,
)

from portal.store import METADATA, Store, utc
from portal.webhooks.signing import new_secret

State = Literal["active", "disabled"]

WEBHOOKS = Table(
    "webhooks",
    METADATA,
    Column("webhook", String(24), primary_key=True),
    Column("name", String(80), nullable=False, index=True),
    Column("url", Text, nullable=False),
    Column("secret", String(100), nullable=False),
    Column("types", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("made", DateTime(timezone=True), nullable=False),
    Column("state", String(10), nullable=False),
    Column("why", Text, nullable=False),
    Column("since", DateTime(timezone=True), nullable=False),
    Column("failures", Integer, nullable=False),
    Column("failing_since", DateTime(timezone=True)),
    Column("paused_until", DateTime(timezone=True)),
)
FORMER = Table(
    "webhook_former_secrets",
    METADATA,
    Column("webhook", String(24), primary_key=True),
    Column("secret", String(100), nullable=False),
    Column("until", DateTime(timezone=True), nullable=False),
)
"""The secret before the present one: it signs as well until the receiver knows the new one."""
CURSORS = Table(
    "webhook_cursors",
    METADATA,
    Column("webhook", String(24), primary_key=True),
    Column("service", String(20), primary_key=True),
    Column("position", BigInteger, nullable=False),
)
"""Up to where deliveries of each ledger are made: moved in the transaction that makes them."""


FORMER_LASTS = timedelta(hours=24)


@dataclass(frozen=True)
class Webhook:
    """Một nơi nhận webhook; ``name`` is the program's whose key made it."""

    webhook: str
    name: str
    url: str
    secret: str
    types: Mapping[str, tuple[str, ...]]
    """By service the types of facts that it is told; none named means all of that service."""
    description: str
    made: datetime
    state: State
    why: str
    """Why it is disabled."""
    since: datetime
    failures: int
    """How often it could not be reached at all, one time after the other."""
    failing_since: datetime | None
    paused_until: datetime | None
    former: str | None
    """The secret before the present one."""
    former_until: datetime | None

    def secrets(self, now: datetime) -> tuple[str, ...]:
        """What signs: the secret, and for a day after it was changed the former one."""
        if self.former is None or self.former_until is None or now >= self.former_until:
            return (self.secret,)
        return (self.secret, self.former)

    def wants(self, service: str, type: str) -> bool:
        """Whether it is told a fact of this type; ``…-issued`` stands for all versions of it."""
        named = self.types.get(service)
        return named is not None and (not named or type in named or type.rsplit(".", 1)[0] in named)


class Endpoints:
    """The endpoints of all programs."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def make(
        self,
        name: str,
        url: str,
        types: Mapping[str, Collection[str]],
        positions: Mapping[str, int],
        description: str,
        now: datetime,
    ) -> Webhook:
        """A new endpoint, which is told what comes behind these positions."""
        webhook = f"wh_{secrets.token_hex(8)}"
        with self._store.begin() as db:
            db.execute(
                insert(WEBHOOKS).values(
                    webhook=webhook,
                    name=name,
                    url=url,
                    secret=new_secret(),
                    types=json.dumps({service: sorted(of) for service, of in types.items()}),
                    description=description,
                    made=now,
                    state="active",
                    why="",
                    since=now,
                    failures=0,
                )
            )
            for service in types:
                at = {"webhook": webhook, "service": service, "position": positions[service]}
                db.execute(insert(CURSORS).values(**at))
        found = self.find(webhook)
        assert found is not None  # noqa: S101
        return found

    def find(self, webhook: str, name: str | None = None) -> Webhook | None:
        """The endpoint, if it is this program's."""
        return next((one for one in self.all(name) if one.webhook == webhook), None)

    def all(self, name: str | None = None) -> list[Webhook]:
        """Every endpoint, or those of one program, in the order in which they were made."""
        former = (FORMER.c.secret.label("former"), FORMER.c.until)
        query = (
            select(WEBHOOKS, *former)
            .outerjoin(FORMER, FORMER.c.webhook == WEBHOOKS.c.webhook)
            .order_by(WEBHOOKS.c.made, WEBHOOKS.c.webhook)
        )
        with self._store.begin() as db:
            rows = db.execute(query if name is None else query.where(WEBHOOKS.c.name == name))
            return [_webhook(row) for row in rows]

    def positions(self, webhook: str) -> dict[str, int]:
        """Up to where deliveries are made, by service."""
        with self._store.begin() as db:
            rows = db.execute(select(CURSORS).where(CURSORS.c.webhook == webhook))
            return {row.service: row.position for row in rows}

    def renew(self, webhook: str, now: datetime) -> None:
        """A new secret; the present one signs as well for a day more, an earlier one no longer."""
        one = WEBHOOKS.c.webhook == webhook
        with self._store.begin() as db:
            present = db.execute(select(WEBHOOKS.c.secret).where(one)).scalar_one()
            db.execute(delete(FORMER).where(FORMER.c.webhook == webhook))
            former = {"webhook": webhook, "secret": present, "until": now + FORMER_LASTS}
            db.execute(insert(FORMER).values(**former))
            db.execute(update(WEBHOOKS).where(one).values(secret=new_secret()))

    def failed(self, webhook: str, failures: int, now: datetime, until: datetime) -> None:
        """It could not be reached: nothing more is tried there until then."""
        one = WEBHOOKS.c.webhook == webhook
        with self._store.begin() as db:
            first = update(WEBHOOKS).where(one, WEBHOOKS.c.failing_since.is_(None))
            db.execute(first.values(failing_since=now))
            db.execute(update(WEBHOOKS).where(one).values(failures=failures, paused_until=until))

    def reached(self, webhook: str) -> None:
        """It took something: it is not down."""
        self._change(webhook, failures=0, failing_since=None, paused_until=None)

    def disable(self, webhook: str, why: str, now: datetime) -> None:
        """Nothing is carried there until it is enabled; nothing is lost either."""
        self._change(webhook, state="disabled", why=why, since=now)

    def enable(self, webhook: str, now: datetime) -> None:
        """Carry on where it stands."""
        self.reached(webhook)
        self._change(webhook, state="active", why="", since=now)

    def delete(self, webhook: str) -> None:
        """It is told nothing more."""
        from portal.webhooks.deliveries import DELIVERIES

        with self._store.begin() as db:
            for table in (DELIVERIES, CURSORS, FORMER, WEBHOOKS):
                db.execute(delete(table).where(table.c.webhook == webhook))

    def _change(self, webhook: str, **values: object) -> None:
        with self._store.begin() as db:
            db.execute(update(WEBHOOKS).where(WEBHOOKS.c.webhook == webhook).values(**values))


def _webhook(row: Row[Any]) -> Webhook:
    return Webhook(
        row.webhook,
        row.name,
        row.url,
        row.secret,
        {service: tuple(of) for service, of in json.loads(row.types).items()},
        row.description,
        utc(row.made),
        row.state,
        row.why,
        utc(row.since),
        row.failures,
        row.failing_since and utc(row.failing_since),
        row.paused_until and utc(row.paused_until),
        row.former,
        row.until and utc(row.until),
    )
