"""What a cadre's year must fulfil (điều kiện hoàn thành chế độ), each with its reason.

DOMAIN.md §6, "Conditions".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Literal

from msgspec import Struct

from appraisal import reasons
from appraisal.heard import Line, Paper, Visit
from appraisal.reasons import Reason
from appraisal.target import Eligible, Quota
from shared.dates import last_day, month_of, plus, quarter_of
from shared.regime import Regime
from shared.values import Level

State = Literal["met", "unmet", "pending"]
Submitted = Mapping[str, Sequence[Paper]]
"""The submissions about each period or visit."""


class Condition(Struct, frozen=True, gc=False):
    """Một điều kiện, as of one day."""

    id: str
    due: date
    """The last day on which it can still be met in time."""
    state: State
    reason: Reason


def _state(met: bool, overdue: bool) -> State:
    if met:
        return "met"
    return "unmet" if overdue else "pending"


def counted(
    credited: int, target: int, quotas: Mapping[Level, Quota], regime: Regime, as_of: date
) -> Iterator[Condition]:
    """“`days` and `level` are pending until met, unmet from `closes_on` on”."""
    to, closes_on = regime.window.to, regime.closes_on
    closed = as_of >= closes_on
    due = plus(closes_on, -1)
    yield Condition(
        "days",
        due,
        _state(credited >= target, closed),
        reasons.days(credited, target, to, closes_on, closed),
    )
    for level, quota in quotas.items():
        yield Condition(
            f"level:{level}",
            due,
            _state(quota.met, closed),
            reasons.level(level, quota.own, quota.filled, quota.owed, to, closes_on, closed),
        )


def plans(
    lines: Iterable[Line], eligible: Eligible, regime: Regime, as_of: date
) -> Iterator[Condition]:
    """“`plan:<quarter>` for each such quarter, if `planning.required`”."""
    if not regime.planning.required:
        return
    approved: dict[str, date] = {}
    for line in lines:
        if on := line.approved_on(as_of):
            approved[line.quarter] = min(on, approved.get(line.quarter, on))
    for quarter in judged(eligible.quarters):
        end = last_day(quarter)
        on = approved.get(quarter)
        yield Condition(
            f"plan:{quarter}",
            end,
            _state(on is not None, as_of > end),
            reasons.plan(quarter, on, end, as_of > end),
        )


def judged(periods: Mapping[str, int]) -> Iterator[str]:
    """“A quarter or month is judged only if it holds at least one eligible date”."""
    return (period for period, count in periods.items() if count)


def reports(
    visits: Sequence[Visit], submitted: Submitted, eligible: Eligible, regime: Regime, as_of: date
) -> Iterator[Condition]:
    """“`report:<period>` for each such quarter or month, or each non-voided logged visit”."""
    rules = regime.reports
    for about, end in _reported(visits, eligible, regime):
        name = reasons.report(reasons.period(rules.period, about))
        due = plus(end, rules.due_days)
        papers = submitted.get(about, ())
        late_counts = rules.late == "counts"
        yield _paper(f"report:{about}", name, papers, due, late_counts, as_of)


def _reported(
    visits: Sequence[Visit], eligible: Eligible, regime: Regime
) -> Iterator[tuple[str, date]]:
    """What owes a report, and the last day of it."""
    if regime.reports.period == "visit":
        yield from ((visit.visit, visit.to) for visit in visits)
        return
    by_quarter = regime.reports.period == "quarter"
    periods = judged(eligible.quarters if by_quarter else eligible.months)
    if regime.reports.required == "active":
        active = set(visited(visits, by_quarter))
        periods = (period for period in periods if period in active)
    yield from ((period, last_day(period)) for period in periods)


def visited(visits: Iterable[Visit], by_quarter: bool) -> Iterator[str]:
    """The quarters or months that hold a date of a visit, creditable or not."""
    for visit in visits:
        day = visit.from_
        while day <= visit.to:
            period = quarter_of(day) if by_quarter else month_of(day)
            yield period
            end = last_day(period)
            if end >= visit.to:
                break
            day = plus(end, 1)


def products(
    visits: Iterable[Visit], submitted: Submitted, regime: Regime, as_of: date
) -> Iterator[Condition]:
    """“`product:<visit>` for each non-voided logged visit … of a kind with `product: true`”."""
    due_days = {kind.id: kind.product_due_days for kind in regime.kinds if kind.product}
    for visit in visits:
        if visit.kind in due_days:
            due = plus(visit.to, due_days[visit.kind])
            papers = submitted.get(visit.visit, ())
            name = reasons.product(visit.visit)
            yield _paper(f"product:{visit.visit}", name, papers, due, True, as_of)


def _paper(
    id: str, name: Reason, papers: Sequence[Paper], due: date, late_counts: bool, as_of: date
) -> Condition:
    """“Met iff accepted ≤ as_of and (`late: counts` or submitted ≤ due) … any one suffices”."""
    accepted = [
        (paper.accepted_on, paper.submitted_on)
        for paper in papers
        if paper.accepted_on is not None and paper.accepted_on <= as_of
    ]
    accepted.sort()
    for accepted_on, submitted_on in accepted:
        if late_counts or submitted_on <= due:
            return Condition(id, due, "met", reasons.accepted(name, submitted_on, accepted_on))
    overdue = as_of > due
    if accepted:
        reason = reasons.too_late(name, accepted[0][1], due)
    else:
        reason = reasons.owed(name, *_last(papers, as_of), due, overdue)
    return Condition(id, due, _state(False, overdue), reason)


def _last(papers: Sequence[Paper], as_of: date) -> tuple[date | None, date | None]:
    """When the last submission was made and, unless it waits to be accepted, returned."""
    known = [
        (paper.submitted_on, _until(paper.returned_on, as_of))
        for paper in papers
        if paper.submitted_on <= as_of
    ]
    return max(known, key=lambda one: (one[0], one[1] is None), default=(None, None))


def _until(on: date | None, as_of: date) -> date | None:
    return on if on and on <= as_of else None
