"""The ledger that hears, beside ``ledger``, the one that is heard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.ledger import Ledger


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """The file of the ledger that hears."""
    return tmp_path / "here.sqlite"


@pytest.fixture
def hearing(here: Path) -> Iterator[Ledger]:
    """The ledger that hears; ``ledger`` is the one that is heard."""
    one = Ledger(here)
    yield one
    one.close()
