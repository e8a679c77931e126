"""How the replicas of a service share its work: who hears which bucket, and who carries.

Where the ledger is a file there is one replica, and it does everything. On PostgreSQL each
replica holds advisory locks of one session: one as a member, one for each bucket it hears,
one while it carries (the relay), one while it keeps the views. They end with the session, so
what a dead replica held is free at once, and taken within a second. The locks only say who
works; what makes it safe is the compare-and-set of the tracking and of the views' marks, and
the expected sequence of the stream (docs/decisions/0007).
"""

from __future__ import annotations

import asyncio
import math
import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING

import structlog

from shared.messages import BUCKETS

if TYPE_CHECKING:
    import psycopg

log = structlog.get_logger()

EVERYTHING = frozenset(range(BUCKETS))
_EVERY = 1.0
"""Seconds between two looks at who else is there."""


class Share:
    """What this replica does of its service's work; as it stands, all of it."""

    def __init__(self) -> None:
        self.buckets: frozenset[int] = EVERYTHING
        self.carries = True
        self.keeps = True
        """Whether it keeps the views (``keeper.py``)."""
        self._told: list[Callable[[], None]] = []

    def tell(self, changed: Callable[[], None]) -> None:
        """Call ``changed`` whenever the share is another."""
        self._told.append(changed)

    async def run(self) -> None:
        """Settle the share with the other replicas until cancelled; here there are none."""

    def _take(self, buckets: frozenset[int], carries: bool) -> None:
        if (buckets, carries) != (self.buckets, self.carries):
            self.buckets, self.carries = buckets, carries
            for changed in self._told:
                changed()


class PostgresShare(Share):
    """A replica's fair part, by advisory locks."""

    def __init__(self, url: str, schema: str) -> None:
        super().__init__()
        from shared.connecting import lock_of  # libpq loads only where it is used

        self.buckets, self.carries, self.keeps = frozenset(), False, False
        self._url = url
        self._name = schema
        self._member, self._bucket, self._relay, self._keeper = (
            lock_of(schema, purpose) for purpose in ("member", "bucket", "relay", "keeper")
        )
        self._session: psycopg.Connection | None = None

    async def run(self) -> None:
        """Settle the share, every second, until cancelled."""
        import psycopg

        while True:
            try:
                buckets, carries = await asyncio.to_thread(self._settle)
            except psycopg.Error as error:
                log.warning("share-lost", service=self._name, error=repr(error))
                self._leave()
                self.keeps = False
                buckets, carries = frozenset(), False
            if buckets != self.buckets:
                log.info("share", service=self._name, buckets=sorted(buckets), carries=carries)
            self._take(buckets, carries)
            await asyncio.sleep(_EVERY)

    def _leave(self) -> None:
        if self._session is not None:
            self._session.close()
            self._session = None

    def _join(self) -> psycopg.Connection:
        import psycopg

        from shared.connecting import PATIENCE

        self._leave()
        name = f"dicoso-{self._name}-share"
        session = psycopg.connect(self._url, autocommit=True, application_name=name, **PATIENCE)
        mine = secrets.randbits(31)
        session.execute("SELECT pg_advisory_lock(%s, %s)", (self._member, mine))
        return session

    def _settle(self) -> tuple[frozenset[int], bool]:
        """Give back what is more than a fair part, take what is free of it."""
        if self._session is None:
            self._session, mine = self._join(), frozenset[int]()
        else:
            mine = self.buckets
        fair = math.ceil(BUCKETS / max(1, self._members(self._session)))
        surplus, kept = sorted(mine)[fair:], sorted(mine)[:fair]
        for bucket in surplus:
            self._session.execute("SELECT pg_advisory_unlock(%s, %s)", (self._bucket, bucket))
        self.keeps = self.keeps or self._try(self._session, self._keeper, 0)
        return frozenset(kept) | self._more(self._session, fair - len(kept)), self._relays()

    def _members(self, session: psycopg.Connection) -> int:
        found = session.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted "
            "AND classid = %s::bigint::oid AND objsubid = 2 "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            [self._member % 2**32],
        ).fetchone()
        return found[0] if found else 1

    def _more(self, session: psycopg.Connection, count: int) -> frozenset[int]:
        """Up to so many buckets that nobody holds."""
        taken: set[int] = set()
        for bucket in EVERYTHING - self.buckets if count else ():
            if len(taken) == count:
                break
            if self._try(session, self._bucket, bucket):
                taken.add(bucket)
        return frozenset(taken)

    def _relays(self) -> bool:
        assert self._session is not None  # noqa: S101
        return self.carries or self._try(self._session, self._relay, 0)

    def _try(self, session: psycopg.Connection, key: int, number: int) -> bool:
        found = session.execute("SELECT pg_try_advisory_lock(%s, %s)", (key, number)).fetchone()
        return bool(found and found[0])
