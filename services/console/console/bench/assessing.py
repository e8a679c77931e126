"""One cadre-year assessed: cold, from the ledger, and with its states at hand."""

from __future__ import annotations

import gc
import sqlite3
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from appraisal.answers import Assess
from appraisal.service import SPEC
from console.bench.generate import generate
from console.bench.nation import Nation
from console.bench.row import Goal, Row
from console.bench.setting import Setting
from console.bench.story import tell
from shared.asking import Inside
from shared.ledger import Ledger

_FACTS = 300
_BUSY = Nation(cadres=24, visits_a_month=7.2)
"""Cadres busy enough that a year of some has as many facts."""
_TIMES = 20
"""Assessments of one round."""


def _busiest(path: Path) -> tuple[str, int]:
    """The cadre whose year has as many facts, or just more; and how many."""
    db = sqlite3.connect(path)
    stream, count = db.execute(
        "SELECT stream, count(*) AS n FROM heard WHERE stream LIKE 'year/%' "
        "GROUP BY stream HAVING n >= ? ORDER BY n LIMIT 1",
        [_FACTS],
    ).fetchone()
    db.close()
    return stream.rpartition("/")[2], count


def _assess(inside: Inside, question: Assess) -> dict[str, Any]:
    return SPEC.answers["assess"][1](inside, question)


def _cold(ledger: Ledger, question: Assess) -> dict[str, Any]:
    return _assess(SPEC.open(ledger), question)


def _raw(db: sqlite3.Connection, question: Assess) -> int:
    stream = f"year/{question.year}/{question.cadre}"
    rows = db.execute("SELECT topic, state FROM heard WHERE stream=? ORDER BY number", [stream])
    return len([msgspec.json.decode(state) for _, state in rows])


async def measure(setting: Setting) -> list[Row]:
    """Milliseconds, by the answer of the service itself, without the bus."""
    against = "sqlite3 cursor + msgspec.json.decode of the same year's bytes"
    cold = Row("assess-ms", "ms", Goal("ours", "≤", 2), against)
    held = Row("assess-held-ms", "ms", Goal("ours", "≤", 2), against)
    folder = setting.new("assess")
    generate(tell(_BUSY), folder, ["appraisal"])
    path = folder / "appraisal.sqlite"
    cadre, facts = _busiest(path)
    question = Assess(cadre=cadre, year=2019, as_of=date(2020, 1, 31))
    cold.note = f"cold: {facts} facts read from the ledger, folded and assessed"
    held.note = f"the same year of {facts} facts, its states at hand: assessed only"
    ledger, db = Ledger(path), sqlite3.connect(path)
    inside = SPEC.open(ledger)
    _assess(inside, question)
    for _ in range(setting.size.rounds):
        gc.collect()
        seconds = [0.0, 0.0, 0.0]
        for _ in range(_TIMES):
            works: tuple[Callable[[], object], ...] = (
                partial(_cold, ledger, question),
                partial(_assess, inside, question),
                partial(_raw, db, question),
            )
            for at, work in enumerate(works):
                began = time.perf_counter()
                work()
                seconds[at] += time.perf_counter() - began
        first, again, raw = (1000 * one / _TIMES for one in seconds)
        cold.add(first, raw)
        held.add(again, raw)
    db.close()
    ledger.close()
    return [cold, held]
