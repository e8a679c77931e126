"""A small province in 2019, as the visits service has heard of it, and a few acts in it."""

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
from shared.language.values import Duty, Employment, Level, Portion, Role
from shared.language.visits import (
    ConfirmVisit,
    CorrectVisit,
    DifficultyRaised,
    EnterVisit,
    LogVisit,
    ProductSubmitted,
    RaiseDifficulty,
    ReportSubmitted,
    SubmitProduct,
    SubmitReport,
    VisitConfirmed,
    VisitCorrected,
    VisitLogged,
    VisitVoided,
    VoidVisit,
)
from shared.messages import Fact
from shared.regime import Regime, read_regime
from spec import Given, given
from visits.known import Known

SAMPLE = Path(__file__).parents[2] / "deploy/samples/bac-ninh-2019/regime.yaml"
REGIME = read_regime(SAMPLE.read_text(encoding="utf-8"))
SECTIONS = dict.fromkeys(REGIME.reports.headings, "Đã giúp chi đoàn lập sổ.")


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


def unit(unit: str, from_: date | None = None, to: date | None = None) -> UnitRegistered:
    return UnitRegistered(
        unit=unit, name="Đoàn xã", level=Level.COMMUNE, parent="", code="", from_=from_, to=to
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
    unit("X-old", to=day(3, 5)),
    unit("X-new", from_=day(3, 6)),
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


def closed_year(year: int) -> YearClosed:
    return YearClosed(year=year, by="tt-1", on=day(2, 1, year + 1))


def made_leader(cadre: str, on: date) -> RoleGranted:
    return RoleGranted(cadre=cadre, role=Role.DEPARTMENT_LEADER, on=on)


# --- acts, with other content where it is named -----------------------------------------------

_VISIT: dict[str, Any] = {"visit": "lv-1", "cadre": "cb-1", "year": 2019}
_TRIP: dict[str, Any] = {
    "unit": "X1",
    "kind": "regular",
    "line": "dk-1",
    "from_": day(3, 5),
    "to": day(3, 6),
    "portion": Portion.FULL,
    "evidence": "decision",
    "evidence_no": "1-QĐ",
}


def log(**other: Any) -> LogVisit:
    content = {"visit": "lv-1", "cadre": "cb-1", **_TRIP, "logged_on": day(3, 8)}
    return LogVisit(**content | other)


def logged(**other: Any) -> VisitLogged:
    content = {**_VISIT, **_TRIP, "logged_on": day(3, 8), "level": Level.COMMUNE}
    return VisitLogged(**content | other)


def trip(**other: Any) -> dict[str, Any]:
    """What a correction tells, with other content where it is named."""
    return _TRIP | other


def confirm(by: str = "ld-a", on: date = day(3, 12)) -> ConfirmVisit:
    return ConfirmVisit(visit="lv-1", confirmed_by=by, confirmed_on=on)


def confirmed(by: str = "ld-a", on: date = day(3, 12)) -> VisitConfirmed:
    return VisitConfirmed(**_VISIT, confirmed_by=by, confirmed_on=on)


_CORRECTION: dict[str, Any] = trip(to=day(3, 5), portion=Portion.MORNING) | {
    "on": day(3, 15),
    "reason": "Chỉ đi buổi sáng",
}


def correct(**other: Any) -> CorrectVisit:
    return CorrectVisit(**{"visit": "lv-1"} | _CORRECTION | other)


def corrected(**other: Any) -> VisitCorrected:
    return VisitCorrected(**_VISIT | _CORRECTION | {"level": Level.COMMUNE} | other)


def void(on: date = day(3, 20), reason: str = "Ghi nhầm") -> VoidVisit:
    return VoidVisit(visit="lv-1", voided_on=on, reason=reason)


def voided(on: date = day(3, 20), reason: str = "Ghi nhầm") -> VisitVoided:
    return VisitVoided(**_VISIT, voided_on=on, reason=reason)


def enter(**other: Any) -> EnterVisit:
    acts = {"confirmed_by": "ld-a", "confirmed_on": day(3, 12), "voided_on": None}
    return EnterVisit(**log().model_dump(by_alias=False) | acts | other)


def submit(**other: Any) -> SubmitReport:
    content = {"report": "bc-1", "cadre": "cb-1", "period": "2019-Q1", "submitted_on": day(4, 3)}
    return SubmitReport(**content | {"sections": SECTIONS} | other)


def submitted(**other: Any) -> ReportSubmitted:
    content = {"report": "bc-1", "cadre": "cb-1", "year": 2019, "period": "2019-Q1"}
    return ReportSubmitted(**content | {"submitted_on": day(4, 3), "sections": SECTIONS} | other)


def offer(**other: Any) -> SubmitProduct:
    content = {"product": "sp-1", "visit": "lv-1", "submitted_on": day(3, 20), "text": "Khảo sát"}
    return SubmitProduct(**content | other)


def offered(**other: Any) -> ProductSubmitted:
    content = {"product": "sp-1", "visit": "lv-1", "cadre": "cb-1", "year": 2019}
    return ProductSubmitted(**content | {"submitted_on": day(3, 20), "text": "Khảo sát"} | other)


_MATTER: dict[str, Any] = {
    "difficulty": "kk-1",
    "cadre": "cb-1",
    "period": "2019-Q1",
    "unit": "X1",
    "text": "Thiếu sân",
    "raised_on": day(3, 10),
}


def raise_(**other: Any) -> RaiseDifficulty:
    return RaiseDifficulty(**_MATTER | other)


def raised(**other: Any) -> DifficultyRaised:
    return DifficultyRaised(**_MATTER | {"year": 2019} | other)
