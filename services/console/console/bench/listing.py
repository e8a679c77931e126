"""Lists: a page of the national view, and a view built again from the ledger."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from itertools import islice
from typing import Any

from appraisal.listing import Standings, standings
from appraisal.service import SPEC
from appraisal.standing import NEVER, STANDING
from console.bench.fold import timed
from console.bench.generate import generate
from console.bench.nation import CADRES, Nation
from console.bench.row import Row, percentile
from console.bench.setting import Setting
from console.bench.story import tell
from shared.asking import Inside
from shared.ledger import Ledger
from shared.views import plain

_YEAR = 2019
_TIMES = 20
"""Pages of each kind in one round."""
_FAMILY = ("Nguyễn", "Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Đỗ", "Vũ")
_MIDDLE = ("Văn", "Thị", "Đức", "Hữu", "Minh", "Thanh")
_GIVEN = ("An", "Bình", "Chi", "Dũng", "Đạt", "Giang", "Hà", "Hải", "Khánh", "Lan", "Nga", "Phúc")
_STATUS = ("in_progress", "in_progress", "in_progress", "fulfilled", "unfulfilled", "exempt")

KINDS: dict[str, Callable[[random.Random], dict[str, Any]]] = {
    "by cadre": lambda by: {"after": f"cb-{by.randrange(CADRES):06}"},
    "by department": lambda by: {"department": f"ban-{by.randrange(300)}", "sort": "shortfall"},
    "by status": lambda by: {"status": by.choice(_STATUS), "sort": "shortfall"},
    "by lateness": lambda by: {
        "late": True,
        "sort": "lateness",
        "after": f"2019-{by.randint(1, 12):02}-05|",
    },
    "by a common name": lambda by: {"search": "nguyen van"},
    "by a rare name": lambda by: {"search": f"cb-{by.randrange(CADRES):06}"},
    "by a name nobody has": lambda by: {"search": "xyz"},
}
"""What is asked for, by kind."""


def _rows(by: random.Random, count: int) -> Iterator[dict[str, Any]]:
    for number in range(count):
        cadre = f"cb-{number:06}"
        name = f"{by.choice(_FAMILY)} {by.choice(_MIDDLE)} {by.choice(_GIVEN)} {by.choice(_GIVEN)}"
        credited = by.randrange(121)
        late = by.random() < 0.3
        yield {
            "key": f"{_YEAR}/{cadre}",
            "judged_on": "2019-11-20",
            "why": "",
            "year": _YEAR,
            "cadre": cadre,
            "name": name,
            "words": f" {plain(name)} {cadre}",
            "department": f"ban-{number % 300}",
            "status": by.choice(_STATUS),
            "credited": credited,
            "target": 120,
            "shortfall": 120 - credited,
            "unmet": int(late),
            "pending": 3,
            "late_since": f"2019-{by.randint(1, 12):02}-{by.randint(1, 28):02}" if late else NEVER,
            "due_next": "2019-12-31",
        }


def fill(inside: Inside, cadres: int) -> None:
    """A live view of so many cadres, without any facts."""
    tables, by = inside.views.tables, random.Random(_YEAR)  # noqa: S311 - no secret
    tables.order(STANDING)
    build = tables.begin(STANDING, inside.ledger.last())
    made = _rows(by, cadres)
    while rows := list(islice(made, 1000)):
        tables.write(build.table, {row["key"]: row for row in rows})
    tables.switch(STANDING, build, {}, None)


def page_times(inside: Inside, rounds: int) -> dict[str, list[float]]:
    """Milliseconds of pages of fifty, by kind, as the service answers without the bus."""
    by, found = random.Random(rounds), dict[str, list[float]]()  # noqa: S311 - no secret
    for _ in range(rounds * _TIMES):
        for kind, asked in KINDS.items():
            question = Standings.model_validate({"year": _YEAR, **asked(by)})
            found.setdefault(kind, []).append(1000 * timed(partial(standings, inside, question))[0])
    return found


async def pages(setting: Setting) -> list[Row]:
    """A page of fifty out of a hundred thousand cadres."""
    cadres = min(CADRES, 50 * setting.size.cadres)
    row = Row("list-p99-ms", "ms", None, note=f"pages of 50 of {cadres:,} cadres, all kinds")
    ledger = Ledger(setting.new("list") / "appraisal.sqlite")
    inside = SPEC.open(ledger)
    fill(inside, cadres)
    for _ in range(setting.size.rounds):
        found = page_times(inside, 1)
        row.add(percentile([one for times in found.values() for one in times], 99))
        row.more = {"p50": {kind: round(percentile(t, 50), 3) for kind, t in found.items()}}
    inside.views.close()
    ledger.close()
    return [row]


async def rebuild(setting: Setting) -> list[Row]:
    """Facts a second that a view is built again from, comparing included."""
    row = Row("rebuild", "facts/s", None, note="read, folded, judged, written, compared, switched")
    folder = setting.new("rebuild")
    generate(tell(Nation(setting.size.folded)), folder, ["appraisal"])
    ledger = Ledger(folder / "appraisal.sqlite")
    inside = SPEC.open(ledger)
    views, last = inside.views, ledger.last()
    views.today = lambda: date(2020, 1, 31)
    for number in range(1 + setting.size.rounds):
        views.tables.order(STANDING)
        seconds, _ = timed(partial(list, views.build(STANDING)))
        if number:  # the first has nothing to compare with
            row.add((last.position + last.number) / seconds)
    build = views.tables.last_build(STANDING.name)
    row.more = {"view": dict(build.result) if build else {}}
    views.close()
    ledger.close()
    return [row]
