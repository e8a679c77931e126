"""A register is read with every fault named by file and row (DOMAIN.md §4)."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from registers.columns import TABLES
from registers.importing import judge
from registers.register import Register, read_register
from shared.language.faults import in_vietnamese

HERE = Path(__file__).parent
SAMPLE = HERE.parents[1] / "deploy" / "samples" / "bac-ninh-2019"
FAULTY = HERE.parent / "registers" / "bac-ninh-2019-faulty"
UNITS = ",".join(TABLES["units.csv"].columns)
LEAVE = ",".join(TABLES["leave.csv"].columns)
CADRES = ",".join(TABLES["cadres.csv"].columns)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The smallest register: a regime and no cadres."""
    shutil.copy(SAMPLE / "regime.yaml", tmp_path)
    (tmp_path / "cadres.csv").write_text(CADRES + "\n")
    return tmp_path


def read(folder: Path, file: str, content: str | bytes) -> Register:
    """The register after one file of it was written."""
    data = content.encode() if isinstance(content, str) else content
    (folder / file).write_bytes(data)
    return read_register(folder)


def refused(register: Register) -> list[tuple[str, int, str]]:
    """The refusals of the files as they were found, without the reasons."""
    return [(one.file, one.row, one.code) for one in register.refusals]


def rows(register: Register, file: str = "units.csv") -> dict[int, str]:
    """The first cell of each row, by its number."""
    return {row.number: row.cells[TABLES[file].key] for row in register.rows[file]}


def test_the_real_register_has_no_faults() -> None:
    register = read_register(SAMPLE)
    entries, refusals = judge(register)
    assert refusals == []
    assert register.regime is not None
    assert register.regime.year == 2019
    assert {file: len(found) for file, found in entries.items()} == {
        "cadres.csv": 48,
        "units.csv": 261,
        "assignments.csv": 144,
        "leave.csv": 8,
        "plans.csv": 831,
        "visits.csv": 966,
        "reports.csv": 189,
        "products.csv": 485,
        "difficulties.csv": 28,
        "appraisals.csv": 47,
    }


def test_of_the_faulty_register_the_malformed_rows_are_found_in_the_files_alone() -> None:
    expected = json.loads((FAULTY / "refusals.json").read_text())
    malformed = [
        (one["file"], one["row"])
        for one in expected
        # Whether a week is a period is for the regime to say.
        if one["code"] == "malformed" and (one["file"], one["row"]) != ("reports.csv", 125)
    ]
    _, refusals = judge(read_register(FAULTY))
    assert [(one.file, one.row) for one in refusals] == malformed
    assert {one.code for one in refusals} == {"malformed"}


def test_a_refusal_names_the_column_in_both_languages() -> None:
    _, refusals = judge(read_register(FAULTY))
    first = refusals[0].as_json()
    assert list(first) == ["file", "row", "code", "reason"]
    assert (first["file"], first["row"], first["code"]) == ("cadres.csv", 25, "malformed")
    assert all("role: " in refusals[0].reason[language] for language in ("vi", "en"))


# --- the text of a CSV file ---------------------------------------------------------------


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_byte_order_mark_and_any_line_ends_are_welcome(
    folder: Path, mark: bytes, end: str
) -> None:
    text = end.join([UNITS, "X1,Đoàn xã,commune,,,,", "X2,Đoàn xã,commune,,,,"])
    register = read(folder, "units.csv", mark + text.encode())
    assert refused(register) == []
    assert rows(register) == {2: "X1", 3: "X2"}


def test_cells_may_be_divided_by_semicolons(folder: Path) -> None:
    header = UNITS.replace(",", ";")
    register = read(folder, "units.csv", f'{header}\nX1;"Đoàn xã A; B, C";commune;;;;\n')
    [row] = register.rows["units.csv"]
    assert refused(register) == []
    assert (row.cells["unit"], row.cells["name"]) == ("X1", "Đoàn xã A; B, C")


def test_semicolons_in_a_file_with_commas_divide_nothing(folder: Path) -> None:
    register = read(folder, "units.csv", f"{UNITS}\nX1,A; B,commune,,,,\n")
    assert [row.cells["name"] for row in register.rows["units.csv"]] == ["A; B"]


def test_a_quoted_cell_with_line_breaks_is_one_row(folder: Path) -> None:
    text = f'{UNITS}\r\nX1,"Đoàn ""xã"",\r\nphường",commune,,,,\r\nX2,Đoàn xã,commune,,,,\r\n'
    register = read(folder, "units.csv", text)
    assert rows(register) == {2: "X1", 3: "X2"}
    assert register.rows["units.csv"][0].cells["name"] == 'Đoàn "xã",\r\nphường'


def test_blank_lines_are_skipped_and_counted(folder: Path) -> None:
    register = read(folder, "units.csv", f"{UNITS}\n\nX1,a,commune,,,,\n\n\nX2,b,commune,,,,\n\n")
    assert refused(register) == []
    assert rows(register) == {3: "X1", 6: "X2"}


def test_columns_may_stand_in_any_order(folder: Path) -> None:
    register = read(
        folder, "units.csv", "to,level,unit,name,code,from,parent\n,commune,X1,a,,,H1\n"
    )
    (row,) = register.rows["units.csv"]
    assert list(row.cells) == UNITS.split(",")
    assert list(row.cells.values()) == ["X1", "a", "commune", "H1", "", "", ""]


@pytest.mark.parametrize("cells", ["X2,b,commune,,,", "X2,b,commune,,,,,", " "])
def test_a_wrong_number_of_cells_refuses_that_row(folder: Path, cells: str) -> None:
    register = read(folder, "units.csv", f"{UNITS}\nX1,a,commune,,,,\n{cells}\nX3,c,commune,,,,\n")
    assert refused(register) == [("units.csv", 3, "malformed")]
    assert rows(register) == {2: "X1", 4: "X3"}


def test_a_quote_that_is_never_closed_spoils_no_other_row(folder: Path) -> None:
    lines = [
        UNITS,
        'X1,"a,commune,,,,',
        "X2,b,commune,,,,",
        'X3,"c",commune,,,,',
        "X4,d,commune,,,,",
    ]
    register = read(folder, "units.csv", "\n".join(lines))
    assert refused(register) == [("units.csv", 2, "malformed")]
    assert rows(register) == {3: "X2", 4: "X3", 5: "X4"}


def test_text_behind_a_closing_quote_refuses_that_row(folder: Path) -> None:
    register = read(folder, "units.csv", f'{UNITS}\nX1,"a"b,commune,,,,\nX2,"b",commune,,,,\n')
    assert refused(register) == [("units.csv", 2, "malformed")]
    assert rows(register) == {3: "X2"}


def test_a_nul_character_refuses_that_row(folder: Path) -> None:
    register = read(folder, "units.csv", f"{UNITS}\nX1,a\0,commune,,,,\nX2,b,commune,,,,\n")
    assert refused(register) == [("units.csv", 2, "malformed")]
    assert rows(register) == {3: "X2"}


@pytest.mark.parametrize("huge", ["z" * 300_000, '"' + "z\n" * 150_000 + '"'])
def test_a_huge_cell_refuses_that_row(folder: Path, huge: str) -> None:
    register = read(folder, "units.csv", f"{UNITS}\nX1,{huge},commune,,,,\nX2,b,commune,,,,\n")
    _, refusals = judge(register)
    assert [(one.row, one.code) for one in refusals] == [(2, "malformed")]
    assert rows(register)[3] == "X2"


@pytest.mark.parametrize("data", [UNITS.encode("utf-16"), f"{UNITS}\nX1,Đoàn".encode("cp1258")])
def test_a_file_that_is_not_utf_8_is_refused_as_row_1(folder: Path, data: bytes) -> None:
    register = read(folder, "units.csv", data)
    assert refused(register) == [("units.csv", 1, "malformed")]


# --- whole files --------------------------------------------------------------------------


def test_a_missing_file_is_an_empty_one(folder: Path) -> None:
    assert refused(read_register(folder)) == []


def test_the_regime_and_the_cadres_must_be_there(tmp_path: Path) -> None:
    expected = [("regime.yaml", 1, "missing-file"), ("cadres.csv", 1, "missing-file")]
    assert refused(read_register(tmp_path)) == expected
    assert refused(read_register(tmp_path / "nowhere")) == expected


@pytest.mark.parametrize(
    ("header", "code", "column"),
    [
        (UNITS + ",colour", "unknown-column", "colour"),
        (UNITS.replace("level", "Level"), "unknown-column", "Level"),
        (UNITS.replace("unit", " unit"), "unknown-column", " unit"),
        (UNITS + ",unit", "unknown-column", "unit"),
        (UNITS.replace(",level", ""), "missing-column", "level"),
        ("", "missing-column", "unit, name, level, parent, code, from, to"),
        ("\n" + UNITS, "missing-column", "unit, name, level, parent, code, from, to"),
    ],
)
def test_an_unknown_or_missing_column_refuses_the_file_as_row_1(
    folder: Path, header: str, code: str, column: str
) -> None:
    register = read(folder, "units.csv", f"{header}\nX1\n" if header else "")
    assert refused(register) == [("units.csv", 1, code)]
    assert f"column: {column})" in register.refusals[0].reason["vi"]
    assert register.rows["units.csv"] == []


def test_a_file_that_is_a_folder_is_refused(folder: Path) -> None:
    (folder / "units.csv").mkdir()
    assert refused(read_register(folder)) == [("units.csv", 1, "malformed")]


def test_every_fault_of_the_regime_is_a_refusal_with_its_path(folder: Path) -> None:
    text = (SAMPLE / "regime.yaml").read_text()
    wrong = text.replace("surplus: any", "surplus: some").replace("year: 2019", "year: never")
    register = read(folder, "regime.yaml", wrong)
    assert register.regime is None
    assert refused(register) == [("regime.yaml", 1, "malformed")] * 2
    assert "year: Input should" in register.refusals[0].reason["en"]
    assert "target.surplus: Input should" in register.refusals[1].reason["en"]
    assert "year: phải là số nguyên" in register.refusals[0].reason["vi"]
    assert (
        "surplus: phải là một trong: 'none', 'upward' hoặc 'any'"
        in (register.refusals[1].reason["vi"])
    )


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("2 cells instead of 9", "có 2 ô thay vì 9"),
        ("Field required", "chưa có"),
        ("Input should be a valid dictionary or instance of Regime", "phải là nhóm các mục có tên"),
        ("Input should be a valid boolean", "phải là true hoặc false"),
        ("Input should be less than or equal to 31", "phải từ 31 trở xuống"),
        ("neither a ZIP nor an XLSX file: File is not a zip file", "không phải tệp ZIP hay XLSX"),
        (
            'mapping values are not allowed here in "<unicode string>", line 1, column 5: a: b',
            "không đọc được như YAML, ở dòng 1, cột 5",
        ),
        ("what nobody foresaw", "what nobody foresaw"),
    ],
)
def test_why_something_is_malformed_is_said_in_vietnamese(reason: str, said: str) -> None:
    assert in_vietnamese(reason) == said


@pytest.mark.parametrize("data", [b"a: [", b"\xff\xfe", b"\0", b"", b"- 1"])
def test_a_regime_that_is_no_document_is_refused(folder: Path, data: bytes) -> None:
    register = read(folder, "regime.yaml", data)
    assert register.regime is None
    assert {(one.file, one.row, one.code) for one in register.refusals} == {
        ("regime.yaml", 1, "malformed")
    }


def test_refusals_stand_in_the_order_of_the_files_and_rows(folder: Path) -> None:
    (folder / "leave.csv").write_text(f"{LEAVE}\nx\nnv-1,cb-1,Sick,x,y,z\n")
    (folder / "cadres.csv").write_text("cadre\n")
    register = read(folder, "units.csv", f"{UNITS}\n" + ",,,,,,\n" * 11 + "x\n")
    _, refusals = judge(register)
    assert [(one.file, one.row) for one in refusals] == [
        ("cadres.csv", 1),
        *(("units.csv", row) for row in range(2, 14)),
        ("leave.csv", 2),
        ("leave.csv", 3),
    ]
