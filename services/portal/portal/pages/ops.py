"""Operations (vận hành): what answers, how far each has heard, what is parked, the views."""

from __future__ import annotations

from asyncio import gather
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request, Response
from pydantic_core import from_json

from portal.asking import Asks
from portal.doing import done_at, sent, why
from portal.forms import Form, command_of
from portal.language import Said
from portal.notices.serving import Noticing
from portal.recognising import Asking
from portal.rendering import show
from shared.language.parking import RetryParked, SkipParked
from shared.messages import Command
from shared.refused import Refused
from shared.services import SERVICES

router = APIRouter(include_in_schema=False)

_FAILING = 50
"""Letters that were not taken, the last tried."""
ACTS: dict[str, type[Command]] = {"retry": RetryParked, "skip": SkipParked}
_DONE = {
    "retry": Said("Đã nghe lại các sự kiện tạm gác.", "The parked facts were heard again."),
    "skip": Said("Đã bỏ qua, kèm lý do.", "It is skipped, with the reason."),
    "rebuild": Said("Đã ra lệnh dựng lại danh sách.", "The view is being built again."),
}


@router.get("/ops")
async def ops(
    request: Request, asks: Asking, done: Annotated[str, Query(max_length=20)] = ""
) -> Response:
    """Tình trạng các dịch vụ."""
    return await _page(request, asks, done=done)


@router.post("/ops/{service}/{act}")
async def act(request: Request, asks: Asking, service: str, act: str) -> Response:
    """Nghe lại, bỏ qua sự kiện tạm gác; dựng lại danh sách."""
    if service not in SERVICES:
        raise HTTPException(404)
    form = await sent(request)
    try:
        if act == "rebuild":
            await asks.ask(service, "rebuild-view", view=form.values.get("view", ""))
        elif act in ACTS:
            command = command_of(ACTS[act], form)
            await asks.bus.obey(command, form.command_id, asks.after, service=service)
        else:
            raise HTTPException(404)
    except Refused as refused:
        told = Form(form.values, errors={"": why(refused, asks.visitor.language)})
        return await _page(request, asks, told, 422)
    return done_at("/ops", done=act)


@router.get("/ops/{service}/parked/{upstream}/{position}")
async def parked_one(
    request: Request, asks: Asking, service: str, upstream: str, position: int
) -> Response:
    """Một sự kiện tạm gác: why, and the message as it came."""
    if service not in SERVICES:
        raise HTTPException(404)
    fact = await asks.ask(service, "parked-fact", upstream=upstream, position=position)
    return show(
        request,
        "ops_parked.html",
        service=service,
        fact=fact,
        event=_readable(fact),
        form=Form(),
        may_act=asks.visitor.operates,
    )


def _readable(fact: dict[str, Any]) -> str:
    """The message as people read it; where it is packed or broken, as it is."""
    try:
        event = from_json(fact["event"])
    except ValueError:
        return str(fact["event"])
    lines = (f"{name}: {value}" for name, value in event.items() if name != "data")
    said = event.get("data", {})
    inside = (
        (f"  {name}: {value}" for name, value in said.items()) if isinstance(said, dict) else ()
    )
    return "\n".join((*lines, *inside))


async def _page(
    request: Request, asks: Asks, refused: Form | None = None, status: int = 200, done: str = ""
) -> Response:
    services = await gather(*(_service(asks, service) for service in SERVICES))
    heads = {one["service"]: one["head"] for one in services}
    noticing: Noticing = request.app.state.notices
    return show(
        request,
        "ops.html",
        status,
        services=[{**one, "behind": behind(one["positions"], heads, one)} for one in services],
        form=refused or Form(),
        may_act=asks.visitor.operates,
        said=_DONE.get(done),
        mails=noticing.mailer.there,
        letters=noticing.outbox.counts(),
        failing=noticing.outbox.failing(_FAILING),
    )


def behind(positions: dict[str, int], heads: dict[str, int], one: dict[str, Any]) -> dict[str, int]:
    """How many facts of each other service are not heard yet."""
    return {
        upstream: max(0, heads.get(upstream, 0) - at)
        for upstream, at in positions.items()
        if upstream != one["service"]
    }


async def _service(asks: Asks, service: str) -> dict[str, Any]:
    """How a service stands: its replicas, and what it says of itself."""
    replicas = await asks.bus.replicas(service)
    nothing = {"positions": {}, "head": 0, "parked": [], "views": [], "unknown": 0}
    if not replicas:
        return {"service": service, "replicas": [], **nothing}
    ready = max(replicas, key=lambda one: int(one["positions"][service]))
    views, parked = await gather(
        gather(*(asks.ask(service, "view", view=view) for view in ready["views"])),
        asks.ask(service, "parked", limit=100),
    )
    return {
        "service": service,
        "replicas": replicas,
        "positions": ready["positions"],
        "head": ready["positions"][service],
        "parked": parked["rows"],
        "more": bool(parked["next"]),
        "views": views,
    }
