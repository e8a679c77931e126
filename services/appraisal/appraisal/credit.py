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
from shared.dates import days, month_of, quarter_of
from shared.regime import Regime
from shared.values import Level, Portion

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
    """A visit, or one date of it, that is not credited, and by which rule of ``articles.py``."""

    visit: str
    date: date | None
    reason: Reason
    rule: str


@dataclass(frozen=True, slots=True)
class Basis:
    """What crediting needs to know beside the visits.

    As of that day: ``leaves``, the eligible dates, and in ``accepted`` the periods or visits
    for which an accepted report exists. ``lines`` still carry their later approvals.
    """

    as_of: date
    person: Person
    leaves: tuple[Leave, ...]
    lines: Mapping[str, Line]
    accepted: frozenset[str]
    eligible: Eligible


def credit(
    visits: Iterable[Visit], basis: Basis, regime: Regime
) -> tuple[list[Credit], list[Denial]]:
    """Credit each slot to the creditable visit logged first: ``logged_on``, then visit id.

    ``visits`` are the logged, non-voided ones.
    """
    credits: list[Credit] = []
    denials: list[Denial] = []
    taken: dict[tuple[date, Portion], str] = {}
    counting = counting_dates(basis.eligible, regime)
    for visit in sorted(visits, key=lambda visit: (visit.on, visit.visit)):
        against = [
            Denial(visit.visit, None, why, rule)
            for rule, why in against_visit(visit, basis, regime)
        ]
        if against:
            denials += against
            continue
        for day in days(visit.from_, visit.to):
            if day.toordinal() not in counting:
                rule, why = against_date(day, basis, regime)
                denials.append(Denial(visit.visit, day, why, rule))
                continue
            if not report_gives_credit(visit, day, basis, regime):
                period = reasons.period(regime.reports.period, reported(visit, day, regime))
                why = reasons.no_accepted_report(period)
                denials.append(Denial(visit.visit, day, why, "report"))
                continue
            for slot in SLOTS[visit.portion]:
                holder = taken.setdefault((day, slot), visit.visit)
                if holder == visit.visit:
                    credits.append(Credit(day, slot, visit.visit, visit.level, visit.kind))
                else:
                    why = reasons.slot_taken(slot, holder)
                    denials.append(Denial(visit.visit, day, why, "slot"))
    return credits, denials


def against_visit(visit: Visit, basis: Basis, regime: Regime) -> Iterator[tuple[str, Reason]]:
    """Every rule by which no date of the visit is creditable, and why."""
    rules = regime.credit
    kind = regime.kind(visit.kind)
    if kind is None or not kind.counts:
        yield "kind", reasons.kind_does_not_count(visit.kind)
    if rules.evidence and not (visit.evidence in rules.evidence and visit.evidence_no.strip()):
        yield "evidence", reasons.no_evidence(rules.evidence)
    if rules.unplanned == "never" and not planned(visit, basis):
        yield "planned", reasons.not_planned(visit.line)
    if rules.from_ == "confirmed" and not confirmed(visit, basis):
        yield "confirmed", reasons.NOT_CONFIRMED
    if not rules.half_days and visit.portion is not Portion.FULL:
        yield "whole-day", reasons.HALF_DAY


def planned(visit: Visit, basis: Basis) -> bool:
    """“the visit's own line is approved ≤ as_of (even after the trip)”."""
    line = basis.lines.get(visit.line)
    return line is not None and line.approved_on(basis.as_of) is not None


def confirmed(visit: Visit, basis: Basis) -> bool:
    """Whether the version that stands is confirmed."""
    return visit.confirmed_on is not None and visit.confirmed_on <= basis.as_of


def report_gives_credit(visit: Visit, day: date, basis: Basis, regime: Regime) -> bool:
    """“`accepted` → an accepted report exists … for the period that holds the date”."""
    return regime.credit.from_ != "accepted" or reported(visit, day, regime) in basis.accepted


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


def against_date(day: date, basis: Basis, regime: Regime) -> tuple[str, Reason]:
    """The first rule by which a date that does not count is left out, and why."""
    window, person = regime.window, basis.person
    if not window.from_ <= day <= window.to:
        return "window", reasons.outside_window(window.from_, window.to)
    if not (person.from_ or date.min) <= day <= (person.to or date.max):
        return "employment", reasons.NOT_EMPLOYED
    if any(leave.from_ <= day <= leave.to for leave in basis.leaves):
        return "leave", reasons.ON_LEAVE
    return ("weekend", reasons.WEEKEND) if weekend(day) else ("holiday", reasons.HOLIDAY)
