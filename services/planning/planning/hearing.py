"""What planning hears of the other services: which years are closed (khóa sổ năm)."""

from __future__ import annotations

from typing import Any

from shared.deciding import Decider
from shared.language.appraisal import ClosingFact, YearClosed, YearReopened
from shared.messages import Fact


def place(fact: Fact) -> str | None:
    """The stream in which a heard fact is kept; None for what planning has no use for."""
    return fact.stream if isinstance(fact, ClosingFact) else None


def _decide(closed: bool, command: object, known: Any) -> list[Fact]:
    raise TypeError("a year is closed and reopened by the appraisal service")


def _evolve(closed: bool, fact: Fact) -> bool:
    match fact:
        case YearClosed():
            return True
        case YearReopened():
            return False
        case _:
            raise TypeError(f"{type(fact).__name__} does not belong to a year's closing")


closing: Decider[bool] = Decider("closing", lambda: False, _decide, _evolve)
"""Whether a year is closed; stream ``closing/<year>``, heard of the appraisal service."""
