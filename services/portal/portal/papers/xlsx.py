"""A paper as an XLSX workbook: one sheet, printable on A4; numbers are numbers, texts are texts."""

from __future__ import annotations

import io
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from portal.papers.paper import HEADING, Cell, Column, Paper, Table

_FACE = "Times New Roman"
_LONGEST = 32_767
"""Characters in a cell."""
_WIDTH = 120
"""Characters across the page."""
_LINE = Border(*(Side(style="thin"),) * 4)


def draw(paper: Paper) -> bytes:
    """The workbook."""
    workbook = Workbook()
    workbook.properties.title, workbook.properties.language = paper.name[:255], "vi"
    workbook.properties.creator = paper.particulars.issuer[:255]
    workbook.properties.created = workbook.properties.modified = paper.made.replace(tzinfo=None)
    sheet: Any = workbook.active
    sheet.title = paper.title.capitalize()[:31]
    tables = [one for one in paper.blocks if isinstance(one, Table)]
    widest = max((one.columns for one in tables), key=len, default=(Column(title=""),) * 2)
    _set_up(sheet, widest)
    _fill(sheet, paper, max(2, len(widest)))
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def _set_up(sheet: Worksheet, columns: tuple[Column, ...]) -> None:
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.orientation = "landscape"
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToHeight = 0
    whole = sum(one.width for one in columns)
    for number, one in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(number)].width = _WIDTH * one.width / whole


def _fill(sheet: Worksheet, paper: Paper, columns: int) -> None:
    office, middle = paper.particulars, columns // 2
    row = 0
    left = [one.upper() for one in (office.superior, office.issuer) if one]
    left += ["***", office.numbered]
    right = [HEADING, office.dated]
    for at in range(max(len(left), len(right))):
        row += 1
        if at < len(left):
            _across(sheet, row, 1, middle, left[at], Font(_FACE, 14), "center")
        if at < len(right):
            font = Font(_FACE, 15, bold=True, underline="single") if not at else None
            font = font or Font(_FACE, 14, italic=True)
            _across(sheet, row, middle + 1, columns, right[at], font, "center")
    for text, size in ((paper.title, 16), (paper.abstract, 14)):
        row += 1
        _across(sheet, row, 1, columns, text, Font(_FACE, size, bold=True), "center")
    for block in paper.blocks:
        row += 1
        if isinstance(block, Table):
            row = _table(sheet, row, block)
        else:
            bold = block.block == "heading"
            _across(sheet, row, 1, columns, block.text, Font(_FACE, 13, bold=bold))
    row += 1
    signed = [one for one in (office.authority.upper(), office.position.upper()) if one]
    signed += ["", "", office.signer]
    noted = ["Nơi nhận:", *office.recipients] if office.recipients else []
    for at in range(max(len(signed), len(noted))):
        row += 1
        if at < len(noted):
            _across(
                sheet,
                row,
                1,
                middle,
                noted[at],
                Font(_FACE, 12, underline=None if at else "single"),
            )
        if at < len(signed) and signed[at]:
            _across(
                sheet, row, middle + 1, columns, signed[at], Font(_FACE, 14, bold=True), "center"
            )
    for line in (*paper.proof.lines, paper.proof.address) if paper.proof else ():
        row += 1
        _across(sheet, row, 1, columns, line, Font(_FACE, 9))


def _table(sheet: Worksheet, row: int, block: Table) -> int:
    """Write a table from a row on; the row of its last line."""
    for number, column in enumerate(block.columns, 1):
        _write(sheet, row, number, column.title, Font(_FACE, 12, bold=True), "center", _LINE)
    for cells in block.rows:
        row += 1
        for number, (cell, column) in enumerate(zip(cells, block.columns, strict=True), 1):
            _write(sheet, row, number, cell, Font(_FACE, 12), column.align, _LINE)
    return row


def _across(
    sheet: Worksheet, row: int, first: int, last: int, text: str, font: Font, align: str = "left"
) -> None:
    _write(sheet, row, first, text, font, align)
    if last > first:
        sheet.merge_cells(start_row=row, start_column=first, end_row=row, end_column=last)
    lines = sum(len(one) // _WIDTH + 1 for one in text.split("\n"))
    if lines > 1:  # a merged cell does not grow by itself
        sheet.row_dimensions[row].height = min(409, 18 * lines)


def _write(
    sheet: Worksheet,
    row: int,
    column: int,
    value: Cell,
    font: Font,
    align: str,
    border: Border | None = None,
) -> None:
    cell: Any = sheet.cell(row, column)
    if isinstance(value, str):
        cell.value = value[:_LONGEST]
        cell.data_type = "s"  # or "=1+1" would be a formula
    else:
        cell.value = value
    cell.font, cell.alignment = font, Alignment(align, vertical="top", wrap_text=True)
    if border:
        cell.border = border
