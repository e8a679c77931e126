"""Who may act on a consolidated plan, where and when."""

from __future__ import annotations

from typing import Any

import pytest

from planning.consolidated import consolidated
from planning.known import Known
from shared.language.planning import (
    ApprovePlans,
    CadreTransferred,
    ConsolidatePlans,
    ForwardPlans,
    OfConsolidated,
    ReturnPlans,
    RoleGranted,
)
from shared.messages import Fact
from shared.values import Role
from spec import Given, given

from .chains import (
    AI_CONSOLIDATES,
    AI_FORWARDS,
    THU_APPROVES,
    TO_CONSOLIDATES,
    TO_FORWARDS,
    Chain,
    at,
    submitted,
)
from .office import (
    ALL_ORGANISATION,
    BAC_NINH,
    CLOSED,
    NO_STEPS,
    ONE_STEP,
    STAFF,
    UNITS,
    after,
    day,
    office,
    step,
)


def before(*facts: Fact) -> Given:
    return given(consolidated, Known, *facts)


# --- who may act ------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["ai", "to", "thu"])
def test_the_steps_role_or_a_higher_one_acts(by: str) -> None:
    act = ConsolidatePlans(**at(0, by, "2019-01-03", "ban-a"))
    assert before(*submitted(BAC_NINH, "an")).when(act).facts


@pytest.mark.parametrize(
    ("acts", "chain", "act"),
    [
        ((), BAC_NINH, ConsolidatePlans(**at(0, "anh", "2019-01-03", "ban-a"))),
        ((), BAC_NINH, ConsolidatePlans(**at(0, "bac", "2019-01-03", "ban-a"))),
        ((), BAC_NINH, ReturnPlans(**at(0, "bac", "2019-01-03", "ban-a"), reason="-")),
        ((AI_CONSOLIDATES,), BAC_NINH, ForwardPlans(**at(0, "bac", "2019-01-04", "ban-a"))),
        ((), ONE_STEP, ApprovePlans(**at(0, "to", "2019-01-03"))),
        ((), ALL_ORGANISATION, ConsolidatePlans(**at(0, "anh", "2019-01-03"))),
    ],
    ids=lambda value: f"{value.called()} {value.by}" if isinstance(value, OfConsolidated) else "",
)
def test_a_lower_role_or_another_departments_leader_does_not_act(
    acts: tuple[OfConsolidated, ...], chain: Chain, act: OfConsolidated
) -> None:
    facts = after(submitted(chain, "an"), *acts)
    before(*facts).when(act).refused("not-authorised")


def test_at_organisation_scope_any_leader_acts_for_all() -> None:
    act = ConsolidatePlans(**at(0, "bac", "2019-01-03"))
    assert before(*submitted(ALL_ORGANISATION, "an")).when(act).facts


def test_at_a_departments_own_step_for_cadres_only_its_own_act() -> None:
    chain = (step("consolidate", "cadre", "department"),)
    facts = submitted(chain, "an")
    assert before(*facts).when(ConsolidatePlans(**at(0, "anh", "2019-01-03", "ban-a"))).facts
    before(*facts).when(ConsolidatePlans(**at(0, "binh", "2019-01-03", "ban-a"))).refused(
        "not-authorised"
    )


def test_role_and_department_are_those_of_the_day_of_the_act() -> None:
    facts = submitted(BAC_NINH, "an")
    granted = RoleGranted(cadre="anh", role=Role.DEPARTMENT_LEADER, on=day("2019-01-10"))
    acts = [ConsolidatePlans(**at(0, "anh", f"2019-01-{d}", "ban-a")) for d in ("09", "10")]
    before(*facts, granted).when(acts[0]).refused("not-authorised")
    assert before(*facts, granted).when(acts[1]).facts
    moved = CadreTransferred(cadre="ai", department="ban-b", position="", on=day("2019-01-03"))
    before(*facts, moved).when(AI_CONSOLIDATES).refused("not-authorised")


# --- other refusals ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "act",
    [
        ConsolidatePlans(**at(0, "ai", "2019-01-03")),
        ConsolidatePlans(**at(1, "to", "2019-01-03", "ban-a")),
        ApprovePlans(**at(3, "thu", "2019-01-03")),
    ],
    ids=["department missing", "department superfluous", "no such step"],
)
def test_an_act_at_a_place_the_chain_does_not_have_is_malformed(act: OfConsolidated) -> None:
    assert before(*submitted(BAC_NINH, "an")).when(act).refused("malformed")


def test_where_there_is_no_chain_no_act_of_a_chain_fits() -> None:
    act = ApprovePlans(**at(0, "thu", "2019-01-03"))
    before(*submitted(NO_STEPS, "an")).when(act).refused("malformed")


def test_an_act_needs_a_known_actor_a_regime_and_an_open_year() -> None:
    facts = submitted(BAC_NINH, "an")
    nobody = ConsolidatePlans(**at(0, "nobody", "2019-01-03", "ban-a"))
    before(*facts).when(nobody).refused("unknown-cadre")
    before(*STAFF, *UNITS).when(AI_CONSOLIDATES).refused("unknown-regime")
    before(*facts, CLOSED).when(AI_CONSOLIDATES).refused("year-closed")


@pytest.mark.parametrize(
    "act",
    [
        ConsolidatePlans(**at(0, "ai", "2019-01-01", "ban-a")),
        ReturnPlans(**at(0, "ai", "2019-01-01", "ban-a"), reason="-"),
    ],
    ids=lambda act: act.called(),
)
def test_no_act_is_dated_before_the_plans_were_submitted(act: OfConsolidated) -> None:
    before(*submitted(BAC_NINH, "an")).when(act).refused("out-of-turn")


def test_no_act_is_dated_before_the_former_step() -> None:
    facts = after(submitted(BAC_NINH, "an"), AI_CONSOLIDATES)
    too_early = ForwardPlans(**at(0, "ai", "2019-01-02", "ban-a"))
    before(*facts).when(too_early).refused("out-of-turn")
    early_above = ConsolidatePlans(**at(1, "to", "2019-01-03"))
    before(*after(facts, AI_FORWARDS)).when(early_above).refused("out-of-turn")


def test_where_nothing_lies_there_is_nothing_to_do() -> None:
    for act in (AI_CONSOLIDATES, AI_FORWARDS, TO_CONSOLIDATES, TO_FORWARDS, THU_APPROVES):
        before(*office()).when(act).refused("nothing-to-do")
    back = ReturnPlans(**at(0, "ai", "2019-01-04", "ban-a"), reason="-")
    before(*office()).when(back).refused("nothing-to-do")


def test_of_several_faults_of_an_act_the_first_in_order_is_told() -> None:
    """DOMAIN.md §4: each time the fault told is mended, the next one is."""
    facts = submitted(ONE_STEP, "thu")
    wrong: dict[str, Any] = at(1, "nobody", "2019-01-01", "ban-a")
    mended: dict[str, dict[str, Any]] = {
        "malformed": {"step": 0, "department": None},
        "unknown-cadre": {"by": "thu"},
        "own-act": {"by": "to"},
        "out-of-turn": {"on": day("2019-01-03")},
        "not-authorised": {"by": "thanh"},
    }
    for code, mending in mended.items():
        before(*facts).when(ApprovePlans(**wrong)).refused(code)
        wrong |= mending
    assert before(*facts).when(ApprovePlans(**wrong)).facts


def test_a_fact_of_another_stream_does_not_belong() -> None:
    with pytest.raises(TypeError):
        consolidated.evolve(consolidated.initial(), STAFF[0])
