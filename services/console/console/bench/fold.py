"""Folding a whole ledger: every entry read, decoded and laid on its stream's state."""

from __future__ import annotations

import gc
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from console.bench.generate import generate
from console.bench.nation import Nation
from console.bench.row import Goal, Row
from console.bench.setting import Setting
from console.bench.story import tell
from shared.deciding import Decider
from shared.folding import fold_pages
from shared.ledger import Ledger
from visits.diary import diary
from visits.difficulty import difficulty
from visits.product import product
from visits.report import report

T = TypeVar("T")

_DECIDERS: dict[str, Decider[Any]] = {one.name: one for one in (diary, report, product, difficulty)}


def fold_ledger(ledger: Ledger) -> dict[str, Any]:
    """The state of every stream of the visits service, from the ledger alone."""
    return fold_pages(ledger.pages(), _DECIDERS)


def read_raw(path: Path) -> int:
    """The limit: every row of the same ledger from a bare cursor, its bytes decoded."""
    db = sqlite3.connect(path)
    decode = msgspec.json.decode
    rows = db.execute(
        "SELECT rowid, originator_id, originator_version, topic, state "
        "FROM stored_events ORDER BY rowid"
    )
    count = 0
    for _, _, _, _, state in rows:
        decode(state)
        count += 1
    db.close()
    return count


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """Seconds that some work took, without the garbage of what came before; and what came out."""
    gc.collect()
    began = time.perf_counter()
    done = work()
    return time.perf_counter() - began, done


async def measure(setting: Setting) -> list[Row]:
    """Events a second, of the visits ledger."""
    row = Row(
        "fold",
        "events/s",
        Goal("ratio", "≥", 0.6),
        "sqlite3 cursor + msgspec.json.decode of the same bytes",
    )
    folder = setting.new("fold")
    facts = generate(tell(Nation(setting.size.folded)), folder, ["visits"]).recorded["visits"]
    row.note = f"visits ledger of {facts} facts in a SQLite file"
    ledger = Ledger(folder / "visits.sqlite")
    for _ in range(setting.size.rounds):
        ours, _states = timed(lambda: fold_ledger(ledger))
        del _states
        raw, _count = timed(lambda: read_raw(folder / "visits.sqlite"))
        row.add(facts / ours, facts / raw)
    ledger.close()
    return [row]
