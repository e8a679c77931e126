"""A small province in 2019, as the visits service has heard of it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from shared.deciding import Decider
from shared.language.appraisal import YearClosed
from shared.language.planning import (
    CadreAppointed,
    LineDrafted,
    RegimeEnacted,
    RoleGranted,
    UnitRegistered,
)
from shared.messages import Fact
from shared.regime import Regime, read_regime
from shared.values import Duty, Employment, Level, Role
from spec import Given, given
from visits.known import Known

SAMPLE = Path(__file__).parents[2] / "deploy/samples/bac-ninh-2019/regime.yaml"
REGIME = read_regime(SAMPLE.read_text(encoding="utf-8"))


def day(month: int, dom: int, year: int = 2019) -> date:
    return date(year, month, dom)


def regime(year: int = 2019, period: str = "quarter") -> Regime:
    """The sample's regime, of another year or with reports for another sort of period."""
    document = REGIME.model_dump(by_alias=True)
    document["reports"] |= {"period": period}
    return Regime.model_validate(document | {"year": year})


def appointed(cadre: str, department: str, role: Role = Role.CADRE) -> CadreAppointed:
    return CadreAppointed(
        cadre=cadre,
        name="",
        department=department,
        position="",
        role=role,
        duty=Duty.UNION,
        employment=Employment.CIVIL_SERVANT,
        from_=None,
        to=None,
    )


def unit(
    unit: str, level: Level = Level.COMMUNE, from_: date | None = None, to: date | None = None
) -> UnitRegistered:
    return UnitRegistered(
        unit=unit, name="Cơ sở", level=level, parent="", code="", from_=from_, to=to
    )


def line(line: str, cadre: str) -> LineDrafted:
    return LineDrafted(
        line=line,
        cadre=cadre,
        year=2019,
        quarter="2019-Q1",
        unit="X1",
        kind="regular",
        from_=day(3, 5),
        to=day(3, 6),
        topic="",
    )


PEOPLE: tuple[Fact, ...] = (
    appointed("cb-1", "ban-a"),
    appointed("cb-2", "ban-a"),
    appointed("ld-a", "ban-a", Role.DEPARTMENT_LEADER),
    appointed("ld-b", "ban-b", Role.DEPARTMENT_LEADER),
    appointed("tc", "ban-to-chuc", Role.ORGANISATION),
    appointed("tt-1", "thuong-truc", Role.STANDING),
    appointed("tt-2", "thuong-truc", Role.STANDING),
)
PLACES: tuple[Fact, ...] = (
    unit("X1"),
    unit("X2"),
    unit("B1", Level.BRANCH),
    unit("X-old", to=day(3, 5)),
    unit("X-new", from_=day(3, 6)),
    unit("X-gone", to=day(12, 31, 2018)),
    line("dk-1", "cb-1"),
    line("dk-2", "cb-2"),
)
WORLD: tuple[Fact, ...] = (*PEOPLE, *PLACES, RegimeEnacted(regime=REGIME))
"""cb-1 and cb-2 of Ban A, whose leader is ld-a; ld-b leads Ban B; organisation and standing."""


def world(period: str = "quarter") -> tuple[Fact, ...]:
    """The same world with a regime whose reports follow another sort of period."""
    return (*PEOPLE, *PLACES, RegimeEnacted(regime=regime(period=period)))


def before(decider: Decider[Any], *facts: Fact) -> Given:
    """The decider in the world, after these facts."""
    return given(decider, Known, *WORLD, *facts)


CLOSED = YearClosed(year=2019, by="tt-1", on=day(2, 1, 2020))


def made_leader(cadre: str, on: date) -> RoleGranted:
    return RoleGranted(cadre=cadre, role=Role.DEPARTMENT_LEADER, on=on)
