"""From facts to the assessment, through the service's own streams."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from appraisal.hearing import place
from appraisal.known import Known
from appraisal.rules import Assessment, assess
from appraisal.year import cadre_year
from shared.messages import Fact
from spec import MemoryStreams


class Judged:
    """The facts, heard and recorded; each assessment is of one cadre and one day."""

    def __init__(self, facts: Iterable[Fact]) -> None:
        self.streams = MemoryStreams(tuple(facts), place)
        self.known = Known(self.streams)

    def assess(self, cadre: str, year: int, as_of: date) -> Assessment:
        """The cadre's year as of the day."""
        version = self.known.regimes(year).in_force(as_of)
        assert version is not None
        state = self.streams.state(cadre_year, f"year/{year}/{cadre}")
        return assess(self.known.person(cadre), state, version.regime, as_of)


def without_reasons(assessment: dict[str, Any]) -> dict[str, Any]:
    """The assessment's JSON without the sentences, whose wording DOMAIN.md leaves open."""
    plain = [{"id": one["id"], "state": one["state"]} for one in assessment["conditions"]]
    return {**assessment, "conditions": plain}
