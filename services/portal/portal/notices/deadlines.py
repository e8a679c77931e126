"""Deadlines (hạn) of a cadre's year, and how near each is: pure, of answers and the day.

What is due when the services say (DOMAIN.md §6, ``ask.appraisal.assess``) and, of plans, the
regime (``planning.due_day``); whether a cadre has done their part what was handed in. An outcome
report that waits to be accepted is nobody's to hurry who wrote it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from portal.notices.deciding import Notice
from portal.owed import owed
from portal.paths import segment
from portal.quarters import plan_due
from shared.regime import Regime

What = Literal["plan", "report", "product", "days"]
Stage = Literal["soon", "last", "overdue"]
Row = Mapping[str, Any]

LEADS: Mapping[What, tuple[int, int]] = {
    "plan": (7, 1),
    "report": (7, 1),
    "product": (7, 1),
    "days": (60, 14),
}
"""Days before the due day from which somebody is told, and told once more."""
OLD = timedelta(days=30)
"""What is overdue for longer is no news: it stands on the page, and the late are chased."""


@dataclass(frozen=True)
class Deadline:
    """Một hạn; ``id`` is the condition's, ``open`` whether the cadre has something to do."""

    id: str
    what: What
    about: str
    due: date
    open: bool
    late: date
    """From when on it is overdue."""
    link: str
    missing: str = ""
    """Of the year's target: how many days."""


def deadlines(
    regime: Regime,
    assessed: Row,
    reports: Iterable[Row],
    products: Iterable[Row],
    handed_in: Mapping[str, bool],
) -> list[Deadline]:
    """What is due in a cadre's year, by day; ``handed_in`` says of quarters whether a plan was."""
    found = [*_plans(regime, assessed, handed_in), *_days(regime, assessed)]
    found += _papers(regime, "report", assessed, reports)
    found += _papers(regime, "product", assessed, products)
    return sorted(found, key=lambda one: (one.due, one.id))


def _conditions(assessed: Row, kind: str) -> Iterator[tuple[str, Row]]:
    for one in assessed["assessment"]["conditions"]:
        of, _, about = one["id"].partition(":")
        if of == kind:
            yield about, one


def _plans(regime: Regime, assessed: Row, handed_in: Mapping[str, bool]) -> Iterator[Deadline]:
    for quarter, one in _conditions(assessed, "plan"):
        due = plan_due(quarter, regime)
        open_ = one["state"] != "met" and not handed_in.get(quarter, False)
        link = f"/plan/{quarter}?year={regime.year}"
        yield Deadline(one["id"], "plan", quarter, due, open_, due + timedelta(days=1), link)


def _papers(
    regime: Regime, what: Literal["report", "product"], assessed: Row, papers: Iterable[Row]
) -> Iterator[Deadline]:
    for one in owed(what, assessed, papers):
        if one.due is None:
            continue
        due = date.fromisoformat(one.due)
        path = "/reports/of/" if what == "report" else "/reports/product/"
        link = f"{path}{segment(one.about)}?year={regime.year}"
        open_ = one.open and one.state != "met"
        late = due + timedelta(days=1)
        yield Deadline(f"{what}:{one.about}", what, one.about, due, open_, late, link)


def _days(regime: Regime, assessed: Row) -> Iterator[Deadline]:
    for _, one in _conditions(assessed, "days"):
        yield Deadline(
            "days",
            "days",
            str(regime.year),
            regime.window.to,
            one["state"] != "met",
            max(regime.closes_on, regime.window.to + timedelta(days=1)),
            f"/?year={regime.year}",
            f"{assessed['assessment']['shortfall']:g}",
        )


def stage(one: Deadline, today: date) -> Stage | None:
    """How near an open deadline is: only the newest stage, whatever was not told before."""
    if not one.open or today >= one.late + OLD:
        return None
    if today >= one.late:
        return "overdue"
    soon, last = (one.due - timedelta(days=lead) for lead in LEADS[one.what])
    if today > one.due:  # of the year's target: what was done may still be credited
        return None
    return "last" if today >= last else "soon" if today >= soon else None


def of_day(cadre: str, year: int, every: Iterable[Deadline], today: date) -> list[Notice]:
    """The notices of a day: each deadline at each of its stages, once."""
    return [
        Notice(
            f"{year}/{one.id}/{one.due}/{now}",
            cadre,
            "overdue" if now == "overdue" else "soon",
            f"{one.what}/{now}",
            {"about": one.about, "due": one.due.isoformat()}
            | ({"missing": one.missing} if one.missing else {}),
            one.link,
        )
        for one in every
        if (now := stage(one, today)) is not None
    ]


# --- what waits for those above -----------------------------------------------------------------

AGAIN = timedelta(days=7)
"""After so long somebody is told again of what still waits, and no more of it."""


@dataclass(frozen=True)
class Waited:
    """When somebody was last told that something waits, and how much waited when last looked."""

    on: date
    count: int


def waiting(cadre: str, count: int, last: Waited | None, today: date, link: str) -> Notice | None:
    """One notice of all that waits: when there is more than was told, or after a week."""
    if count == 0 or (last and count <= last.count and today < last.on + AGAIN):
        return None
    told = {"count": str(count), "on": today.isoformat()}
    return Notice(f"waiting/{today}", cadre, "waiting", "waiting", told, link)
