"""My plan of a quarter (kế hoạch quý): its lines, how far each has come, and handing it in."""

from __future__ import annotations

from asyncio import gather
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from portal.asking import Asks
from portal.checking import checked
from portal.choosing_units import Choice, choose, own_units, written
from portal.doing import why
from portal.forms import Form, command_of, typed
from portal.language import Said
from portal.naming import further, new_key
from portal.people import names_of, units_of
from portal.plan_lines import TheLine, lines_of, moved, same
from portal.quarters import before, current, plan_due, quarters
from portal.recognising import Asking
from portal.rendering import show
from portal.years import ThisYear, Year
from shared.clock import today
from shared.dates import last_day
from shared.language.planning import AmendLine, DraftLine, DropLine, SubmitPlan
from shared.messages import Command
from shared.refused import Refused

router = APIRouter(include_in_schema=False)
_FROM = "filled_from"
_CHANGED = Said(
    "Dòng này vừa được sửa ở nơi khác; gửi lại thì bản đang gõ thay bản đó.",
    "This line was changed elsewhere meanwhile; sent again, what is typed here replaces that.",
)


@router.get("/plan")
async def now(year: ThisYear) -> Response:
    """Kế hoạch của quý này."""
    if year is None:
        raise HTTPException(404)
    return RedirectResponse(f"/plan/{current(quarters(year.regime), today())}", 303)


@router.get("/plan/{quarter}")
async def plan(request: Request, asks: Asking, quarter: str, year: ThisYear) -> Response:
    """Kế hoạch quý của tôi."""
    return await _plan(request, asks, _within(year, quarter), quarter)


async def _plan(
    request: Request, asks: Asks, year: Year, quarter: str, form: Form | None = None
) -> Response:
    found = await _found(asks, year, quarter)
    lines = lines_of(found)
    whose = {one.returned["by"] for one in lines if one.returned}
    units, names = await gather(units_of(asks, _units(lines)), names_of(asks, whose))
    form = form or Form({"on": today().isoformat()})
    return show(
        request,
        "plan.html",
        422 if form.errors else 200,
        quarter=quarter,
        quarters=quarters(year.regime),
        due=plan_due(quarter, year.regime),
        regime=year.regime,
        lines=lines,
        open=[one for one in lines if one.state in ("draft", "returned") or _unsent(one)],
        lies=found["lies"],
        units=units,
        names=names,
        kinds=year.kinds(asks.visitor.language),
        form=form,
    )


@router.post("/plan/{quarter}/submit")
async def submit(request: Request, asks: Asking, quarter: str, year: ThisYear) -> Response:
    """Nộp kế hoạch quý: whatever is new or changed goes into the chain."""
    year = _within(year, quarter)
    form = typed(await request.form())
    try:
        command = command_of(
            SubmitPlan, form, cadre=asks.visitor.cadre, quarter=quarter, year=year.year
        )
        await asks.obey(command, form.command_id)
    except Refused as refused:
        return await _plan(
            request, asks, year, quarter, form.refused(refused, asks.visitor.language)
        )
    return RedirectResponse(f"/plan/{quarter}", 303)


# --- one line ---------------------------------------------------------------------------------


@router.get("/plan/{quarter}/new")
async def new(request: Request, asks: Asking, quarter: str, year: ThisYear) -> Response:
    """Dòng kế hoạch mới."""
    year = _within(year, quarter)
    return await _line_page(request, asks, year, quarter, Form())


@router.post("/plan/{quarter}/new")
async def draft(request: Request, asks: Asking, quarter: str, year: ThisYear) -> Response:
    """Lập dòng kế hoạch."""
    year = _within(year, quarter)
    form = typed(await request.form())
    what = {
        "line": new_key("dk", form.command_id),
        "cadre": asks.visitor.cadre,
        "quarter": quarter,
        "year": year.year,
    }
    return await _written(request, asks, year, quarter, form, DraftLine, what, None)


@router.get("/plan/{quarter}/lines/{line}")
async def line(request: Request, asks: Asking, quarter: str, line: str, year: ThisYear) -> Response:
    """Sửa hoặc bỏ một dòng kế hoạch."""
    year = _within(year, quarter)
    one = await _one(asks, year, quarter, line)
    return await _line_page(request, asks, year, quarter, await _filled(asks, one), one)


@router.post("/plan/{quarter}/lines/{line}")
async def amend(
    request: Request, asks: Asking, quarter: str, line: str, year: ThisYear
) -> Response:
    """Sửa dòng kế hoạch."""
    year = _within(year, quarter)
    form = typed(await request.form())
    one = await _one(asks, year, quarter, line)
    return await _written(request, asks, year, quarter, form, AmendLine, {"line": line}, one)


@router.post("/plan/{quarter}/lines/{line}/drop")
async def drop(request: Request, asks: Asking, quarter: str, line: str, year: ThisYear) -> Response:
    """Bỏ dòng kế hoạch, with a reason."""
    year = _within(year, quarter)
    form = typed(await request.form())
    try:
        await asks.obey(command_of(DropLine, form, line=line), form.command_id)
    except Refused as refused:
        one = await _one(asks, year, quarter, line)
        dropping = form.refused(refused, asks.visitor.language)
        form = await _filled(asks, one)
        return await _line_page(request, asks, year, quarter, form, one, dropping)
    return RedirectResponse(f"/plan/{quarter}", 303)


async def _filled(asks: Asks, one: TheLine) -> Form:
    """The form of a line, and what it was filled from."""
    unit = one.says["unit"]
    names = await units_of(asks, [unit])
    return Form({**one.says, "unit": written(unit, names[unit]), _FROM: one.digest})


def _stale(form: Form, unit: str, one: TheLine | None) -> bool:
    """Whether a line says something else now than when its form was filled, and than the form."""
    if one is None or form.values.get(_FROM, one.digest) == one.digest:
        return False
    said = {**form.values, "unit": unit}
    return any(said.get(name, "") != text for name, text in one.says.items())


async def _written(
    request: Request,
    asks: Asks,
    year: Year,
    quarter: str,
    form: Form,
    word: type[Command],
    what: dict[str, Any],
    one: TheLine | None,
) -> Response:
    choice = await choose(asks, form)
    form = checked(form, word, asks.visitor.language, choice.unit, **what)
    if not form.errors and _stale(form, choice.unit, one):
        form = form.wrong(**{"": _CHANGED.to(asks.visitor.language)})
        return await _line_page(request, asks, year, quarter, form, one, choice=choice, stale=True)
    try:
        if not form.errors:
            command = command_of(word, form, unit=choice.unit, **what)
            await asks.obey(command, form.command_id)
            return RedirectResponse(f"/plan/{quarter}", 303)
    except Refused as refused:
        form = form.refused(refused, asks.visitor.language)
    return await _line_page(request, asks, year, quarter, form, one, choice=choice)


async def _line_page(
    request: Request,
    asks: Asks,
    year: Year,
    quarter: str,
    form: Form,
    one: TheLine | None = None,
    dropping: Form | None = None,
    choice: Choice | None = None,
    stale: bool = False,
) -> Response:
    if one and stale:
        form.values[_FROM] = one.digest
    wrong = form.errors or (dropping and dropping.errors)
    return show(
        request,
        "plan_line.html",
        422 if wrong else 200,
        quarter=quarter,
        last=last_day(quarter),
        line=one,
        stale=stale,
        units=await units_of(asks, {one.says["unit"]}) if one else {},
        form=form,
        dropping=dropping or Form(),
        choice=choice or Choice(await own_units(asks)),
        kinds=year.kinds(asks.visitor.language),
    )


async def _one(asks: Asks, year: Year, quarter: str, line: str) -> TheLine:
    lines = lines_of(await _found(asks, year, quarter))
    found = next((one for one in lines if one.line == line), None)
    if found is None:
        raise Refused("unknown-line", line=line)
    return found


# --- copying the quarter before ---------------------------------------------------------------


@router.get("/plan/{quarter}/copy")
async def preview(request: Request, asks: Asking, quarter: str, year: ThisYear) -> Response:
    """Xem trước các dòng chép từ quý trước."""
    year = _within(year, quarter)
    return await _copy_page(request, asks, year, quarter, Form())


@router.post("/plan/{quarter}/copy")
async def copy(request: Request, asks: Asking, quarter: str, year: ThisYear) -> Response:
    """Chép các dòng đã chọn của quý trước thành dự thảo của quý này."""
    year = _within(year, quarter)
    sent = await request.form()
    form, language = typed(sent), asks.visitor.language
    chosen = {str(one) for one in sent.getlist("line")}
    refused_lines: dict[str, str] = {}
    there = lines_of(await _found(asks, year, quarter))
    for one in moved(lines_of(await _found(asks, year, before(quarter)))):
        if one["line"] not in chosen or same(there, one):
            continue
        key = new_key("dk", f"{form.command_id}/{one['line']}")
        said = {**one, "line": key, "quarter": quarter, "year": year.year}
        try:
            command = command_of(DraftLine, Form(), cadre=asks.visitor.cadre, **said)
            await asks.obey(command, further(form.command_id, one["line"]))
        except Refused as refused:
            refused_lines[one["line"]] = why(refused, language)
    if refused_lines:
        return await _copy_page(request, asks, year, quarter, form.wrong(**refused_lines))
    return RedirectResponse(f"/plan/{quarter}", 303)


async def _copy_page(
    request: Request, asks: Asks, year: Year, quarter: str, form: Form
) -> Response:
    former = before(quarter)
    found = await gather(_found(asks, year, former), _found(asks, year, quarter))
    plan, there = map(lines_of, found)
    lines = moved(plan)
    return show(
        request,
        "plan_copy.html",
        422 if form.errors else 200,
        quarter=quarter,
        former=former,
        lines=lines,
        there={one["line"] for one in lines if same(there, one)},
        units=await units_of(asks, {one["unit"] for one in lines}),
        kinds=year.kinds(asks.visitor.language),
        form=form,
    )


# --- what all of them need --------------------------------------------------------------------


def _within(year: Year | None, quarter: str) -> Year:
    """The year, if the quarter is one of its."""
    if year is None or quarter not in quarters(year.regime):
        raise HTTPException(404)
    return year


async def _found(asks: Asks, year: Year, quarter: str) -> dict[str, Any]:
    filed = year.year if quarter in quarters(year.regime) else int(quarter[:4])
    return await asks.ask("planning", "plan", cadre=asks.visitor.cadre, quarter=quarter, year=filed)


def _units(lines: list[TheLine]) -> set[str]:
    wanted = {one.wanted["unit"] for one in lines if one.wanted}
    return {one.unit for one in lines} | wanted


def _unsent(line: TheLine) -> bool:
    """Whether something of an approved line is not handed in: a change, or dropping it."""
    return line.state == "approved" and bool(line.wanted or line.dropping)
