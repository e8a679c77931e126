"""Signing in at an OpenID provider: there, and back (settings ``DICOSO_OIDC_…``)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import structlog
from fastapi import APIRouter, Form, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from portal.openid_flows import NotProved
from portal.security import cookie_of, drop_cookie, opens, same, set_cookie
from portal.signing_in import address, begin, inside, sign_in_page

if TYPE_CHECKING:
    from portal.openid import Provider

router = APIRouter(include_in_schema=False)
log = structlog.get_logger()

_STATE = "dicoso-openid"
"""The cookie that holds the state: only the browser that went away may come back with it."""


@router.post("/sign-in/openid")
async def go(request: Request, to: Annotated[str, Form()] = "/") -> Response:
    """Tới nhà cung cấp danh tính."""
    portal, now = request.app.state.portal, datetime.now(UTC)
    provider = _provider(request)
    if portal.rate.over(address(request), now):
        return sign_in_page(request, 429, to=to, wrong="busy")
    if not await opens(request):
        return sign_in_page(request, 403, to=to, wrong="form")
    try:
        url, state = await provider.begin(inside(to), now)
    except NotProved as error:
        log.warning("openid-away", why=str(error))
        return sign_in_page(request, 503, to=to, wrong="openid")
    response = RedirectResponse(url, 303)
    set_cookie(request, response, _STATE, state)
    return response


@router.get("/sign-in/openid")
async def back(request: Request, state: str = "", code: str = "", iss: str = "") -> Response:
    """Trở về từ nhà cung cấp danh tính."""
    portal, now = request.app.state.portal, datetime.now(UTC)
    held = cookie_of(request, _STATE)
    try:
        if not held or not same(state, held):
            raise NotProved("another browser")
        identity = await _provider(request).finish(state, code, iss, now)
    except NotProved as error:
        log.warning("openid-refused", why=str(error), address=address(request))
        return _refused(request, "openid")
    account = portal.identities.account(identity, now)
    if account is None:
        log.warning("openid-unknown", address=address(request))
        return _refused(request, "nobody")
    response = begin(request, account, identity.to)
    drop_cookie(request, response, _STATE)
    return response


def _refused(request: Request, wrong: str) -> Response:
    response = sign_in_page(request, 403, wrong=wrong)
    drop_cookie(request, response, _STATE)
    return response


def _provider(request: Request) -> Provider:
    provider: Provider | None = request.app.state.portal.provider
    if provider is None:
        raise HTTPException(404)
    return provider
