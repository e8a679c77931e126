"""What can be asked of the visits service."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from shared.asking import Answer, Inside, Page, Then, page_of
from shared.grounds import grounds
from shared.values import Key
from visits import rows
from visits.diary import diary
from visits.difficulty import difficulty
from visits.heat import UnitMonths, unit_months
from visits.listing import (
    Difficulties,
    Grounds,
    Products,
    Reports,
    Waiting,
    difficulties,
    more_of,
    papers_of,
    products,
    reports,
    waiting,
)
from visits.product import product
from visits.report import report


class Rows(Page):
    """Sổ: the rows of one file of the register, as they stand (DOMAIN.md §4)."""

    file: Literal["visits.csv", "reports.csv", "products.csv", "difficulties.csv"]
    year: int


class TheDiary(Then):
    """Sổ đi cơ sở: one cadre's visits of one year, as they stand.

    ``more``, by visit: why it was voided or corrected, and its files.
    """

    cadre: Key
    year: int


def _rows(inside: Inside, question: Rows) -> dict[str, Any]:
    inside = inside.then(question.as_of, question.known_at)
    prefix, of = _FILES[question.file]
    prefix = prefix.format(year=question.year)
    return page_of(inside, prefix, question, lambda stream: of(inside, stream, question.year))


def _visits(inside: Inside, stream: str, year: int) -> list[dict[str, str]]:
    return rows.visit_rows(inside.shelf.state(diary, stream))


def _grounds(inside: Inside, question: Grounds) -> dict[str, Any]:
    own = f"diary/{question.year}/{question.cadre}"
    return {"entries": grounds(inside.ledger, [own, *papers_of(inside, question)])}


def _reports(inside: Inside, stream: str, year: int) -> list[dict[str, str]]:
    found = inside.shelf.state(report, stream)
    return [rows.report_row(found)] if found and found.year == year else []


def _products(inside: Inside, stream: str, year: int) -> list[dict[str, str]]:
    found = inside.shelf.state(product, stream)
    return [rows.product_row(found)] if found and found.year == year else []


def _difficulties(inside: Inside, stream: str, year: int) -> list[dict[str, str]]:
    found = inside.shelf.state(difficulty, stream)
    return [rows.difficulty_row(found)] if found and found.year == year else []


_FILES: dict[str, tuple[str, Callable[[Inside, str, int], list[dict[str, str]]]]] = {
    "visits.csv": ("diary/{year}/", _visits),
    "reports.csv": ("report/", _reports),
    "products.csv": ("product/", _products),
    "difficulties.csv": ("difficulty/", _difficulties),
}


def _diary(inside: Inside, question: TheDiary) -> dict[str, Any]:
    inside = inside.then(question.as_of, question.known_at)
    found = inside.shelf.state(diary, f"diary/{question.year}/{question.cadre}")
    return {
        "visits": rows.visit_rows(found),
        "more": {visit.visit: more_of(visit) for visit in found.visits.values()},
    }


ANSWERS: dict[str, Answer] = {
    "rows": (Rows, _rows),
    "diary": (TheDiary, _diary),
    "unit-months": (UnitMonths, unit_months),
    "waiting": (Waiting, waiting),
    "grounds": (Grounds, _grounds),
    "reports": (Reports, reports),
    "products": (Products, products),
    "difficulties": (Difficulties, difficulties),
}
