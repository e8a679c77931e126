"""docs/integrating.md says the truth: its walk is walked, and prints what it shows.

``python tests/docs/test_integrating.py`` writes the document anew with what was printed.
"""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from calling import portal_process
from docs.commands import ROOT, run_document
from suite.conftest import BAC_NINH, Up

DOCUMENT = ROOT / "docs/integrating.md"
_CHANGES = (
    (r"wh_[0-9a-f]{16}", "(webhook)"),
    (r"whsec_[\w+/=]+", "(secret)"),
    (r"\b[0-9a-f]{64}\b", "(digest)"),
    (r"cursor=[\w%-]+", "cursor=(cursor)"),
    (r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|\+\d\d:\d\d)?", "(time)"),
    (r'("(?:position|appraisal|version)": ?)\d+', r"\1(n)"),
)


def plain(text: str) -> str:
    """The document without what is another at every run."""
    for pattern, instead in _CHANGES:
        text = re.sub(pattern, instead, text)
    return text


def played(folder: Path, patch: pytest.MonkeyPatch) -> str:
    """The document as its commands print it."""
    up = Up(folder / "data")
    try:
        assert up.run("import", BAC_NINH).returncode == 0
        allowed = {"DICOSO_WEBHOOK_HTTP": "127.0.0.1", "DICOSO_WEBHOOK_PRIVATE": "1"}
        store = f"sqlite:///{up.data / 'portal.sqlite'}"
        with portal_process(up, store, **allowed) as url:
            patch.setenv("PORTAL", url.removesuffix("/api/v1"))
            return run_document(DOCUMENT.read_text(), up.data)
    finally:
        up.down()


@pytest.mark.long
def test_the_walk_of_the_integrator_prints_what_it_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = played(tmp_path, monkeypatch)
    assert plain(found) == plain(DOCUMENT.read_text()), "python tests/docs/test_integrating.py"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        DOCUMENT.write_text(played(Path(folder), patch))
