"""DOMAIN.md §6: "Target" and "Levels"."""

from __future__ import annotations

from typing import Any

import pytest

from shared.values import Level

from .samples import Changes, appointed, judge, leave, visit


def target(**changes: Any) -> Changes:
    return {"target": {"days": 60, **changes}}


def trips(**days: int) -> list[Any]:
    """A visit of that many days to a unit of each named level, one a month."""
    return [
        visit(f"lv-{name}", f"{month:02}-01", f"{month:02}-{days[name]:02}", level=Level(name))
        for month, name in enumerate(days, start=1)
    ]


# --- proration -------------------------------------------------------------------------------


def test_without_proration_the_target_is_the_base() -> None:
    assert judge(appointed(from_="12-01"), **target(proration="none"))["target"] == 60


def test_by_days_the_base_is_shared_by_eligible_dates_and_rounded_up_to_half_a_day() -> None:
    half_year = appointed(to="06-30")  # 60 × 181 ÷ 365 = 29.75…
    assert judge(half_year, **target(proration="days"))["target"] == 30
    assert judge(appointed(to="06-20"), **target(proration="days"))["target"] == 28.5  # 28.1…


def test_by_days_leave_is_not_eligible_once_recorded() -> None:
    ill = leave("01-01", "07-02", recorded_on="07-01")  # 60 × 182 ÷ 365 = 29.9…
    assert judge(ill, **target(proration="days"), as_of="2019-06-30")["target"] == 60
    assert judge(ill, **target(proration="days"))["target"] == 30


def test_an_exact_share_is_not_rounded() -> None:
    window: Changes = {"window": {"from": "2019-01-01", "to": "2019-01-30"}}
    assert judge(appointed(to="01-15"), **target(proration="days"), **window)["target"] == 30


def test_by_months_a_month_counts_with_at_least_15_eligible_dates() -> None:
    assert judge(appointed(to="06-15"), **target(proration="months"))["target"] == 30
    assert judge(appointed(to="06-14"), **target(proration="months"))["target"] == 25


def test_weekends_and_holidays_stay_eligible() -> None:
    changes: Changes = {**target(proration="months"), "credit": {"days": "working"}}
    assert judge(**changes)["target"] == 60


def test_every_month_that_holds_a_date_of_the_window_is_a_month_of_the_whole() -> None:
    window: Changes = {"window": {"from": "2019-01-31", "to": "2019-04-30"}}  # January has 1 date
    assert judge(**target(proration="months"), **window)["target"] == 45


def test_the_window_may_start_in_another_year() -> None:
    window: Changes = {"window": {"from": "2018-12-01", "to": "2019-02-28"}}
    found = judge(appointed(from_="01-01"), **target(proration="months"), **window)
    assert found["target"] == 40


def test_quotas_are_prorated_and_rounded_each_by_itself() -> None:
    quotas = {"branch": 1, "commune": 1}
    found = judge(
        appointed(to="04-30"),  # a third: 20, 0.33…, 0.33…
        *trips(branch=1),
        **target(proration="months", by_level=quotas, surplus="none"),
    )
    assert found["target"] == 20
    assert "1/0,5 ngày" in found.reason("level:branch")["vi"]
    assert "0/0,5 ngày" in found.reason("level:commune")["vi"]


# --- levels ------------------------------------------------------------------------------------


def levels(surplus: str, by_level: dict[str, int], **days: int) -> dict[str, str]:
    found = judge(*trips(**days), **target(surplus=surplus, by_level=by_level), as_of="2020-01-14")
    return {
        id.removeprefix("level:"): state
        for id, state in found.states.items()
        if id.startswith("level:")
    }


def test_surplus_none_makes_each_level_meet_its_own_quota() -> None:
    quotas = {"branch": 3, "commune": 2}
    assert levels("none", quotas, branch=9, commune=1) == {"branch": "met", "commune": "pending"}


def test_surplus_any_judges_no_levels() -> None:
    assert levels("any", {"branch": 3, "commune": 2}) == {}


def test_surplus_upward_fills_a_higher_levels_shortfall() -> None:
    quotas = {"branch": 3, "commune": 2}
    assert levels("upward", quotas, branch=4, commune=1) == {"branch": "met", "commune": "met"}


def test_surplus_never_fills_a_lower_level() -> None:
    quotas = {"branch": 3, "commune": 2}
    found = levels("upward", quotas, branch=2, commune=9)
    assert found == {"branch": "pending", "commune": "met"}


def test_surplus_fills_the_nearest_shortfall_first() -> None:
    quotas = {"branch": 1, "commune": 2, "district": 2}
    found = levels("upward", quotas, branch=3)
    assert found == {"branch": "met", "commune": "met", "district": "pending"}


def test_what_is_left_of_a_surplus_goes_on_to_the_next_level() -> None:
    quotas = {"branch": 1, "commune": 2, "district": 2}
    assert set(levels("upward", quotas, branch=4, commune=1).values()) == {"met"}


def test_a_level_without_a_quota_gives_all_its_days() -> None:
    assert levels("upward", {"district": 2}, commune=2) == {"district": "met"}


def test_a_quota_of_nothing_is_met() -> None:
    assert levels("none", {"province": 0}) == {"province": "met"}


@pytest.mark.parametrize("surplus", ["none", "upward", "any"])
def test_all_days_of_all_levels_count_for_the_whole_target(surplus: str) -> None:
    found = judge(*trips(branch=5, province=2), **target(surplus=surplus, by_level={"branch": 1}))
    assert found["credited"] == 7
