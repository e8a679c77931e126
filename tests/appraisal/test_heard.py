"""What is heard of the other services: where it lies and what it says on a day."""

from __future__ import annotations

from typing import Any

import pytest

from appraisal.hearing import place
from appraisal.person import Person, person
from appraisal.regimes import Regimes, regimes
from appraisal.year import cadre_year
from shared.deciding import Decider, fold
from shared.language import FACTS
from shared.language.planning import (
    CadreTransferred,
    PlansApproved,
    RegimeAmended,
    RoleGranted,
    RoleWithdrawn,
    UnitClosed,
)
from shared.messages import Fact
from shared.values import Role

from .samples import CADRE, YEAR, a_regime, appointed, classified, day, enacted, line, report, visit

# --- the place of a fact -----------------------------------------------------------------------


def test_a_cadres_year_holds_what_is_heard_of_it_and_what_is_recorded_of_it() -> None:
    facts = [*line("dk-1"), visit("lv-1", "03-05"), *report("2019-Q1", "04-02"), classified()]
    assert {place(fact) for fact in facts} == {f"year/{YEAR}/{CADRE}"}


def test_a_cadre_and_a_regime_have_streams_of_their_own() -> None:
    assert place(appointed()) == f"cadre/{CADRE}"
    assert place(enacted()) == f"regime/{YEAR}"


def test_units_and_consolidated_plans_are_not_needed() -> None:
    assert place(UnitClosed(unit="u", to=day("06-30"))) is None
    consolidated = PlansApproved(
        year=YEAR, quarter="2019-Q1", step=0, place="*", cadres=(), by="cb-1", on=day("01-05")
    )
    assert place(consolidated) is None


STREAMS: dict[str, Decider[Any]] = {"cadre": person, "regime": regimes, "year": cadre_year}


@pytest.mark.parametrize("decider", STREAMS.values(), ids=STREAMS)
def test_a_stream_refuses_a_fact_that_does_not_belong_to_it(decider: Decider[Any]) -> None:
    with pytest.raises(TypeError):
        decider.evolve(decider.initial(), UnitClosed(unit="u", to=day("06-30")))


def test_every_word_of_the_suite_has_a_place_or_is_known_not_to_be_needed() -> None:
    not_needed = {
        name for name, word in FACTS.items() if place(word.model_construct(**ANY)) is None
    }
    assert not_needed == {
        *("planning.unit-registered.v1", "planning.unit-closed.v1"),
        *("planning.plan-received.v1", "planning.plan-withdrawn.v1"),
        *("planning.plans-consolidated.v1", "planning.plans-forwarded.v1"),
        *("planning.plans-returned.v1", "planning.plans-approved.v1"),
        *("log.checkpoint-seen.v1", "rights.access-denied.v1"),
        *("privacy.deadlines-set.v1", "privacy.request-recorded.v1"),
        *("privacy.request-answered.v1", "privacy.erasure-requested.v1"),
        "privacy.erasure-approved.v1",
        *("parking.fact-parked.v1", "parking.parked-heard.v1", "parking.parked-skipped.v1"),
    }


ANY: Any = {"cadre": CADRE, "year": YEAR, "regime": a_regime()}


# --- the cadre and the regime on a day -----------------------------------------------------------


def the_person(*facts: Fact) -> Person:
    return fold(person, facts)


def test_nobody_is_known_before_the_appointment() -> None:
    assert not the_person().known
    assert the_person(appointed()).known


def test_the_first_role_is_held_since_ever_and_others_from_their_day_on() -> None:
    leader = the_person(
        appointed(role=Role.DEPARTMENT_LEADER),
        RoleGranted(cadre=CADRE, role=Role.STANDING, on=day("06-01")),
        RoleWithdrawn(cadre=CADRE, on=day("09-01"), reason="hết nhiệm kỳ"),
    )
    days = ("1999-01-01", "05-31", "06-01", "08-31", "09-01")
    assert [leader.role(day(one)) for one in days] == [
        Role.DEPARTMENT_LEADER,
        Role.DEPARTMENT_LEADER,
        Role.STANDING,
        Role.STANDING,
        Role.CADRE,
    ]


def test_a_transfer_changes_the_department_and_the_position() -> None:
    moved = the_person(
        appointed(),
        CadreTransferred(cadre=CADRE, department="ban-2", position="Phó", on=day("06-01")),
    )
    assert (moved.department, moved.position) == ("ban-2", "Phó")


def test_the_regime_in_force_is_the_latest_amendment_of_the_day_or_the_first_version() -> None:
    def amended(on: str) -> RegimeAmended:
        return RegimeAmended(regime=a_regime(), on=day(on), reason="sửa đổi")

    found = fold(regimes, (enacted(), amended("06-01"), amended("04-01")))
    numbers = [
        version.number
        for one in ("1999-01-01", "03-31", "04-01", "05-31", "06-01")
        if (version := found.in_force(day(one)))
    ]
    assert numbers == [1, 1, 3, 3, 2]


def test_a_year_without_a_regime_has_none_in_force() -> None:
    assert Regimes().in_force(day("06-01")) is None
