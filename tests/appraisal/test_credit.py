"""DOMAIN.md §6: "A visit is creditable", "A date counts", "Two slots a date"."""

from __future__ import annotations

from typing import Any

import pytest

from appraisal.credit import Credit
from shared.language.planning import LineAmended, LineDropped, PlanApproved
from shared.language.visits import VisitCorrected
from shared.values import Level, Portion

from .samples import (
    CADRE,
    YEAR,
    Changes,
    appointed,
    confirmed,
    day,
    judge,
    leave,
    line,
    report,
    visit,
    voided,
)

CONFIRMED: Changes = {"credit": {"from": "confirmed"}}
ACCEPTED: Changes = {"credit": {"from": "accepted"}}
PLANNED: Changes = {"credit": {"unplanned": "never"}}
WORKING: Changes = {"credit": {"days": "working"}}
ORDERED: Changes = {"credit": {"evidence": ["travel_order", "decision"]}}


# --- creditable ------------------------------------------------------------------------------


def test_a_visit_gives_credit_from_its_logging_on() -> None:
    trip = visit("lv-1", "03-05", logged_on="03-08")
    assert judge(trip, as_of="2019-03-07")["credited"] == 0
    assert judge(trip, as_of="2019-03-08")["credited"] == 1


def test_a_voided_visit_gives_credit_until_the_day_of_its_voiding() -> None:
    facts = visit("lv-1", "03-05"), voided("lv-1", "04-01")
    assert judge(*facts, as_of="2019-03-31")["credited"] == 1
    assert judge(*facts, as_of="2019-04-01")["credited"] == 0


def test_a_kind_that_does_not_count_or_that_the_regime_lacks_gives_no_credit() -> None:
    assert judge(visit("lv-1", "03-05", kind="meeting"))["credited"] == 0
    assert judge(visit("lv-1", "03-05", kind="gone"))["credited"] == 0


@pytest.mark.parametrize(
    ("evidence", "number", "credited"),
    [
        ("travel_order", "1-CL", 1),
        ("decision", "2-QĐ", 1),
        ("letter", "3", 0),
        (None, "", 0),
        ("decision", "  ", 0),
    ],
)
def test_where_evidence_is_needed_it_must_be_of_a_listed_kind_and_have_a_number(
    evidence: str | None, number: str, credited: int
) -> None:
    trip = visit("lv-1", "03-05", evidence=evidence, evidence_no=number)
    assert judge(trip, **ORDERED)["credited"] == credited


def test_where_the_unplanned_never_counts_the_visits_own_line_must_be_approved() -> None:
    trip = visit("lv-1", "03-05", line="dk-1")
    assert judge(trip, line("dk-1"), **PLANNED)["credited"] == 0
    assert judge(trip, line("dk-1"), line("dk-2", approved_on="01-05"), **PLANNED)["credited"] == 0
    assert judge(visit("lv-1", "03-05"), **PLANNED)["credited"] == 0


def test_a_line_approved_after_the_trip_serves_from_its_approval_on() -> None:
    facts = line("dk-1", approved_on="06-01"), visit("lv-1", "03-05", line="dk-1")
    assert judge(*facts, as_of="2019-05-31", **PLANNED)["credited"] == 0
    assert judge(*facts, as_of="2019-06-01", **PLANNED)["credited"] == 1


def test_an_approved_line_stands_until_its_dropping_is_approved() -> None:
    whose: Any = {"cadre": CADRE, "year": YEAR, "quarter": "2019-Q1"}
    drop = LineDropped(**whose, line="dk-1", reason="hoãn")
    passed = PlanApproved(**whose, lines=("dk-1",), by="", on=day("06-01"))
    what: Any = {"unit": "u", "kind": "regular", "topic": "", "from": "2019-03-01"}
    amended = LineAmended(**whose, **what, line="dk-1", to=day("03-02"))
    facts = line("dk-1", approved_on="01-05"), visit("lv-1", "03-05", line="dk-1"), drop
    assert judge(*facts, **PLANNED)["credited"] == 1
    assert judge(*facts, passed, as_of="2019-05-31", **PLANNED)["credited"] == 1
    assert judge(*facts, passed, as_of="2019-06-01", **PLANNED)["credited"] == 0
    assert judge(*facts, amended, passed, **PLANNED)["credited"] == 1


def test_a_line_dropped_before_it_was_approved_is_gone() -> None:
    whose: Any = {"cadre": CADRE, "year": YEAR, "quarter": "2019-Q1"}
    facts = (
        line("dk-1"),
        LineDropped(**whose, line="dk-1", reason="hoãn"),
        PlanApproved(**whose, lines=("dk-1",), by="", on=day("01-05")),
        visit("lv-1", "03-05", line="dk-1"),
    )
    assert judge(*facts, **PLANNED)["credited"] == 0


def test_credit_from_confirmation_on_where_the_regime_says_confirmed() -> None:
    facts = visit("lv-1", "03-05"), confirmed("lv-1", "03-10")
    assert judge(*facts, as_of="2019-03-09", **CONFIRMED)["credited"] == 0
    assert judge(*facts, as_of="2019-03-10", **CONFIRMED)["credited"] == 1


def test_credit_date_by_date_where_the_regime_says_accepted() -> None:
    over_new_quarter = visit("lv-1", "03-30", "04-02")
    found = judge(over_new_quarter, report("2019-Q1", "04-05", "04-08"), **ACCEPTED)
    assert found["by_quarter"] == {"2019-Q1": 2}


def test_by_month_or_visit_the_report_of_that_month_or_visit_gives_credit() -> None:
    trip = visit("lv-1", "03-31", "04-01")
    by_month = {**ACCEPTED, "reports": {"period": "month"}}
    by_visit = {**ACCEPTED, "reports": {"period": "visit"}}
    assert judge(trip, report("2019-04", "05-05", "05-08"), **by_month)["credited"] == 1
    assert judge(trip, report("lv-1", "05-05", "05-08"), **by_visit)["credited"] == 2
    assert judge(trip, report("lv-2", "05-05", "05-08"), **by_visit)["credited"] == 0


def test_a_report_gives_credit_from_its_acceptance_on_even_a_late_one() -> None:
    facts = visit("lv-1", "03-05"), report("2019-Q1", "08-01", "08-05")
    late_fails: Changes = {**ACCEPTED, "reports": {"late": "fails"}}
    assert judge(*facts, as_of="2019-08-04", **late_fails)["credited"] == 0
    assert judge(*facts, as_of="2019-08-05", **late_fails)["credited"] == 1


def test_a_correction_supersedes_from_its_day_and_needs_confirming_again() -> None:
    corrected = VisitCorrected(
        visit="lv-1",
        cadre=CADRE,
        year=YEAR,
        unit="u",
        level=Level.DISTRICT,
        kind="regular",
        line="",
        from_=day("03-05"),
        to=day("03-06"),
        portion=Portion.FULL,
        evidence=None,
        evidence_no="",
        on=day("05-01"),
        reason="ghi thiếu ngày",
    )
    facts = visit("lv-1", "03-05"), confirmed("lv-1", "03-10"), corrected
    assert judge(*facts, as_of="2019-04-30", **CONFIRMED)["by_level"] == {"commune": 1}
    assert judge(*facts, as_of="2019-05-01", **CONFIRMED)["credited"] == 0
    again = confirmed("lv-1", "05-09")
    assert judge(*facts, again, as_of="2019-05-09", **CONFIRMED)["by_level"] == {"district": 2}


# --- a date counts -----------------------------------------------------------------------------


def test_only_dates_inside_the_window_count() -> None:
    march: Changes = {"window": {"from": "2019-03-01", "to": "2019-03-31"}}
    assert judge(visit("lv-1", "02-27", "03-02"), **march)["credited"] == 2
    assert judge(visit("lv-1", "03-30", "04-02"), **march)["credited"] == 2


def test_only_dates_inside_the_employment_count_both_ends_included() -> None:
    found = judge(appointed(from_="03-02", to="03-04"), visit("lv-1", "03-01", "03-09"))
    assert found["credited"] == 3


def test_dates_on_leave_do_not_count_once_the_leave_is_recorded() -> None:
    facts = visit("lv-1", "03-01", "03-05"), leave("03-02", "03-03", recorded_on="06-01")
    assert judge(*facts, as_of="2019-05-31")["credited"] == 5
    assert judge(*facts, as_of="2019-06-01")["credited"] == 3


def test_with_working_days_neither_weekends_nor_holidays_count() -> None:
    friday_to_tuesday = visit("lv-1", "08-30", "09-03")  # Monday 2 September is a holiday
    assert judge(friday_to_tuesday, **WORKING)["credited"] == 2
    assert judge(friday_to_tuesday)["credited"] == 5


# --- two slots a date ----------------------------------------------------------------------------


def test_a_morning_and_an_afternoon_are_half_a_day_each() -> None:
    morning = visit("lv-1", "03-05", portion=Portion.MORNING)
    afternoon = visit("lv-2", "03-05", portion=Portion.AFTERNOON, level=Level.BRANCH)
    found = judge(morning, afternoon)
    assert found["credited"] == 1
    assert found["by_level"] == {"branch": 0.5, "commune": 0.5}


def test_a_half_day_gives_nothing_where_half_days_do_not_count() -> None:
    whole_days: Changes = {"credit": {"half_days": False}}
    half = visit("lv-1", "03-05", portion=Portion.MORNING)
    full = visit("lv-2", "03-05", kind="thematic", logged_on="03-09")
    assert judge(half, **whole_days)["credited"] == 0
    assert judge(half, full, **whole_days)["by_kind"] == {"thematic": 1}


def test_a_slot_counts_once_for_the_visit_logged_first() -> None:
    second = visit("lv-1", "03-05", logged_on="03-07")
    first = visit("lv-2", "03-05", logged_on="03-06", portion=Portion.MORNING, kind="thematic")
    found = judge(second, first)
    assert found["credited"] == 1
    assert found["by_kind"] == {"regular": 0.5, "thematic": 0.5}


def test_of_two_visits_logged_on_one_day_the_lesser_id_has_the_slot() -> None:
    found = judge(visit("lv-a", "03-05", kind="thematic"), visit("lv-B", "03-05"))
    assert found["by_kind"] == {"regular": 1}


def test_a_visit_that_is_not_creditable_takes_no_slot() -> None:
    facts = visit("lv-1", "03-05"), voided("lv-1", "03-06"), visit("lv-2", "03-05", kind="thematic")
    assert judge(*facts)["by_kind"] == {"thematic": 1}


def test_the_credit_has_the_units_level_the_visits_kind_and_the_dates_quarter() -> None:
    found = judge(visit("lv-1", "03-31", "04-01", level=Level.PROVINCE, kind="thematic"))
    assert found["by_level"] == {"province": 2}
    assert found["by_kind"] == {"thematic": 2}
    assert found["by_quarter"] == {"2019-Q1": 1, "2019-Q2": 1}


# --- why not -----------------------------------------------------------------------------------


def test_every_credited_half_day_can_be_told() -> None:
    found = judge(visit("lv-1", "03-05", portion=Portion.AFTERNOON)).whole
    assert found.credits == (
        Credit(day("03-05"), Portion.AFTERNOON, "lv-1", Level.COMMUNE, "regular"),
    )
    assert found.denials == ()


def test_every_denied_visit_date_and_slot_is_told_with_its_rule() -> None:
    found = judge(
        leave("03-01", "03-01"),
        visit("lv-1", "02-28", "03-02"),
        visit("lv-2", "03-02", portion=Portion.MORNING, logged_on="03-09"),
        visit("lv-3", "03-05", kind="meeting"),
        visit("lv-4", "03-06"),
        voided("lv-4", "03-07"),
    ).whole
    assert [(one.visit, one.date, one.reason.en) for one in found.denials] == [
        ("lv-4", None, "The visit was voided on 2019-03-07."),
        ("lv-1", day("03-01"), "The date is on leave."),
        ("lv-3", None, "The regime does not count the kind meeting."),
        ("lv-2", day("03-02"), "The morning is credited to visit lv-1, logged before."),
    ]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (CONFIRMED, "The visit is not confirmed; the regime credits confirmed visits only."),
        (ACCEPTED, "The outcome report of 2019-Q1 is not accepted."),
        (PLANNED, "The visit has no plan line; the regime credits planned visits only."),
        (ORDERED, "Evidence with a number is missing, of the kind: travel_order, decision."),
        (WORKING, "A Saturday or Sunday; the regime credits working days only."),
        (
            {"window": {"from": "2019-04-01", "to": "2019-12-31"}},
            "The date is outside the window, 2019-04-01 to 2019-12-31.",
        ),
    ],
)
def test_each_rule_that_denies_says_so(changes: Changes, sentence: str) -> None:
    saturday = visit("lv-1", "03-02")
    assert [one.reason.en for one in judge(saturday, **changes).whole.denials] == [sentence]
