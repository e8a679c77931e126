"""What the processes that serve do without: it would lie in memory for as long as they run."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    ("process", "without"),
    [
        ("planning.service", {"pygments", "duckdb", "openpyxl"}),
        ("visits.service", {"pygments", "duckdb", "openpyxl"}),
        ("appraisal.service", {"pygments", "duckdb", "openpyxl"}),
        ("signer.serving", {"pygments", "eventsourcing", "faststream", "sqlite3"}),
        ("portal.serving", {"pygments", "openpyxl", "authlib"}),
    ],
)
def test_a_process_does_without(process: str, without: set[str]) -> None:
    asked = f"import shared.lean, {process}, sys; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    imported = set(ran.stdout.split())
    assert process in imported
    assert not imported & without
