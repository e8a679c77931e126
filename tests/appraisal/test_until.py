"""As of a day and known at a moment: which entries exist then."""

from __future__ import annotations

from datetime import date

import pytest
from pydantic import TypeAdapter, ValidationError

from shared.language import FACTS
from shared.until import _ACTS, Until, acted_on
from shared.values import Moment

from .samples import confirmed, visit

MOMENT: TypeAdapter[str] = TypeAdapter(Moment)


def test_no_fact_carries_two_days_of_its_act() -> None:
    for word in FACTS.values():
        assert len([name for name in _ACTS if name in word.model_fields]) <= 1, word.type


def test_every_date_named_for_an_act_is_known_as_one() -> None:
    dated = {name for word in FACTS.values() for name in word.model_fields if name.endswith("on")}
    assert {name for name in dated if name.endswith("_on") or name == "on"} == {
        *_ACTS,
        "due_on",  # a deadline is no act
    }


def test_acts_dated_later_do_not_exist_yet() -> None:
    trip = visit("lv-1", "03-05", logged_on="03-08")
    assert acted_on(trip) == date(2019, 3, 8)
    assert not Until(as_of=date(2019, 3, 7)).holds(trip, "")
    assert Until(as_of=date(2019, 3, 8)).holds(trip, "")


def test_nothing_is_known_before_what_precedes_it_whatever_the_clock_said() -> None:
    trip, confirmation = visit("lv-1", "03-05"), confirmed("lv-1", "03-09")
    noon, eleven = "2019-03-10T12:00:00.000000Z", "2019-03-10T11:00:00.000000Z"
    until = Until(known_at=eleven)
    assert not until.holds(trip, noon)
    assert not until.holds(confirmation, eleven)  # the clock was put back between the two
    until = Until(known_at=noon)
    assert until.holds(trip, noon)
    assert until.holds(confirmation, eleven)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2019-05-02T17:30:00+07:00", "2019-05-02T10:30:00.000000Z"),
        ("2019-05-02T10:30:00.25Z", "2019-05-02T10:30:00.250000Z"),
        ("2019-05-02", "2019-05-02T16:59:59.999999Z"),  # the end of that day in Việt Nam
    ],
)
def test_a_moment_is_kept_as_ledgers_write_it(written: str, meant: str) -> None:
    assert MOMENT.validate_python(written) == meant


@pytest.mark.parametrize("written", ["2019-05-02T17:30:00", "2.5.2019", "", 7, "2019-02-30"])
def test_what_is_no_moment_is_refused(written: object) -> None:
    with pytest.raises(ValidationError, match="2019-05-02"):
        MOMENT.validate_python(written)
