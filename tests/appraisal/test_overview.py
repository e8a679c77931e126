"""The whole at a glance: what the database adds up is what the rows add up to."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from appraisal.listing import Standings, standings
from appraisal.overview import Overview, overview
from shared.dates import plus
from shared.ledger import Ledger
from shared.refused import Refused
from told import facts, read
from viewing import World

BAC_NINH = Path(__file__).parents[2] / "deploy/samples/bac-ninh-2019"
ON = date(2019, 11, 20)


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Bắc Ninh 2019 in November."""
    world = World(Ledger(tmp_path_factory.mktemp("whole") / "appraisal.sqlite"), ON)
    world.lay(facts(*read(BAC_NINH)))
    world.build()
    return world


def listed(world: World) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = standings(world.inside(), Standings(year=2019, limit=500))["rows"]
    return found


def test_counts_and_sums_by_department_are_those_of_the_list(province: World) -> None:
    rows = listed(province)
    told = overview(province.inside(), Overview(year=2019))["departments"]
    assert [one["department"] for one in told] == sorted({one["department"] for one in rows})
    for one in told:
        of = [row for row in rows if row["department"] == one["department"]]
        assert one["cadres"] == len(of)
        assert one["status"] == Counter(row["status"] for row in of)
        assert one["late"] == sum(row["late_since"] is not None for row in of)
        for name in ("credited", "target", "shortfall"):
            assert one[name] == sum(row[name] for row in of)
    assert sum(one["late"] for one in told) > 0


def test_the_next_deadlines_come_first_with_how_many_owe_something(province: World) -> None:
    due = Counter(one["due_next"] for one in listed(province) if one["due_next"])
    told = overview(province.inside(), Overview(year=2019))["due"]
    assert told == [{"on": on, "cadres": count} for on, count in sorted(due.items())[:8]]
    assert told


def test_of_one_department_nothing_of_another_is_told(province: World) -> None:
    whole = overview(province.inside(), Overview(year=2019))
    one = overview(province.inside(), Overview(year=2019, department="ban-truong-hoc"))
    assert one["departments"] == [
        found for found in whole["departments"] if found["department"] == "ban-truong-hoc"
    ]
    assert sum(day["cadres"] for day in one["due"]) <= sum(day["cadres"] for day in whole["due"])


def test_a_year_without_a_regime_is_empty(province: World) -> None:
    told = overview(province.inside(), Overview(year=2018))
    assert (told["departments"], told["due"]) == ([], [])


def test_before_the_view_is_built_it_is_not_yet(tmp_path: Path) -> None:
    world = World(Ledger(tmp_path / "appraisal.sqlite"), plus(ON, 1))
    with pytest.raises(Refused) as refused:
        overview(world.inside(), Overview(year=2019))
    assert refused.value.code == "not-yet"
