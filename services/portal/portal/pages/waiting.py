"""What waits (việc chờ): visits to confirm, reports to accept, difficulties to answer."""

from __future__ import annotations

from asyncio import gather
from dataclasses import dataclass, replace
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request, Response
from fastapi.responses import RedirectResponse

from portal.acting import Acting, ActingAs
from portal.doing import why
from portal.forms import Form, command_of, typed
from portal.language import Said
from portal.naming import further
from portal.people import names_of, units_of
from portal.rendering import show
from portal.years import ThisYear, Year
from shared.clock import today
from shared.language.visits import (
    AcceptProduct,
    AcceptReport,
    AnswerDifficulty,
    ConfirmVisit,
    EscalateDifficulty,
    ReturnProduct,
    ReturnReport,
)
from shared.messages import Command
from shared.refused import Refused
from shared.values import Role

router = APIRouter(include_in_schema=False)

_ACCEPTING: dict[str, tuple[type[Command], str, str]] = {
    "visit": (ConfirmVisit, "confirmed_by", "confirmed_on"),
    "report": (AcceptReport, "accepted_by", "accepted_on"),
    "product": (AcceptProduct, "accepted_by", "accepted_on"),
}
_RETURNING: dict[str, type[Command]] = {"report": ReturnReport, "product": ReturnProduct}
_ANSWERING: dict[str, type[Command]] = {"answer": AnswerDifficulty, "escalate": EscalateDifficulty}
_NOTHING = Said("Chưa chọn mục nào.", "Nothing is picked.")
_PAGE = 50


@dataclass(frozen=True)
class Told:
    """What came of one of several acts."""

    what: str
    id: str
    why: str
    """Why it was refused; empty where it was done."""


@router.get("/waiting")
async def waiting(
    request: Request,
    acting: ActingAs,
    year: ThisYear,
    department: Annotated[str, Query(max_length=1000)] = "",
    after: Annotated[str, Query(max_length=500)] = "",
) -> Response:
    """Việc chờ xác nhận, nghiệm thu, trả lời; the longest waiting first."""
    return await _page(request, acting, year, department, after)


async def _page(
    request: Request,
    acting: Acting,
    year: Year | None,
    department: str = "",
    after: str = "",
    form: Form | None = None,
    told: list[Told] | None = None,
) -> Response:
    leads = acting.role is Role.DEPARTMENT_LEADER
    asked: dict[str, Any] = {"after": after, "limit": _PAGE}
    if leads or department:
        asked["department"] = acting.department if leads else department
    if acting.role is not Role.STANDING:
        asked["below"] = acting.role.value
    found = await acting.asks.ask("visits", "waiting", **asked)
    mine = {acting.cadre, acting.asks.visitor.cadre}
    rows = [one for one in found["rows"] if one["cadre"] not in mine]
    units = await units_of(
        acting.asks, {one["detail"]["unit"] for one in rows if "unit" in one["detail"]}
    )
    return show(
        request,
        "waiting.html",
        422 if form and form.errors else 200,
        acting=acting,
        department=department,
        of={what: [one for one in rows if one["what"] == what] for what in _ORDER},
        next=found["next"],
        after=after,
        units=units,
        kinds=year.kinds(acting.asks.visitor.language) if year else {},
        form=form or Form({"on": today().isoformat()}),
        told=told or [],
        picked={(one.what, one.id) for one in told or () if one.why},
    )


_ORDER = ("visit", "report", "product", "difficulty")


@router.post("/waiting")
async def accept(request: Request, acting: ActingAs, year: ThisYear) -> Response:
    """Xác nhận, nghiệm thu các mục đã chọn: each an act of its own, told one by one."""
    sent = await request.form()
    form, language = typed(sent), acting.asks.visitor.language
    department, after = form.values.get("department", ""), form.values.get("after", "")
    if not any(sent.getlist(what) for what in _ACCEPTING):
        nothing = form.wrong(**{"": _NOTHING.to(language)})
        return await _page(request, acting, year, department, after, nothing)
    told: list[Told] = []
    for what, (word, by, on) in _ACCEPTING.items():
        for id in dict.fromkeys(str(one) for one in sent.getlist(what)):
            said = {what: id, by: acting.cadre, on: form.values.get("on", "")}
            try:
                command = command_of(word, Form(), **said)
                done = await acting.asks.obey(command, further(form.command_id, f"{what}/{id}"))
                acting = replace(acting, asks=acting.asks.having(done))
                told.append(Told(what, id, ""))
            except Refused as refused:
                told.append(Told(what, id, why(refused, language)))
    again = Form({"on": form.values.get("on", today().isoformat())})
    return await _page(request, acting, year, department, after, again, told)


# --- returning a report -----------------------------------------------------------------------


@router.get("/waiting/{what}/{id}/return")
async def returning(
    request: Request, acting: ActingAs, what: str, id: str, cadre: str, year: ThisYear
) -> Response:
    """Trả lại một báo cáo: the form for its reason, below what it says."""
    form = Form({"on": today().isoformat(), "cadre": cadre})
    return await _return_page(request, acting, what, id, year, form)


@router.post("/waiting/{what}/{id}/return")
async def send_back(
    request: Request, acting: ActingAs, what: str, id: str, year: ThisYear
) -> Response:
    """Trả lại báo cáo để làm lại."""
    form = typed(await request.form())
    try:
        command = command_of(_word(_RETURNING, what), form, by=acting.cadre, **{what: id})
        await acting.asks.obey(command, form.command_id)
    except Refused as refused:
        form = form.refused(refused, acting.asks.visitor.language)
        return await _return_page(request, acting, what, id, year, form)
    return RedirectResponse(f"/waiting{acting.query}", 303)


async def _return_page(
    request: Request, acting: Acting, what: str, id: str, year: Year | None, form: Form
) -> Response:
    _word(_RETURNING, what)
    cadre = form.values.get("cadre", "")
    paper = await _of_year(acting, year, f"{what}s", what, id, cadre)
    names = await names_of(acting.asks, [cadre])
    return show(
        request,
        "returning.html",
        422 if form.errors else 200,
        acting=acting,
        what=what,
        id=id,
        paper=paper,
        cadre=cadre,
        names=names,
        form=form,
    )


# --- a difficulty -----------------------------------------------------------------------------


@router.get("/waiting/difficulties/{id}")
async def difficulty(
    request: Request, acting: ActingAs, id: str, cadre: str, year: ThisYear
) -> Response:
    """Một khó khăn, vướng mắc: to answer it or to escalate it."""
    return await _difficulty_page(request, acting, id, cadre, year, {})


@router.post("/waiting/difficulties/{id}/{act}")
async def handle(request: Request, acting: ActingAs, id: str, act: str, year: ThisYear) -> Response:
    """Trả lời, or báo cáo lên cấp có thẩm quyền."""
    form = typed(await request.form())
    try:
        command = command_of(_word(_ANSWERING, act), form, difficulty=id)
        await acting.asks.obey(command, form.command_id)
    except Refused as refused:
        wrong = {act: form.refused(refused, acting.asks.visitor.language)}
        cadre = form.values.get("cadre", "")
        return await _difficulty_page(request, acting, id, cadre, year, wrong)
    return RedirectResponse(f"/waiting{acting.query}", 303)


async def _difficulty_page(
    request: Request,
    acting: Acting,
    id: str,
    cadre: str,
    year: Year | None,
    wrong: dict[str, Form],
) -> Response:
    one = await _of_year(acting, year, "difficulties", "difficulty", id, cadre)
    units, names = await gather(
        units_of(acting.asks, [one["unit"]]), names_of(acting.asks, [cadre])
    )
    day = today().isoformat()
    forms = {act: Form({"answered_on": day, "escalated_on": day}) for act in _ANSWERING}
    return show(
        request,
        "difficulty.html",
        422 if wrong else 200,
        acting=acting,
        one=one,
        cadre=cadre,
        units=units,
        names=names,
        forms={**forms, **wrong},
    )


async def _of_year(
    acting: Acting, year: Year | None, question: str, kind: str, id: str, cadre: str
) -> dict[str, Any]:
    """One of a cadre's papers of the year; the services judge whether one may read it."""
    if year is None or not cadre:
        raise HTTPException(404)
    found = await acting.asks.ask("visits", question, cadre=cadre, year=year.year)
    one: dict[str, Any] | None = next((each for each in found["rows"] if each[kind] == id), None)
    if one is None:
        raise HTTPException(404)
    return one


def _word(words: dict[str, type[Command]], name: str) -> type[Command]:
    if name not in words:
        raise HTTPException(404)
    return words[name]
