"""Reminders (nhắc việc): whom the organisation department has marked to be reminded, and when.

No verdict rests on it. A cadre is marked once a day; who sends notices reads the marks.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Column, DateTime, Integer, String, Table, delete, insert, select

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
    """The marks, by cadre, year and day."""

    store: Store

    def mark(self, cadres: Iterable[str], year: int, on: str, account: str) -> None:
        """Mark these; marked again on the same day, it stays one mark."""
        now = datetime.now(UTC)
        with self.store.begin() as db:
            for cadre in dict.fromkeys(cadres):
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

    def last(self, cadres: Iterable[str], year: int) -> dict[str, str]:
        """The day of the last mark of each of these that has one."""
        with self.store.begin() as db:
            rows = db.execute(
                select(REMINDERS.c.cadre, REMINDERS.c.on)
                .where(REMINDERS.c.year == year, REMINDERS.c.cadre.in_(list(cadres)))
                .order_by(REMINDERS.c.on)
            )
            return {row.cadre: row.on for row in rows}
