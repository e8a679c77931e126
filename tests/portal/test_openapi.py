"""The OpenAPI document is true: schemathesis tries what it promises, on a portal with the register.

Every operation, with valid and with broken requests: every status, header and body that comes must
be documented, every broken request refused, none may fail.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest

from calling import ORGANISER, YEAR_END, issue
from console.suite import free_port
from portal.api.keys import SCOPES, Keys
from portal.store import Store
from suite.conftest import Up

CONFIG = Path(__file__).with_name("schemathesis.toml")


@contextmanager
def portal_process(suite: Up, store: str) -> Iterator[str]:
    """A portal as a process, as schemathesis asks over TCP."""
    port = free_port()
    environment = {
        **os.environ,
        "DICOSO_NATS": suite.nats,
        "DICOSO_DATA": str(suite.data),
        "DICOSO_PORTAL_STORE": store,
        "DICOSO_PORTAL_PORT": str(port),
        "DICOSO_API_REQUESTS_A_MINUTE": "1000000",
    }
    process = subprocess.Popen([sys.executable, "-m", "portal"], env=environment)
    url = f"http://127.0.0.1:{port}/api/v1"
    try:
        for _ in range(600):
            try:
                httpx2.get(f"{url}/openapi.json", timeout=5)
            except httpx2.TransportError:
                time.sleep(0.1)
            else:
                break
        yield url
    finally:
        process.terminate()
        process.wait(20)


async def tried(suite: Up, folder: Path, *options: str) -> str:
    """What schemathesis says; fails where it found something."""
    await issue(suite.nats, "cb-0013", on=YEAR_END, by=ORGANISER)
    store = f"sqlite:///{folder / 'portal.sqlite'}"
    now = datetime.now(UTC)
    _, secret = Keys(Store(store)).make("schemathesis", SCOPES, now + timedelta(1), "test", now)
    with portal_process(suite, store) as url:
        ran = subprocess.run(  # noqa: ASYNC221 — nothing else runs on this loop
            [
                *(str(Path(sys.executable).with_name("st")), f"--config-file={CONFIG}", "run"),
                *(f"{url}/openapi.json", f"--url={url}", "--no-color", "--seed=2019"),
                *("--header", f"Authorization: Bearer {secret}", "--continue-on-failure"),
                *options,
            ],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=900,
            check=False,
        )
    assert ran.returncode == 0, ran.stdout[-20_000:] + ran.stderr[-2_000:]
    return ran.stdout


async def test_everything_that_is_documented_is_so(suite: Up, tmp_path: Path) -> None:
    said = await tried(suite, tmp_path, "--phases=examples,fuzzing", "--max-examples=4")
    assert "Selected: 27/27" in said
    assert "Tested: 27" in said


@pytest.mark.long
async def test_everything_that_is_documented_is_so_at_length(suite: Up, tmp_path: Path) -> None:
    await tried(suite, tmp_path, "--phases=examples,coverage,fuzzing", "--max-examples=50")
