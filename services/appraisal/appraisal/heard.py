"""What one cadre's year hears of plans, diary and reports: states and how facts change them.

Every part keeps all its dated versions, so that it can be judged as of any day: only acts
dated that day or before exist (DOMAIN.md §6).
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from appraisal.dated import standing
from shared.deciding import Steps
from shared.language.planning import (
    LineAmended,
    LineDrafted,
    LineDropped,
    PlanApproved,
    PlanFact,
    PlanReturned,
    PlanSubmitted,
)
from shared.language.visits import (
    DifficultyAnswered,
    DifficultyClosed,
    DifficultyEscalated,
    DifficultyFact,
    DifficultyRaised,
    EvidenceAttached,
    ProductAccepted,
    ProductReturned,
    ProductSubmitted,
    ReportAccepted,
    ReportReturned,
    ReportSubmitted,
    VisitConfirmed,
    VisitCorrected,
    VisitLogged,
    VisitVoided,
)
from shared.values import Level, Portion

if TYPE_CHECKING:
    from appraisal.year import CadreYear


class Line(Struct, frozen=True, gc=False):
    """Dòng kế hoạch quý: when it was approved, and when its dropping was."""

    quarter: str
    approved: tuple[date, ...] = ()
    dropping: bool = False
    dropped: date | None = None

    def approved_on(self, as_of: date) -> date | None:
        """The day of the first approval, if the line stands approved as of the day."""
        if self.dropped is not None and self.dropped <= as_of:
            return None
        return min((on for on in self.approved if on <= as_of), default=None)


class Visit(Struct, frozen=True, gc=False):
    """Lượt đi cơ sở as logged or as corrected: one version, dated ``on``."""

    visit: str
    level: Level
    kind: str
    line: str
    from_: date
    to: date
    portion: Portion
    evidence: str | None
    evidence_no: str
    on: date
    confirmed_on: date | None = None


class Entry(Struct, frozen=True, gc=False):
    """One visit's place in the diary: its versions in the order of recording."""

    versions: tuple[Visit, ...]
    voided_on: date | None = None

    def logged(self, as_of: date) -> Visit | None:
        """The version that stands as of the day, voided or not."""
        return standing(self.versions, as_of)

    def voided(self, as_of: date) -> date | None:
        """The day of the voiding, if the visit is voided as of the day."""
        return self.voided_on if self.voided_on and self.voided_on <= as_of else None


class Paper(Struct, frozen=True, gc=False):
    """One submission of a report, about a period, or of a product, about a visit."""

    about: str
    submitted_on: date
    returned_on: date | None = None
    accepted_on: date | None = None


Papers = dict[str, tuple[Paper, ...]]
"""Every submission of each report or product, by its id."""


def hear_plan(lines: dict[str, Line], fact: PlanFact) -> None:
    """Lay the fact on the plan lines."""
    match fact:
        case LineDrafted():
            lines[fact.line] = Line(fact.quarter)
        case LineDropped() if not lines[fact.line].approved:
            del lines[fact.line]
        case LineDropped():
            lines[fact.line] = replace(lines[fact.line], dropping=True)
        case PlanApproved():
            # A line that its cadre dropped while it was still a draft stays dropped.
            for id in fact.lines:
                if id in lines:
                    lines[id] = _approve(lines[id], fact.on)
        case LineAmended():
            lines[fact.line] = replace(lines[fact.line], dropping=False)
        case PlanSubmitted() | PlanReturned():
            pass
        case _:
            raise TypeError(f"{type(fact).__name__} is no fact of a quarter plan")


def _approve(line: Line, on: date) -> Line:
    if line.dropping:
        return replace(line, dropping=False, dropped=on)
    return replace(line, approved=(*line.approved, on))


# --- the facts that are folded most, as ``Decider.steps`` -----------------------------------------


def _version(fact: VisitLogged | VisitCorrected, on: date) -> Visit:
    return Visit(
        fact.visit,
        fact.level,
        fact.kind,
        fact.line,
        fact.from_,
        fact.to,
        fact.portion,
        fact.evidence,
        fact.evidence_no,
        on,
    )


def _visit_logged(year: CadreYear, fact: VisitLogged) -> CadreYear:
    year.visits[fact.visit] = Entry((_version(fact, fact.logged_on),))
    return year


def _visit_corrected(year: CadreYear, fact: VisitCorrected) -> CadreYear:
    former = year.visits[fact.visit]
    versions = (*former.versions, _version(fact, fact.on))
    year.visits[fact.visit] = replace(former, versions=versions)
    return year


def _visit_confirmed(year: CadreYear, fact: VisitConfirmed) -> CadreYear:
    """A confirmation confirms the version recorded last."""
    former = year.visits[fact.visit]
    *others, last = former.versions
    if last.confirmed_on is None or fact.confirmed_on < last.confirmed_on:
        last = replace(last, confirmed_on=fact.confirmed_on)
        year.visits[fact.visit] = replace(former, versions=(*others, last))
    return year


def _visit_voided(year: CadreYear, fact: VisitVoided) -> CadreYear:
    year.visits[fact.visit] = replace(year.visits[fact.visit], voided_on=fact.voided_on)
    return year


def _submit(papers: Papers, key: str, paper: Paper) -> None:
    papers[key] = (*papers.get(key, ()), paper)


def _last(papers: Papers, key: str, **acted: date) -> None:
    """What is returned or accepted is the last submission."""
    *former, last = papers[key]
    papers[key] = (*former, replace(last, **acted))


def _report_submitted(year: CadreYear, fact: ReportSubmitted) -> CadreYear:
    _submit(year.reports, fact.report, Paper(fact.period, fact.submitted_on))
    return year


def _report_returned(year: CadreYear, fact: ReportReturned) -> CadreYear:
    _last(year.reports, fact.report, returned_on=fact.on)
    return year


def _report_accepted(year: CadreYear, fact: ReportAccepted) -> CadreYear:
    _last(year.reports, fact.report, accepted_on=fact.accepted_on)
    return year


def _product_submitted(year: CadreYear, fact: ProductSubmitted) -> CadreYear:
    _submit(year.products, fact.product, Paper(fact.visit, fact.submitted_on))
    return year


def _product_returned(year: CadreYear, fact: ProductReturned) -> CadreYear:
    _last(year.products, fact.product, returned_on=fact.on)
    return year


def _product_accepted(year: CadreYear, fact: ProductAccepted) -> CadreYear:
    _last(year.products, fact.product, accepted_on=fact.accepted_on)
    return year


def _pass_over(year: CadreYear, _: DifficultyFact | EvidenceAttached) -> CadreYear:
    # Which file proves a visit changes no count: DOMAIN.md §6 asks for its number.
    return year


STEPS: Steps[CadreYear] = {
    VisitLogged: _visit_logged,
    VisitCorrected: _visit_corrected,
    VisitConfirmed: _visit_confirmed,
    VisitVoided: _visit_voided,
    EvidenceAttached: _pass_over,
    ReportSubmitted: _report_submitted,
    ReportReturned: _report_returned,
    ReportAccepted: _report_accepted,
    ProductSubmitted: _product_submitted,
    ProductReturned: _product_returned,
    ProductAccepted: _product_accepted,
    DifficultyRaised: _pass_over,
    DifficultyEscalated: _pass_over,
    DifficultyAnswered: _pass_over,
    DifficultyClosed: _pass_over,
}
