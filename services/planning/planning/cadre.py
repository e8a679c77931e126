"""One cadre's file (hồ sơ cán bộ): postings, roles, assigned units and leave, all dated.

DOMAIN.md §3, §4 (``cadres.csv``, ``assignments.csv``, ``leave.csv``). The department and the
role of the appointment hold since ever; later ones from their date on.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from planning.delegating import delegate, withdraw
from planning.faults import dates_reversed
from planning.leave import Leave, correct_leave, record_leave
from shared.deciding import Decider, refuse_first
from shared.language.planning import (
    AppointCadre,
    AssignUnit,
    AuthorityDelegated,
    CadreAppointed,
    CadreDeparted,
    CadreTransferred,
    CorrectLeave,
    DelegateAuthority,
    DelegationWithdrawn,
    DepartCadre,
    GrantRole,
    LeaveCorrected,
    LeaveRecorded,
    RecordLeave,
    RoleGranted,
    RoleWithdrawn,
    TransferCadre,
    UnitAssigned,
    WithdrawDelegation,
    WithdrawRole,
)
from shared.messages import Fact
from shared.refused import Refused
from shared.rights import Delegation
from shared.values import Role

if TYPE_CHECKING:
    from planning.known import Known

CadreCommand = (
    AppointCadre
    | TransferCadre
    | DepartCadre
    | GrantRole
    | WithdrawRole
    | AssignUnit
    | DelegateAuthority
    | WithdrawDelegation
    | RecordLeave
    | CorrectLeave
)
T = TypeVar("T")
Dated = tuple[tuple[date, T], ...]
"""Values with the day from which each holds, in the order of these days."""


def _on(dated: Dated[T], day: date) -> T:
    return [value for since, value in dated if since <= day][-1]


def _add(dated: Dated[T], since: date, value: T) -> Dated[T]:
    """Of two values from the same day, the one recorded later holds."""
    return tuple(sorted((*dated, (since, value)), key=lambda entry: entry[0]))


class Posting(Struct, frozen=True, gc=False):
    """Where a cadre works: department (Ban, Văn phòng) and position (chức vụ)."""

    department: str
    position: str


class Cadre(Struct, frozen=True):
    """A cadre (cán bộ) under the regime."""

    appointed: CadreAppointed
    postings: Dated[Posting]
    roles: Dated[Role]
    to: date | None
    assignments: tuple[UnitAssigned, ...]
    leaves: dict[str, Leave]
    given: tuple[Delegation, ...] = ()
    """Ủy quyền that this cadre has given."""

    def posting_on(self, day: date) -> Posting:
        """The department and position on that day."""
        return _on(self.postings, day)

    def department_on(self, day: date) -> str:
        """The department on that day."""
        return self.posting_on(day).department

    def role_on(self, day: date) -> Role:
        """The role (chức trách) on that day."""
        return _on(self.roles, day)

    @property
    def row(self) -> CadreAppointed:
        """The cadre as a register's row: with the latest department, position and role."""
        posting, role = self.posting_on(date.max), self.role_on(date.max)
        return self.appointed.model_copy(
            update={
                "department": posting.department,
                "position": posting.position,
                "role": role,
                "to": self.to,
            }
        )


def decide(state: Cadre | None, command: CadreCommand, known: Known) -> list[Fact]:
    """Tiếp nhận, điều động, giao chức trách, phân công cơ sở, ghi nghỉ, ủy quyền.

    Raises Refused ``duplicate-id``, ``unknown-cadre``, ``unknown-unit``, ``unknown-leave``,
    ``year-closed``, ``dates-reversed``, ``out-of-turn``, ``own-act``, ``not-authorised``,
    ``nothing-to-do``.
    """
    match command:
        case AppointCadre():
            return _appoint(state, command)
        case RecordLeave():
            return record_leave(state, command, known)
        case CorrectLeave():
            return correct_leave(state, command, known)
    if state is None:
        raise Refused("unknown-cadre", cadre=command.cadre)
    match command:
        case TransferCadre(department=department, position=position, on=on):
            if state.posting_on(on) == Posting(department, position):
                return []
            return [CadreTransferred(**command.model_dump())]
        case DepartCadre(to=to):
            if state.to == to:
                return []
            refuse_first(dates_reversed(state.appointed.from_, to))
            return [CadreDeparted(**command.model_dump())]
        case GrantRole(role=role, on=on):
            if state.role_on(on) is role:
                return []
            return [RoleGranted(**command.model_dump())]
        case WithdrawRole(on=on):
            if state.role_on(on) is Role.CADRE:
                return []
            return [RoleWithdrawn(**command.model_dump())]
        case AssignUnit():
            return _assign(state, command, known)
        case DelegateAuthority():
            return delegate(state, command, known)
        case WithdrawDelegation():
            return withdraw(state, command)
        case _:
            raise TypeError(f"{type(command).__name__} is not decided by a cadre's file")


def _appoint(state: Cadre | None, command: AppointCadre) -> list[Fact]:
    row = CadreAppointed(**command.model_dump())
    if state is not None:
        if row == state.row:
            return []
        raise Refused("duplicate-id", cadre=command.cadre)
    refuse_first(dates_reversed(row.from_, row.to))
    return [row]


def _assign(state: Cadre, command: AssignUnit, known: Known) -> list[Fact]:
    row = UnitAssigned(**command.model_dump())
    if row in state.assignments:
        return []
    if known.unit(row.unit) is None:
        raise Refused("unknown-unit", unit=row.unit)
    refuse_first(dates_reversed(row.from_, row.to))
    return [row]


def evolve(state: Cadre | None, fact: Fact) -> Cadre | None:
    """The cadre's file after the fact."""
    match state, fact:
        case None, CadreAppointed():
            posting = Posting(fact.department, fact.position)
            return Cadre(
                appointed=fact,
                postings=((date.min, posting),),
                roles=((date.min, fact.role),),
                to=fact.to,
                assignments=(),
                leaves={},
            )
        case Cadre(), CadreTransferred():
            posting = Posting(fact.department, fact.position)
            return replace(state, postings=_add(state.postings, fact.on, posting))
        case Cadre(), CadreDeparted():
            return replace(state, to=fact.to)
        case Cadre(), RoleGranted():
            return replace(state, roles=_add(state.roles, fact.on, fact.role))
        case Cadre(), RoleWithdrawn():
            return replace(state, roles=_add(state.roles, fact.on, Role.CADRE))
        case Cadre(), UnitAssigned():
            return replace(state, assignments=(*state.assignments, fact))
        case Cadre(), AuthorityDelegated():
            now = Delegation(fact.cadre, fact.to, fact.from_, fact.until)
            return replace(state, given=(*state.given, now))
        case Cadre(), DelegationWithdrawn():
            given = tuple(one.without(fact.to, fact.on) for one in state.given)
            return replace(state, given=given)
        case Cadre(), LeaveRecorded():
            leave = Leave(fact, fact.recorded_on)
            return replace(state, leaves={**state.leaves, fact.leave: leave})
        case Cadre(), LeaveCorrected():
            leave = state.leaves[fact.leave].corrected(fact)
            return replace(state, leaves={**state.leaves, fact.leave: leave})
        case _:
            raise TypeError(f"{type(fact).__name__} does not belong to this cadre's file")


cadre: Decider[Cadre | None] = Decider("cadre", lambda: None, decide, evolve)
"""Hồ sơ cán bộ; stream ``cadre/<cadre>``."""
