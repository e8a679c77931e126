"""What a decision of this service may know beyond its own stream."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from appraisal.closing import closing
from appraisal.person import Person, person
from appraisal.regimes import Regimes, regimes
from shared.deciding import Streams

Positions = Mapping[str, int]


class Known:
    """Lookups in what is recorded and heard; ``positions`` tells how far each ledger is known."""

    def __init__(
        self,
        streams: Streams,
        positions: Positions | Callable[[], Positions] = MappingProxyType({}),
    ) -> None:
        self._streams = streams
        self._positions = positions

    def person(self, cadre: str) -> Person:
        """The cadre under that key; an unknown one where nobody was appointed."""
        return self._streams.state(person, f"cadre/{cadre}")

    def regimes(self, year: int) -> Regimes:
        """The versions of the year's regime."""
        return self._streams.state(regimes, f"regime/{year}")

    def closed(self, year: int) -> bool:
        """Whether the year is closed (đã khóa sổ)."""
        return self._streams.state(closing, f"closing/{year}").closed

    def positions(self) -> dict[str, int]:
        """The position of each ledger, heard and own, up to which this decision knows."""
        now = self._positions() if callable(self._positions) else self._positions
        return dict(now)
