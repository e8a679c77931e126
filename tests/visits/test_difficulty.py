"""Khó khăn, vướng mắc: raised, escalated, answered, closed, each once and in its turn."""

from __future__ import annotations

from typing import Any

import pytest

from shared.messages import Command, Fact
from visits.difficulty import difficulty

from .acts import (
    answer,
    answered,
    close,
    closed,
    enter_difficulty,
    escalate,
    escalated,
    logged,
    raise_,
    raised,
)
from .world import CLOSED, before, day

ACTS: list[tuple[Command, Fact, list[Fact]]] = [
    (escalate(), escalated(), [raised()]),
    (answer(), answered(), [raised()]),
    (close(), closed(), [raised(), answered()]),
]
EACH_ACT = pytest.mark.parametrize(
    ("act", "done", "first"), ACTS, ids=["escalate", "answer", "close"]
)


def test_a_difficulty_is_raised_once() -> None:
    before(difficulty).when(raise_()).then(raised())
    before(difficulty, raised()).when(raise_()).then()
    before(difficulty, raised(), escalated(), answered(), closed()).when(raise_()).then()
    before(difficulty, raised()).when(raise_(text="Thiếu điện")).refused("duplicate-id")


def test_a_difficulty_is_met_at_a_known_unit() -> None:
    before(difficulty).when(raise_(unit="X9")).refused("unknown-unit")


@EACH_ACT
def test_each_act_has_its_turn(act: Command, done: Fact, first: list[Fact]) -> None:
    before(difficulty, *first).when(act).then(done)


@EACH_ACT
def test_the_same_act_again_changes_nothing(act: Command, done: Fact, first: list[Fact]) -> None:
    before(difficulty, *first, done).when(act).then()


@EACH_ACT
def test_nothing_is_done_about_an_unknown_difficulty(
    act: Command, done: Fact, first: list[Fact]
) -> None:
    before(difficulty).when(act).refused("unknown-difficulty")


@EACH_ACT
def test_nothing_is_done_in_a_closed_year(act: Command, done: Fact, first: list[Fact]) -> None:
    before(difficulty, *first, CLOSED).when(act).refused("year-closed")


def test_nothing_is_raised_in_a_closed_year() -> None:
    before(difficulty, CLOSED).when(raise_()).refused("year-closed")


@pytest.mark.parametrize(
    ("done", "again"),
    [
        (escalated(), escalate(to="Tỉnh ủy")),
        (escalated(), escalate(on=day(3, 15))),
        (answered(), answer("Chưa xây")),
        (answered(), answer(on=day(3, 21))),
    ],
)
def test_a_difficulty_is_escalated_and_answered_once(done: Fact, again: Command) -> None:
    before(difficulty, raised(), done).when(again).refused("out-of-turn")


def test_no_act_comes_before_the_raising() -> None:
    now = before(difficulty, raised())
    now.when(escalate(on=day(3, 9))).refused("out-of-turn")
    now.when(answer(on=day(3, 9))).refused("out-of-turn")
    now.when(escalate(on=day(3, 10))).then(escalated(on=day(3, 10)))
    now.when(answer(on=day(3, 10))).then(answered(on=day(3, 10)))


def test_what_is_answered_may_still_be_escalated() -> None:
    before(difficulty, raised(), answered()).when(escalate()).then(escalated())


def test_a_difficulty_is_closed_after_its_answer() -> None:
    before(difficulty, raised(), escalated()).when(close()).refused("out-of-turn")
    now = before(difficulty, raised(), answered())
    now.when(close(on=day(3, 19))).refused("out-of-turn")
    now.when(close(on=day(3, 20))).then(closed(on=day(3, 20)))


def test_after_closing_nothing_more_is_done() -> None:
    done = before(difficulty, raised(), answered(), closed())
    done.when(close(on=day(3, 26))).refused("out-of-turn")
    done.when(escalate(on=day(3, 26))).refused("out-of-turn")


# --- a register's row ---------------------------------------------------------------------------

BARE: dict[str, Any] = {"escalated_to": None, "escalated_on": None, "answered_on": None}


def test_a_row_brings_all_its_acts() -> None:
    before(difficulty).when(enter_difficulty()).then(raised(), escalated(), answered(""))
    before(difficulty).when(enter_difficulty(**BARE)).then(raised())


def test_a_row_may_be_answered_without_escalation_and_before_it() -> None:
    alone = enter_difficulty(escalated_to=None, escalated_on=None)
    before(difficulty).when(alone).then(raised(), answered(""))
    early = enter_difficulty(answered_on=day(3, 11))
    before(difficulty).when(early).then(raised(), escalated(), answered("", day(3, 11)))


@pytest.mark.parametrize("other", [{}, BARE, {"answered_on": None}])
def test_entering_the_same_row_twice_gives_no_facts(other: dict[str, Any]) -> None:
    row = enter_difficulty(**other)
    before(difficulty, *before(difficulty).when(row).facts).when(row).then()


def test_a_row_of_what_stands_changes_nothing() -> None:
    stands = before(difficulty, raised(), escalated(), answered(), closed())
    stands.when(enter_difficulty()).then()
    for other in (BARE, {"answered_on": day(3, 21)}, {"text": "Thiếu điện"}, {"unit": "X2"}):
        stands.when(enter_difficulty(**other)).refused("duplicate-id")


@pytest.mark.parametrize(
    "other",
    [
        {"escalated_to": None},
        {"escalated_on": None},
        {"escalated_on": day(3, 9)},
        {"answered_on": day(3, 9)},
    ],
)
def test_a_row_out_of_turn_is_refused_whole(other: dict[str, Any]) -> None:
    before(difficulty).when(enter_difficulty(**other)).refused("out-of-turn")


def test_other_facts_do_not_belong() -> None:
    for fact in (logged(), escalated()):
        with pytest.raises(TypeError):
            difficulty.evolve(None, fact)
