"""A row of visits.csv: all acts of it at once, or none."""

from __future__ import annotations

from typing import Any

import pytest

from shared.values import Portion
from visits.diary import FROM_REGISTER, diary

from .acts import confirmed, corrected, enter, logged, trip, voided
from .world import before, day, unit


def test_a_row_brings_all_its_acts_confirmation_before_voiding() -> None:
    early = voided(day(3, 10), FROM_REGISTER)
    before(diary).when(enter(voided_on=day(3, 10))).then(logged(), confirmed(), early)


def test_a_row_brings_only_the_acts_it_tells() -> None:
    before(diary).when(enter(confirmed_by=None, confirmed_on=None)).then(logged())


@pytest.mark.parametrize("voided_on", [None, day(3, 20)])
def test_entering_the_same_row_twice_gives_no_facts(voided_on: Any) -> None:
    row = enter(voided_on=voided_on)
    after = before(diary, *before(diary).when(row).facts)
    after.when(row).then()


def test_a_row_of_the_visit_as_it_stands_changes_nothing() -> None:
    row = enter(**trip(to=day(3, 5), portion=Portion.MORNING), logged_on=day(3, 15))
    now = before(diary, logged(), confirmed(), corrected())
    now.when(row).refused("duplicate-id")
    now.when(row.model_copy(update={"confirmed_by": None, "confirmed_on": None})).then()


@pytest.mark.parametrize(
    "other",
    [
        {"confirmed_by": "tc"},
        {"confirmed_on": day(3, 13)},
        {"confirmed_by": None, "confirmed_on": None},
        {"voided_on": day(3, 20)},
    ],
)
def test_a_row_with_other_acts_is_other_content(other: dict[str, Any]) -> None:
    before(diary, logged(), confirmed()).when(enter(**other)).refused("duplicate-id")


@pytest.mark.parametrize("half", ["confirmed_by", "confirmed_on"])
def test_a_half_filled_confirmation_is_out_of_turn(half: str) -> None:
    assert before(diary).when(enter(**{half: None})).refused("out-of-turn") == {"missing": half}


@pytest.mark.parametrize(
    ("code", "other"),
    [
        ("unknown-cadre", {"confirmed_by": "cb-9"}),
        ("unknown-cadre", {"confirmed_by": "cb-9", "confirmed_on": None}),
        ("out-of-turn", {"confirmed_on": day(3, 7)}),
        ("out-of-turn", {"voided_on": day(3, 7)}),
        ("own-act", {"confirmed_by": "cb-1"}),
        ("not-authorised", {"confirmed_by": "ld-b"}),
        ("not-authorised", {"confirmed_by": "X2"}),
        ("unknown-cadre", {"unit": "X9", "confirmed_by": "X9"}),  # a unit nobody knows is nobody
    ],
)
def test_a_row_is_refused_whole(code: str, other: dict[str, Any]) -> None:
    before(diary).when(enter(**other)).refused(code)


def test_nobody_confirms_their_own_visit_in_the_name_of_a_unit_of_the_same_key() -> None:
    before(diary).when(enter(unit="cb-1", confirmed_by="cb-1")).refused("unknown-unit")
    row = enter(confirmed_by="cb-1", unit="cb-1")
    before(diary, unit("cb-1")).when(row).refused("own-act")
