"""The feed (dòng sự kiện): every fact of a service, in order, without gaps, from any position on.

Long polling by ``wait``, or Server-Sent Events by ``Accept: text/event-stream``. A client that
keeps the position it has come to misses nothing, whatever happens to it or to the portal.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import to_json

from portal.api.answering import shown
from portal.api.callers import Caller, Needs
from portal.api.problems import Problem, problems
from portal.api.shapes import Events
from shared.refused import Refused

router = APIRouter(tags=["events"])
Reader = Annotated[Caller, Depends(Needs("events:read"))]
Service = Literal["planning", "visits", "appraisal"]
SSE = "text/event-stream"

_SILENCE = 15.0
"""Seconds after which a stream without events says that it lives, and looks at its key."""
_TOLD = ("planning.", "visits.", "appraisal.", "privacy.")
"""Of other facts, about dicoso itself, the envelope is told and not the content: who was denied
what is for auditors."""


class AskedEvents(BaseModel):
    """From where on, of which service."""

    model_config = ConfigDict(extra="forbid")

    service: Service = "appraisal"
    after: int = Field(
        default=0, ge=0, lt=2**53, description="Events behind this position; 0 for all."
    )
    limit: int = Field(default=100, ge=1, le=500)
    wait: int = Field(
        default=0, ge=0, le=30, description="Seconds to wait where there is none yet."
    )
    opened: bool = Field(
        default=False,
        description="Open sealed personal texts; needs the scope `events:personal`. Those of the "
        "erased stay closed for ever.",
    )


@router.get(
    "/events",
    responses={
        200: {
            "model": Events,
            "description": "Events behind the position; or, as a stream, all that come.",
            "content": {
                "application/json": {"schema": {"$ref": "#/components/schemas/Events"}},
                SSE: {"schema": {"type": "string"}},
            },
        },
        **problems(304, 409),
    },
    operation_id="readEvents",
)
async def events(
    request: Request,
    caller: Reader,
    asked: Annotated[AskedEvents, Query()],
    last_event_id: Annotated[
        int | None,
        Header(
            alias="Last-Event-ID",
            ge=0,
            lt=2**53,
            description="Of a stream: the position it had come to; goes before `after`.",
        ),
    ] = None,
) -> Response:
    """Sự kiện của một dịch vụ, as CloudEvents 1.0.

    Each service numbers its own from 1 without a gap. Needs `events:read`.
    """
    if asked.opened and "events:personal" not in caller.key.scopes:
        raise Problem("no-scope", scope="events:personal")
    if SSE in request.headers.get("accept", ""):
        after = asked.after if last_event_id is None else last_event_id
        first = await read(caller, asked, after)
        return StreamingResponse(
            _stream(request, caller, asked, first),
            headers={"Cache-Control": "no-store", **request.state.limits},
            media_type=SSE,
        )
    found = await read(caller, asked, asked.after)
    if not found["events"] and asked.wait:
        news = request.app.state.api.news
        await news.beyond(asked.service, asked.after, asked.wait)
        found = await read(caller, asked, asked.after)
    return shown(request, found)


async def read(caller: Caller, asked: AskedEvents, after: int) -> dict[str, Any]:
    """One page of the feed. Raises Problem ``position-ahead`` behind what was ever recorded."""
    page = await caller.ask(
        asked.service, "entries", after=after, limit=asked.limit, opened=asked.opened
    )
    if after > page["head"]:
        raise Problem("position-ahead", service=asked.service, after=after, head=page["head"])
    found = [told(event) for event in page["entries"]]
    last = int(found[-1]["sequence"]) if found else after
    return {"events": found, "next": last, "head": page["head"]}


def told(event: Mapping[str, Any]) -> dict[str, Any]:
    """An event as programs outside are told it."""
    if str(event["type"]).startswith(_TOLD):
        return dict(event)
    return {name: value for name, value in event.items() if name != "data"}


async def _stream(
    request: Request, caller: Caller, asked: AskedEvents, page: dict[str, Any]
) -> AsyncIterator[bytes]:
    """Events as they come, until the client goes or the key is taken no more."""
    api = request.app.state.api
    yield b"retry: 3000\n\n"
    while True:
        if await request.is_disconnected():
            return
        if page["events"]:
            yield b"".join(map(_line, page["events"]))
        after = page["next"]
        if not page["events"] and not await api.news.beyond(asked.service, after, _SILENCE):
            yield b": still here\n\n"
        if not api.keys.taken(caller.key.key, datetime.now(UTC)):
            return
        again = await _again(caller, asked, after)
        if again is None:
            return
        page = again


def _line(event: Mapping[str, Any]) -> bytes:
    return b"id: %s\ndata: %s\n\n" % (event["sequence"].encode(), to_json(event))


async def _again(caller: Caller, asked: AskedEvents, after: int) -> dict[str, Any] | None:
    """The next page; while a service is away, none yet. None where the ledger went back: who asks
    anew is told."""
    try:
        return await read(caller, asked, after)
    except Problem:
        return None
    except (Refused, TimeoutError):
        await asyncio.sleep(1)
        return {"events": [], "next": after}
