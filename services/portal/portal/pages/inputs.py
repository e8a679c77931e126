"""Inputs to the year's appraisal (đầu vào đánh giá): issued, issued again, and the year closed."""

from __future__ import annotations

from asyncio import gather
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request, Response
from fastapi.responses import RedirectResponse

from portal.act_forms import DATED, REASON, ActForm, Field, choice, offered, shown
from portal.asking import Asks
from portal.doing import do, do_each, done_at, sent, several
from portal.forms import Form
from portal.language import Said
from portal.paths import segment
from portal.recognising import Asking
from portal.rendering import show
from portal.years import ThisYear, Year
from shared.clock import today
from shared.language.appraisal import (
    CloseYear,
    IssueInput,
    RecordClassification,
    ReissueInput,
    ReopenYear,
    RevokeCommendation,
)
from shared.refused import Refused
from shared.values import Classification, YesNo

router = APIRouter(include_in_schema=False)

_PAGE = 50
_AT_ONCE = 500

ISSUE = ActForm("issue", IssueInput, Said("Phát hành đầu vào", "Issue the input"), (DATED,))
REISSUE = ActForm(
    "reissue",
    ReissueInput,
    Said("Phát hành lại sau đính chính", "Issue again after a correction"),
    (DATED, REASON),
)
CLASSIFY = ActForm(
    "classify",
    RecordClassification,
    Said("Ghi kết quả xếp loại", "Record the classification"),
    (
        Field(
            "classification",
            Said("Xếp loại", "Classification"),
            "choice",
            required=True,
            options=choice(Classification),
        ),
        Field(
            "initiative",
            Said("Có sáng kiến", "Initiative"),
            "choice",
            required=True,
            options=choice(YesNo),
        ),
        Field(
            "discipline",
            Said("Bị kỷ luật", "Discipline"),
            "choice",
            required=True,
            options=choice(YesNo),
        ),
        Field("recorded_on", Said("Ngày ghi", "Recorded on"), "date", required=True, today=True),
    ),
)
CLOSE = ActForm("close", CloseYear, Said("Khóa sổ năm", "Close the year"), (DATED,), danger=True)
REOPEN = ActForm(
    "reopen",
    ReopenYear,
    Said("Mở lại sổ năm", "Reopen the year"),
    (DATED, REASON),
    danger=True,
)
_OF_THE_YEAR = ("issue", "close", "reopen")
"""Where forms of the list are sent; who opens such an address is led to the list."""
_TITLES = {one.act: one.title for one in (ISSUE, REISSUE, CLASSIFY, CLOSE, REOPEN)}


def _revoke(year: Year) -> ActForm:
    titles = tuple((one.title, Said(one.name.vi, one.name.en)) for one in year.regime.commendation)
    return ActForm(
        "revoke",
        RevokeCommendation,
        Said("Hủy danh hiệu", "Revoke a title"),
        (
            Field("title", Said("Danh hiệu", "Title"), "choice", required=True, options=titles),
            DATED,
            REASON,
        ),
        danger=True,
    )


# --- all, by department -----------------------------------------------------------------------


@router.get("/inputs")
async def inputs(
    request: Request,
    asks: Asking,
    year: ThisYear,
    department: Annotated[str, Query(max_length=1000)] = "",
    after: Annotated[str, Query(max_length=1000)] = "",
    done: Annotated[str, Query(max_length=30)] = "",
    count: Annotated[int, Query(ge=0)] = 0,
) -> Response:
    """Đầu vào của năm: who has one, by department; issue them, close the year."""
    if year is None:
        return show(request, "welcome.html")
    return await _page(request, asks, year, department, after, done=done, count=count)


@router.post("/inputs/issue")
async def issue(request: Request, asks: Asking, year: ThisYear) -> Response:
    """Phát hành cho các cán bộ đã chọn, or for all of a department who have none yet."""
    if year is None:
        raise HTTPException(404)
    form = await sent(request)
    department = form.values.get("department", "")
    if "all" in form.values and department:
        rows = await asks.pages("appraisal", "standings", year=year.year, department=department)
        states, _ = await _issued(asks, year, [one["cadre"] for one in rows])
        cadres = [cadre for cadre, one in states.items() if not one["inputs"]]
        # who is at work on it does not issue their own: it is left for somebody else
        cadres = [one for one in cadres if one != asks.visitor.cadre]
    else:
        cadres = await several(request, "cadre")
    done, refusals = await do_each(
        asks, IssueInput, form, cadres, year=year.year, by=asks.visitor.cadre
    )
    if cadres and not refusals:
        return done_at("/inputs", department=department, done="issue", count=done)
    nobody = Said("Không có ai để phát hành.", "There is nobody to issue for.")
    told = "; ".join(f"{cadre}: {reason}" for cadre, reason in refusals)
    refused = Form(form.values, errors={"": told or nobody.to(asks.visitor.language)})
    return await _page(
        request, asks, year, department, refused={"issue": refused}, status=422, count=done
    )


@router.post("/inputs/{act}")
async def whole_year(request: Request, asks: Asking, year: ThisYear, act: str) -> Response:
    """Khóa sổ, mở lại sổ năm."""
    chosen = {one.act: one for one in (CLOSE, REOPEN)}.get(act)
    if year is None or chosen is None:
        raise HTTPException(404)
    form = await sent(request)
    refused = await do(asks, chosen.word, form, year=year.year, by=asks.visitor.cadre)
    if refused is None:
        return done_at("/inputs", done=act)
    return await _page(request, asks, year, refused={act: refused}, status=422)


async def _page(
    request: Request,
    asks: Asks,
    year: Year,
    department: str = "",
    after: str = "",
    refused: dict[str, Form] | None = None,
    status: int = 200,
    done: str = "",
    count: int = 0,
) -> Response:
    content: dict[str, Any] = {"year": year.year, "after": after, "limit": _PAGE}
    if department:
        content["department"] = department
    whole, found = await gather(
        asks.ask("appraisal", "overview", year=year.year),
        asks.ask("appraisal", "standings", **content),
    )
    states, closed = await _issued(asks, year, [one["cadre"] for one in found["rows"]])
    told = refused or {}
    of_year = offered((REOPEN if closed else CLOSE,), asks.visitor.keeps, told)
    return show(
        request,
        "inputs.html",
        status,
        rows=[{**one, **states[one["cadre"]]} for one in found["rows"]],
        departments=whole["departments"],
        department=department,
        after=after,
        next=found["next"],
        closed=closed,
        closes_on=year.regime.closes_on,
        form=told.get("issue") or ISSUE.fresh(),
        forms=shown(of_year, "/inputs", told),
        may_issue=asks.visitor.keeps and not closed,
        done=_TITLES.get(done),
        count=count,
    )


async def _issued(
    asks: Asks, year: Year, cadres: list[str]
) -> tuple[dict[str, dict[str, Any]], bool]:
    """What is issued of each cadre, and whether the year is closed."""
    found: dict[str, dict[str, Any]] = {}
    closed = False
    for at in range(0, max(1, len(cadres)), _AT_ONCE):
        some = cadres[at : at + _AT_ONCE]
        told = await asks.ask("appraisal", "issued", cadres=some, year=year.year)
        found |= told["years"]
        closed = told["closed"]
    return found, closed


# --- one cadre --------------------------------------------------------------------------------


@router.get("/inputs/{cadre}")
async def of_one(
    request: Request,
    asks: Asking,
    year: ThisYear,
    cadre: str,
    done: Annotated[str, Query(max_length=30)] = "",
) -> Response:
    """Đầu vào của một cán bộ: what is issued, with its digest; classification and titles."""
    if year is None:
        return show(request, "welcome.html")
    try:
        return await _one(request, asks, year, cadre, done=done)
    except Refused as refused:
        if cadre in _OF_THE_YEAR and refused.code == "unknown-cadre":
            return RedirectResponse("/inputs", 303)
        raise


@router.post("/inputs/{cadre}/{act}")
async def act_on_one(
    request: Request, asks: Asking, year: ThisYear, cadre: str, act: str
) -> Response:
    """Phát hành, phát hành lại, ghi xếp loại, hủy danh hiệu."""
    if year is None:
        raise HTTPException(404)
    chosen = {one.act: one for one in (ISSUE, REISSUE, CLASSIFY, _revoke(year))}.get(act)
    if chosen is None:
        raise HTTPException(404)
    form = await sent(request)
    known: dict[str, Any] = {"cadre": cadre, "year": year.year}
    if "by" in chosen.word.model_fields:
        known["by"] = asks.visitor.cadre
    refused = await do(asks, chosen.word, form, **known)
    if refused is None:
        return done_at(f"/inputs/{segment(cadre)}", done=act)
    return await _one(request, asks, year, cadre, {act: refused}, 422)


async def _one(
    request: Request,
    asks: Asks,
    year: Year,
    cadre: str,
    refused: dict[str, Form] | None = None,
    status: int = 200,
    done: str = "",
) -> Response:
    found, state = await gather(
        asks.ask("appraisal", "assess", cadre=cadre, year=year.year, as_of=today().isoformat()),
        asks.ask("appraisal", "year", cadre=cadre, year=year.year),
    )
    keeps = asks.visitor.keeps and (bool(refused) or not state["closed"])
    acts = (REISSUE if state["inputs"] else ISSUE, CLASSIFY, _revoke(year))
    at = f"/inputs/{segment(cadre)}"
    return show(
        request,
        "inputs_one.html",
        status,
        person=found["person"],
        assessment=found["assessment"],
        changed=any(
            differs(last["assessment"], found["assessment"]) for last in state["inputs"][-1:]
        ),
        state=state,
        titles={one.title: one.name.model_dump() for one in year.regime.commendation},
        forms=shown(offered(acts, keeps, refused), at, refused),
        done=_TITLES.get(done) or (_revoke(year).title if done == "revoke" else None),
    )


def differs(issued: dict[str, Any], now: dict[str, Any]) -> bool:
    """Whether what was issued would be issued otherwise now, but for the day it is judged on."""
    names = ("status", "target", "credited", "commendation")
    return any(issued.get(name) != now.get(name) for name in names)
