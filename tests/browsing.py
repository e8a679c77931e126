"""A portal in this process, before a real suite, and browsers to look at it with."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from functools import cache
from typing import Any

import httpx2
from argon2 import PasswordHasher
from fastapi import FastAPI
from sqlalchemy import update

from portal.accounts import ACCOUNTS
from portal.app import Portal
from portal.passwords import normal
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

    async def csrf(self) -> str:
        """The secret of the session's forms."""
        return hidden((await self.get("/account")).text)["csrf"]


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
        """Somebody who has signed in, as a cadre of the register or with an office.

        Their login is the key or the office, their password ``PASSWORD``.
        """
        state, login = self.state, cadre or office
        account = state.accounts.of_login(login)
        if account is None:
            made = state.accounts.make(login, cadre=cadre, office=office)
            with state.store.begin() as db:  # hashing takes long, and is the same each time
                mine = ACCOUNTS.c.account == made
                db.execute(update(ACCOUNTS).where(mine).values(password_hash=_hashed()))
            account = state.accounts.find(made)
        assert account is not None
        browser = await self.browser()
        token = state.sessions.open(account.account, datetime.now(UTC), "a test's browser")
        name = "__Host-dicoso" if state.settings.secure else "dicoso"
        browser.cookies.set(name, token, domain=browser.base_url.host)
        return browser


@cache
def _hashed() -> str:
    return PasswordHasher().hash(normal(PASSWORD))


Serve = Callable[..., Awaitable[Serving]]
