"""What a command costs as the ledger grows.

The desk of the visits service decides and commits on ledgers of several sizes, in this
process and without the bus, whose cost does not depend on the ledger: so growth is not hidden
behind it. At each size the same number of cadres, spread over the whole ledger, log visits in
turn, 64 to a commit; every round begins with nothing at hand, so each cadre's diary is first
read from the ledger.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from statistics import median
from uuid import uuid4

from console.bench.commands import IN_FLIGHT, visits
from console.bench.generate import generate
from console.bench.nation import Nation
from console.bench.row import Goal, Row, tidy
from console.bench.setting import Setting
from console.bench.story import tell
from console.suite import SuiteError
from shared.answers import Done
from shared.clock import utc_now
from shared.desk import Desk, Request
from shared.language.visits import LogVisit
from shared.ledger import Ledger
from visits.service import SPEC

_CADRES = 100
_COMMANDS = 512
"""Of a round: few, since every round makes the diaries longer that the next begins by reading."""


class _Grown:
    """A ledger of some size, and visits to log on it."""

    def __init__(self, folder: Path, cadres: int) -> None:
        nation = Nation(cadres)
        made = generate(tell(nation), folder, ["visits"])
        self.events = made.recorded["visits"] + made.heard["visits"]
        self.made_per_second = self.events / made.seconds
        people = nation.people()
        step = max(1, len(people) // _CADRES)
        self._visits = visits(people[::step][:_CADRES])
        self._ledger = Ledger(folder / "visits.sqlite")
        self.costs: list[float] = []

    def take(self, count: int) -> None:
        """A round: microseconds a command."""
        inside = SPEC.open(self._ledger)
        desk = Desk("visits", self._ledger, inside.shelf, SPEC.obeys, inside.known, utc_now)
        asked = list(batches(self._visits, count))
        began = time.perf_counter()
        answers = [desk.obey(batch) for batch in asked]
        self.costs.append(1e6 * (time.perf_counter() - began) / count)
        if not all(isinstance(one, Done) for batch in answers for one in batch):
            raise SuiteError("a command of the growing ledger was refused")

    def close(self) -> None:
        """Give the file back."""
        self._ledger.close()


def batches(asked: Iterator[LogVisit], count: int) -> Iterator[list[Request]]:
    """So many of the commands asked, as they come to the desk: 64 to a commit."""
    for _ in range(count // IN_FLIGHT):
        yield [
            Request(
                name=one.called(),
                body=one.model_dump_json(exclude_unset=True).encode(),
                command_id=str(uuid4()),
                actor="bench",
            )
            for one in islice(asked, IN_FLIGHT)
        ]


async def measure(setting: Setting) -> list[Row]:
    """Microseconds a command on the largest ledger, against the smallest."""
    count = _COMMANDS if setting.size.name != "tiny" else IN_FLIGHT
    grown = []
    for cadres in setting.size.grown:
        grown.append(_Grown(setting.new("growth"), cadres))
        setting.say(f"growth: {grown[-1].events} events")
    grown[0].take(count)
    grown[0].costs.clear()  # the first round of a process warms it
    for _ in range(4 * setting.size.rounds + 1):
        for one in grown:
            one.take(count)
    first, last = grown[0], grown[-1]
    row = Row(
        "growth",
        "µs/command",
        Goal("ratio", "≤", 1.2),
        f"the same on a ledger of {first.events} events",
        ours=last.costs,
        limit=first.costs,
        note=f"visits ledger of {last.events} events; the goal speaks of ten million"
        if last.events < 9_000_000
        else f"visits ledger of {last.events} events",
        more={
            "curve": [{"events": one.events, "cost": tidy(median(one.costs))} for one in grown],
            "generated_per_second": round(last.made_per_second),
        },
    )
    for one in grown:
        one.close()
    return [row]
