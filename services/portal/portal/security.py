"""What guards every request: strict headers, a limit for what is sent, and forms that only our own
pages can send (CSRF, OWASP's synchronizer token).

Who is signed in has a token in the session; a form that begins a session carries the value of a
cookie that only this page set (double submit), so that nobody is signed in to another's account.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable

import structlog
from fastapi import HTTPException, Request, Response
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CSRF = "csrf"
READING = frozenset({"GET", "HEAD", "OPTIONS"})

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_YEAR = "max-age=31536000; includeSubDomains"
_FORM = 1024 * 1024
"""Bytes that a form may have."""
UPLOADS: dict[str, int] = {"/import": 32 * 1024 * 1024}
"""Paths, by their beginning, to which more may be sent, in bytes: files."""

log = structlog.get_logger()


class Guard:
    """The outermost layer: headers on every response, errors too; pages stay in no cache."""

    def __init__(self, app: ASGIApp, secure: bool, failed: Callable[[Request], Response]) -> None:
        self._app = app
        self._secure = secure
        self._failed = failed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        begun = False

        async def guarded(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                self._add(MutableHeaders(scope=message), scope["path"])
            await send(message)

        try:
            await self._app(scope, _limited(scope, receive), guarded)
        except Exception as error:  # told on the page without what it was, which the log has
            log.exception("failed", path=_named(scope), error=type(error).__name__)
            if begun:
                raise
            await self._failed(Request(scope))(scope, receive, guarded)

    def _add(self, headers: MutableHeaders, path: str) -> None:
        for name, value in HEADERS.items():
            headers.setdefault(name, value)
        if self._secure:
            headers.setdefault("Strict-Transport-Security", _YEAR)
        if not path.startswith("/static/"):
            headers.setdefault("Cache-Control", "no-store")


def _named(scope: Scope) -> str:
    """The path as the table of routes has it: without the tokens that may stand in it."""
    route = scope.get("route")
    return getattr(route, "path", "")


def _limited(scope: Scope, receive: Receive) -> Receive:
    """Receive no more than may be sent to this path. Raises HTTPException 413."""
    path: str = scope["path"]
    most = max((size for start, size in UPLOADS.items() if path.startswith(start)), default=_FORM)
    declared = Headers(scope=scope).get("content-length", "")
    so_far = 0

    async def limited() -> Message:
        nonlocal so_far
        if declared.isdigit() and int(declared) > most:
            raise HTTPException(413)
        message = await receive()
        so_far += len(message.get("body", b""))
        if so_far > most:
            raise HTTPException(413)
        return message

    return limited


# --- cookies and forms ------------------------------------------------------------------------

SESSION = "dicoso"
_FORM_COOKIE = "dicoso-form"
_OPENING = ("/sign-in", "/invitations/")
"""Forms that open a session, whoever had one before: ``opens`` guards them."""
_BY_LINK = ("/notices/stop/", "/notices/confirm/")
"""What a link in a letter lets its reader do, by the secret in it and whoever is signed in."""


def cookie_of(request: Request, name: str) -> str:
    """The value of one of our cookies; empty where there is none."""
    return request.cookies.get(_cookie_name(request, name), "")


def set_cookie(request: Request, response: Response, name: str, value: str) -> None:
    """A cookie for this host that no script reads, gone with the browser."""
    response.set_cookie(
        _cookie_name(request, name),
        value,
        httponly=True,
        secure=request.app.state.portal.settings.secure,
        samesite="lax",
        path="/",
    )


def drop_cookie(request: Request, response: Response, name: str) -> None:
    """Have the browser forget it."""
    secure = request.app.state.portal.settings.secure
    response.delete_cookie(_cookie_name(request, name), path="/", secure=secure, httponly=True)


def _cookie_name(request: Request, name: str) -> str:
    """``__Host-`` where browsers let us: by https, for this host alone (RFC 6265bis)."""
    return f"__Host-{name}" if request.app.state.portal.settings.secure else name


async def own_form(request: Request) -> None:
    """Refuse a form that none of this session's pages sent; on every route of the portal."""
    session = getattr(request.state, "session", None)
    otherwise = request.url.path.startswith(_OPENING + _BY_LINK)
    if request.method in READING or session is None or otherwise:
        return
    if not same((await request.form()).get(CSRF), session.csrf):
        raise HTTPException(403, CSRF)


def form_token(request: Request) -> str:
    """What a form that opens a session carries: what this browser has already, else a new one."""
    return cookie_of(request, _FORM_COOKIE) or secrets.token_urlsafe(24)


def with_token(request: Request, response: Response, token: str) -> Response:
    """The page with such a form, and the cookie that proves that it was ours."""
    set_cookie(request, response, _FORM_COOKIE, token)
    return response


async def opens(request: Request) -> bool:
    """Whether a form that opens a session comes from our own page in this very browser."""
    held = cookie_of(request, _FORM_COOKIE)
    return bool(held) and same((await request.form()).get(CSRF), held)


def same(sent: object, expected: str) -> bool:
    """Whether a secret was sent; it takes as long for any of its length."""
    return isinstance(sent, str) and secrets.compare_digest(sent.encode(), expected.encode())
