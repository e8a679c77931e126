"""A portal in this process, before a real suite, and browsers to look at it with."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import httpx2
from fastapi import FastAPI

from portal.app import Portal
from portal.visitor import Office

PASSWORD = "một câu chỉ dùng để thử"


class Browser(httpx2.AsyncClient):
    """A browser: keeps cookies, follows nothing by itself, sends what a page's form holds."""

    async def send_form(
        self, page: str, action: str | None = None, files: Any = None, **typed: str
    ) -> httpx2.Response:
        """Open a page and send its form, the one with this action, with what is typed in it."""
        shown = await self.get(page)
        return await self.post(
            action or page, data={**hidden(shown.text, action), **typed}, files=files
        )


def hidden(page: str, action: str | None = None) -> dict[str, str]:
    """The hidden fields of a page's form with this action, of its last form where none is said."""
    forms = re.findall(r"<form\b[^>]*>.*?</form>", page, re.DOTALL)
    if action:
        forms = [one for one in forms if f'action="{action}"' in one.partition(">")[0]]
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', forms[-1])
    return dict(found)


class Serving:
    """A portal in this process."""

    def __init__(self, app: FastAPI, stack: AsyncExitStack, url: str) -> None:
        self.app = app
        self._stack = stack
        self._url = url

    @property
    def state(self) -> Portal:
        """What the portal holds while it runs."""
        state: Portal = self.app.state.portal
        return state

    async def browser(self, host: str = "127.0.0.1") -> Browser:
        """Somebody who has not signed in."""
        transport = httpx2.ASGITransport(self.app, client=(host, 40000))
        return await self._stack.enter_async_context(
            Browser(transport=transport, base_url=self._url)
        )

    async def signed_in_as(self, cadre: str = "", office: Office = "") -> Browser:
        """Somebody who has signed in, as a cadre of the register or with an office."""
        accounts = self.state.accounts
        login = cadre or office
        account = accounts.of_login(login)
        if account is None:
            accounts.make(login, cadre=cadre, office=office, password=PASSWORD)
        browser = await self.browser()
        answer = await browser.send_form("/sign-in", "/sign-in", login=login, password=PASSWORD)
        assert answer.status_code == 303, answer.text
        return browser


Serve = Callable[..., Awaitable[Serving]]
