"""Why (vì sao) a cadre stands where they stand, from the books alone."""

from __future__ import annotations

from datetime import date

from appraisal.explaining import Shown, explained
from console.audit.books import Books
from console.audit.judging import filed


def explain(books: Books, cadre: str, year: int, as_of: date, known_at: str | None = None) -> Shown:
    """As :func:`explained`, of every entry that was known then."""
    return explained(filed(books.known_at(known_at)), cadre, year, as_of, known_at)
