"""``dicoso bench`` and ``dicoso generate`` as they are typed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from console import bench_commands
from console.__main__ import app


def dicoso(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "console", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_chosen_rows_are_measured_and_nothing_else_is_printed_as_json(tmp_path: Path) -> None:
    done = dicoso(tmp_path, "bench", "assess-ms", "demo-s", "--quick", "--json", "--out", "here")
    found = json.loads(done.stdout)
    assert done.returncode == 0
    assert list(found) == ["machine", "rows"]
    assert [row["id"] for row in found["rows"]] == ["assess-ms", "demo-s"]
    assert found["machine"]["size"] == "quick"
    assert 0 <= found["machine"]["busy_with_others"] <= 1
    assert found["rows"][0]["ours"] > 0
    # without the repository there is no register to show: the row says so
    assert found["rows"][1]["met"] is None
    assert "deploy/samples" in found["rows"][1]["reason"]
    assert json.loads((tmp_path / "here" / "results.json").read_text()) == found
    assert (tmp_path / "here" / "goals.svg").exists()


def test_a_row_that_there_is_not_is_wrong_usage_and_names_those_there_are(tmp_path: Path) -> None:
    done = dicoso(tmp_path, "bench", "speed")
    assert done.returncode == 2
    assert "fold-vs-library" in done.stderr


def test_a_data_set_is_made_once_and_never_over_another(tmp_path: Path) -> None:
    made = dicoso(tmp_path, "generate", "--data", "data", "--cadres", "8", "--json")
    again = dicoso(tmp_path, "generate", "--data", "data", "--cadres", "8")
    found = json.loads(made.stdout)
    assert made.returncode == 0
    assert found["recorded"]["visits"] > 0
    assert found["facts_per_second"] > 0
    assert again.returncode == 3
    assert "planning.sqlite" not in made.stderr
    assert "is there already" in again.stderr


def test_where_the_extra_is_not_installed_one_sentence_says_how(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bench_commands, "find_spec", lambda name: None)
    done = CliRunner().invoke(app, ["bench"])
    assert done.exit_code == 3
    assert "pip install 'dicoso-console[bench]'" in done.stderr
