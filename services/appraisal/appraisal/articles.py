"""The rules of counting (quy tắc tính ngày) by name: what DOMAIN.md §6 calls each, and by which
keys of ``regime.yaml`` an organisation sets it."""

from __future__ import annotations

from typing import NamedTuple


class Article(NamedTuple):
    """One rule: the paragraph of DOMAIN.md §6, and the regime's keys; none where it is for all.

    In a key ``{kind}`` stands for the visit's kind, ``{about}`` for what a condition is about.
    """

    paragraph: str
    keys: tuple[str, ...] = ()


_VISIT, _DATE, _SLOTS = "A visit is creditable", "A date counts", "Two slots a date"

ARTICLES = {
    "not-voided": Article(_VISIT),
    "kind": Article(_VISIT, ("kinds.{kind}.counts",)),
    "evidence": Article(_VISIT, ("credit.evidence",)),
    "planned": Article(_VISIT, ("credit.unplanned",)),
    "confirmed": Article(_VISIT, ("credit.from",)),
    "report": Article(_VISIT, ("credit.from", "reports.period")),
    "whole-day": Article(_SLOTS, ("credit.half_days",)),
    "window": Article(_DATE, ("window.from", "window.to")),
    "employment": Article(_DATE),
    "leave": Article(_DATE),
    "weekend": Article(_DATE, ("credit.days",)),
    "holiday": Article(_DATE, ("credit.days", "holidays")),
    "slot": Article(_SLOTS),
}
"""What credits a half-day where it holds, and denies it where it does not."""

CONDITIONS = {
    "days": Article("Conditions", ("target.days", "target.proration", "closes_on")),
    "level": Article("Levels", ("target.by_level.{about}", "target.surplus", "closes_on")),
    "plan": Article("Conditions", ("planning.required",)),
    "report": Article(
        "Conditions", ("reports.period", "reports.required", "reports.due_days", "reports.late")
    ),
    "product": Article("Conditions", ("kinds.{kind}.product", "kinds.{kind}.product_due_days")),
}
"""The conditions of the year, by the first part of their id."""
