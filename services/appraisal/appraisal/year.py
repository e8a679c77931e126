"""One cadre's year (hồ sơ năm): everything heard and recorded of it, and the acts on it.

Classification comes from outside; the assessment is issued as a frozen input to the annual
review and reissued after corrections; a commendation gained by false declarations is
revoked. The stream ``year/<year>/<cadre>``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import date
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from appraisal.heard import STEPS, Entry, Line, Papers, hear_plan
from appraisal.known import Known
from appraisal.person import not_entitled
from appraisal.rules import assess
from shared.deciding import Decider, refuse_first
from shared.language.appraisal import (
    ClassificationRecorded,
    CommendationRevoked,
    InputIssued,
    InputReissued,
    IssueInput,
    OfYear,
    RecordClassification,
    ReissueInput,
    RevokeCommendation,
)
from shared.language.planning import PlanFact
from shared.messages import Fact
from shared.refused import Refused
from shared.values import Role


class CadreYear(Struct, frozen=True):
    """Hồ sơ năm của một cán bộ."""

    lines: dict[str, Line] = field(default_factory=dict)
    visits: dict[str, Entry] = field(default_factory=dict)
    reports: Papers = field(default_factory=dict)
    products: Papers = field(default_factory=dict)
    classifications: tuple[ClassificationRecorded, ...] = ()
    inputs: tuple[InputIssued, ...] = ()
    revoked: tuple[CommendationRevoked, ...] = ()

    def classification(self, as_of: date) -> ClassificationRecorded | None:
        """The latest recorded as of the day; of one day's the one recorded last."""
        known = [one for one in self.classifications if one.recorded_on <= as_of]
        return max(reversed(known), key=lambda one: one.recorded_on, default=None)


def decide(state: CadreYear, command: OfYear, known: Known) -> list[Fact]:
    """What comes of an act on the cadre's year."""
    match command:
        case RecordClassification():
            return _record(state, command, known)
        case IssueInput() | ReissueInput():
            return _issue(state, command, known)
        case RevokeCommendation():
            return _revoke(state, command, known)
        case _:
            raise TypeError(f"{type(command).__name__} is no act on a cadre's year")


def _record(state: CadreYear, command: RecordClassification, known: Known) -> list[Fact]:
    fact = ClassificationRecorded(**command.model_dump())
    if fact in state.classifications:
        return []
    refuse_first(_record_faults(command, known))
    return [fact]


def _record_faults(command: RecordClassification, known: Known) -> Iterator[Refused]:
    yield from _unknown(command, command.recorded_on, known)
    if known.closed(command.year):
        yield Refused("year-closed", year=command.year)


def _issue(state: CadreYear, command: IssueInput | ReissueInput, known: Known) -> list[Fact]:
    """Freeze the assessment as of the day of issue, with all that it was computed from."""
    former = state.inputs[-1] if state.inputs else None
    content: dict[str, Any] = {}
    if version := known.regimes(command.year).in_force(command.on):
        person = known.person(command.cadre)
        content = {
            "assessment": assess(person, state, version.regime, command.on).as_json(),
            "regime_version": version.number,
            "positions": known.positions(),
        }
    if former and _repeats(command, former) and former.assessment == content["assessment"]:
        return []
    refuse_first(_issue_faults(command, former, known))
    sealed = {**command.model_dump(), **content, "digest": digest(**content)}
    if former:
        return [InputReissued(**sealed, supersedes=former.digest)]
    return [InputIssued(**sealed)]


def _repeats(command: IssueInput | ReissueInput, former: InputIssued) -> bool:
    if (command.by, command.on) != (former.by, former.on):
        return False
    match command, former:
        case ReissueInput(), InputReissued():
            return command.reason == former.reason
        case _:
            return isinstance(command, IssueInput)


def _issue_faults(
    command: IssueInput | ReissueInput, former: InputIssued | None, known: Known
) -> Iterator[Refused]:
    yield from _unknown(command, command.on, known)
    if former and isinstance(command, IssueInput):
        yield Refused("out-of-turn", issued_on=former.on, instead="reissue-input, with a reason")
    if not former and isinstance(command, ReissueInput):
        yield Refused("out-of-turn", instead="issue-input")
    yield from _own_act(command, command.by)
    yield from not_entitled(
        known.person(command.by), command.by, command.on, (Role.ORGANISATION, Role.STANDING)
    )


def digest(assessment: dict[str, Any], regime_version: int, positions: dict[str, int]) -> str:
    """The SHA-256, in hexadecimal, of an input's content as canonical JSON.

    Canonical: keys sorted, no spaces, UTF-8 unescaped.
    """
    content = {
        "assessment": assessment,
        "regime_version": regime_version,
        "positions": positions,
    }
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _revoke(state: CadreYear, command: RevokeCommendation, known: Known) -> list[Fact]:
    fact = CommendationRevoked(**command.model_dump())
    if fact in state.revoked:
        return []
    refuse_first(_revoke_faults(state, command, known))
    return [fact]


def _revoke_faults(
    state: CadreYear, command: RevokeCommendation, known: Known
) -> Iterator[Refused]:
    yield from _unknown(command, command.on, known)
    version = known.regimes(command.year).in_force(command.on)
    if version and all(award.title != command.title for award in version.regime.commendation):
        yield Refused("unknown-title", title=command.title)
    if any(former.title == command.title for former in state.revoked):
        yield Refused("out-of-turn", title=command.title, revoked=True)
    yield from _own_act(command, command.by)
    yield from not_entitled(known.person(command.by), command.by, command.on, (Role.STANDING,))


def _unknown(command: OfYear, on: date, known: Known) -> Iterator[Refused]:
    if not known.person(command.cadre).known:
        yield Refused("unknown-cadre", cadre=command.cadre)
    if known.regimes(command.year).in_force(on) is None:
        yield Refused("unknown-regime", year=command.year)


def _own_act(command: OfYear, by: str) -> Iterator[Refused]:
    if by == command.cadre:
        yield Refused("own-act", by=by)


def evolve(state: CadreYear, fact: Fact) -> CadreYear:
    """The cadre's year after a fact, heard or its own."""
    own = replace(
        state,
        lines={**state.lines},
        visits={**state.visits},
        reports={**state.reports},
        products={**state.products},
    )
    return absorb(own, fact)


def absorb(state: CadreYear, fact: Fact) -> CadreYear:
    """As :func:`evolve`, of a year that nobody else holds."""
    if step := STEPS.get(type(fact)):
        return step(state, fact)
    match fact:
        case PlanFact():
            hear_plan(state.lines, fact)
        case ClassificationRecorded():
            return replace(state, classifications=(*state.classifications, fact))
        case InputIssued():
            return replace(state, inputs=(*state.inputs, fact))
        case CommendationRevoked():
            return replace(state, revoked=(*state.revoked, fact))
        case _:
            raise TypeError(f"{type(fact).__name__} is no fact of a cadre's year")
    return state


cadre_year = Decider("cadre-year", CadreYear, decide, evolve, absorb, STEPS)
