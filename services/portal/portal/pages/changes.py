"""Changes (thay đổi): server-sent events for the pages that show what has just been recorded."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import suppress
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import StreamingResponse

from portal.acting import Acting, acting
from portal.asking import Asks
from portal.recognising import Asking
from portal.watching import Watcher, Watching
from shared.clock import today
from shared.dates import is_quarter
from shared.refused import Refused
from shared.values import Role

router = APIRouter(include_in_schema=False)

BEAT = 15.0
"""Seconds between two signs of life: proxies close what is silent, and a session may have ended."""
SETTLE = 0.25
"""Seconds for which what comes together is told together, and the services hear of it."""
_JUDGED_EVERY = 4
"""Beats after which it is judged anew whether somebody still may watch."""
_TOPICS = 8


@router.get("/changes")
async def changes(
    request: Request,
    asks: Asking,
    of: Annotated[str, Query(max_length=2000)],
    ago: Annotated[float, Query(ge=0, le=3600)] = 0.0,
) -> StreamingResponse:
    """Thay đổi của những gì một trang đang hiện: ``of`` names topics, between commas; ``ago`` is
    how many seconds ago the page was asked for; ``for`` is whose delegate the page acts as.

    Raises Refused ``not-permitted`` for who may not see what they would watch.
    """
    topics = frozenset(of.split(","))
    if len(topics) > _TOPICS:
        raise HTTPException(400)
    watching: Watching = request.app.state.watching
    watcher = Watcher(topics, asks.session.token_hash)
    as_whom = await _as_whom(request, asks)
    for topic in sorted(topics):
        watcher = await permitted(as_whom, topic, watcher)
    await watcher.read_members()
    if watching.full(watcher.session):
        raise HTTPException(429)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(
        _events(request, as_whom, watching, watcher, ago),
        media_type="text/event-stream",
        headers=headers,
    )


async def _as_whom(request: Request, asks: Asks) -> Acting:
    """Who watches: the visitor, or the one ``for`` whom they act. Raises HTTPException 403."""
    if request.query_params.get("for"):
        return await acting(request, asks)
    visitor = asks.visitor
    return Acting(asks, visitor.cadre, visitor.role, visitor.department, {})


async def permitted(acting: Acting, topic: str, watcher: Watcher) -> Watcher:
    """Whether the services would answer about a topic. Raises Refused, HTTPException 400."""
    asks, visitor = acting.asks, acting.asks.visitor
    leads = bool(acting.cadre) and acting.role is Role.DEPARTMENT_LEADER
    kind, _, name = topic.partition(":")
    match kind:
        case "cadre" if name:
            person = await asks.ask("planning", "person", cadre=name)
            watcher.places |= {person["department"]}
        case "department" if name:
            await asks.ask("planning", "roster", department=name, limit=1)
            watcher.members = _members(asks, name)
        case "plans" if is_quarter(name):
            own = {"department": acting.department} if leads else {}
            year = int(name[:4])
            await asks.ask("planning", "steps", quarter=name, year=year, **own)
            if own:
                watcher.members = _members(asks, acting.department)
        case "waiting" if not name and leads:
            topics = (watcher.topics - {topic}) | {f"department:{acting.department}"}
            watcher.topics = topics
            watcher.members = _members(asks, acting.department)
        case "all" | "waiting" if not name:
            await asks.ask("appraisal", "overview", year=today().year)
            watcher.topics = (watcher.topics - {topic}) | {"all"}
        case "notices" if name in ("", visitor.account):
            watcher.topics = (watcher.topics - {topic}) | {f"notices:{visitor.account}"}
        case "ops" if not name:
            await asks.ask("planning", "parked", limit=1)
        case "nothing" if not name:
            pass
        case _:
            raise HTTPException(400)
    return watcher


def _members(asks: Asks, department: str) -> Any:
    async def members() -> Collection[str]:
        rows = await asks.pages("planning", "roster", department=department, limit=500)
        return [one["cadre"] for one in rows]

    return members


async def _events(
    request: Request, acting: Acting, watching: Watching, watcher: Watcher, ago: float
) -> AsyncIterator[bytes]:
    """The stream, until the page is left, the session has ended, or the right to it."""
    bus, asks = request.app.state.portal.bus, acting.asks
    asked, beats, reconnects = watcher.topics, 0, bus.reconnects
    unread = _unread(request, asks)
    with watching.watch(watcher, ago), suppress(Refused, TimeoutError):
        yield b"retry: 1000\n: watching\n\n"
        while True:
            changed = await watcher.changed(BEAT)
            if not _open(request, asks):
                yield b"event: ended\ndata: signed-out\n\n"
                return
            if changed:
                await asyncio.sleep(SETTLE)
                watcher.taken()
                unread = _unread(request, asks)
                await watcher.read_members()
            elif (count := _unread(request, asks)) != unread:  # another process made a notice
                unread, changed = count, True
            elif bus.reconnects != reconnects:  # what happened meanwhile was not heard
                reconnects, changed = bus.reconnects, True
            else:
                beats += 1
                if beats % _JUDGED_EVERY == 0:
                    for topic in asked:  # refused: the browser asks again, and is told why
                        await permitted(acting, topic, watcher)
            yield b"event: changed\ndata: \n\n" if changed else b": beat\n\n"


def _unread(request: Request, asks: Asks) -> int:
    count: int = request.app.state.notices.notices.unread(asks.visitor.account)
    return count


def _open(request: Request, asks: Asks) -> bool:
    """Whether the session still stands; to look does not prolong it."""
    sessions = request.app.state.portal.sessions.of(asks.visitor.account, datetime.now(UTC))
    return any(one.token_hash == asks.session.token_hash for one in sessions)
