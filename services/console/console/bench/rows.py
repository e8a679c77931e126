"""Every row of the table, by the function that measures it; a new row is a line here."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from console.bench import (
    assessing,
    commands,
    fold,
    growth,
    hearing,
    lag,
    leaf,
    library,
    listing,
    pages,
    suite_rows,
    verifying,
)
from console.bench.row import Row
from console.bench.setting import Setting
from console.suite import SuiteError
from shared.refused import Refused


@dataclass(frozen=True, slots=True)
class Measure:
    """One measurement, and the rows that it yields."""

    rows: tuple[str, ...]
    take: Callable[[Setting], Awaitable[list[Row]]]


MEASURES = (
    Measure(("commands-sqlite",), commands.on_sqlite),
    Measure(("commands-postgres",), commands.on_postgres),
    Measure(("fold",), fold.measure),
    Measure(("fold-vs-library",), library.measure),
    Measure(("verify",), verifying.measure),
    Measure(("hearing",), hearing.measure),
    Measure(("lag-p50-ms", "lag-p99-ms"), lag.measure),
    Measure(("assess-ms", "assess-held-ms"), assessing.measure),
    Measure(("growth",), growth.measure),
    Measure(("leaf-cost",), leaf.measure),
    Measure(("list-p99-ms",), listing.pages),
    Measure(("rebuild",), listing.rebuild),
    Measure(("page-ms-bac-ninh",), pages.bac_ninh),
    Measure(("page-ms-10k",), pages.many_cadres),
    Measure(("demo-s",), suite_rows.demo),
    Measure(("idle-rss-mb",), suite_rows.idle),
)


async def measure(setting: Setting, wanted: Sequence[str] = ()) -> list[Row]:
    """The rows wanted, all where none is named, in the order of the table.

    What cannot be measured stands there with the reason, and the others go on.
    """
    found: list[Row] = []
    for one in MEASURES:
        if wanted and not set(one.rows) & set(wanted):
            continue
        setting.say(", ".join(one.rows))
        try:
            rows = await one.take(setting)
        except (SuiteError, Refused, TimeoutError, OSError) as error:
            rows = [Row(id, "", None, missing=repr(error)) for id in one.rows]
        found += [row for row in rows if not wanted or row.id in wanted]
    return found
