"""Requests about personal data, and the two-person decision to erase a person.

Law 91/2025/QH15 (DOMAIN.md §2): a request is answered, logged, and refused with a reason where a
duty stands. A duty to keep the data stands while the cadre is employed, while a year under the
regime in which they were employed is not closed (khóa sổ): its verdicts may still be contested
and corrected; and while another request of theirs is unanswered.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from shared.deciding import Decider, refuse_first
from shared.language.privacy import (
    AnswerRequest,
    ApproveErasure,
    DeadlinesSet,
    ErasureApproved,
    ErasureRequested,
    FinishErasure,
    OfPerson,
    PersonErased,
    RecordRequest,
    RequestAnswered,
    RequestErasure,
    RequestKind,
    RequestRecorded,
    SetDeadlines,
)
from shared.messages import Fact
from shared.refused import Refused
from shared.values import Role

if TYPE_CHECKING:
    from planning.cadre import Cadre
    from planning.known import Known

_WORKING_LIFE = 50
"""Years before the last day of employment, where its first day is not known."""


# --- deadlines --------------------------------------------------------------------------------

Deadlines = tuple[DeadlinesSet, ...]
"""Thời hạn giải quyết, in the order in which they were set."""


def in_force(deadlines: Deadlines, day: date) -> DeadlinesSet | None:
    """The deadlines that hold for what is received on the day: of two, the one from later on."""
    held = [one for one in deadlines if one.from_ <= day]
    return max(held, key=lambda one: one.from_, default=None)


def due_on(deadlines: DeadlinesSet, kind: RequestKind, received_on: date) -> date:
    """The day by which a request is to be answered."""
    match kind:
        case RequestKind.ACCESS:
            days = deadlines.access_days
        case RequestKind.CORRECTION:
            days = deadlines.correction_days
        case RequestKind.ERASURE:
            days = deadlines.erasure_days
    return received_on + timedelta(days=days)


def _set(state: Deadlines, command: SetDeadlines, known: Known) -> list[Fact]:
    fact = DeadlinesSet(**command.model_dump())
    return [] if fact == in_force(state, fact.from_) else [fact]


def _hear(state: Deadlines, fact: Fact) -> Deadlines:
    match fact:
        case DeadlinesSet():
            return (*(one for one in state if one.from_ != fact.from_), fact)
        case _:
            raise TypeError(f"{type(fact).__name__} says nothing of deadlines")


deadlines: Decider[Deadlines] = Decider("deadlines", tuple, _set, _hear)
"""Thời hạn giải quyết yêu cầu; stream ``deadlines/privacy``."""


# --- one person -------------------------------------------------------------------------------


class Request(Struct, frozen=True):
    """Yêu cầu của người có dữ liệu, and its answer."""

    recorded: RequestRecorded
    answered: RequestAnswered | None = None


class Person(Struct, frozen=True):
    """What was asked about one person's data, and how far its erasure has come."""

    requests: dict[str, Request] = field(default_factory=dict)
    asked: ErasureRequested | None = None
    approved: ErasureApproved | None = None
    erased: bool = False


Privacy = RecordRequest | AnswerRequest | RequestErasure | ApproveErasure | FinishErasure


def decide(state: Person, command: Privacy, known: Known) -> list[Fact]:
    """Ghi, trả lời yêu cầu; đề nghị, phê duyệt xoá dữ liệu.

    Raises Refused ``unknown-cadre``, ``unknown-request``, ``unknown-deadlines``,
    ``duplicate-id``, ``out-of-turn``, ``own-act``, ``not-authorised``, ``duty-stands``.
    """
    if isinstance(command, OfPerson) and known.cadre(command.cadre) is None:
        raise Refused("unknown-cadre", cadre=command.cadre)
    match command:
        case RecordRequest():
            return _record(state, command, known)
        case AnswerRequest():
            return _answer(state, command, known)
        case RequestErasure():
            return _ask(state, command, known)
        case ApproveErasure():
            return _approve(state, command, known)
        case FinishErasure() if state.erased:
            return []
        case FinishErasure() if state.approved:
            return [PersonErased(cadre=command.cadre)]
        case FinishErasure():
            raise Refused("out-of-turn", cadre=command.cadre)
        case _:
            raise TypeError(f"{type(command).__name__} is not decided here")


def _record(state: Person, command: RecordRequest, known: Known) -> list[Fact]:
    there = state.requests.get(command.request)
    if there is not None:
        row = there.recorded
        if (row.kind, row.received_on, row.text) == (
            command.kind,
            command.received_on,
            command.text,
        ):
            return []
    if there is not None or known.named(f"request/{command.request}"):
        raise Refused("duplicate-id", request=command.request)
    law = in_force(known.deadlines(), command.received_on)
    if law is None:
        raise Refused("unknown-deadlines", received_on=command.received_on)
    return [
        RequestRecorded(
            **command.model_dump(),
            due_on=due_on(law, command.kind, command.received_on),
            basis=f"{law.number}, {law.date.isoformat()}, {law.issuer}",
        )
    ]


def _answer(state: Person, command: AnswerRequest, known: Known) -> list[Fact]:
    there = state.requests.get(command.request)
    if there is None:
        raise Refused("unknown-request", request=command.request)
    cadre = there.recorded.cadre
    fact = RequestAnswered(cadre=cadre, **command.model_dump())
    if there.answered == fact:
        return []
    refuse_first(_answer_faults(there, fact, known))
    return [fact]


def _answer_faults(there: Request, fact: RequestAnswered, known: Known) -> Iterator[Refused]:
    if there.answered is not None or fact.on < there.recorded.received_on:
        yield Refused("out-of-turn", request=fact.request)
    yield from _not_entitled(fact.by, fact.on, (fact.cadre,), known)


def _ask(state: Person, command: RequestErasure, known: Known) -> list[Fact]:
    fact = ErasureRequested(**command.model_dump())
    if state.asked == fact:
        return []
    refuse_first(_ask_faults(state, fact, known))
    return [fact]


def _ask_faults(state: Person, fact: ErasureRequested, known: Known) -> Iterator[Refused]:
    if state.approved is not None:
        yield Refused("out-of-turn", cadre=fact.cadre, approved_on=state.approved.on)
    yield from _not_entitled(fact.by, fact.on, (fact.cadre,), known)
    yield from duties(state, known.the_cadre(fact.cadre), fact.on, known)


def _approve(state: Person, command: ApproveErasure, known: Known) -> list[Fact]:
    fact = ErasureApproved(**command.model_dump())
    if state.approved == fact:
        return []
    refuse_first(_approve_faults(state, fact, known))
    return [fact]


def _approve_faults(state: Person, fact: ErasureApproved, known: Known) -> Iterator[Refused]:
    asked = state.asked
    if asked is None or state.approved is not None or fact.on < asked.on:
        yield Refused("out-of-turn", cadre=fact.cadre)
        return
    yield from _not_entitled(fact.by, fact.on, (fact.cadre, asked.by), known)
    if not any(_role(by, on, known) is Role.STANDING for by, on in _both(asked, fact)):
        yield Refused("not-authorised", by=fact.by, needs=[Role.STANDING.value])
    yield from duties(state, known.the_cadre(fact.cadre), fact.on, known)


def _both(asked: ErasureRequested, fact: ErasureApproved) -> tuple[tuple[str, date], ...]:
    return (asked.by, asked.on), (fact.by, fact.on)


def _role(by: str, on: date, known: Known) -> Role | None:
    found = known.cadre(by)
    return found.role_on(on) if found else None


def _not_entitled(by: str, on: date, own: tuple[str, ...], known: Known) -> Iterator[Refused]:
    """Why ``by`` may not act: unknown, one of those whose own it is, or without authority."""
    role = _role(by, on, known)
    if role is None:
        yield Refused("unknown-cadre", cadre=by)
    if by in own:
        yield Refused("own-act", by=by)
    if role not in (None, Role.ORGANISATION, Role.STANDING):
        yield Refused("not-authorised", by=by, needs=["organisation", "standing"])


def duties(state: Person, cadre: Cadre, on: date, known: Known) -> Iterator[Refused]:
    """``duty-stands`` for the first duty to keep the person's data."""
    key = cadre.appointed.cadre
    if cadre.to is None or cadre.to >= on:
        yield Refused("duty-stands", cadre=key, employed_until=cadre.to)
        return
    since = cadre.appointed.from_
    first = since.year if since else cadre.to.year - _WORKING_LIFE
    for year in range(first, cadre.to.year + 1):
        if known.regime(year) is not None and not known.closed(year):
            yield Refused("duty-stands", cadre=key, year_not_closed=year)
            return
    for id, one in state.requests.items():
        if one.answered is None and one.recorded.kind is not RequestKind.ERASURE:
            yield Refused("duty-stands", cadre=key, request_not_answered=id)
            return


def evolve(state: Person, fact: Fact) -> Person:
    """The person's requests and erasure after the fact."""
    match fact:
        case RequestRecorded():
            return replace(state, requests={**state.requests, fact.request: Request(fact)})
        case RequestAnswered():
            answered = replace(state.requests[fact.request], answered=fact)
            return replace(state, requests={**state.requests, fact.request: answered})
        case ErasureRequested():
            return replace(state, asked=fact)
        case ErasureApproved():
            return replace(state, approved=fact)
        case PersonErased():
            return replace(state, erased=True)
        case _:
            raise TypeError(f"{type(fact).__name__} does not belong to a person's data")


privacy: Decider[Person] = Decider("privacy", Person, decide, evolve)
"""Dữ liệu cá nhân của một người; stream ``privacy/<cadre>``."""
