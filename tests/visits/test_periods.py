"""The period of reports and difficulties, a report's headings, and the year that is meant."""

from __future__ import annotations

from typing import Any

import pytest

from shared.deciding import Decider
from shared.language.planning import RegimeEnacted
from shared.messages import Command
from spec import Given, given
from visits.difficulty import difficulty
from visits.known import Known
from visits.report import report

from .acts import (
    SECTIONS,
    accepted,
    enter_difficulty,
    enter_report,
    logged,
    raise_,
    raised,
    submit,
    submitted,
    voided,
)
from .world import PEOPLE, PLACES, before, day, regime, world

ASKED = [
    (report, submit),
    (report, enter_report),
    (difficulty, raise_),
    (difficulty, enter_difficulty),
]
WORDS = pytest.mark.parametrize(
    ("decider", "word"), ASKED, ids=lambda one: getattr(one, "__name__", None)
)


def where(decider: Decider[Any], period: str) -> Given:
    """A world whose reports follow such periods, with a visit of each of two cadres."""
    others = logged(visit="lv-2", cadre="cb-2", line="dk-2")
    return given(decider, Known, *world(period), logged(), others)


@WORDS
@pytest.mark.parametrize(
    ("shape", "fits"), [("quarter", "2019-Q4"), ("month", "2019-12"), ("visit", "lv-1")]
)
def test_a_period_has_the_shape_that_the_regime_says(
    decider: Decider[Any], word: Any, shape: str, fits: str
) -> None:
    assert where(decider, shape).when(word(period=fits)).refusal is None


@WORDS
@pytest.mark.parametrize(
    ("shape", "period"),
    [
        ("quarter", "2019-01"),
        ("quarter", "2019-Q5"),
        ("quarter", "2019-W05"),
        ("quarter", "lv-1"),
        ("month", "2019-Q1"),
        ("month", "2019-13"),
    ],
)
def test_a_period_of_another_shape_is_malformed(
    decider: Decider[Any], word: Any, shape: str, period: str
) -> None:
    detail = where(decider, shape).when(word(period=period)).refused("malformed")
    assert [fault["path"] for fault in detail["faults"]] == ["period"]


@WORDS
@pytest.mark.parametrize("period", ["lv-9", "2019-Q1", "lv-2"])
def test_where_reports_follow_visits_the_period_is_a_visit_of_the_cadre(
    decider: Decider[Any], word: Any, period: str
) -> None:
    where(decider, "visit").when(word(period=period)).refused("unknown-visit")


@WORDS
def test_a_voided_visit_may_still_be_reported(decider: Decider[Any], word: Any) -> None:
    now = where(decider, "visit").and_(voided())
    assert now.when(word(period="lv-1")).refusal is None


@WORDS
def test_an_unknown_cadre_reports_nothing(decider: Decider[Any], word: Any) -> None:
    before(decider).when(word(cadre="cb-9")).refused("unknown-cadre")


@WORDS
def test_a_year_without_regime_has_no_periods(decider: Decider[Any], word: Any) -> None:
    before(decider).when(word(period="2018-Q1", year=2018)).refused("unknown-regime")
    given(decider, Known, *PEOPLE, *PLACES).when(word(period="x")).refused("unknown-regime")


# --- the year that is meant ---------------------------------------------------------------------

NEXT_YEAR = day(1, 5, 2020)


@pytest.mark.parametrize(
    ("shape", "period"), [("quarter", "2019-Q4"), ("month", "2019-12"), ("visit", "lv-1")]
)
def test_a_period_belongs_to_its_own_year_whenever_it_is_reported(shape: str, period: str) -> None:
    late = {"period": period, "submitted_on": NEXT_YEAR}
    where(report, shape).when(submit(**late)).then(submitted(**late))
    late = {"period": period, "raised_on": NEXT_YEAR}
    where(difficulty, shape).when(raise_(**late)).then(raised(**late))


def test_a_year_that_is_named_is_meant() -> None:
    now = before(report, RegimeEnacted(regime=regime(2020)))
    now.when(submit(year=2020)).then(submitted(year=2020))


# --- headings -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sections", "path"),
    [
        ({k: v for k, v in SECTIONS.items() if k != "difficulties"}, "sections.difficulties"),
        (SECTIONS | {"weather": "Mưa"}, "sections.weather"),
    ],
)
def test_a_report_has_exactly_the_headings_that_the_regime_names(
    sections: dict[str, str], path: str
) -> None:
    detail = before(report).when(submit(sections=sections)).refused("malformed")
    assert [fault["path"] for fault in detail["faults"]] == [path]


def test_every_missing_and_every_unknown_heading_is_named() -> None:
    detail = before(report).when(submit(sections={"weather": "Mưa"})).refused("malformed")
    named = {fault["path"] for fault in detail["faults"]}
    assert named == {f"sections.{heading}" for heading in (*SECTIONS, "weather")}


def test_a_row_has_no_sections_to_tell() -> None:
    before(report).when(enter_report()).then(submitted(sections={}), accepted())


def test_malformed_comes_before_a_taken_id() -> None:
    commands: list[Command] = [submit(period="2019-W05"), enter_report(period="2019-W05")]
    for command in commands:
        before(report, submitted()).when(command).refused("malformed")
