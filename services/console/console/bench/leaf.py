"""What the transparency log adds to a command: its entries' leaves, hashed and stored.

The desk of the visits service decides and commits the same commands on two ledgers in files, in
this process and without the bus; one of them stores no leaves.
"""

from __future__ import annotations

import time
from itertools import islice
from pathlib import Path
from statistics import median

from eventsourcing.sqlite import SQLiteDatastore

from console.bench.commands import IN_FLIGHT, visits
from console.bench.generate import generate
from console.bench.growth import batches
from console.bench.nation import Nation
from console.bench.row import Goal, Row, tidy
from console.bench.setting import Setting
from console.bench.story import roster
from console.suite import SuiteError
from shared.answers import Done
from shared.clock import utc_now
from shared.desk import Desk
from shared.ledger import Ledger
from shared.recorder import LedgerRecorder
from shared.transparency.leaf import entry_leaf
from visits.service import SPEC

_COMMANDS = 512
_HASHED = 20_000


class Leafless(LedgerRecorder):
    """The recorder as it would be without a log."""

    def leaf(self, stream: str, version: int, topic: str, state: bytes) -> None:
        """None."""


class _Desk:
    """A desk on a ledger, and visits to log on it."""

    def __init__(self, folder: Path, nation: Nation, recorder: type[LedgerRecorder]) -> None:
        generate(roster(nation), folder, ["visits"])
        path = folder / "visits.sqlite"
        self.ledger = Ledger(path)
        self.ledger.recorder.close()
        self.ledger.recorder = recorder(SQLiteDatastore(str(path), originator_id_type="text"))
        inside = SPEC.open(self.ledger)
        self._desk = Desk("visits", self.ledger, inside.shelf, SPEC.obeys, inside.known, utc_now)
        self._visits = visits(nation.people())

    def take(self, count: int) -> float:
        """Microseconds a command."""
        asked = list(batches(self._visits, count))
        began = time.perf_counter()
        answers = [self._desk.obey(batch) for batch in asked]
        cost = 1e6 * (time.perf_counter() - began) / count
        if not all(isinstance(one, Done) for batch in answers for one in batch):
            raise SuiteError("a command was refused")
        return cost


async def measure(setting: Setting) -> list[Row]:
    """Microseconds a command with leaves, against none."""
    count = _COMMANDS if setting.size.name != "tiny" else IN_FLIGHT
    nation = Nation(min(setting.size.cadres, 1000))
    row = Row(
        "leaf-cost",
        "µs/command",
        Goal("ratio", "≤", 1.1),
        "the same without leaves",
        note=f"log-visit at the desk, {IN_FLIGHT} to a commit",
    )
    ours, limit = (
        _Desk(setting.new("leaf"), nation, recorder) for recorder in (LedgerRecorder, Leafless)
    )
    for _ in range(2):  # the first rounds of a process warm it
        ours.take(count)
        limit.take(count)
    for _ in range(8 * setting.size.rounds + 1):
        row.add(ours.take(count), limit.take(count))
    row.more = {"hash_us": tidy(_hashed(ours.ledger))}
    for one in (ours, limit):
        one.ledger.close()
    return [row]


def _hashed(ledger: Ledger) -> float:
    """Microseconds to hash the leaf of an entry, without storing it: the median of five runs."""
    rows = list(islice((row for page in ledger.pages() for row in page), _HASHED))
    runs = []
    for _ in range(5):
        began = time.perf_counter()
        for row in rows:
            entry_leaf("visits", *row[1:])
        runs.append(1e6 * (time.perf_counter() - began) / len(rows))
    return median(runs)
