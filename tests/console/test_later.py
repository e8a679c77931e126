"""Commands that are imported when they are asked for are commands like the others."""

from __future__ import annotations

import subprocess
import sys

import pytest
from typer.testing import CliRunner

from console.__main__ import app
from console.later import LATER


@pytest.mark.parametrize("name", LATER)
def test_they_are_shown_and_found(name: str) -> None:
    assert f"│ {name} " in CliRunner().invoke(app, ["--help"]).output
    shown = CliRunner().invoke(app, [name, "--help"])
    assert shown.exit_code == 0
    assert f"{name} [OPTIONS] COMMAND" in shown.output


def test_no_other_command_imports_them() -> None:
    asked = "import sys, console.__main__; print(*sys.modules)"
    imported = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True)
    modules = set(imported.stdout.split())
    assert "console.year_commands" in modules
    assert not modules & {"sqlalchemy", "duckdb", "console.audit_commands"}
