"""What planning's deciders may ask beyond their own stream."""

from __future__ import annotations

from planning import cadre, consolidated, hearing, privacy, regime, unit
from planning.cadre import Cadre
from planning.consolidated import Consolidated
from planning.privacy import Deadlines
from planning.regime import Enacted
from shared.deciding import Streams
from shared.language.planning import UnitRegistered
from shared.language.privacy import DEADLINES
from shared.refused import Refused
from shared.regime import Regime


class Known:
    """The roster, the regimes, the consolidated plans and the closed years, by key."""

    def __init__(self, streams: Streams) -> None:
        self._streams = streams

    def cadre(self, key: str) -> Cadre | None:
        """The cadre's file, if one was appointed under the key."""
        return self._streams.state(cadre.cadre, f"cadre/{key}")

    def unit(self, key: str) -> UnitRegistered | None:
        """The base unit's row, if one is registered under the key."""
        return self._streams.state(unit.unit, f"unit/{key}")

    def enacted(self, year: int) -> Enacted | None:
        """The year's regime with all its versions, if one is enacted."""
        return self._streams.state(regime.regime, f"regime/{year}")

    def regime(self, year: int) -> Regime | None:
        """The year's regime as last amended, if one is enacted."""
        enacted = self.enacted(year)
        return enacted.current if enacted else None

    def consolidated(self, year: int, quarter: str, step: int, place: str) -> Consolidated:
        """The consolidated plan of one step and place."""
        stream = f"consolidated/{year}/{quarter}/{step}/{place}"
        return self._streams.state(consolidated.consolidated, stream)

    def closed(self, year: int) -> bool:
        """Whether the year is closed (đã khóa sổ)."""
        return self._streams.state(hearing.closing, f"closing/{year}")

    def deadlines(self) -> Deadlines:
        """The deadlines that were set for requests about personal data."""
        return self._streams.state(privacy.deadlines, DEADLINES)

    def named(self, name: str) -> str | None:
        """The stream that a name such as ``line/dk-1`` leads to, if the name is taken."""
        return self._streams.named(name)

    def the_cadre(self, key: str) -> Cadre:
        """The cadre's file. Raises Refused ``unknown-cadre``."""
        if (found := self.cadre(key)) is None:
            raise Refused("unknown-cadre", cadre=key)
        return found

    def the_regime(self, year: int) -> Regime:
        """The year's regime as last amended. Raises Refused ``unknown-regime``."""
        if (found := self.regime(year)) is None:
            raise Refused("unknown-regime", year=year)
        return found
