"""The assessment of one cadre's year (kết quả thực hiện chế độ): DOMAIN.md §6, as of a day.

Pure: what is heard and recorded, the regime in force and the day go in, the assessment comes
out. Only acts dated that day or before exist. Days are counted in exact half-days.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Literal

from appraisal import conditions, reasons, target
from appraisal.conditions import Condition, Submitted
from appraisal.credit import Basis, Credit, Denial, credit
from appraisal.heard import Papers, Visit
from appraisal.person import Leave, Person
from appraisal.reasons import Reason, number
from shared.dates import quarter_of
from shared.language.appraisal import ClassificationRecorded
from shared.regime import Commendation, Regime
from shared.values import Classification, Level, YesNo

if TYPE_CHECKING:
    from appraisal.year import CadreYear

Status = Literal["not_covered", "exempt", "fulfilled", "unfulfilled", "in_progress"]


@dataclass(frozen=True, slots=True)
class Assessment:
    """Kết quả thực hiện chế độ of one cadre as of one day; numbers are half-days.

    ``commendation`` gives, for each title, the needs that fail: none where eligible.
    ``ground`` says why a cadre is not covered or exempt. ``credits`` and ``denials`` explain
    each half-day; they are no part of the JSON.
    """

    cadre: str
    year: int
    regime: str
    as_of: date
    status: Status
    target: int = 0
    credited: int = 0
    by_level: Mapping[str, int] = field(default_factory=dict)
    by_kind: Mapping[str, int] = field(default_factory=dict)
    by_quarter: Mapping[str, int] = field(default_factory=dict)
    conditions: tuple[Condition, ...] = ()
    commendation: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ground: Reason | None = None
    credits: tuple[Credit, ...] = ()
    denials: tuple[Denial, ...] = ()

    @property
    def shortfall(self) -> int:
        """“`shortfall = max(0, target − credited)`”."""
        return max(0, self.target - self.credited)

    def as_json(self) -> dict[str, Any]:
        """The assessment as DOMAIN.md §6 gives it, with its keys in that order."""
        return {
            "cadre": self.cadre,
            "year": self.year,
            "regime": self.regime,
            "as_of": self.as_of.isoformat(),
            "status": self.status,
            "target": number(self.target),
            "credited": number(self.credited),
            "shortfall": number(self.shortfall),
            "by_level": {level: number(halves) for level, halves in self.by_level.items()},
            "by_kind": {kind: number(halves) for kind, halves in self.by_kind.items()},
            "by_quarter": {quarter: number(halves) for quarter, halves in self.by_quarter.items()},
            "conditions": [
                {"id": one.id, "state": one.state, "reason": one.reason.as_json()}
                for one in self.conditions
            ],
            "commendation": {
                title: {"eligible": not unmet, "unmet": list(unmet)}
                for title, unmet in self.commendation.items()
            },
        }


def assess(person: Person, year: CadreYear, regime: Regime, as_of: date) -> Assessment:
    """The cadre's year under the regime, as of the day."""
    leaves = tuple(leave for leave in person.leaves(as_of) if leave.concerns(regime))
    classification = year.classification(as_of)
    blank = Assessment(person.cadre, regime.year, regime.regime, as_of, "not_covered")
    if ground := not_covered(person, regime):
        return replace(blank, ground=ground)
    if ground := exempt(leaves, regime):
        judged = commendation("exempt", classification, regime)
        return replace(blank, status="exempt", ground=ground, commendation=judged)

    eligible = target.eligible_dates(person, leaves, regime.window)
    logged, voided = diary(year, as_of)
    basis = Basis(as_of, person, leaves, year.lines, accepted(year.reports, as_of), eligible)
    credits, denials = credit(logged, basis, regime)
    by_level, by_kind = tally(credits)
    owed = target.prorated(regime.target.days, regime, eligible)
    quotas = target.quotas(regime, eligible, by_level)
    found = [
        *conditions.counted(len(credits), owed, quotas, regime, as_of),
        *conditions.plans(year.lines.values(), eligible, regime, as_of),
        *conditions.reports(logged, by_subject(year.reports), eligible, regime, as_of),
        *conditions.products(logged, by_subject(year.products), regime, as_of),
    ]
    state = status(found, regime, as_of)
    return replace(
        blank,
        status=state,
        target=owed,
        credited=len(credits),
        by_level=_sorted((level.value, halves) for level, halves in by_level.items()),
        by_kind=_sorted(by_kind.items()),
        by_quarter=_sorted(Counter(map(quarter_of, map(attrgetter("date"), credits))).items()),
        conditions=tuple(sorted(found, key=lambda one: one.id)),
        commendation=commendation(state, classification, regime),
        credits=tuple(credits),
        denials=(*voided, *denials),
    )


def tally(credits: Iterable[Credit]) -> tuple[Counter[Level], Counter[str]]:
    """The half-days of each level and of each kind; those of one visit stand together."""
    by_level, by_kind = Counter[Level](), Counter[str]()
    for _, those in groupby(credits, attrgetter("visit")):
        one, *others = those
        by_level[one.level] += 1 + len(others)
        by_kind[one.kind] += 1 + len(others)
    return by_level, by_kind


def _sorted(halves: Iterable[tuple[str, int]]) -> dict[str, int]:
    return dict(sorted(halves))


def not_covered(person: Person, regime: Regime) -> Reason | None:
    """“A cadre is covered iff `employment` and `duty` are in `population`”, and employed
    on a date of the window."""
    population = regime.population
    if person.employment not in population.employment or person.duty not in population.duty:
        return reasons.NOT_IN_POPULATION
    if not target.employed(person, regime.window):
        return reasons.NOT_EMPLOYED_IN_WINDOW
    return None


def exempt(leaves: Iterable[Leave], regime: Regime) -> Reason | None:
    """“Exempt iff some recorded leave has a kind listed … and lasts … at least”, the whole
    of it even outside the window."""
    for leave in leaves:
        if rule := regime.exemption(leave.kind, leave.days):
            return reasons.exempt(leave.kind, leave.from_, leave.to, leave.days, rule.at_least_days)
    return None


def diary(year: CadreYear, as_of: date) -> tuple[list[Visit], list[Denial]]:
    """The logged, non-voided visits as of the day; and the voided ones, denied."""
    logged, voided = [], []
    for entry in year.visits.values():
        visit = entry.logged(as_of)
        if visit is None:
            continue
        if on := entry.voided(as_of):
            voided.append(Denial(visit.visit, None, reasons.voided(on), "not-voided"))
        else:
            logged.append(visit)
    return logged, voided


def accepted(reports: Papers, as_of: date) -> frozenset[str]:
    """The periods or visits with an accepted report; "a late report … still gives credit"."""
    return frozenset(
        paper.about
        for submissions in reports.values()
        for paper in submissions
        if paper.accepted_on is not None and paper.accepted_on <= as_of
    )


def by_subject(papers: Papers) -> Submitted:
    """The submissions of every report about each period, or product about each visit."""
    found = defaultdict(list)
    for submissions in papers.values():
        for paper in submissions:
            found[paper.about].append(paper)
    return found


def status(found: Iterable[Condition], regime: Regime, as_of: date) -> Status:
    """“`fulfilled` iff every condition is met; else `unfulfilled` iff as_of ≥ `closes_on`”."""
    if all(one.state == "met" for one in found):
        return "fulfilled"
    return "unfulfilled" if as_of >= regime.closes_on else "in_progress"


def commendation(
    status: Status, classification: ClassificationRecorded | None, regime: Regime
) -> dict[str, tuple[str, ...]]:
    """“per title, eligible iff every need holds”: the needs that fail, by title."""
    return {
        award.title: tuple(
            sorted(need for need in award.needs if not holds(need, status, classification, award))
        )
        for award in regime.commendation
    }


def holds(
    need: str, status: Status, recorded: ClassificationRecorded | None, award: Commendation
) -> bool:
    """Whether one need of a commendation holds."""
    match need.split(":"):
        case ["regime_fulfilled"]:
            return status == "fulfilled" or (status == "exempt" and award.exempt_counts)
        case ["classification", least]:
            return recorded is not None and at_least(recorded.classification, least)
        case ["initiative"]:
            return recorded is not None and recorded.initiative is YesNo.YES
        case ["no_discipline"]:
            return recorded is None or recorded.discipline is not YesNo.YES
        case _:
            raise ValueError(f"no such need: {need}")


def at_least(classification: Classification, least: str) -> bool:
    """Whether the classification is the named one or better; the words stand best first."""
    best_first = list(Classification)
    return best_first.index(classification) <= best_first.index(Classification(least))
