"""No page has an accessibility fault that axe-core knows of; and what a keyboard and paper need.

In the long lane each page as the person sees it whom it serves, each form refused, and every page
as every role sees it, in both languages, on a desktop and on a phone.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from itertools import product
from typing import Any

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page

from looking import DESKTOP, HEIGHT, PEOPLE, PHONE, Furnished, chromium, furnished
from portal.language import LANGUAGES, Language
from touring import NO_PAGES, STOPS, routes

pytestmark = pytest.mark.asyncio(loop_scope="module")
VIEWS: tuple[tuple[Language, int], ...] = tuple(product(LANGUAGES, (DESKTOP, PHONE)))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as one:
        yield one


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def office(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Furnished]:
    async with furnished(tmp_path_factory.mktemp("office") / "data", browser) as one:
        yield one


async def test_every_page_of_the_portal_is_looked_at_or_named_with_a_reason() -> None:
    known = {one.route for one in STOPS} | NO_PAGES.keys()
    assert set(routes()) == known
    assert len({one.name for one in STOPS}) == len(STOPS)


@pytest.mark.long
async def test_each_page_as_the_person_sees_it_whom_it_serves(
    office: Furnished, browser: Browser
) -> None:
    faults: list[str] = []
    for who in ("", *PEOPLE):
        page = await office.page(browser, who)
        for stop in (one for one in STOPS if one.who == who):
            answer = await page.goto(office.address(stop.at))
            assert answer is not None
            assert answer.status == 200, stop
            faults += await faults_of(page, stop.name)
            await page.set_viewport_size({"width": PHONE, "height": HEIGHT})
            faults += await wider(page, f"{stop.name} on a phone")
            await page.set_viewport_size({"width": DESKTOP, "height": HEIGHT})
        await page.context.close()
    assert not faults, "\n".join(faults)


@pytest.mark.long
@pytest.mark.parametrize("who", ["", *PEOPLE])
async def test_every_page_as_every_role_sees_it(
    office: Furnished, browser: Browser, who: str
) -> None:
    faults: list[str] = []
    for language, width in VIEWS:
        page = await office.page(browser, who, language, width)
        for stop in (one for one in STOPS if who or not one.who):  # else one is asked to sign in
            answer = await page.goto(office.address(stop.at, language))
            assert answer is not None
            assert answer.status in (200, 403, 404), stop
            assert await page.locator("html").get_attribute("lang") == language
            faults += await faults_of(page, f"{stop.name} {language} {width} {answer.status}")
        await page.context.close()
    assert not faults, "\n".join(faults)


@pytest.mark.long
@pytest.mark.parametrize("who", ["", *PEOPLE])
async def test_a_form_refused_empty_says_so_first_and_shows_no_fault(
    office: Furnished, browser: Browser, who: str
) -> None:
    page = await office.page(browser, who, width=PHONE)
    refused, faults = 0, list[str]()
    for stop in (one for one in STOPS if one.who == who):
        await page.goto(office.address(stop.at))
        for at in await page.evaluate(_DEMANDING):
            await page.goto(office.address(stop.at))
            async with page.expect_navigation() as leaving:
                await page.evaluate(_SENT_EMPTY, at)
            answer = await leaving.value
            assert answer is not None
            assert 400 <= answer.status < 500, f"{stop.name}, form {at}"
            focused = await page.evaluate("document.activeElement.getAttribute('role')")
            assert focused == "alert", f"{stop.name}, form {at}"
            faults += await faults_of(page, f"{stop.name}, form {at} refused")
            refused += 1
    assert not faults, "\n".join(faults)
    assert refused or who in ("auditor", "operations", "standing")
    await page.context.close()


_DEMANDING = """() => [...document.forms].flatMap((form, at) =>
  form.method === "post" && form.querySelector("[required]") ? [at] : [])"""
"""Which forms of a page demand something."""
_SENT_EMPTY = """at => {
  const form = document.forms[at];
  form.noValidate = true;
  for (const one of form.querySelectorAll("[required]"))
    if (one.type !== "file") one.value = "";
  form.requestSubmit();
}"""


async def test_a_keyboard_skips_the_menu_and_sees_where_it_is(
    office: Furnished, browser: Browser
) -> None:
    page = await office.page(browser, "organisation")
    await page.goto("/roster")
    await page.keyboard.press("Tab")
    skip = page.locator(":focus")
    assert await skip.inner_text() == "Tới nội dung"
    box = await skip.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.getElementById('main').contains(document.activeElement)")
    for _ in range(8):
        outline = await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid"
        await page.keyboard.press("Tab")
    await page.context.close()


async def test_paper_has_no_menu_and_no_forms(office: Furnished, browser: Browser) -> None:
    page = await office.page(browser, "leader")
    await page.emulate_media(media="print")
    for stop in (one for one in STOPS if one.who == "leader"):
        await page.goto(office.address(stop.at))
        assert await page.locator("h1").is_visible()
        for unprinted in ("nav a", "header.top", "main form:not(.printed) button"):
            seen = page.locator(unprinted).locator("visible=true")
            assert await seen.count() == 0, f"{stop.name}: {unprinted}"
    await page.context.close()


async def faults_of(page: Page, where: str) -> list[str]:
    """What axe-core finds, of any impact; and whether the page is wider than its window."""
    found = (await Axe().run(page)).response["violations"]
    told = [f"{where}: {one['id']} ({one['impact']}) {_targets(one['nodes'])}" for one in found]
    return [*told, *await wider(page, where)]


async def wider(page: Page, where: str) -> list[str]:
    """Whether one has to scroll aside to read a page."""
    pixels = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return [f"{where}: {pixels} px wider than its window"] if pixels > 0 else []


def _targets(nodes: Iterable[dict[str, Any]]) -> str:
    return "; ".join(f"{one['target']} {one['html'][:120]}" for one in nodes)
