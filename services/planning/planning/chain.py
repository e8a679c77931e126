"""The approval chain (quy trình duyệt kế hoạch) of a regime: who acts where, and what is next.

DOMAIN.md §1.2, §5 (``planning.chain``). Steps count from 0; a step's place is a department,
or :data:`ORGANISATION` where its scope is the whole organisation.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from planning.cadre import Cadre
from shared.language.planning import (
    ORGANISATION,
    PlanApproved,
    PlanReceived,
    PlanReturned,
    PlanSubmitted,
)
from shared.regime import Step
from shared.values import Role

Chain = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Submission:
    """Lines of one cadre's quarter plan on their way through the chain."""

    year: int
    quarter: str
    cadre: str
    department: str
    """The cadre's department when the plan was submitted."""
    lines: tuple[str, ...]

    @property
    def _whose(self) -> dict[str, Any]:
        return {
            "year": self.year,
            "quarter": self.quarter,
            "cadre": self.cadre,
            "lines": self.lines,
        }

    def submitted(self, on: date) -> PlanSubmitted:
        """The lines have left their cadre."""
        return PlanSubmitted(**self._whose, on=on)

    def arrived(self, chain: Chain, step: int, by: str, on: date) -> PlanReceived | PlanApproved:
        """The lines are at that step; past the last one they are approved."""
        if step >= len(chain):
            return PlanApproved(**self._whose, by=by, on=on)
        whole = chain[step].scope == "organisation"
        place = ORGANISATION if whole else self.department
        return PlanReceived(
            **self._whose, step=step, place=place, department=self.department, on=on
        )

    def returned(self, by: str, on: date, reason: str) -> PlanReturned:
        """The lines are back with their cadre, drafts again."""
        return PlanReturned(**self._whose, by=by, on=on, reason=reason)


def may_act(step: Step, actor: Cadre, department: str, on: date) -> bool:
    """Whether the actor holds the step's role or a higher one, there and on that day.

    At a department's step whoever is not of the organisation department or the standing
    body acts for their own department only.
    """
    role = actor.role_on(on)
    if role.rank < step.by.rank:
        return False
    anywhere = step.scope == "organisation" or role.rank >= Role.ORGANISATION.rank
    return anywhere or actor.department_on(on) == department
