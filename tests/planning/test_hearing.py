"""What planning hears of the other services."""

from __future__ import annotations

import pytest

from planning.hearing import closing, place
from planning.known import Known
from shared.deciding import fold
from shared.language.appraisal import YearReopened
from shared.language.planning import CloseUnit
from shared.language.visits import VisitConfirmed
from shared.messages import Fact
from spec import MemoryStreams

from .office import CLOSED, STAFF, day

REOPENED = YearReopened(year=2019, by="to", on=day("2020-02-01"), reason="thiếu")
CONFIRMED = VisitConfirmed(
    visit="lv-1", cadre="an", year=2019, confirmed_by="ai", confirmed_on=day("2019-03-01")
)


def test_a_years_closing_is_kept_and_nothing_else() -> None:
    assert place(CLOSED) == place(REOPENED) == "closing/2019"
    assert place(CONFIRMED) is None


@pytest.mark.parametrize(
    ("facts", "closed"),
    [
        ((), False),
        ((CLOSED,), True),
        ((CLOSED, REOPENED), False),
        ((CLOSED, REOPENED, CLOSED), True),
    ],
)
def test_a_year_is_closed_until_it_is_reopened(facts: tuple[Fact, ...], closed: bool) -> None:
    known = Known(MemoryStreams(facts, place))
    assert known.closed(2019) is closed
    assert known.closed(2020) is False


def test_planning_neither_closes_a_year_nor_knows_other_facts_of_it() -> None:
    with pytest.raises(TypeError):
        closing.decide(False, CloseUnit(unit="X1", to=day("2019-01-01")), None)
    with pytest.raises(TypeError):
        fold(closing, STAFF)
