"""A plan's lines entered from a register: a row stands for all its acts."""

from __future__ import annotations

from typing import Any

import pytest

from planning.known import Known
from planning.plan import plan
from shared.language.planning import (
    PlanApproved,
    PlanReceived,
    PlanSubmitted,
    SubmitPlan,
)
from shared.messages import Fact
from spec import Given, given

from .office import (
    BAC_NINH,
    DROP,
    NO_STEPS,
    ONE_STEP,
    PLAN,
    TWO_STEPS,
    after,
    day,
    drafted,
    enter,
    office,
)

OFFICE = office()
SUBMIT = SubmitPlan(cadre="an", quarter="2019-Q1", on=day("2018-12-28"))


def before(*facts: Fact) -> Given:
    return given(plan, Known, *facts)


ENTERED = after(OFFICE, enter())
"""Where dk-1 stands approved."""


ENTERED_AND_SUBMITTED = (
    drafted(),
    PlanSubmitted(**PLAN, lines=("dk-1",), on=day("2018-12-24")),
)


def test_a_row_with_its_approval_stands_for_the_whole_chain() -> None:
    approved = PlanApproved(**PLAN, lines=("dk-1",), by="", on=day("2018-12-28"))
    before(*OFFICE).when(enter()).then(*ENTERED_AND_SUBMITTED, approved)
    before(*office(NO_STEPS)).when(enter()).then(*ENTERED_AND_SUBMITTED, approved)


@pytest.mark.parametrize(
    ("chain", "place"),
    [(BAC_NINH, "ban-a"), (TWO_STEPS, "ban-a"), (ONE_STEP, "*")],
    ids=["Bắc Ninh", "two steps", "one step"],
)
def test_a_row_without_its_approval_lies_at_the_first_step(chain: Any, place: str) -> None:
    received = PlanReceived(
        year=2019,
        quarter="2019-Q1",
        step=0,
        place=place,
        cadre="an",
        department="ban-a",
        lines=("dk-1",),
        on=day("2018-12-24"),
    )
    before(*office(chain)).when(enter(approved_on=None)).then(*ENTERED_AND_SUBMITTED, received)


def test_where_there_is_no_chain_a_row_without_its_approval_stays_submitted() -> None:
    before(*office(NO_STEPS)).when(enter(approved_on=None)).then(*ENTERED_AND_SUBMITTED)


def test_a_row_entered_twice_changes_nothing() -> None:
    before(*ENTERED).when(enter()).then()
    open_row = enter(approved_on=None)
    before(*after(OFFICE, open_row)).when(open_row).then()


@pytest.mark.parametrize(
    "other",
    [{"submitted_on": "2018-12-23"}, {"approved_on": "2018-12-29"}, {"approved_on": None}],
)
def test_a_known_row_with_other_acts_is_a_duplicate(other: dict[str, Any]) -> None:
    before(*ENTERED).when(enter(**other)).refused("duplicate-id")


def test_a_row_of_a_line_that_was_dropped_since_is_a_duplicate() -> None:
    passed = PlanApproved(**PLAN, lines=("dk-1",), by="thu", on=day("2019-02-01"))
    before(*after(ENTERED, DROP), passed).when(enter()).refused("duplicate-id")


def test_a_line_that_is_only_a_draft_is_not_yet_the_row() -> None:
    before(*OFFICE, drafted()).when(enter()).refused("duplicate-id")


def test_a_row_is_not_approved_before_it_is_submitted() -> None:
    before(*OFFICE).when(enter(approved_on="2018-12-23")).refused("out-of-turn")
    assert before(*OFFICE).when(enter(approved_on="2018-12-24")).facts
