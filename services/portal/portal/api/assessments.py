"""Assessments as of a day (kết quả thực hiện chế độ), and who may be commended (khen thưởng)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import AfterValidator, Field, TypeAdapter, WithJsonSchema

from portal.api.answering import (
    Asked,
    Found,
    Row,
    format_of,
    listed,
    page_responses,
    shown,
    thing_responses,
)
from portal.api.callers import Caller, Needs
from portal.api.inputs import TheCadre, TheYear
from portal.api.shapes import Assessment, AssessmentPage, Eligibility, EligibilityPage
from shared.clock import today
from shared.values import Day, Level, Moment

router = APIRouter(tags=["assessments"])
Reader = Annotated[Caller, Depends(Needs("assessments:read"))]

_MOMENT: TypeAdapter[str] = TypeAdapter(Moment)
_DAY_OR_MOMENT = {
    "anyOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}]
}
KnownAt = Annotated[str, AfterValidator(_MOMENT.validate_python), WithJsonSchema(_DAY_OR_MOMENT)]


class AskedAssessments(Asked):
    """Of which year, as of which day, of whom."""

    year: int | None = Field(
        default=None, ge=1, le=9999, description="The regime's year; else that of `as_of`."
    )
    as_of: Day | None = Field(default=None, description="Acts until this day; else today.")
    known_at: KnownAt | None = Field(
        default=None, description="Only what was recorded until then; a day stands for its end."
    )
    department: str | None = Field(default=None, min_length=1, max_length=1000)
    limit: int = Field(default=20, ge=1, le=50)


Asks = Annotated[AskedAssessments, Query()]


def _then(year: int | None, as_of: date | None) -> dict[str, Any]:
    day = as_of or today()
    return {"year": year or day.year, "as_of": day}


async def _page(caller: Caller, asked: AskedAssessments, place: str) -> dict[str, Any]:
    return await caller.ask(
        "appraisal",
        "assessments",
        **_then(asked.year, asked.as_of),
        known_at=asked.known_at,
        department=asked.department,
        after=place,
        limit=asked.limit,
    )


_COLUMNS = (
    "cadre",
    "name",
    "department",
    "year",
    "as_of",
    "status",
    "target",
    "credited",
    "shortfall",
    *(f"days_{level}" for level in Level),
    "unmet",
    "pending",
    "eligible",
)


def _flat(row: Row) -> Row:
    """A line of a file: days by level, conditions and titles named in one cell each."""
    judged, person = row["assessment"], row["person"]
    conditions = judged["conditions"]
    return {
        **judged,
        **person,
        **{f"days_{level}": judged["by_level"].get(level, 0) for level in Level},
        "unmet": [one["id"] for one in conditions if one["state"] == "unmet"],
        "pending": [one["id"] for one in conditions if one["state"] == "pending"],
        "eligible": [name for name, one in judged["commendation"].items() if one["eligible"]],
    }


@router.get(
    "/assessments", responses=page_responses(AssessmentPage, 404), operation_id="listAssessments"
)
async def assessments(request: Request, caller: Reader, asked: Asks) -> Response:
    """Kết quả của mọi cán bộ, or of a department's, as of a day.

    Each is what `/assessments/{year}/{cadre}` gives. Needs `assessments:read`.
    """

    async def reads(place: str) -> Found:
        page = await _page(caller, asked, place)
        lost = [one["stream"].rpartition("/")[2] for one in page["unreadable"]]
        return Found(page["rows"], page["next"], {"unreadable": lost})

    async def as_json(place: str) -> Found:
        found = await reads(place)
        return Found([row["assessment"] for row in found.rows], found.next, found.more)

    if format_of(request, asked) != "json":
        return await listed(request, asked, "assessments", _COLUMNS, reads, _flat)
    return await listed(request, asked, "assessments", _COLUMNS, as_json)


@router.get(
    "/assessments/{year}/{cadre}",
    responses=thing_responses(Assessment),
    operation_id="getAssessment",
)
async def assessment(
    request: Request,
    caller: Reader,
    year: TheYear,
    cadre: TheCadre,
    as_of: Annotated[Day | None, Query(description="Acts until this day; else today.")] = None,
    known_at: Annotated[
        KnownAt | None, Query(description="Only what was recorded until then.")
    ] = None,
) -> Response:
    """Kết quả của một cán bộ: the same JSON as `dicoso assess --cadre … --json`.

    Needs `assessments:read`.
    """
    found = await caller.ask(
        "appraisal", "assess", cadre=cadre, **_then(year, as_of), known_at=known_at
    )
    return shown(request, found["assessment"])


# --- commendation -----------------------------------------------------------------------------


def _eligibility(row: Row) -> dict[str, Any]:
    judged, person = row["assessment"], row["person"]
    return {
        **person,
        "year": judged["year"],
        "as_of": judged["as_of"],
        "status": judged["status"],
        "titles": judged["commendation"],
    }


def _flat_eligibility(row: Row) -> Row:
    titles = row["titles"]
    lacks = [f"{name}: {need}" for name, one in titles.items() for need in one["unmet"]]
    eligible = [name for name, one in titles.items() if one["eligible"]]
    return {**row, "eligible": eligible, "lacks": lacks}


@router.get(
    "/commendations",
    responses=page_responses(EligibilityPage, 404),
    operation_id="listEligibility",
)
async def commendations(request: Request, caller: Reader, asked: Asks) -> Response:
    """Điều kiện xét thi đua, khen thưởng: of each cadre which titles, and what they lack.

    Needs `assessments:read`.
    """

    async def reads(place: str) -> Found:
        page = await _page(caller, asked, place)
        return Found([_eligibility(row) for row in page["rows"]], page["next"])

    columns = ("cadre", "name", "department", "year", "as_of", "status", "eligible", "lacks")
    return await listed(request, asked, "commendations", columns, reads, _flat_eligibility)


@router.get(
    "/commendations/{year}/{cadre}",
    responses=thing_responses(Eligibility),
    operation_id="getEligibility",
)
async def commendation(
    request: Request,
    caller: Reader,
    year: TheYear,
    cadre: TheCadre,
    as_of: Annotated[Day | None, Query(description="Acts until this day; else today.")] = None,
) -> Response:
    """Điều kiện xét thi đua, khen thưởng của một cán bộ.

    Needs `assessments:read`.
    """
    found = await caller.ask("appraisal", "assess", cadre=cadre, **_then(year, as_of))
    return shown(request, _eligibility(found))
