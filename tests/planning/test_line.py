"""A plan's lines: drafted, amended, dropped."""

from __future__ import annotations

from typing import Any

import pytest

from planning.known import Known
from planning.plan import plan
from shared.language.planning import (
    DropLine,
    LineDrafted,
    PlanApproved,
    SubmitPlan,
)
from shared.messages import Fact
from spec import Given, given

from .office import (
    AMENDED,
    CLOSED,
    DROP,
    DROPPED,
    PLAN,
    after,
    amend,
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


# --- drafting -------------------------------------------------------------------------------


def test_a_line_is_drafted_once() -> None:
    before(*OFFICE).when(draft()).then(drafted())
    before(*OFFICE, drafted()).when(draft()).then()


def test_a_draft_may_name_another_year_as_its_regimes() -> None:
    named = draft(quarter="2020-Q1", year=2019)
    before(*OFFICE).when(named).then(LineDrafted(**named.model_dump()))
    before(*OFFICE).when(draft(quarter="2020-Q1")).refused("unknown-regime")


def test_a_lines_dates_need_not_lie_in_its_quarter() -> None:
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


def test_a_dropped_lines_id_is_not_used_again() -> None:
    before(*OFFICE, drafted(), DROPPED).when(draft()).refused("duplicate-id")
    before(*OFFICE, drafted(), DROPPED).when(enter()).refused("duplicate-id")


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


def test_a_closed_years_line_is_neither_amended_nor_dropped() -> None:
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
