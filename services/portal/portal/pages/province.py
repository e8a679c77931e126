"""The province at a glance (toàn tỉnh): how far, where nobody was, what is due and late."""

from __future__ import annotations

from asyncio import gather
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from portal.recognising import Asking
from portal.rendering import show
from portal.years import ThisYear

router = APIRouter(include_in_schema=False)

STATUSES = ("fulfilled", "in_progress", "unfulfilled", "exempt", "not_covered")
"""In the order in which a bar shows them."""
_SHADES = 5


@router.get("/province")
async def province(
    request: Request,
    asks: Asking,
    year: ThisYear,
    search: Annotated[str, Query(max_length=100)] = "",
    after: Annotated[str, Query(max_length=2000)] = "",
    unvisited: Annotated[str, Query(max_length=2000)] = "",
) -> Response:
    """Toàn tỉnh; ``after`` and ``unvisited`` are the pages of the two lists of units."""
    if year is None:
        return show(request, "welcome.html")
    of = year.year
    whole, heat, nobody, late = await gather(
        asks.ask("appraisal", "overview", year=of),
        asks.ask("visits", "unit-months", year=of, search=search, after=after, limit=25),
        asks.ask("visits", "unit-months", year=of, visited=False, after=unvisited, limit=25),
        asks.ask("appraisal", "standings", year=of, late=True, sort="lateness", limit=8),
    )
    return show(
        request,
        "province.html",
        regime=year.regime,
        whole=whole,
        total=total(whole["departments"]),
        statuses=STATUSES,
        heat=heat,
        shade=lambda count: shade(count, heat["most"]),
        nobody=nobody,
        late=late["rows"],
        search=search,
        after=after,
    )


def total(departments: list[dict[str, Any]]) -> dict[str, Any]:
    """All departments together, as ``ask.appraisal.overview`` gives each."""
    sums = {
        name: sum(one[name] for one in departments)
        for name in ("cadres", "late", "credited", "target", "shortfall")
    }
    status = {
        name: found
        for name in STATUSES
        if (found := sum(one["status"].get(name, 0) for one in departments))
    }
    return {**sums, "status": status}


def shade(count: int, most: int) -> int:
    """How dark a number is shown, 0 to 5: in proportion to the greatest."""
    return -(-count * _SHADES // most) if most else 0
