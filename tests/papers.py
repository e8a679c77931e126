"""What a test does on a page: fill in a form as a browser does, and ask the bus what came of it."""

from __future__ import annotations

import html
import re
from typing import Any

import httpx2

from browsing import Browser
from shared.bus import Bus
from shared.messages import Command

PDF = b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\n%%EOF\n"


def fields(page: str, action: str) -> dict[str, str]:
    """What the form with this action holds as it is shown; of lists to choose from, the choice."""
    form = next(
        one
        for one in re.findall(r"<form\b.*?</form>", page, re.DOTALL)
        if f'action="{html.escape(action)}"' in (opening := one.partition(">")[0])
        and 'method="post"' in opening
    )
    found: dict[str, str] = {}
    for tag in re.findall(r"<input\b[^>]*>", form):
        kind, name = _attribute(tag, "type"), _attribute(tag, "name")
        if name and kind not in ("file", "checkbox", "radio"):
            found[name] = _attribute(tag, "value")
    for name, text in re.findall(
        r'<textarea\b[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', form, re.S
    ):
        found[name] = html.unescape(text)
    for name, options in re.findall(
        r'<select\b[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.S
    ):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = html.unescape(chosen[1]) if chosen else ""
    return found


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf'\b{name}="([^"]*)"', tag)
    return html.unescape(found[1]) if found else ""


async def fill(
    browser: Browser, page: str, action: str | None = None, files: Any = None, **typed: Any
) -> httpx2.Response:
    """Open a page, type into its form with this action, send it."""
    shown = await browser.get(page)
    assert shown.status_code == 200, shown.text
    return await send(browser, shown.text, action or page, files, **typed)


async def send(
    browser: Browser, page: str, action: str, files: Any = None, **typed: Any
) -> httpx2.Response:
    """Type into the form of a page that is shown, and send it."""
    said = {**fields(page, action), **{name.rstrip("_"): value for name, value in typed.items()}}
    return await browser.post(action, data=said, files=files)


def beside(page: str, field: str) -> str:
    """Why a field was refused; empty where it was not."""
    found = re.search(rf'id="e-{re.escape(field)}">([^<]*)<', page)
    return html.unescape(found[1]) if found else ""


async def lines(bus: Bus, cadre: str, quarter: str) -> list[dict[str, Any]]:
    """The lines of a plan, as planning has them."""
    found: list[dict[str, Any]] = (await bus.ask("planning", "plan", cadre=cadre, quarter=quarter))[
        "lines"
    ]
    return found


async def diary(bus: Bus, cadre: str) -> dict[str, dict[str, Any]]:
    """A cadre's visits of 2019 by id, as visits has them."""
    found = await bus.ask("visits", "diary", cadre=cadre, year=2019)
    return {one["visit"]: {**one, **found["more"][one["visit"]]} for one in found["visits"]}


async def rows(bus: Bus, question: str, cadre: str) -> list[dict[str, Any]]:
    """A cadre's reports, products or difficulties of 2019, as visits has them."""
    found: list[dict[str, Any]] = (await bus.ask("visits", question, cadre=cadre, year=2019))[
        "rows"
    ]
    return found


async def obeyed(bus: Bus, word: type[Command], **said: Any) -> None:
    """Have somebody else's act done, said as a page says it."""
    await bus.obey(word.model_validate(said))
