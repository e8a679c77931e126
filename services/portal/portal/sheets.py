"""Lists as files that spreadsheets open: CSV (RFC 4180, UTF-8) and XLSX.

What people typed is never a formula: in CSV a text that a spreadsheet would take for one is
written with an apostrophe before it, in XLSX every text is a text.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from tempfile import TemporaryFile
from typing import Any

CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_LONGEST = 32_767
"""Characters in a cell of a workbook."""

Row = Mapping[str, Any]


def csv_lines(columns: Sequence[str], rows: Iterable[Row], head: bool = True) -> bytes:
    """Rows as lines of CSV, below a line with the columns' names."""
    text = io.StringIO()
    writer = csv.writer(text)
    if head:
        writer.writerow(columns)
    for row in rows:
        writer.writerow([_csv_cell(row.get(column)) for column in columns])
    return text.getvalue().encode()


def _csv_cell(value: Any) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:g}" if isinstance(value, float) else str(value)
    text = _text(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _text(value: Any) -> str:
    match value:
        case None:
            return ""
        case True:
            return "yes"
        case False:
            return "no"
        case list() | tuple():
            return "; ".join(_text(one) for one in value)
        case _:
            return str(value)


async def xlsx(title: str, columns: Sequence[str], pages: AsyncIterator[Sequence[Row]]) -> bytes:
    """A workbook with one sheet; rows are written to disk page by page."""
    from openpyxl import Workbook  # with lxml: a portal that writes no workbook carries neither

    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    sheet.append([_xlsx_cell(sheet, name) for name in columns])
    async for rows in pages:
        for row in rows:
            sheet.append([_xlsx_cell(sheet, row.get(column)) for column in columns])
    with TemporaryFile() as file:
        workbook.save(file)
        file.seek(0)
        return file.read()


def _xlsx_cell(sheet: Any, value: Any) -> Any:
    from openpyxl.cell import WriteOnlyCell

    if isinstance(value, int | float) and not isinstance(value, bool):
        return WriteOnlyCell(sheet, value)
    cell = WriteOnlyCell(sheet, _UNWRITABLE.sub("\ufffd", _text(value))[:_LONGEST])
    cell.data_type = "s"  # or "=1+1" would be a formula
    return cell
