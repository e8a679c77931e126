"""People before a real portal, in the system's Chromium: signed in, in either language."""

from __future__ import annotations

import asyncio
import io
import os
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from console.suite import free_port
from furnishing import (
    CADRE,
    LEADER,
    ORGANISATION,
    STANDING,
    attach,
    furnish,
    invitation,
    receiver,
)
from portal.accounts import Accounts
from portal.language import LANGUAGES, Language
from portal.notices.keeping import Notices
from portal.notices.links import Links, Purpose
from portal.papers.parts import ground
from portal.sessions import Sessions
from portal.store import Store
from portal.visitor import Office
from shared.bus import Bus
from shared.services import SERVICES
from suite.conftest import BAC_NINH, Up

CHROMIUM = os.environ.get("DICOSO_CHROMIUM", "/usr/bin/chromium")
DESKTOP, PHONE = 1200, 390
HEIGHT = 844
PEOPLE: dict[str, tuple[str, Office]] = {
    "cadre": (CADRE, ""),
    "leader": (LEADER, ""),
    "organisation": (ORGANISATION, ""),
    "standing": (STANDING, ""),
    "auditor": ("", "auditor"),
    "operations": ("", "operations"),
}
"""One of each role: a cadre of the register, or an office."""


_OPEN = ("/sign-in", "/invitations/", "/proof/", "/notices/confirm/", "/notices/stop/")
"""Pages of nobody signed in: their address says the language."""
_NO_MAIL_SERVER = {
    "DICOSO_SMTP_HOST": "127.0.0.1",
    "DICOSO_SMTP_PORT": "9",
    "DICOSO_SMTP_FROM": "dicoso@example.vn",
}
"""Forms about letters are shown, and no letter goes anywhere."""


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """The system's Chromium; a test is skipped where there is none, and fails in CI."""
    if not os.access(CHROMIUM, os.X_OK):
        told = f"no {CHROMIUM}: apt-get install chromium, or set DICOSO_CHROMIUM"
        if os.environ.get("CI"):
            pytest.fail(told)
        pytest.skip(told)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"], timeout=120_000
        )
        yield browser
        await browser.close()


@dataclass
class Furnished:
    """A suite with its portal and Bắc Ninh's year, in which something of everything waits."""

    up: Up
    url: str
    known: dict[str, str] = field(default_factory=dict)
    """What addresses of ``touring.STOPS`` need: a webhook, an invitation, imports, a proof."""
    tokens: dict[tuple[str, Language], str] = field(default_factory=dict)

    async def page(
        self, browser: Browser, who: str, language: Language = "vi", width: int = DESKTOP
    ) -> Page:
        """A new window of somebody's own browser."""
        context = await self.context(browser, who, language, width)
        page = await context.new_page()
        page.set_default_timeout(60_000)
        return page

    async def context(
        self, browser: Browser, who: str, language: Language = "vi", width: int = DESKTOP
    ) -> BrowserContext:
        """Somebody's own browser; of nobody signed in where ``who`` is empty."""
        size = {"width": width, "height": HEIGHT}
        locale = {"vi": "vi-VN", "en": "en-GB"}[language]
        context = await browser.new_context(
            base_url=self.url,
            viewport=size,  # type: ignore[arg-type]
            locale=locale,
        )
        if who:
            token = self.tokens[(who, language)]
            await context.add_cookies([{"name": "dicoso", "value": token, "url": self.url}])
        return context

    def address(self, at: str, language: Language = "vi") -> str:
        """The address of a stop; of a page before signing in it says the language, too."""
        at = at.format(**{**self.known, "import_": self.known[f"import_{language}"]})
        outside = at.startswith(_OPEN) and language != "vi"
        return f"{at}?lang={language}" if outside else at


@asynccontextmanager
async def furnished(data: Path, browser: Browser) -> AsyncIterator[Furnished]:
    """All of it, from its start to its end."""
    port = free_port()
    office = Furnished(
        Up(data, "--portal-port", str(port), **_NO_MAIL_SERVER), f"http://127.0.0.1:{port}"
    )
    try:
        assert office.up.run("import", BAC_NINH).returncode == 0
        store = Store(f"sqlite:///{data / 'portal.sqlite'}")
        _open(office, store)
        async with await office.up.bus() as bus:
            await furnish(bus)
            await attach(bus, data)
            office.known["proof"] = await _grounds(bus)
        await _noticed(store)
        store.close()
        for language in LANGUAGES:
            office.known[f"import_{language}"] = await _imported(office, browser, language)
        yield office
    finally:
        office.up.down()


def _open(office: Furnished, store: Store) -> None:
    """Everybody's accounts and sessions; what else only the portal knows."""
    accounts, sessions = Accounts(store), Sessions(store, 12, 12)
    for who, (cadre, held) in PEOPLE.items():
        for language in LANGUAGES:
            account = accounts.make(f"{who}-{language}", cadre=cadre, office=held)
            accounts.speak(account, language)
            office.tokens[who, language] = sessions.open(account, datetime.now(UTC), "Firefox/140")
    office.known["webhook"] = receiver(store)
    office.known["invitation"] = invitation(store, accounts.make("cb-0009", cadre="cb-0009"))
    links, account = Links(store), accounts.make("cb-0010", cadre="cb-0010")
    letters: tuple[tuple[Purpose, str], ...] = (
        ("confirm", "cb-0010@example.vn"),
        ("stop", "returned"),
    )
    for purpose, about in letters:
        office.known[purpose] = links.make(account, purpose, about, datetime.now(UTC))


async def _noticed(store: Store) -> None:
    """Until the cadre has been told that a plan came back."""
    account = Accounts(store).of_login("cadre-vi")
    assert account is not None
    for _ in range(150):
        if Notices(store, mails=False).unread(account.account):
            return
        await asyncio.sleep(0.2)
    pytest.fail("nobody was told of what came back")


async def _imported(office: Furnished, browser: Browser, language: Language) -> str:
    """A register is imported on its page, of which a row is refused; the import's id."""
    page = await office.page(browser, "organisation", language)
    await page.goto("/import")
    packed = {"name": "so-bo-sung.zip", "mimeType": "application/zip", "buffer": _register()}
    await page.locator("input[type=file]").set_input_files(packed)  # type: ignore[arg-type]
    await page.locator("main button").click()
    await page.locator("#refused").get_by_text("(1)").wait_for()
    await page.context.close()
    return page.url.rpartition("/")[2]


async def _grounds(bus: Bus) -> str:
    """What the address of a year sheet's proof ends with."""
    told = [(one, await bus.ask(one, "grounds", cadre=CADRE, year=2019)) for one in SERVICES]
    return ".".join(str(ground(one, found["entries"][-1])) for one, found in told)


def _register() -> bytes:
    """One more cadre, and one of no department."""
    head = "cadre,name,department,position,role,duty,employment,from,to\n"
    rows = (
        "cb-0049,Cán bộ 0049,van-phong,,cadre,union,civil_servant,2019-01-01,\n"
        "cb-0050,Cán bộ 0050,,,cadre,union,civil_servant,2019-01-01,\n"
    )
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as packed:
        packed.write(BAC_NINH / "regime.yaml", "regime.yaml")
        packed.writestr("cadres.csv", head + rows)
    return content.getvalue()
