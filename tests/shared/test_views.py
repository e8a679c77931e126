"""Views in a file beside the ledger's keep their promises."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.ledger import Ledger
from view_promises import ViewPromises


@pytest.fixture
def appraisal_ledger(tmp_path: Path) -> Iterator[Ledger]:
    """An empty ledger of appraisal."""
    one = Ledger(tmp_path / "appraisal.sqlite")
    yield one
    one.close()


class TestOnSqlite(ViewPromises):
    pass


def test_a_service_without_views_makes_no_file(tmp_path: Path) -> None:
    from planning.service import SPEC

    ledger = Ledger(tmp_path / "planning.sqlite")
    SPEC.open(ledger).views.close()
    ledger.close()
    assert not list(tmp_path.glob("*.views.sqlite*"))
