"""What the API keeps, on PostgreSQL: deliveries in order, one carrier, keys."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from carrying_office import CADRES, START, Office, in_order
from portal.api.keys import Keys
from portal.settings import Settings
from portal.store import Store
from portal.webhooks.lease import LASTS, Lease
from receiver import Receiver


@pytest.fixture
def store(database: str) -> str:
    return Settings(portal_store=database).store


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[Receiver]:
    made = Receiver(tmp_path / "receiver")
    yield made
    made.kill()


async def test_a_receiver_that_was_away_gets_everything_in_order(
    store: str, receiver: Receiver
) -> None:
    office = Office(store)
    secret = office.subscribe(receiver.url).secret
    office.record(*CADRES * 5)
    await office.later(timedelta(minutes=20), timedelta(minutes=5))
    receiver.start(secret)
    receiver.refuse("cb-2")
    await office.later(timedelta(minutes=16), timedelta(minutes=4))
    assert {one["event"]["partitionkey"] for one in receiver.taken} == {"cb-1", "cb-3"}
    oldest = office.deliveries.list(office.webhook, "pending", None, 100)[-1]
    assert oldest.status == 500
    receiver.refuse()
    await office.later(timedelta(minutes=16), timedelta(minutes=4))
    in_order(receiver, office)
    assert office.deliveries.replay(office.webhook, "visits", 1, office.now)
    office.endpoints.delete(office.webhook)
    assert office.endpoints.all() == []


def test_of_several_processes_one_carries(store: str) -> None:
    one, two = Lease(Store(store)), Lease(Store(store))
    assert one.hold(START)
    assert not two.hold(START)
    assert two.hold(START + LASTS)


def test_a_key_is_known_until_it_is_revoked(store: str) -> None:
    keys = Keys(Store(store))
    made, secret = keys.make("hr", ["inputs:read"], START + timedelta(days=1), "test", START)
    assert keys.find(secret, START) is not None
    assert keys.all()[made.key].last_used == START
    assert keys.revoke(made.key, "test", START)
    assert keys.find(secret, START) is None
