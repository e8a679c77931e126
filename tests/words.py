"""A word in its third version, with both former ones on record: for tests of upcasting only."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest

from shared.deciding import Decider
from shared.messages import Fact
from shared.reading import READERS, Reader
from shared.upcasting import Upcaster
from shared.values import Key

V1, V2, V3 = (f"planning.desk-given.v{version}" for version in (1, 2, 3))

WRITTEN = {
    V1: b'{"cadre":"cb-1","room":"P. 12","was":1.50}',
    V2: b'{"cadre":"cb-1","building":"A","room":"12"}',
    V3: b'{"cadre":"cb-1","rooms":["A-12","B-3"]}',
}
"""One fact of each version, as that version wrote it."""


class DeskGiven(Fact):
    """Đã giao chỗ làm việc."""

    type: ClassVar[str] = V3
    cadre: Key
    rooms: tuple[Key, ...]

    @property
    def stream(self) -> str:
        return f"desk/{self.cadre}"

    @property
    def partition(self) -> str:
        return self.cadre


def to_v2(old: dict[str, Any]) -> dict[str, Any]:
    """The first version named no building: there was one."""
    return {"cadre": old["cadre"], "building": "A", "room": old["room"].removeprefix("P. ")}


def to_v3(old: dict[str, Any]) -> dict[str, Any]:
    """The second version knew one room."""
    return {"cadre": old["cadre"], "rooms": [f"{old['building']}-{old['room']}"]}


UPCASTERS = {V1: Upcaster(V2, to_v2), V2: Upcaster(V3, to_v3)}


def rooms_after(rooms: tuple[str, ...], fact: Fact) -> tuple[str, ...]:
    assert isinstance(fact, DeskGiven)
    return (*rooms, *fact.rooms)


DESK: Decider[tuple[str, ...]] = Decider("desk", tuple, lambda s, c, k: [], rooms_after)
"""All rooms that a cadre was given."""


def learn(patch: pytest.MonkeyPatch) -> None:
    """Know the word, its former versions and their upcasters for the length of a test."""
    for topic in WRITTEN:
        patch.setitem(READERS, topic, Reader(topic, {V3: DeskGiven}, UPCASTERS))
