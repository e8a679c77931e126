"""The commands of a document, run one after the other, and what they printed.

``python tests/docs/commands.py README.md`` runs the ``console`` blocks of a document against
a fresh suite and writes the document anew with what was printed.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
_BLOCK = re.compile(r"(?<=```console\n).*?(?=```)", re.DOTALL)


def run(command: str, data: Path) -> str:
    """What a shell command prints, both streams, as a reader's terminal shows them."""
    ran = subprocess.run(
        ["/bin/sh", "-c", command],
        cwd=ROOT,
        env={
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "DICOSO_DATA": str(data),
            "COLUMNS": "100",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        timeout=60,
        check=False,
    )
    return ran.stdout.strip("\n")


def run_document(text: str, data: Path) -> str:
    """The document with each command of its console blocks followed by what it prints."""

    def played(block: re.Match[str]) -> str:
        lines = []
        for line in block[0].splitlines():
            if line.startswith("$ "):
                lines.append(line)
                printed = run(line[2:], data)
                lines += printed.splitlines()
        return "\n".join(lines) + "\n"

    return _BLOCK.sub(played, text)


def main(document: Path) -> None:
    sys.path.insert(0, str(ROOT / "tests"))
    from suite.conftest import Up

    with tempfile.TemporaryDirectory() as folder:
        up = Up(Path(folder) / "data")
        try:
            document.write_text(run_document(document.read_text(), up.data))
        finally:
            up.down()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
