"""Closing the year (khóa sổ năm): by whom, when, and how it is undone."""

from __future__ import annotations

from datetime import date

from appraisal.closing import closing
from appraisal.hearing import place
from appraisal.known import Known
from shared.language.appraisal import CloseYear, ReopenYear, YearClosed, YearReopened
from shared.language.planning import RoleGranted
from shared.values import Role
from spec import given

from .samples import YEAR, appointed, enacted

ON = date(2020, 1, 20)
CLOSE = CloseYear(year=YEAR, by="cb-1", on=ON)
CLOSED = YearClosed(year=YEAR, by="cb-1", on=ON)
REOPEN = ReopenYear(year=YEAR, by="cb-1", on=date(2020, 2, 3), reason="bổ sung lượt đi")
REOPENED = YearReopened(**REOPEN.model_dump())
office = given(
    closing, Known, enacted(), appointed("cb-1", Role.ORGANISATION), appointed(), place=place
)


def test_the_organisation_department_closes_the_year() -> None:
    office.when(CLOSE).then(CLOSED)


def test_the_standing_body_closes_the_year() -> None:
    standing = appointed("cb-2", Role.STANDING)
    office.and_(standing).when(CLOSE.model_copy(update={"by": "cb-2"})).then(
        CLOSED.model_copy(update={"by": "cb-2"})
    )


def test_nobody_below_closes_or_reopens_the_year() -> None:
    office.when(CLOSE.model_copy(update={"by": "cb-7"})).refused("not-authorised")
    below = REOPEN.model_copy(update={"by": "cb-7"})
    office.and_(CLOSED).when(below).refused("not-authorised")


def test_the_role_counts_that_is_held_on_the_day() -> None:
    granted = RoleGranted(cadre="cb-7", role=Role.STANDING, on=date(2020, 1, 21))
    by_cadre = CLOSE.model_copy(update={"by": "cb-7"})
    office.and_(granted).when(by_cadre).refused("not-authorised")
    next_day = by_cadre.model_copy(update={"on": date(2020, 1, 21)})
    assert office.and_(granted).when(next_day).refusal is None


def test_who_closes_must_be_known() -> None:
    office.when(CLOSE.model_copy(update={"by": "cb-99"})).refused("unknown-cadre")


def test_a_year_without_a_regime_cannot_be_closed() -> None:
    office.when(CLOSE.model_copy(update={"year": 2018})).refused("unknown-regime")


def test_of_several_faults_the_first_of_the_domains_order_is_told() -> None:
    nobody = CloseYear(year=2018, by="cb-99", on=ON)
    office.when(nobody).refused("unknown-cadre")


def test_closing_again_with_the_same_content_changes_nothing() -> None:
    office.and_(CLOSED).when(CLOSE).then()


def test_a_closed_year_is_not_closed_otherwise() -> None:
    office.and_(CLOSED).when(CLOSE.model_copy(update={"on": date(2020, 1, 21)})).refused(
        "out-of-turn"
    )


def test_a_closed_year_is_reopened_with_a_reason() -> None:
    office.and_(CLOSED).when(REOPEN).then(REOPENED)


def test_only_a_closed_year_is_reopened() -> None:
    office.when(REOPEN).refused("out-of-turn")


def test_reopening_again_with_the_same_content_changes_nothing() -> None:
    office.and_(CLOSED, REOPENED).when(REOPEN).then()


def test_a_reopened_year_can_be_closed_again() -> None:
    office.and_(CLOSED, REOPENED).when(CLOSE).then(CLOSED)
