"""A portal that carries webhooks, with a ledger that grows and a clock that is moved by hand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from portal.store import Store
from portal.webhooks.addresses import Allowed
from portal.webhooks.carrying import Carrier
from portal.webhooks.deliveries import Deliveries
from portal.webhooks.endpoints import Endpoints, Webhook
from portal.webhooks.lease import Lease
from portal.webhooks.sending import Sender
from receiver import Receiver

START = datetime(2026, 1, 5, 8, tzinfo=UTC)
HERE = Allowed(frozenset({"127.0.0.1"}), private=True)
CADRES = ("cb-1", "cb-2", "cb-3")


class Office:
    """A portal with one endpoint, a ledger that grows, and a clock that is moved by hand."""

    def __init__(self, store: str) -> None:
        self.url = store
        self.now = START
        self.ledger: list[dict[str, Any]] = []
        self.open(HERE)

    def open(self, allowed: Allowed, sender: Sender | None = None) -> None:
        """Start (again): nothing is remembered but what is in the store."""
        store = Store(self.url)
        self.endpoints, self.deliveries = Endpoints(store), Deliveries(store)
        self.carrier = Carrier(
            self.endpoints,
            self.deliveries,
            Lease(store),
            sender or Sender(allowed),
            self._read,
            self._heads,
            lambda name, now: True,
            lambda: self.now,
        )

    def subscribe(self, url: str, *types: str) -> Webhook:
        made = self.endpoints.make("hr", url, {"visits": types}, {"visits": 0}, "", self.now)
        self.webhook = made.webhook
        return made

    def record(self, *cadres: str, type: str = "visits.visit-logged.v1") -> None:
        for cadre in cadres:
            at = str(len(self.ledger) + 1)
            event = {"id": f"visits:{at}", "sequence": at, "type": type, "partitionkey": cadre}
            self.ledger.append(event)

    async def _read(self, _: str, service: str, after: int, limit: int) -> list[Mapping[str, Any]]:
        return list(self.ledger[after : after + limit])

    async def _heads(self) -> Mapping[str, int]:
        return {"visits": len(self.ledger)}

    async def carry(self) -> None:
        """Until there is nothing to do at this moment."""
        while await self.carrier.step():
            pass

    async def later(self, passed: timedelta, every: timedelta) -> None:
        """Let time pass, and carry on the way."""
        end = self.now + passed
        while self.now < end:
            self.now += every
            await self.carry()

    @property
    def standing(self) -> Webhook:
        found = self.endpoints.find(self.webhook)
        assert found is not None
        return found


def in_order(receiver: Receiver, office: Office) -> None:
    """Everything arrived, and of each cadre in the order of the ledger."""
    seen: dict[str, list[int]] = defaultdict(list)
    for one in receiver.taken:
        event = one["event"]
        position = int(event["sequence"])
        if position not in seen[event["partitionkey"]]:
            seen[event["partitionkey"]].append(position)
    expected: dict[str, list[int]] = defaultdict(list)
    for event in office.ledger:
        expected[event["partitionkey"]].append(int(event["sequence"]))
    assert seen == expected
