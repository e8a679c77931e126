"""Acts of the chain and what they are recorded as, in few words."""

from __future__ import annotations

from typing import Any

from shared.language.planning import (
    ApprovePlans,
    ConsolidatePlans,
    ForwardPlans,
    PlanApproved,
    PlanReceived,
    SubmitPlan,
)
from shared.messages import Fact
from shared.regime import Step

from .office import after, day, draft, office

Chain = tuple[Step, ...]


def at(number: int, by: str, on: str, department: str | None = None) -> dict[str, Any]:
    """Where, by whom and when an act of the chain is done."""
    place = {"quarter": "2019-Q1", "step": number, "department": department}
    return {**place, "by": by, "on": day(on)}


def of(number: int, place: str, by: str, on: str, *cadres: str) -> dict[str, Any]:
    """What the fact of such an act says."""
    where = {"year": 2019, "quarter": "2019-Q1", "step": number, "place": place}
    return {**where, "by": by, "on": day(on), "cadres": cadres}


def received(number: int, place: str, on: str, cadre: str, department: str, *lines: str) -> Fact:
    return PlanReceived(
        year=2019,
        quarter="2019-Q1",
        step=number,
        place=place,
        cadre=cadre,
        department=department,
        lines=lines,
        on=day(on),
    )


def approved(cadre: str, by: str, on: str, *lines: str) -> Fact:
    return PlanApproved(cadre=cadre, year=2019, quarter="2019-Q1", lines=lines, by=by, on=day(on))


def submitted(chain: Chain, *cadres: str) -> tuple[Fact, ...]:
    """The office after each cadre drafted one line (``an-1``) and submitted it on 2 January."""
    facts = office(chain)
    for cadre in cadres:
        wish = SubmitPlan(cadre=cadre, quarter="2019-Q1", on=day("2019-01-02"))
        facts = after(facts, draft(f"{cadre}-1", cadre), wish)
    return facts


AI_CONSOLIDATES = ConsolidatePlans(**at(0, "ai", "2019-01-03", "ban-a"))
AI_FORWARDS = ForwardPlans(**at(0, "ai", "2019-01-04", "ban-a"))
TO_CONSOLIDATES = ConsolidatePlans(**at(1, "to", "2019-01-05"))
TO_FORWARDS = ForwardPlans(**at(1, "to", "2019-01-06"))
THU_APPROVES = ApprovePlans(**at(2, "thu", "2019-01-07"))
