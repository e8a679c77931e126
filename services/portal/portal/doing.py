"""Doing what forms ask (thực hiện): one command, or one for each of several things."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import RedirectResponse

from portal.asking import Asks
from portal.faults import say_fault, say_refusal
from portal.forms import Form, command_of, typed
from portal.language import Language
from portal.naming import further
from shared.messages import Command
from shared.refused import Refused


async def sent(request: Request) -> Form:
    """The form that was sent."""
    return typed(await request.form())


async def several(request: Request, name: str) -> list[str]:
    """What was ticked under a name."""
    return [one for one in (await request.form()).getlist(name) if isinstance(one, str)]


async def do(asks: Asks, word: type[Command], form: Form, **known: Any) -> Form | None:
    """Have one command obeyed; the form to show again where it was refused."""
    try:
        await asks.obey(command_of(word, form, **known), form.command_id)
    except Refused as refused:
        return form.refused(refused, asks.visitor.language)
    return None


async def do_each(
    asks: Asks,
    word: type[Command],
    form: Form,
    keys: Iterable[str],
    field: str = "cadre",
    **known: Any,
) -> tuple[int, list[tuple[str, str]]]:
    """One command for each key: how many were obeyed, and of the others the key and why not."""
    done, refusals = 0, []
    for key in keys:
        try:
            command = command_of(word, form, **{**known, field: key})
            await asks.obey(command, further(form.command_id, key))
            done += 1
        except Refused as refused:
            refusals.append((key, why(refused, asks.visitor.language)))
    return done, refusals


def why(refused: Refused, language: Language) -> str:
    """A refusal as its reader reads it."""
    told = refused.detail.get("faults") if refused.code == "malformed" else None
    if isinstance(told, list):
        return "; ".join(f"{one['path']}: {say_fault(one['reason'], language)}" for one in told)
    return say_refusal(refused, language)


def done_at(path: str, **told: str | int) -> RedirectResponse:
    """On to a page, which says what was done; after that a reload does nothing again."""
    query = urlencode({name: value for name, value in told.items() if value != ""})
    return RedirectResponse(f"{path}?{query}" if query else path, 303)
