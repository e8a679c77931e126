"""Base units: registered once, closed perhaps."""

from __future__ import annotations

import pytest

from planning.known import Known
from planning.unit import unit
from shared.language.planning import CloseUnit, RegisterUnit, UnitClosed
from shared.messages import Fact
from spec import Given, given

from .office import appointed, day, registered

DISTRICT = registered("H1")
COMMUNE = registered("X1", parent="H1", code="09163", **{"from": day("2010-01-01")})
REGISTER = RegisterUnit.model_validate(COMMUNE.model_dump())
CLOSE = CloseUnit(unit="X1", to=day("2025-06-30"))
CLOSED = UnitClosed(unit="X1", to=day("2025-06-30"))


def before(*facts: Fact) -> Given:
    return given(unit, Known, *facts)


def but(**changes: object) -> RegisterUnit:
    return RegisterUnit.model_validate({**REGISTER.model_dump(), **changes})


def test_a_unit_is_registered_once() -> None:
    before(DISTRICT).when(REGISTER).then(COMMUNE)
    before(DISTRICT, COMMUNE).when(REGISTER).then()


@pytest.mark.parametrize(
    "other",
    [
        {"name": "Đoàn khác"},
        {"level": "branch"},
        {"parent": ""},
        {"code": "1"},
        {"from": "2011-01-01"},
        {"to": "2025-06-30"},
    ],
    ids=lambda other: next(iter(other)),
)
def test_a_known_unit_with_another_content_is_a_duplicate(other: dict[str, str]) -> None:
    before(DISTRICT, COMMUNE).when(but(**other)).refused("duplicate-id")


def test_a_known_unit_is_compared_as_closed() -> None:
    before(DISTRICT, COMMUNE, CLOSED).when(but(to="2025-06-30")).then()
    before(DISTRICT, COMMUNE, CLOSED).when(REGISTER).refused("duplicate-id")


def test_a_unit_stands_under_a_registered_parent_or_none() -> None:
    before().when(REGISTER).refused("unknown-unit")
    before().when(but(parent="X1")).refused("unknown-unit")
    before().when(but(parent="")).then(COMMUNE.model_copy(update={"parent": ""}))


def test_a_unit_does_not_end_before_it_begins() -> None:
    before(DISTRICT).when(but(to="2009-12-31")).refused("dates-reversed")
    before(DISTRICT, COMMUNE).when(CloseUnit(unit="X1", to=day("2009-12-31"))).refused(
        "dates-reversed"
    )


def test_of_several_faults_of_a_unit_the_first_in_order_is_told() -> None:
    before().when(but(to="2009-12-31")).refused("unknown-unit")
    before(COMMUNE).when(but(to="2009-12-31")).refused("duplicate-id")


def test_a_unit_is_closed_once_and_its_last_day_may_be_moved() -> None:
    before(DISTRICT, COMMUNE).when(CLOSE).then(CLOSED)
    before(DISTRICT, COMMUNE, CLOSED).when(CLOSE).then()
    before(DISTRICT, COMMUNE, CLOSED).when(CloseUnit(unit="X1", to=day("2025-07-31"))).then(
        UnitClosed(unit="X1", to=day("2025-07-31"))
    )


def test_an_unknown_unit_is_not_closed() -> None:
    before().when(CLOSE).refused("unknown-unit")


def test_a_fact_of_another_stream_does_not_belong() -> None:
    with pytest.raises(TypeError):
        unit.evolve(None, appointed("an", "ban-a"))
    with pytest.raises(TypeError):
        unit.evolve(None, CLOSED)
