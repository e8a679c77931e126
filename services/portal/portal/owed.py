"""What a cadre owes (báo cáo phải nộp): outcome and product reports, when due, how far each is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from shared.dates import first_day, last_day, month_of, quarter_of

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Owed:
    """One report that is owed for a period, or a product for a visit; and what was handed in.

    ``paper`` is the one that counts: the accepted one, else the last handed in.
    """

    about: str
    due: str | None
    state: str
    reason: Mapping[str, str] | None
    paper: Row | None

    @property
    def open(self) -> bool:
        """Whether it is to be written, for the first time or again."""
        return self.paper is None or self.paper["state"] == "returned"


def owed(kind: str, assessed: Mapping[str, Any], papers: Iterable[Row]) -> list[Owed]:
    """What the conditions ``report:…`` or ``product:…`` demand; and papers that none demands."""
    about = "period" if kind == "report" else "visit"
    of: dict[str, list[Row]] = {}
    for paper in papers:
        of.setdefault(paper[about], []).append(paper)
    found = [
        Owed(
            name,
            assessed["due"].get(one["id"]),
            one["state"],
            one["reason"],
            _counting(of.pop(name, [])),
        )
        for one in assessed["assessment"]["conditions"]
        if (name := one["id"].removeprefix(f"{kind}:")) != one["id"]
    ]
    beyond = [Owed(name, None, "", None, _counting(papers)) for name, papers in of.items()]
    return sorted([*found, *beyond], key=lambda one: (one.due or "9999", one.about))


def _counting(papers: list[Row]) -> Row | None:
    rank = {"accepted": 2, "submitted": 1, "returned": 0}
    return max(
        papers, key=lambda one: (rank[one["state"]], one["submitted_on"] or ""), default=None
    )


def period_of(day: date, kind: str) -> str:
    """The period of a regime (quarter or month) that holds a day."""
    return month_of(day) if kind == "month" else quarter_of(day)


def periods(kind: str, quarters: Iterable[str]) -> list[str]:
    """The periods of a regime's year for which there can be a report."""
    if kind == "quarter":
        return list(quarters)
    months = []
    for quarter in quarters:
        last = last_day(quarter)
        months += [f"{last.year:04}-{month:02}" for month in range(last.month - 2, last.month + 1)]
    return months


def inside(visit: Mapping[str, str], period: str) -> bool:
    """Whether a visit, not voided, has a date in the period; or is the one that it names."""
    if visit["voided_on"]:
        return False
    if visit["visit"] == period:
        return True
    try:
        first, last = first_day(period), last_day(period)
    except ValueError:
        return False
    return visit["from"] <= last.isoformat() and visit["to"] >= first.isoformat()
