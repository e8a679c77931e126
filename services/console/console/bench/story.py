"""The year of a national data set, fact by fact, as the services would have recorded it.

The facts come month by month, so that one cadre's facts lie scattered over the ledger as they
do in life. The same nation (its seed) tells the same facts. Contents are plain JSON, for
speed; a test reads every one of them back through the words.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from console.bench.nation import LEVELS, Nation, Person, Told, Year
from console.bench.planned import appointed, enacted, leave, plan, unit
from console.bench.visited import difficulty, report, visit


def tell(nation: Nation) -> Iterator[Told]:
    """Every fact of the year, in the order of recording."""
    regime = nation.regime()
    year = Year(regime.year, random.Random(nation.seed))  # noqa: S311 - a data set, no secret
    people = nation.people()
    yield from _roster(nation, year, people)
    for month in range(1, 13):
        for one in people:
            yield from _month(year, one, month, nation.visits_a_month)
    for one in people:
        yield _classified(year, one)


def roster(nation: Nation) -> Iterator[Told]:
    """The same year's beginning only: regime, units and people, on which services can work."""
    year = Year(nation.regime().year, random.Random(nation.seed))  # noqa: S311 - as above
    return _roster(nation, year, nation.people())


def _roster(nation: Nation, year: Year, people: Sequence[Person]) -> Iterator[Told]:
    yield enacted(year, nation.regime())
    for province in range(nation.provinces()):
        for number, level in enumerate(LEVELS):
            yield unit(year, province, number, level)
    for one in people:
        yield from appointed(year, one)


def _month(year: Year, one: Person, month: int, visits: float) -> Iterator[Told]:
    chance = year.dice.random
    if month % 3 == 1:
        yield from plan(year, one, month)
    if chance() < 0.02:
        yield leave(year, one, month)
    for _ in range(int(visits) + (chance() < visits % 1)):
        yield from visit(year, one, month)
    if month % 3 == 0:
        yield from report(year, one, month)
    if chance() < 0.05:
        yield from difficulty(year, one, month)


def _classified(year: Year, one: Person) -> Told:
    on = year.day(12, 10)
    dice = year.dice.getrandbits(8)
    return Told(
        service="appraisal",
        stream=f"year/{year.number}/{one.key}",
        version=1,
        topic="appraisal.classification-recorded.v1",
        partition=one.key,
        names=(),
        heard=(),
        actor=one.judge,
        on=on,
        content={
            "cadre": one.key,
            "year": year.number,
            "classification": "good" if dice & 3 else "excellent",
            "initiative": "yes" if dice & 4 else "no",
            "discipline": "no",
            "recorded_on": on,
        },
    )
