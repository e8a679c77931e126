"""The API as an application of its own at ``/api/v1``: it answers problems, not pages."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import Depends, FastAPI, Request, Response

from portal.api import (
    assessments,
    classifications,
    events,
    inputs,
    roster,
    roster_changes,
    webhooks,
)
from portal.api.callers import bus_of
from portal.api.events import told
from portal.api.keys import Keys
from portal.api.limits import Limits
from portal.api.news import News
from portal.api.openapi import document
from portal.api.problems import add_handlers
from portal.facts import facts, heads
from portal.notices.serving import Noticing
from portal.paths import with_slashes
from portal.settings import Settings
from portal.store import Store
from portal.webhooks.addresses import Allowed
from portal.webhooks.carrying import Carrier
from portal.webhooks.deliveries import Deliveries
from portal.webhooks.endpoints import Endpoints, Webhook
from portal.webhooks.lease import Lease
from portal.webhooks.sending import Sender
from shared.ending import end

PATH = "/api/v1"


@dataclass(frozen=True)
class Api:
    """What every request of the API may use; ``app.state.api``."""

    keys: Keys
    limits: Limits
    news: News
    endpoints: Endpoints
    deliveries: Deliveries
    allowed: Allowed
    carrier: Carrier


def create_api() -> FastAPI:
    """The API; where it is mounted, it shares the portal's state."""
    api = FastAPI(
        title="dicoso",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        dependencies=[Depends(with_slashes)],
    )
    for one in (inputs, assessments, classifications, roster, roster_changes, events, webhooks):
        api.include_router(one.router)
    add_handlers(api)
    api.add_api_route("/openapi.json", _openapi, include_in_schema=False)
    return api


async def _openapi(request: Request) -> Response:
    """The OpenAPI document, for whoever asks."""
    from portal.api.answering import shown

    return shown(request, document(request.app))


def mount_api(app: FastAPI) -> None:
    """The API under its path."""
    api = create_api()
    api.state = app.state
    app.mount(PATH, api)


@asynccontextmanager
async def serving(app: FastAPI) -> AsyncIterator[None]:
    """What the API holds while the portal runs; webhooks are carried meanwhile."""
    portal = app.state.portal
    api = app.state.api = make_api(portal, app.state.notices)
    carrying = asyncio.create_task(api.carrier.run())
    try:
        yield
    finally:
        await end([carrying])
        await api.news.close()


def make_api(portal: Any, noticing: Noticing) -> Api:
    """The API's own things, on the portal's store and bus."""
    store: Store = portal.store
    settings: Settings = portal.settings
    keys = Keys(store)
    endpoints, deliveries = Endpoints(store), Deliveries(store)
    allowed = allowed_by(settings)

    async def read(name: str, service: str, after: int, limit: int) -> list[Mapping[str, Any]]:
        return [told(event) for event in await facts(bus_of(portal, name), service, after, limit)]

    async def its_heads() -> Mapping[str, int]:
        return await heads(portal.bus)

    def may(name: str, now: datetime) -> bool:
        return keys.may(name, "events:read", now)

    def disabled(webhook: Webhook, why: str) -> None:
        keepers = (key.made_by for key in keys.all().values() if key.name == webhook.name)
        noticing.webhook_disabled(keepers, webhook, why)

    carrier = Carrier(
        endpoints, deliveries, Lease(store), Sender(allowed), read, its_heads, may, told=disabled
    )
    limits = Limits(settings.api_requests_a_minute)
    news = News(lambda: portal.bus)
    return Api(keys, limits, news, endpoints, deliveries, allowed, carrier)


def allowed_by(settings: Settings) -> Allowed:
    """Where webhooks may go, as operations says."""
    hosts = (one.strip().lower() for one in settings.webhook_http.split(","))
    return Allowed(frozenset(one for one in hosts if one), settings.webhook_private)
