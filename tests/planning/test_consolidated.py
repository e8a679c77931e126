"""A consolidated plan: put together, forwarded, approved, returned."""

from __future__ import annotations

from typing import Any

import pytest

from planning.consolidated import consolidated
from planning.known import Known
from shared.language.planning import (
    ApprovePlans,
    ConsolidatePlans,
    ForwardPlans,
    PlanReturned,
    PlansApproved,
    PlansConsolidated,
    PlansForwarded,
    PlansReturned,
    ReturnPlans,
    SubmitPlan,
)
from shared.messages import Fact
from spec import Given, given

from .chains import (
    AI_CONSOLIDATES,
    AI_FORWARDS,
    approved,
    at,
    of,
    received,
    submitted,
)
from .office import (
    BAC_NINH,
    BACK_TO_DEPARTMENT,
    ONE_STEP,
    ONLY_CONSOLIDATED,
    after,
    day,
    draft,
    line_of,
)


def before(*facts: Fact) -> Given:
    return given(consolidated, Known, *facts)


# --- consolidating ----------------------------------------------------------------------------


def test_a_leader_consolidates_what_the_department_submitted() -> None:
    before(*submitted(BAC_NINH, "an", "anh", "ai", "binh")).when(AI_CONSOLIDATES).then(
        PlansConsolidated(**of(0, "ban-a", "ai", "2019-01-03", "an", "anh", "ai"))
    )


def test_only_what_came_since_is_consolidated_again() -> None:
    facts = after(submitted(BAC_NINH, "an"), AI_CONSOLIDATES)
    before(*facts).when(AI_CONSOLIDATES).refused("nothing-to-do")
    wish = SubmitPlan(cadre="anh", quarter="2019-Q1", on=day("2019-01-03"))
    before(*after(facts, draft("anh-1", "anh"), wish)).when(AI_CONSOLIDATES).then(
        PlansConsolidated(**of(0, "ban-a", "ai", "2019-01-03", "anh"))
    )


def test_a_plan_to_which_lines_were_added_is_consolidated_again() -> None:
    wish = SubmitPlan(cadre="an", quarter="2019-Q1", on=day("2019-01-03"))
    facts = after(submitted(BAC_NINH, "an"), AI_CONSOLIDATES, draft("an-2"), wish)
    before(*facts).when(AI_FORWARDS).refused("nothing-to-do")
    _, there = before(*after(facts, AI_CONSOLIDATES)).when(AI_FORWARDS).facts
    assert there == received(1, "*", "2019-01-04", "an", "ban-a", "an-1", "an-2")


def test_lines_added_under_an_earlier_day_do_not_set_the_plan_back() -> None:
    wish = SubmitPlan(cadre="an", quarter="2019-Q1", on=day("2019-01-01"))
    facts = after(submitted(BAC_NINH, "an"), AI_CONSOLIDATES, draft("an-2"), wish)
    early = ConsolidatePlans(**at(0, "ai", "2019-01-02", "ban-a"))
    before(*facts).when(early).refused("out-of-turn")


def test_an_approving_step_is_neither_consolidated_nor_forwarded() -> None:
    facts = submitted(ONE_STEP, "an")
    before(*facts).when(ConsolidatePlans(**at(0, "thu", "2019-01-03"))).refused("out-of-turn")
    before(*facts).when(ForwardPlans(**at(0, "thu", "2019-01-03"))).refused("out-of-turn")


# --- forwarding -------------------------------------------------------------------------------


def test_what_is_consolidated_moves_on_to_the_next_step() -> None:
    facts = after(submitted(BAC_NINH, "an", "ai"), AI_CONSOLIDATES)
    before(*facts).when(AI_FORWARDS).then(
        PlansForwarded(**of(0, "ban-a", "ai", "2019-01-04", "an", "ai")),
        received(1, "*", "2019-01-04", "an", "ban-a", "an-1"),
        received(1, "*", "2019-01-04", "ai", "ban-a", "ai-1"),
    )


def test_what_is_not_consolidated_stays() -> None:
    before(*submitted(BAC_NINH, "an")).when(AI_FORWARDS).refused("nothing-to-do")
    wish = SubmitPlan(cadre="anh", quarter="2019-Q1", on=day("2019-01-03"))
    more = after(submitted(BAC_NINH, "an"), AI_CONSOLIDATES, draft("anh-1", "anh"), wish)
    forwarded, *onward = before(*more).when(AI_FORWARDS).facts
    assert forwarded == PlansForwarded(**of(0, "ban-a", "ai", "2019-01-04", "an"))
    assert len(onward) == 1


def test_a_departments_step_after_the_organisations_gets_each_its_own_plans() -> None:
    facts = submitted(BACK_TO_DEPARTMENT, "an", "binh")
    _, *onward = before(*facts).when(ApprovePlans(**at(0, "to", "2019-01-05"))).facts
    assert onward == [
        received(1, "ban-a", "2019-01-05", "an", "ban-a", "an-1"),
        received(1, "ban-b", "2019-01-05", "binh", "ban-b", "binh-1"),
    ]


def test_forwarding_at_the_end_of_the_chain_approves_all_but_the_forwarders_own() -> None:
    facts = after(submitted(ONLY_CONSOLIDATED, "an", "ai"), AI_CONSOLIDATES)
    before(*facts).when(AI_FORWARDS).then(
        PlansForwarded(**of(0, "ban-a", "ai", "2019-01-04", "an")),
        approved("an", "ai", "2019-01-04", "an-1"),
    )
    before(*after(facts, AI_FORWARDS)).when(AI_FORWARDS).refused("own-act")


# --- approving --------------------------------------------------------------------------------


def test_the_last_approval_approves_every_plan_but_the_approvers_own() -> None:
    approve = ApprovePlans(**at(0, "thu", "2019-01-07"))
    facts = submitted(ONE_STEP, "an", "thu", "binh")
    before(*facts).when(approve).then(
        PlansApproved(**of(0, "*", "thu", "2019-01-07", "an", "binh")),
        approved("an", "thu", "2019-01-07", "an-1"),
        approved("binh", "thu", "2019-01-07", "binh-1"),
    )
    left = after(facts, approve)
    before(*left).when(approve).refused("own-act")
    before(*left).when(ApprovePlans(**at(0, "thanh", "2019-01-08"))).then(
        PlansApproved(**of(0, "*", "thanh", "2019-01-08", "thu")),
        approved("thu", "thanh", "2019-01-08", "thu-1"),
    )


def test_an_approval_of_one_department_leaves_the_others_plans_waiting() -> None:
    approve = ApprovePlans(**at(0, "thu", "2019-01-07"), of="ban-a")
    facts = submitted(ONE_STEP, "an", "thu", "binh")
    before(*facts).when(approve).then(
        PlansApproved(**of(0, "*", "thu", "2019-01-07", "an")),
        approved("an", "thu", "2019-01-07", "an-1"),
    )
    before(*after(facts, approve)).when(approve).refused("nothing-to-do")


def test_an_approval_in_the_middle_moves_the_plans_on() -> None:
    approve = ApprovePlans(**at(0, "to", "2019-01-05"))
    before(*submitted(BACK_TO_DEPARTMENT, "an", "to")).when(approve).then(
        PlansApproved(**of(0, "*", "to", "2019-01-05", "an")),
        received(1, "ban-a", "2019-01-05", "an", "ban-a", "an-1"),
    )


def test_a_consolidating_step_is_not_approved() -> None:
    approve = ApprovePlans(**at(0, "ai", "2019-01-03", "ban-a"))
    before(*submitted(BAC_NINH, "an")).when(approve).refused("out-of-turn")


# --- returning the whole ----------------------------------------------------------------------


@pytest.mark.parametrize("consolidated_before", [False, True])
def test_returned_plans_are_drafts_again(consolidated_before: bool) -> None:
    facts = submitted(BAC_NINH, "an", "ai")
    if consolidated_before:
        facts = after(facts, AI_CONSOLIDATES)
    back = ReturnPlans(**at(0, "ai", "2019-01-04", "ban-a"), reason="chưa sát cơ sở")
    said: dict[str, Any] = {"by": "ai", "on": day("2019-01-04"), "reason": "chưa sát cơ sở"}
    quarter: dict[str, Any] = {"year": 2019, "quarter": "2019-Q1"}
    before(*facts).when(back).then(
        PlansReturned(**of(0, "ban-a", "ai", "2019-01-04", "an", "ai"), reason="chưa sát cơ sở"),
        PlanReturned(cadre="an", lines=("an-1",), **quarter, **said),
        PlanReturned(cadre="ai", lines=("ai-1",), **quarter, **said),
    )
    returned = after(facts, back)
    assert line_of(returned, "an-1").changed
    assert not line_of(returned, "an-1").in_chain
    before(*returned).when(back).refused("nothing-to-do")
    again = SubmitPlan(cadre="an", quarter="2019-Q1", on=day("2019-01-05"))
    line = line_of(after(returned, again), "an-1")
    assert line.in_chain
    assert line.submitted_on == day("2019-01-02")


def test_an_approving_step_returns_its_plans_too() -> None:
    back = ReturnPlans(**at(0, "thu", "2019-01-07"), reason="trùng lịch")
    assert not line_of(after(submitted(ONE_STEP, "an"), back), "an-1").in_chain
