"""The consolidated plan (kế hoạch chung): consolidate, forward, approve, or return with a reason.

The organisation department works on it at ``/plans``, the standing body at ``/approval``; who may
act at which step the regime's chain says, and the services judge it. Who holds a delegation of
one of them acts for them on the same pages.
"""

from __future__ import annotations

from asyncio import gather
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request, Response
from fastapi.responses import RedirectResponse

from portal.acting import Acting, ReadingAs
from portal.asking import Asks
from portal.doing import do, do_each, done_at, sent, several
from portal.faults import say_fault
from portal.forms import Form
from portal.language import Said
from portal.paths import segment
from portal.people import units_of
from portal.plan_lines import lines_of
from portal.quarters import current, quarters
from portal.rendering import show
from portal.years import ThisYear, Year
from shared.clock import today
from shared.dates import is_quarter
from shared.language.planning import (
    ApprovePlans,
    ConsolidatePlans,
    ForwardPlans,
    OfConsolidated,
    ReturnPlan,
    ReturnPlans,
)
from shared.regime import Step
from shared.values import Role

router = APIRouter(include_in_schema=False)

ACTS: dict[str, type[OfConsolidated]] = {
    "consolidate": ConsolidatePlans,
    "forward": ForwardPlans,
    "approve": ApprovePlans,
    "approve-of": ApprovePlans,
    "return-of": ReturnPlans,
    "return": ReturnPlans,
}
RETURN_SOME = "return-some"
_PAGE = 50
_HOMES = {"plans": Role.ORGANISATION, "approval": Role.STANDING}


@router.get("/plans")
async def plans_now(acting: ReadingAs, year: ThisYear) -> Response:
    """Kế hoạch chung của quý này, or of the year's last quarter."""
    return RedirectResponse(f"/plans/{_now(year)}{acting.query}" if year else "/", 303)


@router.get("/approval")
async def approval_now(acting: ReadingAs, year: ThisYear) -> Response:
    """Kế hoạch chờ phê duyệt: the first quarter with something before the standing body."""
    if year is None:
        return RedirectResponse("/", 303)
    every = quarters(year.regime)
    found = await gather(
        *(acting.asks.ask("planning", "steps", quarter=one, year=year.year) for one in every)
    )
    waiting = (
        quarter
        for quarter, told in zip(every, found, strict=True)
        for step in told["steps"]
        if step["by"] == Role.STANDING and _lying(step)
    )
    return RedirectResponse(f"/approval/{next(waiting, _now(year))}{acting.query}", 303)


@router.get("/plans/{quarter}")
@router.get("/approval/{quarter}")
async def consolidated(
    request: Request,
    acting: ReadingAs,
    year: ThisYear,
    quarter: str,
    department: Annotated[str, Query(max_length=1000)] = "",
    after: Annotated[str, Query(max_length=1000)] = "",
    done: Annotated[str, Query(max_length=30)] = "",
) -> Response:
    """Kế hoạch chung của một quý, by department; the lines of one that is chosen, by pages."""
    if year is None or not is_quarter(quarter):
        raise HTTPException(404)
    return await _page(request, acting, year, quarter, department, after, done=done)


@router.post("/plans/{quarter}/{act}")
@router.post("/approval/{quarter}/{act}")
async def act(
    request: Request, acting: ReadingAs, year: ThisYear, quarter: str, act: str
) -> Response:
    """Tổng hợp, trình, phê duyệt hoặc trả lại."""
    if year is None or not is_quarter(quarter) or act not in (*ACTS, RETURN_SOME):
        raise HTTPException(404)
    form = await sent(request)
    department, after = form.values.get("shown", ""), form.values.get("after", "")
    asks = acting.asks
    known: dict[str, Any] = {"quarter": quarter, "year": year.year, "by": acting.cadre}
    refused: Form | None
    picked = await several(request, "cadre") if act == RETURN_SOME else []
    if act == RETURN_SOME:
        refused = await _return_some(asks, form, picked, known)
    else:
        if acting.for_ and ACTS[act] is ApprovePlans:  # a delegate approves nothing of their own
            known["without"] = [asks.visitor.cadre]
        refused = await do(asks, ACTS[act], form, **known)
    if refused is None:
        told = {"for": acting.for_, "department": department, "done": act}
        return done_at(f"/{_home(request)}/{quarter}", **told)
    wrong = {act: refused}
    return await _page(request, acting, year, quarter, department, after, 422, wrong, picked=picked)


def _home(request: Request) -> str:
    return request.url.path.split("/")[1]


async def _return_some(
    asks: Asks, form: Form, cadres: list[str], known: dict[str, Any]
) -> Form | None:
    """Return each chosen plan by a command of its own; the form again where one was refused."""
    _, refusals = await do_each(asks, ReturnPlan, form, cadres, **known)
    if cadres and not refusals:
        return None
    nobody = Said("Chưa chọn kế hoạch nào.", "No plan is chosen.").to(asks.visitor.language)
    told = "; ".join(f"{cadre}: {reason}" for cadre, reason in refusals)
    empty = say_fault("is missing", asks.visitor.language)
    beside = {name: empty for name in ("on", "reason") if not form.values.get(name)}
    return Form(form.values, errors={"": told or nobody, **beside})


async def _page(
    request: Request,
    acting: Acting,
    year: Year,
    quarter: str,
    department: str,
    after: str = "",
    status: int = 200,
    refused: dict[str, Form] | None = None,
    done: str = "",
    picked: Collection[str] = (),
) -> Response:
    home, asks = _home(request), acting.asks
    mine = own_steps(year.regime.planning.chain, _HOMES[home])
    chain, (chosen, next_), own = await gather(
        asks.ask("planning", "chain", quarter=quarter, year=year.year, limit=100),
        _lines(asks, year, quarter, department, after, mine),
        _left_out(acting, year, quarter, mine),
    )
    refused = refused or {}
    return show(
        request,
        "plans.html",
        status,
        acting=acting,
        home=home,
        quarter=quarter,
        quarters=quarters(year.regime),
        chain=chain,
        mine=[step for step in chain["steps"] if step["step"] in mine],
        may_act=acting.role is _HOMES[home] and bool(acting.cadre),
        own=own,
        department=department,
        lines=chosen,
        after=after,
        next=next_,
        units=await units_of(asks, (line["unit"] for one in chosen for line in one["lines"])),
        kinds={kind.id: kind.title.model_dump() for kind in year.regime.kinds},
        refused=refused,
        form_of=partial(_form_of, refused),
        spot_of=_spot_of,
        picked=picked,
        lying=_lying,
        done=done,
    )


def _form_of(refused: Mapping[str, Form], act: str, step: int | str = "", place: str = "") -> Form:
    """The form of an act at a step, of a department there or of all: as it was refused, or new."""
    form = refused.get(act)
    at = (form.values.get("step", ""), form.values.get("department", "")) if form else None
    return form if form and at == (str(step), place) else Form({"on": today().isoformat()})


def _spot_of(act: str, step: int | str = "", place: str = "") -> str:
    """What tells its fields from those of the other forms of the page."""
    return "".join(f"-{one}" for one in (act, step, segment(place)) if one != "")


def own_steps(chain: Sequence[Step], home: Role) -> dict[int, Step]:
    """The steps of the chain that a page is about, by number: those of its role, whoever reads."""
    return {number: step for number, step in enumerate(chain) if step.by is home}


def _lying(step: dict[str, Any]) -> int:
    """How many plans lie at a step."""
    return sum(place["plans"] for place in step["places"])


async def _lines(
    asks: Asks, year: Year, quarter: str, department: str, after: str, mine: Mapping[int, Step]
) -> tuple[list[dict[str, Any]], str]:
    """A page of a department's plans with their lines, and where the next one begins.

    ``here`` are those that lie at one of these steps.
    """
    if not department:
        return [], ""
    asked = {"quarter": quarter, "year": year.year, "department": department}
    found, here = await gather(
        asks.ask("planning", "plans", after=after, limit=_PAGE, **asked),
        _lying_at(asks, year, quarter, mine, department, department),
    )
    rows = [
        {
            **one,
            "here": one["cadre"] in here,
            "consolidated": here.get(one["cadre"], False),
            "returned": any(line.state == "returned" for line in lines_of(one)),
        }
        for one in found["rows"]
    ]
    return rows, found["next"]


async def _left_out(
    acting: Acting, year: Year, quarter: str, steps: Mapping[int, Step]
) -> Counter[str]:
    """By department, how many plans an approval leaves out: those of who acts and for whom."""
    visitor = acting.asks.visitor
    people = {visitor.cadre: visitor.department, acting.cadre: acting.department}
    departments = sorted({one for one in people.values() if one})
    lying = await gather(
        *(_lying_at(acting.asks, year, quarter, steps, one, one) for one in departments)
    )
    here = {cadre for plans in lying for cadre in plans}
    return Counter(department for cadre, department in people.items() if cadre in here)


async def _lying_at(
    asks: Asks, year: Year, quarter: str, steps: Mapping[int, Step], place: str, of: str
) -> dict[str, bool]:
    """Whose plans of a department lie at these steps, and whether they are consolidated."""
    if not of:
        return {}
    answers = await gather(
        *(
            asks.ask(
                "planning",
                "consolidated",
                quarter=quarter,
                year=year.year,
                step=number,
                of=of,
                **({"department": place} if step.scope == "department" else {}),
            )
            for number, step in steps.items()
        )
    )
    return {one["cadre"]: one["consolidated"] for answer in answers for one in answer["plans"]}


def _now(year: Year) -> str:
    return current(quarters(year.regime), today())
