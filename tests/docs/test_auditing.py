"""docs/auditing.md says the truth: its walk is walked, and prints what it shows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from docs.commands import ROOT, run_document
from suite.conftest import Up

_CHANGES = (
    (r"/\S*/data(?=[-/])", "(data)"),
    (r"[0-9a-f]{8,}(?:-[0-9a-f-]+)?", "(hex)"),
    (r"[\w+/-]{40,}=*", "(base64)"),
    (r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|\+\d\d:\d\d)", "(time)"),
    (r"#\d+(?:–\d+)?", "#(position)"),
    (r"visits\.visit-\w+\.v1  diary/2019/cb-\d+ v\d+", "(entry)"),
    (r"index \d+ of \d+", "index (position)"),
    (r"\d+ (mốc|đã nghe)", r"(n) \1"),
)


def plain(text: str) -> str:
    """The document without what is another at every run."""
    for pattern, instead in _CHANGES:
        text = re.sub(pattern, instead, text)
    return text


@pytest.mark.long
def test_the_walk_of_the_auditor_prints_what_it_shows(tmp_path: Path) -> None:
    up = Up(tmp_path / "data")
    text = (ROOT / "docs/auditing.md").read_text()
    try:
        played = run_document(text, up.data)
    finally:
        up.down()
    assert plain(played) == plain(text), "python tests/docs/commands.py docs/auditing.md"
