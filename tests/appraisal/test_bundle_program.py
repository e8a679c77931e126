"""The program in an evidence bundle counts as DOMAIN.md §6 says, whatever can be recorded."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from hypothesis import HealthCheck, given, settings

import naive
from console.audit.bundle import verify as program
from shared.messages import Fact
from shared.services import SERVICES
from told import Rows, facts

from .strategies import worlds


def by_program(found: list[Fact], year: int, as_of: date) -> list[dict[str, Any]]:
    """The program's own verdicts, from the facts as they are stored."""
    entries = {
        service: [
            {"position": n, "type": one.type, "said": {"fact": json.loads(one.model_dump_json())}}
            for n, one in enumerate(found, 1)
            if one.type.startswith(f"{service}.")
        ]
        for service in SERVICES
    }
    program.FAULTS.clear()
    world = program.World(entries)
    assert not program.FAULTS
    in_force = world.regimes[year][0]["regime"]
    return [program.assess(world, cadre, in_force, as_of.isoformat()) for cadre in world.people]


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(worlds())
def test_the_program_counts_as_the_naive_reading(world: tuple[dict[str, Any], Rows, date]) -> None:
    regime, rows, as_of = world
    expected = []
    for row in rows["cadres"]:
        one = naive.assess(regime, rows, row["cadre"], as_of)
        one["conditions"] = {each["id"]: each["state"] for each in one["conditions"]}
        expected.append(one)
    assert by_program(list(facts(regime, rows)), regime["year"], as_of) == expected
