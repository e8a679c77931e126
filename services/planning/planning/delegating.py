"""Delegating authority (ủy quyền) to another cadre for a time, and withdrawing it.

Who acts for another stands on record as both; rights rest on it (docs/decisions/0015).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from planning.faults import dates_reversed
from shared.deciding import refuse_first
from shared.language.planning import (
    AuthorityDelegated,
    DelegateAuthority,
    DelegationWithdrawn,
    WithdrawDelegation,
)
from shared.messages import Fact
from shared.refused import Refused
from shared.rights import Delegation
from shared.values import Role

if TYPE_CHECKING:
    from planning.cadre import Cadre
    from planning.known import Known


def delegate(state: Cadre, command: DelegateAuthority, known: Known) -> list[Fact]:
    """Ủy quyền: what is not one's own, and not for ever, is handed on."""
    if Delegation(command.cadre, command.to, command.from_, command.until) in state.given:
        return []
    refuse_first(_faults(state, command, known))
    return [AuthorityDelegated(**command.model_dump())]


def _faults(state: Cadre, command: DelegateAuthority, known: Known) -> Iterator[Refused]:
    if known.cadre(command.to) is None:
        yield Refused("unknown-cadre", cadre=command.to)
    yield from dates_reversed(command.from_, command.until)
    if command.to == command.cadre:
        yield Refused("own-act", cadre=command.cadre)
    if state.role_on(command.from_) is Role.CADRE:
        yield Refused("not-authorised", cadre=command.cadre, needs=Role.DEPARTMENT_LEADER.value)


def withdraw(state: Cadre, command: WithdrawDelegation) -> list[Fact]:
    """Thôi ủy quyền: of all that is still in force, or to come, from the day on."""
    to, on = command.to, command.on
    if all(one.without(to, on) == one for one in state.given):
        if any(one.to == to and one.withdrawn == on for one in state.given):
            return []
        raise Refused("nothing-to-do", cadre=command.cadre, to=to)
    return [DelegationWithdrawn(**command.model_dump())]
