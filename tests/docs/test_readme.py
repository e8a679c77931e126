"""README says the truth: its commands are run, and print what it shows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from docs.commands import ROOT, run_document
from suite.conftest import Up


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    up = Up(tmp_path / "data")
    yield up.data
    up.down()


def test_the_commands_of_readme_print_what_it_shows(data: Path) -> None:
    text = (ROOT / "README.md").read_text()
    assert run_document(text, data) == text, (
        "python tests/docs/commands.py README.md writes it anew"
    )


def test_every_path_that_readme_names_is_there() -> None:
    text = (ROOT / "README.md").read_text()
    named = set(re.findall(r"`((?:services|shared|deploy|tests|docs)/[\w./-]*)`", text))
    assert named
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []


def test_the_two_commands_of_readme_are_targets_of_the_makefile() -> None:
    targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert {"demo", "test", "setup", "check"} <= set(targets)
