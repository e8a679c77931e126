"""The year's regime (chế độ): as it stands; another is tried first, then enacted or amended."""

from __future__ import annotations

from asyncio import to_thread
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, HTTPException, Query, Request, Response
from starlette.datastructures import UploadFile

from portal.asking import Asks
from portal.doing import done_at, sent
from portal.faults import say_fault, say_plainly
from portal.forms import Form
from portal.language import Said
from portal.recognising import Asking
from portal.rendering import show
from portal.years import ThisYear, Year
from registers.doubts import doubt
from shared.clock import today
from shared.language.planning import AmendRegime, EnactRegime
from shared.refused import Refused
from shared.regime import Regime, read_regime, write_regime
from shared.values import iso_day

router = APIRouter(include_in_schema=False)
T = TypeVar("T", str, bytes)

_LONGEST = 50_000
"""Bytes of a regime's file; characters of a text that is typed."""
_PAGE = 50


@router.get("/regime")
async def regime(
    request: Request, asks: Asking, year: ThisYear, done: Annotated[str, Query(max_length=20)] = ""
) -> Response:
    """Chế độ của năm; and a form to try another."""
    return await _page(request, asks, year, Form({"on": today().isoformat()}), done=done)


@router.post("/regime/what-if")
async def what_if(request: Request, asks: Asking, year: ThisYear) -> Response:
    """Nếu áp dụng chế độ này: whose result would be another; nothing is written."""
    _may(asks.visitor.keeps or asks.visitor.audits)
    form = await sent(request)
    try:
        form.values["text"] = text = await _text(request, form)
        other = await to_thread(read_regime, text)
    except Refused as refused:
        return await _page(request, asks, year, form, _faults(refused), 422)
    try:
        iso_day(form.values.get("as_of") or today())
    except ValueError as error:
        again = form.wrong(as_of=say_fault(str(error), asks.visitor.language))
        return await _page(request, asks, year, again, status=422)
    return await _tried(request, asks, form, other)


@router.post("/regime/{act}")
async def put_in_force(request: Request, asks: Asking, year: ThisYear, act: str) -> Response:
    """Ban hành, hoặc sửa đổi từ một ngày với lý do."""
    if act not in ("enact", "amend"):
        raise HTTPException(404)
    _may(asks.visitor.organises)
    form = await sent(request)
    try:
        other = await to_thread(read_regime, _short(form.values.get("text", "")))
    except Refused as refused:
        return await _page(request, asks, year, form, _faults(refused), 422)
    if never := doubt(other):
        again = form.wrong(**{"": never[asks.visitor.language]})
        return await _tried(request, asks, again, other, 422)
    try:
        command: EnactRegime | AmendRegime
        if act == "enact":
            command = EnactRegime(regime=other)
        else:
            command = AmendRegime(
                regime=other, on=iso_day(form.values.get("on", "")), reason=form.values["reason"]
            )
        await asks.obey(command, form.command_id)
    except (KeyError, ValueError):
        why = Said("Hãy ghi ngày và lý do sửa đổi.", "Give the day and the reason of amending.")
        again = Form(form.values, errors={"": why.to(asks.visitor.language)})
        return await _tried(request, asks, again, other, 422)
    except Refused as refused:
        return await _tried(request, asks, form.refused(refused, asks.visitor.language), other, 422)
    return done_at("/regime", year=other.year, done=act)


def _may(may: bool) -> None:
    """Who may not is told so before a file of theirs is read; the services judge it again."""
    if not may:
        raise HTTPException(403)


async def _text(request: Request, form: Form) -> str:
    """The file that was sent, else the text that was typed. Raises Refused ``malformed``."""
    file = (await request.form()).get("file")
    if isinstance(file, UploadFile) and file.filename:
        content = _short(await file.read(_LONGEST + 1))
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            fault = {"path": "(file)", "reason": f"not UTF-8 text: {error.reason}"}
            raise Refused("malformed", faults=[fault]) from error
    return _short(form.values.get("text", ""))


def _short(content: T) -> T:
    """What was sent, whole. Raises Refused ``malformed`` where it is too large."""
    if len(content) > _LONGEST:
        fault = {"path": "(file)", "reason": f"longer than {_LONGEST} characters"}
        raise Refused("malformed", faults=[fault])
    return content


def _faults(refused: Refused) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = refused.detail.get("faults", [])
    return found or [{"path": "(file)", "reason": refused.code}]


async def _page(
    request: Request,
    asks: Asks,
    year: Year | None,
    form: Form,
    faults: list[dict[str, Any]] | None = None,
    status: int = 200,
    done: str = "",
) -> Response:
    version, text = 0, ""
    if year is not None:
        found = await asks.ask("planning", "regime", year=year.year)
        version, text = found["version"], write_regime(year.regime)
    return show(
        request,
        "regime.html",
        status,
        regime=year.regime if year else None,
        version=version,
        text=text,
        form=form,
        faults=[
            {**one, "reason": say_plainly(one["reason"], asks.visitor.language)}
            for one in faults or ()
        ],
        may_act=asks.visitor.organises,
        done=done,
    )


async def _tried(
    request: Request, asks: Asks, form: Form, other: Regime, status: int = 200
) -> Response:
    """What another regime would change, a page of cadres at a time."""
    as_of = form.values.get("as_of") or today().isoformat()
    enacted = other.year in (await asks.ask("planning", "years"))["years"]
    rows: list[dict[str, Any]] = []
    after, behind = form.values.get("after", ""), ""
    if enacted:
        found = await asks.ask(
            "appraisal",
            "what-if",
            year=other.year,
            regime=other.model_dump(mode="json"),
            as_of=as_of,
            after=after,
            limit=_PAGE,
        )
        rows, behind = found["rows"], found["next"]
    fresh = {"on": today().isoformat(), **form.values}
    return show(
        request,
        "regime_what_if.html",
        status,
        other=other,
        enacted=enacted,
        as_of=as_of,
        judged=len(rows),
        changed=[one for one in rows if one["changes"]],
        after=after,
        next=behind,
        form=Form(fresh, form.command_id, form.errors),
        titles={one.title: one.name.model_dump() for one in other.commendation},
        may_act=asks.visitor.organises,
    )
