"""Integrations (kết nối): the keys of other programs, where webhooks go, and how that goes.

For the organisation department and operations; a key opens what operations may not see, so only
the organisation department makes one. Keys and endpoints are the portal's own, so it judges this
itself; what a key may at all is judged by the services, as the office ``hr``.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Depends, Form, HTTPException, Query, Request, Response
from fastapi.responses import RedirectResponse

from portal.api.keys import NAMED, SCOPES
from portal.language import Said
from portal.recognising import Signed
from portal.rendering import show
from portal.visitor import Visitor
from portal.webhooks.carrying import GONE, NOT_TAKEN
from portal.webhooks.endpoints import Webhook

log = structlog.get_logger()

_PAGE = 100
MEANINGS = {
    "inputs:read": Said("đọc đầu vào đã phát hành và căn cứ", "read inputs and their evidence"),
    "assessments:read": Said(
        "đọc kết quả và điều kiện khen thưởng", "read assessments and who may be commended"
    ),
    "roster:read": Said("đọc danh sách cán bộ, Ban, cơ sở", "read cadres, departments, units"),
    "roster:write": Said(
        "ghi tiếp nhận, điều động, thôi công tác, chức trách, nghỉ",
        "record appointments, transfers, departures, roles, leave",
    ),
    "classifications:write": Said("ghi kết quả xếp loại", "record results of the rating"),
    "events:read": Said("đọc dòng sự kiện", "read the feed of events"),
    "events:personal": Said(
        "mở nội dung cá nhân đã niêm phong trong sự kiện", "open sealed personal texts in events"
    ),
    "webhooks:manage": Said("đăng ký và quản lý webhook", "register and manage webhooks"),
}
"""What each scope permits, for whoever makes a key."""
_WHY = {
    NOT_TAKEN: Said("có sự kiện không được nhận suốt 7 ngày", "an event was not taken for 7 days"),
    GONE: Said("nơi nhận trả lời là không nhận nữa (410)", "the receiver wants no more (410)"),
}


async def keeping(visitor: Signed) -> Visitor:
    """Only the organisation department and operations."""
    if not (visitor.organises or visitor.operates):
        raise HTTPException(403)
    return visitor


Keeper = Annotated[Visitor, Depends(keeping)]
router = APIRouter(include_in_schema=False, dependencies=[Depends(keeping)])


@router.get("/integrations")
async def integrations(request: Request) -> Response:
    """Các khóa API và nơi nhận webhook."""
    return _page(request)


def _page(
    request: Request, status: int = 200, secret: str = "", error: str = "", typed: Any = None
) -> Response:
    api, now = request.app.state.api, datetime.now(UTC)
    return show(
        request,
        "integrations.html",
        status,
        keys=[{"key": one, "holds": one.holds(now)} for one in api.keys.all().values()],
        webhooks=[_webhook(request, one, now) for one in api.endpoints.all()],
        scopes=[(scope, MEANINGS[scope]) for scope in SCOPES],
        secret=secret,
        error=error,
        typed=typed or {"name": "", "days": "365", "scopes": []},
    )


def _webhook(request: Request, one: Webhook, now: datetime) -> dict[str, Any]:
    api = request.app.state.api
    return {
        "webhook": one,
        "why": _WHY.get(one.why, Said(one.why, one.why)),
        "waiting": api.deliveries.pending(one.webhook),
        "may": api.keys.may(one.name, "events:read", now),
    }


@router.post("/integrations/keys")
async def make(
    request: Request,
    keeper: Keeper,
    name: Annotated[str, Form()] = "",
    days: Annotated[str, Form()] = "",
    scopes: Annotated[list[str], Form()] = [],  # noqa: B006 — FastAPI makes it anew
) -> Response:
    """Lập khóa; the secret is on this page and nowhere else."""
    if not keeper.organises:
        raise HTTPException(403)
    lasts = int(days) if days.isascii() and days.isdigit() and len(days) < 5 else 0
    chosen = [scope for scope in SCOPES if scope in scopes]
    right = re.fullmatch(NAMED, name) and chosen and 1 <= lasts <= 1096
    if not right:
        typed = {"name": name, "days": days, "scopes": scopes}
        return _page(request, 422, error="incomplete", typed=typed)
    now = datetime.now(UTC)
    made, secret = request.app.state.api.keys.make(
        name, chosen, now + timedelta(days=lasts), keeper.account, now
    )
    log.info("api-key-made", key=made.key, program=name, scopes=chosen, by=keeper.account)
    return _page(request, secret=secret)


@router.post("/integrations/keys/revoke")
async def revoke(request: Request, keeper: Keeper, key: Annotated[str, Form()]) -> Response:
    """Thu hồi khóa, ngay lập tức."""
    if request.app.state.api.keys.revoke(key, keeper.account, datetime.now(UTC)):
        log.info("api-key-revoked", key=key, by=keeper.account)
    return RedirectResponse("/integrations", 303)


@router.post("/integrations/webhooks/enable")
async def enable(request: Request, webhook: Annotated[str, Form()]) -> Response:
    """Chuyển tiếp từ chỗ đã dừng."""
    api, now = request.app.state.api, datetime.now(UTC)
    _known(request, webhook)
    api.endpoints.enable(webhook, now)
    api.deliveries.begin_anew(webhook, now)
    return RedirectResponse("/integrations", 303)


@router.get("/integrations/deliveries")
async def deliveries(
    request: Request,
    webhook: Annotated[str, Query(max_length=24)],
    after: Annotated[str, Query(max_length=60, pattern=r"^([a-z]+:[0-9]{1,18})?$")] = "",
) -> Response:
    """Các lần chuyển tới một nơi nhận."""
    found = _known(request, webhook)
    service, _, position = after.partition(":")
    before = (service, int(position)) if after else None
    rows = request.app.state.api.deliveries.list(webhook, None, before, _PAGE)
    last = rows[-1] if len(rows) == _PAGE else None
    return show(
        request,
        "deliveries.html",
        webhook=found,
        rows=rows,
        next=f"{last.service}:{last.position}" if last else "",
    )


@router.post("/integrations/deliveries/replay")
async def replay(
    request: Request,
    webhook: Annotated[str, Form()],
    service: Annotated[str, Form(pattern=r"^[a-z]{1,20}$")],
    position: Annotated[int, Form(ge=1, lt=2**53)],
) -> Response:
    """Chuyển lại một lần, with the same id."""
    _known(request, webhook)
    request.app.state.api.deliveries.replay(webhook, service, position, datetime.now(UTC))
    return RedirectResponse(f"/integrations/deliveries?webhook={webhook}", 303)


def _known(request: Request, webhook: str) -> Webhook:
    found: Webhook | None = request.app.state.api.endpoints.find(webhook)
    if found is None:
        raise HTTPException(404)
    return found
