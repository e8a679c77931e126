"""Delegating authority (ủy quyền): who acts for me, from when until when; withdrawing it."""

from __future__ import annotations

import re
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from portal.asking import Asks
from portal.forms import Form, command_of, typed
from portal.people import names_of
from portal.recognising import Asking
from portal.rendering import show
from shared.clock import today
from shared.language.planning import DelegateAuthority, WithdrawDelegation
from shared.refused import Refused
from shared.values import Role

router = APIRouter(include_in_schema=False)
_KEYED = re.compile(r".*\[(.+)\]\s*", re.DOTALL)


@router.get("/delegation")
async def delegation(request: Request, asks: Asking) -> Response:
    """Ủy quyền của tôi, và của người khác cho tôi."""
    return await _page(request, asks)


@router.post("/delegation")
async def delegate(request: Request, asks: Asking) -> Response:
    """Ủy quyền cho một người, from one day until another."""
    form = typed(await request.form())
    chosen = form.values.get("to", "")
    keyed = _KEYED.fullmatch(chosen)
    try:
        to = keyed[1] if keyed else chosen
        command = command_of(DelegateAuthority, form, cadre=asks.visitor.cadre, to=to)
        await asks.obey(command, form.command_id)
    except Refused as refused:
        form = form.refused(refused, asks.visitor.language)
        if refused.code in ("unknown-cadre", "own-act"):
            form.errors["to"] = form.errors.pop("", form.errors.get("to", ""))
        if refused.code == "dates-reversed":
            form.errors["until"] = form.errors.pop("to", form.errors.pop("", ""))
        return await _page(request, asks, form)
    return RedirectResponse("/delegation", 303)


@router.post("/delegation/withdraw")
async def withdraw(request: Request, asks: Asking) -> Response:
    """Thôi ủy quyền, with a reason."""
    form = typed(await request.form())
    try:
        command = command_of(WithdrawDelegation, form, cadre=asks.visitor.cadre)
        await asks.obey(command, form.command_id)
    except Refused as refused:
        wrong = form.refused(refused, asks.visitor.language)
        return await _page(request, asks, withdrawing=wrong)
    return RedirectResponse("/delegation", 303)


async def _page(
    request: Request, asks: Asks, form: Form | None = None, withdrawing: Form | None = None
) -> Response:
    visitor, day = asks.visitor, today().isoformat()
    above = visitor.role is not Role.CADRE
    if not visitor.cadre or not (above or visitor.acts_for):
        raise HTTPException(403)
    person = await asks.ask("planning", "person", cadre=visitor.cadre)
    given, received = person["delegated"], person["delegations"]["received"]
    people: list[dict[str, Any]] = []
    if above:
        asked = {"department": visitor.department, "limit": 500}
        people = (await asks.ask("planning", "roster", **asked))["rows"]
    names = await names_of(asks, {*(one["to"] for one in given), *(one["by"] for one in received)})
    wrong = withdrawing.values.get("to", "") if withdrawing else ""
    return show(
        request,
        "delegation.html",
        422 if withdrawing or (form and form.errors) else 200,
        above=above,
        given=sorted(given, key=lambda one: str(one["from"]), reverse=True),
        received=received,
        names=names,
        people=[one for one in people if one["cadre"] != visitor.cadre and one["employed"]],
        form=form or Form({"from": day, "until": day}),
        withdrawing={
            one["to"]: withdrawing if withdrawing and one["to"] == wrong else Form({"on": day})
            for one in given
        },
        state=lambda one: _state(one, day),
    )


def _state(one: dict[str, Any], day: str) -> str:
    """How a delegation stands today: withdrawn, over, to_come or in_force."""
    if one["withdrawn"] and one["withdrawn"] <= day:
        return "withdrawn"
    if one["until"] < day:
        return "over"
    return "to_come" if one["from"] > day else "in_force"
