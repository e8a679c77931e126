"""Signing in and out (đăng nhập, đăng xuất), and taking up an invitation.

Whoever is wrong reads the same, and waits as long, whether the login exists or not.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import urlsplit

import structlog
from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from portal.accounts import Account
from portal.language import LANGUAGES
from portal.passwords import FAULTS, fault
from portal.rendering import show
from portal.security import (
    SESSION,
    drop_cookie,
    form_token,
    opens,
    set_cookie,
    with_token,
)

router = APIRouter(include_in_schema=False)
log = structlog.get_logger()

HASHES_AT_ONCE = 2
"""Passwords that are hashed at a time: each takes 64 MiB and a processor for some 50 ms."""


# --- by password ------------------------------------------------------------------------------


@router.get("/sign-in")
async def ask(request: Request, to: str = "/") -> Response:
    """Trang đăng nhập."""
    if getattr(request.state, "visitor", None):
        return RedirectResponse(inside(to), 303)
    return sign_in_page(request, to=to)


@router.post("/sign-in")
async def sign_in(
    request: Request,
    login: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    to: Annotated[str, Form()] = "/",
) -> Response:
    """Đăng nhập bằng tài khoản của cổng."""
    portal, now, host = request.app.state.portal, datetime.now(UTC), address(request)
    if portal.rate.over(host, now):
        return sign_in_page(request, 429, to=to, login=login, wrong="busy")
    if not await opens(request):
        return sign_in_page(request, 403, to=to, login=login, wrong="form")
    until = portal.attempts.count(login, host, now)
    async with portal.hashing:
        if until is not None:
            await asyncio.to_thread(portal.accounts.nobody, password)
            log.warning("sign-in-waits", until=until.isoformat(), address=host)
            return sign_in_page(request, 429, to=to, login=login, wrong="wait", until=until)
        account = await asyncio.to_thread(portal.accounts.check, login, password)
    if account is None:
        log.warning("sign-in-refused", address=host)
        return sign_in_page(request, 403, to=to, login=login, wrong="password")
    portal.attempts.forgive(login, host, now)
    return begin(request, account, to)


def sign_in_page(
    request: Request,
    status: int = 200,
    *,
    to: str = "/",
    login: str = "",
    wrong: str = "",
    until: datetime | None = None,
) -> Response:
    """The page, with a form that only this browser can send."""
    token = form_token(request)
    response = show(
        request,
        "sign_in.html",
        status,
        to=inside(to),
        login=login,
        wrong=wrong,
        until=until and until.isoformat(),
        token=token,
        provider=request.app.state.portal.provider,
    )
    if status == 429:
        seconds = (until - datetime.now(UTC)).total_seconds() if until else 60
        response.headers["Retry-After"] = str(max(1, round(seconds)))
    return with_token(request, response, token)


def begin(request: Request, account: Account, to: str) -> Response:
    """Open a new session, whichever way somebody was recognised; the browser's old one ends."""
    portal = request.app.state.portal
    if session := getattr(request.state, "session", None):
        portal.sessions.close(session)
    response = RedirectResponse(inside(to), 303)
    browser = request.headers.get("User-Agent", "")
    token = portal.sessions.open(account.account, datetime.now(UTC), browser)
    set_cookie(request, response, SESSION, token)
    log.info("signed-in", account=account.account, address=address(request))
    return response


@router.post("/sign-out")
async def sign_out(request: Request) -> Response:
    """Đăng xuất."""
    portal = request.app.state.portal
    if session := getattr(request.state, "session", None):
        portal.sessions.close(session)
        request.app.state.watching.end(session.token_hash)
    response = RedirectResponse("/sign-in", 303)
    drop_cookie(request, response, SESSION)
    return response


# --- by invitation ----------------------------------------------------------------------------


@router.get("/invitations/{token}")
async def invited(request: Request, token: str) -> Response:
    """Thư mời: whose account it is, and a form for its password. Looking at it uses nothing up."""
    portal = request.app.state.portal
    account = portal.accounts.find(portal.invitations.account(token, datetime.now(UTC)) or "")
    return _invitation_page(request, account)


@router.post("/invitations/{token}")
async def take_up(
    request: Request,
    token: str,
    password: Annotated[str, Form()] = "",
    again: Annotated[str, Form()] = "",
) -> Response:
    """Nhận thư mời: set the password and sign in; what was open before has ended."""
    portal, now = request.app.state.portal, datetime.now(UTC)
    account = portal.accounts.find(portal.invitations.account(token, now) or "")
    if account is None:
        return _invitation_page(request, None)
    if not await opens(request):
        return _invitation_page(request, account, 403, "form")
    if wrong := fault(password, account.login) or ("again" if password != again else ""):
        return _invitation_page(request, account, 422, wrong)
    if portal.invitations.take(token, now) is None:
        return _invitation_page(request, None)
    async with portal.hashing:
        await asyncio.to_thread(portal.accounts.set_password, account.account, password)
    portal.attempts.forget(account.login)
    portal.sessions.close_all(account.account)
    log.info("invitation-taken-up", account=account.account, address=address(request))
    return begin(request, account, "/")


def _invitation_page(
    request: Request, account: Account | None, status: int = 200, wrong: str = ""
) -> Response:
    if account is None:
        return show(request, "invitation_over.html", 404)
    token = form_token(request)
    response = show(
        request, "invitation.html", status, account=account, wrong=wrong, faults=FAULTS, token=token
    )
    return with_token(request, response, token)


# --- language ---------------------------------------------------------------------------------


@router.post("/language")
async def speak(
    request: Request, language: Annotated[str, Form()], to: Annotated[str, Form()] = "/"
) -> Response:
    """Đổi ngôn ngữ."""
    visitor = getattr(request.state, "visitor", None)
    if visitor and language in LANGUAGES:
        request.app.state.portal.accounts.speak(visitor.account, language)
    return RedirectResponse(inside(to), 303)


# --- addresses --------------------------------------------------------------------------------


def inside(to: str) -> str:
    """A path of ours: nobody is sent elsewhere by a link."""
    if not to.startswith("/") or any(sign == "\\" or not sign.isprintable() for sign in to):
        return "/"
    try:
        parts = urlsplit(to)
    except ValueError:  # a host that cannot be one
        return "/"
    return to if not parts.scheme and not parts.netloc and to[:2] != "//" else "/"


def address(request: Request) -> str:
    """Where a request comes from: who connects, or whom a trusted proxy names."""
    return request.client.host if request.client else ""
