"""Where a cadre's quarter plan lies in the chain, and its way back (trả lại kế hoạch).

DOMAIN.md §1.2. A plan may lie at two steps at once: what was drafted later goes its own way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from planning.cadre import Cadre
from planning.chain import Chain, may_act
from planning.consolidated import Received
from planning.faults import plan_year
from shared.deciding import refuse_first
from shared.language.planning import ORGANISATION, PlanWithdrawn, ReturnPlan
from shared.messages import Fact
from shared.refused import Refused
from shared.regime import Step
from shared.values import Role

if TYPE_CHECKING:
    from planning.known import Known

_FORMER_STEP = Step(step="approve", by=Role.STANDING, scope="organisation")
"""What lies at a step that the amended chain no longer has, the standing body returns."""


@dataclass(frozen=True, slots=True)
class Lying:
    """A submission with the step and place where it lies."""

    step: int
    place: str
    received: Received


def lying(year: int, quarter: str, cadre: Cadre, known: Known) -> list[Lying]:
    """Where in the chain submissions of the cadre's quarter plan lie.

    They stay where they are when the regime's chain is amended or the cadre is transferred:
    so every step is looked at that any version of the regime had, and every department in
    which the cadre ever was.
    """
    if (enacted := known.enacted(year)) is None:
        return []
    steps = max(len(version.planning.chain) for version in enacted.versions)
    departments = [posting.department for _, posting in cadre.postings]
    places = dict.fromkeys((*departments, ORGANISATION))
    key = cadre.appointed.cadre
    return [
        Lying(step, place, received[key])
        for step in range(steps)
        for place in places
        if key in (received := known.consolidated(year, quarter, step, place).received)
    ]


def return_plan(command: ReturnPlan, known: Known) -> list[Fact]:
    """Every submission of the plan that lies where ``by`` may act goes back to its cadre.

    Raises Refused ``unknown-cadre``, ``unknown-regime``, ``year-closed``, ``out-of-turn``,
    ``not-authorised``, ``nothing-to-do``.
    """
    cadre, actor = known.cadre(command.cadre), known.cadre(command.by)
    everywhere = lying(command.filed, command.quarter, cadre, known) if cadre else []
    regime = known.regime(command.filed)
    chain = regime.planning.chain if regime else ()
    here = [at for at in everywhere if actor and _may_return(at, actor, chain, command)]
    refuse_first(_faults(command, everywhere, here, known))
    facts: list[Fact] = []
    for at in here:
        back = at.received.submission.returned(command.by, command.on, command.reason)
        withdrawn = PlanWithdrawn(
            year=command.filed,
            quarter=command.quarter,
            step=at.step,
            place=at.place,
            cadre=command.cadre,
            on=command.on,
        )
        facts += [back, withdrawn]
    return facts


def _may_return(at: Lying, actor: Cadre, chain: Chain, command: ReturnPlan) -> bool:
    step = chain[at.step] if at.step < len(chain) else _FORMER_STEP
    return may_act(step, actor, at.received.submission.department, command.on)


def _faults(
    command: ReturnPlan, everywhere: list[Lying], here: list[Lying], known: Known
) -> Iterator[Refused]:
    for key in (command.cadre, command.by):
        if known.cadre(key) is None:
            yield Refused("unknown-cadre", cadre=key)
    yield from plan_year(command.filed, known)
    for at in here or everywhere:
        if command.on < at.received.on:
            yield Refused("out-of-turn", on=command.on, not_before=at.received.on)
    if not everywhere:
        yield Refused("nothing-to-do", cadre=command.cadre, quarter=command.quarter)
    elif not here:
        steps = sorted({at.step for at in everywhere})
        yield Refused("not-authorised", by=command.by, steps=steps)
