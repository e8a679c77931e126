"""A cadre's leave (nghỉ phép, ốm, học, thai sản): recorded, and corrected with a reason.

DOMAIN.md §4 (``leave.csv``). Leave ids are unique over all cadres; a leave that touches a
closed year is neither recorded nor corrected.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from planning.faults import dates_reversed, year_closed
from shared.dates import plus
from shared.deciding import refuse_first
from shared.language.planning import CorrectLeave, LeaveCorrected, LeaveRecorded, RecordLeave
from shared.messages import Fact
from shared.refused import Refused
from shared.regime import Regime

if TYPE_CHECKING:
    from planning.cadre import Cadre
    from planning.known import Known


@dataclass(frozen=True, slots=True)
class Leave:
    """A leave (lần nghỉ): the row as it stands, and the day of the last act on it."""

    row: LeaveRecorded
    on: date

    def belongs_to(self, year: int) -> bool:
        """Whether it stands in the year's register: filed under it, or reaching into it."""
        return self.row.year == year or self.row.from_.year <= year <= self.row.to.year

    def corrected(self, fact: LeaveCorrected) -> Leave:
        """The leave as corrected; the day on which it was recorded remains."""
        changes = {"kind": fact.kind, "from_": fact.from_, "to": fact.to}
        return Leave(self.row.model_copy(update=changes), fact.on)


class Spell(NamedTuple):
    """A leave as lists keep it: both dates included; the regime's year under which it is filed."""

    kind: str
    first: date
    last: date
    filed: int


def spells_of(leaves: Iterable[Leave]) -> list[Spell]:
    """What lists keep of these leaves."""
    rows = (one.row for one in leaves)
    return [Spell(row.kind, row.from_, row.to, row.year) for row in rows]


def exempt(spells: Iterable[Spell], regime: Regime) -> bool:
    """Whether a leave exempts from the regime's year (DOMAIN.md §6, "Covered")."""
    return any(
        regime.concerns(one.filed, one.first, one.last)
        and regime.exemption(one.kind, (one.last - one.first).days + 1)
        for one in spells
    )


def away(spells: Iterable[Spell], first: date, last: date) -> bool:
    """Whether every day from the first to the last is one of leave."""
    for begins, ends in sorted((one.first, one.last) for one in spells):
        if begins > first:
            return False
        if ends >= last:
            return True
        first = max(first, plus(ends, 1))
    return False


def record_leave(cadre: Cadre | None, command: RecordLeave, known: Known) -> list[Fact]:
    """Raises Refused ``duplicate-id``, ``unknown-cadre``, ``year-closed``, ``dates-reversed``."""
    row = LeaveRecorded(**{**command.model_dump(), "year": command.filed})
    known_leave = cadre.leaves.get(row.leave) if cadre else None
    # a leave that reaches into the next year stands in that year's register too
    if known_leave and known_leave.row == row.model_copy(update={"year": known_leave.row.year}):
        return []
    refuse_first(_record_faults(cadre, row, known))
    return [row]


def _record_faults(cadre: Cadre | None, row: LeaveRecorded, known: Known) -> Iterator[Refused]:
    if known.named(f"leave/{row.leave}") is not None:
        yield Refused("duplicate-id", leave=row.leave)
    if cadre is None:
        yield Refused("unknown-cadre", cadre=row.cadre)
    yield from year_closed(row.from_.year, row.to.year, known)
    yield from dates_reversed(row.from_, row.to)


def correct_leave(cadre: Cadre | None, command: CorrectLeave, known: Known) -> list[Fact]:
    """Raises Refused ``unknown-leave``, ``year-closed``, ``dates-reversed``, ``out-of-turn``."""
    leave = cadre.leaves.get(command.leave) if cadre else None
    if leave is None:
        raise Refused("unknown-leave", leave=command.leave)
    row = leave.row
    if (row.kind, row.from_, row.to) == (command.kind, command.from_, command.to):
        return []
    refuse_first(_correct_faults(leave, command, known))
    return [LeaveCorrected(cadre=row.cadre, **command.model_dump())]


def _correct_faults(leave: Leave, command: CorrectLeave, known: Known) -> Iterator[Refused]:
    for span in (leave.row, command):
        yield from year_closed(span.from_.year, span.to.year, known)
    yield from dates_reversed(command.from_, command.to)
    if command.on < leave.on:
        yield Refused("out-of-turn", on=command.on, not_before=leave.on)
