"""What the service knows of what it has heard, and what it has no use for."""

from __future__ import annotations

from typing import Any

import pytest

from shared.language.appraisal import ClassificationRecorded, YearReopened
from shared.language.planning import (
    CadreDeparted,
    CadreTransferred,
    LineAmended,
    LineDropped,
    PlanApproved,
    PlanReceived,
    PlanSubmitted,
    RegimeAmended,
    RoleGranted,
    RoleWithdrawn,
    UnitClosed,
)
from shared.messages import Fact
from shared.values import Classification, Role, YesNo
from spec import MemoryStreams
from visits.hearing import place
from visits.known import Known

from .acts import confirmed, corrected, logged, voided
from .world import CLOSED, PEOPLE, PLACES, REGIME, WORLD, day, line, regime

PLAN: dict[str, Any] = {"cadre": "cb-1", "year": 2019, "quarter": "2019-Q1"}
DROPPED = LineDropped(**PLAN, line="dk-1", reason="Trùng lịch")
APPROVED = PlanApproved(**PLAN, lines=("dk-1",), by="tt-1", on=day(1, 9))


def known(*facts: Fact) -> Known:
    return Known(MemoryStreams((*WORLD, *facts), lambda fact: fact.stream))


def test_a_person_has_the_roles_and_departments_of_each_day() -> None:
    person = known(
        RoleGranted(cadre="cb-1", role=Role.STANDING, on=day(3, 1)),
        CadreTransferred(cadre="cb-1", department="ban-b", position="", on=day(4, 1)),
        RoleWithdrawn(cadre="cb-1", on=day(5, 1), reason="Hết nhiệm kỳ"),
        CadreDeparted(cadre="cb-1", to=day(1, 31)),  # employment plays no part
    ).person("cb-1")
    assert person is not None
    days = [day(2, 1), day(3, 1), day(4, 1), day(5, 1)]
    assert [(person.role(one), person.department(one)) for one in days] == [
        (Role.CADRE, "ban-a"),
        (Role.STANDING, "ban-a"),
        (Role.STANDING, "ban-b"),
        (Role.CADRE, "ban-b"),
    ]


def test_who_was_never_appointed_is_unknown() -> None:
    assert known().person("cb-9") is None


def test_a_unit_lives_to_its_closing() -> None:
    found = known(UnitClosed(unit="X1", to=day(6, 30))).unit("X1")
    assert found is not None
    assert found.exists(day(1, 1), day(6, 30))
    assert not found.exists(day(6, 30), day(7, 1))
    assert known().unit("X9") is None


def test_a_unit_without_dates_is_always_there() -> None:
    found = known().unit("X1")
    assert found is not None
    assert found.exists(day(1, 1, 1900), day(12, 31, 2100))


def test_a_line_belongs_to_the_cadre_who_drafted_it() -> None:
    assert (known().line("dk-1"), known().line("dk-2")) == ("cb-1", "cb-2")
    assert known().line("dk-9") is None


def test_a_draft_that_is_dropped_is_unknown_until_it_is_drafted_again() -> None:
    assert known(DROPPED).line("dk-1") is None
    assert known(DROPPED, line("dk-1", "cb-1")).line("dk-1") == "cb-1"


def test_a_line_once_approved_stays_known() -> None:
    assert known(APPROVED, DROPPED).line("dk-1") == "cb-1"


def test_what_else_happens_to_a_plan_does_not_matter() -> None:
    amended = LineAmended(
        **PLAN, line="dk-1", unit="X2", kind="regular", from_=day(3, 1), to=day(3, 2), topic=""
    )
    submitted = PlanSubmitted(**PLAN, lines=("dk-1",), on=day(1, 5))
    assert known(amended, submitted).line("dk-1") == "cb-1"


def test_the_latest_version_of_a_regime_stands() -> None:
    amended = RegimeAmended(regime=regime(period="month"), on=day(6, 1), reason="Nghị quyết mới")
    assert known().regime(2019) == REGIME
    assert known(amended).regime(2019) == amended.regime
    assert known().regime(2018) is None


def test_a_closed_year_may_be_reopened() -> None:
    reopened = YearReopened(year=2019, by="tt-1", on=day(2, 2, 2020), reason="Bổ sung")
    assert [known(*facts).closed(2019) for facts in ([], [CLOSED], [CLOSED, reopened])] == [
        False,
        True,
        False,
    ]
    assert not known(CLOSED).closed(2020)


def test_a_visit_is_known_as_it_stands_by_its_id_alone() -> None:
    visit = known(logged(), confirmed(), corrected(), voided()).visit("lv-1")
    assert visit is not None
    assert (visit.cadre, visit.year, visit.trip.to) == ("cb-1", 2019, day(3, 5))
    assert (visit.logged_on, visit.confirmed_on, visit.voided_on) == (day(3, 15), None, day(3, 20))
    assert known().visit("lv-1") is None


@pytest.mark.parametrize(
    "fact", [*PEOPLE[:1], *PLACES, *WORLD[-1:], APPROVED, CLOSED], ids=lambda fact: fact.type
)
def test_what_the_rules_ask_for_is_kept_in_its_owners_stream(fact: Fact) -> None:
    assert place(fact) == fact.stream


def test_what_no_rule_asks_for_is_not_kept() -> None:
    classified = ClassificationRecorded(
        cadre="cb-1",
        year=2019,
        classification=Classification.GOOD,
        initiative=YesNo.YES,
        discipline=YesNo.NO,
        recorded_on=day(12, 10),
    )
    received = PlanReceived(
        year=2019,
        quarter="2019-Q1",
        step=0,
        place="ban-a",
        cadre="cb-1",
        department="ban-a",
        lines=("dk-1",),
        on=day(1, 5),
    )
    assert [place(fact) for fact in (classified, received, logged())] == [None, None, None]


@pytest.mark.parametrize("stream", ["cadre/cb-1", "unit/X1", "regime/2019", "closing/2019"])
def test_a_stream_with_facts_that_do_not_belong_is_not_folded(stream: str) -> None:
    knows = Known(MemoryStreams((logged(),), lambda fact: stream))
    with pytest.raises(TypeError):
        (knows.person("cb-1"), knows.unit("X1"), knows.regime(2019), knows.closed(2019))
