"""Base units (cơ sở): registered, closed when they are dissolved or merged, and found again."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from portal.act_forms import ActForm, Field, Shown, choice, offered, shown
from portal.asking import Asks
from portal.doing import do, done_at, sent
from portal.forms import Form
from portal.language import Said
from portal.recognising import Asking
from portal.rendering import show
from portal.years import ThisYear
from shared.language.planning import CloseUnit, RegisterUnit
from shared.values import Level

router = APIRouter(include_in_schema=False)

REGISTER = ActForm(
    "register",
    RegisterUnit,
    Said("Đăng ký cơ sở", "Register a unit"),
    (
        Field("unit", Said("Mã cơ sở", "Unit's key"), required=True),
        Field("name", Said("Tên", "Name"), required=True),
        Field("level", Said("Cấp", "Level"), "choice", required=True, options=choice(Level)),
        Field("parent", Said("Mã cơ sở cấp trên", "Key of the unit above")),
        Field("code", Said("Mã hành chính", "Administrative code")),
        Field("from", Said("Từ ngày", "From"), "date"),
        Field("to", Said("Đến ngày", "Until"), "date"),
    ),
)
CLOSE = ActForm(
    "close",
    CloseUnit,
    Said("Giải thể, sáp nhập", "Close"),
    (Field("to", Said("Ngày cuối", "Last day"), "date", required=True, today=True),),
    danger=True,
)


@router.get("/units")
async def units(
    request: Request,
    asks: Asking,
    year: ThisYear,
    search: Annotated[str, Query(max_length=100)] = "",
    level: Annotated[str, Query(max_length=20)] = "",
    after: Annotated[str, Query(max_length=1000)] = "",
    close: Annotated[str, Query(max_length=1000)] = "",
    done: Annotated[str, Query(max_length=30)] = "",
) -> Response:
    """Danh sách cơ sở; ``close`` is the unit that one is about to close."""
    return await _list(request, asks, search, level, after, close, done=done)


@router.post("/units/register")
async def register(request: Request, asks: Asking, year: ThisYear) -> Response:
    """Đăng ký cơ sở."""
    form = await sent(request)
    refused = await do(asks, RegisterUnit, form)
    if refused is None:
        return done_at("/units", search=form.values["unit"], done="register")
    return await _list(request, asks, refused={"register": refused}, status=422)


@router.post("/units/close")
async def close_one(request: Request, asks: Asking, year: ThisYear) -> Response:
    """Giải thể, sáp nhập cơ sở."""
    form = await sent(request)
    unit = form.values.get("unit", "")
    refused = await do(asks, CloseUnit, form)
    if refused is None:
        return done_at("/units", search=unit, done="close")
    return await _list(request, asks, unit, close=unit, refused={"close": refused}, status=422)


async def _list(
    request: Request,
    asks: Asks,
    search: str = "",
    level: str = "",
    after: str = "",
    close: str = "",
    refused: dict[str, Form] | None = None,
    status: int = 200,
    done: str = "",
) -> Response:
    content = {"search": search, "after": after, "limit": 50}
    if level in list(Level):
        content["level"] = level
    found = await asks.ask("planning", "units", **content)
    forms: list[Shown] = []
    if asks.visitor.organises or refused:
        forms = shown(offered((REGISTER,), asks.visitor.organises, refused), "/units", refused)
        if close:
            [closing] = shown((CLOSE,), "/units", refused)
            closing.hidden = {"unit": close}
            closing.refused = True
            forms = [closing, *forms]
    return show(
        request,
        "units.html",
        status,
        found=found,
        levels=list(Level),
        search=search,
        level=level,
        after=after,
        close=close,
        may_close=asks.visitor.organises,
        forms=forms,
        done=done,
    )
