"""Whole registers: what they refuse, and that what is entered comes out again."""

from __future__ import annotations

from pathlib import Path

import pytest
from visits.diary import diary
from visits.difficulty import difficulty
from visits.product import product
from visits.report import report
from visits.rows import difficulty_row, product_row, report_row, visit_rows

from .registers import FILES, Book, command, enter, heard, refusals, rows

ROOT = Path(__file__).parents[2]
FAULTY = ROOT / "tests/registers/bac-ninh-2019-faulty"
CLEAN = [ROOT / "deploy/samples/bac-ninh-2019", ROOT / "tests/registers/ba-ria-vung-tau-2019"]


def book_of(register: Path) -> Book:
    book = Book()
    for fact in heard(register):
        book.record(fact)
    return book


def test_a_faulty_register_is_refused_row_by_row_with_the_codes_it_lists() -> None:
    expected = {one for one in refusals(FAULTY) if one[0] in FILES}
    assert expected
    assert enter(book_of(FAULTY), FAULTY) == expected


@pytest.mark.parametrize("register", CLEAN, ids=lambda register: register.name)
def test_a_clean_register_comes_out_as_it_went_in_and_once_only(register: Path) -> None:
    book = book_of(register)
    assert enter(book, register) == set()

    found = {file: {} for file in FILES}
    for stream in book.streams:
        match stream.split("/")[0]:
            case "diary":
                for row in visit_rows(book.state(diary, stream)):
                    found["visits.csv"][row["visit"]] = row
            case "report":
                row = report_row(book.state(report, stream))
                found["reports.csv"][row["report"]] = row
            case "product":
                row = product_row(book.state(product, stream))
                found["products.csv"][row["product"]] = row
            case "difficulty":
                row = difficulty_row(book.state(difficulty, stream))
                found["difficulties.csv"][row["difficulty"]] = row
    for file, (decider, _, _) in FILES.items():
        entered = [row for _, row in rows(register, file)]
        assert list(found[file].values()) == entered or sorted(
            map(str, found[file].values())
        ) == sorted(map(str, entered))
        assert all(list(one) == list(entered[0]) for one in found[file].values())
        for row in entered:
            assert book.obey(decider, command(file, row)) == []
