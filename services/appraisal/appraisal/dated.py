"""What stands on a day, among versions that are each dated by their own act."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Protocol, TypeVar


class Dated(Protocol):
    """One version and the day of the act that made it."""

    @property
    def on(self) -> date: ...


Version = TypeVar("Version", bound=Dated)


def standing(versions: Iterable[Version], as_of: date) -> Version | None:
    """The latest version dated ``as_of`` or before; of one day's versions the last recorded."""
    now = None
    for version in versions:
        if version.on <= as_of and (now is None or version.on >= now.on):
            now = version
    return now
