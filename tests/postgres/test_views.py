"""Views in a service's schema keep the same promises (tests/shared/test_views.py)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from appraisal.standing import STANDING
from shared.language.planning import AppointCadre, EnactRegime
from shared.ledger import Ledger
from shared.postgres import migrate
from shared.regime import read_regime
from suite.conftest import BAC_NINH, Up
from view_promises import ViewPromises


@pytest.fixture
def appraisal_ledger(database: str) -> Iterator[Ledger]:
    """An empty ledger of appraisal."""
    migrate(database, "appraisal")
    one = Ledger(database, "appraisal")
    yield one
    one.close()


class TestOnPostgres(ViewPromises):
    pass


@pytest.mark.long
async def test_any_of_three_replicas_lists_what_was_just_recorded(
    database: str, tmp_path: Path
) -> None:
    suite = Up(tmp_path / "data", "--postgres", database, "--replicas", "3")
    try:
        async with await suite.bus() as bus:
            regime = read_regime((BAC_NINH / "regime.yaml").read_text())
            await bus.obey(EnactRegime(regime=regime))
            for number in range(60):
                word = AppointCadre(cadre=f"cb-{number:02}", department="ban-a")
                done = await bus.obey(word)
                if number == 30:
                    suite.kill("appraisal-1")
                page = await bus.ask(
                    "appraisal",
                    "standings",
                    heard={done.service: done.position},
                    year=2019,
                    limit=100,
                )
                assert len(page["rows"]) == number + 1
            build = (await bus.ask("appraisal", "rebuild-view", view="standing"))["build"]
            while True:
                told = await bus.ask("appraisal", "view", view="standing")
                if told["build"]["state"] == "done" and told["build"]["build"] == build:
                    break
                await asyncio.sleep(0.1)
            assert told["live"] == {
                "version": STANDING.version,
                "build": build,
                "rows": 60,
                "unmade": [],
            }
            assert told["build"]["differences"] == 0
    finally:
        suite.down()
