"""Replay names what differs: services over ledgers that somebody changed, without any bus."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, cast

import pytest
from pydantic_core import from_json, to_json

from appraisal.standing import STANDING
from booked import recorded
from console.audit.beliefs import SPECS, Rebuilt, rebuild
from console.audit.differing import Difference, paths
from console.audit.replay import Replay, replay
from planning.unit import unit
from shared.asking import COMMON
from shared.bus import Bus
from shared.refused import Refused
from suite.conftest import BAC_NINH
from told import Rows, facts, read

END = date(2020, 1, 31)


def a_few(rows: Rows, cadres: set[str]) -> Rows:
    """The register of some cadres alone."""
    visits = {row["visit"] for row in rows["visits"] if row["cadre"] in cadres}
    return {
        name: [
            row
            for row in found
            if row.get("cadre", "") in {*cadres, ""}
            and (name != "products" or row["visit"] in visits)
        ]
        for name, found in rows.items()
    }


class Local(Bus):
    """The services asked without a bus."""

    def __init__(self, services: dict[str, Rebuilt]) -> None:
        self.services = services

    async def _ask(
        self, service: str, question: str, after: Any, content: dict[str, Any]
    ) -> dict[str, Any]:
        one = self.services[service]
        shape, answer = {**COMMON, **one.spec.answers}[question]
        asked = shape.model_validate_json(to_json(content))
        try:
            return cast(dict[str, Any], from_json(to_json(answer(one.inside, asked))))
        except (LookupError, TypeError) as error:  # as a service answers a fault of its own
            raise Refused("failed", question=question) from error

    def spoil(self, service: str, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """SQL straight at a ledger; the rows that it returns."""
        with sqlite3.connect(self.services[service].inside.ledger.where) as ledger:
            return ledger.execute(statement, values).fetchall()


@pytest.fixture
def bus(tmp_path: Path) -> Iterator[Local]:
    regime, rows = read(BAC_NINH)
    told = recorded(facts(regime, a_few(rows, {"cb-0004", "cb-0005", "cb-0006"})))
    services = {name: rebuild(told, name, tmp_path) for name in SPECS}
    keeper = services["appraisal"].inside.views
    keeper.tables.order(STANDING)
    for _ in keeper.build(STANDING):
        pass
    yield Local(services)
    for one in services.values():
        one.close()


async def replayed(bus: Local, cadre: str | None = None) -> Replay:
    return await replay(bus, 2019, END, cadre)


def named(found: Replay) -> set[tuple[str, str, str]]:
    return {(one.service, one.about, one.path) for one in found.differences}


async def test_what_nobody_changed_is_equal(bus: Local) -> None:
    found = await replayed(bus)
    assert found.differences == []
    assert found.equal
    assert all(count > 0 for count in found.compared.values())
    assert set(found.compared) >= {"heard", "visits.csv", "assessment", "standing", "inputs"}


async def test_a_heard_fact_that_was_changed_is_named_with_all_that_rests_on_it(bus: Local) -> None:
    ((position,),) = bus.spoil(
        "visits",
        "UPDATE heard SET state = CAST(replace(state, 'union', 'support') AS BLOB) "
        "WHERE stream = 'cadre/cb-0005' AND topic = 'planning.cadre-appointed.v1' "
        "RETURNING position",
    )
    found = await replayed(bus)
    (one,) = found.differences
    assert one.as_json() == {
        "service": "visits",
        "about": f"heard planning #{position}",
        "cadre": "cb-0005",
        "path": "fact.duty",
        "replayed": "union",
        "answered": "support",
        "positions": {"planning": [position]},
    }
    assert (await replayed(bus, "cb-0004")).equal
    assert not (await replayed(bus, "cb-0005")).equal


async def test_a_heard_fact_that_is_gone_moved_or_made_up_is_named(bus: Local) -> None:
    of = "stream = 'year/2019/cb-0006' AND topic = 'visits.visit-confirmed.v1'"
    ((gone,),) = bus.spoil(
        "appraisal",
        "DELETE FROM heard WHERE number = "  # noqa: S608
        f"(SELECT min(number) FROM heard WHERE {of}) RETURNING position",
    )
    ((moved,),) = bus.spoil(
        "appraisal",
        "UPDATE heard SET stream = 'year/2019/cb-0004' WHERE number = "  # noqa: S608
        f"(SELECT max(number) FROM heard WHERE {of}) RETURNING position",
    )
    bus.spoil(
        "visits",
        "INSERT INTO heard (stream, service, position, topic, state) SELECT stream, service, "
        "1000000, topic, state FROM heard WHERE stream = 'cadre/cb-0004' LIMIT 1",
    )
    found = {one[:2]: one[2] for one in named(await replayed(bus)) if "heard" in one[1]}
    assert found == {
        ("appraisal", f"heard visits #{gone}"): "(fact)",
        ("appraisal", f"heard visits #{moved}"): "stream",
        ("visits", "heard planning #1000000"): "(fact)",
    }


async def test_a_belief_that_no_entry_supports_is_named(bus: Local) -> None:
    planning = bus.services["planning"].inside
    stream = "unit/H259"
    told = planning.shelf.state(unit, stream)
    assert told is not None
    planning.shelf._hold(unit, stream, told.model_copy(update={"name": "Tên khác"}))
    found = await replayed(bus)
    (one,) = found.differences
    assert (one.service, one.about, one.path) == ("planning", "units.csv H259", "name")
    assert one.answered == "Tên khác"
    assert list(one.positions) == ["planning"]


async def test_a_row_of_a_list_that_was_changed_is_named(bus: Local) -> None:
    tables = bus.services["appraisal"].inside.views.tables
    live = tables.live(STANDING.name)
    assert live is not None
    with tables._transaction() as c:
        tables._run(c, f"UPDATE {live.name} SET credited = credited + 1 WHERE cadre = ?", "cb-0005")  # noqa: S608
    found = await replayed(bus)
    (one,) = found.differences
    assert (one.about, one.path, one.cadre) == ("standing cb-0005", "credited", "cb-0005")
    assert one.answered == one.replayed + 0.5


async def test_an_entry_of_a_type_nobody_knows_is_named_and_the_rest_compared(bus: Local) -> None:
    bus.spoil(
        "planning",
        "INSERT INTO stored_events (originator_id, originator_version, topic, state) "
        "VALUES ('cadre/cb-0005', 99, 'planning.cadre-knighted.v1', x'7b7d')",
    )
    found = await replayed(bus, "cb-0004")
    assert found.differences == []
    assert not found.equal
    (one,) = found.unreadable
    assert (one.service, one.type, one.why) == (
        "planning",
        "planning.cadre-knighted.v1",
        "unknown type",
    )


def test_paths_name_each_field_and_things_by_their_id() -> None:
    left = {"a": 1, "b": [{"id": "x", "state": "met"}], "c": [1, 2], "d": None}
    right = {"a": 1, "b": [{"id": "x", "state": "unmet"}], "c": [1], "e": 5}
    assert list(paths(left, right)) == [
        ("b.x.state", "met", "unmet"),
        ("c.1", 2, None),
        ("d", None, None),
        ("e", None, 5),
    ]
    assert list(paths(1, 1)) == []
    assert list(paths(1, "1")) == [("(all)", 1, "1")]
    assert Difference("s", "a", "c", "p", 1, 2).as_json()["positions"] == {}
