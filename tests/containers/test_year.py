"""The whole year over NATS and PostgreSQL in containers, several replicas of each service."""

from __future__ import annotations

import itertools
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

import images
from bus.processes import service
from console.suite import migrate_all
from console.year import assessments, heads
from registers.importing import import_register, sender
from registers.register import read_register
from shared.bus import Bus
from shared.values import iso_day
from suite.conftest import BAC_NINH, expected, plain

pytestmark = pytest.mark.containers

REPLICAS = {"planning": 2, "visits": 3, "appraisal": 2}
DATES = ("2019-06-30", "2019-12-31", "2020-01-31")

Replicas = dict[str, list[subprocess.Popen[bytes]]]


@pytest.fixture
def bus_url() -> Iterator[str]:
    with images.nats() as url:
        yield url


@pytest.fixture
def replicas(bus_url: str, tmp_path: Path) -> Iterator[Replicas]:
    """The processes of each service."""
    with images.postgres() as ledger, ExitStack() as stack:
        migrate_all(ledger)
        yield {
            name: [
                stack.enter_context(service(name, bus_url, tmp_path / f"{name}-{n}", ledger))
                for n in range(count)
            ]
            for name, count in REPLICAS.items()
        }


async def test_a_year_by_several_replicas_of_which_some_are_killed_is_assessed_as_expected(
    bus_url: str, replicas: Replicas
) -> None:
    answered = itertools.count(1)

    def kill(*_: object) -> None:
        match next(answered):
            case 300:
                replicas["planning"][0].kill()
            case 1400:
                replicas["visits"][0].kill()
            case 2000:
                replicas["visits"][1].kill()
            case 2300:
                replicas["appraisal"][0].kill()

    async with await Bus.connect(bus_url, "test", patience=120) as starting:
        for name in REPLICAS:
            await starting.ask(name, "ready")
    async with await Bus.connect(bus_url, "test", patience=30) as bus:
        outcome = await import_register(read_register(BAC_NINH), sender(bus), kill)
        assert outcome.refusals == []
        once = await heads(bus)
        for as_of in DATES:
            found = await assessments(bus, 2019, iso_day(as_of), outcome.positions)
            assert [plain(row["assessment"]) for row in found] == expected(BAC_NINH, as_of)
        again = await import_register(read_register(BAC_NINH), sender(bus))
        assert again.refusals == []
        assert await heads(bus) == once
