"""How a row of cells becomes a command (DOMAIN.md §4, the table of files)."""

from __future__ import annotations

from datetime import date

import pytest

from registers.columns import TABLES
from shared.language.planning import AppointCadre, RegisterUnit
from shared.language.visits import EnterVisit
from shared.refused import Refused
from shared.values import Duty, Employment, Role

ROWS = {
    "cadres.csv": "cb-1,An,ban-a,Phó ban,cadre,union,contract,2018-01-01,2019-06-30",
    "units.csv": "X1,Đoàn xã,commune,H1,09163,2018-01-01,2019-06-30",
    "assignments.csv": "cb-1,X1,2018-01-01,2019-06-30",
    "leave.csv": "nv-1,cb-1,sick,2019-01-01,2019-01-02,2019-01-03",
    "plans.csv": "dk-1,cb-1,2019-Q1,X1,regular,2019-01-01,2019-01-02,Chủ đề,2019-01-03,2019-01-04",
    "visits.csv": "lv-1,cb-1,X1,regular,dk-1,2019-01-01,2019-01-02,full,decision,1-CL,"
    "2019-01-03,2019-01-04,cb-2,2019-01-05",
    "reports.csv": "bc-1,cb-1,2019-Q1,2019-04-01,2019-04-02,cb-2",
    "products.csv": "sp-1,lv-1,2019-04-01,2019-04-02,cb-2",
    "difficulties.csv": "kk-1,cb-1,2019-Q1,X1,Thiếu sân,2019-04-01,2019-04-02,Thường vụ,2019-04-03",
    "appraisals.csv": "cb-1,good,yes,no,2019-12-10",
}


def cells(file: str, **other: str) -> dict[str, str]:
    """A full row of the file, with other cells where they are named (``from_`` for from)."""
    row = dict(zip(TABLES[file].columns, ROWS[file].split(","), strict=True))
    return {**row, **{column.rstrip("_"): cell for column, cell in other.items()}}


def refused(file: str, **other: str) -> dict[str, str]:
    """The faults of a row, by column."""
    with pytest.raises(Refused) as caught:
        TABLES[file].enter(cells(file, **other), 2019)
    assert caught.value.code == "malformed"
    return {fault["path"]: fault["reason"] for fault in caught.value.detail["faults"]}


def test_the_files_are_sent_in_the_order_in_which_they_refer_to_each_other() -> None:
    assert list(TABLES) == list(ROWS)


@pytest.mark.parametrize("file", ROWS)
def test_every_cell_of_a_full_row_is_in_its_command(file: str) -> None:
    command = TABLES[file].enter(cells(file), 2019)
    said = command.model_dump(mode="json")
    assert {column: said[column] for column in TABLES[file].columns} == cells(file)


@pytest.mark.parametrize("file", ROWS)
def test_only_bold_cells_must_be_filled(file: str) -> None:
    table = TABLES[file]
    empty = {column: "" for column in table.columns if column not in table.bold}
    said = table.enter({**cells(file), **empty}, 2019).model_dump(mode="json")
    assert not any(said[column] for column in empty)


def test_a_blank_cell_is_not_an_empty_one() -> None:
    """An empty cell means "not (yet)"; two blanks are no date."""
    assert set(refused("visits.csv", voided_on="  ")) == {"voided_on"}


@pytest.mark.parametrize("blank", ["", "  "])
@pytest.mark.parametrize(
    ("file", "column"),
    [(file, column) for file, table in TABLES.items() for column in sorted(table.bold)],
)
def test_an_empty_bold_cell_is_malformed(file: str, column: str, blank: str) -> None:
    assert set(refused(file, **{column: blank})) == {column}


def test_the_defaults_of_live_use_do_not_fill_a_register() -> None:
    assert AppointCadre(cadre="cb-1", department="ban-a").role == Role.CADRE
    assert set(refused("cadres.csv", role="", duty="", employment="")) == {
        "role",
        "duty",
        "employment",
    }


def test_the_regimes_year_goes_along_where_the_command_has_a_year() -> None:
    visit = TABLES["visits.csv"].enter(cells("visits.csv"), 2020)
    assert isinstance(visit, EnterVisit)
    assert visit.filed == 2020
    assert "year" not in TABLES["units.csv"].enter(cells("units.csv"), 2020).model_dump()


def test_cells_are_taken_as_they_stand() -> None:
    unit = TABLES["units.csv"].enter(cells("units.csv", unit=" X1", name=" Đoàn\nxã "), 2019)
    assert isinstance(unit, RegisterUnit)
    assert (unit.unit, unit.name) == (" X1", " Đoàn\nxã ")


def test_every_fault_of_a_row_is_named_by_its_column() -> None:
    found = refused("leave.csv", kind="Sick", from_="1/2/2019", to="2019-02-30")
    assert set(found) == {"kind", "from", "to"}


@pytest.mark.parametrize(
    "spelling", ["2019-1-5", "20190105", "05/01/2019", " 2019-01-05", "2019-W01"]
)
def test_a_date_has_one_spelling(spelling: str) -> None:
    assert set(refused("visits.csv", confirmed_on=spelling)) == {"confirmed_on"}
    good = TABLES["visits.csv"].enter(cells("visits.csv", confirmed_on="2019-01-05"), 2019)
    assert isinstance(good, EnterVisit)
    assert good.confirmed_on == date(2019, 1, 5)


@pytest.mark.parametrize(
    ("file", "column", "word"),
    [
        ("cadres.csv", "role", "emperor"),
        ("cadres.csv", "duty", "Union"),
        ("cadres.csv", "employment", "civil servant"),
        ("units.csv", "level", "planet"),
        ("visits.csv", "portion", "evening"),
        ("visits.csv", "evidence", "Travel Order"),
        ("plans.csv", "quarter", "2019-Q5"),
        ("plans.csv", "quarter", "2019-Q1\n"),
        ("appraisals.csv", "classification", "superb"),
        ("appraisals.csv", "discipline", "maybe"),
    ],
)
def test_a_word_that_is_not_listed_is_malformed(file: str, column: str, word: str) -> None:
    assert set(refused(file, **{column: word})) == {column}


def test_a_cell_longer_than_any_key_or_text_is_malformed() -> None:
    assert set(refused("plans.csv", line="x" * 1_001, topic="y" * 100_001)) == {"line", "topic"}


def test_the_listed_words_of_a_cadre_are_understood() -> None:
    cadre = TABLES["cadres.csv"].enter(cells("cadres.csv", role="standing", duty="support"), 2019)
    assert isinstance(cadre, AppointCadre)
    assert (cadre.role, cadre.duty, cadre.employment) == (
        Role.STANDING,
        Duty.SUPPORT,
        Employment.CONTRACT,
    )
