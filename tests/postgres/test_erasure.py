"""An erasure with replicas on PostgreSQL: it takes effect in every one of them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import psycopg
import pytest

from console.year import heads
from shared.bus import Bus
from shared.language.appraisal import CloseYear
from shared.language.planning import AppointCadre, DepartCadre, EnactRegime
from shared.language.privacy import ApproveErasure, RequestErasure
from shared.messages import Command
from shared.regime import read_regime
from shared.sealing import ERASED
from shared.values import Role, iso_day
from suite.conftest import BAC_NINH, Up

NAME = "Nguyễn Thị Bí Mật"
ON = iso_day("2020-02-10")
REGIME = read_regime((BAC_NINH / "regime.yaml").read_text())
BEFORE: tuple[Command, ...] = (
    EnactRegime(regime=REGIME),
    AppointCadre(cadre="cb-an", name=NAME, department="a"),
    AppointCadre(cadre="cb-chi", department="b", role=Role.ORGANISATION),
    AppointCadre(cadre="cb-dung", department="b", role=Role.STANDING),
    DepartCadre(cadre="cb-an", to=iso_day("2019-12-31")),
    CloseYear(year=2019, by="cb-dung", on=iso_day("2020-01-31")),
)
TWO: tuple[Command, ...] = (
    RequestErasure(cadre="cb-an", by="cb-chi", on=ON, reason="theo yêu cầu"),
    ApproveErasure(cadre="cb-an", by="cb-dung", on=ON),
)
_ANSWERS = 12
"""So many answers, one after the other, come from both replicas."""


async def in_planning(bus: Bus) -> str:
    rows = await bus.pages("planning", "rows", file="cadres.csv", year=2019)
    return {row["cadre"]: str(row["name"]) for row in rows}["cb-an"]


async def in_appraisal(bus: Bus) -> str:
    answer = await bus.ask("appraisal", "assess", cadre="cb-an", year=2019, as_of=ON)
    return str(answer["person"]["name"])


async def in_a_list(bus: Bus) -> str:
    page = await bus.ask("appraisal", "standings", heard=await heads(bus), year=2019)
    return {row["cadre"]: str(row["name"]) for row in page["rows"]}["cb-an"]


async def read_everywhere(bus: Bus, ask: Callable[[Bus], Awaitable[str]], name: str) -> bool:
    """Whether every replica comes to answer that name."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        if {await ask(bus) for _ in range(_ANSWERS)} == {name}:
            return True
        await asyncio.sleep(0.2)
    return False


@pytest.mark.long
async def test_the_name_is_erased_in_every_replica(database: str, tmp_path: Path) -> None:
    suite = Up(tmp_path / "data", "--postgres", database, "--replicas", "2")
    try:
        async with await suite.bus() as bus:
            for command in BEFORE:
                await bus.obey(command, after=await heads(bus))
            for ask in (in_planning, in_appraisal, in_a_list):
                assert await read_everywhere(bus, ask, NAME)
            for command in TWO:
                await bus.obey(command, after=await heads(bus))
            for ask in (in_planning, in_appraisal, in_a_list):
                assert await read_everywhere(bus, ask, ERASED)
    finally:
        suite.down()
    with psycopg.connect(database) as connection:
        query = "SELECT wrapped FROM keys.keys WHERE person = 'cb-an'"
        assert connection.execute(query).fetchall() == [(None,)]
        for schema in ("planning", "visits", "appraisal"):
            for table in ("stored_events", "heard"):
                found = connection.execute(f"SELECT state FROM {schema}.{table}")  # noqa: S608
                assert not any(NAME.encode() in bytes(state) for (state,) in found)
