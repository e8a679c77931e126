"""The OpenAPI document is true: schemathesis tries what it promises, on a portal with the register.

Every operation, with valid and with broken requests: every status, header and body that comes must
be documented, every broken request refused, none may fail.
"""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from calling import ORGANISER, YEAR_END, issue, portal_process
from portal.api.application import create_api
from portal.api.keys import SCOPES, Keys
from portal.api.openapi import document
from portal.store import Store
from suite.conftest import Up

CONFIG = Path(__file__).with_name("schemathesis.toml")


async def tried(suite: Up, folder: Path, *options: str) -> str:
    """What schemathesis says; fails where it found something."""
    await issue(suite.nats, "cb-0013", on=YEAR_END, by=ORGANISER)
    store = f"sqlite:///{folder / 'portal.sqlite'}"
    now = datetime.now(UTC)
    _, secret = Keys(Store(store)).make("schemathesis", SCOPES, now + timedelta(1), "test", now)
    with portal_process(suite, store, DICOSO_API_REQUESTS_A_MINUTE="1000000") as url:
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


def test_each_operation_names_the_scope_that_it_needs() -> None:
    paths = document(create_api())["paths"]
    needs = {
        one["operationId"]: one["security"][0]["key"]
        for of in paths.values()
        for one in of.values()
    }
    assert all(len(scopes) == 1 and scopes[0] in SCOPES for scopes in needs.values()), needs
    assert needs["listInputs"] == ["inputs:read"]
    assert needs["makeWebhook"] == ["webhooks:manage"]
    parameters = [
        one["schema"]
        for of in paths.values()
        for each in of.values()
        for one in each.get("parameters", ())
    ]
    assert {"type": "null"} not in [one for has in parameters for one in has.get("anyOf", ())]


async def test_everything_that_is_documented_is_so(suite: Up, tmp_path: Path) -> None:
    said = await tried(suite, tmp_path, "--phases=examples,fuzzing", "--max-examples=4")
    assert "Selected: 28/28" in said
    assert "Tested: 28" in said


@pytest.mark.long
async def test_everything_that_is_documented_is_so_at_length(suite: Up, tmp_path: Path) -> None:
    await tried(suite, tmp_path, "--phases=examples,coverage,fuzzing", "--max-examples=50")
