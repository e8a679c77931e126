"""Which year and which day a page is about: as the address says, else the last year, today."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import Depends, Query, Request

from portal.language import Language, titled
from portal.recognising import Asking
from portal.security import cookie_of
from shared.clock import today
from shared.regime import Regime
from shared.values import Day

_COOKIE = "year"
"""It remembers which year was chosen last (``rendering.py`` sets it)."""


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
    found = (await asks.ask("planning", "years"))["years"]
    request.state.years = sorted(found, reverse=True)
    if not found:
        return None
    chosen = year or _number(cookie_of(request, _COOKIE))
    current = today().year
    if chosen not in found:
        chosen = current if current in found else max(found)
    request.state.year = chosen
    regime = Regime.model_validate((await asks.ask("planning", "regime", year=chosen))["regime"])
    return Year(regime, as_of or today())


def _number(text: str | None) -> int | None:
    return int(text) if text and re.fullmatch("[0-9]{1,4}", text) else None


ThisYear = Annotated[Year | None, Depends(the_year)]
