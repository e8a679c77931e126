"""Whether the portal works (``/health``), for who keeps it running; nothing about anybody."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from nats.errors import Error as NatsError
from sqlalchemy.exc import SQLAlchemyError

router = APIRouter(include_in_schema=False)


@router.get("/health")
async def health(request: Request) -> Response:
    """200 where the bus and the store answer, else 503; which of them does not."""
    portal = request.app.state.portal
    found = {"bus": "ok", "store": "ok"}
    try:
        await portal.bus.reach(2)
    except (NatsError, OSError, TimeoutError):
        found["bus"] = "away"
    try:
        portal.store.answers()
    except SQLAlchemyError:
        found["store"] = "away"
    well = all(state == "ok" for state in found.values())
    return JSONResponse(found, 200 if well else 503)


@router.get("/robots.txt")
async def robots() -> Response:
    """Nothing here is for search engines."""
    return PlainTextResponse("User-agent: *\nDisallow: /\n")
