"""The roster (danh sách cán bộ, Ban, cơ sở): who works where, and which base units there are."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import Field

from portal.api.answering import (
    Asked,
    Found,
    columns_of,
    listed,
    one_page,
    page_responses,
    shown,
    thing_responses,
)
from portal.api.callers import Caller, Needs
from portal.api.inputs import TheCadre
from portal.api.shapes import (
    Cadre,
    CadrePage,
    CadreRow,
    DepartmentPage,
    DepartmentRow,
    UnitPage,
    UnitRow,
)
from shared.values import Day, Level

router = APIRouter(tags=["roster"])
Reader = Annotated[Caller, Depends(Needs("roster:read"))]
_TYPED = r"^[^\x00]*$"


class AskedCadres(Asked):
    """Which cadres, as of which day."""

    department: str | None = Field(default=None, min_length=1, max_length=1000)
    search: str = Field(
        default="",
        max_length=200,
        pattern=_TYPED,
        description="Beginnings of words of the name or key, with or without accents.",
    )
    on: Day | None = Field(default=None, description="As of this day; else today, which is fast.")
    limit: int = Field(default=100, ge=1, le=500)


@router.get("/cadres", responses=page_responses(CadrePage), operation_id="listCadres")
async def cadres(
    request: Request, caller: Reader, asked: Annotated[AskedCadres, Query()]
) -> Response:
    """Danh sách cán bộ. Needs `roster:read`."""

    async def reads(place: str) -> Found:
        page = await caller.ask(
            "planning",
            "roster",
            department=asked.department,
            search=asked.search,
            on=asked.on,
            after=place,
            limit=asked.limit,
        )
        return Found(page["rows"], page["next"])

    return await listed(request, asked, "cadres", columns_of(CadreRow), reads)


@router.get("/cadres/{cadre}", responses=thing_responses(Cadre), operation_id="getCadre")
async def cadre(
    request: Request,
    caller: Reader,
    cadre: TheCadre,
    on: Annotated[Day | None, Query(description="As of this day; else today.")] = None,
) -> Response:
    """Một cán bộ: postings, roles, units in charge, leave. Needs `roster:read`."""
    found = await caller.ask("planning", "person", cadre=cadre, on=on)
    del found["delegations"]
    return shown(request, found)


@router.get(
    "/departments", responses=page_responses(DepartmentPage), operation_id="listDepartments"
)
async def departments(
    request: Request, caller: Reader, asked: Annotated[Asked, Query()]
) -> Response:
    """Các Ban, Văn phòng, and who leads them today. Needs `roster:read`."""

    async def reads(place: str) -> Found:
        one_page(place)
        return Found((await caller.ask("planning", "departments"))["rows"])

    return await listed(request, asked, "departments", columns_of(DepartmentRow), reads)


class AskedUnits(Asked):
    """Which base units."""

    search: str = Field(default="", max_length=200, pattern=_TYPED)
    level: Level | None = None
    on: Day | None = Field(default=None, description="Only those that exist on this day.")
    limit: int = Field(default=100, ge=1, le=500)


@router.get("/units", responses=page_responses(UnitPage), operation_id="listUnits")
async def units(
    request: Request, caller: Reader, asked: Annotated[AskedUnits, Query()]
) -> Response:
    """Danh sách cơ sở. Needs `roster:read`."""

    async def reads(place: str) -> Found:
        page = await caller.ask(
            "planning",
            "units",
            search=asked.search,
            level=asked.level,
            on=asked.on,
            after=place,
            limit=asked.limit,
        )
        return Found(page["rows"], page["next"])

    return await listed(request, asked, "units", columns_of(UnitRow), reads)
