"""How many days a cadre owes (chỉ tiêu ngày): eligible dates, proration, quotas, surplus.

DOMAIN.md §6, "Target" and "Levels". Days are counted in exact *half-days*: 120 is 60 days.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from appraisal.person import Leave, Person
from shared.dates import last_day, month_of, quarter_of
from shared.regime import Regime, Window
from shared.values import Level

ENOUGH_OF_A_MONTH = 15
"""Eligible dates from which on a month is owed (DOMAIN.md §6, "Target")."""


@dataclass(frozen=True, slots=True)
class Eligible:
    """The dates inside window and employment and outside leave, as ordinals.

    ``months`` counts them in every calendar month that holds a date of the window;
    ``quarters`` likewise.
    """

    dates: frozenset[int]
    months: Mapping[str, int]
    quarters: Mapping[str, int]


def employed(person: Person, window: Window) -> range:
    """The dates of the window inside the employment, as ordinals; open where blank."""
    first = max(window.from_, person.from_ or date.min)
    last = min(window.to, person.to or date.max)
    return range(first.toordinal(), last.toordinal() + 1)


def eligible_dates(person: Person, leaves: Iterable[Leave], window: Window) -> Eligible:
    """“eligible = window dates inside employment and outside leave”."""
    inside = employed(person, window)
    away: set[int] = set()
    for leave in leaves:
        away.update(_both(inside, range(leave.from_.toordinal(), leave.to.toordinal() + 1)))
    months: dict[str, int] = {}
    quarters: dict[str, int] = {}
    for first_day, ordinals in _months(window.from_, window.to):
        here = _both(inside, ordinals)
        count = len(here) - len(away.intersection(here))
        months[month_of(first_day)] = count
        quarter = quarter_of(first_day)
        quarters[quarter] = quarters.get(quarter, 0) + count
    return Eligible(_set(inside) - away, months, quarters)


def _both(one: range, other: range) -> range:
    """What two stretches of dates have in common."""
    return range(max(one.start, other.start), min(one.stop, other.stop))


_set: Callable[[range], frozenset[int]] = lru_cache(maxsize=64)(frozenset)


@lru_cache(maxsize=64)
def _months(first_day: date, last: date) -> tuple[tuple[date, range], ...]:
    """Each calendar month of a window: its first date there, and its ordinals there."""
    found = []
    first, end = first_day.toordinal(), last.toordinal()
    while first <= end:
        day = date.fromordinal(first)
        behind = min(last_day(month_of(day)).toordinal(), end) + 1
        found.append((day, range(first, behind)))
        first = behind
    return tuple(found)


def prorated(base: Decimal, regime: Regime, eligible: Eligible) -> int:
    """The base, prorated and rounded *up* to a multiple of 0.5, in half-days."""
    halves = int(base * 2)
    match regime.target.proration:
        case "none":
            return halves
        case "days":
            window = regime.window
            part, whole = len(eligible.dates), (window.to - window.from_).days + 1
        case "months":
            part = sum(count >= ENOUGH_OF_A_MONTH for count in eligible.months.values())
            whole = len(eligible.months)
    return -(-halves * part // whole)


@dataclass(frozen=True, slots=True)
class Quota:
    """Chỉ tiêu của một cấp: what is owed, what the level itself has, what surplus fills."""

    owed: int
    own: int
    filled: int

    @property
    def met(self) -> bool:
        return self.own + self.filled >= self.owed


def quotas(regime: Regime, eligible: Eligible, by_level: Mapping[Level, int]) -> dict[Level, Quota]:
    """Each level's quota and how it is filled; none where ``surplus: any`` judges no levels.

    ``upward``: going up from the lowest level, what a level has beyond its own quota waits
    for the next shortfall above it; so every surplus fills its nearest shortfall first, and
    never one below. A level without a quota has quota 0.
    """
    target = regime.target
    if target.surplus == "any":
        return {}
    surplus = 0
    found = {}
    for level in Level:
        owed = prorated(target.by_level.get(level, Decimal(0)), regime, eligible)
        own = by_level.get(level, 0)
        filled = min(surplus, max(0, owed - own)) if target.surplus == "upward" else 0
        surplus += max(0, own - owed) - filled
        if level in target.by_level:
            found[level] = Quota(owed, own, filled)
    return found
