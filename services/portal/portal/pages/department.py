"""The department (Ban/Văn phòng): who is behind, and the plans that wait for its leader."""

from __future__ import annotations

from asyncio import gather
from typing import Annotated, Any, Literal

from fastapi import APIRouter, HTTPException, Query, Request, Response
from fastapi.responses import RedirectResponse

from portal.acting import Acting, ActingAs, of_department
from portal.forms import Form, command_of, typed
from portal.people import names_of, units_of
from portal.plan_lines import lines_of
from portal.quarters import current, plan_due, quarters
from portal.rendering import show
from portal.years import ThisYear, Year
from shared.clock import today
from shared.language.planning import (
    ApprovePlans,
    ConsolidatePlans,
    ForwardPlans,
    ReturnPlan,
    ReturnPlans,
)
from shared.messages import Command
from shared.refused import Refused

router = APIRouter(include_in_schema=False)
_PAGE = 50
"""Plans on a page."""
_LONGEST = 100
"""Characters of a search; of one that is longer the beginning is looked for."""
_MOST = 200
"""Plans that are asked for at once, of all steps together."""

Sort = Literal["shortfall", "lateness", "cadre"]
_ACTS: dict[str, type[Command]] = {
    "consolidate": ConsolidatePlans,
    "forward": ForwardPlans,
    "approve": ApprovePlans,
    "return": ReturnPlans,
}


@router.get("/department")
async def department(
    request: Request,
    acting: ActingAs,
    year: ThisYear,
    search: str = "",
    sort: Sort = "shortfall",
    after: Annotated[str, Query(max_length=2000)] = "",
) -> Response:
    """Ban tôi phụ trách: who is behind, most first."""
    year, name, search = _given(year), of_department(acting), search[:_LONGEST]
    found = await acting.asks.ask(
        "appraisal",
        "standings",
        year=year.year,
        department=name,
        search=search,
        sort=sort,
        after=after,
    )
    return show(
        request,
        "department.html",
        acting=acting,
        longest=_LONGEST,
        department=name,
        rows=found["rows"],
        next=found["next"],
        search=search,
        sort=sort,
        after=after,
    )


# --- plans ------------------------------------------------------------------------------------


@router.get("/department/plan")
async def now(year: ThisYear, acting: ActingAs) -> Response:
    """Kế hoạch của Ban trong quý này."""
    quarter = current(quarters(_given(year).regime), today())
    return RedirectResponse(f"/department/plan/{quarter}{acting.query}", 303)


@router.get("/department/plan/{quarter}")
async def plans(
    request: Request,
    acting: ActingAs,
    quarter: str,
    year: ThisYear,
    start: Annotated[int, Query(ge=0, le=100_000)] = 0,
    after: Annotated[str, Query(max_length=1000)] = "",
) -> Response:
    """Kế hoạch quý đã nhận ở bước của Ban, và ai chưa nộp.

    ``start`` is the page of what was received, ``after`` that of the other plans.
    """
    return await _plans_page(
        request, acting, _within(year, quarter), quarter, start=start, after=after
    )


@router.post("/department/plan/{quarter}/{act}")
async def act(
    request: Request, acting: ActingAs, quarter: str, act: str, year: ThisYear
) -> Response:
    """Tổng hợp, trình, phê duyệt hoặc trả lại cả Ban."""
    year, word, form = _within(year, quarter), _ACTS.get(act), typed(await request.form())
    if word is None:
        raise HTTPException(404)
    said = {"quarter": quarter, "department": of_department(acting), "year": year.year}
    try:
        command = command_of(word, form, by=acting.cadre, **said)
        await acting.asks.obey(command, form.command_id)
    except Refused as refused:
        wrong = form.refused(refused, acting.asks.visitor.language)
        at = (act if act == "return" else "act", form.values.get("step", ""))
        return await _plans_page(request, acting, year, quarter, {at: wrong})
    return RedirectResponse(f"/department/plan/{quarter}{acting.query}", 303)


@router.post("/department/plan/{quarter}/of/{cadre}/return")
async def send_back(
    request: Request, acting: ActingAs, quarter: str, cadre: str, year: ThisYear
) -> Response:
    """Trả lại kế hoạch của một cán bộ, with a reason."""
    year, form = _within(year, quarter), typed(await request.form())
    said = {"cadre": cadre, "quarter": quarter, "year": year.year}
    try:
        command = command_of(ReturnPlan, form, by=acting.cadre, **said)
        await acting.asks.obey(command, form.command_id)
    except Refused as refused:
        wrong = form.refused(refused, acting.asks.visitor.language)
        return await _plans_page(request, acting, year, quarter, {("of", cadre): wrong})
    return RedirectResponse(f"/department/plan/{quarter}{acting.query}", 303)


async def _plans_page(
    request: Request,
    acting: Acting,
    year: Year,
    quarter: str,
    wrong: dict[tuple[str, str], Form] | None = None,
    start: int = 0,
    after: str = "",
) -> Response:
    asks, name, wrong = acting.asks, of_department(acting), wrong or {}
    asked: dict[str, Any] = {"quarter": quarter, "year": year.year}
    steps = [
        (number, step)
        for number, step in enumerate(year.regime.planning.chain)
        if step.scope == "department"
    ]
    chain, found, *lying = await gather(
        asks.ask("planning", "chain", department=name, **asked),
        asks.ask("planning", "plans", department=name, after=after, limit=_PAGE, **asked),
        *(
            asks.ask("planning", "consolidated", step=number, department=name, **asked)
            for number, _ in steps
        ),
    )
    size = min(_PAGE, _MOST // max(1, len(steps)))
    received = {one["cadre"] for there in lying for one in there["plans"]}
    pages = [there["plans"][start : start + size] for there in lying]
    shown = {one["cadre"] for page in pages for one in page}
    here = await asks.ask(
        "planning", "plans", department=name, cadres=sorted(shown), limit=_MOST, **asked
    )
    plans = {
        one["cadre"]: {**one, "lines": lines_of(one)} for one in (*found["rows"], *here["rows"])
    }
    units, names = await gather(
        units_of(asks, {line.unit for one in plans.values() for line in one["lines"]}),
        names_of(asks, shown | plans.keys()),
    )
    day = {"on": today().isoformat()}
    every = [(what, str(number)) for number, _ in steps for what in ("act", "return")]
    forms = {at: Form(dict(day)) for at in (*every, *(("of", one) for one in sorted(shown)))}
    return show(
        request,
        "department_plan.html",
        422 if wrong else 200,
        acting=acting,
        department=name,
        quarter=quarter,
        quarters=quarters(year.regime),
        due=plan_due(quarter, year.regime),
        regime=year.regime,
        chain=chain,
        steps=[
            (number, step, page, len(there["plans"]), _consolidated(there["plans"]))
            for (number, step), page, there in zip(steps, pages, lying, strict=True)
        ],
        received=received,
        start=start,
        page=size,
        next=found["next"],
        after=after,
        plans=plans,
        units=units,
        names=names,
        kinds=year.kinds(asks.visitor.language),
        forms={**forms, **wrong},
        wrong=wrong,
    )


def _consolidated(plans: list[dict[str, Any]]) -> int:
    return sum(one["consolidated"] for one in plans)


def _given(year: Year | None) -> Year:
    if year is None:
        raise HTTPException(404)
    return year


def _within(year: Year | None, quarter: str) -> Year:
    year = _given(year)
    if quarter not in quarters(year.regime):
        raise HTTPException(404)
    return year
