"""My year (năm của tôi): how many days of how many, what is due when, and why."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from portal.acting import Acting, LookingAs
from portal.calendar_of_days import months
from portal.pace import pace
from portal.quarters import begins, quarters
from portal.rendering import show
from portal.years import ThisYear, Year

router = APIRouter(include_in_schema=False)


@router.get("/")
async def my_year(request: Request, acting: LookingAs, year: ThisYear) -> Response:
    """Năm của tôi; who is no cadre sees where else to go."""
    mine = acting.asks.visitor.cadre
    if not mine or year is None:
        return show(request, "welcome.html")
    return await year_of(request, acting, year, mine)


@router.get("/cadres/{cadre}")
async def their_year(request: Request, acting: LookingAs, cadre: str, year: ThisYear) -> Response:
    """Năm của một cán bộ, for those who may see it; the services judge who may."""
    if year is None:
        return show(request, "welcome.html")
    return await year_of(request, acting, year, cadre)


async def year_of(request: Request, acting: Acting, year: Year, cadre: str) -> Response:
    """A cadre's year as of the day that is asked for."""
    asks = acting.asks
    found = await asks.ask(
        "appraisal", "assess", cadre=cadre, year=year.year, as_of=year.as_of.isoformat()
    )
    diary = await asks.ask(
        "visits", "diary", cadre=cadre, year=year.year, as_of=year.as_of.isoformat()
    )
    assessment, window = found["assessment"], year.regime.window
    conditions = [{**one, "due": found["due"].get(one["id"])} for one in assessment["conditions"]]
    return show(
        request,
        "my_year.html",
        acting=acting,
        mine=cadre == asks.visitor.cadre,
        person=found["person"],
        regime=year.regime,
        as_of=year.as_of,
        assessment=assessment,
        ground=found["ground"],
        pace=pace(
            assessment["credited"], assessment["target"], window.from_, window.to, year.as_of
        ),
        due=sorted(
            (one for one in conditions if one["state"] != "met" and one["due"]),
            key=lambda one: one["due"],
        ),
        general=[one for one in conditions if ":" not in one["id"] or one["id"][:6] == "level:"],
        quarters=[_card(quarter, conditions, assessment) for quarter in quarters(year.regime)],
        months=months(year.year, found["credits"], found["denials"], diary["visits"]),
        denials=found["denials"],
        titles={one.title: one.name for one in year.regime.commendation},
        kinds={kind.id: kind.title for kind in year.regime.kinds},
    )


def _card(
    quarter: str, conditions: list[dict[str, Any]], assessment: dict[str, Any]
) -> dict[str, Any]:
    """A quarter's card: its days, and each condition about it or a month of it."""
    first = begins(quarter)
    months_in = range(first.month, first.month + 3)
    inside = {quarter, *(f"{first.year}-{month:02}" for month in months_in)}
    return {
        "quarter": quarter,
        "days": assessment["by_quarter"].get(quarter, 0),
        "conditions": [one for one in conditions if one["id"].partition(":")[2] in inside],
    }
