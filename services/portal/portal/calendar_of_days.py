"""The calendar of a year (lịch ngày đi): each day as it counts, for a page to draw."""

from __future__ import annotations

import calendar
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class DayOf:
    """One day: ``how`` it counts (full, half, denied, visited or nothing), and why."""

    day: date
    how: str
    visits: tuple[str, ...]


Month = tuple[date, list[list[DayOf | None]]]
"""The first of a month, and its weeks from Monday, None outside the month."""


def months(
    year: int,
    credits: Iterable[Mapping[str, Any]],
    denials: Iterable[Mapping[str, Any]],
    visits: Iterable[Mapping[str, str]] = (),
) -> list[Month]:
    """The twelve months, of what ``ask.appraisal.assess`` and ``ask.visits.diary`` answer."""
    halves = Counter(one["date"] for one in credits)
    denied = {one["date"] for one in denials if one["date"]}
    at: dict[str, list[str]] = {}
    for visit in visits:
        if not visit["voided_on"]:
            first, last = date.fromisoformat(visit["from"]), date.fromisoformat(visit["to"])
            for ordinal in range(first.toordinal(), last.toordinal() + 1):
                at.setdefault(date.fromordinal(ordinal).isoformat(), []).append(visit["visit"])

    def how(day: str) -> str:
        if halves[day]:
            return "full" if halves[day] >= 2 else "half"
        return "denied" if day in denied else "visited" if day in at else ""

    def one(day: date, month: int) -> DayOf | None:
        if day.month != month:
            return None
        text = day.isoformat()
        return DayOf(day, how(text), tuple(at.get(text, ())))

    weeks = calendar.Calendar()
    return [
        (
            date(year, month, 1),
            [[one(day, month) for day in week] for week in weeks.monthdatescalendar(year, month)],
        )
        for month in range(1, 13)
    ]
