"""What the visits service knows when it decides: what it has heard, and every visit.

Heard facts of planning and appraisal lie in their owners' streams (:mod:`visits.hearing`)
and are folded here only as far as the rules of DOMAIN.md §4 ask for them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NoReturn, TypeVar

from shared.deciding import Decider, Streams
from shared.language.appraisal import YearClosed, YearReopened
from shared.language.planning import (
    CadreAppointed,
    CadreFact,
    CadreTransferred,
    LineDrafted,
    LineDropped,
    PlanApproved,
    PlanFact,
    RegimeFact,
    RoleGranted,
    RoleWithdrawn,
    UnitClosed,
    UnitFact,
    UnitRegistered,
)
from shared.messages import Fact
from shared.refused import Refused
from shared.regime import Regime
from shared.values import Level, Role
from visits.authority import Person
from visits.diary import Visit, diary
from visits.difficulty import difficulty
from visits.product import product
from visits.report import report

State = TypeVar("State")


@dataclass(frozen=True, slots=True)
class Unit:
    """Cơ sở: its level and dates of validity, open where there is none."""

    level: Level
    from_: date | None
    to: date | None

    def exists(self, first: date, last: date) -> bool:
        """Whether the unit exists on every date from ``first`` to ``last``."""
        return (self.from_ is None or self.from_ <= first) and (self.to is None or last <= self.to)


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of one cadre's quarter plan that a visit may name."""

    cadre: str = ""
    standing: frozenset[str] = frozenset()
    approved: frozenset[str] = frozenset()


class Known:
    """The lookups of the visits service."""

    def __init__(self, streams: Streams) -> None:
        self._streams = streams

    def person(self, cadre: str) -> Person | None:
        """The cadre with dated departments and roles; None for one not on the roster."""
        return self._streams.state(_PERSON, f"cadre/{cadre}")

    def unit(self, unit: str) -> Unit | None:
        """The base unit; None for one not registered."""
        return self._streams.state(_UNIT, f"unit/{unit}")

    def line(self, line: str) -> str | None:
        """The cadre whose plan line it is; None for one not drafted, or dropped as a draft."""
        stream = self._streams.named(f"line/{line}")
        if stream is None:
            return None
        lines = self._streams.state(_LINES, stream)
        return lines.cadre if line in lines.standing else None

    def regime(self, year: int) -> Regime | None:
        """The year's regime in its current version; None where none is enacted."""
        return self._streams.state(_REGIME, f"regime/{year}")

    def closed(self, year: int) -> bool:
        """Whether the year's books are closed."""
        return self._streams.state(_CLOSED, f"closing/{year}")

    def visit(self, visit: str) -> Visit | None:
        """The visit as it stands, in whichever diary; None for one never logged."""
        stream = self._streams.named(f"visit/{visit}")
        return None if stream is None else self._streams.state(diary, stream).visits.get(visit)

    def author(self, stream: str) -> str | None:
        """The cadre whose report, product report or difficulty the stream is; None for nobody."""
        kind = stream.partition("/")[0]
        found = self._streams.state(_PAPERS[kind], stream)
        return found.cadre if found else None

    def year_faults(self, year: int) -> Iterator[Refused]:
        """Why nothing may be recorded under the year."""
        if self.regime(year) is None:
            yield Refused("unknown-regime", year=year)
        if self.closed(year):
            yield Refused("year-closed", year=year)


# --- how heard facts are folded ---------------------------------------------------------------


def _evolve_person(person: Person | None, fact: Fact) -> Person | None:
    match fact:
        case CadreAppointed():
            return Person.appointed(fact.cadre, fact.department, fact.role)
        case CadreTransferred() if person is not None:
            return person.transferred(fact.department, fact.on)
        case RoleGranted() if person is not None:
            return person.granted(fact.role, fact.on)
        case RoleWithdrawn() if person is not None:
            return person.granted(Role.CADRE, fact.on)
        case CadreFact():
            return person
        case _:
            raise TypeError(f"no fact of a cadre: {fact!r}")


def _evolve_unit(unit: Unit | None, fact: Fact) -> Unit | None:
    match fact:
        case UnitRegistered():
            return Unit(fact.level, fact.from_, fact.to)
        case UnitClosed() if unit is not None:
            return replace(unit, to=fact.to)
        case UnitFact():
            return unit
        case _:
            raise TypeError(f"no fact of a unit: {fact!r}")


def _evolve_lines(lines: Lines, fact: Fact) -> Lines:
    """A draft that is dropped is gone; a line once approved stays, visits may rest on it."""
    match fact:
        case LineDrafted():
            return replace(lines, cadre=fact.cadre, standing=lines.standing | {fact.line})
        case LineDropped() if fact.line not in lines.approved:
            return replace(lines, standing=lines.standing - {fact.line})
        case PlanApproved():
            return replace(lines, approved=lines.approved | set(fact.lines))
        case PlanFact():
            return lines
        case _:
            raise TypeError(f"no fact of a plan: {fact!r}")


def _evolve_regime(regime: Regime | None, fact: Fact) -> Regime | None:
    match fact:
        case RegimeFact():
            return fact.regime
        case _:
            raise TypeError(f"no fact of a regime: {fact!r}")


def _evolve_closed(closed: bool, fact: Fact) -> bool:
    match fact:
        case YearClosed():
            return True
        case YearReopened():
            return False
        case _:
            raise TypeError(f"no fact of a closing: {fact!r}")


def _heard(
    name: str, initial: Callable[[], State], evolve: Callable[[State, Fact], State]
) -> Decider[State]:
    """A stream of another service: folded here, decided there."""

    def decide(state: State, command: Any, known: Any) -> NoReturn:
        raise TypeError(f"{name} is decided by another service")

    return Decider(name, initial, decide, evolve)


def _nothing() -> None:
    return None


_PERSON: Decider[Person | None] = _heard("cadre", _nothing, _evolve_person)
_UNIT: Decider[Unit | None] = _heard("unit", _nothing, _evolve_unit)
_LINES: Decider[Lines] = _heard("plan", Lines, _evolve_lines)
_REGIME: Decider[Regime | None] = _heard("regime", _nothing, _evolve_regime)
_CLOSED: Decider[bool] = _heard("closing", bool, _evolve_closed)
_PAPERS: dict[str, Decider[Any]] = {one.name: one for one in (report, product, difficulty)}
"""What has an author, by the first word of its stream."""
