"""A small provincial office to test with: who works there, its regime, what happened so far."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from planning.cadre import cadre
from planning.consolidated import consolidated
from planning.known import Known
from planning.plan import plan
from planning.regime import regime
from planning.unit import unit
from shared.deciding import Decider, fold
from shared.language.appraisal import YearClosed
from shared.language.planning import (
    AmendLine,
    AmendRegime,
    AppointCadre,
    CadreAppointed,
    CloseUnit,
    DraftLine,
    DropLine,
    EnactRegime,
    EnterLine,
    LineAmended,
    LineDrafted,
    LineDropped,
    OfCadre,
    OfConsolidated,
    PlanFact,
    RegimeEnacted,
    RegisterUnit,
    UnitRegistered,
)
from shared.messages import Command, Fact
from shared.regime import Regime, Step, read_regime
from shared.values import Level, Role
from spec import given

SAMPLE = Path(__file__).parents[2] / "deploy/samples/bac-ninh-2019"
REGIME = read_regime((SAMPLE / "regime.yaml").read_text())


def step(what: str, by: str, scope: str) -> Step:
    return Step.model_validate({"step": what, "by": by, "scope": scope})


BAC_NINH = REGIME.planning.chain
TWO_STEPS = (
    step("consolidate", "department_leader", "department"),
    step("approve", "standing", "organisation"),
)
ONE_STEP = (step("approve", "standing", "organisation"),)
ALL_ORGANISATION = (
    step("consolidate", "department_leader", "organisation"),
    step("approve", "organisation", "organisation"),
    step("approve", "standing", "organisation"),
)
BACK_TO_DEPARTMENT = (
    step("approve", "organisation", "organisation"),
    step("approve", "department_leader", "department"),
)
ONLY_CONSOLIDATED = (step("consolidate", "department_leader", "department"),)
NO_STEPS: tuple[Step, ...] = ()


def with_chain(chain: tuple[Step, ...], of: Regime = REGIME) -> Regime:
    """The regime with another chain."""
    return of.model_copy(update={"planning": of.planning.model_copy(update={"chain": chain})})


def day(text: str) -> date:
    return date.fromisoformat(text)


def appointed(key: str, department: str, role: Role = Role.CADRE, **more: Any) -> CadreAppointed:
    command = AppointCadre(cadre=key, department=department, role=role, **more)
    return CadreAppointed(**command.model_dump())


def registered(key: str, **more: Any) -> UnitRegistered:
    command = RegisterUnit(unit=key, name=f"Đoàn {key}", level=Level.COMMUNE, **more)
    return UnitRegistered(**command.model_dump())


STAFF: tuple[Fact, ...] = (
    appointed("an", "ban-a"),
    appointed("anh", "ban-a"),
    appointed("ai", "ban-a", Role.DEPARTMENT_LEADER),
    appointed("binh", "ban-b"),
    appointed("bac", "ban-b", Role.DEPARTMENT_LEADER),
    appointed("to", "ban-to-chuc", Role.ORGANISATION),
    appointed("thu", "thuong-truc", Role.STANDING),
    appointed("thanh", "thuong-truc", Role.STANDING),
)
"""Two of department A with their leader, one of B with theirs, the organisation, the standing."""

UNITS: tuple[Fact, ...] = (registered("X1"), registered("X2"))


def office(chain: tuple[Step, ...] = BAC_NINH) -> tuple[Fact, ...]:
    """The staff, two units and the regime of 2019 with that chain."""
    return (*STAFF, *UNITS, RegimeEnacted(regime=with_chain(chain)))


CLOSED = YearClosed(year=2019, by="to", on=day("2020-01-31"))


def draft(line: str = "dk-1", cadre: str = "an", **more: Any) -> DraftLine:
    content = {"unit": "X1", "kind": "regular", "from": "2019-02-11", "to": "2019-02-13"}
    return DraftLine.model_validate(
        {"line": line, "cadre": cadre, "quarter": "2019-Q1", **content, **more}
    )


def enter(line: str = "dk-1", cadre: str = "an", **more: Any) -> EnterLine:
    acts = {"submitted_on": "2018-12-24", "approved_on": "2018-12-28"}
    row = draft(line, cadre).model_dump()
    return EnterLine.model_validate({**row, **acts, **more})


def amend(line: str = "dk-1", **more: Any) -> AmendLine:
    content = {"unit": "X2", "kind": "thematic", "from": "2019-02-18", "to": "2019-02-20"}
    return AmendLine.model_validate({"line": line, **content, **more})


def drafted(line: str = "dk-1", **more: Any) -> LineDrafted:
    return LineDrafted(**{**draft(line, **more).model_dump(), "year": 2019})


PLAN: dict[str, Any] = {"cadre": "an", "year": 2019, "quarter": "2019-Q1"}
"""Whose plan of which quarter a fact of ``an``'s plan speaks of."""
DROP = DropLine(line="dk-1", reason="trùng lịch")
DROPPED = LineDropped(**PLAN, **DROP.model_dump())
AMENDED = LineAmended(**PLAN, **amend().model_dump())


def changed(command: Command, **changes: object) -> Command:
    return type(command).model_validate({**command.model_dump(), **changes})


def decider(command: Command) -> Decider[Any]:
    match command:
        case RegisterUnit() | CloseUnit():
            return unit
        case EnactRegime() | AmendRegime():
            return regime
        case OfConsolidated():
            return consolidated
        case _ if isinstance(command, OfCadre) or command.called() == "correct-leave":
            return cadre
        case _:
            return plan


def after(facts: tuple[Fact, ...], *commands: Command) -> tuple[Fact, ...]:
    """The facts and what came of the commands, every one of which did something."""
    for command in commands:
        outcome = given(decider(command), Known, *facts).when(command)
        assert outcome.refusal is None, (command, outcome.refusal)
        assert outcome.facts, command
        facts = (*facts, *outcome.facts)
    return facts


def state(facts: tuple[Fact, ...], of: Decider[Any], stream: str) -> Any:
    """What the facts of one stream come to."""
    return fold(of, (fact for fact in facts if fact.stream == stream))


def line_of(facts: tuple[Fact, ...], key: str = "dk-1") -> Any:
    """A plan line as the facts leave it."""
    streams = {fact.stream for fact in facts if isinstance(fact, PlanFact)}
    found = [state(facts, plan, stream).lines.get(key) for stream in sorted(streams)]
    return next(line for line in found if line is not None)
