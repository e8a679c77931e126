"""One consolidated plan (kế hoạch chung): what lies at one step and place of the chain.

DOMAIN.md §1.2, §3. Consolidated, forwarded, approved or returned as a whole; every plan in it
has its own cadre, and nobody approves their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from planning.chain import Chain, Submission, may_act
from planning.faults import plan_year
from shared.deciding import Decider, refuse_first
from shared.language.planning import (
    ORGANISATION,
    ApprovePlans,
    ConsolidatePlans,
    ForwardPlans,
    OfConsolidated,
    PlanApproved,
    PlanReceived,
    PlansApproved,
    PlansConsolidated,
    PlansForwarded,
    PlansReturned,
    PlanWithdrawn,
    ReturnPlans,
)
from shared.messages import Fact
from shared.refused import Refused

if TYPE_CHECKING:
    from planning.known import Known

ConsolidatedCommand = ConsolidatePlans | ForwardPlans | ReturnPlans | ApprovePlans


@dataclass(frozen=True, slots=True)
class Received:
    """One cadre's submission lying here."""

    submission: Submission
    on: date
    """The day of the last act on it here; what comes next is not earlier."""
    consolidated: bool = False


@dataclass(frozen=True, slots=True)
class Consolidated:
    """What lies at this step and place, by cadre, in the order of arrival."""

    received: dict[str, Received]

    def meant(self, command: OfConsolidated) -> list[Received]:
        """What lies here of those whom the command is about."""
        return [
            plan
            for cadre, plan in self.received.items()
            if command.of in (None, plan.submission.department) and cadre not in command.without
        ]


def decide(state: Consolidated, command: ConsolidatedCommand, known: Known) -> list[Fact]:
    """Tổng hợp, trình, trả lại hoặc phê duyệt kế hoạch chung.

    Raises Refused ``malformed``, ``unknown-cadre``, ``unknown-regime``, ``year-closed``,
    ``out-of-turn``, ``own-act``, ``not-authorised``, ``nothing-to-do``.
    """
    refuse_first(_faults(state, command, known))
    chain = known.the_regime(command.filed).planning.chain
    plans = _concerned(state, command, chain)
    act: dict[str, Any] = {
        "year": command.filed,
        "quarter": command.quarter,
        "step": command.step,
        "place": command.department or ORGANISATION,
        "cadres": tuple(plan.submission.cadre for plan in plans),
        "by": command.by,
        "on": command.on,
    }
    match command:
        case ConsolidatePlans():
            return [PlansConsolidated(**act)]
        case ForwardPlans():
            return [PlansForwarded(**act), *_onward(plans, command, chain)]
        case ApprovePlans():
            return [PlansApproved(**act), *_onward(plans, command, chain)]
        case ReturnPlans(by=by, on=on, reason=reason):
            back = [plan.submission.returned(by, on, reason) for plan in plans]
            return [PlansReturned(**act, reason=reason), *back]
        case _:
            raise TypeError(f"{type(command).__name__} is not decided by a consolidated plan")


def _onward(
    plans: list[Received], command: ForwardPlans | ApprovePlans, chain: Chain
) -> list[PlanReceived | PlanApproved]:
    step = command.step + 1
    return [plan.submission.arrived(chain, step, command.by, command.on) for plan in plans]


def _there(state: Consolidated, command: ConsolidatedCommand) -> list[Received]:
    """What lies here for the command."""
    plans = state.meant(command)
    match command:
        case ConsolidatePlans():
            return [plan for plan in plans if not plan.consolidated]
        case ForwardPlans():
            return [plan for plan in plans if plan.consolidated]
        case ReturnPlans() | ApprovePlans():
            return plans


def _concerned(state: Consolidated, command: ConsolidatedCommand, chain: Chain) -> list[Received]:
    """The plans on which the command acts: nobody approves their own (DOMAIN.md §3)."""
    last = command.step == len(chain) - 1
    approving = isinstance(command, ApprovePlans) or (isinstance(command, ForwardPlans) and last)
    plans = _there(state, command)
    return [plan for plan in plans if not approving or plan.submission.cadre != command.by]


def _faults(state: Consolidated, command: ConsolidatedCommand, known: Known) -> Iterator[Refused]:
    actor = known.cadre(command.by)
    if actor is None:
        yield Refused("unknown-cadre", cadre=command.by)
    yield from plan_year(command.filed, known)
    regime = known.regime(command.filed)
    if regime is None:
        return
    chain = regime.planning.chain
    if command.step >= len(chain):
        yield Refused("malformed", step=command.step, steps=len(chain))
        return
    step = chain[command.step]
    if (command.department is not None) != (step.scope == "department"):
        yield Refused("malformed", department=command.department or "", scope=step.scope)
    if actor and not may_act(step, actor, command.department or ORGANISATION, command.on):
        yield Refused("not-authorised", by=command.by, needs=step.by)
    match command:
        case ConsolidatePlans() | ForwardPlans() if step.step != "consolidate":
            yield Refused("out-of-turn", step=command.step, asks=step.step)
        case ApprovePlans() if step.step != "approve":
            yield Refused("out-of-turn", step=command.step, asks=step.step)
    plans = _concerned(state, command, chain)
    for plan in plans:
        if command.on < plan.on:
            yield Refused("out-of-turn", cadre=plan.submission.cadre, not_before=plan.on)
    if not _there(state, command):
        yield Refused("nothing-to-do", step=command.step)
    elif not plans:
        yield Refused("own-act", cadre=command.by)


def evolve(state: Consolidated, fact: Fact) -> Consolidated:
    """What lies here after the fact."""
    return absorb(Consolidated({**state.received}), fact)


def absorb(state: Consolidated, fact: Fact) -> Consolidated:
    """As :func:`evolve`, of a state that nobody else holds."""
    received = state.received
    match fact:
        case PlanReceived():
            before = received.pop(fact.cadre, None)
            lines = before.submission.lines if before else ()
            submission = Submission(
                year=fact.year,
                quarter=fact.quarter,
                cadre=fact.cadre,
                department=fact.department,
                lines=(*lines, *(line for line in fact.lines if line not in lines)),
            )
            # What came in addition makes the whole submission one to consolidate again.
            on = max(fact.on, before.on) if before else fact.on
            received[fact.cadre] = Received(submission, on)
        case PlansConsolidated():
            for cadre in fact.cadres:
                received[cadre] = replace(received[cadre], on=fact.on, consolidated=True)
        case PlanWithdrawn():
            del received[fact.cadre]
        case PlansForwarded() | PlansReturned() | PlansApproved():
            for cadre in fact.cadres:
                del received[cadre]
        case _:
            raise TypeError(f"{type(fact).__name__} does not belong to a consolidated plan")
    return state


consolidated: Decider[Consolidated] = Decider(
    "consolidated", lambda: Consolidated({}), decide, evolve, absorb
)
"""Kế hoạch chung; stream ``consolidated/<year>/<quarter>/<step>/<place>``."""
