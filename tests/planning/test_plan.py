"""A quarter plan's lines: drafted, entered from a register, amended, dropped, submitted."""

from __future__ import annotations

from typing import Any

import pytest
from planning.known import Known
from planning.plan import plan
from shared.language.planning import (
    AmendLine,
    CadreTransferred,
    DropLine,
    EnterLine,
    LineAmended,
    LineDrafted,
    LineDropped,
    PlanApproved,
    PlanReceived,
    PlanSubmitted,
    SubmitPlan,
)
from shared.messages import Fact
from spec import Given, given

from .office import (
    BAC_NINH,
    CLOSED,
    NO_STEPS,
    ONE_STEP,
    STAFF,
    TWO_STEPS,
    UNITS,
    after,
    appointed,
    day,
    draft,
    line_of,
    office,
)

OFFICE = office()
PLAN: dict[str, Any] = {"cadre": "an", "year": 2019, "quarter": "2019-Q1"}
SUBMIT = SubmitPlan(cadre="an", quarter="2019-Q1", on=day("2018-12-28"))


def before(*facts: Fact) -> Given:
    return given(plan, Known, *facts)


def enter(line: str = "dk-1", cadre: str = "an", **more: Any) -> EnterLine:
    acts = {"submitted_on": "2018-12-24", "approved_on": "2018-12-28"}
    row = draft(line, cadre).model_dump()
    return EnterLine.model_validate({**row, **acts, **more})


def drafted(line: str = "dk-1", **more: Any) -> LineDrafted:
    return LineDrafted(**{**draft(line, **more).model_dump(), "year": 2019})


def amend(line: str = "dk-1", **more: Any) -> AmendLine:
    content = {"unit": "X2", "kind": "thematic", "from": "2019-02-18", "to": "2019-02-20"}
    return AmendLine.model_validate({"line": line, **content, **more})


AMENDED = LineAmended(**PLAN, **amend().model_dump())
DROP = DropLine(line="dk-1", reason="trùng lịch")
DROPPED = LineDropped(**PLAN, **DROP.model_dump())
ENTERED = after(OFFICE, enter())
"""Where dk-1 stands approved."""


# --- drafting -------------------------------------------------------------------------------


def test_a_line_is_drafted_once() -> None:
    before(*OFFICE).when(draft()).then(drafted())
    before(*OFFICE, drafted()).when(draft()).then()


def test_a_draft_may_name_another_year_as_its_regimes() -> None:
    named = draft(quarter="2020-Q1", year=2019)
    before(*OFFICE).when(named).then(LineDrafted(**named.model_dump()))
    before(*OFFICE).when(draft(quarter="2020-Q1")).refused("unknown-regime")


def test_a_line_s_dates_need_not_lie_in_its_quarter() -> None:
    late = draft(**{"from": "2019-11-01", "to": "2019-11-02"})
    before(*OFFICE).when(late).then(LineDrafted(**{**late.model_dump(), "year": 2019}))


LINE_FAULTS = [
    pytest.param({"cadre": "nobody"}, "unknown-cadre", id="unknown-cadre"),
    pytest.param({"unit": "X9"}, "unknown-unit", id="unknown-unit"),
    pytest.param({"kind": "picnic"}, "unknown-kind", id="unknown-kind"),
    pytest.param({"quarter": "2021-Q1"}, "unknown-regime", id="unknown-regime"),
    pytest.param({"to": "2019-02-10"}, "dates-reversed", id="dates-reversed"),
]


@pytest.mark.parametrize(("changes", "code"), LINE_FAULTS)
def test_a_faulty_line_is_neither_drafted_nor_entered(changes: dict[str, str], code: str) -> None:
    before(*OFFICE).when(draft(**changes)).refused(code)
    before(*OFFICE).when(enter(**changes)).refused(code)


def test_a_closed_year_takes_no_lines() -> None:
    before(*OFFICE, CLOSED).when(draft()).refused("year-closed")
    before(*OFFICE, CLOSED).when(enter()).refused("year-closed")


def test_of_several_faults_of_a_line_the_first_in_order_is_told() -> None:
    """DOMAIN.md §4: each time the fault told is mended, the next one is."""
    faulty: dict[str, Any] = {
        "line": "dk-9",
        "cadre": "nobody",
        "unit": "X9",
        "kind": "picnic",
        "to": "2019-02-10",
        "approved_on": "2018-12-01",
    }
    mended = {
        "duplicate-id": ("line", "dk-2"),
        "unknown-cadre": ("cadre", "an"),
        "unknown-unit": ("unit", "X1"),
        "unknown-kind": ("kind", "regular"),
        "dates-reversed": ("to", "2019-02-13"),
        "out-of-turn": ("approved_on", "2018-12-28"),
    }
    known = before(*OFFICE, drafted("dk-9"))
    for code, (column, value) in mended.items():
        known.when(enter(**faulty)).refused(code)
        faulty[column] = value
    assert known.when(enter(**faulty)).facts


def test_a_closed_year_is_told_before_reversed_dates_and_after_an_unknown_kind() -> None:
    known = before(*OFFICE, CLOSED)
    known.when(draft(to="2019-02-10")).refused("year-closed")
    known.when(draft(kind="picnic")).refused("unknown-kind")


@pytest.mark.parametrize(
    "other",
    [
        {"unit": "X2"},
        {"kind": "thematic"},
        {"from": "2019-02-12"},
        {"to": "2019-02-14"},
        {"topic": "Chuyển đổi số"},
        {"cadre": "binh"},
        {"quarter": "2019-Q2"},
    ],
    ids=lambda other: next(iter(other)),
)
def test_a_known_line_with_another_content_is_a_duplicate(other: dict[str, str]) -> None:
    before(*OFFICE, drafted()).when(draft(**other)).refused("duplicate-id")
    before(*ENTERED).when(enter(**other)).refused("duplicate-id")


def test_a_dropped_line_s_id_is_not_used_again() -> None:
    before(*OFFICE, drafted(), DROPPED).when(draft()).refused("duplicate-id")
    before(*OFFICE, drafted(), DROPPED).when(enter()).refused("duplicate-id")


# --- entering from a register ---------------------------------------------------------------

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
def test_a_known_row_with_other_acts_is_a_duplicate(other: dict[str, str | None]) -> None:
    before(*ENTERED).when(enter(**other)).refused("duplicate-id")


def test_a_line_that_is_only_a_draft_is_not_yet_the_row() -> None:
    before(*OFFICE, drafted()).when(enter()).refused("duplicate-id")


def test_a_row_is_not_approved_before_it_is_submitted() -> None:
    before(*OFFICE).when(enter(approved_on="2018-12-23")).refused("out-of-turn")
    assert before(*OFFICE).when(enter(approved_on="2018-12-24")).facts


# --- amending -------------------------------------------------------------------------------


def test_a_draft_is_amended_at_once() -> None:
    before(*OFFICE, drafted()).when(amend()).then(AMENDED)
    line = line_of((drafted(), AMENDED))
    assert line.effective.unit == "X2"
    assert [version.unit for version in line.versions] == ["X1", "X2"]


def test_amending_to_what_the_line_says_records_nothing() -> None:
    before(*OFFICE, drafted(), AMENDED).when(amend()).then()


def test_an_approved_line_stands_until_its_amendment_is_approved() -> None:
    proposed = after(ENTERED, amend())
    assert line_of(proposed).effective.unit == "X1"
    approved = PlanApproved(**PLAN, lines=("dk-1",), by="thu", on=day("2019-02-01"))
    line = line_of((*proposed, approved))
    assert line.effective.unit == "X2"
    assert (line.submitted_on, line.approved_on) == (day("2018-12-24"), day("2018-12-28"))


def test_amending_back_to_what_is_approved_leaves_nothing_to_submit() -> None:
    back = amend(unit="X1", kind="regular", **{"from": "2019-02-11", "to": "2019-02-13"})
    before(*after(ENTERED, amend(), back)).when(SUBMIT).refused("nothing-to-do")


def test_amending_takes_a_proposed_dropping_back() -> None:
    line = line_of(after(ENTERED, DROP, amend()))
    assert line.dropping is None
    back = amend(unit="X1", kind="regular", **{"from": "2019-02-11", "to": "2019-02-13"})
    assert not line_of(after(ENTERED, DROP, back)).changed


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"line": "dk-9"}, "unknown-line"),
        ({"line": "dk-9", "unit": "X9"}, "unknown-unit"),
        ({"unit": "X9"}, "unknown-unit"),
        ({"kind": "picnic"}, "unknown-kind"),
        ({"to": "2019-02-17"}, "dates-reversed"),
    ],
)
def test_a_faulty_amendment_is_refused(changes: dict[str, str], code: str) -> None:
    before(*OFFICE, drafted()).when(amend(**changes)).refused(code)


def test_a_closed_year_s_line_is_neither_amended_nor_dropped() -> None:
    before(*OFFICE, drafted(), CLOSED).when(amend()).refused("year-closed")
    before(*OFFICE, drafted(), CLOSED).when(DROP).refused("year-closed")


def test_a_dropped_line_is_not_amended() -> None:
    before(*OFFICE, drafted(), DROPPED).when(amend()).refused("unknown-line")


# --- dropping -------------------------------------------------------------------------------


def test_a_draft_is_dropped_at_once() -> None:
    before(*OFFICE, drafted()).when(DROP).then(DROPPED)
    assert line_of((drafted(), DROPPED)).gone


def test_an_approved_line_stands_until_its_dropping_is_approved() -> None:
    proposed = after(ENTERED, DROP)
    assert not line_of(proposed).gone
    approved = PlanApproved(**PLAN, lines=("dk-1",), by="thu", on=day("2019-02-01"))
    assert line_of((*proposed, approved)).gone


def test_a_line_is_dropped_once() -> None:
    before(*OFFICE, drafted(), DROPPED).when(DROP).then()
    before(*after(ENTERED, DROP)).when(DROP).then()
    other = DropLine(line="dk-1", reason="lý do khác")
    before(*OFFICE, drafted(), DROPPED).when(other).refused("unknown-line")


def test_an_unknown_line_is_not_dropped() -> None:
    before(*OFFICE).when(DROP).refused("unknown-line")


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


def test_a_plan_is_submitted_to_its_department_s_step() -> None:
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
