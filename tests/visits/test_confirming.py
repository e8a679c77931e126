"""Xác nhận lượt đi: by whom, from when, and how often."""

from __future__ import annotations

import pytest

from shared.language.planning import CadreTransferred
from shared.language.visits import ConfirmVisit
from visits.diary import diary

from .acts import confirm, confirmed, logged, voided
from .world import before, day, made_leader


@pytest.mark.parametrize("by", ["ld-a", "tc", "tt-1"])
def test_a_visit_is_confirmed_by_someone_above_the_cadre(by: str) -> None:
    before(diary, logged()).when(confirm(by)).then(confirmed(by, day(3, 12)))


def test_a_visit_is_confirmed_by_its_own_unit() -> None:
    before(diary, logged()).when(confirm("X1")).then(confirmed("X1", day(3, 12)))


@pytest.mark.parametrize("by", ["X2", "cb-2", "ld-b"])
def test_another_unit_a_colleague_or_another_leader_does_not_confirm(by: str) -> None:
    before(diary, logged()).when(confirm(by)).refused("not-authorised")


def test_nobody_confirms_their_own_visit() -> None:
    before(diary, logged()).when(confirm("cb-1")).refused("own-act")


def test_a_confirmer_who_is_nobody_is_an_unknown_cadre() -> None:
    before(diary, logged()).when(confirm("cb-9")).refused("unknown-cadre")


def test_the_confirmer_is_judged_by_the_role_on_the_day_of_confirming() -> None:
    leader = made_leader("cb-2", on=day(3, 12))
    before(diary, leader, logged()).when(confirm("cb-2", day(3, 11))).refused("not-authorised")
    before(diary, leader, logged()).when(confirm("cb-2", day(3, 12))).then(
        confirmed("cb-2", day(3, 12))
    )


def test_the_confirmer_is_judged_by_the_department_on_the_day_of_confirming() -> None:
    moved = CadreTransferred(cadre="cb-1", department="ban-b", position="", on=day(3, 12))
    before(diary, moved, logged()).when(confirm("ld-b", day(3, 11))).refused("not-authorised")
    before(diary, moved, logged()).when(confirm("ld-a", day(3, 12))).refused("not-authorised")
    before(diary, moved, logged()).when(confirm("ld-b", day(3, 12))).then(
        confirmed("ld-b", day(3, 12))
    )


def test_the_same_confirmation_again_changes_nothing() -> None:
    before(diary, logged(), confirmed()).when(confirm()).then()


@pytest.mark.parametrize("again", [confirm("tc"), confirm(on=day(3, 13))])
def test_a_visit_is_confirmed_once(again: ConfirmVisit) -> None:
    before(diary, logged(), confirmed()).when(again).refused("out-of-turn")


def test_a_visit_is_not_confirmed_before_it_is_logged() -> None:
    before(diary, logged()).when(confirm(on=day(3, 7))).refused("out-of-turn")
    before(diary, logged()).when(confirm(on=day(3, 8))).then(confirmed("ld-a", day(3, 8)))


def test_a_voided_visit_is_not_confirmed() -> None:
    before(diary, logged(), voided()).when(confirm(on=day(3, 25))).refused("out-of-turn")
