"""Programs that call the HTTP API of a portal in this process."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2

from browsing import Serving
from portal.api.keys import SCOPES
from shared.bus import Bus
from shared.language.appraisal import IssueInput, ReissueInput

API = "/api/v1"
YEAR_END = "2020-01-31"
ORGANISER = "cb-0003"
"""Of the organisation department, in the register of Bắc Ninh."""


async def program(
    portal: Serving, *scopes: str, name: str = "hr-test", lasts: timedelta = timedelta(days=1)
) -> httpx2.AsyncClient:
    """A client with a key of its own; with every scope where none is named."""
    now = datetime.now(UTC)
    _, secret = portal.app.state.api.keys.make(name, scopes or SCOPES, now + lasts, "test", now)
    client = await portal.browser()
    client.base_url = f"{client.base_url}".rstrip("/") + API
    client.headers["Authorization"] = f"Bearer {secret}"
    return client


async def issue(nats: str, cadre: str, year: int = 2019, reason: str = "", **more: Any) -> int:
    """Issue a cadre's input, or issue it anew with a reason; its ledger position."""
    content = {"cadre": cadre, "year": year, "by": ORGANISER, "on": YEAR_END, **more}
    async with await Bus.connect(nats, "test", patience=30) as bus:
        if reason:
            done = await bus.obey(ReissueInput.model_validate({**content, "reason": reason}))
        else:
            done = await bus.obey(IssueInput.model_validate(content))
    return done.position
