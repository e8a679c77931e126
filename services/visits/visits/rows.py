"""The register's rows of what is recorded, for export: a column's name to its cell.

Columns in the order of DOMAIN.md §4; an empty cell means "not (yet)". A row tells what
stands now, so that entering it again changes nothing.
"""

from __future__ import annotations

from typing import Any

from visits.diary import Diary
from visits.difficulty import Difficulty
from visits.product import Product
from visits.report import Report

Row = dict[str, str]

COLUMNS: dict[str, tuple[str, ...]] = {
    "visits.csv": (
        "visit",
        "cadre",
        "unit",
        "kind",
        "line",
        "from",
        "to",
        "portion",
        "evidence",
        "evidence_no",
        "logged_on",
        "confirmed_on",
        "confirmed_by",
        "voided_on",
    ),
    "reports.csv": ("report", "cadre", "period", "submitted_on", "accepted_on", "accepted_by"),
    "products.csv": ("product", "visit", "submitted_on", "accepted_on", "accepted_by"),
    "difficulties.csv": (
        "difficulty",
        "cadre",
        "period",
        "unit",
        "text",
        "raised_on",
        "escalated_on",
        "escalated_to",
        "answered_on",
    ),
}
"""The columns of this service's files, in their order."""


def visit_rows(diary: Diary) -> list[Row]:
    """Rows of ``visits.csv``: the current version of every visit, logged when corrected."""
    return [
        _row(
            "visits.csv",
            visit.visit,
            visit.cadre,
            visit.trip.unit,
            visit.trip.kind,
            visit.trip.line,
            visit.trip.from_,
            visit.trip.to,
            visit.trip.portion,
            visit.trip.evidence,
            visit.trip.evidence_no,
            visit.logged_on,
            visit.confirmed_on,
            visit.confirmed_by,
            visit.voided_on,
        )
        for visit in diary.visits.values()
    ]


def report_row(report: Report) -> Row:
    """A row of ``reports.csv``: as last handed in, with its acceptance."""
    return _row("reports.csv", report.report, report.cadre, report.period, *report.paper.row)


def product_row(product: Product) -> Row:
    """A row of ``products.csv``: as last handed in, with its acceptance."""
    return _row("products.csv", product.product, product.visit, *product.paper.row)


def difficulty_row(difficulty: Difficulty) -> Row:
    """A row of ``difficulties.csv``."""
    return _row(
        "difficulties.csv",
        difficulty.difficulty,
        difficulty.cadre,
        difficulty.period,
        difficulty.unit,
        difficulty.text,
        difficulty.raised_on,
        difficulty.escalated_on,
        difficulty.escalated_to,
        difficulty.answered_on,
    )


def _row(file: str, *values: Any) -> Row:
    cells = ("" if value is None else str(value) for value in values)
    return dict(zip(COLUMNS[file], cells, strict=True))
