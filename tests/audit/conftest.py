"""A province whose three ledgers are signed and seen by one another."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from shared.services import SERVICES

from .province import Province


@pytest.fixture(scope="session")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that every test gets a copy of: 600 visits, signed at 40, 300 and 600."""
    province = Province(tmp_path_factory.mktemp("province") / "data")
    province.visits(40)
    province.sign("visits")
    province.visits(260, first=41)
    province.sign("visits")
    province.see("planning", "visits")
    province.visits(300, first=301)
    province.sign("visits")
    province.see("appraisal", "visits")
    for service in SERVICES:
        province.sign(service)
    return province.folder


@pytest.fixture
def province(signed: Path, tmp_path: Path) -> Province:
    """A copy of it, to be attacked."""
    folder = tmp_path / "data"
    shutil.copytree(signed, folder)
    return Province(folder)
