"""Đính chính, hủy lượt đi: the record stays, what stands changes."""

from __future__ import annotations

from typing import Any

import pytest

from shared.language.visits import VoidVisit
from shared.messages import Command
from shared.values import Level
from visits.diary import diary

from .acts import confirm, confirmed, correct, corrected, logged, trip, void, voided
from .world import CLOSED, before, day


def test_a_correction_supersedes_what_was_logged() -> None:
    before(diary, logged()).when(correct()).then(corrected())


def test_a_correction_has_the_level_of_the_unit_that_it_names() -> None:
    branch = corrected(unit="B1", level=Level.BRANCH)
    before(diary, logged()).when(correct(unit="B1")).then(branch)


def test_a_corrected_visit_needs_confirming_again_not_before_its_correction() -> None:
    now = before(diary, logged(), confirmed(), corrected())
    now.when(confirm()).refused("out-of-turn")
    now.when(confirm(on=day(3, 15))).then(confirmed("ld-a", day(3, 15)))


def test_a_correction_to_what_stands_changes_nothing() -> None:
    before(diary, logged(), confirmed()).when(correct(**trip())).then()
    before(diary, logged(), corrected()).when(correct()).then()


@pytest.mark.parametrize(
    ("code", "other"),
    [
        ("unknown-unit", {"unit": "X9"}),
        ("unknown-kind", {"kind": "picnic"}),
        ("unknown-line", {"line": "dk-2"}),
        ("dates-reversed", {"from_": day(3, 7)}),
        ("outside-year", {"from_": day(12, 31, 2018)}),
        ("unit-not-valid", {"unit": "X-new"}),
        ("logged-early", {"to": day(3, 16)}),
        ("out-of-turn", {"on": day(3, 7)}),
    ],
)
def test_a_correction_is_judged_as_a_visit_logged_on_its_date(
    code: str, other: dict[str, Any]
) -> None:
    before(diary, logged()).when(correct(**other)).refused(code)


def test_a_correction_does_not_precede_the_one_before_it() -> None:
    again = correct(kind="thematic", on=day(3, 14))
    before(diary, logged(), corrected()).when(again).refused("out-of-turn")


def test_a_voided_visit_is_not_corrected() -> None:
    before(diary, logged(), voided()).when(correct(on=day(3, 25))).refused("out-of-turn")


def test_a_visit_is_voided_with_its_reason_confirmed_or_not() -> None:
    before(diary, logged()).when(void()).then(voided())
    before(diary, logged(), confirmed()).when(void()).then(voided())


def test_the_same_voiding_again_changes_nothing() -> None:
    before(diary, logged(), voided()).when(void()).then()


@pytest.mark.parametrize("again", [void(reason="Khác"), void(on=day(3, 21))])
def test_a_visit_is_voided_once(again: VoidVisit) -> None:
    before(diary, logged(), voided()).when(again).refused("out-of-turn")


def test_a_visit_may_be_corrected_and_voided_on_the_day_it_is_logged() -> None:
    now = before(diary, logged())
    now.when(correct(on=day(3, 8))).then(corrected(on=day(3, 8)))
    now.when(void(on=day(3, 8))).then(voided(on=day(3, 8)))


def test_a_visit_is_not_voided_before_it_is_logged() -> None:
    before(diary, logged()).when(void(on=day(3, 7))).refused("out-of-turn")
    before(diary, logged(), corrected()).when(void(on=day(3, 14))).refused("out-of-turn")


ACTS = [confirm(), correct(), void()]


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.called())
def test_what_was_never_logged_is_an_unknown_visit(act: Command) -> None:
    before(diary).when(act).refused("unknown-visit")


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.called())
def test_no_act_falls_in_a_closed_year(act: Command) -> None:
    before(diary, logged(), CLOSED).when(act).refused("year-closed")
