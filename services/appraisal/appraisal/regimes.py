"""One year's regime (chế độ) and its amendments, as heard from planning.

The stream ``regime/<year>``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from appraisal.dated import standing
from appraisal.hearing import only_heard
from shared.deciding import Decider
from shared.language.planning import RegimeAmended, RegimeEnacted
from shared.messages import Fact
from shared.regime import Regime


@dataclass(frozen=True, slots=True)
class Enacted:
    """One version of the regime, numbered from 1, in force from the day on."""

    number: int
    regime: Regime
    on: date


@dataclass(frozen=True, slots=True)
class Regimes:
    """Every version of one year's regime, in the order of recording."""

    versions: tuple[Enacted, ...] = ()

    def in_force(self, as_of: date) -> Enacted | None:
        """The version in force on the day, the first one since ever; None where none is known."""
        return standing(self.versions, as_of)


def evolve(regimes: Regimes, fact: Fact) -> Regimes:
    """The versions after the fact."""
    number = len(regimes.versions) + 1
    match fact:
        case RegimeEnacted():
            return Regimes((*regimes.versions, Enacted(number, fact.regime, date.min)))
        case RegimeAmended():
            return Regimes((*regimes.versions, Enacted(number, fact.regime, fact.on)))
        case _:
            raise TypeError(f"{type(fact).__name__} is no fact of a regime")


regimes = Decider("regimes", Regimes, only_heard, evolve)
