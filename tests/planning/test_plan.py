"""A quarter plan: submitted, and then left alone until it comes back."""

from __future__ import annotations

import pytest

from planning.known import Known
from planning.plan import plan
from shared.language.planning import (
    CadreTransferred,
    PlanApproved,
    PlanReceived,
    PlanSubmitted,
    SubmitPlan,
)
from shared.messages import Fact
from spec import Given, given

from .office import (
    AMENDED,
    CLOSED,
    DROP,
    DROPPED,
    NO_STEPS,
    ONE_STEP,
    PLAN,
    STAFF,
    UNITS,
    after,
    amend,
    appointed,
    day,
    draft,
    drafted,
    enter,
    line_of,
    office,
)

OFFICE = office()
SUBMIT = SubmitPlan(cadre="an", quarter="2019-Q1", on=day("2018-12-28"))


def before(*facts: Fact) -> Given:
    return given(plan, Known, *facts)


ENTERED = after(OFFICE, enter())
"""Where dk-1 stands approved."""


# --- while the plan is in the chain ---------------------------------------------------------

IN_CHAIN = after(OFFICE, draft(), SUBMIT)


def test_what_lies_in_the_chain_is_neither_amended_nor_dropped_until_it_is_returned() -> None:
    detail = before(*IN_CHAIN).when(amend()).refused("out-of-turn")
    assert detail["instead"] == "return-plan"
    before(*IN_CHAIN).when(DROP).refused("out-of-turn")


def test_the_same_content_again_is_fine_even_in_the_chain() -> None:
    same = amend(unit="X1", kind="regular", **{"from": "2019-02-11", "to": "2019-02-13"})
    before(*IN_CHAIN).when(same).then()
    before(*IN_CHAIN).when(draft()).then()


def test_new_lines_go_with_the_next_submission() -> None:
    more = after(IN_CHAIN, draft("dk-2"))
    submitted, received = before(*more).when(SUBMIT).facts
    assert isinstance(submitted, PlanSubmitted)
    assert isinstance(received, PlanReceived)
    assert submitted.lines == received.lines == ("dk-2",)


# --- submitting -----------------------------------------------------------------------------


def submitted(*lines: str) -> PlanSubmitted:
    return PlanSubmitted(**PLAN, lines=lines, on=day("2018-12-28"))


def received(place: str, *lines: str) -> PlanReceived:
    return PlanReceived(
        year=2019,
        quarter="2019-Q1",
        step=0,
        place=place,
        cadre="an",
        department="ban-a",
        lines=lines,
        on=day("2018-12-28"),
    )


def test_a_plan_is_submitted_to_its_departments_step() -> None:
    before(*OFFICE, drafted(), drafted("dk-2")).when(SUBMIT).then(
        submitted("dk-1", "dk-2"), received("ban-a", "dk-1", "dk-2")
    )


def test_a_plan_is_submitted_to_the_organisation_where_that_is_the_first_step() -> None:
    before(*office(ONE_STEP), drafted()).when(SUBMIT).then(submitted("dk-1"), received("*", "dk-1"))


def test_where_there_is_no_chain_a_submitted_plan_is_approved_at_once() -> None:
    before(*office(NO_STEPS), drafted()).when(SUBMIT).then(
        submitted("dk-1"), PlanApproved(**PLAN, lines=("dk-1",), by="", on=day("2018-12-28"))
    )


def test_where_there_is_no_chain_a_row_entered_without_approval_can_be_submitted_again() -> None:
    waits = after(office(NO_STEPS), enter(approved_on=None))
    before(*waits).when(SUBMIT).then(
        submitted("dk-1"), PlanApproved(**PLAN, lines=("dk-1",), by="", on=day("2018-12-28"))
    )
    before(*waits).when(amend()).then(AMENDED)
    assert not line_of((*waits, AMENDED)).in_chain


def test_the_department_is_the_one_on_the_day_of_submission() -> None:
    moves = CadreTransferred(cadre="an", department="ban-b", position="", on=day("2018-12-28"))
    _, there = before(*OFFICE, moves, drafted()).when(SUBMIT).facts
    assert isinstance(there, PlanReceived)
    assert there.place == there.department == "ban-b"


def test_only_what_is_new_or_changed_is_submitted() -> None:
    changed = after(after(ENTERED, enter("dk-2")), amend("dk-2"), draft("dk-3"))
    submission, _ = before(*changed).when(SUBMIT).facts
    assert submission == submitted("dk-2", "dk-3")


def test_a_proposed_dropping_is_submitted() -> None:
    submission, _ = before(*after(ENTERED, DROP)).when(SUBMIT).facts
    assert submission == submitted("dk-1")


def test_with_nothing_new_or_changed_there_is_nothing_to_submit() -> None:
    before(*OFFICE).when(SUBMIT).refused("nothing-to-do")
    before(*ENTERED).when(SUBMIT).refused("nothing-to-do")
    before(*IN_CHAIN).when(SUBMIT).refused("nothing-to-do")
    before(*OFFICE, drafted(), DROPPED).when(SUBMIT).refused("nothing-to-do")


def test_a_plan_is_submitted_by_a_known_cadre_under_a_regime_in_an_open_year() -> None:
    nobody = SubmitPlan(cadre="nobody", quarter="2019-Q1", on=day("2018-12-28"))
    before(*OFFICE).when(nobody).refused("unknown-cadre")
    before(*STAFF, *UNITS).when(SUBMIT).refused("unknown-regime")
    before(*OFFICE, drafted(), CLOSED).when(SUBMIT).refused("year-closed")


def test_a_quarter_of_another_year_is_filed_under_the_regime_that_is_named() -> None:
    line = draft(quarter="2020-Q1", year=2019)
    wish = SubmitPlan(cadre="an", quarter="2020-Q1", year=2019, on=day("2019-12-28"))
    submission, _ = before(*after(OFFICE, line)).when(wish).facts
    assert submission.stream == "plan/2019/2020-Q1/an"


def test_a_fact_of_another_stream_does_not_belong() -> None:
    with pytest.raises(TypeError):
        plan.evolve(plan.initial(), appointed("an", "ban-a"))
