"""Webhooks (nhận sự kiện): where a program wants to be told what, and how that goes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import structlog
from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from portal.api.answering import (
    Asked,
    Found,
    columns_of,
    listed,
    of_no_page,
    one_page,
    page_responses,
    position_in,
    shown,
)
from portal.api.callers import Caller, Needs
from portal.api.events import Service
from portal.api.problems import Problem, problems
from portal.api.shapes import PageShape, Shape
from portal.webhooks.addresses import NotAllowed, target
from portal.webhooks.deliveries import Delivery
from portal.webhooks.endpoints import Webhook
from shared.language import FACTS, recorder_of
from shared.services import SERVICES

log = structlog.get_logger()
router = APIRouter(prefix="/webhooks", tags=["webhooks"])
Manager = Annotated[Caller, Depends(Needs("webhooks:manage"))]
TheWebhook = Annotated[str, Path(pattern=r"^wh_[0-9a-f]{16}$")]
Position = Annotated[int, Path(ge=1, lt=2**53)]
MOST = 20
"""Endpoints that a program may have: each is told everything by itself."""


# --- shapes -----------------------------------------------------------------------------------


class Subscribed(Shape):
    """What an endpoint is told of one service."""

    model_config = ConfigDict(extra="forbid")

    service: Service
    types: list[str] = Field(
        default=[],
        max_length=50,
        description="Types of facts of the service, such as `appraisal.input-issued.v1`, "
        "or without the version for every version; none named means all of the service.",
    )
    after: int | None = Field(
        default=None,
        ge=0,
        lt=2**53,
        description="Begin behind this position, which the service has come to; else with what is "
        "recorded from now on.",
    )


class NewWebhook(Shape):
    """A new endpoint."""

    model_config = ConfigDict(extra="forbid")

    url: str = Field(min_length=8, max_length=2000, description="https; public unless allowed.")
    subscriptions: list[Subscribed] = Field(min_length=1, max_length=3)
    description: str = Field(default="", max_length=500)


class WebhookShape(Shape):
    """Một nơi nhận webhook."""

    webhook: str
    url: str
    subscriptions: dict[str, list[str]]
    description: str
    state: Literal["active", "disabled"]
    why: str = Field(description="Why it is disabled.")
    made: datetime
    since: datetime = Field(description="Since when it is in this state.")
    failing_since: datetime | None
    paused_until: datetime | None = Field(description="Down: it is tried again then.")
    positions: dict[str, int] = Field(description="Up to where deliveries are made, by service.")
    waiting: int = Field(description="Deliveries made and not yet taken.")


class MadeWebhook(WebhookShape):
    """The same with its secret, which is shown this once."""

    secret: str = Field(description="Standard Webhooks: `whsec_` and 32 bytes in Base64.")


class WebhookPage(PageShape):
    """All endpoints of this program."""

    data: list[WebhookShape]


class DeliveryRow(Shape):
    """Một lần chuyển."""

    id: str = Field(description="The `webhook-id`: the same at every try.")
    service: str
    position: int
    type: str
    partitionkey: str
    state: Literal["pending", "delivered"]
    attempts: int
    next: datetime | None = Field(description="When it is tried (again); null once delivered.")
    last: datetime | None
    status: int = Field(description="What was answered last; 0 for nothing.")
    why: str


class DeliveryPage(PageShape):
    """A page of deliveries: by service, the last positions first."""

    data: list[DeliveryRow]


def _shape(request: Request, one: Webhook) -> dict[str, Any]:
    api = request.app.state.api
    return {
        "webhook": one.webhook,
        "url": one.url,
        "subscriptions": {service: list(types) for service, types in one.types.items()},
        "description": one.description,
        "state": one.state,
        "why": one.why,
        "made": one.made,
        "since": one.since,
        "failing_since": one.failing_since,
        "paused_until": one.paused_until,
        "positions": api.endpoints.positions(one.webhook),
        "waiting": api.deliveries.pending(one.webhook),
    }


def delivery_row(one: Delivery) -> dict[str, Any]:
    """A delivery as it is shown."""
    return {
        "id": one.id,
        "service": one.service,
        "position": one.position,
        "type": one.type,
        "partitionkey": one.lane,
        "state": one.state,
        "attempts": one.attempts,
        "next": one.next if one.state == "pending" else None,
        "last": one.last,
        "status": one.status,
        "why": one.why,
    }


# --- endpoints --------------------------------------------------------------------------------


def _mine(request: Request, caller: Caller, webhook: str) -> Webhook:
    found: Webhook | None = request.app.state.api.endpoints.find(webhook, caller.key.name)
    if found is None:
        raise Problem("no-webhook", webhook=webhook)
    return found


@router.get("", responses=page_responses(WebhookPage), operation_id="listWebhooks")
async def all_(request: Request, caller: Manager, asked: Annotated[Asked, Query()]) -> Response:
    """Các nơi nhận của chương trình này. Needs `webhooks:manage`."""
    found = request.app.state.api.endpoints.all(caller.key.name)

    async def reads(place: str) -> Found:
        one_page(place)
        return Found([_shape(request, one) for one in found])

    return await listed(request, asked, "webhooks", columns_of(WebhookShape), reads)


@router.post(
    "",
    status_code=201,
    responses={
        201: {"model": MadeWebhook, "headers": {"Location": {"schema": {"type": "string"}}}},
        **problems(404, 413),
    },
    operation_id="makeWebhook",
)
async def make(request: Request, caller: Manager, body: NewWebhook) -> Response:
    """Đăng ký nơi nhận; its secret is in this answer and nowhere else.

    A program has 20 at most. Needs `webhooks:manage`; what is told needs `events:read`, of any key
    of this program.
    """
    api = request.app.state.api
    if "events:read" not in caller.key.scopes:
        raise Problem("no-scope", scope="events:read")
    _known_types(body)
    try:
        await target(body.url, api.allowed)
    except (NotAllowed, OSError, UnicodeError) as error:
        raise Problem("webhook-refused", why=str(error)) from error
    positions = {one.service: await _begin(caller, one) for one in body.subscriptions}
    types = {one.service: one.types for one in body.subscriptions}
    if len(api.endpoints.all(caller.key.name)) >= MOST:
        raise Problem("webhook-refused", why="this program has as many as it may have", most=MOST)
    now = datetime.now(UTC)
    made = api.endpoints.make(caller.key.name, body.url, types, positions, body.description, now)
    answer = _with_secret(request, made)
    answer.status_code = 201
    answer.headers["Location"] = f"/api/v1/webhooks/{made.webhook}"
    return answer


def _with_secret(request: Request, one: Webhook) -> Response:
    answer = shown(request, {**_shape(request, one), "secret": one.secret})
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _types_of(service: str) -> set[str]:
    """The types of facts that a service records, with the version and without."""
    its = [name for name in FACTS if recorder_of(name) in (service, None)]
    return {*its, *(name.rpartition(".")[0] for name in its)}


def _known_types(body: NewWebhook) -> None:
    unknown = sorted(
        {type for one in body.subscriptions for type in set(one.types) - _types_of(one.service)}
    )
    if unknown:
        raise Problem("webhook-refused", why="the service has no fact of this type", types=unknown)
    if len({one.service for one in body.subscriptions}) < len(body.subscriptions):
        raise Problem("webhook-refused", why="a service is named twice")


async def _begin(caller: Caller, one: Subscribed) -> int:
    head: int = (await caller.ask(one.service, "ready"))["positions"][one.service]
    if one.after is None:
        return head
    if one.after > head:
        why = "the service has not yet come as far as after"
        raise Problem("webhook-refused", why=why, service=one.service, head=head)
    return one.after


_ONE = {200: {"model": WebhookShape}, **problems(304, 404)}


@router.get("/{webhook}", responses=_ONE, operation_id="getWebhook")
async def one(request: Request, caller: Manager, webhook: TheWebhook) -> Response:
    """Một nơi nhận. Needs `webhooks:manage`."""
    return shown(request, _shape(request, _mine(request, caller, webhook)))


@router.delete(
    "/{webhook}",
    status_code=204,
    responses={204: {"description": "It is told nothing more."}, **problems(404)},
    operation_id="deleteWebhook",
)
async def delete(request: Request, caller: Manager, webhook: TheWebhook) -> Response:
    """Bỏ một nơi nhận. Needs `webhooks:manage`."""
    _mine(request, caller, webhook)
    request.app.state.api.endpoints.delete(webhook)
    return Response(status_code=204, headers=request.state.limits)


@router.post(
    "/{webhook}/enable",
    responses={200: {"model": WebhookShape}, **problems(404)},
    operation_id="enableWebhook",
)
async def enable(request: Request, caller: Manager, webhook: TheWebhook) -> Response:
    """Chuyển tiếp từ chỗ đã dừng: nothing was passed over. Needs `webhooks:manage`."""
    _mine(request, caller, webhook)
    api, now = request.app.state.api, datetime.now(UTC)
    api.endpoints.enable(webhook, now)
    api.deliveries.begin_anew(webhook, now)
    return shown(request, _shape(request, _mine(request, caller, webhook)))


@router.post(
    "/{webhook}/secret",
    responses={200: {"model": MadeWebhook}, **problems(404)},
    operation_id="renewSecret",
)
async def renew(request: Request, caller: Manager, webhook: TheWebhook) -> Response:
    """Đổi khóa bí mật: a new one; for 24 hours each delivery is signed by both.

    So the receiver changes over without missing any. Changed twice within that time, the first
    secret signs no longer. Needs `webhooks:manage`.
    """
    _mine(request, caller, webhook)
    request.app.state.api.endpoints.renew(webhook, datetime.now(UTC))
    log.info("webhook-secret-renewed", webhook=webhook, program=caller.key.name)
    return _with_secret(request, _mine(request, caller, webhook))


# --- deliveries -------------------------------------------------------------------------------


class AskedDeliveries(Asked):
    """Which deliveries."""

    state: Literal["pending", "delivered"] | None = None
    limit: int = Field(default=100, ge=1, le=500)


@router.get(
    "/{webhook}/deliveries",
    responses=page_responses(DeliveryPage, 404),
    operation_id="listDeliveries",
)
async def deliveries(
    request: Request,
    caller: Manager,
    webhook: TheWebhook,
    asked: Annotated[AskedDeliveries, Query()],
) -> Response:
    """Các lần chuyển: what waits, and for seven days what was taken. Needs `webhooks:manage`."""
    _mine(request, caller, webhook)
    kept = request.app.state.api.deliveries

    async def reads(place: str) -> Found:
        before = _before(place) if place else None
        found = kept.list(webhook, asked.state, before, asked.limit)
        last = found[-1] if len(found) == asked.limit else None
        return Found(
            [delivery_row(one) for one in found], f"{last.service}:{last.position}" if last else ""
        )

    return await listed(request, asked, "deliveries", columns_of(DeliveryRow), reads)


def _before(place: str) -> tuple[str, int]:
    service, _, position = place.partition(":")
    if service not in SERVICES:
        raise of_no_page()
    return service, position_in(position)


class Replayed(BaseModel):
    """It is carried once more."""

    id: str


@router.post(
    "/{webhook}/deliveries/{service}/{position}/replay",
    responses={200: {"model": Replayed}, **problems(404)},
    operation_id="replayDelivery",
)
async def replay(
    request: Request, caller: Manager, webhook: TheWebhook, service: Service, position: Position
) -> Response:
    """Chuyển lại một lần, with the same id. Needs `webhooks:manage`."""
    _mine(request, caller, webhook)
    api = request.app.state.api
    if not api.deliveries.replay(webhook, service, position, datetime.now(UTC)):
        raise Problem("no-delivery", service=service, position=position)
    return shown(request, {"id": f"{webhook}.{service}.{position}"})
