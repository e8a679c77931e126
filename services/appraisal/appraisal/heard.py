"""What one cadre's year hears of plans, diary and reports: states and how facts change them.

Every part keeps all its dated versions, so that it can be judged as of any day: only acts
dated that day or before exist (DOMAIN.md §6).
"""

from __future__ import annotations

from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from appraisal.dated import standing
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
    DiaryFact,
    EvidenceAttached,
    ProductAccepted,
    ProductFact,
    ProductReturned,
    ProductSubmitted,
    ReportAccepted,
    ReportFact,
    ReportReturned,
    ReportSubmitted,
    VisitConfirmed,
    VisitCorrected,
    VisitLogged,
    VisitVoided,
)
from shared.values import Level, Portion


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


def hear_diary(diary: dict[str, Entry], fact: DiaryFact) -> None:
    """Lay the fact on the diary; a confirmation confirms the version recorded last."""
    match fact:
        case VisitLogged():
            entry = Entry((_version(fact, fact.logged_on),))
        case VisitCorrected():
            entry = diary[fact.visit]
            entry = replace(entry, versions=(*entry.versions, _version(fact, fact.on)))
        case VisitConfirmed():
            entry = diary[fact.visit]
            *former, last = entry.versions
            if last.confirmed_on is None or fact.confirmed_on < last.confirmed_on:
                last = replace(last, confirmed_on=fact.confirmed_on)
            entry = replace(entry, versions=(*former, last))
        case VisitVoided():
            entry = replace(diary[fact.visit], voided_on=fact.voided_on)
        case EvidenceAttached():
            return  # which file proves a visit changes no count: DOMAIN.md §6 asks for its number
        case _:
            raise TypeError(f"{type(fact).__name__} is no fact of a diary")
    diary[fact.visit] = entry


def _version(fact: VisitLogged | VisitCorrected, on: date) -> Visit:
    return Visit(
        visit=fact.visit,
        level=fact.level,
        kind=fact.kind,
        line=fact.line,
        from_=fact.from_,
        to=fact.to,
        portion=fact.portion,
        evidence=fact.evidence,
        evidence_no=fact.evidence_no,
        on=on,
    )


def hear_report(reports: Papers, fact: ReportFact) -> None:
    """Lay the fact on the outcome reports; what is returned or accepted is the last submission."""
    former = reports.get(fact.report, ())
    match fact:
        case ReportSubmitted():
            now = (*former, Paper(fact.period, fact.submitted_on))
        case ReportReturned():
            now = (*former[:-1], replace(former[-1], returned_on=fact.on))
        case ReportAccepted():
            now = (*former[:-1], replace(former[-1], accepted_on=fact.accepted_on))
        case _:
            raise TypeError(f"{type(fact).__name__} is no fact of a report")
    reports[fact.report] = now


def hear_product(products: Papers, fact: ProductFact) -> None:
    """Lay the fact on the product reports; what is returned or accepted is the last submission."""
    former = products.get(fact.product, ())
    match fact:
        case ProductSubmitted():
            now = (*former, Paper(fact.visit, fact.submitted_on))
        case ProductReturned():
            now = (*former[:-1], replace(former[-1], returned_on=fact.on))
        case ProductAccepted():
            now = (*former[:-1], replace(former[-1], accepted_on=fact.accepted_on))
        case _:
            raise TypeError(f"{type(fact).__name__} is no fact of a product report")
    products[fact.product] = now
