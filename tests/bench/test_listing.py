"""The measures of lists run, at a small size, and tell what they found."""

from __future__ import annotations

from pathlib import Path

import pytest

from appraisal.service import SPEC
from console.bench.listing import KINDS, fill, page_times, rebuild
from console.bench.setting import TINY, Setting
from shared.ledger import Ledger


@pytest.mark.long
def test_pages_of_every_kind_are_timed(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "appraisal.sqlite")
    inside = SPEC.open(ledger)
    fill(inside, 2000)
    live = inside.views.tables.live("standing")
    assert live is not None
    assert inside.views.tables.count(live) == (2000, [])
    assert set(page_times(inside, 1)) == set(KINDS)
    inside.views.close()
    ledger.close()


@pytest.mark.long
async def test_a_rebuild_is_timed(tmp_path: Path) -> None:
    [row] = await rebuild(Setting(TINY, tmp_path))
    assert len(row.ours) == TINY.rounds
    assert row.more["view"]["differences"] == 0
