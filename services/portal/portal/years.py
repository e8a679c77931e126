"""Which year and which day a page is about: as the address says, else the last year, today.

A form is of the year of its page, whatever was chosen meanwhile on another.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import Depends, Query, Request, Response
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from portal.language import Language, titled
from portal.recognising import Asking
from portal.security import READING, cookie_of, set_cookie
from shared.clock import today
from shared.regime import Regime
from shared.values import Day

COOKIE = "year"
"""It remembers which year was chosen last."""
OF_FORM = "page_year"
"""The hidden field that says of which year a form's page was."""


@dataclass(frozen=True)
class Year:
    """Năm của chế độ, and the day as of which a page shows it."""

    regime: Regime
    as_of: date

    @property
    def year(self) -> int:
        """The regime's calendar year."""
        return self.regime.year

    def kinds(self, language: Language) -> dict[str, str]:
        """What the regime's kinds of trip are called."""
        return {one.id: titled(one.title.model_dump(), language) for one in self.regime.kinds}


async def the_year(
    request: Request,
    asks: Asking,
    year: Annotated[int | None, Query(ge=1, le=9999)] = None,
    as_of: Annotated[Day | None, Query(alias="as-of")] = None,
) -> Year | None:
    """The year that was chosen, here or on the page before; None where no regime is enacted."""
    of_form = None
    if request.method not in READING:
        of_form = _number(str((await request.form()).get(OF_FORM, "")))
    chosen = year or of_form or _number(cookie_of(request, COOKIE))
    found = await asks.ask("planning", "year", year=chosen)
    request.state.years = sorted(found["years"], reverse=True)
    if found["year"] is None:
        return None
    request.state.year = found["year"]
    request.state.year_to_keep = found["year"] if year or of_form else None
    regime = Regime.model_validate(found["regime"])
    return Year(regime, as_of or today())


def _number(text: str | None) -> int | None:
    return int(text) if text and re.fullmatch("[0-9]{1,4}", text) else None


class Remembering:
    """The year that an address or a form said stays chosen on the pages that follow."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def remembering(message: Message) -> None:
            year = scope.get("state", {}).get("year_to_keep")
            if year and message["type"] == "http.response.start":
                kept = Response()
                set_cookie(Request(scope), kept, COOKIE, str(year))
                MutableHeaders(scope=message).append("set-cookie", kept.headers["set-cookie"])
            await send(message)

        await self._app(scope, receive, remembering)


ThisYear = Annotated[Year | None, Depends(the_year)]
