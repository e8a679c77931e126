"""Replay from zero: every ledger is read again, entry by entry, and judged afresh.

Nothing of what a service keeps at hand is used: the entries are asked for by position, laid
into empty streams as appraisal files them, folded and assessed here; then compared with
what the appraisal service answers.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from appraisal.hearing import place
from appraisal.person import Person, person
from appraisal.regimes import regimes
from appraisal.rules import assess
from appraisal.year import CadreYear, cadre_year
from console.year import assessments
from shared.bus import Bus
from shared.deciding import fold
from shared.entries import read_fact
from shared.language import SERVICES
from shared.messages import Fact, Refused


async def replay(bus: Bus, year: int, as_of: date) -> dict[str, Any]:
    """``{"entries": {service: count}, "cadres": n, "differ": [cadre, …]}``."""
    streams: dict[str, list[Fact]] = defaultdict(list)
    counts: dict[str, int] = {}
    for service in SERVICES:
        counts[service] = await _read(bus, service, streams)
    replayed = judge(streams, year, as_of)
    live = {
        row["assessment"]["cadre"]: row["assessment"]
        for row in await assessments(bus, year, as_of, counts)
    }
    cadres = sorted({*replayed, *live})
    return {
        "entries": counts,
        "cadres": len(cadres),
        "differ": [cadre for cadre in cadres if replayed.get(cadre) != live.get(cadre)],
    }


async def _read(bus: Bus, service: str, streams: dict[str, list[Fact]]) -> int:
    """Lay every entry of a service into the streams; how many there are."""
    after = 0
    while True:
        page = (await bus.ask(service, "entries", after=after))["entries"]
        if not page:
            return after
        for entry in page:
            fact = read_fact(entry["type"], entry["data"])
            stream = place(fact)
            if stream is not None:
                streams[stream].append(fact)
        after = int(page[-1]["sequence"])


def judge(streams: dict[str, list[Fact]], year: int, as_of: date) -> dict[str, dict[str, Any]]:
    """Every cadre's assessment from the facts alone, by cadre."""
    version = fold(regimes, streams.get(f"regime/{year}", ())).in_force(as_of)
    if version is None:
        raise Refused("unknown-regime", year=year)
    found = {}
    for stream, facts in streams.items():
        if not stream.startswith("cadre/"):
            continue
        who: Person = fold(person, facts)
        heard: CadreYear = fold(cadre_year, streams.get(f"year/{year}/{who.cadre}", ()))
        found[who.cadre] = assess(who, heard, version.regime, as_of).as_json()
    return found
