"""One cadre (cán bộ) as heard from planning: employment, duty, roles and leave.

The stream ``cadre/<cadre>``. Appointment and departure carry no act date of their own and
hold as of every day; roles and leave stand from the day of their act (DOMAIN.md §6).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from msgspec import Struct, field
from msgspec.structs import replace

from appraisal.dated import standing
from appraisal.hearing import only_heard
from shared.deciding import Decider
from shared.language.planning import (
    AuthorityDelegated,
    CadreAppointed,
    CadreDeparted,
    CadreTransferred,
    DelegationWithdrawn,
    LeaveCorrected,
    LeaveRecorded,
    RoleGranted,
    RoleWithdrawn,
    UnitAssigned,
)
from shared.messages import Fact
from shared.refused import Refused
from shared.regime import Regime
from shared.values import Duty, Employment, Role


class Held(Struct, frozen=True, gc=False):
    """Chức trách: a role and the day since when it is held."""

    role: Role
    on: date


class Leave(Struct, frozen=True, gc=False):
    """Lần nghỉ: one version, dated by its recording or correction; both ends included."""

    kind: str
    from_: date
    to: date
    on: date
    filed: int
    """The regime's year under which it is filed."""

    def concerns(self, regime: Regime) -> bool:
        """Whether the leave belongs to the regime's year."""
        return regime.concerns(self.filed, self.from_, self.to)

    @property
    def days(self) -> int:
        """The length of the whole leave, both ends included."""
        return (self.to - self.from_).days + 1


class Person(Struct, frozen=True):
    """Cán bộ; nobody is known under the key while ``cadre`` is empty."""

    cadre: str = ""
    name: str = ""
    department: str = ""
    position: str = ""
    duty: Duty | None = None
    employment: Employment | None = None
    from_: date | None = None
    to: date | None = None
    roles: tuple[Held, ...] = ()
    leave: Mapping[str, tuple[Leave, ...]] = field(default_factory=dict)

    @property
    def known(self) -> bool:
        """Whether anybody was appointed under this key."""
        return bool(self.cadre)

    def role(self, day: date) -> Role | None:
        """The role held on the day; the first one is held since ever."""
        held = standing(self.roles, day)
        return held.role if held else None

    def leaves(self, as_of: date) -> list[Leave]:
        """The leaves recorded as of the day, each as it then stood corrected."""
        return [now for versions in self.leave.values() if (now := standing(versions, as_of))]


def evolve(person: Person, fact: Fact) -> Person:
    """The cadre after the fact."""
    match fact:
        case CadreAppointed():
            return Person(
                cadre=fact.cadre,
                name=fact.name,
                department=fact.department,
                position=fact.position,
                duty=fact.duty,
                employment=fact.employment,
                from_=fact.from_,
                to=fact.to,
                roles=(Held(fact.role, date.min),),
            )
        case CadreTransferred():
            return replace(person, department=fact.department, position=fact.position)
        case CadreDeparted():
            return replace(person, to=fact.to)
        case RoleGranted():
            return replace(person, roles=(*person.roles, Held(fact.role, fact.on)))
        case RoleWithdrawn():
            return replace(person, roles=(*person.roles, Held(Role.CADRE, fact.on)))
        case LeaveRecorded():
            first = Leave(fact.kind, fact.from_, fact.to, fact.recorded_on, fact.year)
            return replace(person, leave={**person.leave, fact.leave: (first,)})
        case LeaveCorrected():
            former = person.leave[fact.leave]
            now = Leave(fact.kind, fact.from_, fact.to, fact.on, former[-1].filed)
            return replace(person, leave={**person.leave, fact.leave: (*former, now)})
        case UnitAssigned() | AuthorityDelegated() | DelegationWithdrawn():
            return person
        case _:
            raise TypeError(f"{type(fact).__name__} is no fact of a cadre")


person = Decider("person", Person, only_heard, evolve)


def not_entitled(actor: Person, by: str, on: date, roles: tuple[Role, ...]) -> Iterator[Refused]:
    """Why ``by`` may not act on the day for the organisation: unknown, or of another role."""
    if not actor.known:
        yield Refused("unknown-cadre", cadre=by)
    elif actor.role(on) not in roles:
        yield Refused("not-authorised", by=by, needs=[role.value for role in roles])
