"""My account (tài khoản của tôi): language, e-mail, password, and where I am signed in."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Annotated

import structlog
from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from portal.accounts import Account
from portal.passwords import FAULTS, fault
from portal.recognising import Signed
from portal.rendering import show
from portal.signing_in import address, begin

router = APIRouter(include_in_schema=False)
log = structlog.get_logger()


@router.get("/account")
async def mine(request: Request, visitor: Signed, done: str = "") -> Response:
    """Tài khoản của tôi."""
    return _page(request, visitor.account, done=done)


@router.post("/account/email")
async def write_to(
    request: Request,
    visitor: Signed,
    email: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
) -> Response:
    """Đổi địa chỉ thư: who has a password says it, as letters and OpenID go by the address."""
    if wrong := await _not_me(request, visitor.account, password):
        return wrong
    if email and not _is_address(email.strip()):
        return _page(request, visitor.account, 422, wrong="email")
    request.app.state.portal.accounts.write_to(visitor.account, email)
    noticing = request.app.state.notices
    if noticing.mailer.there:
        noticing.addresses.ask(_account(request, visitor.account), noticing.clock())
    return RedirectResponse("/account?done=email", 303)


@router.post("/account/password")
async def change(
    request: Request,
    visitor: Signed,
    old: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    again: Annotated[str, Form()] = "",
) -> Response:
    """Đổi mật khẩu: all other sessions end, and this one begins anew."""
    portal = request.app.state.portal
    if wrong := await _not_me(request, visitor.account, old):
        return wrong
    account = _account(request, visitor.account)
    if why := fault(password, account.login) or ("again" if password != again else ""):
        return _page(request, visitor.account, 422, wrong=why)
    async with portal.hashing:
        await asyncio.to_thread(portal.accounts.set_password, account.account, password)
    portal.sessions.close_all(account.account)
    log.info("password-changed", account=account.account, address=address(request))
    return begin(request, account, "/account?done=password")


@router.post("/account/sign-out-everywhere")
async def everywhere(request: Request, visitor: Signed) -> Response:
    """Đăng xuất ở mọi nơi, here as well."""
    request.app.state.portal.sessions.close_all(visitor.account)
    log.info("signed-out-everywhere", account=visitor.account)
    return RedirectResponse("/sign-in", 303)


def _page(
    request: Request, account: str, status: int = 200, *, wrong: str = "", done: str = ""
) -> Response:
    portal = request.app.state.portal
    return show(
        request,
        "account.html",
        status,
        account=_account(request, account),
        sessions=portal.sessions.of(account, datetime.now(UTC)),
        here=request.state.session.token_hash,
        wrong=wrong,
        done=done,
        faults=FAULTS,
        browser=browser_name,
    )


def _account(request: Request, account: str) -> Account:
    found: Account = request.app.state.portal.accounts.find(account)
    return found


async def _not_me(request: Request, account: str, password: str) -> Response | None:
    """The page that says so where the password is wrong; it is counted as a try to sign in.

    Who comes by OpenID alone has none to say.
    """
    portal, now, host = request.app.state.portal, datetime.now(UTC), address(request)
    me = _account(request, account)
    if not me.has_password:
        return None
    if portal.attempts.count(me.login, host, now) is not None:
        return _page(request, account, 429, wrong="wait")
    async with portal.hashing:
        found = await asyncio.to_thread(portal.accounts.check, me.login, password)
    if found is None:
        return _page(request, account, 403, wrong="old")
    portal.attempts.forgive(me.login, host, now)
    return None


def _is_address(text: str) -> bool:
    name, at, host = text.rpartition("@")
    return bool(name and at and "." in host) and text.isprintable() and " " not in text


_BROWSERS = {"Edg/": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "Chrome/": "Chrome"}
_SYSTEMS = ("Android", "iPhone", "iPad", "Windows", "Mac OS", "Linux")


def browser_name(told: str) -> str:
    """How people call a browser that tells all it can be taken for (``User-Agent``)."""
    named = next((name for sign, name in _BROWSERS.items() if sign in told), "")
    named = named or ("Safari" if "Safari/" in told else told[:40])
    system = next((one for one in _SYSTEMS if one in told), "")
    return " · ".join(part for part in (named, system) if part) or "?"
