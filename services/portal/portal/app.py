"""The portal as a whole: what it holds while it runs, and the table of its pages."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from fastapi.staticfiles import StaticFiles

from portal import signing_in
from portal.accounts import Accounts
from portal.language import Said
from portal.pages import my_year
from portal.recognising import recognise
from portal.rendering import HERE, show
from portal.security import guard
from portal.sessions import Sessions
from portal.settings import Settings
from portal.store import Store
from shared.bus import Bus
from shared.language.refusals import say
from shared.messages import Refused


@dataclass(frozen=True)
class Portal:
    """What every request may use; ``app.state.portal``."""

    settings: Settings
    store: Store
    accounts: Accounts
    sessions: Sessions
    bus: Bus


def create_app(settings: Settings) -> FastAPI:
    """The portal; it connects when it starts and lets go when it ends."""

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        store = Store(settings.store)
        async with await Bus.connect(settings.nats, "portal", patience=5) as bus:
            app.state.portal = Portal(
                settings, store, Accounts(store), Sessions(store, settings.session_hours), bus
            )
            yield
        store.close()

    app = FastAPI(title="dicoso", lifespan=life, docs_url=None, redoc_url=None)
    app.middleware("http")(_recognised)
    app.middleware("http")(guard(settings.secure))
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
    app.include_router(signing_in.router)
    app.include_router(my_year.router)
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(TimeoutError, _away)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(404, _http)
    return app


async def _recognised(
    request: Request, call_next: Callable[[Request], Awaitable[Response]]
) -> Response:
    """Know who asks, before anything is answered."""
    if not request.url.path.startswith("/static/"):
        try:
            await recognise(request)
        except (Refused, TimeoutError) as error:
            return await _away(request, error)
    return await call_next(request)


async def _refused(request: Request, error: Exception) -> Response:
    """A question that was refused: what to do, in the reader's language."""
    if not isinstance(error, Refused):
        raise error
    status = {"not-permitted": 403, "unavailable": 503, "not-yet": 503}.get(error.code, 404)
    return show(request, "refused.html", status, code=error.code, why=say(error.code, error.detail))


async def _away(request: Request, _: Exception) -> Response:
    """A service does not answer."""
    why = Said(
        "Dịch vụ chưa trả lời; hãy thử lại sau ít phút.",
        "A service does not answer; try again in a few minutes.",
    )
    return show(request, "refused.html", 503, code="unavailable", why=why._asdict())


_SENTENCES = {
    403: Said(
        "Biểu mẫu này không từ trang của phiên làm việc này; hãy mở lại trang rồi gửi lại.",
        "This form is not from a page of this session; open the page again and send it again.",
    ),
    404: Said("Không có trang này.", "There is no such page."),
}


async def _http(request: Request, error: Exception) -> Response:
    """Who is not signed in is asked to; anything else is said in a sentence."""
    status: int = getattr(error, "status_code", 500)
    if status == 401:
        to = request.url.path if request.method == "GET" else "/"
        return RedirectResponse(f"/sign-in?to={to}", 303)
    why = _SENTENCES.get(status, Said("Yêu cầu không hợp lệ.", "The request is not valid."))
    return show(request, "refused.html", status, code=str(status), why=why._asdict())
