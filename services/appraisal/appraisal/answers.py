"""What can be asked of the appraisal service: nothing is stored, each answer is replayed."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from appraisal.person import Person, person
from appraisal.rules import Assessment, assess
from appraisal.year import CadreYear, cadre_year
from shared.asking import Answer, Inside, Page, page_of
from shared.messages import Question, Refused
from shared.values import Day, Key


class Assess(Question):
    """Kết quả thực hiện chế độ của một cán bộ, as of a day, with every half-day's reason."""

    cadre: Key
    year: int
    as_of: Day


class Assessments(Page):
    """Kết quả của mọi cán bộ, by pages."""

    year: int
    as_of: Day
    limit: int = Field(default=20, ge=1, le=50)


class Year(Question):
    """Hồ sơ năm: inputs issued and commendations revoked."""

    cadre: Key
    year: int


class Rows(Page):
    """Sổ: the rows of ``appraisals.csv`` (DOMAIN.md §4)."""

    file: Literal["appraisals.csv"]
    year: int


def _assessed(inside: Inside, who: Person, question: Assess | Assessments) -> Assessment:
    version = inside.known.regimes(question.year).in_force(question.as_of)
    if version is None:
        raise Refused("unknown-regime", year=question.year)
    year = inside.shelf.state(cadre_year, f"year/{question.year}/{who.cadre}")
    return assess(who, year, version.regime, question.as_of)


def _assess(inside: Inside, question: Assess) -> dict[str, Any]:
    who = inside.known.person(question.cadre)
    if not who.known:
        raise Refused("unknown-cadre", cadre=question.cadre)
    assessment = _assessed(inside, who, question)
    return {
        "assessment": assessment.as_json(),
        "person": _person(who),
        "ground": assessment.ground._asdict() if assessment.ground else None,
        "credits": [one._asdict() for one in assessment.credits],
        "denials": [
            {"visit": one.visit, "date": one.date, "reason": one.reason._asdict()}
            for one in assessment.denials
        ],
        "positions": inside.positions(),
    }


def _assessments(inside: Inside, question: Assessments) -> dict[str, Any]:
    def rows(stream: str) -> list[dict[str, Any]]:
        who = inside.shelf.state(person, stream)
        if not who.known:
            return []
        return [{"assessment": _assessed(inside, who, question).as_json(), "person": _person(who)}]

    return page_of(inside, "cadre/", question, rows)


def _person(who: Person) -> dict[str, str]:
    return {"cadre": who.cadre, "name": who.name, "department": who.department}


def _year(inside: Inside, question: Year) -> dict[str, Any]:
    year: CadreYear = inside.shelf.state(cadre_year, f"year/{question.year}/{question.cadre}")
    return {
        "inputs": [one.model_dump(mode="json") for one in year.inputs],
        "revoked": [one.model_dump(mode="json") for one in year.revoked],
        "closed": inside.known.closed(question.year),
    }


def _rows(inside: Inside, question: Rows) -> dict[str, Any]:
    def rows(stream: str) -> list[dict[str, Any]]:
        year = inside.shelf.state(cadre_year, stream)
        return [
            {
                "cadre": one.cadre,
                "classification": one.classification.value,
                "initiative": one.initiative.value,
                "discipline": one.discipline.value,
                "recorded_on": one.recorded_on.isoformat(),
            }
            for one in year.classifications
        ]

    return page_of(inside, f"year/{question.year}/", question, rows)


ANSWERS: dict[str, Answer] = {
    "assess": (Assess, _assess),
    "assessments": (Assessments, _assessments),
    "year": (Year, _year),
    "rows": (Rows, _rows),
}
