"""Báo cáo thu hoạch: one outcome report, from handing in to acceptance.

Stream ``report/<report>``. What the trips of a period gave the cadre and the unit's work,
under the headings that the regime names; a leader accepts or returns it (DOMAIN.md §1.4, §4).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import chain
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from shared.dates import is_month, is_quarter
from shared.deciding import Decider, Steps, by_word, refuse_first
from shared.language.visits import (
    AcceptReport,
    EnterReport,
    ReportAccepted,
    ReportReturned,
    ReportSubmitted,
    ReturnReport,
    SubmitReport,
)
from shared.messages import Fact
from shared.refused import Refused
from visits.acceptance import Paper, handed_in_again, judged, lay_accepted, lay_returned

if TYPE_CHECKING:
    from visits.known import Known


class Report(Struct, frozen=True, gc=False):
    """Báo cáo thu hoạch as it stands."""

    report: str
    cadre: str
    year: int
    period: str
    sections: Mapping[str, str]
    paper: Paper

    @property
    def subject(self) -> tuple[str, int, str]:
        """Whose report on what: the same whenever it is handed in again."""
        return self.cadre, self.year, self.period

    @property
    def whose(self) -> dict[str, Any]:
        """What every fact of the report carries."""
        return {"report": self.report, "cadre": self.cadre, "year": self.year}


def decide(
    report: Report | None,
    command: SubmitReport | EnterReport | ReturnReport | AcceptReport,
    known: Known,
) -> list[Fact]:
    """What a command comes to on one report; raises Refused."""
    match command:
        case SubmitReport():
            return _submit(report, command, known)
        case EnterReport():
            return _enter(report, command, known)
    if report is None:
        raise Refused("unknown-report", report=command.report)
    fact: ReportReturned | ReportAccepted
    match command:
        case ReturnReport(by=by, on=on):
            fact = ReportReturned(**report.whose, by=by, on=on, reason=command.reason)
        case AcceptReport(accepted_by=by, accepted_on=on):
            fact = ReportAccepted(**report.whose, accepted_by=by, accepted_on=on)
        case _:
            raise TypeError(f"no command of a report: {command!r}")
    if evolve(report, fact) == report:
        return []
    refuse_first(
        chain(
            known.year_faults(report.year),
            judged(report.paper, report.cadre, by, on, known),
        )
    )
    return [fact]


def _submit(report: Report | None, command: SubmitReport, known: Known) -> list[Fact]:
    on = command.submitted_on
    year = year_of(command.period, on, known) if command.year is None else command.year
    told = Report(command.report, command.cadre, year, command.period, command.sections, Paper(on))
    taken: Iterator[Refused] = iter(())
    if report is not None:
        if report.paper.repeated_by(on) and replace(report, paper=told.paper) == told:
            return []
        same_subject = report.subject == told.subject
        taken = handed_in_again(report.paper, same_subject, on, report=told.report)
    refuse_first(
        chain(
            taken,
            period_faults(told.cadre, year, told.period, known),
            _heading_faults(told, known),
        )
    )
    return [_submitted(told)]


def _enter(report: Report | None, command: EnterReport, known: Known) -> list[Fact]:
    by, on = command.accepted_by, command.accepted_on
    paper = Paper(command.submitted_on)
    told = Report(command.report, command.cadre, command.year, command.period, {}, paper)
    taken = []
    if report is not None:
        if report.subject == told.subject and report.paper.row == (paper.submitted_on, on, by):
            return []
        taken = [Refused("duplicate-id", report=told.report)]
    refuse_first(
        chain(
            taken,
            period_faults(told.cadre, told.year, told.period, known),
            judged(paper, told.cadre, by, on, known),
        )
    )
    facts: list[Fact] = [_submitted(told)]
    if by is not None and on is not None:
        facts.append(ReportAccepted(**told.whose, accepted_by=by, accepted_on=on))
    return facts


def _submitted(report: Report) -> ReportSubmitted:
    return ReportSubmitted(
        **report.whose,
        period=report.period,
        submitted_on=report.paper.submitted_on,
        sections=dict(report.sections),
    )


# --- the period: outcome reports and difficulties have it alike -------------------------------


def year_of(period: str, on: date, known: Known) -> int:
    """The regime's year to which a period belongs: its own, or that of the visit it names.

    What is neither is refused by every regime; that of the act's year says why.
    """
    if is_quarter(period) or is_month(period):
        return int(period[:4])
    visit = known.visit(period)
    return on.year if visit is None else visit.year


def period_faults(cadre: str, year: int, period: str, known: Known) -> Iterator[Refused]:
    """Why a cadre may have nothing for the period in the year."""
    yield from known.year_faults(year)
    if known.person(cadre) is None:
        yield Refused("unknown-cadre", cadre=cadre)
    regime = known.regime(year)
    match regime and regime.reports.period:
        case "quarter" if not is_quarter(period):
            yield _malformed({"period": "must be a quarter such as 2019-Q1"})
        case "month" if not is_month(period):
            yield _malformed({"period": "must be a month such as 2019-01"})
        case "visit":
            visit = known.visit(period)
            if visit is None or visit.cadre != cadre:
                yield Refused("unknown-visit", visit=period)


def _heading_faults(report: Report, known: Known) -> Iterator[Refused]:
    """The sections are exactly those that the regime names."""
    regime = known.regime(report.year)
    if regime is None:
        return
    headings = regime.reports.headings
    missing = {f"sections.{one}": "is missing" for one in headings if one not in report.sections}
    unknown = {
        f"sections.{one}": "is not one of the regime's headings"
        for one in report.sections
        if one not in headings
    }
    if missing or unknown:
        yield _malformed(missing | unknown)


def _malformed(reasons: dict[str, str]) -> Refused:
    faults = [{"path": path, "reason": reason} for path, reason in reasons.items()]
    return Refused("malformed", faults=faults)


# --- how facts change a report ----------------------------------------------------------------


def _lay_submitted(_: Report | None, fact: ReportSubmitted) -> Report:
    paper = Paper(fact.submitted_on)
    return Report(fact.report, fact.cadre, fact.year, fact.period, fact.sections, paper)


_STEPS: Steps[Report | None] = {
    ReportSubmitted: _lay_submitted,
    ReportReturned: lay_returned,
    ReportAccepted: lay_accepted,
}
evolve = by_word(_STEPS)
"""The report after a fact."""


def _none() -> Report | None:
    return None


report: Decider[Report | None] = Decider("report", _none, decide, evolve, steps=_STEPS)
