"""A national data set: who and how many. What they do all year: ``story.py``.

At 100,000 cadres it is the whole country, 63 provinces and some ten million facts, a hundred
for each cadre as in the register of Bắc Ninh.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any, NamedTuple

from shared.regime import Regime, read_regime

PROVINCES, CADRES = 63, 100_000
"""The whole country."""
FEWEST = 8
"""Cadres of which everyone has somebody above: two of the standing body, one of the
organisation department, five leaders."""

_DEPARTMENTS = ("van-phong", "ban-to-chuc", "ban-tuyen-giao", "ban-phong-trao", "ban-kiem-tra")
LEVELS = ("province",) + ("district",) * 11 + ("commune",) * 60 + ("branch",) * 60
"""The levels of one province's units."""


class Told(NamedTuple):
    """One fact as it stands in its ledger, and where the others file it."""

    service: str
    stream: str
    version: int
    topic: str
    partition: str
    names: tuple[str, ...]
    heard: tuple[tuple[str, str], ...]
    """(service, stream there) of each service that keeps it."""
    actor: str
    on: str
    content: Mapping[str, Any]


@dataclass(slots=True)
class Person:
    """A cadre of the data set, and how far its streams have come."""

    key: str
    province: int
    role: str
    department: str
    judge: str
    """Who stands above: confirms visits, accepts reports."""
    units: tuple[int, int, int]
    """Visited units, by their number in the province."""
    filed: int = 0
    logged: int = 0


@dataclass(frozen=True, slots=True)
class Nation:
    """How large, from which seed, and how busy."""

    cadres: int = CADRES
    seed: int = 2019
    visits_a_month: float = 1.7

    def regime(self) -> Regime:
        """The one regime of the data set; it names the year."""
        assert __package__ is not None  # noqa: S101 - a module of a package
        return read_regime(files(__package__).joinpath("regime.yaml").read_text("utf-8"))

    def provinces(self) -> int:
        """How many provinces the cadres fill."""
        return max(1, round(PROVINCES * self.cadres / CADRES))

    def people(self) -> list[Person]:
        """The roster, spread over the provinces."""
        return [self._person(number) for number in range(max(self.cadres, FEWEST))]

    def _person(self, number: int) -> Person:
        provinces = self.provinces()
        place, province = divmod(number, provinces)
        department = (place - 3) % 5 if 3 <= place < FEWEST else place % 5

        def colleague(place: int) -> str:
            return f"cb-{place * provinces + province:06}"

        match place:
            case 0:
                role, judge = "standing", colleague(1)
            case 1:
                role, judge = "standing", colleague(0)
            case 2:
                role, judge = "organisation", colleague(0)
            case _ if place < FEWEST:
                role, judge = "department_leader", colleague(2)
            case _:
                role, judge = "cadre", colleague(3 + department)
        return Person(
            key=colleague(place),
            province=province,
            role=role,
            department=f"p{province:02}-{_DEPARTMENTS[department]}",
            judge=judge,
            units=(1 + number * 7 % 131, 1 + number * 11 % 131, 1 + number * 13 % 131),
        )


@dataclass(slots=True)
class Year:
    """The year while it is told: its number, its dice and the ids given so far."""

    number: int
    dice: random.Random
    _given: dict[str, int] = field(default_factory=dict)

    def day(self, month: int, day: int) -> str:
        """A date of the year."""
        return f"{self.number}-{month:02}-{day:02}"

    def id(self, kind: str) -> str:
        """The next id of a kind, such as ``lv-00000001``."""
        self._given[kind] = number = self._given.get(kind, 0) + 1
        return f"{kind}-{number:08}"


def unit_key(province: int, number: int) -> str:
    """The key of a province's unit."""
    return f"p{province:02}-{number:03}"
