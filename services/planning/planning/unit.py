"""One base unit (cơ sở): registered once, closed perhaps (DOMAIN.md §3, §4 ``units.csv``).

The state is the unit's row as it stands: a closing changes its last day.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from planning.faults import dates_reversed
from shared.deciding import Decider, refuse_first
from shared.language.planning import CloseUnit, RegisterUnit, UnitClosed, UnitRegistered
from shared.messages import Fact
from shared.refused import Refused

if TYPE_CHECKING:
    from planning.known import Known


def decide(
    state: UnitRegistered | None, command: RegisterUnit | CloseUnit, known: Known
) -> list[Fact]:
    """Đăng ký, giải thể hoặc sáp nhập cơ sở.

    Raises Refused ``duplicate-id``, ``unknown-unit``, ``dates-reversed``.
    """
    match command:
        case RegisterUnit():
            row = UnitRegistered(**command.model_dump())
            if row == state:
                return []
            refuse_first(_register_faults(state, row, known))
            return [row]
        case CloseUnit():
            if state is None:
                raise Refused("unknown-unit", unit=command.unit)
            if state.to == command.to:
                return []
            refuse_first(dates_reversed(state.from_, command.to))
            return [UnitClosed(unit=command.unit, to=command.to)]
        case _:
            raise TypeError(f"{type(command).__name__} is not decided by a unit")


def _register_faults(
    state: UnitRegistered | None, row: UnitRegistered, known: Known
) -> Iterator[Refused]:
    if state is not None:
        yield Refused("duplicate-id", unit=row.unit)
    if row.parent and known.unit(row.parent) is None:
        yield Refused("unknown-unit", unit=row.parent)
    yield from dates_reversed(row.from_, row.to)


def evolve(state: UnitRegistered | None, fact: Fact) -> UnitRegistered | None:
    """The unit's row after the fact."""
    match state, fact:
        case None, UnitRegistered():
            return fact
        case UnitRegistered(), UnitClosed():
            return state.model_copy(update={"to": fact.to})
        case _:
            raise TypeError(f"{type(fact).__name__} does not belong to this unit's stream")


unit: Decider[UnitRegistered | None] = Decider("unit", lambda: None, decide, evolve)
"""Cơ sở; stream ``unit/<unit>``."""
