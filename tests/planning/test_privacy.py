"""Personal data: requests with their deadlines, and erasure by two persons where no duty stands."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given as whatever
from hypothesis import strategies as st

from planning.known import Known
from planning.privacy import deadlines, due_on, in_force, privacy
from shared.deciding import Decider
from shared.language.appraisal import YearReopened
from shared.language.planning import CadreDeparted, RegimeEnacted
from shared.language.privacy import (
    AnswerRequest,
    ApproveErasure,
    DeadlinesSet,
    ErasureApproved,
    ErasureRequested,
    FinishErasure,
    Outcome,
    PersonErased,
    PrivacyCommand,
    RecordRequest,
    RequestAnswered,
    RequestErasure,
    RequestKind,
    RequestRecorded,
    SetDeadlines,
)
from shared.messages import Command, Fact
from spec import Given, given
from spec import Outcome as Came

from .office import CLOSED, REGIME, STAFF, appointed, day

LAW: dict[str, Any] = {"number": "91/2025/QH15", "date": day("2025-06-26"), "issuer": "Quốc hội"}
SET = SetDeadlines(
    **LAW, from_=day("2019-01-01"), access_days=10, correction_days=15, erasure_days=20
)
HELD = DeadlinesSet(**SET.model_dump())
GONE = CadreDeparted(cadre="an", to=day("2019-12-31"))
ON = day("2020-02-10")
NO_DUTY: tuple[Fact, ...] = (*STAFF, RegimeEnacted(regime=REGIME), GONE, CLOSED, HELD)
"""Nothing stands in the way of erasing ``an``."""
ASK = RequestErasure(cadre="an", by="to", on=ON, reason="theo yêu cầu")
ASKED = ErasureRequested(**ASK.model_dump())
APPROVE = ApproveErasure(cadre="an", by="thu", on=ON)
APPROVED = ErasureApproved(**APPROVE.model_dump())
ERASED = PersonErased(cadre="an")
FINISH = FinishErasure(cadre="an")


def before(*facts: Fact, of: Decider[Any] = privacy) -> Given:
    return given(of, Known, *facts)


def request(kind: RequestKind = RequestKind.ERASURE, id: str = "yc-1") -> RecordRequest:
    return RecordRequest(cadre="an", request=id, kind=kind, received_on=day("2020-02-01"), text="t")


def recorded(kind: RequestKind = RequestKind.ERASURE, id: str = "yc-1") -> RequestRecorded:
    """What comes of the request."""
    [fact] = before(*STAFF, HELD).when(request(kind, id)).facts
    assert isinstance(fact, RequestRecorded)
    return fact


# --- deadlines and requests ---------------------------------------------------------------------


def test_deadlines_are_set_once_with_their_legal_basis() -> None:
    before(of=deadlines).when(SET).then(HELD)
    before(HELD, of=deadlines).when(SET).then()


def test_a_request_is_due_as_the_law_in_force_when_it_came_says() -> None:
    later = HELD.model_copy(update={"from_": day("2020-02-02"), "erasure_days": 5})
    before(*STAFF, HELD, later).when(request()).then(
        RequestRecorded(
            **request().model_dump(),
            due_on=day("2020-02-21"),
            basis="91/2025/QH15, 2025-06-26, Quốc hội",
        )
    )


@whatever(
    st.lists(st.tuples(st.dates(date(2019, 1, 1), date(2021, 1, 1)), st.integers(1, 366))),
    st.dates(date(2018, 1, 1), date(2022, 1, 1)),
)
def test_of_all_deadlines_the_last_one_before_the_day_holds(
    all: list[tuple[date, int]], received: date
) -> None:
    state: Any = deadlines.initial()
    for since, days in all:
        state = deadlines.evolve(
            state, HELD.model_copy(update={"from_": since, "access_days": days})
        )
    held = dict(pair for pair in all if pair[0] <= received)
    found = in_force(state, received)
    if not held:
        assert found is None
    else:
        assert found is not None
        due = due_on(found, RequestKind.ACCESS, received)
        assert due == received + timedelta(days=held[max(held)])


def test_a_request_is_recorded_once() -> None:
    there = before(*STAFF, HELD, recorded())
    there.when(request()).then()
    there.when(request(RequestKind.ACCESS)).refused("duplicate-id")
    there.when(request().model_copy(update={"cadre": "binh"})).refused("duplicate-id")


def test_a_request_needs_deadlines_and_somebody_it_is_about() -> None:
    before(*STAFF).when(request()).refused("unknown-deadlines")
    before(HELD).when(request()).refused("unknown-cadre")


ANSWER = AnswerRequest(
    request="yc-1", outcome=Outcome.REFUSED, answer="sổ năm chưa khóa", by="to", on=ON
)
ANSWERED = RequestAnswered(cadre="an", **ANSWER.model_dump())


def test_a_request_is_answered_once() -> None:
    before(*STAFF, HELD, recorded()).when(ANSWER).then(ANSWERED)
    there = before(*STAFF, HELD, recorded(), ANSWERED)
    there.when(ANSWER).then()
    there.when(ANSWER.model_copy(update={"answer": "khác"})).refused("out-of-turn")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"by": "an"}, "own-act"),
        ({"by": "ai"}, "not-authorised"),
        ({"by": "ghost"}, "unknown-cadre"),
        ({"on": day("2020-01-31")}, "out-of-turn"),
        ({"request": "yc-9"}, "unknown-request"),
    ],
)
def test_who_answers_has_authority_and_is_not_concerned(change: dict[str, Any], code: str) -> None:
    answer = ANSWER.model_copy(update=change)
    before(*STAFF, HELD, recorded()).when(answer).refused(code)


# --- erasure ------------------------------------------------------------------------------------


def test_one_person_asks_another_approves_then_it_is_done() -> None:
    before(*NO_DUTY).when(ASK).then(ASKED)
    before(*NO_DUTY, ASKED).when(APPROVE).then(APPROVED)
    before(*NO_DUTY, ASKED, APPROVED).when(FINISH).then(ERASED)


def test_the_same_again_changes_nothing() -> None:
    done = before(*NO_DUTY, ASKED, APPROVED, ERASED)
    for command in (ASK, APPROVE, FINISH):
        done.when(command).then()


@pytest.mark.parametrize("command", [APPROVE, FINISH])
def test_nothing_is_approved_or_finished_that_nobody_asked_for(command: PrivacyCommand) -> None:
    before(*NO_DUTY).when(command).refused("out-of-turn")


def test_it_is_not_finished_before_it_is_approved() -> None:
    before(*NO_DUTY, ASKED).when(FINISH).refused("out-of-turn")


def test_what_is_approved_is_not_asked_for_again() -> None:
    again = ASK.model_copy(update={"reason": "khác"})
    before(*NO_DUTY, ASKED).when(again).then(ErasureRequested(**again.model_dump()))
    before(*NO_DUTY, ASKED, APPROVED).when(again).refused("out-of-turn")


def test_it_is_not_approved_before_it_was_asked_for() -> None:
    early = APPROVE.model_copy(update={"on": day("2020-02-09")})
    before(*NO_DUTY, ASKED).when(early).refused("out-of-turn")


PEOPLE = st.sampled_from(["an", "ai", "binh", "to", "thu", "thanh", "ghost"])


@whatever(cadre=st.sampled_from(["an", "to", "thu"]), first=PEOPLE, second=PEOPLE)
def test_whoever_is_erased_two_others_with_authority_decided_it(
    cadre: str, first: str, second: str
) -> None:
    facts = (*NO_DUTY, CadreDeparted(cadre=cadre, to=day("2019-12-31")))

    def came(more: tuple[Fact, ...], command: Command) -> Came:
        return before(*facts, *more).when(command)

    asked = came((), RequestErasure(cadre=cadre, by=first, on=ON, reason="r"))
    approval = ApproveErasure(cadre=cadre, by=second, on=ON)
    done = asked.facts and came(asked.facts, approval).facts
    authority, standing = {"to", "thu", "thanh"}, {"thu", "thanh"}
    wanted = (
        first != second
        and cadre not in (first, second)
        and {first, second} <= authority
        and bool({first, second} & standing)
    )
    assert bool(done) is wanted


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ((CLOSED,), "employed_until"),
        ((CLOSED, CadreDeparted(cadre="an", to=ON)), "employed_until"),
        ((GONE,), "year_not_closed"),
        (
            (GONE, CLOSED, YearReopened(year=2019, by="to", on=ON, reason="sót")),
            "year_not_closed",
        ),
        ((GONE, CLOSED, recorded(RequestKind.ACCESS)), "request_not_answered"),
    ],
    ids=["employed", "until today", "year open", "year reopened", "request open"],
)
def test_where_a_duty_stands_it_is_refused_with_the_reason(
    facts: tuple[Fact, ...], why: str
) -> None:
    there = (*STAFF, RegimeEnacted(regime=REGIME), HELD, *facts)
    assert why in before(*there).when(ASK).refused("duty-stands")
    assert why in before(*there, ASKED).when(APPROVE).refused("duty-stands")


def test_a_request_to_be_erased_and_an_answered_one_stand_in_no_ones_way() -> None:
    answered = (recorded(RequestKind.ACCESS), ANSWERED, recorded(id="yc-2"))
    before(*NO_DUTY, *answered).when(ASK).then(ASKED)


def test_a_year_before_the_person_came_is_nobodys_duty() -> None:
    late = appointed("moi", "ban-a", from_=day("2020-01-01"), to=day("2020-01-31"))
    there = (*STAFF, late, RegimeEnacted(regime=REGIME))
    ask = ASK.model_copy(update={"cadre": "moi"})
    before(*there).when(ask).then(ErasureRequested(**ask.model_dump()))


def test_nobody_unknown_is_erased() -> None:
    for command in (ASK, APPROVE, FINISH):
        before(HELD).when(command).refused("unknown-cadre")
