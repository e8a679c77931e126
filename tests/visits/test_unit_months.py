"""Visits by unit and month: a correction moves one, a voiding takes it away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from shared.asking import Inside
from shared.entries import write_state
from shared.keeper import Keeper
from shared.language.planning import RegisterUnit, UnitClosed, UnitRegistered
from shared.language.visits import VisitCorrected, VisitLogged, VisitVoided
from shared.ledger import Ledger, NewEntry
from shared.messages import Fact
from shared.recording import HeardRow, Moves
from shared.refused import Refused
from shared.values import Level, Portion
from visits.heat import UnitMonths, unit_months
from visits.service import SPEC
from visits.unit_months import UNIT_MONTHS

MOMENT = "2019-03-05T01:02:03.000004Z"


class World:
    """A ledger of visits, and the keeper of the view on it."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.heard = 0
        self.keeper = Keeper(
            [UNIT_MONTHS], ledger, lambda: {"visits": ledger.head()}, lambda: date(2019, 12, 1)
        )
        self.keeper.tables.order(UNIT_MONTHS)
        for _ in self.keeper.build(UNIT_MONTHS):
            pass

    def hear(self, fact: Fact) -> None:
        self.heard += 1
        state = write_state(fact, "test", "cmd", MOMENT, "")
        row = HeardRow(fact.stream, "planning", self.heard, fact.type, state, ())
        self.ledger.hear([row], Moves(whole={"planning": self.heard}))

    def record(self, fact: Fact) -> None:
        version = self.ledger.facts(fact.stream)[1] + 1
        command = f"{fact.stream}#{version}"
        self.ledger.append([NewEntry(fact, version, "test", command, MOMENT)])

    def ask(self, **content: Any) -> dict[str, Any]:
        while not self.keeper.follow(UNIT_MONTHS):
            pass
        inside = SPEC.open(self.ledger)
        asked = Inside(**{**inside.__dict__, "views": self.keeper})
        return unit_months(asked, UnitMonths(**{"year": 2019, **content}))


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    found = World(Ledger(tmp_path / "visits.sqlite"))
    for unit, name in (("X1", "Đoàn xã Đại Đồng"), ("X2", "Đoàn xã Phù Lưu"), ("X3", "Xã Tân Chi")):
        word = RegisterUnit(unit=unit, name=name, level=Level.COMMUNE)
        found.hear(UnitRegistered(**word.model_dump()))
    yield found
    found.keeper.close()
    found.ledger.close()


def logged(visit: str, unit: str, day: str, cadre: str = "cb-1") -> VisitLogged:
    return VisitLogged.model_validate({**trip(unit, day), **whose(visit, cadre)})


def whose(visit: str, cadre: str = "cb-1") -> dict[str, Any]:
    return {"visit": visit, "cadre": cadre, "year": 2019}


def trip(unit: str, day: str) -> dict[str, Any]:
    return {
        "unit": unit,
        "level": Level.COMMUNE,
        "kind": "thematic",
        "line": "",
        "from": day,
        "to": day,
        "portion": Portion.FULL,
        "evidence": None,
        "evidence_no": "",
        "logged_on": "2019-12-01",
    }


def months(**counts: int) -> list[int]:
    return [counts.get(f"m{month}", 0) for month in range(1, 13)]


def test_visits_of_all_cadres_are_counted_by_unit_and_month_most_first(world: World) -> None:
    world.record(logged("lv-1", "X2", "2019-03-04"))
    world.record(logged("lv-2", "X2", "2019-03-20"))
    world.record(logged("lv-3", "X2", "2019-05-02", cadre="cb-2"))
    world.record(logged("lv-4", "X1", "2019-05-03", cadre="cb-2"))
    told = world.ask()
    assert [(one["unit"], one["months"], one["visits"]) for one in told["rows"]] == [
        ("X2", months(m3=2, m5=1), 3),
        ("X1", months(m5=1), 1),
    ]
    assert told["rows"][0]["name"] == "Đoàn xã Phù Lưu"
    assert told["months"] == months(m3=2, m5=2)
    assert (told["visits"], told["most"], told["visited"], told["unvisited"]) == (4, 2, 2, 1)


def test_a_corrected_visit_counts_where_it_now_was_and_a_voided_one_nowhere(world: World) -> None:
    world.record(logged("lv-1", "X1", "2019-03-04"))
    world.record(logged("lv-2", "X1", "2019-03-05"))
    assert world.ask()["months"] == months(m3=2)
    world.record(
        VisitCorrected.model_validate(
            {
                **trip("X3", "2019-04-01"),
                **whose("lv-1"),
                "on": "2019-12-02",
                "reason": "nhầm cơ sở",
            }
        )
    )
    voided = {**whose("lv-2"), "voided_on": "2019-12-02", "reason": "ghi nhầm"}
    world.record(VisitVoided.model_validate(voided))
    told = world.ask()
    assert [(one["unit"], one["months"]) for one in told["rows"]] == [("X3", months(m4=1))]


def test_units_that_nobody_visited_are_those_that_exist_in_the_year(world: World) -> None:
    world.record(logged("lv-1", "X1", "2019-03-04"))
    assert [one["unit"] for one in world.ask(visited=False)["rows"]] == ["X2", "X3"]
    world.hear(UnitClosed(unit="X2", to=date(2018, 12, 31)))
    assert [one["unit"] for one in world.ask(visited=False)["rows"]] == ["X3"]
    world.hear(UnitClosed(unit="X1", to=date(2018, 12, 31)))
    assert world.ask()["rows"][0]["name"] == "Đoàn xã Đại Đồng"  # its visits stay
    assert world.ask(year=2018, visited=False)["unvisited"] == 3


def test_a_search_without_accents_and_pages_that_leave_nothing_out(world: World) -> None:
    for number in range(7):
        world.record(logged(f"lv-{number}", f"X{number % 3 + 1}", "2019-03-04"))
    assert [one["unit"] for one in world.ask(search="dai dong")["rows"]] == ["X1"]
    found: list[str] = []
    after = ""
    while True:
        page = world.ask(after=after, limit=1)
        found += [one["unit"] for one in page["rows"]]
        if not (after := page["next"]):
            break
    assert found == ["X1", "X2", "X3"]
    with pytest.raises(Refused):
        world.ask(after="no page")


def test_a_view_that_is_built_again_says_the_same(world: World) -> None:
    world.record(logged("lv-1", "X1", "2019-03-04"))
    before = world.ask()
    world.keeper.tables.order(UNIT_MONTHS)
    for _ in world.keeper.build(UNIT_MONTHS):
        pass
    build = world.keeper.tables.last_build("unit_months")
    assert build is not None
    assert build.result["differences"] == 0
    assert world.ask() == before
