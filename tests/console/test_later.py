"""Commands are imported when they are asked for, each with no more than it needs."""

from __future__ import annotations

import subprocess
import sys

import pytest
from typer.testing import CliRunner

from console.__main__ import app
from console.later import PANELS

_HOMES = {name: module for panel in PANELS.values() for name, module in panel.items()}


@pytest.mark.parametrize("name", _HOMES)
def test_each_is_shown_and_found(name: str) -> None:
    assert f"│ {name} " in CliRunner().invoke(app, ["--help"]).output
    shown = CliRunner().invoke(app, [name, "--help"])
    assert shown.exit_code == 0
    assert f"Usage: dicoso {name} [OPTIONS]" in shown.output


def test_what_is_no_command_is_wrong_usage() -> None:
    assert CliRunner().invoke(app, ["nothing"]).exit_code == 2


def _imported(modules: str) -> set[str]:
    asked = f"import sys, {modules}; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    return set(ran.stdout.split())


def test_an_act_needs_no_toolkits() -> None:
    imported = _imported("console.__main__, console.acts")
    assert not imported & {"sqlalchemy", "duckdb", "portal", "console.audit"}


def test_who_watches_over_the_suite_needs_no_models() -> None:
    imported = _imported("console.__main__, console.up")
    assert not imported & {"pydantic", "cryptography", "shared.messages", "shared.bus", "sqlite3"}
