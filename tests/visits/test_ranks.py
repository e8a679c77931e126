"""A row with several faults gets the first in the order of DOMAIN.md §4."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import pytest

from shared.deciding import Decider
from shared.language.planning import RegimeEnacted
from shared.language.refusals import RANK
from shared.messages import Command, Fact
from spec import given
from visits.diary import diary
from visits.difficulty import difficulty
from visits.known import Known
from visits.product import product
from visits.report import report

from .acts import (
    ACCEPTED_ON,
    enter,
    enter_difficulty,
    enter_product,
    enter_report,
    logged,
    product_submitted,
    raised,
    submitted,
)
from .world import CLOSED, PEOPLE, PLACES, day, regime


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a good row: other cells, or something else that is recorded."""

    code: str
    cells: dict[str, Any] = field(default_factory=dict)
    facts: tuple[Fact, ...] = ()
    enacted: bool = True
    needs_regime: bool = False

    def goes_with(self, other: Fault) -> bool:
        """Whether a row can have both: other cells, and what the one needs is there."""
        apart = self.cells.keys().isdisjoint(other.cells)
        return (
            apart
            and (self.enacted or not other.needs_regime)
            and (other.enacted or not self.needs_regime)
        )


@dataclass(frozen=True)
class File:
    """A file of the register: what decides its rows, a good row, and how it may be bad."""

    decider: Decider[Any]
    row: Callable[..., Command]
    period: str
    faults: tuple[Fault, ...]
    good: dict[str, Any] = field(default_factory=dict)
    facts: tuple[Fact, ...] = ()

    def refusal(self, *faults: Fault) -> str | None:
        """The code with which the row with these faults is refused."""
        cells = self.good
        facts = [*PEOPLE, *PLACES, *self.facts]
        if all(fault.enacted for fault in faults):
            facts += [RegimeEnacted(regime=regime(y, self.period)) for y in (2019, 2020)]
        for fault in faults:
            cells = cells | fault.cells
            facts += fault.facts
        refused = given(self.decider, Known, *facts).when(self.row(**cells)).refusal
        return None if refused is None else refused.code


NO_REGIME = Fault("unknown-regime", enacted=False)
YEAR_CLOSED = Fault("year-closed", facts=(CLOSED, CLOSED.model_copy(update={"year": 2020})))
UNKNOWN_AUTHOR = Fault("unknown-cadre", {"cadre": "cb-9"})
UNKNOWN_UNIT = Fault("unknown-unit", {"unit": "X9"})
UNKNOWN_VISIT = Fault("unknown-visit", {"period": "lv-9"}, needs_regime=True)
ACCEPTANCE = (
    Fault("unknown-cadre", {"accepted_by": "cb-8"}),
    Fault("out-of-turn", {"accepted_on": day(1, 2)}),
    Fault("out-of-turn", {"accepted_on": None}),
    Fault("out-of-turn", {"accepted_by": None, "accepted_on": ACCEPTED_ON}),
    Fault("own-act", {"accepted_by": "cb-1"}),
    Fault("not-authorised", {"accepted_by": "cb-2"}),
)
REPORT = (
    Fault("duplicate-id", facts=(submitted(submitted_on=day(4, 1)),)),
    UNKNOWN_AUTHOR,
    NO_REGIME,
    YEAR_CLOSED,
    *ACCEPTANCE,
)
DIFFICULTY = (
    Fault("duplicate-id", facts=(raised(text="Thiếu điện"),)),
    UNKNOWN_AUTHOR,
    UNKNOWN_UNIT,
    NO_REGIME,
    YEAR_CLOSED,
    Fault("out-of-turn", {"escalated_on": day(1, 2)}),
    Fault("out-of-turn", {"escalated_to": None}),
    Fault("out-of-turn", {"answered_on": day(1, 2)}),
)
A_VISIT: dict[str, Any] = {"good": {"period": "lv-1"}, "facts": (logged(),)}

FILES = {
    "visits": File(
        diary,
        enter,
        "quarter",
        (
            Fault("duplicate-id", facts=(logged(cadre="cb-2"),)),
            UNKNOWN_AUTHOR,
            Fault("unknown-cadre", {"confirmed_by": "cb-8"}),
            UNKNOWN_UNIT,
            Fault("unknown-kind", {"kind": "picnic"}, needs_regime=True),
            Fault("unknown-line", {"line": "dk-9"}),
            NO_REGIME,
            YEAR_CLOSED,
            Fault("dates-reversed", {"from_": day(3, 7)}),
            Fault("outside-year", {"year": 2020}),
            Fault("unit-not-valid", {"unit": "X-gone"}),
            Fault("logged-early", {"logged_on": day(3, 5)}),
            Fault("out-of-turn", {"confirmed_on": day(1, 2)}),
            Fault("out-of-turn", {"confirmed_on": None}),
            Fault("out-of-turn", {"voided_on": day(1, 2)}),
            Fault("own-act", {"confirmed_by": "cb-1"}),
            Fault("not-authorised", {"confirmed_by": "cb-2"}),
            Fault("not-authorised", {"confirmed_by": "X2"}),
        ),
    ),
    "reports by quarter": File(
        report,
        enter_report,
        "quarter",
        (Fault("malformed", {"period": "2019-01"}, needs_regime=True), *REPORT),
    ),
    "reports by visit": File(report, enter_report, "visit", (UNKNOWN_VISIT, *REPORT), **A_VISIT),
    "products": File(
        product,
        enter_product,
        "quarter",
        (
            Fault("duplicate-id", facts=(product_submitted(submitted_on=day(4, 1)),)),
            Fault("unknown-visit", {"visit": "lv-9"}),
            NO_REGIME,
            YEAR_CLOSED,
            *ACCEPTANCE,
        ),
        facts=(logged(),),
    ),
    "difficulties by month": File(
        difficulty,
        enter_difficulty,
        "month",
        (Fault("malformed", {"period": "2019-Q1"}, needs_regime=True), *DIFFICULTY),
        good={"period": "2019-03"},
    ),
    "difficulties by visit": File(
        difficulty, enter_difficulty, "visit", (UNKNOWN_VISIT, *DIFFICULTY), **A_VISIT
    ),
}


@pytest.mark.parametrize("file", FILES.values(), ids=FILES)
def test_a_good_row_has_no_fault(file: File) -> None:
    assert file.refusal() is None


@pytest.mark.parametrize("file", FILES.values(), ids=FILES)
def test_each_fault_alone_gives_its_code(file: File) -> None:
    for fault in file.faults:
        assert file.refusal(fault) == fault.code, fault


@pytest.mark.parametrize("file", FILES.values(), ids=FILES)
def test_of_two_faults_the_earlier_code_wins(file: File) -> None:
    pairs = [(one, two) for one, two in combinations(file.faults, 2) if one.goes_with(two)]
    assert len(pairs) > len(file.faults)
    for one, two in pairs:
        expected = min(one.code, two.code, key=RANK.__getitem__)
        assert file.refusal(one, two) == expected, (one, two)


def test_reversed_dates_in_another_year_are_first_reversed() -> None:
    reversed_ = Fault("dates-reversed", {"from_": day(12, 31, 2018), "to": day(12, 30, 2018)})
    both = Fault("outside-year", {"year": 2019})
    assert FILES["visits"].refusal(reversed_, both) == "dates-reversed"
