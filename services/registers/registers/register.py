"""The register (sổ): one year as files, read with all their faults and written again.

DOMAIN.md §4. What is judged here is judged of the files alone: whether they are there,
are text, have the columns, and rows of the right length. What a row says is looked at
when it becomes a command (columns.py), and whether it is true only by the services.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from registers.columns import REGIME, TABLES, Contents, Line, Table
from registers.csv_files import read_folder, write_folder
from shared.language.faults import in_vietnamese
from shared.language.refusals import say
from shared.refused import Refused
from shared.regime import Regime, read_regime

MUST_BE_THERE = (REGIME, "cadres.csv")
_LONGEST_REGIME = 1_000_000
"""Characters of a regime's text: nobody writes so much, and reading it takes minutes."""


@dataclass(frozen=True)
class Row:
    """One row: its number as a spreadsheet shows it, and every cell by its column."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Refusal:
    """Một dòng bị từ chối: the file, the row, the stable code, and the reason for people."""

    file: str
    row: int
    code: str
    reason: dict[str, str]

    @classmethod
    def of(cls, file: str, row: int, refused: Refused) -> Refusal:
        """The refusal of a row; of ``faults`` each is named as ``path: reason``."""
        detail = dict(refused.detail)
        named = {fault["path"]: fault["reason"] for fault in detail.pop("faults", [])}
        vi = {path: in_vietnamese(reason) for path, reason in named.items()}
        reason = {
            "vi": say(refused.code, {**vi, **detail})["vi"],
            "en": say(refused.code, {**named, **detail})["en"],
        }
        return cls(file, row, refused.code, reason)

    @property
    def place(self) -> tuple[int, int]:
        """Where it stands in a report: by the files' order, then by row."""
        files = (REGIME, *TABLES)
        return files.index(self.file) if self.file in files else -1, self.row

    def as_json(self) -> dict[str, object]:
        """``{"file", "row", "code", "reason"}``."""
        return {"file": self.file, "row": self.row, "code": self.code, "reason": self.reason}


@dataclass(frozen=True)
class Register:
    """A register as it was read; ``regime`` is None where its file is refused."""

    regime: Regime | None
    regime_text: str
    rows: dict[str, list[Row]]
    refusals: list[Refusal]


def read_register(path: Path, most: int | None = None) -> Register:
    """The register in a folder of CSV files, or in an XLSX workbook.

    Raises Refused only where a workbook has more than ``most`` rows in all: ``too-large``.
    """
    try:
        contents = _read_workbook(path, most) if path.is_file() else read_folder(path)
    except Refused as refused:
        if refused.code == "too-large":
            raise
        return Register(None, "", {}, [Refusal.of(path.name, 1, refused)])
    refusals = []
    sheets: dict[str, list[Line]] = {}
    for file in (REGIME, *TABLES):
        match contents.get(file):
            case Refused() as unreadable:
                refusals.append(Refusal.of(file, 1, unreadable))
            case None if file in MUST_BE_THERE:
                refusals.append(Refusal.of(file, 1, Refused("missing-file")))
            case list(lines):
                sheets[file] = lines
    regime, text = None, ""
    if REGIME in sheets:
        regime, text, faulty = _regime(sheets.pop(REGIME))
        refusals += faulty
    rows = {}
    for file, lines in sheets.items():
        rows[file], faulty = _rows(TABLES[file], lines)
        refusals += faulty
    return Register(regime, text, rows, sorted(refusals, key=lambda refusal: refusal.place))


def _read_workbook(path: Path, most: int | None) -> Contents:
    from registers.workbook import read_workbook  # openpyxl takes a fifth of `dicoso`'s start

    return read_workbook(path, most)


def _regime(lines: list[Line]) -> tuple[Regime | None, str, list[Refusal]]:
    """The regime, its text, and a refusal for each of its faults."""
    cells = [cells[0] if isinstance(cells, list) and cells else "" for _, cells in lines]
    if sum(map(len, cells)) > _LONGEST_REGIME:
        reason = f"longer than {_LONGEST_REGIME} characters"
        return None, "", [_malformed(REGIME, 1, "(file)", reason)]
    text = "\n".join(cells).rstrip("\n") + "\n"
    try:
        return read_regime(text), text, []
    except Refused as refused:
        each = [Refused(refused.code, faults=[fault]) for fault in refused.detail["faults"]]
        return None, text, [Refusal.of(REGIME, 1, one) for one in each]


def _rows(table: Table, lines: list[Line]) -> tuple[list[Row], list[Refusal]]:
    """The rows of a file and the refusals of those that cannot be laid out by its columns."""
    header = lines[0][1] if lines else []
    try:
        columns = _columns(table, header)
    except Refused as refused:
        return [], [Refusal.of(table.file, 1, refused)]
    rows, refusals = [], []
    for number, cells in lines[1:]:
        match cells:
            case Refused():
                refusals.append(Refusal.of(table.file, number, cells))
            case []:
                pass
            case _ if len(cells) != len(columns):
                reason = f"{len(cells)} cells instead of {len(columns)}"
                refusals.append(_malformed(table.file, number, "(row)", reason))
            case _ if broken := [c for c, cell in zip(columns, cells, strict=True) if "\0" in cell]:
                refusals.append(_malformed(table.file, number, broken[0], "holds a NUL character"))
            case _:
                by_column = dict(zip(columns, cells, strict=True))
                rows.append(Row(number, {column: by_column[column] for column in table.columns}))
    return rows, refusals


def _malformed(file: str, number: int, path: str, reason: str) -> Refusal:
    refused = Refused("malformed", faults=[{"path": path, "reason": reason}])
    return Refusal.of(file, number, refused)


def _columns(table: Table, header: list[str] | Refused) -> list[str]:
    """The columns in the file's own order; a column given twice is one too many."""
    if isinstance(header, Refused):
        raise header
    unknown = Counter(header) - Counter(table.columns)
    if unknown:
        raise Refused("unknown-column", column=", ".join(unknown))
    missing = Counter(table.columns) - Counter(header)
    if missing:
        raise Refused("missing-column", column=", ".join(missing))
    return header


def write_register(
    path: Path, regime_text: str, rows_by_file: Mapping[str, Iterable[Mapping[str, str]]]
) -> None:
    """Write a register: a workbook where the path ends in ``.xlsx``, else a folder.

    ``rows_by_file`` holds, by file name, each row's cells by column; a cell left out is
    empty. Reading it back gives the same rows.
    """
    if path.suffix.lower() == ".xlsx":
        from registers.workbook import write_workbook

        write_workbook(path, regime_text, rows_by_file)
    else:
        write_folder(path, regime_text, rows_by_file)
