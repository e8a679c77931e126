"""A row that is entered comes out again as it went in, and entering it again does nothing."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.deciding import fold
from shared.messages import Fact
from shared.values import Portion
from visits.diary import diary
from visits.rows import COLUMNS, Row, visit_rows

from .acts import (
    accepted,
    confirmed,
    corrected,
    escalated,
    logged,
    product_submitted,
    raised,
    returned,
    submitted,
    voided,
)
from .registers import FILES, command, told
from .world import before, day


def _day(first: date, last: date) -> st.SearchStrategy[str]:
    return st.dates(first, last).map(str)


def _pair(on: str, by: str, who: list[str]) -> st.SearchStrategy[dict[str, str]]:
    """Both cells of an act in April, or neither."""
    both = st.fixed_dictionaries({on: _day(day(4, 1), day(4, 30)), by: st.sampled_from(who)})
    return st.one_of(st.just({on: "", by: ""}), both)


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=20)


@st.composite
def rows(draw: st.DrawFn, file: str) -> Row:
    """A good row of the file: an act is told or not."""
    submitted_on = draw(_day(day(3, 10), day(3, 31)))
    match file:
        case "visits.csv":
            first = draw(st.dates(day(1, 1), day(2, 20)))
            row = {
                "visit": "lv-7",
                "cadre": "cb-1",
                "unit": draw(st.sampled_from(["X1", "X2", "B1"])),
                "kind": draw(st.sampled_from(["regular", "thematic"])),
                "line": draw(st.sampled_from(["", "dk-1"])),
                "from": str(first),
                "to": str(first + timedelta(days=draw(st.integers(0, 5)))),
                "portion": draw(st.sampled_from(Portion)).value,
                "evidence": draw(st.sampled_from(["", "decision", "travel_order"])),
                "evidence_no": draw(TEXTS),
                "logged_on": draw(_day(day(2, 28), day(3, 31))),
                **draw(_pair("confirmed_on", "confirmed_by", ["ld-a", "tc"])),
                "voided_on": draw(st.one_of(st.just(""), _day(day(4, 1), day(4, 30)))),
            }
        case "reports.csv":
            row = {"report": "bc-7", "cadre": "cb-1", "period": "2019-Q1"}
            row |= {"submitted_on": submitted_on}
            row |= draw(_pair("accepted_on", "accepted_by", ["ld-a", "tt-1"]))
        case "products.csv":
            row = {"product": "sp-7", "visit": "lv-1", "submitted_on": submitted_on}
            row |= draw(_pair("accepted_on", "accepted_by", ["ld-a", "tt-1"]))
        case _:
            row = {"difficulty": "kk-7", "cadre": "cb-1", "period": "2019-Q1", "unit": "X1"}
            row |= {"text": "?" + draw(TEXTS), "raised_on": submitted_on}
            row |= draw(_pair("escalated_on", "escalated_to", ["Ban Thường vụ"]))
            row |= {"answered_on": draw(st.one_of(st.just(""), _day(day(4, 1), day(4, 30))))}
    return row


def out(file: str, *facts: Fact) -> Row:
    """The row that the facts of one record come to."""
    [row] = told(fold(FILES[file][0], facts))
    return row


@pytest.mark.parametrize("file", COLUMNS)
@settings(deadline=None)
@given(data=st.data())
def test_a_row_comes_out_as_it_went_in_and_does_nothing_again(
    file: str, data: st.DataObject
) -> None:
    row = data.draw(rows(file))
    world = before(FILES[file][0], logged())
    facts = world.when(command(file, row)).facts
    found = out(file, *facts)
    assert found == row
    assert tuple(found) == COLUMNS[file]
    world.and_(*facts).when(command(file, row)).then()


# --- the row of what was done live ----------------------------------------------------------------


def test_a_corrected_visit_is_told_as_logged_on_the_day_of_its_correction() -> None:
    row = out("visits.csv", logged(), confirmed(), corrected())
    assert (row["to"], row["portion"], row["logged_on"]) == ("2019-03-05", "morning", "2019-03-15")
    assert (row["confirmed_on"], row["confirmed_by"], row["voided_on"]) == ("", "", "")


def test_a_voided_visit_keeps_its_row() -> None:
    row = out("visits.csv", logged(), confirmed(), voided())
    assert (row["confirmed_by"], row["voided_on"]) == ("ld-a", "2019-03-20")


def test_a_diary_gives_a_row_for_every_visit_in_the_order_of_logging() -> None:
    later = voided().model_copy(update={"visit": "b"})
    found = visit_rows(fold(diary, (logged(visit="b"), logged(visit="a"), later)))
    assert [row["visit"] for row in found] == ["b", "a"]


def test_a_report_is_told_as_last_handed_in() -> None:
    facts = (submitted(), returned(), submitted(submitted_on=day(4, 6)))
    row = out("reports.csv", *facts)
    assert (row["submitted_on"], row["accepted_on"], row["accepted_by"]) == ("2019-04-06", "", "")
    row = out("reports.csv", *facts, accepted())
    assert (row["accepted_on"], row["accepted_by"]) == ("2019-04-07", "ld-a")


def test_a_product_tells_its_visit_and_not_its_text() -> None:
    row = out("products.csv", product_submitted())
    assert list(row.values()) == ["sp-1", "lv-1", "2019-04-03", "", ""]


def test_a_difficulty_tells_to_whom_it_went() -> None:
    row = out("difficulties.csv", raised(), escalated())
    assert (row["escalated_to"], row["answered_on"]) == ("Ban Thường vụ", "")
