"""Quarters (quý) of a regime's year: which there are, when they begin, when a plan is due."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from datetime import date

from shared.dates import last_day, quarter_of
from shared.regime import Regime


def quarters(regime: Regime) -> list[str]:
    """The quarters that the regime's window touches."""
    first, last = regime.window.from_, regime.window.to
    every = (f"{year}-Q{q}" for year in range(first.year, last.year + 1) for q in range(1, 5))
    return [one for one in every if first <= last_day(one) and begins(one) <= last]


def begins(quarter: str) -> date:
    """The first day of a quarter."""
    return date(int(quarter[:4]), 3 * int(quarter[-1]) - 2, 1)


def before(quarter: str) -> str:
    """The quarter before."""
    year, number = int(quarter[:4]), int(quarter[-1])
    return f"{year}-Q{number - 1}" if number > 1 else f"{year - 1}-Q4"


def a_quarter_later(day: date) -> date:
    """The same day three months on; the month's last day where that is earlier."""
    year, month = (day.year, day.month + 3) if day.month < 10 else (day.year + 1, day.month - 9)
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def plan_due(quarter: str, regime: Regime) -> date:
    """Hạn nộp kế hoạch: the regime's day of the quarter's first month."""
    first = begins(quarter)
    last = calendar.monthrange(first.year, first.month)[1]
    return first.replace(day=min(regime.planning.due_day, last))


def current(every: Sequence[str], today: date) -> str:
    """The quarter that a page is about where none is said: today's, else the nearest."""
    now = quarter_of(today)
    return now if now in every else every[-1] if every[-1] < now else every[0]
