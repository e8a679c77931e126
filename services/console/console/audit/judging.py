"""Every cadre judged anew (tính lại từ số 0) from the entries alone, as appraisal files them.

What appraisal has parked or skipped, it says in its own ledger, and is left out here as there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from appraisal.hearing import place
from appraisal.person import Person, person
from appraisal.regimes import Enacted, regimes
from appraisal.rules import Assessment, assess
from appraisal.year import CadreYear, cadre_year
from console.audit.books import Books
from shared.deciding import fold
from shared.language.parking import FactParked, ParkedHeard
from shared.messages import Fact
from shared.recorded import Recorded
from shared.refused import Refused
from shared.regime import Regime

Streams = Mapping[str, Sequence[Fact]]


def unheard(books: Books, service: str) -> set[tuple[str, int]]:
    """What a service has parked or skipped: of which ledger, at which position."""
    found: set[tuple[str, int]] = set()
    for one in books.entries[service]:
        match one.fact:
            case FactParked(upstream=upstream, position=position):
                found.add((upstream, position))
            case ParkedHeard(upstream=upstream, position=position):
                found.discard((upstream, position))
    return found


def filed(books: Books) -> dict[str, list[Recorded]]:
    """The entries of each stream of appraisal: heard and own."""
    aside = unheard(books, "appraisal")
    streams: dict[str, list[Recorded]] = defaultdict(list)
    for one in books:
        if one.fact is not None and (one.service, one.position) not in aside:
            stream = place(one.fact)
            if stream is not None:
                streams[stream].append(one)
    return streams


def facts_of(streams: Mapping[str, Sequence[Recorded]]) -> dict[str, list[Fact]]:
    """The facts alone."""
    return {
        stream: [one.fact for one in entries if one.fact is not None]
        for stream, entries in streams.items()
    }


def in_force(streams: Streams, year: int, as_of: date) -> Enacted:
    """The regime in force on the day. Raises Refused ``unknown-regime``."""
    version = fold(regimes, streams.get(f"regime/{year}", ())).in_force(as_of)
    if version is None:
        raise Refused("unknown-regime", year=year)
    return version


def judge(
    streams: Streams, year: int, as_of: date, regime: Regime | None = None
) -> dict[str, Assessment]:
    """Every cadre's assessment, by cadre: under the regime in force, or under another."""
    rules = regime or in_force(streams, year, as_of).regime
    people = [stream for stream in streams if stream.startswith("cadre/")]
    return {
        (one := judge_one(streams, stream.removeprefix("cadre/"), year, as_of, rules)).cadre: one
        for stream in people
    }


def judge_one(streams: Streams, cadre: str, year: int, as_of: date, regime: Regime) -> Assessment:
    """One cadre's assessment under a regime. Raises Refused ``unknown-cadre``."""
    who: Person = fold(person, streams.get(f"cadre/{cadre}", ()))
    if not who.known:
        raise Refused("unknown-cadre", cadre=cadre)
    heard: CadreYear = fold(cadre_year, streams.get(f"year/{year}/{cadre}", ()))
    return assess(who, heard, regime, as_of)
