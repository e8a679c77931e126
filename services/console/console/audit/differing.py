"""Where two answers differ (chỗ khác nhau): each field by its path, with both values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

ABSENT = None
"""What one side says of a field that it does not have."""

Positions = Mapping[str, Sequence[int]]


@dataclass(frozen=True, slots=True)
class Difference:
    """One field on which a service and the ledgers do not agree."""

    service: str
    about: str
    """The row or the fact, such as ``visits.csv lv-1``."""
    cadre: str
    path: str
    replayed: Any
    answered: Any
    positions: Positions = field(default_factory=dict)
    """The entries that it rests on, by ledger."""

    def as_json(self) -> dict[str, Any]:
        """As the terminal prints it with --json."""
        return {
            "service": self.service,
            "about": self.about,
            "cadre": self.cadre,
            "path": self.path,
            "replayed": self.replayed,
            "answered": self.answered,
            "positions": {name: list(at) for name, at in self.positions.items()},
        }


def paths(replayed: Any, answered: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Each path at which two JSON values differ, with both values.

    Lists of named things (``id``) are compared by name, others place by place.
    """
    if replayed == answered:
        return
    left, right = _members(replayed), _members(answered)
    if left is None or right is None:
        yield path or "(all)", replayed, answered
        return
    for name in dict.fromkeys((*left, *right)):
        below = f"{path}.{name}" if path else name
        if name not in left or name not in right:
            yield below, left.get(name, ABSENT), right.get(name, ABSENT)
        else:
            yield from paths(left[name], right[name], below)


def _members(value: Any) -> dict[str, Any] | None:
    match value:
        case dict():
            return {str(name): one for name, one in value.items()}
        case list() if all(isinstance(one, dict) and "id" in one for one in value):
            return {str(one["id"]): one for one in value}
        case list():
            return {str(at): one for at, one in enumerate(value)}
        case _:
            return None
