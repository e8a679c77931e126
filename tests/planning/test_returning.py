"""One cadre's plan returned by whom the chain has it now."""

from __future__ import annotations

from typing import Any

import pytest

from planning.consolidated import consolidated
from planning.known import Known
from planning.plan import plan
from shared.language.planning import (
    CadreTransferred,
    ConsolidatePlans,
    ForwardPlans,
    PlanReturned,
    PlanWithdrawn,
    RegimeAmended,
    ReturnPlan,
    SubmitPlan,
)
from shared.messages import Fact
from spec import Given, given

from .office import (
    ALL_ORGANISATION,
    CLOSED,
    NO_STEPS,
    ONE_STEP,
    STAFF,
    UNITS,
    after,
    day,
    draft,
    line_of,
    office,
    state,
    with_chain,
)

SUBMIT = SubmitPlan(cadre="an", quarter="2019-Q1", on=day("2019-01-02"))
AT_0: dict[str, Any] = {"quarter": "2019-Q1", "step": 0, "department": "ban-a", "by": "ai"}
FORWARDED = (
    ConsolidatePlans(**AT_0, on=day("2019-01-03")),
    ForwardPlans(**AT_0, on=day("2019-01-04")),
)
SUBMITTED = after(office(), draft(), SUBMIT)
AT_THE_ORGANISATION = after(SUBMITTED, *FORWARDED)


def before(*facts: Fact) -> Given:
    return given(plan, Known, *facts)


def back(by: str, on: str = "2019-01-05", cadre: str = "an") -> ReturnPlan:
    return ReturnPlan(cadre=cadre, quarter="2019-Q1", by=by, on=day(on), reason="trùng lịch")


def returned(by: str, *lines: str) -> PlanReturned:
    return PlanReturned(
        cadre="an",
        year=2019,
        quarter="2019-Q1",
        lines=lines,
        by=by,
        on=day("2019-01-05"),
        reason="trùng lịch",
    )


def withdrawn(step: int, place: str) -> PlanWithdrawn:
    return PlanWithdrawn(
        year=2019, quarter="2019-Q1", step=step, place=place, cadre="an", on=day("2019-01-05")
    )


@pytest.mark.parametrize("by", ["ai", "to", "thu"])
def test_who_has_the_plan_or_stands_above_returns_it(by: str) -> None:
    before(*SUBMITTED).when(back(by)).then(returned(by, "dk-1"), withdrawn(0, "ban-a"))


def test_a_returned_plan_is_a_draft_again_and_no_longer_lies_at_the_step() -> None:
    facts = after(SUBMITTED, back("ai"))
    assert not line_of(facts).in_chain
    assert line_of(facts).changed
    before(*facts).when(back("ai")).refused("nothing-to-do")
    assert state(facts, consolidated, "consolidated/2019/2019-Q1/0/ban-a").received == {}


def test_the_plan_is_found_at_whatever_step_it_lies() -> None:
    before(*AT_THE_ORGANISATION).when(back("to")).then(returned("to", "dk-1"), withdrawn(1, "*"))


@pytest.mark.parametrize(
    ("facts", "by"),
    [
        (SUBMITTED, "an"),
        (SUBMITTED, "anh"),
        (SUBMITTED, "bac"),
        (AT_THE_ORGANISATION, "ai"),
    ],
    ids=["its own cadre", "a colleague", "another department's leader", "the former step"],
)
def test_nobody_else_returns_it(facts: tuple[Fact, ...], by: str) -> None:
    before(*facts).when(back(by)).refused("not-authorised")


def test_of_two_submissions_each_is_returned_by_who_may() -> None:
    both = after(AT_THE_ORGANISATION, draft("dk-2"), SUBMIT)
    before(*both).when(back("ai")).then(returned("ai", "dk-2"), withdrawn(0, "ban-a"))
    before(*both).when(back("to")).then(
        returned("to", "dk-2"), withdrawn(0, "ban-a"), returned("to", "dk-1"), withdrawn(1, "*")
    )
    left = after(both, back("ai"))
    assert line_of(left, "dk-1").in_chain
    assert not line_of(left, "dk-2").in_chain


def test_a_plan_is_found_where_its_cadre_was_when_submitting_it() -> None:
    moves = CadreTransferred(cadre="an", department="ban-b", position="", on=day("2018-01-01"))
    before(*SUBMITTED, moves).when(back("ai")).then(returned("ai", "dk-1"), withdrawn(0, "ban-a"))


def test_a_plan_at_a_step_that_was_abolished_is_returned_by_the_standing_body() -> None:
    shorter = RegimeAmended(regime=with_chain(ONE_STEP), on=day("2019-01-05"), reason="rút gọn")
    stranded = (*AT_THE_ORGANISATION, shorter)
    before(*stranded).when(back("to")).refused("not-authorised")
    before(*stranded).when(back("thu")).then(returned("thu", "dk-1"), withdrawn(1, "*"))


def test_a_plan_at_a_step_whose_scope_was_changed_is_returned_by_its_role() -> None:
    wider = RegimeAmended(
        regime=with_chain(ALL_ORGANISATION), on=day("2019-01-05"), reason="gộp ban"
    )
    before(*SUBMITTED, wider).when(back("ai")).then(returned("ai", "dk-1"), withdrawn(0, "ban-a"))


def test_a_plan_is_not_returned_before_it_came() -> None:
    before(*SUBMITTED).when(back("ai", on="2019-01-01")).refused("out-of-turn")
    before(*AT_THE_ORGANISATION).when(back("to", on="2019-01-03")).refused("out-of-turn")
    before(*SUBMITTED).when(back("anh", on="2019-01-01")).refused("out-of-turn")
    assert before(*SUBMITTED).when(back("ai", on="2019-01-02")).facts


def test_only_the_days_of_what_is_returned_matter() -> None:
    both = after(AT_THE_ORGANISATION, draft("dk-2"), SUBMIT)
    assert before(*both).when(back("ai", on="2019-01-03")).facts
    before(*both).when(back("to", on="2019-01-03")).refused("out-of-turn")


def test_where_no_plan_lies_there_is_nothing_to_return() -> None:
    before(*office()).when(back("ai")).refused("nothing-to-do")
    before(*after(office(), draft())).when(back("ai")).refused("nothing-to-do")
    before(*after(office(NO_STEPS), draft(), SUBMIT)).when(back("thu")).refused("nothing-to-do")


def test_a_plan_is_returned_by_and_to_a_known_cadre_under_a_regime_in_an_open_year() -> None:
    before(*SUBMITTED).when(back("nobody")).refused("unknown-cadre")
    before(*SUBMITTED).when(back("ai", cadre="nobody")).refused("unknown-cadre")
    before(*STAFF, *UNITS).when(back("ai")).refused("unknown-regime")
    before(*SUBMITTED, CLOSED).when(back("ai")).refused("year-closed")


def test_a_returned_plan_goes_the_way_again_and_keeps_its_first_day() -> None:
    later = SubmitPlan(cadre="an", quarter="2019-Q1", on=day("2019-01-06"))
    line = line_of(after(SUBMITTED, back("ai"), later))
    assert line.in_chain
    assert line.submitted_on == day("2019-01-02")


def test_the_others_stay_when_one_is_returned() -> None:
    wish = SubmitPlan(cadre="anh", quarter="2019-Q1", on=day("2019-01-02"))
    facts = after(SUBMITTED, draft("dk-2", "anh"), wish, back("ai"))
    lies = state(facts, consolidated, "consolidated/2019/2019-Q1/0/ban-a")
    assert list(lies.received) == ["anh"]
