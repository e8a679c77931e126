"""Appraisal inputs (đầu vào kiểm điểm, đánh giá, xếp loại): what was issued, and its evidence."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import Field

from portal.api.answering import (
    Asked,
    Found,
    columns_of,
    listed,
    page_responses,
    position_in,
    shown,
    thing_responses,
)
from portal.api.callers import Caller, Needs
from portal.api.shapes import Input, InputPage, InputRow

router = APIRouter(tags=["inputs"])
Reader = Annotated[Caller, Depends(Needs("inputs:read"))]
TheYear = Annotated[int, Path(ge=1, le=9999, examples=[2019])]
TheCadre = Annotated[
    str,
    Path(
        min_length=1,
        max_length=1000,
        pattern=r"^[^\x00]*$",
        description="The cadre's key, percent-encoded, a slash in it too (`%2F`).",
        examples=["cb-0013"],
    ),
]


class AskedInputs(Asked):
    """Which inputs."""

    year: int | None = Field(default=None, ge=1, le=9999)
    department: str | None = Field(default=None, min_length=1, max_length=1000)
    changed_since: int = Field(
        default=0,
        ge=0,
        lt=2**62,
        description="Only what was issued, or issued anew, behind this ledger position: the "
        "`position` of the last page of the time before.",
    )
    limit: int = Field(default=100, ge=1, le=500)


@router.get("/inputs", responses=page_responses(InputPage), operation_id="listInputs")
async def inputs(
    request: Request, caller: Reader, asked: Annotated[AskedInputs, Query()]
) -> Response:
    """Các đầu vào đã phát hành: of each cadre and year the one in force, oldest first.

    Needs `inputs:read`.
    """

    async def reads(place: str) -> Found:
        begun = after = position_in(place) if place else asked.changed_since
        while True:
            page = await caller.ask(
                "appraisal",
                "inputs",
                year=asked.year,
                department=asked.department,
                after=after,
                limit=asked.limit,
            )
            if page["rows"] or not page["next"]:
                break
            after = page["next"]
        last = page["rows"][-1]["position"] if page["rows"] else begun
        next_ = str(page["next"]) if page["next"] else ""
        return Found(page["rows"], next_, {"position": last})

    return await listed(request, asked, "inputs", columns_of(InputRow), reads)


@router.get("/inputs/{year}/{cadre}", responses=thing_responses(Input), operation_id="getInput")
async def one(
    request: Request,
    caller: Reader,
    year: TheYear,
    cadre: TheCadre,
    number: Annotated[
        int | None,
        Query(ge=1, lt=2**31, description="A former one, counted from 1; else the one in force."),
    ] = None,
) -> Response:
    """Đầu vào của một cán bộ, with its evidence: visits, reports, ledger positions.

    Needs `inputs:read`.
    """
    found = await caller.ask("appraisal", "input", cadre=cadre, year=year, number=number)
    issued = found["input"]
    diary = await caller.ask(
        "visits",
        "diary",
        cadre=cadre,
        year=year,
        as_of=issued["on"],
        known_at=found["recorded_at"],
    )
    return shown(request, _input(found, issued, diary["visits"]))


def _input(found: dict[str, Any], issued: dict[str, Any], visits: list[Any]) -> dict[str, Any]:
    halves = Counter(one["visit"] for one in found["credits"])
    return {
        "cadre": issued["cadre"],
        "name": found["person"]["name"],
        "year": issued["year"],
        "number": found["number"],
        "of": found["of"],
        "assessment": issued["assessment"],
        "regime_version": issued["regime_version"],
        "digest": issued["digest"],
        "supersedes": issued.get("supersedes"),
        "reason": issued.get("reason"),
        "issued_on": issued["on"],
        "issued_by": issued["by"],
        "recorded_at": found["recorded_at"],
        "evidence": {
            "visits": [_visit(one, halves[one["visit"]]) for one in visits],
            "reports": found["reports"],
            "products": found["products"],
            "positions": issued["positions"],
            "agrees": found["agrees"],
        },
    }


def _visit(row: dict[str, str], halves: int) -> dict[str, Any]:
    days = halves / 2
    kept = {name: value for name, value in row.items() if name not in ("cadre", "line")}
    dated = {name: row[name] or None for name in ("confirmed_on", "confirmed_by", "voided_on")}
    return {**kept, **dated, "credited": int(days) if days == int(days) else days}
