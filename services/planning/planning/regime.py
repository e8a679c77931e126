"""One year's regime (chế độ đi công tác cơ sở), enacted once and amended with a reason.

DOMAIN.md §3, §5. The stream is the year; every version stays on record.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from planning.faults import year_closed
from shared.deciding import Decider, refuse_first
from shared.language.planning import AmendRegime, EnactRegime, RegimeAmended, RegimeEnacted
from shared.messages import Fact
from shared.refused import Refused
from shared.regime import Regime

if TYPE_CHECKING:
    from planning.known import Known


@dataclass(frozen=True, slots=True)
class Enacted:
    """The regime of a year: every version in turn, and the day of the last amendment."""

    versions: tuple[Regime, ...]
    amended_on: date | None = None

    @property
    def current(self) -> Regime:
        """The version as last amended."""
        return self.versions[-1]


def decide(state: Enacted | None, command: EnactRegime | AmendRegime, known: Known) -> list[Fact]:
    """Ban hành hoặc sửa đổi chế độ.

    Raises Refused ``duplicate-id``, ``unknown-regime``, ``year-closed``, ``out-of-turn``.
    """
    if state is not None and command.regime == state.current:
        return []
    refuse_first(_faults(state, command, known))
    match command:
        case EnactRegime():
            return [RegimeEnacted(regime=command.regime)]
        case AmendRegime():
            return [RegimeAmended(regime=command.regime, on=command.on, reason=command.reason)]
        case _:
            raise TypeError(f"{type(command).__name__} is not decided by a regime")


def _faults(
    state: Enacted | None, command: EnactRegime | AmendRegime, known: Known
) -> Iterator[Refused]:
    year = command.regime.year
    yield from year_closed(year, year, known)
    match command, state:
        case EnactRegime(), Enacted():
            yield Refused("duplicate-id", year=year, instead="amend-regime")
        case AmendRegime(), None:
            yield Refused("unknown-regime", year=year)
        case AmendRegime(), Enacted(amended_on=date() as last) if command.on < last:
            yield Refused("out-of-turn", on=command.on, amended_on=last)


def evolve(state: Enacted | None, fact: Fact) -> Enacted | None:
    """The year's regime after the fact."""
    match state, fact:
        case None, RegimeEnacted():
            return Enacted((fact.regime,))
        case Enacted(), RegimeAmended():
            return Enacted((*state.versions, fact.regime), fact.on)
        case _:
            raise TypeError(f"{type(fact).__name__} does not belong to this year's regime")


regime: Decider[Enacted | None] = Decider("regime", lambda: None, decide, evolve)
"""Chế độ; stream ``regime/<year>``."""
