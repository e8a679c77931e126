"""``python -m portal.papers FORMAT``: the paper on stdin as JSON, drawn, on stdout.

A process of its own: what draws is heavy and is gone afterwards, and whatever it does with what
people typed, no page waits for it (docs/decisions/0021).
"""

from __future__ import annotations

import sys
from importlib import import_module

from portal.papers.paper import Paper

_BY = {"pdf": "pdf", "docx": "docx_file", "xlsx": "xlsx"}


def main() -> None:
    """Draw one paper."""
    renderer = import_module(f"portal.papers.{_BY[sys.argv[1]]}")
    drawn: bytes = renderer.draw(Paper.model_validate_json(sys.stdin.buffer.read()))
    sys.stdout.buffer.write(drawn)


if __name__ == "__main__":
    main()
