"""Rights (quyền hạn): who may what, by the roster's facts of the day. Pure: no clock, no I/O.

What each service allows stands in its own ``rights.py``: a rule for every command and every
question. Here stands what these rules rest on: the roster as it is heard, in which capacity
somebody asks, and how rules are put together (docs/decisions/0015).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from shared.deciding import Decider, Streams
from shared.language.log import RecordCheckpoint
from shared.language.parking import RetryParked, SkipParked
from shared.language.planning import (
    AuthorityDelegated,
    CadreAppointed,
    CadreDeparted,
    CadreFact,
    CadreTransferred,
    DelegationWithdrawn,
    RoleGranted,
    RoleWithdrawn,
)
from shared.language.rights import RecordDenial
from shared.messages import Command, Fact
from shared.refused import Refused
from shared.values import Role

if TYPE_CHECKING:
    from shared.asker import Asker

T = TypeVar("T")
Dated = tuple[tuple[date, T], ...]
"""Values with the day from which each holds, in the order of these days."""


# --- the roster -------------------------------------------------------------------------------


class Delegation(Struct, frozen=True, gc=False):
    """Ủy quyền: who may act for whom, from one day until another, unless withdrawn before."""

    by: str
    to: str
    from_: date
    until: date
    withdrawn: date | None = None

    def in_force(self, day: date) -> bool:
        """Whether it holds on a day."""
        held = self.from_ <= day <= self.until
        return held and (self.withdrawn is None or day < self.withdrawn)

    def without(self, to: str, on: date) -> Delegation:
        """The same, after the delegation to somebody is withdrawn from a day on."""
        if self.to != to or on > self.until or (self.withdrawn and self.withdrawn <= on):
            return self
        return replace(self, withdrawn=on)


class Holder(Struct, frozen=True):
    """Cán bộ as far as rights rest on the file: departments, roles, employment, delegations."""

    cadre: str
    departments: Dated[str]
    roles: Dated[Role]
    from_: date | None
    to: date | None
    given: tuple[Delegation, ...] = ()

    def department(self, day: date) -> str:
        """The department on a day."""
        return _on(self.departments, day)

    def role(self, day: date) -> Role:
        """The role (chức trách) on a day, employed or not."""
        return _on(self.roles, day)

    def employed(self, day: date) -> bool:
        """Whether the day is one of employment; open where no day is given."""
        return (self.from_ is None or self.from_ <= day) and (self.to is None or day <= self.to)

    def gave(self, to: str) -> bool:
        """Whether this cadre has ever delegated to somebody."""
        return any(one.to == to for one in self.given)

    def delegates(self, to: str, day: date) -> bool:
        """Whether on the day somebody may act for this cadre."""
        return any(one.to == to and one.in_force(day) for one in self.given)


def _on(dated: Dated[T], day: date) -> T:
    return [value for since, value in dated if since <= day][-1]


def _and(dated: Dated[T], since: date, value: T) -> Dated[T]:
    """Of two values from the same day, the one recorded later holds."""
    return tuple(sorted((*dated, (since, value)), key=itemgetter(0)))


def _evolve(holder: Holder | None, fact: Fact) -> Holder | None:
    match fact:
        case CadreAppointed():
            return Holder(
                fact.cadre,
                ((date.min, fact.department),),
                ((date.min, fact.role),),
                fact.from_,
                fact.to,
            )
        case CadreTransferred() if holder is not None:
            departments = _and(holder.departments, fact.on, fact.department)
            return replace(holder, departments=departments)
        case CadreDeparted() if holder is not None:
            return replace(holder, to=fact.to)
        case RoleGranted() if holder is not None:
            return replace(holder, roles=_and(holder.roles, fact.on, fact.role))
        case RoleWithdrawn() if holder is not None:
            return replace(holder, roles=_and(holder.roles, fact.on, Role.CADRE))
        case AuthorityDelegated() if holder is not None:
            now = Delegation(fact.cadre, fact.to, fact.from_, fact.until)
            return replace(holder, given=(*holder.given, now))
        case DelegationWithdrawn() if holder is not None:
            given = tuple(one.without(fact.to, fact.on) for one in holder.given)
            return replace(holder, given=given)
        case CadreFact():
            return holder
        case _:
            raise TypeError(f"{type(fact).__name__} is no fact of a cadre")


def _decide(_state: Any, command: Any, _known: Any) -> NoReturn:
    raise TypeError(f"{type(command).__name__} is not decided by rights")


def _nobody() -> None:
    return None


holder: Decider[Holder | None] = Decider("holder", _nobody, _decide, _evolve)
"""Who holds what; the stream ``cadre/<cadre>``, own or heard."""


# --- who asks ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Who:
    """Somebody signed in, as the roster has them on the day."""

    asker: Asker
    today: date
    streams: Streams

    def holder(self, cadre: str) -> Holder | None:
        """The roster's facts of a cadre; None for one who is not on it."""
        return self.streams.state(holder, f"cadre/{cadre}") if cadre else None

    @cached_property
    def _capacity(self) -> Holder | None:
        """As whom they ask: as themselves, or as one who has delegated to them.

        None outside employment, or where nobody has.
        """
        own = self.holder(self.asker.cadre)
        if own is None or not own.employed(self.today):
            return None
        return self._delegator(self.asker.for_) if self.asker.for_ else own

    def _delegator(self, cadre: str) -> Holder | None:
        """The cadre, if they have delegated to the asker as of today and still may."""
        found = self.holder(cadre)
        if found is None or not found.employed(self.today):
            return None
        return found if found.delegates(self.asker.cadre, self.today) else None

    @property
    def role(self) -> Role | None:
        """The role in which they ask; None for one without."""
        return self._capacity.role(self.today) if self._capacity else None

    @property
    def department(self) -> str | None:
        """The department in which they hold that role."""
        return self._capacity.department(self.today) if self._capacity else None

    @property
    def name(self) -> str:
        """How they stand on record: ``cb-0009``, or ``cb-0009 for cb-0007``."""
        return self._for(self.asker.for_) if self.asker.for_ else self.asker.name

    def _for(self, cadre: str) -> str:
        return f"{self.asker.name} for {cadre}"

    def is_(self, cadre: str | None) -> bool:
        """Whether it is themselves whom this is about; what is one's own is not delegated."""
        return bool(cadre) and cadre == self.asker.cadre and not self.asker.for_

    def acts_as(self, cadre: str | None) -> bool:
        """Whether they may act as this cadre: it is themselves, employed."""
        return self.is_(cadre) and self._capacity is not None

    def leads(self, cadre: str | None) -> bool:
        """Whether they lead the department where the cadre is today."""
        found = self.holder(cadre or "")
        return found is not None and self.leads_department(found.department(self.today))

    def leads_department(self, department: str | None) -> bool:
        """Whether they lead this department today."""
        return self.role is Role.DEPARTMENT_LEADER and department == self.department

    def may_name(self, cadre: str) -> bool:
        """Whether they may know what a cadre is called, of whom they hold the key.

        It is themselves; one who was ever of the department in which they ask; one who ever held
        a role above a cadre's, as those sign for the office; or one of the two has ever
        delegated to the other.
        """
        own, found = self.holder(self.asker.cadre), self.holder(cadre)
        if own is None or found is None:
            return False
        if own.cadre == cadre or any(role is not Role.CADRE for _, role in found.roles):
            return True
        if any(department == self.department for _, department in found.departments):
            return True
        return own.gave(cadre) or found.gave(own.cadre)

    def judges(self, named: str, on: date, authors: Collection[str]) -> str | None:
        """How they stand on record, acting on a day as the one named in a command.

        None where they may not. As themselves, or for one who has delegated to them, as of today
        and of that day; that one holds a role above a cadre's today, too: who held one once does
        not date an act back. Whether they are above the author is the decider's to say; that a
        delegate judges nothing of their own is said here. Raises Refused ``own-act``.
        """
        if self.acts_as(named):
            return self.name if self.role is not Role.CADRE else None
        if self.asker.for_ not in ("", named):
            return None
        own, found = self.holder(self.asker.cadre), self._delegator(named)
        if own is None or found is None or not own.employed(self.today):
            return None
        if not found.delegates(own.cadre, on) or found.role(self.today) is Role.CADRE:
            return None
        if own.cadre in authors:
            raise Refused("own-act", cadre=own.cadre)
        return self._for(named)


# --- rules ------------------------------------------------------------------------------------

Rule = Callable[[Who, Any, Any], str | None]
"""``rule(who, content, known)``: how the asker stands on record; None where they may not.

Raises Refused where more than that is to be said (``own-act``).
"""


Narrowing = Callable[[Who, Any], Any]
"""``narrowing(who, question)``: the question about no more than the asker may know."""


@dataclass(frozen=True)
class Rights:
    """Whom a service allows what: a rule for each command and each question.

    ``narrowed`` holds the questions that are answered in part, not refused, where they name
    somebody of whom the asker may not know.
    """

    commands: Mapping[type[Command], Rule]
    questions: Mapping[str, Rule]
    narrowed: Mapping[str, Narrowing] = field(default_factory=dict)


NOBODY_ELSE = Rights({}, {})
"""Nothing is allowed to those who are signed in."""


def permit(rule: Rule | None, who: Who, content: Any, known: Any) -> str:
    """How the asker stands on record. Raises Refused ``not-permitted``, ``own-act``."""
    found = rule(who, content, known) if rule else None
    if found is None:
        raise Refused("not-permitted", asker=who.name)
    return found


def any_of(*rules: Rule) -> Rule:
    """Whoever one of these allows."""

    def rule(who: Who, content: Any, known: Any) -> str | None:
        return next((name for one in rules if (name := one(who, content, known))), None)

    return rule


def nobody(_who: Who, _content: Any, _known: Any) -> None:
    """Nobody signed in: what programs say among themselves."""
    return None


def everybody(who: Who, _content: Any, _known: Any) -> str:
    """Whoever is signed in."""
    return who.name


def role(*roles: Role) -> Rule:
    """Who holds one of these roles today."""
    return lambda who, content, known: who.name if who.role in roles else None


def office(*offices: str) -> Rule:
    """Who has one of these offices (auditor, operations, hr)."""

    def rule(who: Who, _content: Any, _known: Any) -> str | None:
        asker = who.asker
        return f"{asker.office}:{asker.account}" if asker.office in offices else None

    return rule


def about(cadre: Callable[[Any, Any], str | None]) -> Callable[[Callable[..., bool]], Rule]:
    """``about(cadre)(Who.leads)``: who stands so to the cadre that a content is about."""

    def of(stands: Callable[..., bool]) -> Rule:
        return lambda who, content, known: who.name if stands(who, cadre(content, known)) else None

    return of


def its_cadre(content: Any, _known: Any) -> str | None:
    """The cadre that a command or question names itself."""
    found: str | None = content.cadre
    return found


def judge(named: str, on: str, authors: Callable[[Any, Any], Collection[str]]) -> Rule:
    """Who acts as the one that a command names in a field, on the work of these authors."""

    def rule(who: Who, content: Any, known: Any) -> str | None:
        return who.judges(getattr(content, named), getattr(content, on), authors(content, known))

    return rule


def as_oneself(who: Who, content: Any, _known: Any) -> str | None:
    """Who acts in person as the one named: what takes two persons is not delegated."""
    return who.name if who.acts_as(content.by) else None


def no_author(_content: Any, _known: Any) -> Collection[str]:
    """An act that judges nobody's work."""
    return ()


def its_author(content: Any, _known: Any) -> Collection[str]:
    """The cadre that a command names is the one whose work it judges."""
    return (content.cadre,)


themselves = about(its_cadre)(Who.is_)
"""Who asks about themselves."""
own = about(its_cadre)(Who.acts_as)
"""Who acts on what is their own."""
their_leader = about(its_cadre)(Who.leads)
"""Who leads the department of the cadre in question."""
everything = any_of(role(Role.ORGANISATION, Role.STANDING), office("auditor"))
"""Who may ask all that is asked about people: organisation, standing body, auditor."""


def its_leader(who: Who, content: Any, _known: Any) -> str | None:
    """Who leads the department that a question is restricted to."""
    return who.name if who.leads_department(content.department) else None


COMMON_COMMANDS: dict[type[Command], Rule] = {
    RetryParked: office("operations"),
    SkipParked: office("operations"),
    RecordCheckpoint: nobody,
    RecordDenial: nobody,
}
"""Commands that every service obeys."""

COMMON_QUESTIONS: dict[str, Rule] = {
    "ready": everybody,
    "entries": everything,
    "leaves": everything,
    "leaf": everybody,  # of an entry whose hash they hold already; it tells no content
    "stored": everything,
    "heard": everything,
    "dossier": any_of(themselves, everything),
    "checkpoints": any_of(everything, office("operations")),
    "denials": any_of(role(Role.STANDING), office("auditor")),
    "parked": any_of(everything, office("operations")),
    "parked-fact": any_of(everything, office("operations")),
    "view": any_of(everything, office("operations")),
    "rebuild-view": office("operations"),
}
"""Questions that every service answers; one of them is an act."""
