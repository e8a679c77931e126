"""My visits (lượt đi cơ sở): by month, each with its days or the reason why not."""

from __future__ import annotations

from asyncio import gather
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData

from portal.acting import Acting, LookingAs
from portal.asking import Asks
from portal.checking import checked
from portal.choosing_units import Choice, choose, own_units, written
from portal.evidence import EvidenceFiles
from portal.forms import Form, command_of, typed
from portal.language import day
from portal.naming import further, new_key
from portal.paths import segment
from portal.people import names_of, units_of
from portal.plan_lines import TheLine, lines_of
from portal.quarters import quarters
from portal.recognising import Asking
from portal.rendering import show
from portal.security import UPLOADS
from portal.uploading import kept_file, no_file, take_file
from portal.visits_told import TheVisit, by_month, visits_told
from portal.years import ThisYear, Year
from shared.clock import today
from shared.language.visits import AttachEvidence, CorrectVisit, LogVisit, VoidVisit
from shared.refused import Refused
from shared.values import Portion

router = APIRouter(include_in_schema=False)
UPLOADS["/visits/"] = 32 * 1024 * 1024
"""More than a file may have: who sends one too large gets the form back, with the reason."""

_ANY_EVIDENCE = ("travel_order", "decision")
"""What is offered where the regime demands no evidence."""


@router.get("/visits")
async def visits(request: Request, asks: Asking, year: ThisYear) -> Response:
    """Các lượt đi của tôi trong năm."""
    told = await _told(asks, _given(year), asks.visitor.cadre)
    units, names = await gather(
        units_of(asks, {one.row["unit"] for one in told}),
        names_of(asks, {one.row["confirmed_by"] for one in told}),
    )
    return show(
        request,
        "visits.html",
        months=by_month(told),
        count=len(told),
        units=units,
        names={**names, **units},
        kinds=_given(year).kinds(asks.visitor.language),
    )


# --- logging ----------------------------------------------------------------------------------


@router.get("/visits/new")
async def new(request: Request, asks: Asking, year: ThisYear, line: str = "") -> Response:
    """Ghi lượt đi: by itself, or after a line of an approved plan."""
    year = _given(year)
    form = Form({"logged_on": today().isoformat(), "portion": Portion.FULL.value})
    lines = await _approved(asks, year)
    if chosen := next((one for one in lines if one.line == line), None):
        unit = chosen.unit
        names = await units_of(asks, [unit])
        form.values |= {
            "line": chosen.line,
            "unit": written(unit, names[unit]),
            "kind": chosen.kind,
            "from": chosen.from_,
            "to": chosen.to,
        }
    return await _log_page(request, asks, year, form, lines)


@router.post("/visits/new")
async def log(request: Request, asks: Asking, year: ThisYear) -> Response:
    """Ghi một lượt đi, with its evidence file where there is one."""
    year, sent = _given(year), await request.form()
    form = typed(sent)
    visit, choice = new_key("lv", form.command_id), await _read(request, sent, form, asks)
    said = {"visit": visit, "cadre": asks.visitor.cadre, "year": year.year}
    form = checked(form, LogVisit, asks.visitor.language, choice.unit, **said)
    try:
        if not form.errors:
            command = command_of(LogVisit, form, unit=choice.unit, **said)
            await asks.obey(command, form.command_id)
            await _attach(asks, form, visit, further(form.command_id, "file"), command.logged_on)
            return RedirectResponse(f"/visits/{segment(visit)}", 303)
    except Refused as refused:
        form = form.refused(refused, asks.visitor.language)
    return await _log_page(request, asks, year, form, await _approved(asks, year), choice)


async def _log_page(
    request: Request,
    asks: Asks,
    year: Year,
    form: Form,
    lines: list[TheLine],
    choice: Choice | None = None,
    correcting: TheVisit | None = None,
) -> Response:
    units = await units_of(asks, {one.unit for one in lines})
    return show(
        request,
        "visit_form.html",
        422 if form.errors else 200,
        form=form,
        choice=choice or Choice(await own_units(asks)),
        correcting=correcting,
        lines=lines,
        line_options=[(one.line, _line_text(one, units)) for one in lines],
        units=units,
        kinds=year.kinds(asks.visitor.language),
        evidence=year.regime.credit.evidence or _ANY_EVIDENCE,
        evidence_needed=bool(year.regime.credit.evidence),
        half_days=year.regime.credit.half_days,
        portions=[one.value for one in Portion],
        file=kept_file(form),
    )


def _line_text(line: TheLine, units: Any) -> str:
    days = day(line.from_) if line.from_ == line.to else f"{day(line.from_)}–{day(line.to)}"
    return f"{days} · {units[line.unit]}" + (f" · {line.topic}" if line.topic else "")


async def _read(request: Request, sent: FormData, form: Form, asks: Asks) -> Choice:
    """The file and the unit of a form; what is wrong with them stands in its errors."""
    await take_file(sent, form, _files(request), asks.visitor.language)
    return await choose(asks, form)


async def _attach(asks: Asks, form: Form, visit: str, command_id: str, on: Any) -> None:
    if file := kept_file(form):
        said = {"visit": visit, "on": on}
        await asks.obey(command_of(AttachEvidence, Form(), **file, **said), command_id)


# --- one visit --------------------------------------------------------------------------------


@router.get("/visits/{visit}")
async def visit(
    request: Request, acting: LookingAs, visit: str, year: ThisYear, cadre: str = ""
) -> Response:
    """Một lượt đi, of oneself or of one whose visits one may see."""
    return await _visit_page(request, acting.asks, _given(year), visit, cadre, acting=acting)


async def _visit_page(
    request: Request,
    asks: Asks,
    year: Year,
    visit: str,
    cadre: str = "",
    voiding: Form | None = None,
    attaching: Form | None = None,
    acting: Acting | None = None,
) -> Response:
    cadre = cadre or asks.visitor.cadre
    one = await _one(asks, year, visit, cadre)
    now = today().isoformat()
    voiding, attaching = voiding or Form({"voided_on": now}), attaching or Form({"on": now})
    units, names = await gather(
        units_of(asks, [one.row["unit"]]), names_of(asks, [cadre, one.row["confirmed_by"]])
    )
    return show(
        request,
        "visit.html",
        422 if voiding.errors or attaching.errors else 200,
        one=one,
        cadre=cadre,
        acting=acting,
        mine=cadre == asks.visitor.cadre,
        units=units,
        names={**names, **units},
        kinds=year.kinds(asks.visitor.language),
        voiding=voiding,
        attaching=attaching,
        file=kept_file(attaching),
    )


@router.get("/visits/{visit}/correct")
async def correction(request: Request, asks: Asking, visit: str, year: ThisYear) -> Response:
    """Đính chính lượt đi: the form, filled with what stands."""
    year = _given(year)
    one = await _one(asks, year, visit, asks.visitor.cadre)
    row, names = one.row, await units_of(asks, [one.row["unit"]])
    values = {
        **{name: row[name] for name in ("kind", "line", "from", "to", "portion")},
        **{name: row[name] for name in ("evidence", "evidence_no")},
        "unit": written(row["unit"], names[row["unit"]]),
        "on": today().isoformat(),
    }
    return await _log_page(
        request, asks, year, Form(values), await _approved(asks, year), correcting=one
    )


@router.post("/visits/{visit}/correct")
async def correct(request: Request, asks: Asking, visit: str, year: ThisYear) -> Response:
    """Đính chính lượt đi: it needs confirming again."""
    year = _given(year)
    form = typed(await request.form())
    choice = await choose(asks, form)
    form = checked(form, CorrectVisit, asks.visitor.language, choice.unit, visit=visit)
    try:
        if not form.errors:
            command = command_of(CorrectVisit, form, visit=visit, unit=choice.unit)
            await asks.obey(command, form.command_id)
            return RedirectResponse(f"/visits/{segment(visit)}", 303)
    except Refused as refused:
        form = form.refused(refused, asks.visitor.language)
    one = await _one(asks, year, visit, asks.visitor.cadre)
    lines = await _approved(asks, year)
    return await _log_page(request, asks, year, form, lines, choice, one)


@router.post("/visits/{visit}/void")
async def void(request: Request, asks: Asking, visit: str, year: ThisYear) -> Response:
    """Hủy lượt đi, with a reason; the record stays."""
    form = typed(await request.form())
    try:
        await asks.obey(command_of(VoidVisit, form, visit=visit), form.command_id)
    except Refused as refused:
        form = form.refused(refused, asks.visitor.language)
        return await _visit_page(request, asks, _given(year), visit, voiding=form)
    return RedirectResponse(f"/visits/{segment(visit)}", 303)


# --- its files --------------------------------------------------------------------------------


@router.post("/visits/{visit}/files")
async def attach(request: Request, asks: Asking, visit: str, year: ThisYear) -> Response:
    """Kèm tệp minh chứng vào lượt đi."""
    year, sent, language = _given(year), await request.form(), asks.visitor.language
    form = typed(sent)
    await take_file(sent, form, _files(request), language)
    if kept_file(form) is None:
        return await _visit_page(request, asks, year, visit, attaching=no_file(form, language))
    try:
        await _attach(asks, form, visit, form.command_id, form.values.get("on", ""))
    except Refused as refused:
        form = form.refused(refused, language)
        return await _visit_page(request, asks, year, visit, attaching=form)
    return RedirectResponse(f"/visits/{segment(visit)}", 303)


@router.get("/visits/{visit}/files/{digest}")
async def file(
    request: Request, acting: LookingAs, visit: str, digest: str, year: ThisYear, cadre: str = ""
) -> Response:
    """Tệp minh chứng, for whoever may see the visit; never shown inside a page of ours."""
    asks = acting.asks
    one = await _one(asks, _given(year), visit, cadre or asks.visitor.cadre)
    named = next((each for each in one.files if each["digest"] == digest), None)
    content = _files(request).open(digest, named["key"]) if named else None
    if named is None or content is None:
        raise HTTPException(404)
    suffix = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}
    plain = f"{visit}.{suffix.get(named['media_type'], 'bin')}"
    return Response(
        content,
        media_type=named["media_type"] if named["media_type"] in suffix else None,
        headers={
            "Content-Disposition": f'attachment; filename="{_header(plain)}"; '
            f"filename*=UTF-8''{quote(named['name'], safe='')}",
            "X-Content-Type-Options": "nosniff",
        },
    )


def _header(name: str) -> str:
    return "".join(
        one if one.isascii() and (one.isalnum() or one in "-._") else "_" for one in name
    )


# --- what all of them need --------------------------------------------------------------------


def _given(year: Year | None) -> Year:
    if year is None:
        raise HTTPException(404)
    return year


def _files(request: Request) -> EvidenceFiles:
    return EvidenceFiles(request.app.state.portal.settings.data / "evidence")


async def _told(asks: Asks, year: Year, cadre: str) -> list[TheVisit]:
    diary, assessed = await gather(
        asks.ask("visits", "diary", cadre=cadre, year=year.year),
        asks.ask("appraisal", "assess", cadre=cadre, year=year.year, as_of=year.as_of.isoformat()),
    )
    return visits_told(diary, assessed)


async def _one(asks: Asks, year: Year, visit: str, cadre: str) -> TheVisit:
    found = [one for one in await _told(asks, year, cadre) if one.row["visit"] == visit]
    if not found:
        raise Refused("unknown-visit", visit=visit)
    return found[0]


async def _approved(asks: Asks, year: Year) -> list[TheLine]:
    """The lines of the year that stand approved, by date."""
    plans = await gather(
        *(
            asks.ask("planning", "plan", cadre=asks.visitor.cadre, quarter=quarter, year=year.year)
            for quarter in quarters(year.regime)
        )
    )
    lines = [one for plan in plans for one in lines_of(plan) if one.approved_on]
    return sorted(lines, key=lambda one: (one.from_, one.line))
