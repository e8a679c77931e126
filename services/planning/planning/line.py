"""One line of a quarter plan (dòng kế hoạch): its versions, and which of them counts.

DOMAIN.md §3, §4 (``plans.csv``). What was approved stands until a change of it, or its
dropping, has passed the same chain; every version stays on record.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from planning.faults import dates_reversed, plan_year
from shared.language.planning import AmendLine, DraftLine, EnterLine, LineAmended, LineDrafted
from shared.refused import Refused

if TYPE_CHECKING:
    from planning.known import Known


class Content(Struct, frozen=True, gc=False):
    """What a line says: one unit, kind, dates and topic."""

    unit: str
    kind: str
    from_: date
    to: date
    topic: str

    @classmethod
    def of(cls, word: DraftLine | AmendLine | LineDrafted | LineAmended) -> Content:
        """The content of a command or a fact."""
        return cls(word.unit, word.kind, word.from_, word.to, word.topic)


class Back(Struct, frozen=True, gc=False):
    """Trả lại: when a line came back from the chain, from whom, and why."""

    on: date
    by: str
    reason: str


class Line(Struct, frozen=True, gc=False):
    """A plan line and how far it has come."""

    versions: tuple[Content, ...]
    """All that it ever said; the last is the draft, or what was submitted."""
    approved: Content | None = None
    """What stands approved."""
    dropping: str | None = None
    """Why it is to be dropped, from when that is asked for."""
    in_chain: bool = False
    """Submitted, and since then neither returned nor approved."""
    submitted_on: date | None = None
    """First submitted."""
    approved_on: date | None = None
    """First approved."""
    back: Back | None = None
    """How it last came back, until it is handed in again."""

    @property
    def effective(self) -> Content:
        """What counts: the approved version, or the draft as long as there is none."""
        return self.approved or self.versions[-1]

    @property
    def gone(self) -> bool:
        """Dropped: at once where nothing stands approved, otherwise once that is approved."""
        return self.dropping is not None and self.approved is None

    @property
    def changed(self) -> bool:
        """Whether there is something that the chain has yet to approve."""
        return not self.gone and (self.dropping is not None or self.versions[-1] != self.approved)

    def says(self, content: Content) -> bool:
        """Whether this is what its cadre wants it to say."""
        return self.dropping is None and self.versions[-1] == content

    def is_row(self, row: EnterLine) -> bool:
        """Whether a register's row says what the line's own row would say."""
        return not self.gone and (self.effective, self.submitted_on, self.approved_on) == (
            Content.of(row),
            row.submitted_on,
            row.approved_on,
        )

    def amended(self, content: Content) -> Line:
        """The line with a new version."""
        return replace(self, versions=(*self.versions, content), dropping=None, in_chain=False)

    def dropped(self, reason: str) -> Line:
        """The line, gone or asked to go."""
        return replace(self, dropping=reason)

    def submitted(self, on: date) -> Line:
        """The line in the chain."""
        return replace(self, in_chain=True, submitted_on=self.submitted_on or on, back=None)

    def returned(self, on: date, by: str, reason: str) -> Line:
        """The line out of the chain, a draft again."""
        return replace(self, in_chain=False, back=Back(on, by, reason))

    def passed(self, on: date) -> Line:
        """The line when its latest version, or its dropping, is approved."""
        return replace(
            self,
            approved=self.versions[-1] if self.dropping is None else None,
            in_chain=False,
            approved_on=self.approved_on or on,
        )


def draft_faults(command: DraftLine, known: Known) -> Iterator[Refused]:
    """What speaks against a new line."""
    if known.named(f"line/{command.line}") is not None:
        yield Refused("duplicate-id", line=command.line)
    if known.cadre(command.cadre) is None:
        yield Refused("unknown-cadre", cadre=command.cadre)
    yield from content_faults(Content.of(command), command.filed, known)


def enter_faults(command: EnterLine, known: Known) -> Iterator[Refused]:
    """What speaks against a register's row of a line."""
    yield from draft_faults(command, known)
    if command.approved_on and command.approved_on < command.submitted_on:
        yield Refused(
            "out-of-turn", submitted_on=command.submitted_on, approved_on=command.approved_on
        )


def content_faults(content: Content, year: int, known: Known) -> Iterator[Refused]:
    """What speaks against a line's content under the year's regime."""
    if known.unit(content.unit) is None:
        yield Refused("unknown-unit", unit=content.unit)
    regime = known.regime(year)
    if regime and regime.kind(content.kind) is None:
        yield Refused("unknown-kind", kind=content.kind)
    yield from plan_year(year, known)
    yield from dates_reversed(content.from_, content.to)
