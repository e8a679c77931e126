"""Who may what of planning, by the roster's facts of the day."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from judged import Judge
from planning.answers import ANSWERS
from planning.consolidated import consolidated
from planning.known import Known
from planning.rights import RIGHTS
from shared.asker import Office
from shared.asking import COMMON
from shared.language import planning as words
from shared.language import privacy as personal
from shared.language.log import RecordCheckpoint
from shared.language.parking import RetryParked, SkipParked
from shared.messages import Command
from shared.values import Level, Role
from spec import given

from .office import (
    DROP,
    REGIME,
    after,
    amend,
    appointed,
    changed,
    day,
    draft,
    drafted,
    enter,
    office,
)

TODAY = day("2019-03-10")
EVERYONE = {
    *("an", "anh", "ai", "binh", "bac", "to", "thu", "thanh", "gone"),
    *("auditor", "operations", "hr"),
}
GONE = appointed("gone", "ban-a", Role.ORGANISATION, to=day("2019-03-09"))
SUBMITTED = after(
    (*office(), GONE),
    draft(),
    words.SubmitPlan(cadre="an", quarter="2019-Q1", on=day("2019-01-04")),
)
JUDGE = Judge(RIGHTS, Known, lambda fact: fact.stream, SUBMITTED, TODAY)
ON = {"on": "2019-03-10"}
STAGE: dict[str, Any] = {"quarter": "2019-Q1", "step": 0, "department": "ban-a", **ON}
ERASE = {"cadre": "gone", **ON, "reason": "đã nghỉ"}


def said(word: type[Command], **content: Any) -> Command:
    return word.model_validate(content)


def appoint(role: Role) -> Command:
    return words.AppointCadre(cadre="new", department="ban-a", role=role)


def grant(cadre: str, role: Role) -> Command:
    return words.GrantRole(cadre=cadre, role=role, on=TODAY)


WHO_MAY: list[tuple[Command, set[str]]] = [
    # the roster
    (appoint(Role.CADRE), {"to", "hr"}),
    (appoint(Role.DEPARTMENT_LEADER), {"to", "hr"}),
    (appoint(Role.ORGANISATION), {"thu", "thanh"}),
    (appoint(Role.STANDING), {"thu", "thanh"}),
    (said(words.TransferCadre, cadre="an", department="ban-b", **ON), {"to", "thu", "thanh", "hr"}),
    (said(words.DepartCadre, cadre="an", to="2019-03-31"), {"to", "thu", "thanh", "hr"}),
    (said(words.DepartCadre, cadre="to", to="2019-03-31"), {"thu", "thanh"}),
    (said(words.DepartCadre, cadre="thu", to="2019-03-31"), {"thanh"}),
    (grant("an", Role.DEPARTMENT_LEADER), {"to", "thu", "thanh", "hr"}),
    (grant("an", Role.ORGANISATION), {"thu", "thanh"}),
    (grant("to", Role.CADRE), {"thu", "thanh"}),
    (grant("thu", Role.STANDING), {"thanh"}),
    (said(words.WithdrawRole, cadre="ai", **ON, reason="x"), {"to", "thu", "thanh", "hr"}),
    (said(words.WithdrawRole, cadre="thu", **ON, reason="x"), {"thu", "thanh"}),
    (words.AssignUnit(cadre="an", unit="X1"), {"to"}),
    (
        said(
            words.RecordLeave,
            leave="n-1",
            cadre="an",
            kind="sick",
            **{"from": "2019-03-01", "to": "2019-03-02"},
            recorded_on="2019-03-03",
        ),
        {"to", "thu", "thanh", "hr"},
    ),
    (
        said(
            words.CorrectLeave,
            leave="n-1",
            kind="sick",
            **{"from": "2019-03-01", "to": "2019-03-02"},
            **ON,
            reason="x",
        ),
        {"to", "thu", "thanh", "hr"},
    ),
    (
        said(
            words.DelegateAuthority,
            cadre="ai",
            to="an",
            **{"from": "2019-03-10"},
            until="2019-03-11",
            reason="x",
        ),
        {"ai"},
    ),
    (said(words.WithdrawDelegation, cadre="ai", to="an", **ON, reason="x"), {"ai"}),
    # units and regime
    (words.RegisterUnit(unit="X9", name="Xã", level=Level.COMMUNE), {"to"}),
    (said(words.CloseUnit, unit="X1", to="2019-03-10"), {"to"}),
    (words.EnactRegime(regime=REGIME), {"to"}),
    (words.AmendRegime(regime=REGIME, on=TODAY, reason="x"), {"to"}),
    # plans
    (draft("dk-2"), {"an"}),
    (enter("dk-2"), {"to"}),
    (amend(), {"an"}),
    (DROP, {"an"}),
    (changed(DROP, line="nobody's"), set()),
    (said(words.SubmitPlan, cadre="an", quarter="2019-Q1", **ON), {"an"}),
    (said(words.ReturnPlan, cadre="an", quarter="2019-Q1", by="ai", **ON, reason="x"), {"ai"}),
    (said(words.ConsolidatePlans, by="ai", **STAGE), {"ai"}),
    (said(words.ForwardPlans, by="ai", **STAGE), {"ai"}),
    (said(words.ReturnPlans, by="ai", **STAGE, reason="x"), {"ai"}),
    (said(words.ApprovePlans, by="thu", **STAGE), {"thu"}),
    (said(words.ApprovePlans, by="an", **STAGE), set()),
    (said(words.ApprovePlans, by="gone", **STAGE), set()),
    # personal data
    (
        said(
            personal.SetDeadlines,
            number="91",
            date="2025-06-26",
            issuer="QH",
            **{"from": "2026-01-01"},
            access_days=1,
            correction_days=1,
            erasure_days=1,
        ),
        {"to"},
    ),
    (
        said(
            personal.RecordRequest,
            cadre="an",
            request="yc-1",
            kind="access",
            received_on="2019-03-10",
        ),
        {"an", "to"},
    ),
    (
        said(personal.AnswerRequest, request="yc-1", outcome="granted", answer="x", by="to", **ON),
        {"to"},
    ),
    (said(personal.RequestErasure, by="to", **ERASE), {"to"}),
    (said(personal.ApproveErasure, cadre="gone", by="thu", **ON), {"thu"}),
    (personal.FinishErasure(cadre="gone"), set()),
    # what every service obeys
    (RetryParked(upstream="appraisal", partition="an"), {"operations"}),
    (SkipParked(upstream="appraisal", position=1, reason="x"), {"operations"}),
    (RecordCheckpoint(upstream="visits", note="x"), set()),
]


@pytest.mark.parametrize(("command", "may"), WHO_MAY, ids=lambda one: type(one).__name__)
def test_who_may_command(command: Command, may: set[str]) -> None:
    assert JUDGE.who(EVERYONE, command) == may


ABOVE = {"to", "thu", "thanh", "auditor"}
OF_AN, OF_A = {"cadre": "an"}, {"department": "ban-a"}
QUARTER = {"quarter": "2019-Q1"}
WHO_MAY_ASK: list[tuple[str, dict[str, Any], set[str]]] = [
    ("regime", {"year": 2019}, EVERYONE),
    ("years", {}, EVERYONE),
    ("year", {}, EVERYONE),
    ("units", {}, EVERYONE),
    ("names", {"cadres": ["an"]}, EVERYONE),
    ("ready", {}, EVERYONE),
    ("plan", {**OF_AN, **QUARTER}, {"an", "ai", *ABOVE}),
    ("plan", {"cadre": "nobody", **QUARTER}, ABOVE),
    ("person", OF_AN, {"an", "ai", "hr", *ABOVE}),
    ("person", {"cadre": "gone"}, {"gone", "ai", "hr", *ABOVE}),
    ("roster", OF_A, {"ai", "hr", *ABOVE}),
    ("roster", {}, {"hr", *ABOVE}),
    ("plans", {**OF_A, **QUARTER}, {"ai", *ABOVE}),
    ("plans", QUARTER, ABOVE),
    ("chain", {**OF_A, **QUARTER}, {"ai", *ABOVE}),
    ("steps", {**OF_A, **QUARTER}, {"ai", *ABOVE}),
    ("steps", QUARTER, ABOVE),
    ("grounds", {**OF_AN, "year": 2019}, {"an", "ai", *ABOVE}),
    ("approvals", {**OF_A, **QUARTER}, {"ai", *ABOVE}),
    ("approvals", QUARTER, ABOVE),
    ("consolidated", {**OF_A, **QUARTER, "step": 0}, {"ai", *ABOVE}),
    ("consolidated", {**QUARTER, "step": 1}, ABOVE),
    ("rows", {"file": "cadres.csv", "year": 2019}, ABOVE),
    ("requests", {}, ABOVE),
    ("erasure", OF_AN, {"an", *ABOVE}),
    ("row-key", {}, {"to"}),
    ("entries", {}, {"hr", *ABOVE}),
    ("departments", {}, {"hr", *ABOVE}),
    ("stored", {}, ABOVE),
    ("heard", {}, ABOVE),
    ("leaves", {}, ABOVE),
    ("leaf", {"position": 1, "leaf": "0" * 16}, EVERYONE),
    ("dossier", OF_AN, {"an", *ABOVE}),
    ("denials", {}, {"thu", "thanh", "auditor"}),
    ("checkpoints", {}, {"operations", *ABOVE}),
    ("parked", {}, {"operations", *ABOVE}),
    ("parked-fact", {"upstream": "visits", "position": 1}, {"operations", *ABOVE}),
    ("view", {"view": "lists"}, {"operations", *ABOVE}),
    ("rebuild-view", {"view": "lists"}, {"operations"}),
]


@pytest.mark.parametrize(("question", "content", "may"), WHO_MAY_ASK)
def test_who_may_ask(question: str, content: dict[str, Any], may: set[str]) -> None:
    shape, _ = {**COMMON, **ANSWERS}[question]
    assert JUDGE.who(EVERYONE, question, shape.model_validate(content)) == may


def test_each_command_and_question_is_looked_at() -> None:
    asked = {type(command) for command, _ in WHO_MAY}
    left = {word.__name__ for word in set(RIGHTS.commands) - asked}
    assert left == {"RecordDenial"}
    assert {question for question, _, _ in WHO_MAY_ASK} == set(RIGHTS.questions)


def test_nobody_writes_in_their_own_file() -> None:
    leave = {"kind": "sick", "from": "2019-03-01", "to": "2019-03-02"}
    recorded = words.LeaveRecorded.model_validate(
        {"leave": "n-2", "cadre": "to", **leave, "recorded_on": "2019-03-03", "year": 2019}
    )
    correct = said(words.CorrectLeave, leave="n-2", **leave, **ON, reason="x")
    for command in (
        said(words.TransferCadre, cadre="to", department="ban-b", **ON),
        said(words.DepartCadre, cadre="to", to="2019-03-31"),
        said(words.RecordLeave, leave="n-3", cadre="to", **leave, recorded_on="2019-03-03"),
        correct,
    ):
        assert JUDGE.after(recorded).asks("to", command) == "own-act", type(command)
    assert JUDGE.after(recorded).asks("thu", correct) == "thu"


def test_nobody_raises_themselves() -> None:
    for one in ("to", "thu"):
        assert JUDGE.asks(one, grant(one, Role.STANDING)) == "own-act"


# --- the day ------------------------------------------------------------------------------------

PLAN_OF_AN = {**OF_AN, **QUARTER}


def asks_of_an(judge: Judge, who: str, for_: str = "") -> str:
    return judge.asks(who, "plan", ANSWERS["plan"][0].model_validate(PLAN_OF_AN), for_)


def test_a_transfer_counts_from_its_day() -> None:
    moved = words.CadreTransferred(cadre="an", department="ban-b", position="", on=TODAY)
    judge = JUDGE.after(moved)
    assert [asks_of_an(judge, who) for who in ("ai", "bac")] == ["not-permitted", "bac"]
    before = judge.on(day("2019-03-09"))
    assert [asks_of_an(before, who) for who in ("ai", "bac")] == ["ai", "not-permitted"]


def test_a_role_counts_from_its_day() -> None:
    judge = JUDGE.after(words.RoleWithdrawn(cadre="ai", on=TODAY, reason="x"))
    assert asks_of_an(judge, "ai") == "not-permitted"
    assert asks_of_an(judge.on(day("2019-03-09")), "ai") == "ai"
    back_dated = said(words.ConsolidatePlans, by="ai", **{**STAGE, "on": "2019-03-01"})
    assert judge.asks("ai", back_dated) == "not-permitted"


# --- delegation ---------------------------------------------------------------------------------


def delegated(
    by: str, to: str, first: date = TODAY, last: date = TODAY
) -> words.AuthorityDelegated:
    return words.AuthorityDelegated(cadre=by, to=to, from_=first, until=last, reason="nghỉ")


CONSOLIDATE = said(words.ConsolidatePlans, by="ai", **STAGE)


def test_a_delegate_acts_for_another_and_stands_on_record_as_both() -> None:
    judge = JUDGE.after(delegated("ai", "anh"))
    assert judge.asks("anh", CONSOLIDATE) == "anh for ai"
    assert judge.asks("anh", CONSOLIDATE, for_="ai") == "anh for ai"
    assert judge.asks("anh", CONSOLIDATE, for_="to") == "not-permitted"
    assert judge.asks("binh", CONSOLIDATE) == "not-permitted"


@pytest.mark.parametrize("today", [day("2019-03-09"), day("2019-03-11")])
def test_a_delegation_is_in_force_today_or_not_at_all(today: date) -> None:
    assert JUDGE.after(delegated("ai", "anh")).on(today).asks("anh", CONSOLIDATE) == "not-permitted"


def test_a_delegate_does_not_act_as_of_a_day_before_the_delegation() -> None:
    earlier = said(words.ConsolidatePlans, by="ai", **{**STAGE, "on": "2019-03-09"})
    assert JUDGE.after(delegated("ai", "anh")).asks("anh", earlier) == "not-permitted"


def test_a_withdrawn_delegation_is_none() -> None:
    judge = JUDGE.after(
        delegated("ai", "anh"),
        words.DelegationWithdrawn(cadre="ai", to="anh", on=TODAY, reason="x"),
    )
    assert judge.asks("anh", CONSOLIDATE) == "not-permitted"


def test_a_delegation_hands_on_no_more_than_the_delegator_still_has() -> None:
    lost = words.RoleWithdrawn(cadre="ai", on=TODAY, reason="x")
    assert JUDGE.after(delegated("ai", "anh"), lost).asks("anh", CONSOLIDATE) == "not-permitted"
    left = words.CadreDeparted(cadre="ai", to=day("2019-03-09"))
    assert JUDGE.after(delegated("ai", "anh"), left).asks("anh", CONSOLIDATE) == "not-permitted"
    gone = JUDGE.after(delegated("ai", "gone"))
    assert gone.asks("gone", CONSOLIDATE) == "not-permitted"


def test_it_is_not_handed_on_again() -> None:
    judge = JUDGE.after(delegated("ai", "anh"), delegated("anh", "binh"))
    assert judge.asks("binh", CONSOLIDATE) == "not-permitted"


def test_a_delegate_asks_as_the_delegator_may() -> None:
    judge = JUDGE.after(delegated("ai", "binh"))
    assert asks_of_an(judge, "binh") == "not-permitted"
    assert asks_of_an(judge, "binh", for_="ai") == "binh for ai"
    assert asks_of_an(judge, "anh", for_="ai") == "not-permitted"


def test_what_is_ones_own_is_not_delegated() -> None:
    judge = JUDGE.after(delegated("ai", "an"))
    assert judge.asks("an", draft("dk-9", "ai"), for_="ai") == "not-permitted"
    assert judge.asks("an", draft("dk-9", "ai")) == "not-permitted"


def test_a_delegate_returns_approves_and_passes_nothing_of_their_own() -> None:
    returns = said(words.ReturnPlan, cadre="an", quarter="2019-Q1", by="ai", **ON, reason="x")
    assert JUDGE.after(delegated("ai", "an")).asks("an", returns) == "own-act"
    assert JUDGE.after(delegated("ai", "anh")).asks("anh", returns) == "anh for ai"


def test_a_delegate_approves_all_but_their_own() -> None:
    facts = after(
        SUBMITTED,
        draft("dk-5", "anh"),
        said(words.SubmitPlan, cadre="anh", quarter="2019-Q1", on="2019-01-04"),
    )
    one_step = (*facts, delegated("ai", "an"))
    judge = Judge(RIGHTS, Known, lambda fact: fact.stream, one_step, TODAY)
    approve = said(words.ApprovePlans, by="ai", **STAGE)
    assert judge.asks("an", approve) == "own-act"
    without = said(words.ApprovePlans, by="ai", **STAGE, without=["an"])
    assert judge.asks("an", without) == "an for ai"


def test_plans_without_some_stay_where_they_lie() -> None:
    world = given(
        consolidated,
        Known,
        *after(
            SUBMITTED,
            draft("dk-5", "anh"),
            said(words.SubmitPlan, cadre="anh", quarter="2019-Q1", on="2019-01-04"),
        ),
    )
    [fact] = world.when(said(words.ConsolidatePlans, by="ai", **STAGE, without=["an"])).facts
    assert isinstance(fact, words.PlansConsolidated)
    assert fact.cadres == ("anh",)
    both = said(words.ConsolidatePlans, by="ai", **STAGE, without=["an", "anh"])
    world.when(both).refused("nothing-to-do")


def test_erasing_takes_two_persons_and_no_delegates() -> None:
    judge = JUDGE.after(delegated("to", "an"), delegated("thu", "an"))
    for by, command in (
        ("to", said(personal.RequestErasure, by="to", **ERASE)),
        ("thu", said(personal.ApproveErasure, cadre="gone", by="thu", **ON)),
    ):
        assert judge.asks("an", command) == "not-permitted"
        assert judge.asks("an", command, for_=by) == "not-permitted"


def test_a_drafted_line_is_its_cadres() -> None:
    judge = JUDGE.after(drafted("dk-7", cadre="binh"))
    assert judge.who(EVERYONE, amend("dk-7")) == {"binh"}


# --- names --------------------------------------------------------------------------------------

ALL = ("ai", "an", "anh", "bac", "binh", "gone", "nobody", "thanh", "thu", "to")


def named(judge: Judge, cadre: str, for_: str = "", office: Office = "") -> set[str]:
    question = ANSWERS["names"][0].model_validate({"cadres": ALL})
    return set(judge.narrowed(cadre, "names", question, for_, office).cadres)


def test_a_cadre_learns_the_names_of_their_department_and_of_those_who_sign() -> None:
    assert named(JUDGE, "an") == {"ai", "an", "anh", "bac", "gone", "thanh", "thu", "to"}
    assert named(JUDGE, "binh") == {"ai", "bac", "binh", "gone", "thanh", "thu", "to"}


def test_who_was_of_the_department_is_still_known_by_name_there() -> None:
    moved = words.CadreTransferred(cadre="an", department="ban-b", position="", on=TODAY)
    assert {"an", "anh"} <= named(JUDGE.after(moved), "ai")
    assert "anh" not in named(JUDGE.after(moved), "an")


def test_who_may_act_for_one_another_know_their_names() -> None:
    judge = JUDGE.after(delegated("an", "binh"))
    assert "binh" in named(judge, "an")
    assert "an" in named(judge, "binh")
    assert "anh" not in named(judge, "binh")


def test_a_delegate_learns_the_names_that_the_delegator_may_know() -> None:
    assert {"an", "anh"} <= named(JUDGE.after(delegated("ai", "binh")), "binh", for_="ai")


@pytest.mark.parametrize("who", ["to", "thu", "auditor", "hr"])
def test_who_may_ask_about_all_learns_all_names(who: str) -> None:
    office: Any = who if who in ("auditor", "hr") else ""
    assert named(JUDGE, "" if office else who, office=office) == set(ALL)


def test_operations_and_who_is_on_no_roster_learn_none() -> None:
    assert named(JUDGE, "", office="operations") == set()
    assert named(JUDGE, "nobody") == set()
