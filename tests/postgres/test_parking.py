"""Replicas that park, retry and hear the same cadre at once: its facts stay in order."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from nats.js import JetStreamContext
from pydantic_core import to_json

from bus.streams import THEN, publish, running
from planning.service import SPEC
from shared.answers import Done
from shared.aside import Parking
from shared.desk import Desk, Request
from shared.heard import Heard
from shared.hearing import Listener
from shared.language.planning import CadreTransferred
from shared.ledger import Ledger
from shared.messages import Fact
from shared.relay import provision
from shared.values import iso_day

CADRE = "cb-0003"


class Replica:
    """One of several that hear planning over the same ledger; all take every bucket for theirs."""

    understands = False

    def __init__(self, database: str) -> None:
        self.ledger = Ledger(database, "planning")
        self.inside = SPEC.open(self.ledger)
        self.heard = Heard()
        self.parking = Parking("here", self.ledger, {"planning": self.place})
        self.desk = Desk(
            "here",
            self.ledger,
            self.inside.shelf,
            {},
            self.inside.known,
            lambda: THEN,
            self.parking,
        )

    def place(self, fact: Fact) -> str | None:
        if fact.partition == CADRE and not type(self).understands:
            raise ZeroDivisionError
        return fact.stream

    def listener(self, js: JetStreamContext) -> Listener:
        evict, aside = self.inside.shelf.evict, self.parking.asides["planning"]
        return Listener("planning", self.ledger, js, self.place, self.heard, evict, aside=aside)

    def retry(self, id: str) -> bool:
        body = to_json({"upstream": "planning", "partition": CADRE})
        return isinstance(self.desk.obey([Request("retry-parked", body, id, "op")])[0], Done)


@pytest.fixture
def replicas(planning: str) -> Iterator[list[Replica]]:
    Replica.understands = False
    found = [Replica(planning) for _ in range(3)]
    yield found
    for one in found:
        one.ledger.close()


def moved(position: int) -> CadreTransferred:
    on = iso_day("2019-03-01")
    return CadreTransferred(cadre=CADRE, department=f"ban-{position}", position="", on=on)


async def test_facts_of_a_cadre_stay_in_order_while_replicas_park_retry_and_hear(
    js: JetStreamContext, replicas: list[Replica]
) -> None:
    one, two, operator = replicas
    await provision(js, "planning", 1)
    last, retried = 60, 0
    async with running(one.listener(js).run(), two.listener(js).run()):
        for position in range(1, last + 1):
            await publish(js, position, position - 1, fact=moved(position))
            if position % 10 == 0:
                Replica.understands = position % 20 == 0
                await asyncio.sleep(0.1)
            retried += operator.retry(f"op-{position}")
        Replica.understands = True
        assert await one.heard.until({"planning": last}, 60)
    operator.retry("the last")
    assert retried > 0
    facts, _ = operator.ledger.facts(f"cadre/{CADRE}")
    assert facts == [moved(position) for position in range(1, last + 1)]
    assert operator.inside.parked()["planning"] == 0


async def test_of_two_retries_at_once_one_files_and_the_other_has_nothing_to_do(
    js: JetStreamContext, replicas: list[Replica]
) -> None:
    one, two, operator = replicas
    await provision(js, "planning", 1)
    for position in range(1, 201):
        await publish(js, position, position - 1, fact=moved(position))
    async with running(one.listener(js).run()):
        assert await one.heard.until({"planning": 200}, 60)
    assert operator.inside.parked()["planning"] == 200
    Replica.understands = True
    done = await asyncio.gather(
        asyncio.to_thread(two.retry, "two"), asyncio.to_thread(operator.retry, "operator")
    )
    assert sorted(done) == [False, True]
    facts, _ = one.ledger.facts(f"cadre/{CADRE}")
    assert facts == [moved(position) for position in range(1, 201)]
