"""Whole registers: what they refuse, and that what is entered comes out again, once only."""

from __future__ import annotations

from pathlib import Path

import pytest

from .registers import FILES, Book, command, enter, export, heard, refusals, rows

ROOT = Path(__file__).parents[2]
FAULTY = ROOT / "tests/registers/bac-ninh-2019-faulty"
CLEAN = [ROOT / "deploy/samples/bac-ninh-2019", ROOT / "tests/registers/ba-ria-vung-tau-2019"]


def test_a_faulty_register_is_refused_row_by_row_with_the_codes_it_lists() -> None:
    expected = {one for one in refusals(FAULTY) if one[0] in FILES}
    assert expected
    assert enter(Book(heard(FAULTY)), FAULTY) == expected


@pytest.mark.parametrize("register", CLEAN, ids=lambda register: register.name)
def test_a_clean_register_comes_out_as_it_went_in(register: Path) -> None:
    book = Book(heard(register))
    assert enter(book, register) == set()
    for file in FILES:
        told = [row for _, row in rows(register, file)]
        found = export(book, file)
        assert [list(row) for row in found] == [list(row) for row in told]  # columns in order
        assert {tuple(row.values()) for row in found} == {tuple(row.values()) for row in told}


@pytest.mark.parametrize("register", CLEAN, ids=lambda register: register.name)
def test_a_register_entered_twice_changes_nothing(register: Path) -> None:
    book = Book(heard(register))
    enter(book, register)
    for file, (decider, _, _) in FILES.items():
        for _, row in rows(register, file):
            assert book.obey(decider, command(file, row)) == []
