"""Leave: recorded once, unique over all cadres, corrected with a reason."""

from __future__ import annotations

import pytest

from planning.cadre import cadre
from planning.known import Known
from shared.language.appraisal import YearReopened
from shared.language.planning import CorrectLeave, LeaveCorrected, LeaveRecorded, RecordLeave
from shared.messages import Fact
from spec import Given, given

from .office import CLOSED, appointed, changed, day

AN = appointed("an", "ban-a")
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
SICK_RECORDED = LeaveRecorded(**{**SICK.model_dump(), "year": 2019})
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
def test_leave_touching_a_closed_year_is_not_recorded(first: str, last: str) -> None:
    span = changed(SICK, **{"from": first, "to": last})
    before(AN, CLOSED).when(span).refused("year-closed")


def test_leave_beside_a_closed_year_is_recorded() -> None:
    for year in (2018, 2020):
        other = changed(SICK, **{"from": f"{year}-01-01", "to": f"{year}-12-31"})
        before(AN, CLOSED).when(other).then(LeaveRecorded(**{**other.model_dump(), "year": year}))


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
    same_day = changed(LONGER, kind="study", on="2019-04-01")
    assert before(AN, SICK_RECORDED, corrected).when(same_day).facts


def test_leave_is_corrected_neither_out_of_a_closed_year_nor_into_one() -> None:
    away = changed(LONGER, **{"from": "2020-03-01", "to": "2020-03-31"})
    before(AN, SICK_RECORDED, CLOSED).when(away).refused("year-closed")
    later = LeaveRecorded(
        **{
            **changed(SICK, **{"from": "2020-03-01", "to": "2020-03-31"}).model_dump(),
            "year": 2020,
        }
    )
    before(AN, later, CLOSED).when(LONGER).refused("year-closed")
