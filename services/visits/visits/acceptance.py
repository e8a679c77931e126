"""Nghiệm thu: how a report of either sort is handed in, returned, handed in again, accepted.

Outcome reports and product reports go the same way (DOMAIN.md §1.4, §1.5 and §4); what
each says, and who its author is, they keep themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Protocol, TypeVar, cast

from msgspec import Struct
from msgspec.structs import replace

from shared.deciding import begun
from shared.language.visits import (
    ProductAccepted,
    ProductReturned,
    ReportAccepted,
    ReportReturned,
)
from shared.refused import Refused
from visits.authority import judged_by

if TYPE_CHECKING:
    from visits.known import Known


class Paper(Struct, frozen=True, gc=False):
    """A report as it lies before those who accept it: when it was last handed in, what came of it.

    Handing in again begins a new paper.
    """

    submitted_on: date
    returned_on: date | None = None
    returned_by: str | None = None
    returned_why: str = ""
    accepted_on: date | None = None
    accepted_by: str | None = None

    def returned(self, by: str, on: date, reason: str) -> Paper:
        """Trả lại: it waits to be handed in again."""
        return replace(self, returned_by=by, returned_on=on, returned_why=reason)

    def accepted(self, by: str, on: date) -> Paper:
        """Đã nghiệm thu."""
        return replace(self, accepted_by=by, accepted_on=on)

    def repeated_by(self, on: date) -> bool:
        """Whether handing in on the day tells this handing in again, and answers no return."""
        return on == self.submitted_on and (self.returned_on is None or on < self.returned_on)

    @property
    def row(self) -> tuple[date, date | None, str | None]:
        """The register's columns submitted_on, accepted_on, accepted_by."""
        return self.submitted_on, self.accepted_on, self.accepted_by


def handed_in_again(paper: Paper, same_subject: bool, on: date, **whose: str) -> Iterator[Refused]:
    """Why nothing may be handed in on the day under an id that is taken.

    A returned paper may, for the same subject, not before it was returned.
    """
    if paper.returned_on is None or not same_subject:
        yield Refused("duplicate-id", **whose)
    elif on < paper.returned_on:
        yield Refused("out-of-turn", submitted_on=str(on), returned_on=str(paper.returned_on))


def judged(
    paper: Paper, author: str | None, by: str | None, on: date | None, known: Known
) -> Iterator[Refused]:
    """Why ``by`` may not accept or return the paper on the day.

    Both are missing in a register's row that is not accepted; one of them alone is a fault.
    """
    if (by is None) != (on is None):
        yield Refused("out-of-turn", missing="accepted_by" if by is None else "accepted_on")
    if paper.returned_on is not None:
        yield Refused("out-of-turn", returned_on=str(paper.returned_on))
    if paper.accepted_on is not None:
        yield Refused("out-of-turn", accepted_on=str(paper.accepted_on))
    if on is not None and on < paper.submitted_on:
        yield Refused("out-of-turn", on=str(on), submitted_on=str(paper.submitted_on))
    if by is not None:
        yield from judged_by(author, by, on, known)


# --- how facts change a report of either sort --------------------------------------------------


class Papered(Protocol):
    """A report of either sort."""

    @property
    def paper(self) -> Paper:
        """As it lies before those who accept it."""


P = TypeVar("P", bound=Papered)


def lay_returned(report: P | None, fact: ReportReturned | ProductReturned) -> P:
    """The report after it was returned."""
    now = begun(report, fact)
    return _with(now, now.paper.returned(fact.by, fact.on, fact.reason))


def lay_accepted(report: P | None, fact: ReportAccepted | ProductAccepted) -> P:
    """The report after it was accepted."""
    now = begun(report, fact)
    return _with(now, now.paper.accepted(fact.accepted_by, fact.accepted_on))


def _with(report: P, paper: Paper) -> P:
    return cast(P, replace(cast(Struct, report), paper=paper))
