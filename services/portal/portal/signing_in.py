"""Signing in and out (đăng nhập, đăng xuất)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from portal.language import LANGUAGES
from portal.rendering import show

router = APIRouter(include_in_schema=False)


def cookie_name(secure: bool) -> str:
    """``__Host-`` where browsers let us: by https, for this host alone (RFC 6265bis)."""
    return "__Host-dicoso" if secure else "dicoso"


@router.get("/sign-in")
async def ask(request: Request, to: str = "/") -> Response:
    """Trang đăng nhập."""
    return show(request, "sign_in.html", to=_inside(to), login="", error=False)


@router.post("/sign-in")
async def sign_in(
    request: Request,
    login: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    to: Annotated[str, Form()] = "/",
) -> Response:
    """Đăng nhập bằng tài khoản của cổng."""
    portal = request.app.state.portal
    account = portal.accounts.check(login, password)
    if account is None:
        return show(request, "sign_in.html", 403, to=_inside(to), login=login, error=True)
    return begin(request, account.account, _inside(to))


def begin(request: Request, account: str, to: str) -> Response:
    """Open a session, whichever way somebody was recognised."""
    portal = request.app.state.portal
    response = RedirectResponse(to, 303)
    response.set_cookie(
        cookie_name(portal.settings.secure),
        portal.sessions.open(account, datetime.now(UTC)),
        httponly=True,
        secure=portal.settings.secure,
        samesite="lax",
        path="/",
    )
    return response


@router.post("/sign-out")
async def sign_out(request: Request) -> Response:
    """Đăng xuất."""
    portal = request.app.state.portal
    if session := getattr(request.state, "session", None):
        portal.sessions.close(session)
    response = RedirectResponse("/sign-in", 303)
    response.delete_cookie(cookie_name(portal.settings.secure), path="/")
    return response


@router.post("/language")
async def speak(
    request: Request, language: Annotated[str, Form()], to: Annotated[str, Form()] = "/"
) -> Response:
    """Đổi ngôn ngữ."""
    visitor = getattr(request.state, "visitor", None)
    if visitor and language in LANGUAGES:
        request.app.state.portal.accounts.speak(visitor.account, language)
    return RedirectResponse(_inside(to), 303)


def _inside(to: str) -> str:
    """A path of ours: nobody is sent elsewhere by a link."""
    return to if to.startswith("/") and not to.startswith(("//", "/\\")) else "/"
