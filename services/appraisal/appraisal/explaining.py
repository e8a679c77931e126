"""Why (vì sao): each half-day credited or denied, each condition, with the entries it rests on.

From the entries alone. Every entry is named by ledger, position and leaf hash, so that whoever
doubts it can look it up and prove it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from appraisal.articles import ARTICLES, CONDITIONS, Article
from appraisal.conditions import Condition
from appraisal.credit import Credit, Denial
from appraisal.person import person
from appraisal.reasons import number
from appraisal.regimes import regimes
from appraisal.rules import Assessment, assess
from appraisal.year import cadre_year
from shared.dates import month_of, quarter_of
from shared.deciding import fold
from shared.language.planning import LineDrafted, PlanApproved
from shared.language.visits import (
    DiaryFact,
    EvidenceAttached,
    ProductFact,
    ReportFact,
    ReportSubmitted,
    TripFact,
    VisitConfirmed,
    VisitVoided,
)
from shared.recorded import Recorded
from shared.refused import Refused
from shared.regime import Regime
from shared.until import acted_on

Shown = dict[str, Any]
Streams = Mapping[str, Sequence[Recorded]]


def resting_on(cadre: str, year: int) -> tuple[str, str, str]:
    """The streams on which a cadre's assessment rests: regime, the cadre's file, the year."""
    return f"regime/{year}", f"cadre/{cadre}", f"year/{year}/{cadre}"


def explained(
    streams: Streams, cadre: str, year: int, as_of: date, known_at: str | None = None
) -> Shown:
    """Why the cadre stands there. Raises Refused ``unknown-regime``, ``unknown-cadre``.

    ``streams`` has the entries of the streams that :func:`resting_on` names, in their order.
    """
    regime, file, year_of = (
        [one.fact for one in streams.get(name, ()) if one.fact is not None]
        for name in resting_on(cadre, year)
    )
    version = fold(regimes, regime).in_force(as_of)
    if version is None:
        raise Refused("unknown-regime", year=year)
    who = fold(person, file)
    if not who.known:
        raise Refused("unknown-cadre", cadre=cadre)
    found = assess(who, fold(cadre_year, year_of), version.regime, as_of)
    trail = Trail(list(streams.get(resting_on(cadre, year)[-1], ())), version.regime, as_of)
    return {
        "assessment": found.as_json(),
        "known_at": known_at,
        "regime_version": version.number,
        "ground": found.ground and found.ground.as_json(),
        "credited": [trail.credit(one) for one in found.credits],
        "denied": [trail.denial(one) for one in found.denials],
        "conditions": [trail.condition(one, found) for one in found.conditions],
    }


@dataclass(frozen=True)
class Trail:
    """The entries of one cadre's year, in which reasons are looked up."""

    entries: list[Recorded]
    regime: Regime
    as_of: date

    # --- half-days ---------------------------------------------------------------------------

    def credit(self, one: Credit) -> Shown:
        """One credited half-day and all it rests on."""
        rules = (self._rule(name, ARTICLES[name], one.kind) for name in self._credited_by())
        return {
            "date": one.date.isoformat(),
            "slot": one.slot.value,
            **self._visit(one.visit),
            "level": one.level.value,
            "rules": list(rules),
            "entries": list(self._entries(one.visit, one.date)),
        }

    def denial(self, one: Denial) -> Shown:
        """A visit, or one day of it, that is not credited, and the rule that denied it."""
        visit = self._visit(one.visit)
        return {
            "date": one.date and one.date.isoformat(),
            **visit,
            **self._rule(one.rule, ARTICLES[one.rule], visit["kind"]),
            "reason": one.reason.as_json(),
            "entries": list(self._entries(one.visit, one.date)),
        }

    def _credited_by(self) -> Iterator[str]:
        """The rules that had to hold for any half-day to be credited."""
        credit = self.regime.credit
        yield "kind"
        if credit.evidence:
            yield "evidence"
        if credit.unplanned == "never":
            yield "planned"
        yield from {"logged": (), "confirmed": ("confirmed",), "accepted": ("report",)}[
            credit.from_
        ]
        yield "window"
        if credit.days == "working":
            yield from ("weekend", "holiday")
        yield "slot"

    def _rule(self, name: str, article: Article, kind: str = "", about: str = "") -> Shown:
        keys = [key.format(kind=kind, about=about) for key in article.keys]
        return {
            "rule": name,
            "article": f"DOMAIN.md §6, “{article.paragraph}”",
            "regime": {key: self._value(key) for key in keys},
        }

    def _value(self, key: str) -> Any:
        """What the regime says under a key such as ``credit.from``; None where it has none."""
        value: Any = self._values
        for name in key.split("."):
            value = value.get(name) if isinstance(value, dict) else None
        return value

    @cached_property
    def _values(self) -> Shown:
        value = self.regime.model_dump(mode="json")
        return {**value, "kinds": {kind["id"]: kind for kind in value["kinds"]}}

    @cached_property
    def _about(self) -> Mapping[str, Sequence[Recorded]]:
        """By visit, the entries about it and its lines, in order: a year has many half-days."""
        of_line: dict[str, set[str]] = defaultdict(set)
        for one in self.entries:
            if isinstance(one.fact, TripFact):
                of_line[one.fact.line].add(one.fact.visit)
        found: dict[str, list[Recorded]] = defaultdict(list)
        for one in self.entries:
            match one.fact:
                case DiaryFact(visit=visit):
                    found[visit].append(one)
                case PlanApproved(lines=lines):
                    for visit in {visit for line in lines for visit in of_line.get(line, ())}:
                        found[visit].append(one)
        return found

    def _visit(self, visit: str) -> Shown:
        """The visit as it stands: where, with which evidence, confirmed by whom."""
        logged, confirmed = self._standing(visit)
        trip = logged.fact
        assert isinstance(trip, TripFact)  # noqa: S101 - what is credited or denied was logged
        confirmation = confirmed.fact if confirmed else None
        return {
            "visit": visit,
            "unit": trip.unit,
            "kind": trip.kind,
            "from": trip.from_.isoformat(),
            "to": trip.to.isoformat(),
            "portion": trip.portion.value,
            "line": trip.line or None,
            "evidence": trip.evidence,
            "evidence_no": trip.evidence_no or None,
            "confirmed_by": (by := getattr(confirmation, "confirmed_by", None)),
            "deputy": confirmed.deputy_of(by) if confirmed and by else "",
            "confirmed_on": (on := getattr(confirmation, "confirmed_on", None)) and on.isoformat(),
        }

    def _standing(self, visit: str) -> tuple[Recorded, Recorded | None]:
        """The version of the visit that stands as of the day, and its first confirmation."""
        logged, confirmed = None, None
        for one in self._about.get(visit, ()):
            match one.fact:
                case TripFact() if self._done(one):
                    newer = logged is None or self._on(one) >= self._on(logged)
                    logged, confirmed = (one, None) if newer else (logged, confirmed)
                case VisitConfirmed() if self._done(one):
                    if confirmed is None or self._on(one) < self._on(confirmed):
                        confirmed = one
        if logged is None:
            raise LookupError(visit)
        return logged, confirmed

    def _entries(self, visit: str, day: date | None) -> Iterator[Shown]:
        """What of the ledgers says so: the visit, what became of it, its files, line and report."""
        logged, confirmed = self._standing(visit)
        yield _named("logged", logged)
        if confirmed is not None:
            yield _named("confirmed", confirmed)
        trip = logged.fact
        for one in self._about.get(visit, ()):
            match one.fact:
                case VisitVoided() if self._done(one):
                    yield _named("voided", one)
                case EvidenceAttached() if self._done(one):
                    yield _named("attached", one)
                case PlanApproved() if (
                    self.regime.credit.unplanned == "never"
                    and getattr(trip, "line", "") in one.fact.lines
                    and self._done(one)
                ):
                    yield _named("planned", one)
        if self.regime.credit.from_ == "accepted" and day is not None:
            yield from self._papers(self._reports_about(self._period(visit, day)))

    def _period(self, visit: str, day: date) -> str:
        match self.regime.reports.period:
            case "quarter":
                return quarter_of(day)
            case "month":
                return month_of(day)
            case "visit":
                return visit

    # --- conditions ----------------------------------------------------------------------------

    def condition(self, one: Condition, found: Assessment) -> Shown:
        """One condition and what met it, or failed it."""
        kind, _, about = one.id.partition(":")
        of_kind = self._visit(about)["kind"] if kind == "product" else ""
        shown = {
            "id": one.id,
            "state": one.state,
            "due": one.due.isoformat(),
            "reason": one.reason.as_json(),
            **self._rule(kind, CONDITIONS[kind], of_kind, about),
            "entries": list(self._met_by(kind, about)),
        }
        if kind in ("days", "level"):
            levels = {about} if about else {credit.level.value for credit in found.credits}
            halves = sum(credit.level.value in levels for credit in found.credits)
            shown["credited"] = number(halves)
        return shown

    def _met_by(self, kind: str, about: str) -> Iterator[Shown]:
        match kind:
            case "plan":
                quarter = {
                    one.fact.line
                    for one in self.entries
                    if isinstance(one.fact, LineDrafted) and one.fact.quarter == about
                }
                for one in self.entries:
                    match one.fact:
                        case PlanApproved(lines=lines) if self._done(one) and quarter & {*lines}:
                            yield _named("approved", one)
            case "report":
                yield from self._papers(self._reports_about(about))
            case "product":
                yield from self._papers(
                    one
                    for one in self.entries
                    if isinstance(one.fact, ProductFact) and one.fact.visit == about
                )

    def _reports_about(self, about: str) -> list[Recorded]:
        """The entries of every report about a period or a visit."""
        ids = {
            one.fact.report
            for one in self.entries
            if isinstance(one.fact, ReportSubmitted) and one.fact.period == about
        }
        return [
            one
            for one in self.entries
            if isinstance(one.fact, ReportFact) and one.fact.report in ids
        ]

    def _papers(self, entries: Iterable[Recorded]) -> Iterator[Shown]:
        for one in entries:
            if self._done(one):
                yield _named(one.type.split(".")[1].rpartition("-")[2], one)

    # --- time ------------------------------------------------------------------------------------

    def _on(self, one: Recorded) -> date:
        on = acted_on(one.fact) if one.fact is not None else None
        return on or date.min

    def _done(self, one: Recorded) -> bool:
        return self._on(one) <= self.as_of


def _named(act: str, one: Recorded) -> Shown:
    on = acted_on(one.fact) if one.fact is not None else None
    return {"act": act, "on": on and on.isoformat(), **one.place}
