"""What a paper rests on (căn cứ): own entries of some streams, each with its leaf in the log.

Whoever has a leaf's hash finds the entry in the log and proves it (docs/decisions/0021).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic_core import from_json

from shared.ledger import Ledger
from shared.transparency.leaf import entry_leaf


def grounds(ledger: Ledger, streams: Sequence[str]) -> list[dict[str, Any]]:
    """Own entries of streams in the order of their positions."""
    rows = (row for row in ledger.recorder.placed(streams) if row.service == ledger.service)
    found = [
        {
            "position": row.position,
            "stream": row.stream,
            "type": row.topic,
            "leaf": entry_leaf(row.service, row.stream, row.version, row.topic, row.state).hex(),
            "recorded_at": from_json(row.state)["recorded_at"],
        }
        for row in rows
    ]
    return sorted(found, key=lambda one: one["position"])
