"""The late (danh sách chậm): who owes what since when, longest first; to print, and to remind."""

from __future__ import annotations

from asyncio import gather
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request, Response

from portal.asking import Asks
from portal.doing import done_at, sent, several
from portal.forms import Form
from portal.language import Said
from portal.recognising import Asking
from portal.reminding import Reminders
from portal.rendering import show
from portal.years import ThisYear, Year
from shared.clock import today

router = APIRouter(include_in_schema=False)

_PAGE = 25
_AT_ONCE = 500
_NAMED = 60
"""Characters shown of a key that nobody bears."""
_MANY = Said(
    "Mỗi lần nhắc nhiều nhất {most} cán bộ.", "At most {most} cadres are reminded at once."
)
_UNKNOWN = Said(
    "Không có trong danh sách cán bộ, chưa nhắc: {unknown}",
    "Not on the roster, and not reminded: {unknown}",
)


@router.get("/chase")
async def chase(
    request: Request,
    asks: Asking,
    year: ThisYear,
    department: Annotated[str, Query(max_length=1000)] = "",
    after: Annotated[str, Query(max_length=1000)] = "",
    done: Annotated[int, Query(ge=0)] = 0,
) -> Response:
    """Danh sách chậm, by pages: with each what is overdue."""
    if year is None:
        return show(request, "welcome.html")
    return await _page(request, asks, year, department, after, done)


async def _page(
    request: Request,
    asks: Asks,
    year: Year,
    department: str = "",
    after: str = "",
    done: int = 0,
    refused: Form | None = None,
) -> Response:
    content: dict[str, Any] = {"year": year.year}
    if department:
        content["department"] = department
    whole, found = await gather(
        asks.ask("appraisal", "overview", year=year.year),
        asks.ask("appraisal", "owing", **content, after=after, limit=_PAGE),
    )
    marks = _reminders(request).last((one["cadre"] for one in found["rows"]), year.year)
    return show(
        request,
        "chase.html",
        422 if refused else 200,
        regime=year.regime,
        departments=[one for one in whole["departments"] if one["late"]],
        late=[{**one, "reminded": marks.get(one["cadre"])} for one in found["rows"]],
        as_of=found["as_of"],
        department=department,
        after=after,
        next=found["next"],
        form=refused or Form(),
        may_mark=asks.visitor.organises,
        done=done,
    )


@router.post("/chase/remind")
async def remind(request: Request, asks: Asking, year: ThisYear) -> Response:
    """Đánh dấu nhắc việc: the organisation department alone does."""
    if year is None:
        raise HTTPException(404)
    if not asks.visitor.organises:
        raise HTTPException(403)
    form, cadres = await sent(request), set(await several(request, "cadre"))
    department, language = form.values.get("department", ""), asks.visitor.language
    if len(cadres) > _AT_ONCE:
        again = form.wrong(**{"": _MANY.to(language).format(most=_AT_ONCE)})
        return await _page(request, asks, year, department, refused=again)
    keys = sorted(one for one in cadres if _may_be_key(one))
    known = set((await asks.ask("planning", "names", cadres=keys))["names"])
    _mark(request, asks, year, known)
    if unknown := sorted(cadres - known):
        named = ", ".join(one[:_NAMED] for one in unknown)
        again = form.wrong(**{"": _UNKNOWN.to(language).format(unknown=named)})
        return await _page(request, asks, year, department, done=len(known), refused=again)
    return done_at("/chase", department=department, done=len(known))


def _may_be_key(text: str) -> bool:
    return bool(text.strip()) and len(text) <= 1000 and "\0" not in text


def _mark(request: Request, asks: Asks, year: Year, cadres: set[str]) -> None:
    accounts = request.app.state.portal.accounts
    told = {cadre: accounts.of(cadre=cadre) for cadre in cadres}
    noticing = request.app.state.notices
    on, by = today().isoformat(), asks.visitor.account
    _reminders(request).mark(told, year.year, on, by, noticing.clock())
    noticing.told(one.account for some in told.values() for one in some)


def _reminders(request: Request) -> Reminders:
    return Reminders(request.app.state.portal.store, request.app.state.notices.notices)
