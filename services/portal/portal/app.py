"""The portal as a whole: what it holds while it runs, and the table of its pages."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import quote

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.routing import Match
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from portal import health, signing_in, signing_in_by_openid
from portal.accounts import Accounts
from portal.api import problems
from portal.api.application import PATH, mount_api, serving
from portal.attempts import Attempts, Rate
from portal.denying import record_denial
from portal.head_requests import HeadRequests
from portal.identities import Identities
from portal.imports import Imports
from portal.invitations import Invitations
from portal.inviting import Inviting
from portal.language import Said
from portal.log_files import Logs
from portal.notices.forgetting import Forgetting
from portal.notices.serving import make_noticing, noticing
from portal.pages import (
    account,
    accounts,
    audit,
    calendar,
    changes,
    chase,
    consolidated,
    delegation,
    department,
    difficulties,
    importing,
    inputs,
    integrations,
    my_year,
    notices,
    ops,
    papers,
    plan,
    proof,
    province,
    regime,
    reports,
    roster,
    units,
    visits,
    waiting,
)
from portal.papers.making import AT_ONCE
from portal.paths import Slashes, asked_of, path_of, with_slashes
from portal.recognising import recognise
from portal.rendering import HERE, show
from portal.resending import sent_again
from portal.security import CSRF, READING, Guard, own_form
from portal.sessions import Sessions
from portal.settings import Settings
from portal.signing_in import HASHES_AT_ONCE
from portal.store import Store
from portal.watching import Watching
from portal.webhooks.carrying import utc_clock
from portal.years import Remembering
from shared.asker import make_asker_key
from shared.bus import Bus
from shared.language.refusals import say
from shared.refused import Refused

if TYPE_CHECKING:
    from portal.openid import Provider

ROUTERS = (
    health.router,
    signing_in.router,
    signing_in_by_openid.router,
    my_year.router,
    plan.router,
    visits.router,
    reports.router,
    difficulties.router,
    waiting.router,
    department.router,
    delegation.router,
    account.router,
    accounts.router,
    importing.router,
    regime.router,
    ops.router,
    audit.router,
    changes.router,
    units.router,
    roster.router,
    inputs.router,
    chase.router,
    consolidated.router,
    province.router,
    integrations.router,
    papers.router,
    proof.router,
    notices.router,
    calendar.router,
)
"""The table of pages."""


@dataclass(frozen=True)
class Portal:
    """What every request may use; ``app.state.portal``."""

    settings: Settings
    store: Store
    accounts: Accounts
    invitations: Invitations
    sessions: Sessions
    identities: Identities
    inviting: Inviting
    attempts: Attempts
    rate: Rate
    hashing: asyncio.Semaphore
    provider: Provider | None
    bus: Bus
    key: Ed25519PrivateKey
    """Signs who asks; the services believe it (``shared/shared/asker.py``)."""


def _provider(settings: Settings, store: Store) -> Provider | None:
    """The OpenID provider of the settings; None where there is none."""
    if not settings.oidc_discovery:
        return None
    from portal.openid import Provider  # with Authlib, which nobody needs who has no provider

    return Provider(settings, store)


def create_app(settings: Settings, clock: Callable[[], datetime] = utc_clock) -> FastAPI:
    """The portal; it connects when it starts and lets go when it ends. By the ``clock`` people are
    told of their days."""

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        key = make_asker_key(settings.data / "portal", settings.askers)
        store = Store(settings.store)
        async with await Bus.connect(settings.nats, "portal", patience=5) as bus:
            app.state.watching = Watching()
            await bus.listen(app.state.watching.heard)
            app.state.imports = Imports(store)
            app.state.logs = Logs(settings.logs)
            app.state.drawing = asyncio.Semaphore(AT_ONCE)
            known = Accounts(store)
            invitations = Invitations(store)
            sessions = Sessions(store, settings.session_hours, settings.session_at_most_hours)
            identities = Identities(store, known, settings.oidc_cadre_claim)
            app.state.portal = Portal(
                settings,
                store,
                known,
                invitations,
                sessions,
                identities,
                Inviting(known, invitations, sessions, identities, Forgetting(store)),
                Attempts(store),
                Rate(settings.sign_ins_a_minute),
                asyncio.Semaphore(HASHES_AT_ONCE),
                _provider(settings, store),
                bus,
                key,
            )
            app.state.notices = make_noticing(app.state.portal, app.state.watching, clock)
            async with serving(app), noticing(app):
                yield
            await app.state.imports.end()
        store.close()

    app = FastAPI(
        title="dicoso",
        lifespan=life,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,  # it would lead to whatever host the request names
        dependencies=[Depends(with_slashes), Depends(own_form)],
    )
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
    mount_api(app)
    for router in ROUTERS:
        app.include_router(router)
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(TimeoutError, _away)
    app.add_exception_handler(StarletteHTTPException, _http)
    app.add_exception_handler(RequestValidationError, _misspelt)
    # From the inside out: the year, who asks, headers and limits, HEAD, whole keys, and where it
    # really comes from.
    app.add_middleware(Remembering)
    app.add_middleware(Recognising)
    app.add_middleware(Guard, secure=settings.secure, failed=_failed)
    app.add_middleware(HeadRequests)
    app.add_middleware(Slashes)
    if proxies := [one.strip() for one in settings.proxies.split(",") if one.strip()]:
        app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=proxies)
    return app


class Recognising:
    """Know who asks, before anything is answered."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not scope["path"].startswith(("/static/", PATH)):
            request = Request(scope)
            try:
                await recognise(request)
            except (Refused, TimeoutError) as error:
                return await (await _away(request, error))(scope, receive, send)
        await self._app(scope, receive, send)


_STATUS = {
    "not-permitted": 403,
    "not-signed-in": 503,  # the session is good here: it is the portal that is not believed
    "unavailable": 503,
    "not-yet": 503,
}


async def _refused(request: Request, error: Exception) -> Response:
    """A question that was refused: what to do, in the reader's language."""
    if not isinstance(error, Refused):
        raise error
    status = _STATUS.get(error.code, 404)
    return show(request, "refused.html", status, code=error.code, why=say(error.code, error.detail))


async def _away(request: Request, _: Exception) -> Response:
    """A service does not answer."""
    why = Said(
        "Dịch vụ chưa trả lời; hãy thử lại sau ít phút.",
        "A service does not answer; try again in a few minutes.",
    )
    return show(request, "refused.html", 503, code="unavailable", why=why._asdict())


_SENTENCES = {
    403: Said("Bạn không có quyền với trang này.", "You have no right to this page."),
    404: Said("Không có trang này.", "There is no such page."),
    413: Said("Nội dung gửi lên quá lớn.", "What was sent is too large."),
    500: Said(
        "Cổng gặp lỗi; đã ghi nhật ký. Hãy thử lại, hoặc báo người vận hành.",
        "The portal failed; it is in the log. Try again, or tell who operates it.",
    ),
}
_NOT_OURS = Said(
    "Biểu mẫu này không từ trang của phiên làm việc này; hãy mở lại trang rồi gửi lại.",
    "This form is not from a page of this session; open the page again and send it again.",
)


async def _http(request: Request, error: Exception) -> Response:
    """Who is not signed in is asked to; anything else is said in a sentence."""
    status: int = getattr(error, "status_code", 500)
    if f"{request.url.path}/".startswith(f"{PATH}/"):  # with a line break in it no Mount matches it
        return problems.answer(request, problems.code_of(status), {})
    ended = status == 401 or getattr(error, "detail", "") == CSRF
    if ended and (again := await sent_again(request, status)):
        return again
    if status == 401:
        return _to_sign_in(request)
    if status == 405 and request.method == "GET":  # where a form was sent: to the page it is of
        return RedirectResponse(_page_of(request), 303)
    visitor = getattr(request.state, "visitor", None)
    if status == 403 and visitor and getattr(error, "detail", "") != CSRF:
        await record_denial(request, visitor)
    why = _SENTENCES.get(status, Said("Yêu cầu không hợp lệ.", "The request is not valid."))
    if getattr(error, "detail", "") == CSRF:
        why = _NOT_OURS
    response = show(request, "refused.html", status, code=str(status), why=why._asdict())
    response.headers.update(getattr(error, "headers", None) or {})
    return response


def _page_of(request: Request) -> str:
    """The nearest page above an address that has none: ``/ops`` of ``/ops/planning/retry``."""
    path, shown = request.scope["path"], path_of(request)
    while path := path.rpartition("/")[0]:
        shown = shown.rpartition("/")[0]
        asked = {**request.scope, "path": path, "method": "GET"}
        if any(route.matches(asked)[0] is Match.FULL for route in request.app.routes):
            return shown
    return "/"


async def _misspelt(request: Request, _: Exception) -> Response:
    """An address or form with a value that cannot be read, such as ``?as-of=tomorrow``."""
    why = say("malformed", {})
    return show(request, "refused.html", 422, code="malformed", why=why)


def _to_sign_in(request: Request) -> Response:
    """To the sign-in page, and from there to where they wanted to go."""
    to = asked_of(request) if request.method in READING else "/"
    return RedirectResponse(f"/sign-in?to={quote(to, safe='')}", 303)


def _failed(request: Request) -> Response:
    """What nobody foresaw; what it was stands in the log, not on the page."""
    return show(request, "refused.html", 500, code="500", why=_SENTENCES[500]._asdict())
