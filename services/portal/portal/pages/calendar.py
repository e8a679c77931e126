"""The calendar (lịch): a feed that calendar programs read by its secret address, without a cookie.

It is asked for as its owner: what the services do not answer them stands in no feed.
"""

from __future__ import annotations

from asyncio import gather
from datetime import date
from hashlib import sha256

from fastapi import APIRouter, HTTPException, Request, Response

from portal.accounts import Account
from portal.language import Language
from portal.notices.asking import Theirs
from portal.notices.calendar import Entry, of_deadlines, of_lines, written
from portal.notices.serving import Noticing
from portal.plan_lines import TheLine, lines_of
from portal.quarters import quarters
from shared.regime import Regime

router = APIRouter(include_in_schema=False)
PATH = "/calendar/"


@router.get("/calendar/{secret}.ics")
async def feed(request: Request, secret: str) -> Response:
    """Lịch hạn nộp và lượt đi theo kế hoạch."""
    noticing: Noticing = request.app.state.notices
    account = noticing.accounts.find(noticing.calendars.account(secret) or "")
    if account is None or not account.cadre:
        raise HTTPException(404)
    url = request.app.state.portal.settings.url
    entries = await entries_of(noticing.theirs(account), account, url, noticing.today())
    digests = {one.uid: one.digest for one in entries}
    revisions = noticing.calendars.revised(account.account, digests, noticing.clock())
    content = written(entries, revisions, account.language)
    etag = f'"{sha256(content).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
    held = request.headers.get("if-none-match", "")
    if etag in (one.strip().removeprefix("W/") for one in held.split(",")):
        return Response(status_code=304, headers=headers)
    return Response(content, media_type="text/calendar; charset=utf-8", headers=headers)


async def entries_of(asks: Theirs, account: Account, url: str, on: date) -> list[Entry]:
    """What stands in somebody's feed as of a day."""
    if await asks.person(on) is None:
        return []
    regimes = await asks.regimes(on)
    of_each = await gather(*(_of(asks, one, url, on, account.language) for one in regimes))
    return [entry for some in of_each for entry in some]


async def _of(asks: Theirs, regime: Regime, url: str, on: date, language: Language) -> list[Entry]:
    every, plans = await gather(
        asks.deadlines(regime, on),
        gather(*(asks.plan(regime.year, quarter) for quarter in quarters(regime))),
    )
    lines: list[tuple[str, TheLine]] = [
        (plan["quarter"], line) for plan in plans for line in lines_of(plan) if not line.dropping
    ]
    keys = sorted({line.unit for _, line in lines})
    rows = (await asks.bus.ask("planning", "units", units=keys, limit=500))["rows"] if keys else []
    units = {row["unit"]: row["name"] for row in rows}
    return [
        *of_deadlines(asks.cadre, regime.year, every, url, language),
        *of_lines(asks.cadre, regime.year, lines, units, url, language),
    ]
