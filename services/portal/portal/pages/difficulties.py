"""My difficulties (khó khăn, vướng mắc): raised, escalated, answered, closed."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from portal.asking import Asks
from portal.choosing_units import Choice, choose, own_units
from portal.forms import Form, command_of, typed
from portal.naming import new_key
from portal.owed import period_of, periods
from portal.people import units_of
from portal.quarters import quarters
from portal.recognising import Asking
from portal.rendering import show
from portal.years import ThisYear, Year
from shared.clock import today
from shared.language.visits import CloseDifficulty, EscalateDifficulty, RaiseDifficulty
from shared.messages import Command
from shared.refused import Refused

router = APIRouter(include_in_schema=False)
_ACTS: dict[str, type[Command]] = {"escalate": EscalateDifficulty, "close": CloseDifficulty}


@router.get("/difficulties")
async def difficulties(request: Request, asks: Asking, year: ThisYear) -> Response:
    """Khó khăn, vướng mắc tôi đã nêu trong năm."""
    return await _page(request, asks, _given(year))


@router.post("/difficulties")
async def raise_(request: Request, asks: Asking, year: ThisYear) -> Response:
    """Nêu khó khăn, vướng mắc."""
    year = _given(year)
    form = typed(await request.form())
    choice = await choose(asks, form)
    try:
        if not form.errors:
            command = command_of(
                RaiseDifficulty,
                form,
                difficulty=new_key("kk", form.command_id),
                cadre=asks.visitor.cadre,
                unit=choice.unit,
                year=year.year,
            )
            await asks.obey(command, form.command_id)
            return RedirectResponse("/difficulties", 303)
    except Refused as refused:
        form = form.refused(refused, asks.visitor.language)
    return await _page(request, asks, year, form, choice)


@router.post("/difficulties/{difficulty}/{act}")
async def act(
    request: Request, asks: Asking, difficulty: str, act: str, year: ThisYear
) -> Response:
    """Báo cáo lên cấp có thẩm quyền, or kết thúc."""
    word = _ACTS.get(act)
    if word is None:
        raise HTTPException(404)
    form = typed(await request.form())
    try:
        await asks.obey(command_of(word, form, difficulty=difficulty), form.command_id)
    except Refused as refused:
        wrong = form.refused(refused, asks.visitor.language)
        return await _page(request, asks, _given(year), acting={(difficulty, act): wrong})
    return RedirectResponse("/difficulties", 303)


async def _page(
    request: Request,
    asks: Asks,
    year: Year,
    form: Form | None = None,
    choice: Choice | None = None,
    acting: dict[tuple[str, str], Form] | None = None,
) -> Response:
    found = await asks.ask("visits", "difficulties", cadre=asks.visitor.cadre, year=year.year)
    rows = sorted(found["rows"], key=lambda one: one["raised_on"], reverse=True)
    kind, day = year.regime.reports.period, today()
    every = periods(kind, quarters(year.regime)) if kind != "visit" else await _visits(asks, year)
    if form is None:
        now = period_of(day, kind)
        form = Form({"raised_on": day.isoformat(), "period": now if now in every else ""})
    wrong = acting or {}
    forms = {
        (one["difficulty"], act): wrong.get((one["difficulty"], act))
        or Form({"escalated_on": day.isoformat(), "on": day.isoformat()})
        for one in rows
        for act in _ACTS
    }
    return show(
        request,
        "difficulties.html",
        422 if form.errors or acting else 200,
        rows=rows,
        form=form,
        choice=choice or Choice(await own_units(asks)),
        periods=every,
        forms=forms,
        units=await units_of(asks, {one["unit"] for one in rows}),
    )


async def _visits(asks: Asks, year: Year) -> list[str]:
    diary = await asks.ask("visits", "diary", cadre=asks.visitor.cadre, year=year.year)
    return [one["visit"] for one in diary["visits"] if not one["voided_on"]]


def _given(year: Year | None) -> Year:
    if year is None:
        raise HTTPException(404)
    return year
