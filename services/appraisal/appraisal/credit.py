"""Which half-days are credited to whom (tính ngày đi cơ sở), and why the others are not.

DOMAIN.md §6, "A visit is creditable", "A date counts" and "Two slots a date".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from appraisal import reasons
from appraisal.heard import Line, Visit
from appraisal.person import Leave, Person
from appraisal.reasons import Reason
from appraisal.target import Eligible
from shared.dates import month_of, quarter_of
from shared.language.values import Level, Portion
from shared.regime import Regime

SLOTS = {
    Portion.FULL: (Portion.MORNING, Portion.AFTERNOON),
    Portion.MORNING: (Portion.MORNING,),
    Portion.AFTERNOON: (Portion.AFTERNOON,),
}


class Credit(NamedTuple):
    """One credited half-day."""

    date: date
    slot: Portion
    visit: str
    level: Level
    kind: str


class Denial(NamedTuple):
    """A visit, or one date of it, that is not credited, and by which rule."""

    visit: str
    date: date | None
    reason: Reason


@dataclass(frozen=True, slots=True)
class Facts:
    """What crediting needs, as of one day: acts of a later day are not in it.

    ``accepted`` holds the periods or visits for which an accepted report exists.
    """

    as_of: date
    person: Person
    leaves: tuple[Leave, ...]
    lines: Mapping[str, Line]
    accepted: frozenset[str]
    eligible: Eligible


def credit(
    visits: Iterable[Visit], facts: Facts, regime: Regime
) -> tuple[list[Credit], list[Denial]]:
    """Credit each slot to the creditable visit logged first: ``logged_on``, then visit id.

    ``visits`` are the logged, non-voided ones.
    """
    credits: list[Credit] = []
    denials: list[Denial] = []
    taken: dict[tuple[int, Portion], str] = {}
    counting = counting_dates(facts.eligible, regime)
    for visit in sorted(visits, key=lambda visit: (visit.on, visit.visit)):
        reasons_against = list(against_visit(visit, facts, regime))
        if reasons_against:
            denials += [Denial(visit.visit, None, reason) for reason in reasons_against]
            continue
        for ordinal in range(visit.from_.toordinal(), visit.to.toordinal() + 1):
            day = date.fromordinal(ordinal)
            if ordinal not in counting:
                denials.append(Denial(visit.visit, day, against_date(day, facts, regime)))
                continue
            if not report_gives_credit(visit, day, facts, regime):
                period = reasons.period(regime.reports.period, reported(visit, day, regime))
                reason = reasons.no_accepted_report(period)
                denials.append(Denial(visit.visit, day, reason))
                continue
            for slot in SLOTS[visit.portion]:
                holder = taken.setdefault((ordinal, slot), visit.visit)
                if holder == visit.visit:
                    credits.append(Credit(day, slot, visit.visit, visit.level, visit.kind))
                else:
                    denials.append(Denial(visit.visit, day, reasons.slot_taken(slot, holder)))
    return credits, denials


def against_visit(visit: Visit, facts: Facts, regime: Regime) -> Iterator[Reason]:
    """Every rule by which no date of the visit is creditable."""
    rules = regime.credit
    kind = regime.kind(visit.kind)
    if kind is None or not kind.counts:
        yield reasons.kind_does_not_count(visit.kind)
    if rules.evidence and not (visit.evidence in rules.evidence and visit.evidence_no.strip()):
        yield reasons.no_evidence(rules.evidence)
    if rules.unplanned == "never" and not planned(visit, facts):
        yield reasons.not_planned(visit.line)
    if rules.from_ == "confirmed" and not confirmed(visit, facts):
        yield reasons.NOT_CONFIRMED
    if not rules.half_days and visit.portion is not Portion.FULL:
        yield reasons.HALF_DAY


def planned(visit: Visit, facts: Facts) -> bool:
    """“the visit's own line is approved ≤ as_of (even after the trip)”."""
    line = facts.lines.get(visit.line)
    return line is not None and line.approved_on(facts.as_of) is not None


def confirmed(visit: Visit, facts: Facts) -> bool:
    """Whether the version that stands is confirmed."""
    return visit.confirmed_on is not None and visit.confirmed_on <= facts.as_of


def report_gives_credit(visit: Visit, day: date, facts: Facts, regime: Regime) -> bool:
    """“`accepted` → an accepted report exists … for the period that holds the date”."""
    return regime.credit.from_ != "accepted" or reported(visit, day, regime) in facts.accepted


def reported(visit: Visit, day: date, regime: Regime) -> str:
    """What a report about the visit's date is about: its quarter, its month, or the visit."""
    match regime.reports.period:
        case "quarter":
            return quarter_of(day)
        case "month":
            return month_of(day)
        case "visit":
            return visit.visit


def counting_dates(eligible: Eligible, regime: Regime) -> frozenset[int]:
    """Eligible dates; with `days: working` "neither Saturday, Sunday nor a listed holiday"."""
    if regime.credit.days == "calendar":
        return eligible.dates
    holidays = {holiday.toordinal() for holiday in regime.holidays}
    return frozenset(
        ordinal
        for ordinal in eligible.dates
        if ordinal not in holidays and not weekend(date.fromordinal(ordinal))
    )


def weekend(day: date) -> bool:
    """Saturday or Sunday."""
    return day.isoweekday() >= 6


def against_date(day: date, facts: Facts, regime: Regime) -> Reason:
    """The first rule by which a date that does not count is left out."""
    window, person = regime.window, facts.person
    if not window.from_ <= day <= window.to:
        return reasons.outside_window(window.from_, window.to)
    if not (person.from_ or date.min) <= day <= (person.to or date.max):
        return reasons.NOT_EMPLOYED
    if any(leave.from_ <= day <= leave.to for leave in facts.leaves):
        return reasons.ON_LEAVE
    return reasons.WEEKEND if weekend(day) else reasons.HOLIDAY
