"""Somebody at a browser: what everybody does, whatever their role."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

from playwright.async_api import Browser, Locator, Page

PASSWORD = "một câu chỉ dùng để thử"


class Person:
    """One person's own browser, in Vietnamese."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self._url = url

    @classmethod
    async def at(cls, browser: Browser, url: str) -> Self:
        """Somebody who has just sat down."""
        context = await browser.new_context(base_url=url, locale="vi-VN")
        page = await context.new_page()
        page.set_default_timeout(20_000)
        return cls(page, url)

    @classmethod
    async def invited(cls, browser: Browser, url: str, link: str) -> Self:
        """Somebody who takes up an invitation: sets a password, by keyboard alone."""
        one = await cls.at(browser, url)
        await one.page.goto(link)
        await one.page.get_by_label("Mật khẩu mới", exact=True).focus()
        await one.page.keyboard.type(PASSWORD)
        await one.page.keyboard.press("Tab")
        await one.page.keyboard.type(PASSWORD)
        await one.page.keyboard.press("Enter")
        await one.page.wait_for_url(f"{url}/")
        return one

    async def go(self, place: str) -> None:
        """Choose a place of the menu."""
        await (
            self.page.get_by_role("navigation", name="Các trang")
            .get_by_role("link", name=place, exact=True)
            .click()
        )
        await self.page.get_by_role("heading", level=1).wait_for()

    async def open(self, address: str) -> None:
        """Follow an address that somebody was given."""
        answer = await self.page.goto(address)
        assert answer is not None
        assert answer.ok, f"{address}: {answer.status}"

    async def follow(self, link: str, where: Locator | None = None) -> None:
        """Follow a link of the page."""
        async with self.page.expect_navigation():
            await (where or self.page).get_by_role("link", name=link).first.click()

    async def fill(self, typed: Mapping[str, str], where: Locator | None = None) -> None:
        """Type into the fields that are called so; choose where a field is a list."""
        for label, text in typed.items():
            field = (where or self.page).get_by_label(label).first
            if await field.evaluate("one => one.tagName") == "SELECT":
                await field.select_option(label=text)
            else:
                await field.fill(text)

    async def press(self, button: str, where: Locator | None = None) -> None:
        """Press a button and wait for what comes of it, which is no refusal."""
        status = await self._pressed(button, where)
        told = await self.page.locator("main").inner_text()
        assert status < 400, f"{button}: {status} {told[:400]}"

    async def refused(self, button: str, where: Locator | None = None) -> str:
        """Press a button and be refused: what the page says first."""
        assert await self._pressed(button, where) == 422
        assert await self.page.evaluate("document.activeElement.getAttribute('role')") == "alert"
        return await self.page.get_by_role("alert").first.inner_text()

    async def _pressed(self, button: str, where: Locator | None) -> int:
        async with self.page.expect_navigation() as leaving:
            await (where or self.page).get_by_role("button", name=button).first.click()
        answer = await leaving.value
        assert answer is not None
        return answer.status

    async def unfold(self, title: str, where: Locator | None = None) -> Locator:
        """Open what is folded up under this title."""
        summary = (where or self.page).locator("summary", has_text=title).first
        folded = summary.locator("xpath=..")
        if await folded.get_attribute("open") is None:
            await summary.click()
        return folded

    async def reads(self, text: str) -> None:
        """Wait until this stands on the page."""
        await self.page.locator("main").get_by_text(text).first.wait_for()
