"""A register as one workbook says what the folder says (DOMAIN.md §4)."""

from __future__ import annotations

import string
import tempfile
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from registers.columns import TABLES
from registers.importing import judge
from registers.register import Register, read_register, write_register
from shared.refused import Refused

SAMPLE = Path(__file__).parents[2] / "deploy" / "samples" / "bac-ninh-2019"
REGIME = (SAMPLE / "regime.yaml").read_text()


def cells(register: Register) -> dict[str, list[dict[str, str]]]:
    """The rows of each file, without their numbers."""
    return {file: [row.cells for row in rows] for file, rows in register.rows.items()}


def workbook(path: Path, **sheets: Sequence[Sequence[object]]) -> Register:
    """A register of which these sheets are given; the regime and no cadres beside."""
    book = Workbook()
    given_sheets: dict[str, Sequence[Sequence[object]]] = {
        "regime": [[line] for line in REGIME.splitlines()],
        "cadres": [list(TABLES["cadres.csv"].columns)],
        **sheets,
    }
    for name, rows in given_sheets.items():
        sheet = book.create_sheet(name.replace("_csv", ".csv").replace("_yaml", ".yaml"))
        for row in rows:
            sheet.append(row)
    book.save(path / "register.xlsx")
    return read_register(path / "register.xlsx")


@pytest.mark.parametrize("name", ["copy", "copy.xlsx", "deep/er/copy.XLSX"])
def test_a_register_written_and_read_again_is_the_same(tmp_path: Path, name: str) -> None:
    register = read_register(SAMPLE)
    write_register(tmp_path / name, register.regime_text, cells(register))
    assert read_register(tmp_path / name) == register


def test_a_folder_is_written_in_the_default_dialect_with_exact_columns(tmp_path: Path) -> None:
    write_register(tmp_path, REGIME, {"units.csv": [{"unit": "X1", "name": 'a "b", c'}]})
    assert (tmp_path / "units.csv").read_bytes() == (
        b"unit,name,level,parent,code,from,to\r\n" + b'X1,"a ""b"", c",,,,,\r\n'
    )
    assert (tmp_path / "regime.yaml").read_text() == REGIME
    assert len(list(tmp_path.iterdir())) == 11


# --- what a spreadsheet makes of cells ------------------------------------------------------


def test_date_cells_and_numbers_become_what_a_csv_file_would_hold(tmp_path: Path) -> None:
    units = list(TABLES["units.csv"].columns)
    register = workbook(
        tmp_path,
        units=[
            units,
            [1, 2.0, "commune", 3.5, 256, date(2018, 1, 1), datetime(2019, 6, 30)],
            ["X2", True, "commune", None, "", datetime(2018, 1, 1, 8, 30)],
        ],
    )
    assert [list(row.cells.values()) for row in register.rows["units.csv"]] == [
        ["1", "2", "commune", "3.5", "256", "2018-01-01", "2019-06-30"],
        ["X2", "True", "commune", "", "", "2018-01-01 08:30:00", ""],
    ]
    _, refusals = judge(register)
    assert [(one.row, one.code) for one in refusals] == [(3, "malformed")]


def test_short_rows_are_filled_and_empty_ones_skipped_and_counted(tmp_path: Path) -> None:
    units = list(TABLES["units.csv"].columns)
    register = workbook(
        tmp_path,
        units=[
            [*units, None, ""],
            [],
            ["X1", "a", "commune"],
            [None, ""],
            ["X2", "b", "commune", "", "", "", "", None, ""],
            ["X3", "c", "commune", "", "", "", "", "too many"],
            [""],
        ],
    )
    assert [(row.number, row.cells["unit"]) for row in register.rows["units.csv"]] == [
        (3, "X1"),
        (5, "X2"),
    ]
    assert [(one.row, one.code) for one in register.refusals] == [(6, "malformed")]


def test_sheets_may_carry_the_files_whole_names(tmp_path: Path) -> None:
    units = list(TABLES["units.csv"].columns)
    lines = [[line] for line in REGIME.splitlines()]
    register = workbook(
        tmp_path, regime=[], regime_yaml=lines, Units_csv=[units, ["X1", "a", "commune"]]
    )
    assert [(one.file, one.code) for one in register.refusals] == [("regime.yaml", "malformed")]
    assert [row.cells["unit"] for row in register.rows["units.csv"]] == ["X1"]


def test_a_workbook_must_hold_the_regime_and_the_cadres(tmp_path: Path) -> None:
    book = Workbook()
    book.create_sheet("units")
    book.save(tmp_path / "register.xlsx")
    register = read_register(tmp_path / "register.xlsx")
    assert [(one.file, one.row, one.code) for one in register.refusals] == [
        ("regime.yaml", 1, "missing-file"),
        ("cadres.csv", 1, "missing-file"),
        ("units.csv", 1, "missing-column"),
    ]


def test_columns_of_a_sheet_may_stand_in_any_order_and_none_is_unknown(tmp_path: Path) -> None:
    columns = [*reversed(TABLES["units.csv"].columns)]
    register = workbook(tmp_path, units=[columns, ["", "", "", "", "commune", "a", "X1"]])
    assert register.rows["units.csv"][0].cells["unit"] == "X1"
    register = workbook(tmp_path, units=[[*columns, "colour"]])
    assert [(one.row, one.code) for one in register.refusals] == [(1, "unknown-column")]


def test_what_is_far_too_large_is_not_kept_in_memory(tmp_path: Path) -> None:
    columns = [*TABLES["units.csv"].columns]
    wide = workbook(tmp_path, units=[columns, ["X1", *[None] * 5000, "x"]])
    assert [(one.row, one.code) for one in wide.refusals] == [(2, "malformed")]
    assert "5002 cells" in wide.refusals[0].reason["en"]
    workbook(tmp_path, units=[columns, *[["X1"]] * 600])
    assert len(read_register(tmp_path / "register.xlsx", 1000).rows["units.csv"]) == 600
    with pytest.raises(Refused, match="too-large"):
        read_register(tmp_path / "register.xlsx", 500)
    long = workbook(tmp_path, regime=[["#" * 30_000]] * 40)
    assert [(one.file, one.code) for one in long.refusals] == [("regime.yaml", "malformed")]


@pytest.mark.parametrize("data", [b"", b"not a workbook", b"PK\x03\x04" + b"\0" * 100])
def test_a_file_that_is_no_workbook_is_refused_by_its_name(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "register.xlsx").write_bytes(data)
    register = read_register(tmp_path / "register.xlsx")
    assert [(one.file, one.row, one.code) for one in register.refusals] == [
        ("register.xlsx", 1, "malformed")
    ]


def test_a_cell_that_no_spreadsheet_holds_is_not_cut_short(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="too-large"):
        write_register(tmp_path / "x.xlsx", REGIME, {"plans.csv": [{"topic": "x" * 32_768}]})


# --- any text ------------------------------------------------------------------------------

NASTY = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20),
    st.text("\"',;\t\r\n =+-@#_x005FDđộ " + string.digits, max_size=20),
    st.sampled_from(["=1+1", "#N/A", "_x000D_", "0123", "1e3", " đi ", "a\r\nb", "\x01\x1f"]),
)


def some_rows(file: str) -> st.SearchStrategy[list[dict[str, str]]]:
    columns = TABLES[file].columns
    filled = NASTY.filter(bool)
    row = st.fixed_dictionaries({c: filled if c == columns[0] else NASTY for c in columns})
    return st.lists(row, max_size=4)


@pytest.mark.parametrize("name", ["copy", "copy.xlsx"])
@settings(max_examples=60, deadline=None)
@given(rows=st.fixed_dictionaries({file: some_rows(file) for file in ("units.csv", "plans.csv")}))
def test_any_text_comes_back_as_it_was(name: str, rows: dict[str, list[dict[str, str]]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        write_register(path, REGIME, rows)
        register = read_register(path)
    assert register.refusals == []
    assert register.regime_text == REGIME
    found = cells(register)
    assert {file: found[file] for file in rows} == rows
