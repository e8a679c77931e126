"""Ghi lượt đi: which visits are logged, and which are refused."""

from __future__ import annotations

from typing import Any

import pytest

from shared.language.appraisal import YearReopened
from shared.messages import Fact
from shared.values import Level, Portion
from spec import given
from visits.diary import diary, evolve
from visits.known import Known

from .acts import confirmed, corrected, log, logged, product_submitted, voided
from .world import CLOSED, PEOPLE, PLACES, before, day


def test_a_visit_is_logged_with_the_level_its_unit_has() -> None:
    before(diary).when(log()).then(logged(level=Level.COMMUNE))
    before(diary).when(log(unit="B1")).then(logged(unit="B1", level=Level.BRANCH))


def test_a_visit_is_filed_under_the_year_of_its_first_day_or_the_year_named() -> None:
    assert log().at == "diary/2019/cb-1"
    before(diary).when(log(year=2019)).then(logged(year=2019))


def test_a_visit_needs_no_plan_line_and_no_evidence() -> None:
    bare = {"line": "", "evidence": None, "evidence_no": ""}
    before(diary).when(log(**bare)).then(logged(**bare))


def test_logging_the_same_visit_again_changes_nothing() -> None:
    before(diary, logged()).when(log()).then()
    before(diary, logged(), confirmed(), voided()).when(log()).then()


def test_logging_the_same_visit_again_is_fine_even_after_the_year_is_closed() -> None:
    before(diary, logged(), CLOSED).when(log()).then()


@pytest.mark.parametrize(
    "other",
    [{"portion": Portion.MORNING}, {"logged_on": day(3, 9)}, {"cadre": "cb-2", "line": "dk-2"}],
)
def test_a_visit_id_belongs_to_one_visit_over_all_cadres(other: dict[str, Any]) -> None:
    before(diary, logged()).when(log(**other)).refused("duplicate-id")


def test_a_visit_id_belongs_to_one_visit_over_all_years() -> None:
    before(diary, logged(year=2018)).when(log()).refused("duplicate-id")


def test_what_was_logged_before_a_correction_is_other_content() -> None:
    before(diary, logged(), corrected()).when(log()).refused("duplicate-id")


@pytest.mark.parametrize(
    ("code", "other"),
    [
        ("unknown-cadre", {"cadre": "cb-9", "line": ""}),
        ("unknown-unit", {"unit": "X9"}),
        ("unknown-kind", {"kind": "picnic"}),
        ("unknown-line", {"line": "dk-9"}),
        ("unknown-line", {"line": "dk-2"}),  # another cadre's
        ("unknown-regime", {"year": 2018}),
        ("dates-reversed", {"from_": day(3, 7)}),
        ("outside-year", {"to": day(1, 1, 2020), "logged_on": day(1, 1, 2020)}),
        ("outside-year", {"from_": day(12, 31, 2018), "year": 2019}),
        ("unit-not-valid", {"unit": "X-old"}),
        ("unit-not-valid", {"unit": "X-new"}),
        ("logged-early", {"logged_on": day(3, 5)}),
    ],
)
def test_a_visit_is_refused(code: str, other: dict[str, Any]) -> None:
    before(diary).when(log(**other)).refused(code)


def test_a_visit_is_logged_from_its_last_day_on() -> None:
    before(diary).when(log(logged_on=day(3, 6))).then(logged(logged_on=day(3, 6)))


def test_a_unit_is_visited_on_its_first_and_its_last_day() -> None:
    last = {"unit": "X-old", "to": day(3, 5)}
    first = {"unit": "X-new", "from_": day(3, 6)}
    before(diary).when(log(**last)).then(logged(**last))
    before(diary).when(log(**first)).then(logged(**first))


def test_without_a_regime_no_kind_is_called_unknown() -> None:
    outcome = given(diary, Known, *PEOPLE, *PLACES).when(log(kind="picnic"))
    outcome.refused("unknown-regime")


def test_nothing_is_logged_in_a_closed_year_until_it_is_reopened() -> None:
    reopened = YearReopened(year=2019, by="tt-1", on=day(2, 2, 2020), reason="Bổ sung")
    before(diary, CLOSED).when(log()).refused("year-closed")
    before(diary, CLOSED, reopened).when(log()).then(logged())


@pytest.mark.parametrize("fact", [product_submitted(), confirmed()])
def test_a_diary_is_not_made_of_other_facts_nor_of_acts_on_no_visit(fact: Fact) -> None:
    with pytest.raises(TypeError):
        evolve(diary.initial(), fact)
