"""A cadre's file: appointment, postings, roles, assigned units, leave."""

from __future__ import annotations

import pytest
from planning.cadre import cadre
from planning.known import Known
from shared.language.appraisal import YearReopened
from shared.language.planning import (
    AppointCadre,
    AssignUnit,
    CadreDeparted,
    CadreTransferred,
    CorrectLeave,
    DepartCadre,
    GrantRole,
    LeaveCorrected,
    LeaveRecorded,
    RecordLeave,
    RoleGranted,
    RoleWithdrawn,
    TransferCadre,
    UnitAssigned,
    WithdrawRole,
)
from shared.language.values import Employment, Role
from shared.messages import Command, Fact
from spec import Given, given

from .office import CLOSED, appointed, day, registered, state

AN = appointed("an", "ban-a", name="An", **{"from": day("2015-09-01")})
APPOINT = AppointCadre.model_validate(AN.model_dump())
X1 = registered("X1")
SICK = RecordLeave.model_validate(
    {
        "leave": "nv-1",
        "cadre": "an",
        "kind": "sick",
        "from": "2019-03-01",
        "to": "2019-03-20",
        "recorded_on": "2019-03-02",
    }
)
SICK_RECORDED = LeaveRecorded(**SICK.model_dump())
LONGER = CorrectLeave.model_validate(
    {
        "leave": "nv-1",
        "kind": "sick",
        "from": "2019-03-01",
        "to": "2019-03-31",
        "on": "2019-04-01",
        "reason": "giấy ra viện",
    }
)


def before(*facts: Fact) -> Given:
    return given(cadre, Known, *facts)


def changed(command: Command, **changes: object) -> Command:
    return type(command).model_validate({**command.model_dump(), **changes})


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
def test_a_known_cadre_with_another_content_is_a_duplicate(other):
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
        SICK,
    ],
    ids=lambda command: command.called(),
)
def test_nothing_is_recorded_of_an_unknown_cadre(command):
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


# --- leave ----------------------------------------------------------------------------------


def test_leave_is_recorded_once() -> None:
    before(AN).when(SICK).then(SICK_RECORDED)
    before(AN, SICK_RECORDED).when(SICK).then()


def test_a_known_leave_with_another_content_is_a_duplicate() -> None:
    before(AN, SICK_RECORDED).when(changed(SICK, to="2019-03-21")).refused("duplicate-id")


def test_leave_ids_are_unique_over_all_cadres() -> None:
    other = appointed("binh", "ban-b")
    known = before(AN, other, SICK_RECORDED)
    known.when(changed(SICK, cadre="binh")).refused("duplicate-id")
    known.when(changed(SICK, cadre="nobody")).refused("duplicate-id")


def test_leave_does_not_end_before_it_begins() -> None:
    before(AN).when(changed(SICK, to="2019-02-28")).refused("dates-reversed")


@pytest.mark.parametrize(
    ("first", "last"),
    [("2019-12-20", "2020-01-10"), ("2018-12-20", "2019-01-01"), ("2018-06-01", "2020-06-01")],
)
def test_leave_touching_a_closed_year_is_not_recorded(first, last):
    span = changed(SICK, **{"from": first, "to": last})
    before(AN, CLOSED).when(span).refused("year-closed")


def test_leave_beside_a_closed_year_is_recorded() -> None:
    later = changed(SICK, **{"from": "2020-01-01", "to": "2020-01-10"})
    before(AN, CLOSED).when(later).then(LeaveRecorded(**later.model_dump()))


def test_leave_of_a_reopened_year_is_recorded() -> None:
    reopened = YearReopened(year=2019, by="to", on=day("2020-02-01"), reason="thiếu")
    before(AN, CLOSED, reopened).when(SICK).then(SICK_RECORDED)


def test_a_leave_is_corrected_once_and_found_by_its_id() -> None:
    corrected = LeaveCorrected(cadre="an", **LONGER.model_dump())
    before(AN, SICK_RECORDED).when(LONGER).then(corrected)
    before(AN, SICK_RECORDED, corrected).when(LONGER).then()


def test_a_corrected_leave_is_known_by_its_corrected_row() -> None:
    corrected = LeaveCorrected(cadre="an", **LONGER.model_dump())
    known = before(AN, SICK_RECORDED, corrected)
    known.when(changed(SICK, to="2019-03-31")).then()
    known.when(SICK).refused("duplicate-id")


def test_an_unknown_leave_is_not_corrected() -> None:
    before(AN).when(LONGER).refused("unknown-leave")


def test_a_correction_does_not_reverse_the_dates() -> None:
    before(AN, SICK_RECORDED).when(changed(LONGER, to="2019-02-01")).refused("dates-reversed")


def test_a_correction_is_not_dated_before_what_it_corrects() -> None:
    corrected = LeaveCorrected(cadre="an", **LONGER.model_dump())
    before(AN, SICK_RECORDED).when(changed(LONGER, on="2019-03-01")).refused("out-of-turn")
    again = changed(LONGER, kind="study", on="2019-03-31")
    before(AN, SICK_RECORDED, corrected).when(again).refused("out-of-turn")


def test_leave_is_corrected_neither_out_of_a_closed_year_nor_into_one() -> None:
    away = changed(LONGER, **{"from": "2020-03-01", "to": "2020-03-31"})
    before(AN, SICK_RECORDED, CLOSED).when(away).refused("year-closed")
    later = LeaveRecorded(
        **changed(SICK, **{"from": "2020-03-01", "to": "2020-03-31"}).model_dump()
    )
    before(AN, later, CLOSED).when(LONGER).refused("year-closed")


def test_a_fact_of_another_stream_does_not_belong() -> None:
    with pytest.raises(TypeError):
        cadre.evolve(None, X1)
    with pytest.raises(TypeError):
        cadre.evolve(None, SICK_RECORDED)
