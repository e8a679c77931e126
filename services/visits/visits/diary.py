"""Sổ đi cơ sở: all visits of one cadre in one year, from log to confirmation.

Stream ``diary/<year>/<cadre>``. Nothing is edited: a correction supersedes a version and
has to be confirmed anew, a voiding ends the visit (DOMAIN.md §3 and §4).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import chain
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field
from msgspec.structs import asdict, replace

from shared.deciding import Decider, Steps, begun, by_word, refuse_first
from shared.language.visits import (
    AttachEvidence,
    ConfirmVisit,
    CorrectVisit,
    DiaryFact,
    EnterVisit,
    EvidenceAttached,
    LogVisit,
    VisitConfirmed,
    VisitCorrected,
    VisitLogged,
    VisitVoided,
    VoidVisit,
)
from shared.messages import Fact
from shared.refused import Refused
from shared.values import Level, Portion
from visits.authority import judged_by

if TYPE_CHECKING:
    from visits.known import Known

FROM_REGISTER = "theo sổ nhập"
"""The reason of a voiding that a register's row tells without one."""


class Trip(Struct, frozen=True, gc=False):
    """What one version of a visit says: where, what for, when, on what evidence."""

    unit: str
    kind: str
    line: str
    from_: date
    to: date
    portion: Portion
    evidence: str | None
    evidence_no: str

    @classmethod
    def of(cls, word: LogVisit | CorrectVisit | VisitLogged | VisitCorrected) -> Trip:
        """The trip that a command or a fact tells."""
        return cls(
            word.unit,
            word.kind,
            word.line,
            word.from_,
            word.to,
            word.portion,
            word.evidence,
            word.evidence_no,
        )


class File(Struct, frozen=True, gc=False):
    """Tệp minh chứng: which file, what it is called and what opens it."""

    digest: str
    name: str
    media_type: str
    size: int
    key: str
    on: date


class Visit(Struct, frozen=True, gc=False):
    """Lượt đi cơ sở as it stands: the current version, its confirmation, its voiding."""

    visit: str
    cadre: str
    year: int
    trip: Trip
    logged_on: date
    """Of a corrected visit the day of the correction."""
    confirmed_on: date | None = None
    confirmed_by: str | None = None
    voided_on: date | None = None
    voided_why: str = ""
    corrected_why: str = ""
    """Of a corrected visit why it was corrected last."""
    files: tuple[File, ...] = ()

    @property
    def whose(self) -> dict[str, Any]:
        """What every fact of the visit carries."""
        return {"visit": self.visit, "cadre": self.cadre, "year": self.year}

    @property
    def logged(self) -> Visit:
        """The current version as it was logged, before any other act."""
        return Visit(self.visit, self.cadre, self.year, self.trip, self.logged_on)


class Diary(Struct, frozen=True):
    """Sổ đi cơ sở: the visits by id, in the order in which they were logged."""

    visits: dict[str, Visit] = field(default_factory=dict)


def decide(
    diary: Diary,
    command: LogVisit | ConfirmVisit | CorrectVisit | VoidVisit | AttachEvidence,
    known: Known,
) -> list[Fact]:
    """What a command comes to on one diary; raises Refused."""
    match command:
        case EnterVisit():
            return _enter(command, known)
        case LogVisit():
            return _log(command, known)
    visit = diary.visits.get(command.visit)
    if visit is None:
        raise Refused("unknown-visit", visit=command.visit)
    fact: VisitConfirmed | VisitVoided | EvidenceAttached
    match command:
        case CorrectVisit():
            return _correct(visit, command, known)
        case ConfirmVisit(confirmed_by=by, confirmed_on=on):
            fact = VisitConfirmed(**visit.whose, confirmed_by=by, confirmed_on=on)
            faults = _confirming(visit, by, on, known)
        case VoidVisit(voided_on=on):
            fact = VisitVoided(**visit.whose, voided_on=on, reason=command.reason)
            faults = _voiding(visit, on)
        case AttachEvidence(on=on):
            if any(one.digest == command.digest for one in visit.files):
                return []
            fact = EvidenceAttached(**{**command.model_dump(), **visit.whose})
            faults = _voiding(visit, on)
        case _:
            raise TypeError(f"no command of a diary: {command!r}")
    if _after(visit, fact) == visit:
        return []
    refuse_first(chain(known.year_faults(visit.year), faults))
    return [fact]


def _log(command: LogVisit, known: Known) -> list[Fact]:
    told = _told(command)
    standing = known.visit(told.visit)
    if standing is not None:
        if standing.logged == told:
            return []
        raise Refused("duplicate-id", visit=told.visit)
    refuse_first(_logging(told, known))
    return [_logged(told, known)]


def _enter(command: EnterVisit, known: Known) -> list[Fact]:
    by, on, voided_on = command.confirmed_by, command.confirmed_on, command.voided_on
    told = _told(command)
    standing = known.visit(told.visit)
    if standing is not None:
        row = replace(told, confirmed_on=on, confirmed_by=by, voided_on=voided_on)
        if replace(standing, voided_why="", corrected_why="", files=()) == row:
            return []
        raise Refused("duplicate-id", visit=told.visit)
    refuse_first(
        chain(
            _logging(told, known),
            _confirming(told, by, on, known),
            () if voided_on is None else _voiding(told, voided_on),
        )
    )
    facts: list[Fact] = [_logged(told, known)]
    if by is not None and on is not None:
        facts.append(VisitConfirmed(**told.whose, confirmed_by=by, confirmed_on=on))
    if voided_on is not None:
        facts.append(VisitVoided(**told.whose, voided_on=voided_on, reason=FROM_REGISTER))
    return facts


def _correct(visit: Visit, command: CorrectVisit, known: Known) -> list[Fact]:
    told = replace(visit, trip=Trip.of(command), logged_on=command.on)
    if told.trip == visit.trip:
        return []
    refuse_first(chain(_voiding(visit, command.on), _logging(told, known)))
    return [
        VisitCorrected(
            **told.whose,
            **asdict(told.trip),
            level=_level(told, known),
            on=command.on,
            reason=command.reason,
        )
    ]


def _told(command: LogVisit) -> Visit:
    """The visit as it was logged, in the command's words."""
    return Visit(command.visit, command.cadre, command.filed, Trip.of(command), command.logged_on)


def _logged(visit: Visit, known: Known) -> VisitLogged:
    return VisitLogged(
        **visit.whose,
        **asdict(visit.trip),
        level=_level(visit, known),
        logged_on=visit.logged_on,
    )


def _level(visit: Visit, known: Known) -> Level:
    unit = known.unit(visit.trip.unit)
    if unit is None:
        raise Refused("unknown-unit", unit=visit.trip.unit)
    return unit.level


# --- why an act is refused --------------------------------------------------------------------


def _logging(visit: Visit, known: Known) -> Iterator[Refused]:
    """Why the visit may not stand as told."""
    trip, year = visit.trip, visit.year
    yield from known.year_faults(year)
    if known.person(visit.cadre) is None:
        yield Refused("unknown-cadre", cadre=visit.cadre)
    unit = known.unit(trip.unit)
    if unit is None:
        yield Refused("unknown-unit", unit=trip.unit)
    elif not unit.exists(trip.from_, trip.to):
        yield Refused("unit-not-valid", unit=trip.unit)
    regime = known.regime(year)
    if regime is not None and regime.kind(trip.kind) is None:
        yield Refused("unknown-kind", kind=trip.kind)
    if trip.line and known.line(trip.line) != visit.cadre:
        yield Refused("unknown-line", line=trip.line)
    if trip.from_ > trip.to:
        yield Refused("dates-reversed", **{"from": str(trip.from_), "to": str(trip.to)})
    if not trip.from_.year == trip.to.year == year:
        yield Refused("outside-year", year=year)
    if visit.logged_on < trip.to:
        yield Refused("logged-early", logged_on=str(visit.logged_on), to=str(trip.to))


def _voiding(visit: Visit, on: date) -> Iterator[Refused]:
    """Why the visit may not be voided, corrected or given a file on the day."""
    if visit.voided_on is not None:
        yield Refused("out-of-turn", voided_on=str(visit.voided_on))
    if on < visit.logged_on:
        yield Refused("out-of-turn", on=str(on), logged_on=str(visit.logged_on))


def _confirming(visit: Visit, by: str | None, on: date | None, known: Known) -> Iterator[Refused]:
    """Why the visit may not be confirmed so; a register's row need not confirm it."""
    if (by is None) != (on is None):
        yield Refused("out-of-turn", missing="confirmed_by" if by is None else "confirmed_on")
    if visit.voided_on is not None:
        yield Refused("out-of-turn", voided_on=str(visit.voided_on))
    if visit.confirmed_on is not None:
        yield Refused("out-of-turn", confirmed_on=str(visit.confirmed_on))
    if on is not None and on < visit.logged_on:
        yield Refused("out-of-turn", confirmed_on=str(on), logged_on=str(visit.logged_on))
    its_own = by == visit.trip.unit != visit.cadre and known.unit(visit.trip.unit) is not None
    if by is None or its_own:
        return  # a visit may also be confirmed by its own unit
    if known.person(by) is None and known.unit(by) is not None:
        yield Refused("not-authorised", unit=by)
    else:
        yield from judged_by(visit.cadre, by, on, known)


# --- how facts change a diary -----------------------------------------------------------------


def evolve(diary: Diary, fact: Fact) -> Diary:
    """The diary after a fact."""
    return absorb(Diary({**diary.visits}), fact)


def _lay_logged(diary: Diary, fact: VisitLogged) -> Diary:
    trip = Trip.of(fact)
    diary.visits[fact.visit] = Visit(fact.visit, fact.cadre, fact.year, trip, fact.logged_on)
    return diary


def _lay_confirmed(diary: Diary, fact: VisitConfirmed) -> Diary:
    visit = begun(diary.visits.get(fact.visit), fact)
    diary.visits[fact.visit] = replace(
        visit, confirmed_on=fact.confirmed_on, confirmed_by=fact.confirmed_by
    )
    return diary


def _lay_corrected(diary: Diary, fact: VisitCorrected) -> Diary:
    visit = begun(diary.visits.get(fact.visit), fact)
    diary.visits[fact.visit] = replace(
        visit.logged,
        trip=Trip.of(fact),
        logged_on=fact.on,
        corrected_why=fact.reason,
        files=visit.files,
    )
    return diary


def _lay_voided(diary: Diary, fact: VisitVoided) -> Diary:
    visit = begun(diary.visits.get(fact.visit), fact)
    diary.visits[fact.visit] = replace(visit, voided_on=fact.voided_on, voided_why=fact.reason)
    return diary


def _lay_file(diary: Diary, fact: EvidenceAttached) -> Diary:
    visit = begun(diary.visits.get(fact.visit), fact)
    file = File(fact.digest, fact.name, fact.media_type, fact.size, fact.key, fact.on)
    diary.visits[fact.visit] = replace(visit, files=(*visit.files, file))
    return diary


_STEPS: Steps[Diary] = {
    VisitLogged: _lay_logged,
    VisitConfirmed: _lay_confirmed,
    VisitCorrected: _lay_corrected,
    VisitVoided: _lay_voided,
    EvidenceAttached: _lay_file,
}
absorb = by_word(_STEPS)
"""As :func:`evolve`, of a diary that nobody else holds."""


def _after(visit: Visit, fact: DiaryFact) -> Visit:
    """The visit after an act on it."""
    return absorb(Diary({visit.visit: visit}), fact).visits[visit.visit]


diary = Decider("diary", Diary, decide, evolve, absorb, _STEPS)
