"""Faults that several deciders look for (DOMAIN.md §4)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from shared.refused import Refused

if TYPE_CHECKING:
    from planning.known import Known


def dates_reversed(first: date | None, last: date | None) -> Iterator[Refused]:
    """``dates-reversed``; an open end is never reversed."""
    if first and last and first > last:
        yield Refused("dates-reversed", **{"from": first, "to": last})


def year_closed(first: int, last: int, known: Known) -> Iterator[Refused]:
    """``year-closed`` for every closed year from the first to the last."""
    for year in range(first, last + 1):
        if known.closed(year):
            yield Refused("year-closed", year=year)


def plan_year(year: int, known: Known) -> Iterator[Refused]:
    """``unknown-regime`` or ``year-closed``, where the year takes no plans."""
    if known.regime(year) is None:
        yield Refused("unknown-regime", year=year)
    yield from year_closed(year, year, known)
