"""Visits (lượt đi) as a page tells them: where each stands, what it is credited, and why not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class TheVisit:
    """A visit of ``ask.visits.diary``, with what ``ask.appraisal.assess`` says of it.

    ``state``: logged, confirmed or voided. ``why_not``: each reason, with the dates it is about,
    none where it is about the visit.
    """

    row: Mapping[str, str]
    voided_why: str
    corrected_why: str
    files: tuple[Mapping[str, Any], ...]
    days: float
    why_not: tuple[tuple[Mapping[str, str], tuple[str, ...]], ...]

    @property
    def state(self) -> str:
        if self.row["voided_on"]:
            return "voided"
        return "confirmed" if self.row["confirmed_on"] else "logged"


def visits_told(diary: Mapping[str, Any], assessed: Mapping[str, Any]) -> list[TheVisit]:
    """The visits of a diary, the latest first."""
    halves: dict[str, int] = defaultdict(int)
    for credit in assessed["credits"]:
        halves[credit["visit"]] += 1
    denied: dict[str, dict[str, list[Any]]] = defaultdict(dict)
    for denial in assessed["denials"]:
        reasons = denied[denial["visit"]]
        of = reasons.setdefault(denial["reason"]["vi"], [denial["reason"], []])
        if denial["date"] and denial["date"] not in of[1]:
            of[1].append(denial["date"])
    told = [
        TheVisit(
            row=row,
            voided_why=diary["more"][row["visit"]]["voided_why"],
            corrected_why=diary["more"][row["visit"]]["corrected_why"],
            files=tuple(diary["more"][row["visit"]]["files"]),
            days=halves[row["visit"]] / 2,
            why_not=tuple(
                (reason, tuple(dates)) for reason, dates in denied[row["visit"]].values()
            ),
        )
        for row in diary["visits"]
    ]
    return sorted(told, key=lambda one: (one.row["from"], one.row["visit"]), reverse=True)


def by_month(visits: Iterable[TheVisit]) -> dict[date, list[TheVisit]]:
    """The visits by the month of their first day, in the order given."""
    months: dict[date, list[TheVisit]] = defaultdict(list)
    for one in visits:
        months[date.fromisoformat(one.row["from"]).replace(day=1)].append(one)
    return dict(months)
