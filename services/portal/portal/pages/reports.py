"""My reports (báo cáo thu hoạch, báo cáo sản phẩm): what is owed, writing it, what came of it."""

from __future__ import annotations

from asyncio import gather
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from portal.asking import Asks
from portal.drafting import draft
from portal.forms import Form, command_of, typed
from portal.naming import new_key
from portal.owed import Owed, inside, owed, periods
from portal.people import names_of, units_of
from portal.plan_lines import lines_of
from portal.quarters import quarters
from portal.recognising import Asking
from portal.rendering import show
from portal.years import ThisYear, Year
from shared.clock import today
from shared.language.visits import SubmitProduct, SubmitReport
from shared.refused import Refused

router = APIRouter(include_in_schema=False)
_SECTION = "sections."


@router.get("/reports")
async def reports(request: Request, asks: Asking, year: ThisYear) -> Response:
    """Các báo cáo phải nộp của tôi."""
    year = _given(year)
    assessed, outcome, products, diary = await gather(
        _assessed(asks, year),
        _papers(asks, year, "reports"),
        _papers(asks, year, "products"),
        asks.ask("visits", "diary", cadre=asks.visitor.cadre, year=year.year),
    )
    of_visits = {one["visit"]: one for one in diary["visits"]}
    judges = {one["accepted_by"] or one["returned_by"] for one in (*outcome, *products)}
    units, names = await gather(
        units_of(asks, {one["unit"] for one in of_visits.values()}), names_of(asks, judges)
    )
    return show(
        request,
        "reports.html",
        outcome=owed("report", assessed, outcome),
        products=owed("product", assessed, products),
        visits=of_visits,
        units=units,
        names=names,
        by_visit=year.regime.reports.period == "visit",
        kinds=year.kinds(asks.visitor.language),
    )


# --- outcome reports --------------------------------------------------------------------------


@router.get("/reports/of/{period}")
async def report(request: Request, asks: Asking, period: str, year: ThisYear) -> Response:
    """Báo cáo thu hoạch của một kỳ: a draft of what was logged, or what was handed in."""
    year = _given(year)
    one = await _outcome(asks, year, period)
    form = Form({"submitted_on": today().isoformat()})
    if one.paper:
        form.values |= {f"{_SECTION}{name}": text for name, text in one.paper["sections"].items()}
    else:
        form.values |= await _draft(asks, year, period)
    return await _report_page(request, asks, year, one, form)


@router.post("/reports/of/{period}")
async def submit(request: Request, asks: Asking, period: str, year: ThisYear) -> Response:
    """Nộp báo cáo thu hoạch; one that was returned keeps its id."""
    year = _given(year)
    form = typed(await request.form())
    try:
        sections = {
            name: form.values.get(f"{_SECTION}{name}", "") for name in year.regime.reports.headings
        }
        command = command_of(
            SubmitReport,
            form,
            report=form.values.get("again") or new_key("bc", form.command_id),
            cadre=asks.visitor.cadre,
            period=period,
            sections=sections,
            year=year.year,
        )
        await asks.obey(command, form.command_id)
    except Refused as refused:
        one = await _outcome(asks, year, period)
        form = form.refused(refused, asks.visitor.language)
        return await _report_page(request, asks, year, one, form)
    return RedirectResponse("/reports", 303)


async def _report_page(request: Request, asks: Asks, year: Year, one: Owed, form: Form) -> Response:
    paper = one.paper or {}
    names = await names_of(asks, {paper.get("returned_by"), paper.get("accepted_by")})
    return show(
        request,
        "report.html",
        422 if form.errors else 200,
        one=one,
        form=form,
        names=names,
        headings=year.regime.reports.headings,
        section=_SECTION,
    )


async def _outcome(asks: Asks, year: Year, period: str) -> Owed:
    """The report of a period, owed or not; a period of the regime's year."""
    assessed, papers, diary = await gather(
        _assessed(asks, year),
        _papers(asks, year, "reports"),
        asks.ask("visits", "diary", cadre=asks.visitor.cadre, year=year.year),
    )
    found = next((one for one in owed("report", assessed, papers) if one.about == period), None)
    if found:
        return found
    kind = year.regime.reports.period
    known = (
        [one["visit"] for one in diary["visits"]]
        if kind == "visit"
        else periods(kind, quarters(year.regime))
    )
    if period not in known:
        raise HTTPException(404)
    return Owed(period, None, "", None, None)


async def _draft(asks: Asks, year: Year, period: str) -> dict[str, str]:
    cadre, of = asks.visitor.cadre, year.year
    diary, raised, *plans = await gather(
        asks.ask("visits", "diary", cadre=cadre, year=of),
        asks.ask("visits", "difficulties", cadre=cadre, year=of),
        *(
            asks.ask("planning", "plan", cadre=cadre, quarter=one, year=of)
            for one in quarters(year.regime)
        ),
    )
    visits = sorted(
        (one for one in diary["visits"] if inside(one, period)), key=lambda one: one["from"]
    )
    difficulties = [one for one in raised["rows"] if one["period"] == period]
    units = await units_of(asks, {one["unit"] for one in (*visits, *difficulties)})
    texts = draft(
        year.regime.reports.headings,
        visits,
        difficulties,
        units,
        {one.line: one.topic for plan in plans for one in lines_of(plan)},
        year.kinds(asks.visitor.language),
        asks.visitor.language,
    )
    return {f"{_SECTION}{name}": text for name, text in texts.items()}


# --- product reports --------------------------------------------------------------------------


@router.get("/reports/product/{visit}")
async def product(request: Request, asks: Asking, visit: str, year: ThisYear) -> Response:
    """Báo cáo sản phẩm của một lượt đi theo chuyên đề."""
    year = _given(year)
    one, row = await _product(asks, year, visit)
    values = {"submitted_on": today().isoformat(), "text": one.paper["text"] if one.paper else ""}
    return await _product_page(request, asks, year, one, row, Form(values))


@router.post("/reports/product/{visit}")
async def hand_in(request: Request, asks: Asking, visit: str, year: ThisYear) -> Response:
    """Nộp báo cáo sản phẩm; one that was returned keeps its id."""
    year = _given(year)
    form = typed(await request.form())
    try:
        key = form.values.get("again") or new_key("sp", form.command_id)
        command = command_of(SubmitProduct, form, product=key, visit=visit)
        await asks.obey(command, form.command_id)
    except Refused as refused:
        one, row = await _product(asks, year, visit)
        form = form.refused(refused, asks.visitor.language)
        return await _product_page(request, asks, year, one, row, form)
    return RedirectResponse("/reports", 303)


async def _product_page(
    request: Request, asks: Asks, year: Year, one: Owed, row: dict[str, Any], form: Form
) -> Response:
    paper = one.paper or {}
    units, names = await gather(
        units_of(asks, [row["unit"]]),
        names_of(asks, {paper.get("returned_by"), paper.get("accepted_by")}),
    )
    return show(
        request,
        "product.html",
        422 if form.errors else 200,
        one=one,
        row=row,
        form=form,
        names=names,
        units=units,
        kinds=year.kinds(asks.visitor.language),
    )


async def _product(asks: Asks, year: Year, visit: str) -> tuple[Owed, dict[str, Any]]:
    assessed, papers, diary = await gather(
        _assessed(asks, year),
        _papers(asks, year, "products"),
        asks.ask("visits", "diary", cadre=asks.visitor.cadre, year=year.year),
    )
    row = next((one for one in diary["visits"] if one["visit"] == visit), None)
    if row is None:
        raise Refused("unknown-visit", visit=visit)
    every = owed("product", assessed, papers)
    found = next((one for one in every if one.about == visit), None)
    return found or Owed(visit, None, "", None, None), row


# --- what all of them need --------------------------------------------------------------------


def _given(year: Year | None) -> Year:
    if year is None:
        raise HTTPException(404)
    return year


async def _assessed(asks: Asks, year: Year) -> dict[str, Any]:
    return await asks.ask(
        "appraisal",
        "assess",
        cadre=asks.visitor.cadre,
        year=year.year,
        as_of=year.as_of.isoformat(),
    )


async def _papers(asks: Asks, year: Year, question: str) -> list[dict[str, Any]]:
    found = await asks.ask("visits", question, cadre=asks.visitor.cadre, year=year.year)
    rows: list[dict[str, Any]] = found["rows"]
    return rows
