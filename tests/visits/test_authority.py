"""Thẩm quyền: who stands above whom, by the roles and departments of the day."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.values import Role
from visits.authority import Person, above

from .world import day

CADRE, LEADER, ORGANISATION, STANDING = Role
TODAY = day(3, 12)


def person(cadre: str, role: Role, department: str = "ban-a") -> Person:
    return Person.appointed(cadre, department, role)


@pytest.mark.parametrize(
    ("author", "judges"),
    [
        (CADRE, {LEADER, ORGANISATION, STANDING}),
        (LEADER, {ORGANISATION, STANDING}),
        (ORGANISATION, {STANDING}),
        (STANDING, {STANDING}),
    ],
)
def test_each_role_has_those_above_it_in_the_same_department(
    author: Role, judges: set[Role]
) -> None:
    found = {role for role in Role if above(person("a", author), person("b", role), TODAY)}
    assert found == judges


def test_a_leader_is_above_the_cadres_of_the_own_department_only() -> None:
    assert not above(person("a", CADRE), person("b", LEADER, "ban-b"), TODAY)


@pytest.mark.parametrize("role", [ORGANISATION, STANDING])
def test_organisation_and_standing_are_above_the_cadres_of_every_department(role: Role) -> None:
    assert above(person("a", CADRE), person("b", role, "ban-b"), TODAY)


@given(st.sampled_from(Role))
def test_nobody_is_above_themselves(role: Role) -> None:
    assert not above(person("a", role), person("a", role), TODAY)


def test_the_first_role_and_department_hold_since_ever() -> None:
    someone = person("a", LEADER).granted(CADRE, TODAY).transferred("ban-b", TODAY)
    assert (someone.role(day(1, 1, 1900)), someone.department(day(1, 1, 1900))) == (LEADER, "ban-a")


def test_a_role_holds_from_its_day_on_in_whatever_order_it_was_recorded() -> None:
    someone = person("a", CADRE).granted(STANDING, day(6, 1)).granted(LEADER, day(3, 1))
    days = [day(2, 28), day(3, 1), day(5, 31), day(6, 1)]
    assert [someone.role(one) for one in days] == [CADRE, LEADER, LEADER, STANDING]


def test_of_two_roles_of_the_same_day_the_one_recorded_later_holds() -> None:
    someone = person("a", CADRE).granted(STANDING, TODAY).granted(LEADER, TODAY)
    assert someone.role(TODAY) is LEADER
