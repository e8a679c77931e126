"""DOMAIN.md §6: "Conditions", each with the reason that a cadre reads."""

from __future__ import annotations

from typing import Any

from shared.language.visits import ReportReturned, ReportSubmitted
from shared.values import Level

from .samples import (
    CADRE,
    YEAR,
    Changes,
    appointed,
    day,
    judge,
    leave,
    line,
    product,
    report,
    visit,
    voided,
)

PLANS: Changes = {"planning": {"required": True}}
ALWAYS: Changes = {"reports": {"required": "always"}}


# --- days and levels -----------------------------------------------------------------------------


def test_days_are_pending_until_met_and_unmet_from_the_closing_day_on() -> None:
    assert judge(as_of="2020-01-14").states["days"] == "pending"
    assert judge(as_of="2020-01-15").states["days"] == "unmet"
    assert judge(visit("lv-1", "03-05", "03-06"), as_of="2020-01-15").states["days"] == "met"


def test_the_reason_says_how_many_are_missing_and_by_when() -> None:
    found = judge(visit("lv-1", "03-05"), target={"days": 2.5}, as_of="2019-03-05")
    assert found.reason("days") == {
        "vi": "Đã được tính 1/2,5 ngày; còn thiếu 1,5 ngày, phải đi chậm nhất ngày 31/12/2019 "
        "và được tính trước ngày 15/01/2020.",
        "en": "1 of 2.5 days are credited; 1.5 are missing: go by 2019-12-31 and be credited "
        "before 2020-01-15.",
    }


def test_the_reason_of_a_level_says_what_lower_levels_fill() -> None:
    quotas = {"branch": 1, "commune": 4}
    found = judge(
        visit("lv-1", "03-05", "03-07", level=Level.BRANCH),
        target={"by_level": quotas, "surplus": "upward"},
    )
    assert found.reason("level:commune")["vi"] == (
        "Cấp xã có 0/4 ngày, được bù 2 ngày dôi dư từ cấp dưới; còn thiếu 2 ngày, "
        "đã hết hạn từ ngày 15/01/2020."
    )


# --- plans -----------------------------------------------------------------------------------


def test_a_plan_is_owed_for_each_quarter_with_an_eligible_date_if_planning_is_required() -> None:
    found = judge(appointed(from_="06-30"), leave("07-01", "09-30"), **PLANS)
    assert [id for id in found.states if id.startswith("plan:")] == [
        "plan:2019-Q2",
        "plan:2019-Q4",
    ]
    assert not any(id.startswith("plan:") for id in judge().states)


def test_a_plan_is_met_by_one_approved_line_of_that_quarter() -> None:
    found = judge(
        line("dk-1", "2019-Q1", "01-05"), line("dk-2", "2019-Q2"), **PLANS, as_of="2019-06-30"
    )
    assert found.states["plan:2019-Q1"] == "met"
    assert found.states["plan:2019-Q2"] == "pending"


def test_a_plan_is_unmet_once_its_quarter_has_ended() -> None:
    assert judge(**PLANS, as_of="2019-03-31").states["plan:2019-Q1"] == "pending"
    found = judge(**PLANS, as_of="2019-04-01")
    assert found.states["plan:2019-Q1"] == "unmet"
    assert found.reason("plan:2019-Q1")["vi"] == (
        "Kế hoạch quý I/2019 không có dòng nào được phê duyệt; quý đã hết ngày 31/03/2019."
    )


def test_a_plan_approved_after_its_quarter_is_met() -> None:
    assert judge(line("dk-1", "2019-Q1", "05-05"), **PLANS).states["plan:2019-Q1"] == "met"


# --- reports -----------------------------------------------------------------------------------


def owed(*facts: Any, **changes: Any) -> list[str]:
    states = judge(*facts, **changes).states
    return [id.removeprefix("report:") for id in states if id.startswith("report:")]


def test_always_required_a_report_is_owed_for_each_quarter_with_an_eligible_date() -> None:
    assert owed(appointed(from_="06-30"), leave("07-01", "09-30"), **ALWAYS) == [
        "2019-Q2",
        "2019-Q4",
    ]


def test_active_only_quarters_with_a_date_of_a_logged_visit_owe_a_report() -> None:
    assert owed(visit("lv-1", "03-31", "04-01")) == ["2019-Q1", "2019-Q2"]
    assert owed(visit("lv-1", "03-05", kind="meeting")) == ["2019-Q1"], "creditable or not"
    assert owed(visit("lv-1", "03-05"), voided("lv-1", "03-06")) == []


def test_active_a_month_without_an_eligible_date_owes_nothing_although_visited() -> None:
    facts = appointed(from_="04-01"), visit("lv-1", "03-31", "04-01")
    assert owed(*facts, reports={"period": "month"}) == ["2019-04"]


def test_by_visit_every_logged_visit_owes_a_report_wherever_its_dates_lie() -> None:
    facts = (
        appointed(from_="04-01"),
        visit("lv-1", "03-05"),
        visit("lv-2", "05-05"),
        voided("lv-2", "05-06"),
    )
    for required in ("always", "active"):
        assert owed(*facts, reports={"period": "visit", "required": required}) == ["lv-1"]


def test_a_report_is_pending_on_its_due_day_and_unmet_after() -> None:
    trip = visit("lv-1", "03-05")
    assert judge(trip, as_of="2019-04-10").states["report:2019-Q1"] == "pending"
    assert judge(trip, as_of="2019-04-11").states["report:2019-Q1"] == "unmet"
    by_visit: Changes = {"reports": {"period": "visit"}}
    assert judge(trip, as_of="2019-03-15", **by_visit).states["report:lv-1"] == "pending"
    assert judge(trip, as_of="2019-03-16", **by_visit).states["report:lv-1"] == "unmet"


def test_a_report_is_met_from_its_acceptance_on() -> None:
    facts = visit("lv-1", "03-05"), report("2019-Q1", "04-05", "04-12")
    assert judge(*facts, as_of="2019-04-11").states["report:2019-Q1"] == "unmet"
    assert judge(*facts, as_of="2019-04-12").states["report:2019-Q1"] == "met"


def test_a_late_report_counts_or_fails_as_the_regime_says() -> None:
    trip = visit("lv-1", "03-05")
    fails: Changes = {"reports": {"late": "fails"}}
    late, in_time = report("2019-Q1", "04-11", "04-12"), report("2019-Q1", "04-10", "05-12")
    assert judge(trip, late).states["report:2019-Q1"] == "met"
    assert judge(trip, late, **fails).states["report:2019-Q1"] == "unmet"
    assert judge(trip, in_time, **fails).states["report:2019-Q1"] == "met"
    assert judge(trip, late, **fails).reason("report:2019-Q1")["vi"] == (
        "Báo cáo thu hoạch quý I/2019 nộp ngày 11/04/2019, sau hạn 10/04/2019: "
        "nộp muộn không được tính."
    )


def test_of_several_reports_for_one_period_any_one_suffices() -> None:
    found = judge(
        visit("lv-1", "03-05"),
        report("2019-Q1", "04-11", "04-12", report="bc-1"),
        report("2019-Q1", "04-02", "04-20", report="bc-2"),
        reports={"late": "fails"},
    )
    assert found.states["report:2019-Q1"] == "met"


def test_the_submission_that_was_accepted_is_the_one_judged() -> None:
    whose: Any = {"report": "bc-2019-Q1", "cadre": CADRE, "year": YEAR}
    submitted, accepted = report("2019-Q1", "04-20", "04-22")
    facts = (
        visit("lv-1", "03-05"),
        ReportSubmitted(**whose, period="2019-Q1", submitted_on=day("04-02"), sections={}),
        ReportReturned(**whose, by="cb-1", on=day("04-06"), reason="sơ sài"),
    )
    waiting = judge(*facts, as_of="2019-04-08")
    assert waiting.reason("report:2019-Q1")["vi"] == (
        "Báo cáo thu hoạch quý I/2019 bị trả lại ngày 06/04/2019, chưa nộp lại; "
        "phải được nghiệm thu chậm nhất ngày 10/04/2019."
    )
    fails: Changes = {"reports": {"late": "fails"}}
    assert judge(*facts, submitted, accepted, **fails).states["report:2019-Q1"] == "unmet"
    assert judge(*facts, submitted, accepted).states["report:2019-Q1"] == "met"


# --- products ----------------------------------------------------------------------------------


def test_each_logged_visit_of_a_kind_with_a_product_owes_one_wherever_its_dates_lie() -> None:
    found = judge(
        appointed(from_="04-01"),
        visit("lv-1", "03-05", kind="thematic"),
        visit("lv-2", "05-05"),
        visit("lv-3", "06-05", kind="thematic"),
        voided("lv-3", "06-06"),
        visit("lv-4", "07-05", kind="gone"),
        visit("lv-5", "08-05", kind="survey"),
    )
    owing = [id for id in found.states if id.startswith("product:")]
    assert owing == ["product:lv-1", "product:lv-5"], "whether or not its kind counts"


def test_a_product_is_pending_on_its_due_day_unmet_after_and_met_once_accepted() -> None:
    facts = visit("lv-1", "03-04", "03-05", kind="thematic"), product("lv-1", "03-29", "04-02")
    assert judge(*facts, as_of="2019-03-20").states["product:lv-1"] == "pending"
    unmet = judge(*facts, as_of="2019-04-01")
    assert unmet.states["product:lv-1"] == "unmet"
    assert unmet.reason("product:lv-1")["vi"] == (
        "Báo cáo sản phẩm lượt đi lv-1 nộp ngày 29/03/2019, chưa được nghiệm thu; "
        "đã quá hạn nghiệm thu ngày 20/03/2019."
    )
    assert judge(*facts, as_of="2019-04-02").states["product:lv-1"] == "met"
    late_fails: Changes = {"reports": {"late": "fails"}}
    assert judge(*facts, **late_fails).states["product:lv-1"] == "met", "however late"
