"""A register as one XLSX workbook: a sheet for each file, named with or without its ending."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, time
from itertools import islice
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell

from registers.columns import REGIME, TABLES, Contents, Line
from shared.refused import Refused

_LAST_ROW = 1_048_576
_LONGEST = 32_767
"""What a spreadsheet holds: rows in a sheet, characters in a cell."""
_WIDEST = 100
"""Cells of a row that are kept: a cell far to the right makes thousands of empty ones."""
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPED = re.compile(r"_x(?![Dd][89A-Fa-f])([0-9A-Fa-f]{4})_")
"""OOXML writes what XML cannot hold as ``_x000D_``, and such a text itself as ``_x005F_…``."""


def read_workbook(path: Path, most: int | None = None) -> Contents:
    """The lines of each file of the register that has a sheet.

    Raises Refused ``malformed`` where the file is no workbook, ``too-large`` where its sheets
    have more than ``most`` rows in all.
    """
    contents: Contents = {}
    left = _LAST_ROW * (len(TABLES) + 1) if most is None else most + len(TABLES)
    try:
        with path.open("rb") as opened:
            workbook = load_workbook(opened, read_only=True, data_only=True)
            for file in (REGIME, *TABLES):
                names = (file, file.rpartition(".")[0])
                sheets = [s for s in workbook.worksheets if s.title.lower() in names]
                if len(sheets) > 1:
                    contents[file] = _malformed("two sheets hold this file; remove one")
                elif sheets:
                    # The size that a sheet claims to have is often wrong.
                    sheets[0].reset_dimensions()
                    rows = sheets[0].iter_rows(max_row=_LAST_ROW, values_only=True)
                    contents[file] = lines = list(islice(_lines(rows), left + 1))
                    left -= len(lines)
                    if left < 0:
                        raise Refused("too-large", file=file, rows=most)
    except Refused:
        raise
    except Exception as error:  # openpyxl promises no errors of its own for a broken workbook
        raise _malformed(f"not a readable XLSX workbook: {error}") from error
    return contents


def _lines(rows: Iterable[Sequence[object]]) -> Iterator[Line]:
    width = 0
    for number, row in enumerate(rows, start=1):
        cells = [_text(value) for value in row]
        while cells and not cells[-1]:
            cells.pop()
        if len(cells) > _WIDEST:
            yield number, _malformed(f"{len(cells)} cells: no file has so many columns")
            continue
        if number == 1:
            width = len(cells)
        yield number, cells + [""] * (width - len(cells)) if cells else []


def _text(value: object) -> str:
    """A cell as a CSV file would have it: dates as ISO, whole numbers as their digits."""
    match value:
        case None:
            return ""
        case str():
            return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), value)
        case datetime() if value.time() == time.min:
            return value.date().isoformat()
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return str(value)


def _malformed(reason: str) -> Refused:
    return Refused("malformed", faults=[{"path": "(file)", "reason": reason}])


def write_workbook(
    path: Path, regime: str, rows_by_file: Mapping[str, Iterable[Mapping[str, str]]]
) -> None:
    """Write the workbook: the regime, one line a row, and all ten files. Every cell is text.

    Raises Refused ``too-large`` for a cell that no spreadsheet holds.
    """
    sheets = {REGIME: [[line] for line in regime.rstrip("\n").split("\n")]}
    for table in TABLES.values():
        rows = rows_by_file.get(table.file, ())
        cells = ([row.get(column, "") for column in table.columns] for row in rows)
        sheets[table.file] = [list(table.columns), *cells]
    written = {
        file: [[_escaped(text, file, number) for text in row] for number, row in enumerate(rows, 1)]
        for file, rows in sheets.items()
    }
    workbook = Workbook(write_only=True)
    for file, lines in written.items():
        sheet = workbook.create_sheet(file.rpartition(".")[0])
        for line in lines:
            sheet.append([_text_cell(sheet, text) for text in line])
    path.parent.mkdir(parents=True, exist_ok=True)
    workbook.save(path)


def _escaped(text: str, file: str, row: int) -> str:
    escaped = _UNWRITABLE.sub(lambda found: f"_x{ord(found[0]):04X}_", text)
    if len(escaped) > _LONGEST:
        raise Refused("too-large", file=file, row=row)
    return escaped


def _text_cell(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"  # or "=1+1" would be a formula
    return cell
