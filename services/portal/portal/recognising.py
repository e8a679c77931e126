"""Who asks: the session behind the cookie, its account, and what the roster says of them today."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Depends, HTTPException, Request

from portal.accounts import Account
from portal.asking import Asks, signed
from portal.security import SESSION, cookie_of
from portal.visitor import Visitor
from shared.clock import today
from shared.refused import Refused
from shared.values import Role

REFRESH = "Dicoso-Refresh"
"""Header of a page that is fetched again because something that it shows has changed."""
_FRESH = 5.0
"""Seconds for which a person's role is remembered; services judge it anew at each request."""


async def recognise(request: Request) -> None:
    """Set ``request.state.visitor`` and ``.session`` where somebody is signed in."""
    portal = request.app.state.portal
    token = cookie_of(request, SESSION)
    session = portal.sessions.find(token, datetime.now(UTC)) if token else None
    account = portal.accounts.find(session.account) if session else None
    if session is None or account is None:
        return
    request.state.session = session
    request.state.visitor = await _visitor(request, account)


async def _visitor(request: Request, account: Account) -> Visitor:
    known: dict[str, tuple[float, dict[str, Any]]]
    known = request.app.state.__dict__.setdefault("persons", {})
    found: dict[str, Any] = {}
    if account.cadre:
        since, found = known.get(account.cadre, (0.0, {}))
        if time.monotonic() - since > _FRESH:
            found = await _person(request, account)
            known[account.cadre] = (time.monotonic(), found)
    return Visitor(
        account=account.account,
        name=found.get("name") or account.name or account.login,
        language=account.language,
        cadre=account.cadre if found else "",
        role=Role(found["role"]) if found.get("employed") else Role.CADRE,
        department=found.get("department", ""),
        office=account.office,
        acts_for=tuple(one["by"] for one in found.get("delegations", {}).get("received", ())),
    )


async def _person(request: Request, account: Account) -> dict[str, Any]:
    """What the roster says today; nothing of who is not on it."""
    portal = request.app.state.portal
    bus = signed(portal.bus, portal.key, Visitor(account.account, "", "vi", account.cadre))
    try:
        person: dict[str, Any] = await bus.ask(
            "planning", "person", cadre=account.cadre, on=today().isoformat()
        )
    except Refused as refused:
        if refused.code == "unknown-cadre":
            return {}
        raise
    return person


async def signed_in(request: Request) -> Visitor:
    """The visitor; who is not signed in is sent to do so."""
    visitor: Visitor | None = getattr(request.state, "visitor", None)
    if visitor is None:
        raise HTTPException(401)
    return visitor


async def asks(request: Request, visitor: Annotated[Visitor, Depends(signed_in)]) -> Asks:
    """The visitor's own questions and commands; a refreshed page is no older than its news."""
    portal = request.app.state.portal
    bus = signed(portal.bus, portal.key, visitor)
    own = Asks(bus, visitor, request.state.session, portal.sessions, portal.key)
    return own.knowing(request.app.state.watching.positions) if REFRESH in request.headers else own


Signed = Annotated[Visitor, Depends(signed_in)]
Asking = Annotated[Asks, Depends(asks)]
