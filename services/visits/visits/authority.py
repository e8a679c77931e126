"""Thẩm quyền: who stands above whom on a day, and so may confirm, accept or return.

Nobody judges their own; the accepter is above the author (DOMAIN.md §3 and §4,
``own-act`` and ``not-authorised``). Employment dates play no part in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from operator import itemgetter
from typing import TYPE_CHECKING, TypeVar

from shared.refused import Refused
from shared.values import Role

if TYPE_CHECKING:
    from visits.known import Known

What = TypeVar("What")
Dated = tuple[tuple[date, What], ...]
"""What was held, each with its first day, oldest first."""


@dataclass(frozen=True, slots=True)
class Person:
    """Cán bộ: the departments and roles held."""

    cadre: str
    departments: Dated[str]
    roles: Dated[Role]

    @classmethod
    def appointed(cls, cadre: str, department: str, role: Role) -> Person:
        """A person whose first department and role hold since ever."""
        return cls(cadre, ((date.min, department),), ((date.min, role),))

    def transferred(self, department: str, on: date) -> Person:
        """The same person, in another department from the day on."""
        return replace(self, departments=_then(self.departments, on, department))

    def granted(self, role: Role, on: date) -> Person:
        """The same person, with another role from the day on."""
        return replace(self, roles=_then(self.roles, on, role))

    def department(self, on: date) -> str:
        """The department on a day."""
        return _held(self.departments, on)

    def role(self, on: date) -> Role:
        """The role on a day."""
        return _held(self.roles, on)


def _then(
    held: tuple[tuple[date, What], ...], on: date, what: What
) -> tuple[tuple[date, What], ...]:
    """Of two with the same first day, the one recorded later stands behind and wins."""
    return tuple(sorted((*held, (on, what)), key=itemgetter(0)))


def _held(held: Dated[What], on: date) -> What:
    return [what for since, what in held if since <= on][-1]


def above(author: Person, accepter: Person, on: date) -> bool:
    """Whether on the day the accepter stood above the author (DOMAIN.md §4)."""
    role = accepter.role(on)
    match author.role(on):
        case Role.CADRE:
            if role is Role.DEPARTMENT_LEADER:
                return accepter.department(on) == author.department(on)
            return role in (Role.ORGANISATION, Role.STANDING)
        case Role.DEPARTMENT_LEADER:
            return role in (Role.ORGANISATION, Role.STANDING)
        case Role.ORGANISATION:
            return role is Role.STANDING
        case Role.STANDING:
            return role is Role.STANDING and accepter.cadre != author.cadre


def judged_by(author: str | None, by: str, on: date | None, known: Known) -> Iterator[Refused]:
    """Why ``by`` may not judge the author's work on the day.

    In a register's row the author may be unknown and the day missing; what then cannot be
    judged is left to the faults that say so.
    """
    judge = known.person(by)
    person = None if author is None else known.person(author)
    if by == author:
        yield Refused("own-act", cadre=by)
    elif judge is None:
        yield Refused("unknown-cadre", cadre=by)
    elif person is not None and on is not None and not above(person, judge, on):
        yield Refused("not-authorised", cadre=by, author=author)
