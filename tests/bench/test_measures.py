"""Every measure runs, at a tiny size, and tells what it found."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from console.bench.report import write_files
from console.bench.row import Row
from console.bench.rows import MEASURES, Measure
from console.bench.setting import TINY, Setting

ROOT = Path(__file__).parents[2]
KEYS = {"id", "ours", "limit", "unit", "ratio", "goal", "met", "runs"}
WITHOUT_GOAL = {"list-p99-ms", "rebuild"}
WITHOUT_LIMIT = {"demo-s", "idle-rss-mb", *WITHOUT_GOAL}


def measured(row: Row) -> None:
    found = row.as_json()
    if row.missing and "postgresql" in row.missing and not os.environ.get("CI"):
        pytest.skip(row.missing)
    assert not row.missing
    assert set(found) >= KEYS
    assert found["ours"] > 0
    assert found["runs"]
    assert isinstance(found["met"], bool) is (row.id not in WITHOUT_GOAL)
    if row.id not in WITHOUT_LIMIT:
        assert found["limit"] > 0
        assert found["ratio"] > 0
        assert all(run["limit"] > 0 for run in found["runs"])


HERE = [one for one in MEASURES if one.rows != ("page-ms-bac-ninh",)]
"""All but the one that ``test_pages.py`` takes, and looks at more closely."""


@pytest.mark.long
@pytest.mark.parametrize("measure", HERE, ids=lambda one: one.rows[0])
async def test_a_measure_yields_the_rows_that_it_names(
    measure: Measure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT if "demo-s" in measure.rows else tmp_path)  # where the register is
    rows = await measure.take(Setting(TINY, tmp_path))
    assert tuple(row.id for row in rows) == measure.rows
    for row in rows:
        measured(row)


def test_every_row_has_its_own_id() -> None:
    ids = [id for one in MEASURES for id in one.rows]
    assert len(ids) == len(set(ids))


# --- the files --------------------------------------------------------------------------------

ROWS = [
    {
        "id": "fold",
        "ours": 300.0,
        "limit": 500.0,
        "unit": "events/s",
        "ratio": 0.6,
        "goal": 0.6,
        "met": True,
        "runs": [{"ours": 300.0, "limit": 500.0}],
        "judged": "ratio ≥ 0.6",
        "against": "a cursor",
        "note": "of 1000 facts",
        "curve": [{"events": 1000, "cost": 3.0}, {"events": 10000, "cost": 4.0}],
    },
    {
        "id": "commands-postgres",
        "ours": None,
        "limit": None,
        "unit": "commands/s",
        "ratio": None,
        "goal": 0.4,
        "met": None,
        "runs": [],
        "judged": "ratio ≥ 0.4",
        "against": "nothing done",
        "note": "",
        "reason": "no PostgreSQL server on this machine",
    },
]
FOUND = {"machine": {"size": "tiny", "processor": "one", "cores": 2, "fsync_ms": 1}, "rows": ROWS}


def test_the_files_hold_the_figures_the_drawings_and_the_table(tmp_path: Path) -> None:
    page = tmp_path / "README.md"
    page.write_text(
        "# Before\n<!-- figures: written by dicoso bench -->\nformer figures\n"
        "<!-- end of figures -->\nAfter\n"
    )
    write_files(FOUND, tmp_path)
    first = (tmp_path / "goals.svg").read_bytes(), page.read_text()
    write_files(FOUND, tmp_path)
    assert json.loads((tmp_path / "results.json").read_text()) == FOUND
    assert b"<svg" in first[0]
    assert b"fold" in first[0]
    assert b"<svg" in (tmp_path / "growth.svg").read_bytes()
    assert ((tmp_path / "goals.svg").read_bytes(), page.read_text()) == first
    assert first[1].startswith("# Before\n")
    assert first[1].endswith("After\n")
    assert "former" not in first[1]
    assert "| fold | 300 | 500 | events/s | 0.6 (0.6–0.6) | ratio ≥ 0.6 | yes |" in first[1]
    assert "no PostgreSQL server on this machine" in first[1]
