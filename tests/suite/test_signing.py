"""The signer beside a whole suite: it signs, is killed, goes on; and refuses a shorter ledger."""

from __future__ import annotations

import json
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from shared.bus import Bus
from shared.language.log import CheckpointSeen
from shared.language.planning import AppointCadre
from shared.services import SERVICES
from shared.transparency.checkpoint import Checkpoint, history, opened
from shared.transparency.note import Note, VerifierKey
from suite.conftest import Up, dicoso, heads


def until(true: Callable[[], bool]) -> None:
    """Wait until something is so."""
    patience = time.monotonic() + 30
    while not true():
        assert time.monotonic() < patience
        time.sleep(0.05)


def checkpoints(data: Path, service: str) -> list[Checkpoint]:
    """All that was ever signed of a log, each signature judged."""
    keys = [VerifierKey.parse(line) for line in (data / "log/keys").read_text().splitlines()]
    path = data / "log" / service / "checkpoints"
    content = path.read_bytes() if path.exists() else b""
    return [opened(Note.parse(note), keys) for _, note in history(content)]


def signed(data: Path, service: str) -> int:
    return max((one.size for one in checkpoints(data, service)), default=0)


def seen(data: Path, by: str) -> list[dict[str, Any]]:
    """What a service has recorded of the others' logs."""
    with closing(sqlite3.connect(data / f"{by}.sqlite")) as file:
        rows = file.execute(
            "SELECT state FROM stored_events WHERE topic = ? ORDER BY rowid", [CheckpointSeen.type]
        ).fetchall()
    return [json.loads(state)["fact"] for (state,) in rows]


def told(data: Path) -> list[dict[str, Any]]:
    """What the signer logged."""
    lines = (data / "logs/signer.log").read_text().splitlines()
    return [json.loads(line) for line in lines if line.startswith("{")]


def copy(source: Path, target: Path) -> None:
    """A consistent copy of a ledger in use."""
    with closing(sqlite3.connect(source)) as origin, closing(sqlite3.connect(target)) as one:
        origin.backup(one)


async def appoint(bus: Bus, first: int, last: int) -> int:
    """Cadres come under the regime; the last position."""
    for number in range(first, last):
        done = await bus.obey(AppointCadre(cadre=f"cb-{number}", department="ban-a"))
    return done.position


@pytest.mark.long
async def test_what_is_recorded_is_signed_and_seen_and_a_restored_older_ledger_is_not(
    up: Callable[[], Up], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, seconds in (("LOOK", "0.05"), ("SIGN", "0.1"), ("RECORD", "0.5")):
        monkeypatch.setenv(f"DICOSO_{name}_SECONDS", seconds)
    suite, older = up(), tmp_path / "older.sqlite"
    data = suite.data
    async with await suite.bus() as bus:
        await appoint(bus, 0, 40)
        copy(data / "planning.sqlite", older)

        for first in range(40, 140, 50):  # killed while it works
            head = await appoint(bus, first, first + 50)
            until(lambda: signed(data, "planning") > 40)
            suite.kill("signer")
        until(lambda: signed(data, "planning") >= head)
        head = await appoint(bus, 140, 150)  # the last signer has told of nothing yet
        until(lambda: any(one["size"] >= head for one in seen(data, "visits")))
        until(lambda: any(one["size"] >= head for one in seen(data, "appraisal")))
        settled = await heads(bus)
        until(lambda: [signed(data, one) for one in SERVICES] == list(settled.values()))
        assert await heads(bus) == settled  # telling of what was told would never end
    assert suite.down() == 0

    sizes = [one.size for one in checkpoints(data, "planning")]
    assert sizes == sorted(set(sizes))
    for by in ("visits", "appraisal"):
        of_planning = {(one["size"], one["note"]) for one in seen(data, by)}
        assert of_planning <= {
            (Checkpoint.parse(Note.parse(note).text).size, note.decode())
            for _, note in history((data / "log/planning/checkpoints").read_bytes())
        }
    verdict = dicoso("audit", "verify", "--data", data)
    assert verdict.returncode == 0, verdict.stdout + verdict.stderr
    assert (data / "signer/planning.key").stat().st_mode & 0o777 == 0o600

    for lost in data.glob("planning.sqlite*"):
        lost.unlink()
    shutil.copy(older, data / "planning.sqlite")
    shutil.rmtree(data / "jetstream")
    before = (data / "log/planning/checkpoint").read_bytes()
    up()
    until(lambda: any(one["event"] == "refuses-to-sign" for one in told(data)))
    [refusal, *_] = [one for one in told(data) if one["event"] == "refuses-to-sign"]
    assert refusal["level"] == "error"
    assert (refusal["service"], refusal["reason"]) == ("planning", "shrunk")
    assert (refusal["signed"], refusal["ledger"]) == (sizes[-1], 40)
    assert (data / "log/planning/checkpoint").read_bytes() == before
