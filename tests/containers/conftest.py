"""Docker with the images of ``tests/images.py``: else this lane says so, and fails in CI."""

from __future__ import annotations

import os

import pytest

import images


@pytest.fixture(scope="session", autouse=True)
def _docker() -> None:
    why = images.missing(images.NATS, images.POSTGRES, images.PYTHON)
    if why and os.environ.get("CI"):
        pytest.fail(f"tests in containers cannot run: {why}")
    if why:
        pytest.skip(f"tests in containers cannot run: {why}")
