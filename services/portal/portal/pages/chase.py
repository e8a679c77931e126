"""The late (danh sách chậm): who owes what since when, longest first; to print, and to remind."""

from __future__ import annotations

from asyncio import gather
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from portal.doing import done_at, sent, several
from portal.forms import Form
from portal.recognising import Asking
from portal.reminding import Reminders
from portal.rendering import show
from portal.years import ThisYear
from shared.clock import today

router = APIRouter(include_in_schema=False)

_PAGE = 25


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
        regime=year.regime,
        departments=[one for one in whole["departments"] if one["late"]],
        late=[{**one, "reminded": marks.get(one["cadre"])} for one in found["rows"]],
        as_of=found["as_of"],
        department=department,
        after=after,
        next=found["next"],
        form=Form(),
        may_mark=asks.visitor.organises,
        done=done,
    )


@router.post("/chase/remind")
async def remind(request: Request, asks: Asking, year: ThisYear) -> Response:
    """Đánh dấu nhắc việc: only the organisation department's page does."""
    form = await sent(request)
    cadres = await several(request, "cadre")
    marked = 0
    if year is not None and asks.visitor.organises:
        accounts = request.app.state.portal.accounts
        told = {cadre: accounts.of(cadre=cadre) for cadre in cadres}
        noticing = request.app.state.notices
        on, by = today().isoformat(), asks.visitor.account
        _reminders(request).mark(told, year.year, on, by, noticing.clock())
        noticing.told(one.account for some in told.values() for one in some)
        marked = len(cadres)
    department = form.values.get("department", "")
    return done_at("/chase", department=department, done=marked)


def _reminders(request: Request) -> Reminders:
    return Reminders(request.app.state.portal.store, request.app.state.notices.notices)
