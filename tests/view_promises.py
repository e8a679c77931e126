"""What views promise, on whichever database they stand (tests/shared, tests/postgres)."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from appraisal.listing import Standings, standings
from appraisal.overview import Overview, overview
from appraisal.standing import STANDING
from conftest import end_with_tests
from shared.asking import RebuildView, TheView
from shared.language.planning import AppointCadre, CadreAppointed, CadreTransferred, RegimeAmended
from shared.ledger import Ledger
from shared.refused import Refused
from shared.regime import Regime
from shared.view_database import Moved
from suite.conftest import BAC_NINH
from told import facts, read
from viewing import World

ON = date(2019, 11, 20)
YEAR = 2019


def appointed(cadre: str) -> CadreAppointed:
    word = AppointCadre(cadre=cadre, department="ban-moi", name="Đỗ Mới")
    return CadreAppointed(**word.model_dump())


def transferred(cadre: str) -> CadreTransferred:
    return CadreTransferred(cadre=cadre, department="ban-khac", position="", on=ON)


def tables_of(world: World) -> set[str]:
    """Every table of rows that is there."""
    tables = world.keeper.tables
    with tables._transaction() as c:
        return {name for name in tables._named(c) if name.startswith("view_standing_v")}


def raw(world: World, statement: str, *values: Any) -> None:
    """SQL straight at the tables, as somebody who tampers would write it."""
    tables = world.keeper.tables
    with tables._transaction() as c:
        tables._run(c, statement, *values)


def live_name(world: World) -> str:
    live = world.keeper.tables.live("standing")
    assert live is not None
    return live.name


class ViewPromises:
    """Tests of a ledger that the subclass's module gives as the fixture ``appraisal_ledger``."""

    @pytest.fixture
    def world(self, appraisal_ledger: Ledger) -> World:
        """Bắc Ninh 2019 in November, its view built."""
        world = World(appraisal_ledger, ON)
        world.lay(facts(*read(BAC_NINH)))
        world.build()
        return world

    def test_following_equals_rebuilding(self, world: World) -> None:
        world.lay([appointed("cb-new"), transferred("cb-0003")])
        world.follow()
        followed = world.rows()
        assert {"cb-new", "cb-0003"} <= {row["cadre"] for row in followed}
        assert followed == world.naive()
        assert world.build()["differences"] == 0
        assert world.rows() == followed

    def test_an_amended_regime_touches_every_row_in_slices(self, world: World) -> None:
        regime, _ = read(BAC_NINH)
        regime["target"]["days"] = 90
        amended = RegimeAmended(regime=Regime.model_validate(regime), on=ON, reason="thêm ngày")
        world.lay([amended])
        before = world.keeper.tables.live("standing")
        assert not world.keeper.follow(world.view, seconds=0)
        assert world.keeper.tables.live("standing") == before  # the mark waits for the last row
        world.follow()
        assert world.rows() == world.naive()
        assert any(row["target"] == 180 for row in world.rows())

    def test_a_tampered_row_is_counted_named_and_gone(self, world: World) -> None:
        table = live_name(world)
        raw(world, f"UPDATE {{s}}{table} SET credited = 240 WHERE cadre = 'cb-0005'")  # noqa: S608
        raw(world, f"DELETE FROM {{s}}{table} WHERE cadre = 'cb-0007'")  # noqa: S608
        raw(
            world,
            f"INSERT INTO {{s}}{table} (key, judged_on, why, year, cadre) "  # noqa: S608
            "VALUES ('2019/cb-ghost', '2019-11-20', '', 2019, 'cb-ghost')",
        )
        assert world.rows() != world.naive()
        result = world.build()
        assert result["differences"] == 3
        assert result["differing"] == ["2019/cb-0005", "2019/cb-0007", "2019/cb-ghost"]
        assert world.rows() == world.naive()
        assert world.build()["differences"] == 0

    def test_what_is_recorded_during_a_rebuild_is_no_difference(self, world: World) -> None:
        world.keeper.tables.order(world.view)
        for number, _ in enumerate(world.keeper.build(world.view)):
            world.lay([appointed(f"cb-{number}"), transferred("cb-0003")] if number < 9 else [])
        last = world.keeper.tables.last_build("standing")
        assert last is not None
        assert (last.state, last.result["differences"]) == ("done", 0)
        world.follow()
        assert world.rows() == world.naive()

    @pytest.mark.parametrize("busy", [True, False])
    async def test_a_build_rests_while_commands_wait(
        self, world: World, monkeypatch: pytest.MonkeyPatch, busy: bool
    ) -> None:
        pauses: list[float] = []

        async def sleep(seconds: float) -> None:
            pauses.append(seconds)

        monkeypatch.setattr(asyncio, "sleep", sleep)
        number = world.keeper.tables.order(world.view)
        await world.keeper._build(world.view, lambda: busy)
        live = world.keeper.tables.live("standing")
        assert live is not None
        assert live.build == number
        assert len(pauses) > 3
        assert {pause > 0 for pause in pauses} == {busy}

    def test_rows_of_another_day_are_no_difference(self, world: World) -> None:
        world.today = date(2020, 2, 1)
        assert world.build()["differences"] == 0
        assert world.rows() == world.naive()

    def test_reads_go_on_from_the_live_table_until_the_switch(self, world: World) -> None:
        question = Standings(year=YEAR, limit=500)
        whole = standings(world.inside(), question)["rows"]
        raw(world, f"DELETE FROM {{s}}{live_name(world)} WHERE cadre = 'cb-0007'")  # noqa: S608
        old = standings(world.inside(), question)["rows"]
        assert len(old) == len(whole) - 1
        world.keeper.tables.order(world.view)
        reads = [standings(world.inside(), question)["rows"] for _ in world.keeper.build(STANDING)]
        switched = reads.index(whole)
        assert switched > 3
        assert all(rows == old for rows in reads[:switched])
        assert all(rows == whole for rows in reads[switched:])
        assert standings(world.inside(), question)["rows"] == whole

    def test_a_rebuild_that_dies_leaves_the_live_view_and_is_cleared_away(
        self, world: World
    ) -> None:
        table, rows = live_name(world), world.rows()
        world.keeper.tables.order(world.view)
        dying = world.keeper.build(world.view)
        for _ in range(3):
            next(dying)
        assert len(tables_of(world)) == 2
        del dying
        again = world.another()
        assert live_name(world) == table
        assert world.rows() == rows
        world.keeper = again
        assert world.build()["differences"] == 0
        assert tables_of(world) == {live_name(world)}

    def test_kill_9_in_mid_rebuild(self, world: World) -> None:
        rows = world.rows()
        died = subprocess.run(
            [sys.executable, "-c", _KILLED, world.ledger.where, world.ledger.service],
            preexec_fn=end_with_tests,
            env={**os.environ, "PYTHONPATH": "tests"},
            capture_output=True,
            check=False,
        )
        assert died.returncode == -signal.SIGKILL, died.stderr
        assert len(tables_of(world)) == 2
        assert world.rows() == rows
        last = world.keeper.tables.last_build("standing")
        assert last is not None
        assert last.state == "building"
        assert world.build()["differences"] == 0
        assert tables_of(world) == {live_name(world)}

    def test_sums_over_rows_and_entries_with_their_places(self, world: World) -> None:
        rows = standings(world.inside(), Standings(year=YEAR, limit=500))["rows"]
        told = overview(world.inside(), Overview(year=YEAR))["departments"]
        assert sum(one["cadres"] for one in told) == len(rows)
        assert sum(one["credited"] for one in told) == sum(one["credited"] for one in rows)
        stream = f"cadre/{rows[0]['cadre']}"
        entries = world.ledger.recorded([stream])
        assert [one.fact for one in entries] == world.ledger.facts(stream)[0]
        heard = {(one.service, one.position) for one in world.ledger.heard_entries(0, 100_000)}
        assert {(one.service, one.position) for one in entries} <= heard

    def test_a_new_version_is_built_beside_and_the_old_one_read_until_then(
        self, world: World
    ) -> None:
        question = Standings(year=YEAR)
        world.view = replace(STANDING, version=STANDING.version + 1)
        world.keeper = world.another()
        old = standings(world.inside(), question)["rows"]
        assert old
        world.lay([transferred(old[0]["cadre"])])
        assert world.keeper.follow(world.view)
        assert standings(world.inside(), question)["rows"] == old  # nobody makes such rows now
        assert "differences" not in world.build()  # other code may well make other rows
        assert live_name(world).startswith(f"view_standing_v{world.view.version}_")
        assert standings(world.inside(), question)["rows"] != old
        assert tables_of(world) == {live_name(world)}

    def test_other_columns_are_not_yet_there(self, world: World) -> None:
        raw(world, "UPDATE {s}views SET shape = 'key cadre'")
        with pytest.raises(Refused, match="not-yet"):
            standings(world.inside(), Standings(year=YEAR))

    async def test_a_view_of_another_ledger_is_built_anew(self, world: World) -> None:
        raw(world, "UPDATE {s}views SET number = number + 10")  # the ledger was longer
        assert world.keeper.followed(world.view) is None
        assert not await world.keeper.until("standing", wait=True, seconds=0)
        await world.keeper._build(world.view, lambda: False)
        assert world.rows() == world.naive()
        assert world.keeper.followed(world.view) is not None

    def test_two_keepers_at_once_do_no_harm(self, world: World) -> None:
        others = [world.keeper, world.another()]
        for number in range(20):
            world.lay([appointed(f"cb-{number}"), transferred("cb-0003")])
            others[number % 2].follow(world.view, seconds=0)
        while not all(one.follow(world.view, seconds=0) for one in others):
            pass
        assert world.rows() == world.naive()

    def test_whoever_saw_an_older_mark_writes_nothing(self, world: World) -> None:
        stale = world.keeper.tables.live("standing")
        assert stale is not None
        world.lay([transferred("cb-0003")])
        world.follow()
        with pytest.raises(Moved):
            world.keeper.tables.write(stale, {"2019/cb-0003": None})
        assert world.rows() == world.naive()

    def test_a_row_that_cannot_be_made_says_why_and_holds_up_no_other(self, world: World) -> None:
        def row(streams: Any, key: str, day: date) -> Any:
            if key == "2019/cb-0003" and day == ON:
                raise ValueError("no such fact")
            return STANDING.row(streams, key, day)

        world.view = replace(STANDING, row=row)
        world.keeper = world.another()
        world.lay([transferred("cb-0003"), transferred("cb-0005")])
        world.follow()
        answer = world_view(world)
        assert answer["live"]["unmade"] == [
            {"key": "2019/cb-0003", "why": "ValueError('no such fact')"}
        ]
        listed = standings(world.inside(), Standings(year=YEAR, limit=500))["rows"]
        assert "cb-0003" not in {row["cadre"] for row in listed}
        assert world.build()["differences"] == 0
        world.today = date(2019, 11, 21)
        while not world.keeper.judge(world.view):
            pass
        assert world.rows() == world.naive()

    def test_a_build_is_ordered_and_told_by_questions(self, world: World) -> None:
        from shared.asking import COMMON

        order = COMMON["rebuild-view"][1]
        number = order(world.inside(), RebuildView(view="standing"))["build"]
        assert order(world.inside(), RebuildView(view="standing"))["build"] == number
        told = world_view(world)["build"]
        assert (told["build"], told["state"]) == (number, "ordered")
        for _ in world.keeper.build(world.view):
            told = world_view(world)["build"]
            assert told["done"] <= told["total"]
        assert world_view(world)["build"]["state"] == "done"
        with pytest.raises(Refused, match="unknown-view"):
            order(world.inside(), RebuildView(view="weather"))

    def test_a_build_that_fails_says_so_and_leaves_the_live_view(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def touched(stream: str, named: Any) -> Any:
            raise ValueError("broken")

        rows = world.rows()
        world.keeper.tables.order(world.view)
        for _ in world.keeper.build(replace(STANDING, touched=touched)):
            pass
        last = world.keeper.tables.last_build("standing")
        assert last is not None
        assert (last.state, last.result["why"]) == ("failed", "ValueError('broken')")
        assert world.rows() == rows
        assert tables_of(world) == {live_name(world)}


def world_view(world: World) -> dict[str, Any]:
    """The answer to the question how the view stands."""
    from shared.asking import COMMON

    return COMMON["view"][1](world.inside(), TheView(view="standing"))


_KILLED = """
import os, signal, sys
from datetime import date
from shared.ledger import Ledger
from told import facts, read
from viewing import World
world = World(Ledger(sys.argv[1], sys.argv[2]), date(2019, 11, 20))
world.keeper.tables.order(world.view)
for number, _ in enumerate(world.keeper.build(world.view)):
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
"""
