"""A cadre's file: appointment, postings, roles, assigned units, leave."""

from __future__ import annotations

import pytest

from planning.cadre import cadre
from planning.known import Known
from shared.language.planning import (
    AppointCadre,
    AssignUnit,
    CadreDeparted,
    CadreTransferred,
    DepartCadre,
    GrantRole,
    RecordLeave,
    RoleGranted,
    RoleWithdrawn,
    TransferCadre,
    UnitAssigned,
    WithdrawRole,
)
from shared.messages import Command, Fact
from shared.values import Employment, Role
from spec import Given, given

from .office import appointed, changed, day, registered, state

AN = appointed("an", "ban-a", name="An", from_=day("2015-09-01"))
APPOINT = AppointCadre.model_validate(AN.model_dump())
X1 = registered("X1")


def before(*facts: Fact) -> Given:
    return given(cadre, Known, *facts)


# --- appointment ----------------------------------------------------------------------------


def test_an_unknown_cadre_is_appointed() -> None:
    before().when(APPOINT).then(AN)


def test_the_same_appointment_again_records_nothing() -> None:
    before(AN).when(APPOINT).then()


@pytest.mark.parametrize(
    "other",
    [
        {"name": "Ân"},
        {"department": "ban-b"},
        {"position": "Phó ban"},
        {"role": Role.STANDING},
        {"duty": "support"},
        {"employment": Employment.CONTRACT},
        {"from": "2016-01-01"},
        {"to": "2019-06-30"},
    ],
    ids=lambda other: next(iter(other)),
)
def test_a_known_cadre_with_another_content_is_a_duplicate(other: dict[str, str]) -> None:
    before(AN).when(changed(APPOINT, **other)).refused("duplicate-id")


def test_a_known_cadre_is_compared_as_transferred_granted_and_departed() -> None:
    moved = before(
        AN,
        CadreTransferred(cadre="an", department="ban-b", position="Phó ban", on=day("2019-04-01")),
        RoleGranted(cadre="an", role=Role.DEPARTMENT_LEADER, on=day("2019-05-01")),
        CadreDeparted(cadre="an", to=day("2019-12-31")),
    )
    now = {
        "department": "ban-b",
        "position": "Phó ban",
        "role": "department_leader",
        "to": "2019-12-31",
    }
    moved.when(changed(APPOINT, **now)).then()
    moved.when(APPOINT).refused("duplicate-id")


def test_employment_does_not_end_before_it_begins() -> None:
    before().when(changed(APPOINT, to="2015-08-31")).refused("dates-reversed")
    before(AN).when(DepartCadre(cadre="an", to=day("2015-08-31"))).refused("dates-reversed")


def test_employment_with_an_open_end_is_never_reversed() -> None:
    before().when(changed(APPOINT, **{"from": None, "to": "2015-08-31"})).then(
        appointed("an", "ban-a", name="An", to=day("2015-08-31"))
    )


# --- postings and roles ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "command",
    [
        TransferCadre(cadre="an", department="ban-b", on=day("2019-04-01")),
        DepartCadre(cadre="an", to=day("2019-04-01")),
        GrantRole(cadre="an", role=Role.STANDING, on=day("2019-04-01")),
        WithdrawRole(cadre="an", on=day("2019-04-01"), reason="hết nhiệm kỳ"),
        AssignUnit(cadre="an", unit="X1"),
        RecordLeave(
            leave="nv-1",
            cadre="an",
            kind="sick",
            from_=day("2019-03-01"),
            to=day("2019-03-20"),
            recorded_on=day("2019-03-02"),
        ),
    ],
    ids=lambda command: command.called(),
)
def test_nothing_is_recorded_of_an_unknown_cadre(command: Command) -> None:
    before(X1).when(command).refused("unknown-cadre")


def test_a_transfer_holds_from_its_day() -> None:
    transferred = CadreTransferred(
        cadre="an", department="ban-b", position="", on=day("2019-04-01")
    )
    before(AN).when(TransferCadre(cadre="an", department="ban-b", on=day("2019-04-01"))).then(
        transferred
    )
    an = state((AN, transferred), cadre, "cadre/an")
    assert an.department_on(day("2019-03-31")) == "ban-a"
    assert an.department_on(day("2019-04-01")) == "ban-b"


def test_a_transfer_to_where_the_cadre_is_records_nothing() -> None:
    before(AN).when(TransferCadre(cadre="an", department="ban-a", on=day("2019-04-01"))).then()


def test_the_first_role_has_been_held_since_ever_and_later_ones_from_their_day() -> None:
    facts = (
        AN,
        RoleGranted(cadre="an", role=Role.STANDING, on=day("2019-07-01")),
        RoleGranted(cadre="an", role=Role.DEPARTMENT_LEADER, on=day("2019-04-01")),
        RoleWithdrawn(cadre="an", on=day("2019-10-01"), reason="nghỉ"),
    )
    an = state(facts, cadre, "cadre/an")
    assert an.role_on(day("1990-01-01")) is Role.CADRE
    assert an.role_on(day("2019-04-01")) is Role.DEPARTMENT_LEADER
    assert an.role_on(day("2019-07-01")) is Role.STANDING
    assert an.role_on(day("2019-10-01")) is Role.CADRE


def test_of_two_roles_from_one_day_the_later_recorded_holds() -> None:
    facts = (
        AN,
        RoleGranted(cadre="an", role=Role.STANDING, on=day("2019-07-01")),
        RoleGranted(cadre="an", role=Role.ORGANISATION, on=day("2019-07-01")),
    )
    assert state(facts, cadre, "cadre/an").role_on(day("2019-07-01")) is Role.ORGANISATION


def test_a_role_is_granted_once() -> None:
    grant = GrantRole(cadre="an", role=Role.STANDING, on=day("2019-07-01"))
    granted = RoleGranted(cadre="an", role=Role.STANDING, on=day("2019-07-01"))
    before(AN).when(grant).then(granted)
    before(AN, granted).when(grant).then()


def test_a_role_is_withdrawn_once() -> None:
    withdraw = WithdrawRole(cadre="ai", on=day("2019-07-01"), reason="nghỉ")
    withdrawn = RoleWithdrawn(cadre="ai", on=day("2019-07-01"), reason="nghỉ")
    leader = appointed("ai", "ban-a", Role.DEPARTMENT_LEADER)
    before(leader).when(withdraw).then(withdrawn)
    before(leader, withdrawn).when(withdraw).then()


def test_a_departure_is_recorded_once_and_may_be_moved() -> None:
    departed = CadreDeparted(cadre="an", to=day("2019-06-30"))
    before(AN).when(DepartCadre(cadre="an", to=day("2019-06-30"))).then(departed)
    before(AN, departed).when(DepartCadre(cadre="an", to=day("2019-06-30"))).then()
    before(AN, departed).when(DepartCadre(cadre="an", to=day("2019-09-30"))).then(
        CadreDeparted(cadre="an", to=day("2019-09-30"))
    )


# --- assigned units -------------------------------------------------------------------------

ASSIGN = AssignUnit.model_validate({"cadre": "an", "unit": "X1", "from": "2019-01-01"})
ASSIGNED = UnitAssigned(**ASSIGN.model_dump())


def test_a_unit_is_assigned_once() -> None:
    before(AN, X1).when(ASSIGN).then(ASSIGNED)
    before(AN, X1, ASSIGNED).when(ASSIGN).then()


def test_the_whole_row_is_the_key_of_an_assignment() -> None:
    again = changed(ASSIGN, to="2019-06-30")
    before(AN, X1, ASSIGNED).when(again).then(UnitAssigned(**again.model_dump()))


def test_only_a_registered_unit_is_assigned() -> None:
    before(AN).when(ASSIGN).refused("unknown-unit")


def test_an_assignment_does_not_end_before_it_begins() -> None:
    before(AN, X1).when(changed(ASSIGN, to="2018-12-31")).refused("dates-reversed")


def test_of_several_faults_of_an_assignment_the_first_in_order_is_told() -> None:
    before(AN).when(changed(ASSIGN, to="2018-12-31")).refused("unknown-unit")
    before().when(changed(ASSIGN, to="2018-12-31")).refused("unknown-cadre")


def test_a_fact_of_another_stream_does_not_belong() -> None:
    with pytest.raises(TypeError):
        cadre.evolve(None, X1)
    with pytest.raises(TypeError):
        cadre.evolve(None, ASSIGNED)
