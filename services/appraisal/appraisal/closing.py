"""Closing the organisation's year (khóa sổ năm), and reopening it with a reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from appraisal.person import not_entitled
from shared.deciding import Decider, refuse_first
from shared.language.appraisal import CloseYear, ReopenYear, YearClosed, YearReopened
from shared.messages import Fact
from shared.refused import Refused
from shared.values import Role

if TYPE_CHECKING:
    from appraisal.known import Known


@dataclass(frozen=True, slots=True)
class Closing:
    """Whether the year is closed: it is what the last act made it."""

    last: YearClosed | YearReopened | None = None

    @property
    def closed(self) -> bool:
        return isinstance(self.last, YearClosed)


def decide(state: Closing, command: CloseYear | ReopenYear, known: Known) -> list[Fact]:
    """Close or reopen: by the organisation department or the standing body."""
    act = (YearClosed if isinstance(command, CloseYear) else YearReopened)(**command.model_dump())
    if state.last == act:
        return []
    refuse_first(_faults(state, command, known))
    return [act]


def _faults(state: Closing, command: CloseYear | ReopenYear, known: Known) -> Iterator[Refused]:
    if known.regimes(command.year).in_force(command.on) is None:
        yield Refused("unknown-regime", year=command.year)
    if state.closed == isinstance(command, CloseYear):
        yield Refused("out-of-turn", year=command.year, closed=state.closed)
    yield from not_entitled(
        known.person(command.by), command.by, command.on, (Role.ORGANISATION, Role.STANDING)
    )


def evolve(_state: Closing, fact: Fact) -> Closing:
    """The year after the fact."""
    match fact:
        case YearClosed() | YearReopened():
            return Closing(fact)
        case _:
            raise TypeError(f"{type(fact).__name__} is no fact of a closing")


closing = Decider("closing", Closing, decide, evolve)
