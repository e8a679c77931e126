"""Quarters, months and the days between."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.dates import days, is_month, is_quarter, last_day, month_of, plus, quarter_of

DAY = st.dates(min_value=date(1000, 1, 1), max_value=date(9998, 12, 31))
ONE = timedelta(days=1)


def test_days_are_counted_with_both_ends() -> None:
    assert list(days(date(2019, 2, 27), date(2019, 3, 1))) == [
        date(2019, 2, 27),
        date(2019, 2, 28),
        date(2019, 3, 1),
    ]
    assert list(days(date(2019, 3, 1), date(2019, 3, 1))) == [date(2019, 3, 1)]
    assert list(days(date(2019, 3, 2), date(2019, 3, 1))) == []
    assert list(days(date.max, date.max)) == [date.max]


def test_a_due_day_beyond_the_calendar_is_the_calendars_last() -> None:
    assert plus(date(2019, 12, 31), 10) == date(2020, 1, 10)
    assert plus(date(2019, 12, 31), 10**12) == date.max


@given(DAY)
def test_a_day_lies_in_its_month_and_quarter_and_the_day_after_the_last_does_not(day: date) -> None:
    for period_of, is_period in ((month_of, is_month), (quarter_of, is_quarter)):
        period = period_of(day)
        assert is_period(period)
        last = last_day(period)
        assert day <= last
        assert period_of(last) == period
        assert period_of(last + ONE) != period
    assert last_day(month_of(day)) <= last_day(quarter_of(day))


def test_last_days() -> None:
    assert last_day("2019-Q1") == date(2019, 3, 31)
    assert last_day("2019-Q4") == date(2019, 12, 31)
    assert last_day("2020-02") == date(2020, 2, 29)
    assert last_day("2100-02") == date(2100, 2, 28)


@pytest.mark.parametrize(
    "text",
    ["", "2019", "2019-Q0", "2019-Q5", "2019-00", "2019-13", "2019-1", "2019-Q1\n", "٢٠١٩-Q1"],
)
def test_other_texts_are_no_period(text: str) -> None:
    assert not is_quarter(text)
    assert not is_month(text)
    with pytest.raises(ValueError, match="not a quarter or month"):
        last_day(text)
