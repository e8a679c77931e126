"""A plain regime and plain facts of one cadre, from which each test changes what it is about."""

from __future__ import annotations

from datetime import date
from typing import Any

from shared.language.appraisal import ClassificationRecorded
from shared.language.planning import (
    CadreAppointed,
    LeaveRecorded,
    LineDrafted,
    PlanApproved,
    RegimeEnacted,
)
from shared.language.visits import (
    ProductAccepted,
    ProductSubmitted,
    ReportAccepted,
    ReportSubmitted,
    VisitConfirmed,
    VisitLogged,
    VisitVoided,
)
from shared.messages import Fact
from shared.regime import Regime
from shared.values import Classification, Duty, Employment, Level, Portion, Role, YesNo

from .judging import Judged

CADRE, YEAR = "cb-7", 2019
Changes = dict[str, Any]
TITLE = {"vi": "Tên", "en": "Name"}
PLAIN: dict[str, Any] = {
    "regime": "r",
    "organisation": "o",
    "title": TITLE,
    "legal_basis": [],
    "year": YEAR,
    "timezone": "Asia/Ho_Chi_Minh",
    "window": {"from": "2019-01-01", "to": "2019-12-31"},
    "closes_on": "2020-01-15",
    "holidays": ["2019-09-02"],
    "population": {"employment": ["civil_servant"], "duty": ["union"]},
    "target": {"days": 2, "by_level": {}, "surplus": "any", "proration": "none", "exempt": []},
    "credit": {
        "from": "logged",
        "days": "calendar",
        "half_days": True,
        "unplanned": "counts",
        "evidence": [],
    },
    "kinds": [
        {"id": id, "title": TITLE, "counts": counts, "product": product, "product_due_days": 15}
        for id, counts, product in (
            ("regular", True, False),
            ("thematic", True, True),
            ("meeting", False, False),
            ("survey", False, True),
        )
    ],
    "planning": {"due_day": 10, "required": False, "chain": []},
    "reports": {
        "period": "quarter",
        "required": "active",
        "due_days": 10,
        "late": "counts",
        "headings": [],
    },
    "commendation": [],
}


def a_regime(**changes: Any) -> Regime:
    """The plain regime, changed: a part is changed key by key, everything else replaced."""
    document = {
        key: {**part, **changes[key]}
        if isinstance(part, dict) and key in changes
        else changes.get(key, part)
        for key, part in PLAIN.items()
    }
    return Regime.model_validate(document)


def enacted(**changes: Any) -> RegimeEnacted:
    """The regime, enacted."""
    return RegimeEnacted(regime=a_regime(**changes))


def day(text: str) -> date:
    """``03-05`` of the year, or a whole ISO date."""
    return date.fromisoformat(text if len(text) > 5 else f"{YEAR}-{text}")


def appointed(
    cadre: str = CADRE,
    role: Role = Role.CADRE,
    from_: str | None = None,
    to: str | None = None,
    duty: Duty = Duty.UNION,
    employment: Employment = Employment.CIVIL_SERVANT,
) -> CadreAppointed:
    """A cadre under the regime; an open employment unless told."""
    return CadreAppointed(
        cadre=cadre,
        name="",
        department="ban",
        position="",
        role=role,
        duty=duty,
        employment=employment,
        from_=day(from_) if from_ else None,
        to=day(to) if to else None,
    )


def leave(from_: str, to: str, kind: str = "sick", recorded_on: str = "01-01") -> LeaveRecorded:
    """A leave, its id its first day."""
    return LeaveRecorded(
        leave=f"nv-{from_}",
        cadre=CADRE,
        kind=kind,
        from_=day(from_),
        to=day(to),
        recorded_on=day(recorded_on),
        year=2019,
    )


def line(line: str, quarter: str = "2019-Q1", approved_on: str | None = None) -> list[Fact]:
    """A plan line, approved if told."""
    plan: dict[str, Any] = {"cadre": CADRE, "year": YEAR, "quarter": quarter}
    first, last = day("01-01"), day("01-02")
    drafted = LineDrafted(
        **plan, line=line, unit="u", kind="regular", from_=first, to=last, topic=""
    )
    if approved_on is None:
        return [drafted]
    return [drafted, PlanApproved(**plan, lines=(line,), by="", on=day(approved_on))]


def visit(
    visit: str,
    from_: str,
    to: str | None = None,
    *,
    level: Level = Level.COMMUNE,
    kind: str = "regular",
    line: str = "",
    portion: Portion = Portion.FULL,
    evidence: str | None = None,
    evidence_no: str = "",
    logged_on: str | None = None,
) -> VisitLogged:
    """A logged visit, of one day and logged on its last day unless told."""
    last = day(to or from_)
    return VisitLogged(
        visit=visit,
        cadre=CADRE,
        year=YEAR,
        unit="u",
        level=level,
        kind=kind,
        line=line,
        from_=day(from_),
        to=last,
        portion=portion,
        evidence=evidence,
        evidence_no=evidence_no,
        logged_on=day(logged_on) if logged_on else last,
    )


def confirmed(visit: str, on: str) -> VisitConfirmed:
    """Its confirmation."""
    return VisitConfirmed(
        visit=visit, cadre=CADRE, year=YEAR, confirmed_by="cb-1", confirmed_on=day(on)
    )


def voided(visit: str, on: str) -> VisitVoided:
    """Its voiding."""
    return VisitVoided(visit=visit, cadre=CADRE, year=YEAR, voided_on=day(on), reason="sai")


def report(
    period: str, submitted_on: str, accepted_on: str | None = None, report: str | None = None
) -> list[Fact]:
    """An outcome report, accepted if told; its id its period unless told."""
    whose: dict[str, Any] = {"report": report or f"bc-{period}", "cadre": CADRE, "year": YEAR}
    submitted = ReportSubmitted(**whose, period=period, submitted_on=day(submitted_on), sections={})
    if accepted_on is None:
        return [submitted]
    return [
        submitted,
        ReportAccepted(**whose, accepted_by="cb-1", accepted_on=day(accepted_on)),
    ]


def product(visit: str, submitted_on: str, accepted_on: str | None = None) -> list[Fact]:
    """A product report of a visit, accepted if told."""
    whose: dict[str, Any] = {
        "product": f"sp-{visit}",
        "visit": visit,
        "cadre": CADRE,
        "year": YEAR,
    }
    submitted = ProductSubmitted(**whose, submitted_on=day(submitted_on), text="")
    if accepted_on is None:
        return [submitted]
    return [
        submitted,
        ProductAccepted(**whose, accepted_by="cb-1", accepted_on=day(accepted_on)),
    ]


def classified(
    classification: Classification = Classification.GOOD,
    initiative: YesNo = YesNo.NO,
    discipline: YesNo = YesNo.NO,
    recorded_on: str = "12-10",
) -> ClassificationRecorded:
    """The classification of the year, recorded."""
    return ClassificationRecorded(
        cadre=CADRE,
        year=YEAR,
        classification=classification,
        initiative=initiative,
        discipline=discipline,
        recorded_on=day(recorded_on),
    )


class Result:
    """An assessment as the tests read it."""

    def __init__(self, *facts: Fact | list[Fact], as_of: str) -> None:
        flat = [fact for one in facts for fact in (one if isinstance(one, list) else [one])]
        self.whole = Judged(flat).assess(CADRE, YEAR, day(as_of))
        self.json = self.whole.as_json()

    def __getitem__(self, key: str) -> Any:
        return self.json[key]

    @property
    def states(self) -> dict[str, str]:
        """The state of each condition."""
        return {one["id"]: one["state"] for one in self.json["conditions"]}

    def reason(self, id: str) -> dict[str, str]:
        """The reason of one condition."""
        found: dict[str, str] = next(
            one["reason"] for one in self.json["conditions"] if one["id"] == id
        )
        return found

    @property
    def unmet(self) -> dict[str, list[str]]:
        """The needs that fail, by title."""
        return {title: one["unmet"] for title, one in self.json["commendation"].items()}


def judge(*facts: Fact | list[Fact], as_of: str = "2020-01-31", **changes: Any) -> Result:
    """The assessment of an ordinary cadre with these facts under the plain regime, changed.

    A ``CadreAppointed`` among the facts stands instead of the ordinary cadre.
    """
    told = any(isinstance(fact, CadreAppointed) for fact in facts)
    people = [] if told else [appointed()]
    return Result(enacted(**changes), *people, *facts, as_of=as_of)
