"""Which half-days are credited to whom (tính ngày đi cơ sở), and why the others are not.

DOMAIN.md §6, "A visit is creditable", "A date counts" and "Two slots a date".
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from operator import attrgetter

from msgspec import Struct

from appraisal import reasons
from appraisal.heard import Line, Visit
from appraisal.person import Leave, Person
from appraisal.reasons import Reason
from appraisal.target import Eligible
from shared.dates import day_of, days, month_of, quarter_of
from shared.regime import Credit as Rules
from shared.regime import Regime
from shared.values import Level, Portion

_MORNING, _AFTERNOON = (0, Portion.MORNING), (1, Portion.AFTERNOON)
SLOTS = {
    Portion.FULL: (_MORNING, _AFTERNOON),
    Portion.MORNING: (_MORNING,),
    Portion.AFTERNOON: (_AFTERNOON,),
}
"""The half-days of a portion, each with its place in the date."""
_LOGGED_FIRST = attrgetter("on", "visit")


class Credit(Struct, frozen=True, gc=False):
    """One credited half-day."""

    date: date
    slot: Portion
    visit: str
    level: Level
    kind: str


class Denial(Struct, frozen=True, gc=False):
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
    taken: dict[int, str] = {}  # by ordinal and place of the half-day in one number
    counting = counting_dates(basis.eligible, regime)
    counted = frozenset(kind.id for kind in regime.kinds if kind.counts)
    planned = {id for id, line in basis.lines.items() if line.approved_on(basis.as_of)}
    rules, by_report = regime.credit, regime.credit.from_ == "accepted"
    for visit in sorted(visits, key=_LOGGED_FIRST):
        id, level, kind, slots = visit.visit, visit.level, visit.kind, SLOTS[visit.portion]
        if against := against_visit(visit, basis, counted, planned, rules):
            denials += [Denial(id, None, why, rule) for rule, why in against]
            continue
        for ordinal in range(visit.from_.toordinal(), visit.to.toordinal() + 1):
            day = day_of(ordinal)
            if ordinal not in counting:
                rule, why = against_date(day, basis, regime)
                denials.append(Denial(id, day, why, rule))
                continue
            if by_report and (about := reported(visit, day, regime)) not in basis.accepted:
                why = reasons.no_accepted_report(reasons.period(regime.reports.period, about))
                denials.append(Denial(id, day, why, "report"))
                continue
            for half, slot in slots:
                holder = taken.setdefault(2 * ordinal + half, id)
                if holder == id:
                    credits.append(Credit(day, slot, id, level, kind))
                else:
                    denials.append(Denial(id, day, reasons.slot_taken(slot, holder), "slot"))
    return credits, denials


def against_visit(
    visit: Visit, basis: Basis, counted: Collection[str], planned: Collection[str], rules: Rules
) -> list[tuple[str, Reason]]:
    """Every rule by which no date of the visit is creditable, and why.

    ``counted`` are the kinds that count, ``planned`` the lines approved: “the visit's own line is
    approved ≤ as_of (even after the trip)”.
    """
    found = []
    if visit.kind not in counted:
        found.append(("kind", reasons.kind_does_not_count(visit.kind)))
    if rules.evidence and not (visit.evidence in rules.evidence and visit.evidence_no.strip()):
        found.append(("evidence", reasons.no_evidence(rules.evidence)))
    if rules.unplanned == "never" and visit.line not in planned:
        found.append(("planned", reasons.not_planned(visit.line)))
    if rules.from_ == "confirmed" and not confirmed(visit, basis):
        found.append(("confirmed", reasons.NOT_CONFIRMED))
    if not rules.half_days and visit.portion is not Portion.FULL:
        found.append(("whole-day", reasons.HALF_DAY))
    return found


def confirmed(visit: Visit, basis: Basis) -> bool:
    """Whether the version that stands is confirmed."""
    return visit.confirmed_on is not None and visit.confirmed_on <= basis.as_of


def reported(visit: Visit, day: date, regime: Regime) -> str:
    """What a report about the visit's date is about: its quarter, its month, or the visit.

    “`accepted` → an accepted report exists … for the period that holds the date”.
    """
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
    return eligible.dates & _working(regime.window.from_, regime.window.to, regime.holidays)


@lru_cache(maxsize=64)
def _working(first: date, last: date, holidays: tuple[date, ...]) -> frozenset[int]:
    return frozenset(
        day.toordinal() for day in days(first, last) if day not in holidays and not weekend(day)
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
