"""Calendar arithmetic: quarters, months and the days between, both ends included."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache

_QUARTER = re.compile(r"([1-9][0-9]{3})-Q([1-4])")
_MONTH = re.compile(r"([1-9][0-9]{3})-(0[1-9]|1[0-2])")


def days(first: date, last: date) -> Iterator[date]:
    """Every date from ``first`` to ``last``."""
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        yield date.fromordinal(ordinal)


day_of = lru_cache(maxsize=4096)(date.fromordinal)
"""The date of an ordinal."""


@lru_cache(maxsize=4096)
def plus(day: date, count: int) -> date:
    """``count`` days later; the calendar's last day where that is past its end."""
    try:
        return day + timedelta(days=count)
    except OverflowError:
        return date.max


@lru_cache(maxsize=4096)
def quarter_of(day: date) -> str:
    """The quarter that holds the day, such as ``2019-Q1``."""
    return f"{day.year:04}-Q{(day.month - 1) // 3 + 1}"


def month_of(day: date) -> str:
    """The month that holds the day, such as ``2019-01``."""
    return f"{day.year:04}-{day.month:02}"


def is_quarter(text: str) -> bool:
    """Whether the text is a quarter."""
    return _QUARTER.fullmatch(text) is not None


def is_month(text: str) -> bool:
    """Whether the text is a month."""
    return _MONTH.fullmatch(text) is not None


def first_day(period: str) -> date:
    """The first calendar day of a quarter or a month. Raises ValueError for other texts."""
    last = last_day(period)
    return last.replace(month=last.month - 2 if is_quarter(period) else last.month, day=1)


@lru_cache(maxsize=4096)
def last_day(period: str) -> date:
    """The last calendar day of a quarter or a month. Raises ValueError for other texts."""
    if found := _QUARTER.fullmatch(period):
        year, month = int(found[1]), int(found[2]) * 3
    elif found := _MONTH.fullmatch(period):
        year, month = int(found[1]), int(found[2])
    else:
        raise ValueError(f"not a quarter or month: {period}")
    return date(year, month, calendar.monthrange(year, month)[1])
