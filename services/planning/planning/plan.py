"""One cadre's quarter plan (kế hoạch quý): drafted line by line, submitted, returned.

DOMAIN.md §1.2, §3. Every submission takes what is new or changed through the regime's chain;
the chain's own acts stand in :mod:`planning.consolidated`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from planning.chain import Submission
from planning.faults import plan_year
from planning.line import Content, Line, content_faults, draft_faults, enter_faults
from planning.returning import lying, return_plan
from shared.deciding import Decider, refuse_first
from shared.language.planning import (
    AmendLine,
    DraftLine,
    DropLine,
    EnterLine,
    LineAmended,
    LineDrafted,
    LineDropped,
    PlanApproved,
    PlanReturned,
    PlanSubmitted,
    ReturnPlan,
    SubmitPlan,
)
from shared.messages import Fact
from shared.refused import Refused

if TYPE_CHECKING:
    from planning.known import Known

PlanCommand = DraftLine | EnterLine | AmendLine | DropLine | SubmitPlan | ReturnPlan


class Plan(Struct, frozen=True):
    """A quarter plan: whose, of when, and its lines in the order of drafting."""

    cadre: str
    year: int
    quarter: str
    lines: dict[str, Line]


def decide(state: Plan, command: PlanCommand, known: Known) -> list[Fact]:
    """Lập, sửa, bỏ dòng kế hoạch; nộp, trả lại kế hoạch quý.

    Raises Refused ``duplicate-id``, ``unknown-cadre``, ``unknown-unit``, ``unknown-kind``,
    ``unknown-line``, ``unknown-regime``, ``year-closed``, ``dates-reversed``, ``out-of-turn``,
    ``not-authorised``, ``nothing-to-do``.
    """
    match command:
        case EnterLine():
            return _enter(state, command, known)
        case DraftLine():
            line = state.lines.get(command.line)
            if line and line.says(Content.of(command)):
                return []
            refuse_first(draft_faults(command, known))
            return [_drafted(command)]
        case AmendLine():
            return _amend(state, command, known)
        case DropLine():
            return _drop(state, command, known)
        case SubmitPlan():
            return _submit(state, command, known)
        case ReturnPlan():
            return return_plan(command, known)
        case _:
            raise TypeError(f"{type(command).__name__} is not decided by a quarter plan")


def _drafted(command: DraftLine) -> LineDrafted:
    return LineDrafted(**{**command.model_dump(), "year": command.filed})


def _enter(state: Plan, command: EnterLine, known: Known) -> list[Fact]:
    line = state.lines.get(command.line)
    if line and line.is_row(command):
        return []
    refuse_first(enter_faults(command, known))
    submission = _submission(command, (command.line,), command.submitted_on, known)
    facts: list[Fact] = [_drafted(command), submission.submitted(command.submitted_on)]
    chain = known.the_regime(command.filed).planning.chain
    if command.approved_on:
        facts.append(submission.arrived((), 0, "", command.approved_on))
    elif chain:
        facts.append(submission.arrived(chain, 0, "", command.submitted_on))
    return facts


def _amend(state: Plan, command: AmendLine, known: Known) -> list[Fact]:
    line, content = state.lines.get(command.line), Content.of(command)
    if line and line.says(content):
        return []
    refuse_first(
        (
            *_line_faults(state, command.line, known),
            *content_faults(content, state.year, known),
        )
    )
    return [LineAmended(**_whose(state), **command.model_dump())]


def _drop(state: Plan, command: DropLine, known: Known) -> list[Fact]:
    line = state.lines.get(command.line)
    if line and line.dropping == command.reason:
        return []
    refuse_first((*_line_faults(state, command.line, known), *plan_year(state.year, known)))
    return [LineDropped(**_whose(state), **command.model_dump())]


def _line_faults(state: Plan, key: str, known: Known) -> Iterator[Refused]:
    line = state.lines.get(key)
    if line is None or line.gone:
        yield Refused("unknown-line", line=key)
    elif key in _waiting(state, known):
        yield Refused("out-of-turn", line=key, instead="return-plan")


def _whose(state: Plan) -> dict[str, Any]:
    return {"cadre": state.cadre, "year": state.year, "quarter": state.quarter}


def _submit(state: Plan, command: SubmitPlan, known: Known) -> list[Fact]:
    waiting = _waiting(state, known)
    lines = tuple(key for key, line in state.lines.items() if line.changed and key not in waiting)
    refuse_first(_submit_faults(command, lines, known))
    submission = _submission(command, lines, command.on, known)
    chain = known.the_regime(command.filed).planning.chain
    return [
        submission.submitted(command.on),
        submission.arrived(chain, 0, by="", on=command.on),
    ]


def _submit_faults(command: SubmitPlan, lines: tuple[str, ...], known: Known) -> Iterator[Refused]:
    if known.cadre(command.cadre) is None:
        yield Refused("unknown-cadre", cadre=command.cadre)
    yield from plan_year(command.filed, known)
    if not lines:
        yield Refused("nothing-to-do", cadre=command.cadre, quarter=command.quarter)


def _waiting(state: Plan, known: Known) -> frozenset[str]:
    """The lines that lie in the chain; one entered where there is no chain lies nowhere."""
    if not any(line.in_chain for line in state.lines.values()):
        return frozenset()
    found = lying(state.year, state.quarter, known.the_cadre(state.cadre), known)
    return frozenset(line for at in found for line in at.received.submission.lines)


def _submission(
    command: EnterLine | SubmitPlan, lines: tuple[str, ...], on: date, known: Known
) -> Submission:
    return Submission(
        year=command.filed,
        quarter=command.quarter,
        cadre=command.cadre,
        department=known.the_cadre(command.cadre).department_on(on),
        lines=lines,
    )


def evolve(state: Plan, fact: Fact) -> Plan:
    """The quarter plan after the fact."""
    return absorb(Plan(state.cadre, state.year, state.quarter, {**state.lines}), fact)


def absorb(state: Plan, fact: Fact) -> Plan:
    """As :func:`evolve`, of a plan that nobody else holds."""
    lines = state.lines
    match fact:
        case LineDrafted():
            lines[fact.line] = Line((Content.of(fact),))
        case LineAmended():
            lines[fact.line] = lines[fact.line].amended(Content.of(fact))
        case LineDropped():
            lines[fact.line] = lines[fact.line].dropped(fact.reason)
        case PlanSubmitted():
            for key in fact.lines:
                lines[key] = lines[key].submitted(fact.on)
        case PlanReturned():
            for key in fact.lines:
                lines[key] = lines[key].returned(fact.on, fact.by, fact.reason)
        case PlanApproved():
            for key in fact.lines:
                lines[key] = lines[key].passed(fact.on)
        case _:
            raise TypeError(f"{type(fact).__name__} does not belong to a quarter plan")
    return state if state.cadre else Plan(fact.cadre, fact.year, fact.quarter, lines)


plan: Decider[Plan] = Decider("plan", lambda: Plan("", 0, "", {}), decide, evolve, absorb)
"""Kế hoạch quý; stream ``plan/<year>/<quarter>/<cadre>``."""
