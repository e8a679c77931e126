"""The roster (danh sách cán bộ): who works where, holds what, is in charge of which unit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request, Response
from fastapi.responses import RedirectResponse

from portal.act_forms import DATED, ON, REASON, ActForm, Field, Shown, choice, offered, shown
from portal.asking import Asks
from portal.doing import do, done_at, sent
from portal.forms import Form
from portal.language import Said
from portal.paths import segment
from portal.recognising import Asking
from portal.rendering import show
from portal.years import ThisYear
from shared.language import planning as words
from shared.refused import Refused
from shared.values import Duty, Employment, Role

router = APIRouter(include_in_schema=False)

_FROM = Field("from", Said("Từ ngày", "From"), "date")
_TO = Field("to", Said("Đến ngày", "Until"), "date")
_DEPARTMENT = Field("department", Said("Ban, Văn phòng", "Department"), required=True)
_POSITION = Field("position", Said("Chức vụ", "Position"))
_ROLE = Field("role", Said("Chức trách", "Role"), "choice", required=True, options=choice(Role))
_UNIT = Field("unit", Said("Mã cơ sở", "Unit's key"), required=True)
_KIND = Field(
    "kind",
    Said("Loại", "Kind"),
    required=True,
    hint=Said("một từ viết thường, như om, hoc, thai_san", "one lower-case word"),
)

APPOINT = ActForm(
    "appoint",
    words.AppointCadre,
    Said("Tiếp nhận cán bộ", "Appoint a cadre"),
    (
        Field("cadre", Said("Mã cán bộ", "Cadre's key"), required=True),
        Field("name", Said("Họ tên", "Name"), required=True),
        _DEPARTMENT,
        _POSITION,
        _ROLE,
        Field("duty", Said("Công việc", "Duty"), "choice", required=True, options=choice(Duty)),
        Field(
            "employment",
            Said("Biên chế", "Employment"),
            "choice",
            required=True,
            options=choice(Employment),
        ),
        _FROM,
        _TO,
    ),
)
FILE: tuple[ActForm, ...] = (
    ActForm(
        "transfer",
        words.TransferCadre,
        Said("Điều động", "Transfer"),
        (_DEPARTMENT, _POSITION, ON),
    ),
    ActForm("grant", words.GrantRole, Said("Giao chức trách", "Grant a role"), (_ROLE, ON)),
    ActForm(
        "withdraw",
        words.WithdrawRole,
        Said("Thôi giao chức trách", "Withdraw the role"),
        (ON, REASON),
        danger=True,
    ),
    ActForm(
        "assign",
        words.AssignUnit,
        Said("Phân công phụ trách cơ sở", "Put in charge of a unit"),
        (_UNIT, _FROM, _TO),
    ),
    ActForm(
        "leave",
        words.RecordLeave,
        Said("Ghi lần nghỉ", "Record leave"),
        (
            Field("leave", Said("Mã lần nghỉ", "Leave's id"), required=True),
            _KIND,
            Field("from", Said("Từ ngày", "From"), "date", required=True),
            Field("to", Said("Đến hết ngày", "Until, included"), "date", required=True),
            Field("recorded_on", Said("Ngày ghi", "Recorded on"), "date", True, today=True),
        ),
    ),
    ActForm(
        "correct-leave",
        words.CorrectLeave,
        Said("Đính chính lần nghỉ", "Correct leave"),
        (
            Field("leave", Said("Mã lần nghỉ", "Leave's id"), required=True),
            _KIND,
            Field("from", Said("Từ ngày", "From"), "date", required=True),
            Field("to", Said("Đến hết ngày", "Until, included"), "date", required=True),
            DATED,
            REASON,
        ),
    ),
    ActForm(
        "depart",
        words.DepartCadre,
        Said("Thôi công tác", "Departure"),
        (Field("to", Said("Ngày công tác cuối", "Last day"), "date", required=True),),
        danger=True,
    ),
)
"""What can be done to one cadre's file."""


@router.get("/roster")
async def roster(
    request: Request,
    asks: Asking,
    year: ThisYear,
    search: Annotated[str, Query(max_length=100)] = "",
    department: Annotated[str, Query(max_length=1000)] = "",
    after: Annotated[str, Query(max_length=1000)] = "",
) -> Response:
    """Danh sách cán bộ, by pages; found by name without accents, or by key."""
    return await _list(request, asks, search, department, after)


@router.post("/roster/appoint")
async def appoint(request: Request, asks: Asking, year: ThisYear) -> Response:
    """Tiếp nhận cán bộ."""
    form = await sent(request)
    refused = await do(asks, words.AppointCadre, form)
    if refused is None:
        return done_at(f"/roster/{segment(form.values['cadre'])}", done="appoint")
    return await _list(request, asks, refused=refused, status=422)


async def _list(
    request: Request,
    asks: Asks,
    search: str = "",
    department: str = "",
    after: str = "",
    refused: Form | None = None,
    status: int = 200,
) -> Response:
    content = {"search": search, "after": after, "limit": 50}
    if department:
        content["department"] = department
    found = await asks.ask("planning", "roster", **content)
    told = {"appoint": refused} if refused else None
    new = {"duty": Duty.UNION.value, "employment": Employment.CIVIL_SERVANT.value}
    return show(
        request,
        "roster.html",
        status,
        found=found,
        search=search,
        department=department,
        after=after,
        forms=await _forms(asks, (APPOINT,), "/roster", told, {"appoint": new}),
    )


@router.get("/roster/{cadre}")
async def one(
    request: Request,
    asks: Asking,
    year: ThisYear,
    cadre: str,
    done: Annotated[str, Query(max_length=30)] = "",
) -> Response:
    """Hồ sơ một cán bộ."""
    try:
        return await _file(request, asks, cadre, done=done)
    except Refused as refused:  # where the list's form is sent: to the list
        if cadre == APPOINT.act and refused.code == "unknown-cadre":
            return RedirectResponse("/roster", 303)
        raise


@router.post("/roster/{cadre}/{act}")
async def act(request: Request, asks: Asking, year: ThisYear, cadre: str, act: str) -> Response:
    """Điều động, giao chức trách, phân công, ghi nghỉ, thôi công tác."""
    chosen = next((one for one in FILE if one.act == act), None)
    if chosen is None:
        raise HTTPException(404)
    form = await sent(request)
    known = {"cadre": cadre} if "cadre" in chosen.word.model_fields else {}
    refused = await do(asks, chosen.word, form, **known)
    if refused is None:
        return done_at(f"/roster/{segment(cadre)}", done=act)
    return await _file(request, asks, cadre, {act: refused}, 422)


async def _file(
    request: Request,
    asks: Asks,
    cadre: str,
    refused: dict[str, Form] | None = None,
    status: int = 200,
    done: str = "",
) -> Response:
    person = await asks.ask("planning", "person", cadre=cadre)
    titles = {one.act: one.title for one in (APPOINT, *FILE)}
    at = f"/roster/{segment(cadre)}"
    return show(
        request,
        "roster_one.html",
        status,
        person=person,
        forms=await _forms(asks, FILE, at, refused),
        done=titles.get(done),
    )


async def _forms(
    asks: Asks,
    forms: tuple[ActForm, ...],
    at: str,
    refused: Mapping[str, Form] | None,
    values: Mapping[str, Mapping[str, str]] | None = None,
) -> list[Shown]:
    """The forms that this person may use, those of a department with the names there are."""
    keeps = asks.visitor.keeps
    found = shown(offered(forms, keeps, refused), at, refused, values)
    if keeps:
        rows = (await asks.ask("planning", "departments"))["rows"]
        for one in found:
            one.proposed = {"department": [row["department"] for row in rows]}
    return found
