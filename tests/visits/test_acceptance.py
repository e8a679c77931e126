"""Nghiệm thu: outcome reports and product reports are handed in, returned, accepted alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from shared.deciding import Decider
from shared.messages import Command, Fact
from spec import Given
from visits.product import product
from visits.report import report

from . import acts
from .acts import ACCEPTED_ON, RETURNED_ON, SECTIONS, SUBMITTED_ON, logged
from .world import CLOSED, before, day, made_leader


@dataclass(frozen=True)
class Sort:
    """A sort of report: its decider, its acts, and other content than the plain one."""

    decider: Decider[Any]
    submit: Callable[..., Command]
    submitted: Callable[..., Fact]
    return_: Callable[..., Command]
    returned: Callable[..., Fact]
    accept: Callable[..., Command]
    accepted: Callable[..., Fact]
    enter: Callable[..., Command]
    other_content: dict[str, Any]
    other_subject: dict[str, Any]
    entered: dict[str, Any]

    def before(self, *facts: Fact) -> Given:
        return before(self.decider, logged(), logged(visit="lv-2"), *facts)


SORTS = {
    "report": Sort(
        report,
        acts.submit,
        acts.submitted,
        acts.return_,
        acts.returned,
        acts.accept,
        acts.accepted,
        acts.enter_report,
        other_content={"sections": SECTIONS | {"difficulties": "Không có."}},
        other_subject={"period": "2019-Q2"},
        entered={"sections": {}},
    ),
    "product": Sort(
        product,
        acts.submit_product,
        acts.product_submitted,
        acts.return_product,
        acts.product_returned,
        acts.accept_product,
        acts.product_accepted,
        acts.enter_product,
        other_content={"text": "Khảo sát lại"},
        other_subject={"visit": "lv-2"},
        entered={"text": ""},
    ),
}


@pytest.fixture(params=SORTS)
def sort(request: pytest.FixtureRequest) -> Sort:
    return SORTS[request.param]


# --- handing in ---------------------------------------------------------------------------------


def test_it_is_handed_in(sort: Sort) -> None:
    sort.before().when(sort.submit()).then(sort.submitted())


def test_the_same_again_changes_nothing(sort: Sort) -> None:
    sort.before(sort.submitted()).when(sort.submit()).then()
    sort.before(sort.submitted(), sort.accepted(), CLOSED).when(sort.submit()).then()


def test_its_id_is_taken_by_other_content(sort: Sort) -> None:
    for other in (sort.other_content, sort.other_subject, {"submitted_on": day(4, 4)}):
        sort.before(sort.submitted()).when(sort.submit(**other)).refused("duplicate-id")


def test_nothing_is_handed_in_again_after_acceptance(sort: Sort) -> None:
    again = sort.submit(**sort.other_content, submitted_on=day(4, 9))
    sort.before(sort.submitted(), sort.accepted()).when(again).refused("duplicate-id")


def test_a_returned_one_is_handed_in_again_from_the_day_of_its_return_on(sort: Sort) -> None:
    back = sort.before(sort.submitted(), sort.returned())
    early = sort.submit(**sort.other_content, submitted_on=day(4, 4))
    again = {**sort.other_content, "submitted_on": RETURNED_ON}
    back.when(early).refused("out-of-turn")
    back.when(sort.submit(**again)).then(sort.submitted(**again))


def test_a_returned_one_keeps_its_subject(sort: Sort) -> None:
    again = sort.submit(**sort.other_subject, submitted_on=day(4, 9))
    sort.before(sort.submitted(), sort.returned()).when(again).refused("duplicate-id")


def test_after_a_return_the_former_handing_in_is_only_a_repetition(sort: Sort) -> None:
    sort.before(sort.submitted(), sort.returned()).when(sort.submit()).then()


def test_after_a_return_on_the_same_day_the_same_text_is_handed_in_again(sort: Sort) -> None:
    back = sort.before(sort.submitted(), sort.returned(on=SUBMITTED_ON))
    back.when(sort.submit()).then(sort.submitted())


def test_nothing_is_handed_in_for_a_closed_year(sort: Sort) -> None:
    sort.before(CLOSED).when(sort.submit()).refused("year-closed")


# --- accepting and returning --------------------------------------------------------------------


@pytest.mark.parametrize("by", ["ld-a", "tc", "tt-1"])
def test_someone_above_the_author_accepts_or_returns_it(sort: Sort, by: str) -> None:
    sort.before(sort.submitted()).when(sort.accept(by)).then(sort.accepted(by))
    sort.before(sort.submitted()).when(sort.return_(by)).then(sort.returned(by))


@pytest.mark.parametrize(
    ("code", "by"),
    [
        ("own-act", "cb-1"),
        ("unknown-cadre", "cb-9"),
        ("unknown-cadre", "X1"),  # a unit confirms a visit, it does not accept a report
        ("not-authorised", "cb-2"),
        ("not-authorised", "ld-b"),
    ],
)
def test_nobody_else_accepts_or_returns_it(sort: Sort, code: str, by: str) -> None:
    sort.before(sort.submitted()).when(sort.accept(by)).refused(code)
    sort.before(sort.submitted()).when(sort.return_(by)).refused(code)


def test_the_role_on_the_day_of_the_act_decides(sort: Sort) -> None:
    leader = made_leader("cb-2", on=RETURNED_ON)
    now = sort.before(sort.submitted(), leader)
    now.when(sort.return_("cb-2", day(4, 4))).refused("not-authorised")
    now.when(sort.return_("cb-2", RETURNED_ON)).then(sort.returned("cb-2", RETURNED_ON))
    now.when(sort.accept("cb-2", day(4, 4))).refused("not-authorised")
    now.when(sort.accept("cb-2", RETURNED_ON)).then(sort.accepted("cb-2", RETURNED_ON))


def test_it_is_not_accepted_or_returned_before_it_is_handed_in(sort: Sort) -> None:
    now = sort.before(sort.submitted())
    now.when(sort.accept(on=day(4, 2))).refused("out-of-turn")
    now.when(sort.return_(on=day(4, 2))).refused("out-of-turn")
    now.when(sort.accept(on=SUBMITTED_ON)).then(sort.accepted(on=SUBMITTED_ON))


def test_what_was_never_handed_in_is_unknown(sort: Sort) -> None:
    code = f"unknown-{sort.decider.name}"
    sort.before().when(sort.accept()).refused(code)
    sort.before().when(sort.return_()).refused(code)


def test_the_same_judgement_again_changes_nothing(sort: Sort) -> None:
    sort.before(sort.submitted(), sort.accepted()).when(sort.accept()).then()
    sort.before(sort.submitted(), sort.returned()).when(sort.return_()).then()


def test_what_is_accepted_is_not_accepted_otherwise_nor_returned(sort: Sort) -> None:
    done = sort.before(sort.submitted(), sort.accepted())
    done.when(sort.accept("tc")).refused("out-of-turn")
    done.when(sort.accept(on=day(4, 8))).refused("out-of-turn")
    done.when(sort.return_(on=day(4, 8))).refused("out-of-turn")


def test_what_is_returned_waits_to_be_handed_in_again(sort: Sort) -> None:
    back = sort.before(sort.submitted(), sort.returned())
    back.when(sort.accept()).refused("out-of-turn")
    back.when(sort.return_(reason="Vẫn sơ sài")).refused("out-of-turn")
    again = back.and_(sort.submitted(submitted_on=day(4, 6)))
    again.when(sort.accept()).then(sort.accepted())
    again.when(sort.accept(on=RETURNED_ON)).refused("out-of-turn")


def test_nothing_is_judged_in_a_closed_year(sort: Sort) -> None:
    sort.before(sort.submitted(), CLOSED).when(sort.accept()).refused("year-closed")
    sort.before(sort.submitted(), CLOSED).when(sort.return_()).refused("year-closed")


# --- a register's row ---------------------------------------------------------------------------


def test_a_row_brings_its_acceptance_with_it(sort: Sort) -> None:
    sort.before().when(sort.enter()).then(sort.submitted(**sort.entered), sort.accepted())


def test_a_row_not_yet_accepted_brings_the_handing_in_alone(sort: Sort) -> None:
    row = sort.enter(accepted_by=None, accepted_on=None)
    sort.before().when(row).then(sort.submitted(**sort.entered))


def test_entering_the_same_row_twice_gives_no_facts(sort: Sort) -> None:
    for other in ({}, {"accepted_by": None, "accepted_on": None}):
        row = sort.enter(**other)
        sort.before(*sort.before().when(row).facts).when(row).then()


def test_a_row_of_what_stands_changes_nothing_also_after_a_return(sort: Sort) -> None:
    row = sort.enter(accepted_by=None, accepted_on=None)
    sort.before(sort.submitted(), sort.returned()).when(row).then()
    sort.before(sort.submitted(), sort.accepted()).when(sort.enter()).then()


def test_a_row_that_tells_anything_else_is_a_duplicate(sort: Sort) -> None:
    stands = sort.before(sort.submitted(), sort.accepted())
    for other in (
        sort.other_subject,
        {"submitted_on": day(4, 2)},
        {"accepted_by": "tc"},
        {"accepted_on": day(4, 8)},
        {"accepted_by": None, "accepted_on": None},
    ):
        stands.when(sort.enter(**other)).refused("duplicate-id")


@pytest.mark.parametrize("half", ["accepted_by", "accepted_on"])
def test_a_half_filled_acceptance_is_out_of_turn(sort: Sort, half: str) -> None:
    detail = sort.before().when(sort.enter(**{half: None})).refused("out-of-turn")
    assert detail == {"missing": half}


@pytest.mark.parametrize(
    ("code", "other"),
    [
        ("unknown-cadre", {"accepted_by": "cb-9"}),
        ("unknown-cadre", {"accepted_by": "cb-9", "accepted_on": None}),
        ("year-closed", {}),
        ("out-of-turn", {"accepted_on": day(4, 2)}),
        ("own-act", {"accepted_by": "cb-1"}),
        ("not-authorised", {"accepted_by": "ld-b"}),
    ],
)
def test_a_row_is_refused_whole(sort: Sort, code: str, other: dict[str, Any]) -> None:
    facts = [CLOSED] if code == "year-closed" else []
    sort.before(*facts).when(sort.enter(**other)).refused(code)


def test_other_facts_do_not_belong(sort: Sort) -> None:
    for fact in (logged(), sort.accepted(on=ACCEPTED_ON)):
        with pytest.raises(TypeError):
            sort.decider.evolve(sort.decider.initial(), fact)
