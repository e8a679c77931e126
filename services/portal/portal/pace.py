"""At this pace (với tiến độ này): where a year comes out if it goes on as it has until now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil


@dataclass(frozen=True)
class Pace:
    """``reached_on`` is the day the target is reached, None where it is not by the window's end;
    ``by_end`` the days that will then be credited, to half a day."""

    reached_on: date | None
    by_end: float


def pace(credited: float, target: float, first: date, last: date, today: date) -> Pace | None:
    """The straight line through what is credited since the window's first day.

    None where there is nothing to draw it through yet, or nothing left to come.
    """
    gone = (min(today, last) - first).days + 1
    if gone < 1 or today >= last or credited <= 0 or target <= 0:
        return None
    a_day = credited / gone
    by_end = int(2 * a_day * ((last - first).days + 1)) / 2
    if credited >= target:
        return Pace(today, by_end)
    on = first + timedelta(days=ceil(target / a_day) - 1)
    return Pace(on if on <= last else None, by_end)
