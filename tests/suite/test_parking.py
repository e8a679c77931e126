"""A newer planning records what the others cannot read yet: parked, retried, skipped."""

from __future__ import annotations

import json
import sqlite3
import subprocess
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest

from bus.processes import asking, service
from conftest import Nats
from shared.bus import Bus
from shared.language.planning import AppointCadre, EnactRegime, TransferCadre
from shared.regime import read_regime
from shared.values import iso_day
from suite.conftest import BAC_NINH, dicoso

NEXT = """
import sys
from importlib import import_module
from typing import ClassVar

from shared.language import FACTS
from shared.language.planning import CadreTransferred
from shared.service import main

class CadrePromoted(CadreTransferred):
    type: ClassVar[str] = "planning.cadre-promoted.v9"

FACTS[CadrePromoted.type] = CadrePromoted
if __name__ == "__main__":
    main(import_module("{name}.service").SPEC)
"""
"""A service of tomorrow's version, which knows one word more."""


@pytest.fixture
def tomorrow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "tomorrow"
    folder.mkdir()
    for name in ("planning", "appraisal"):
        (folder / f"{name}_next.py").write_text(NEXT.format(name=name))
    monkeypatch.setenv("PYTHONPATH", str(folder))


def promote(ledger: Path) -> None:
    """Tomorrow's word, straight into planning's ledger, as the second fact of cb-an."""
    fact = {"cadre": "cb-an", "department": "ban-b", "position": "", "on": "2019-02-01"}
    state = {"actor": "x", "command": "x", "recorded_at": "2026-01-05T01:02:03Z", "cause": ""}
    with closing(sqlite3.connect(ledger)) as file, file:
        file.execute(
            "INSERT INTO stored_events (originator_id, originator_version, topic, state) "
            "VALUES ('cadre/cb-an', 2, 'planning.cadre-promoted.v9', ?)",
            [json.dumps({**state, "fact": fact}).encode()],
        )


async def parked_in(bus: Bus, name: str, head: int) -> Any:
    return (await bus.ask(name, "ready", heard={"planning": head}))["parked"]["planning"]


async def department(bus: Bus, cadre: str, head: int) -> tuple[str, int]:
    """Of whom appraisal believes what, and how much of it is parked."""
    answer = await bus.ask(
        "appraisal", "assess", heard={"planning": head}, cadre=cadre, year=2019, as_of="2019-06-30"
    )
    return answer["person"]["department"], answer["parked"]["planning"]


@pytest.mark.long
@pytest.mark.usefixtures("tomorrow")
async def test_what_a_newer_planning_says_is_parked_until_it_is_understood_or_skipped(
    own_nats: Nats, tmp_path: Path
) -> None:
    data = tmp_path / "data"

    def start(stack: ExitStack, name: str) -> subprocess.Popen[bytes]:
        return stack.enter_context(service(name, own_nats.url, data))

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return dicoso(*arguments, DICOSO_NATS=own_nats.url)

    with ExitStack() as stack:
        start(stack, "planning_next")
        old = [start(stack, name) for name in ("visits", "appraisal")]
        async with asking(own_nats.url) as bus:
            await bus.obey(EnactRegime(regime=read_regime((BAC_NINH / "regime.yaml").read_text())))
            for cadre in ("cb-an", "cb-binh"):
                await bus.obey(AppointCadre(cadre=cadre, department="ban-a"))
            promote(data / "planning.sqlite")
            on = iso_day("2019-03-01")
            await bus.obey(TransferCadre(cadre="cb-an", department="ban-c", on=on))
            head = (await bus.obey(AppointCadre(cadre="cb-chi", department="ban-a"))).position
            assert head == 6
            assert [await parked_in(bus, name, head) for name in ("visits", "appraisal")] == [2, 2]
            assert await department(bus, "cb-chi", head) == ("ban-a", 0)
            assert await department(bus, "cb-an", head) == ("ban-a", 2)
            listed = json.loads(run("parked", "list", "--json").stdout)
            assert [(row["service"], row["position"], row["behind"]) for row in listed] == [
                ("visits", 4, 0),
                ("visits", 5, 4),
                ("appraisal", 4, 0),
                ("appraisal", 5, 4),
            ]
            shown = json.loads(run("parked", "show", "visits", "planning", "4").stdout)
            assert shown["event"]["data"]["department"] == "ban-b"
            assert "parked" in run("status").stdout
            replayed = run("audit", "replay", "--year", "2019", "--as-of", "2019-06-30", "--json")
            assert json.loads(replayed.stdout)["differences"] == []
            assert json.loads(replayed.stdout)["unheard"] == {
                "planning": 0,
                "visits": 2,
                "appraisal": 2,
            }
            refused = run("parked", "retry", "appraisal", "planning", "cb-an")
            assert (refused.returncode, "still-parked" in refused.stderr) == (1, True)

            for process in old:
                process.kill()
                process.wait()
            start(stack, "visits")
            start(stack, "appraisal_next")
            assert [await parked_in(bus, name, head) for name in ("visits", "appraisal")] == [2, 2]
            assert run("parked", "retry", "appraisal", "planning").returncode == 0
            assert await department(bus, "cb-an", head) == ("ban-c", 0)

            assert run("parked", "skip", "visits", "planning", "4").returncode == 2
            blank = run("parked", "skip", "visits", "planning", "4", "--reason", " ")
            assert blank.returncode == 1
            why = ("--reason", "visits has no use for it", "--actor", "van-hanh")
            assert run("parked", "skip", "visits", "planning", "4", *why).returncode == 0
            assert json.loads(run("parked", "list", "--json").stdout) == []
            entries = (await bus.ask("visits", "entries"))["entries"]
            assert [(entry["type"], entry["actor"]) for entry in entries] == [
                ("parking.fact-parked.v1", "dicoso"),
                ("parking.fact-parked.v1", "dicoso"),
                ("parking.parked-skipped.v1", "van-hanh"),
                ("parking.parked-heard.v1", "van-hanh"),
            ]
            assert (await bus.ask("appraisal", "ready", heard={"visits": 4}))["parked"] == {
                "planning": 0,
                "visits": 0,
            }
