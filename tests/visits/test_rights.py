"""Who may what of visits, by the roster's facts of the day as heard of planning."""

from __future__ import annotations

from typing import Any

import pytest

from judged import Judge
from shared.asking import COMMON
from shared.language.planning import AuthorityDelegated, CadreTransferred, RoleGranted
from shared.messages import Command
from shared.values import Role
from visits.answers import ANSWERS
from visits.hearing import place
from visits.known import Known
from visits.rights import RIGHTS

from . import acts
from .world import WORLD, day

TODAY = day(4, 30)
EVERYONE = {
    *("cb-1", "cb-2", "ld-a", "ld-b", "tc", "tt-1", "tt-2", "nobody"),
    *("auditor", "operations", "hr"),
}
FACTS = (
    *WORLD,
    acts.logged(),
    acts.submitted(),
    acts.product_submitted(),
    acts.raised(),
)


def where(fact: Any) -> str | None:
    """Where visits keeps a fact, its own or a heard one."""
    return str(fact.stream) if fact.type.startswith("visits.") else place(fact)


JUDGE = Judge(RIGHTS, Known, where, FACTS, TODAY)

WHO_MAY: list[tuple[Command, set[str]]] = [
    # the diary
    (acts.log(), {"cb-1"}),
    (acts.enter(), {"tc"}),
    (acts.correct(), {"cb-1"}),
    (acts.void(), {"cb-1"}),
    (acts.attach(), {"cb-1"}),
    (acts.confirm("ld-a"), {"ld-a"}),
    (acts.confirm("tc"), {"tc"}),
    (acts.confirm("cb-2"), set()),
    (acts.confirm("X1"), {"tc", "tt-1", "tt-2"}),
    (acts.confirm("X2"), set()),
    # reports
    (acts.submit(), {"cb-1"}),
    (acts.enter_report(), {"tc"}),
    (acts.return_("ld-a"), {"ld-a"}),
    (acts.accept("ld-a"), {"ld-a"}),
    (acts.accept("cb-1"), set()),
    # products
    (acts.submit_product(), {"cb-1"}),
    (acts.enter_product(), {"tc"}),
    (acts.return_product("ld-a"), {"ld-a"}),
    (acts.accept_product("ld-a"), {"ld-a"}),
    # difficulties
    (acts.raise_(), {"cb-1"}),
    (acts.enter_difficulty(), {"tc"}),
    (acts.escalate(), {"cb-1", "ld-a", "tc", "tt-1", "tt-2"}),
    (acts.answer(), {"ld-a", "tc", "tt-1", "tt-2"}),
    (acts.close(), {"cb-1", "ld-a", "tc", "tt-1", "tt-2"}),
]


@pytest.mark.parametrize(("command", "may"), WHO_MAY, ids=lambda one: type(one).__name__)
def test_who_may_command(command: Command, may: set[str]) -> None:
    assert JUDGE.who(EVERYONE, command) == may


def test_each_command_is_looked_at() -> None:
    left = {word.__name__ for word in set(RIGHTS.commands) - {type(one) for one, _ in WHO_MAY}}
    assert left == {"RetryParked", "SkipParked", "RecordCheckpoint", "RecordDenial"}


ABOVE = {"tc", "tt-1", "tt-2", "auditor"}
YEAR = {"year": 2019}
WHO_MAY_ASK: list[tuple[str, dict[str, Any], set[str]]] = [
    ("rows", {"file": "visits.csv", **YEAR}, ABOVE),
    ("diary", {"cadre": "cb-1", **YEAR}, {"cb-1", "ld-a", "hr", *ABOVE}),
    ("grounds", {"cadre": "cb-1", **YEAR}, {"cb-1", "ld-a", *ABOVE}),
    ("reports", {"cadre": "cb-1", **YEAR}, {"cb-1", "ld-a", *ABOVE}),
    ("products", {"cadre": "cb-1", **YEAR}, {"cb-1", "ld-a", *ABOVE}),
    ("difficulties", {"cadre": "cb-1", **YEAR}, {"cb-1", "ld-a", *ABOVE}),
    ("difficulties", {"department": "ban-a", **YEAR}, {"ld-a", *ABOVE}),
    ("difficulties", YEAR, ABOVE),
    ("waiting", {"department": "ban-a"}, {"ld-a", *ABOVE}),
    ("waiting", {}, ABOVE),
    ("diary", {"cadre": "nobody", **YEAR}, {"nobody", "hr", *ABOVE}),
    ("unit-months", YEAR, ABOVE),
]


@pytest.mark.parametrize(("question", "content", "may"), WHO_MAY_ASK)
def test_who_may_ask(question: str, content: dict[str, Any], may: set[str]) -> None:
    shape, _ = ANSWERS[question]
    assert JUDGE.who(EVERYONE, question, shape.model_validate(content)) == may


def test_each_question_is_looked_at() -> None:
    assert {question for question, _, _ in WHO_MAY_ASK} == set(RIGHTS.questions) - set(COMMON)


# --- nobody's own -------------------------------------------------------------------------------


def delegated(by: str, to: str) -> AuthorityDelegated:
    return AuthorityDelegated(cadre=by, to=to, from_=day(1, 1), until=TODAY, reason="nghỉ")


JUDGING = [
    acts.confirm("ld-a"),
    acts.return_("ld-a"),
    acts.accept("ld-a"),
    acts.return_product("ld-a"),
    acts.accept_product("ld-a"),
]


@pytest.mark.parametrize("command", JUDGING, ids=lambda one: type(one).__name__)
def test_a_delegate_judges_others_and_never_their_own(command: Command) -> None:
    judge = JUDGE.after(delegated("ld-a", "cb-2"), delegated("ld-a", "cb-1"))
    assert judge.asks("cb-2", command) == "cb-2 for ld-a"
    assert judge.asks("cb-2", command, for_="ld-a") == "cb-2 for ld-a"
    assert judge.asks("cb-1", command) == "own-act"
    assert judge.asks("cb-1", command, for_="ld-a") == "own-act"
    assert JUDGE.asks("cb-2", command) == "not-permitted"


def test_a_delegate_answers_no_difficulty_of_their_own() -> None:
    judge = JUDGE.after(delegated("ld-a", "cb-2"), delegated("ld-a", "cb-1"))
    assert judge.asks("cb-2", acts.answer(), for_="ld-a") == "cb-2 for ld-a"
    assert judge.asks("cb-1", acts.answer(), for_="ld-a") == "own-act"


def test_those_above_enter_no_paper_of_the_unit_for_their_own_visit() -> None:
    raised = RoleGranted(cadre="cb-1", role=Role.ORGANISATION, on=day(1, 1))
    judge = JUDGE.after(raised)
    assert judge.asks("cb-1", acts.confirm("X1")) == "own-act"
    assert judge.asks("tc", acts.confirm("X1")) == "tc"


def test_a_leader_follows_their_people_to_the_day() -> None:
    moved = JUDGE.after(CadreTransferred(cadre="cb-1", department="ban-b", position="", on=TODAY))
    diary = ANSWERS["diary"][0].model_validate({"cadre": "cb-1", **YEAR})
    assert moved.who(EVERYONE, "diary", diary) == {"cb-1", "ld-b", "hr", *ABOVE}
    assert moved.who(EVERYONE, acts.answer()) == {"ld-b", "tc", "tt-1", "tt-2"}
    assert moved.on(day(4, 29)).who(EVERYONE, acts.answer()) == {"ld-a", "tc", "tt-1", "tt-2"}
