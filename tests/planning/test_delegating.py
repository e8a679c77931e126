"""Ủy quyền: who may hand on what they may, to whom and for how long."""

from __future__ import annotations

from datetime import date

import pytest

from planning.cadre import cadre
from planning.known import Known
from shared.language.planning import (
    AuthorityDelegated,
    DelegateAuthority,
    DelegationWithdrawn,
    RoleGranted,
    WithdrawDelegation,
)
from shared.rights import Holder, holder
from shared.values import Role
from spec import given

from .office import day, office, state


def delegate(cadre: str = "ai", to: str = "an", **more: str) -> DelegateAuthority:
    dates = {"from": "2019-03-01", "until": "2019-03-31", "reason": "nghỉ phép"}
    return DelegateAuthority.model_validate({"cadre": cadre, "to": to, **dates, **more})


def withdraw(on: str = "2019-03-15", to: str = "an") -> WithdrawDelegation:
    return WithdrawDelegation.model_validate({"cadre": "ai", "to": to, "on": on, "reason": "đã về"})


DELEGATED = AuthorityDelegated(**delegate().model_dump())
WITHDRAWN = DelegationWithdrawn(**withdraw().model_dump())
WORLD = given(cadre, Known, *office())


def test_a_leader_delegates() -> None:
    WORLD.when(delegate()).then(DELEGATED)


def test_the_same_again_does_nothing() -> None:
    WORLD.and_(DELEGATED).when(delegate()).then()


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (delegate("an", "anh"), "not-authorised"),
        (delegate(to="ai"), "own-act"),
        (delegate(to="nobody"), "unknown-cadre"),
        (delegate("nobody"), "unknown-cadre"),
        (delegate(until="2019-02-28"), "dates-reversed"),
    ],
)
def test_what_is_refused(command: DelegateAuthority, code: str) -> None:
    WORLD.when(command).refused(code)


def test_the_role_must_be_held_on_the_first_day() -> None:
    granted = RoleGranted(cadre="an", role=Role.DEPARTMENT_LEADER, on=day("2019-03-02"))
    world = WORLD.and_(granted)
    world.when(delegate("an", "anh")).refused("not-authorised")
    later = delegate("an", "anh", **{"from": "2019-03-02"})
    world.when(later).then(AuthorityDelegated(**later.model_dump()))


def test_it_is_withdrawn_from_a_day_on_once() -> None:
    world = WORLD.and_(DELEGATED)
    world.when(withdraw()).then(WITHDRAWN)
    world.and_(WITHDRAWN).when(withdraw()).then()
    world.and_(WITHDRAWN).when(withdraw("2019-03-20")).refused("nothing-to-do")
    world.when(withdraw("2019-04-01")).refused("nothing-to-do")
    world.when(withdraw(to="anh")).refused("nothing-to-do")


def days(holder: Holder) -> set[date]:
    """The days of March and April on which an may act for ai."""
    march = [date.fromordinal(day("2019-02-25").toordinal() + n) for n in range(60)]
    return {one for one in march if holder.delegates("an", one)}


def test_it_is_in_force_from_its_first_day_to_its_last() -> None:
    facts = (*office(), DELEGATED)
    found = days(state(facts, holder, "cadre/ai"))
    assert (min(found), max(found), len(found)) == (day("2019-03-01"), day("2019-03-31"), 31)
    found = days(state((*facts, WITHDRAWN), holder, "cadre/ai"))
    assert (min(found), max(found), len(found)) == (day("2019-03-01"), day("2019-03-14"), 14)


def test_planning_and_rights_fold_the_same_delegations() -> None:
    facts = (*office(), DELEGATED, WITHDRAWN, DELEGATED)
    assert state(facts, cadre, "cadre/ai").given == state(facts, holder, "cadre/ai").given
