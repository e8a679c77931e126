"""Reminders (nhắc việc): whom the organisation department has marked to be reminded, and when.

No verdict rests on it. A cadre is marked once a day, and told in the same transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, DateTime, Integer, String, Table, delete, insert, select

from portal.accounts import Account
from portal.notices.deciding import Notice
from portal.notices.keeping import Notices
from portal.store import METADATA, Store

REMINDERS = Table(
    "reminders",
    METADATA,
    Column("cadre", String(1000), primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("on", String(10), primary_key=True),
    Column("by_account", String(64), nullable=False),
    Column("marked", DateTime(timezone=True), nullable=False),
)


@dataclass(frozen=True)
class Reminders:
    """The marks, by cadre, year and day; ``notices`` tells those who are marked."""

    store: Store
    notices: Notices

    def mark(
        self, told: Mapping[str, Sequence[Account]], year: int, on: str, account: str, now: datetime
    ) -> None:
        """Mark these and tell their accounts; again on the same day, it stays one mark."""
        with self.store.begin() as db:
            for cadre, accounts in told.items():
                same = (
                    (REMINDERS.c.cadre == cadre)
                    & (REMINDERS.c.year == year)
                    & (REMINDERS.c.on == on)
                )
                db.execute(delete(REMINDERS).where(same))
                db.execute(
                    insert(REMINDERS).values(
                        cadre=cadre, year=year, on=on, by_account=account, marked=now
                    )
                )
                for one in accounts:
                    self.notices.make(db, one, _notice(cadre, year, on), now)

    def last(self, cadres: Iterable[str], year: int) -> dict[str, str]:
        """The day of the last mark of each of these that has one."""
        with self.store.begin() as db:
            rows = db.execute(
                select(REMINDERS.c.cadre, REMINDERS.c.on)
                .where(REMINDERS.c.year == year, REMINDERS.c.cadre.in_(list(cadres)))
                .order_by(REMINDERS.c.on)
            )
            return {row.cadre: row.on for row in rows}


def _notice(cadre: str, year: int, on: str) -> Notice:
    told = {"year": str(year), "on": on}
    return Notice(f"reminder/{year}/{on}", cadre, "reminder", "reminder", told, f"/?year={year}")
