"""A paper as DOCX, by python-docx: styles, headings and tables that Word can go on working with.

The same measures as the PDF (``paper.typ``); set in Times New Roman, which every office has.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

from docx import Document
from docx.document import Document as TheDocument
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length, Mm, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph as Written

from portal.papers.paper import HEADING, Block, Column, Heading, Paper, Paragraph, Proof, Table
from portal.papers.qr import as_png

_FACE = "Times New Roman"
_CENTER = WD_ALIGN_PARAGRAPH.CENTER
_ALIGN = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": _CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
}


def draw(paper: Paper) -> bytes:
    """The DOCX."""
    document = Document()
    _set_up(document, paper)
    width = _page(document, paper)
    _head(document, paper, width)
    _titled(document, paper)
    for block in paper.blocks:
        _block(document, block, width, paper.landscape)
    _foot(document, paper, width)
    if paper.proof:
        _proof(document, paper.proof, width)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


# --- the page ---------------------------------------------------------------------------------


def _set_up(document: TheDocument, paper: Paper) -> None:
    told = document.core_properties
    told.title, told.author, told.language = paper.name[:255], paper.particulars.issuer[:255], "vi"
    told.comments, told.created, told.modified = "", paper.made, paper.made
    for name, size in (("Normal", 14), ("Heading 1", 16), ("Heading 2", 14)):
        style: Any = document.styles[name]
        style.font.name, style.font.size, style.font.bold = _FACE, Pt(size), name != "Normal"
        style.font.color.rgb = None
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for kind in ("ascii", "hAnsi", "cs", "eastAsia"):
            fonts.set(qn(f"w:{kind}"), _FACE)
        for kind in ("asciiTheme", "hAnsiTheme", "cstheme", "eastAsiaTheme"):
            fonts.attrib.pop(qn(f"w:{kind}"), None)
        for color in style.element.rPr.findall(qn("w:color")):
            style.element.rPr.remove(color)
        style.paragraph_format.space_before = Pt(0 if name == "Normal" else 6)
        style.paragraph_format.space_after = Pt(4)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "vi-VN")
    document.styles["Normal"].element.rPr.append(language)


def _page(document: TheDocument, paper: Paper) -> Length:
    """A4 with the margins of the guidance, numbered from its second page on; the text's width."""
    section = document.sections[0]
    sides = (Mm(297), Mm(210)) if paper.landscape else (Mm(210), Mm(297))
    section.page_width, section.page_height = sides
    section.orientation = WD_ORIENT.LANDSCAPE if paper.landscape else WD_ORIENT.PORTRAIT
    section.top_margin = section.bottom_margin = section.right_margin = Mm(20)
    section.left_margin = Mm(30)
    section.different_first_page_header_footer = True
    number = section.header.paragraphs[0]
    number.alignment = _CENTER
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    number._p.append(field)
    return Length(sides[0] - Mm(50))


# --- its parts --------------------------------------------------------------------------------


def _head(document: TheDocument, paper: Paper, width: Length) -> None:
    office = paper.particulars
    left, right = _side_by_side(document, width, 0.44)
    if office.superior:
        _say(left, office.superior.upper())
    if office.issuer:
        _say(left, office.issuer.upper(), bold=True)
    _say(left, "***")
    _say(left, office.numbered)
    _say(right, HEADING, bold=True, underline=True, size=15)
    _say(right, office.dated, italic=True)


def _titled(document: TheDocument, paper: Paper) -> None:
    title = document.add_heading(paper.title, 1)
    title.alignment, title.paragraph_format.space_before = _CENTER, Pt(14)
    abstract = document.add_paragraph()
    abstract.add_run(paper.abstract).bold = True
    abstract.alignment, abstract.paragraph_format.space_after = _CENTER, Pt(12)


def _block(document: TheDocument, block: Block, width: Length, landscape: bool) -> None:
    match block:
        case Heading():
            document.add_heading(block.text, 2)
        case Paragraph():
            for text in block.text.split("\n"):
                written = document.add_paragraph(text)
                written.paragraph_format.first_line_indent = Mm(10)
                written.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        case Table():
            _table(document, block, width, 11.5 if landscape else 12.5)


def _table(document: TheDocument, block: Table, width: Length, size: float) -> None:
    columns = block.columns
    table = document.add_table(rows=len(block.rows) + 1, cols=len(columns), style="Table Grid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    whole = sum(one.width for one in columns)
    widths = [Length(width * one.width // whole) for one in columns]
    for column, one in zip(table.columns, widths, strict=True):
        column.width = one
    cells = iter(table._cells)
    head = tuple(Column(title=one.title, align="center") for one in columns)
    for number, row in enumerate(_with_head(block)):
        for column, text, one in zip(columns if number else head, row, widths, strict=True):
            cell = next(cells)
            cell.width = one
            written = cell.paragraphs[0]
            run = written.add_run(text)
            run.font.size, run.bold = Pt(size), not number
            written.alignment = _ALIGN[column.align]
            written.paragraph_format.space_after = Pt(1)
    for row_of in table.rows:
        properties = row_of._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
    repeated = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(repeated)
    after = document.add_paragraph()
    after.paragraph_format.space_after = Pt(0)


def _with_head(block: Table) -> Iterable[tuple[str, ...]]:
    yield tuple(one.title for one in block.columns)
    yield from block.texts()


def _foot(document: TheDocument, paper: Paper, width: Length) -> None:
    office = paper.particulars
    left, right = _side_by_side(document, width, 0.5)
    if office.recipients:
        _say(left, "Nơi nhận:", underline=True, size=12, centered=False)
        for line in office.recipients:
            _say(left, line, size=12, centered=False)
    for line in (office.authority, office.position):
        if line:
            _say(right, line.upper(), bold=True)
    space = right.add_paragraph()
    space.paragraph_format.space_before = Mm(22)
    if office.signer:
        run = space.add_run(office.signer)
        run.bold, space.alignment = True, _CENTER


def _proof(document: TheDocument, proof: Proof, width: Length) -> None:
    document.add_paragraph().paragraph_format.space_after = Pt(0)
    left, right = _side_by_side(document, width, 30 / (width / Mm(1)))
    picture = left.paragraphs[0].add_run().add_picture(io.BytesIO(as_png(proof.address)), Mm(26))
    properties = picture._inline.docPr
    properties.set("descr", f"Mã QR dẫn tới chứng minh của văn bản: {proof.address}")
    for line in proof.lines:
        _say(right, line, size=9, centered=False)


def _side_by_side(document: TheDocument, width: Length, share: float) -> tuple[_Cell, _Cell]:
    """Two places beside one another, without lines."""
    table = document.add_table(rows=1, cols=2)
    table.autofit = False
    left, right = table.rows[0].cells
    left.width = Length(int(width * share))
    right.width = Length(width - left.width)
    for column, cell in zip(table.columns, (left, right), strict=True):
        column.width = cell.width
    return left, right


def _say(
    cell: _Cell,
    text: str,
    *,
    bold: bool = False,
    italic: bool = False,
    underline: bool = False,
    size: float = 14,
    centered: bool = True,
) -> None:
    first = cell.paragraphs[0]
    written: Written = (
        first if not first.runs and len(cell.paragraphs) == 1 else cell.add_paragraph()
    )
    run = written.add_run(text)
    run.bold, run.italic, run.underline, run.font.size = bold, italic, underline, Pt(size)
    written.paragraph_format.space_after = Pt(1)
    if centered:
        written.alignment = _CENTER
