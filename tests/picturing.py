"""``make pictures``: every page as docs/pages shows it, on a desktop and on a phone.

Each page is pictured from Bắc Ninh's year with something of everything waiting, down to
``TALLEST``; a picture of 64 greys and colours is small and reads well.
"""

from __future__ import annotations

import asyncio
import io
import shutil
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.async_api import Browser

from looking import DESKTOP, HEIGHT, PHONE, Furnished, chromium, furnished
from touring import STOPS, Stop

HERE = Path(__file__).parents[1] / "docs/pages"
TALLEST = {DESKTOP: 1000, PHONE: 1400}
"""CSS pixels from the top that are pictured."""
_WHOM = {
    "": "whoever is not signed in",
    "cadre": "a cadre",
    "leader": "a department's leader",
    "organisation": "the organisation department",
    "standing": "the standing body",
    "auditor": "the auditor",
    "operations": "operations",
}


async def picture(folder: Path, only: set[str]) -> None:
    """Make all pictures, or those of the pages that are named."""
    with tempfile.TemporaryDirectory() as data:
        async with chromium() as browser, furnished(Path(data) / "data", browser) as office:
            for width in TALLEST:
                for who in _WHOM:
                    await _of(office, browser, folder, who, width, only)


async def _of(
    office: Furnished, browser: Browser, folder: Path, who: str, width: int, only: set[str]
) -> None:
    page = await office.page(browser, who, width=width)
    for stop in (one for one in STOPS if one.who == who and one.name in (only or {one.name})):
        await page.goto(office.address(stop.at))
        whole = await page.evaluate("document.documentElement.scrollHeight")
        shown = {"x": 0, "y": 0, "width": width, "height": max(HEIGHT, min(whole, TALLEST[width]))}
        taken = await page.screenshot(clip=shown, full_page=True)  # type: ignore[arg-type]
        _keep(taken, folder / f"{stop.name}-{width}.webp")
    await page.context.close()


def _keep(taken: bytes, at: Path) -> None:
    """As a small picture: smaller than life, few colours."""
    image = Image.open(io.BytesIO(taken)).convert("RGB")
    part = 0.8 if image.width <= PHONE else 0.6
    image = image.resize(
        (round(image.width * part), round(image.height * part)), Image.Resampling.LANCZOS
    )
    image.quantize(64).convert("RGB").save(at, "WEBP", quality=40, method=6)


def index() -> str:
    """The page that shows them: what each is, and whom it serves."""
    parts = [
        "# The portal's pages",
        "Pictures of every page with Bắc Ninh's year loaded, on a desktop and on a phone, made by "
        "`make pictures`\n(`tests/picturing.py`; the list of pages is `tests/touring.py`). "
        "Every page is in English, too.",
    ]
    for who, whom in _WHOM.items():
        parts.append(f"## For {whom}")
        parts += [_shown(stop) for stop in STOPS if stop.who == who]
    return "\n\n".join(parts) + "\n"


def _shown(stop: Stop) -> str:
    wide, narrow = f"{stop.name}-{DESKTOP}.webp", f"{stop.name}-{PHONE}.webp"
    return (
        f"### {stop.what}\n\n`{stop.route}`\n\n"
        f'<img src="{wide}" alt="{stop.what}, on a desktop" width="640">\n'
        f'<img src="{narrow}" alt="{stop.what}, on a phone" width="210">'
    )


def main() -> None:
    """All of them anew; with names of pages, these alone."""
    only = set(sys.argv[1:])
    if not only:
        shutil.rmtree(HERE, ignore_errors=True)
    HERE.mkdir(exist_ok=True)
    asyncio.run(picture(HERE, only))
    (HERE / "README.md").write_text(index())
    size = sum(one.stat().st_size for one in HERE.glob("*.webp"))
    print(f"{HERE}: {len(STOPS) * 2} pictures, {size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
