"""Programs that call the HTTP API of a portal, in this process or in one of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2

from browsing import Serving
from console.suite import free_port
from portal.api.keys import SCOPES
from shared.bus import Bus
from shared.language.appraisal import IssueInput, ReissueInput
from suite.conftest import Up

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


def start_portal(suite: Up, store: str, **more: str) -> tuple[subprocess.Popen[bytes], str]:
    """A portal as a process, once it answers, and where its API is."""
    port = free_port()
    environment = {
        **os.environ,
        "DICOSO_NATS": suite.nats,
        "DICOSO_DATA": str(suite.data),
        "DICOSO_PORTAL_STORE": store,
        "DICOSO_PORTAL_PORT": str(port),
        **more,
    }
    process = subprocess.Popen([sys.executable, "-m", "portal"], env=environment)
    url = f"http://127.0.0.1:{port}/api/v1"
    for _ in range(600):
        try:
            httpx2.get(f"{url}/openapi.json", timeout=5)
        except httpx2.TransportError:
            time.sleep(0.1)
        else:
            break
    return process, url


@contextmanager
def portal_process(suite: Up, store: str, **more: str) -> Iterator[str]:
    """A portal as a process, as schemathesis asks over TCP."""
    process, url = start_portal(suite, store, **more)
    try:
        yield url
    finally:
        process.terminate()
        process.wait(20)
