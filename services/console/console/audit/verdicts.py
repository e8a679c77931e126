"""Every cadre's assessment as of a day, from stored rows alone: what a bundle states."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from appraisal.hearing import place
from appraisal.person import Person, person
from appraisal.regimes import regimes
from appraisal.rules import assess
from appraisal.year import CadreYear, cadre_year
from console.audit.ledgers import Row, as_bytes
from shared.deciding import fold
from shared.language.parking import FactParked, ParkedHeard
from shared.messages import Fact
from shared.reading import UnknownFact, read_stored


def verdicts(
    rows: Mapping[str, Iterable[Row]], as_of: date
) -> tuple[dict[int, list[dict[str, Any]]], dict[int, list[Any]]]:
    """The assessments by year, of every year that has a regime; and each regime's versions.

    What appraisal has parked or skipped is left out, as appraisal leaves it out.
    """
    aside: set[tuple[str, int]] = set()
    facts: list[tuple[tuple[str, int], Fact]] = []
    for service, ledger in rows.items():
        for position, _, _, topic, state, _ in ledger:
            fact = _fact(topic, state)
            match fact:
                case None:
                    continue
                case FactParked() if service == "appraisal":
                    aside.add((fact.upstream, fact.position))
                case ParkedHeard() if service == "appraisal":
                    aside.discard((fact.upstream, fact.position))
                case _:
                    facts.append(((service, position), fact))
    streams: dict[str, list[Fact]] = defaultdict(list)
    for where, fact in facts:
        stream = None if where in aside else place(fact)
        if stream is not None:
            streams[stream].append(fact)
    return _judged(streams, as_of)


def _judged(
    streams: Mapping[str, list[Fact]], as_of: date
) -> tuple[dict[int, list[dict[str, Any]]], dict[int, list[Any]]]:
    people: list[Person] = [
        fold(person, facts) for stream, facts in sorted(streams.items()) if stream[:6] == "cadre/"
    ]
    found: dict[int, list[dict[str, Any]]] = {}
    versions: dict[int, list[Any]] = {}
    for stream in sorted(one for one in streams if one.startswith("regime/")):
        year, known = int(stream[7:]), fold(regimes, streams[stream])
        in_force = known.in_force(as_of)
        versions[year] = [one.regime.model_dump(mode="json") for one in known.versions]
        assert in_force is not None, "the first version is in force since ever"  # noqa: S101
        found[year] = [
            assess(who, _year(streams, year, who.cadre), in_force.regime, as_of).as_json()
            for who in people
        ]
    return found, versions


def _year(streams: Mapping[str, list[Fact]], year: int, cadre: str) -> CadreYear:
    return fold(cadre_year, streams.get(f"year/{year}/{cadre}", ()))


def _fact(topic: Any, state: Any) -> Fact | None:
    """The fact in a row; None where it cannot be read, which the checks of a bundle will say."""
    try:
        found: Fact = read_stored(str(topic), as_bytes(state)).fact
    except (UnknownFact, ValueError, KeyError, TypeError):
        return None
    return found
