"""What a paper holds (thành phần thể thức), whatever it is drawn as. Pure.

Source: Hướng dẫn số 29-HD/TWĐTN-VP ngày 29/10/2013 của Ban Bí thư Trung ương Đoàn về thể thức văn
bản của Đoàn TNCS Hồ Chí Minh, mục I.2: tiêu đề; tên cơ quan ban hành; số và ký hiệu; địa điểm và
ngày tháng năm; tên loại và trích yếu; nội dung; chữ ký, thể thức đề ký và dấu; nơi nhận. The
office's own particulars are typed; what is not given stays blank, to be filled in by hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from portal.language import number

HEADING = "ĐOÀN TNCS HỒ CHÍ MINH"
"""Tiêu đề: the first of the parts, on every paper of the Union."""
Format = Literal["pdf", "docx", "xlsx"]

_UNWRITABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff"
    "\ufdd0-\ufdef\ufffe\uffff]"
)
"""Control characters, which XML forbids, and those that turn the direction of what is read."""


def written(text: str) -> str:
    """A text as any format can hold it; the same in all of them."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return _UNWRITABLE.sub("\ufffd", lines)


def one_line(text: str) -> str:
    """The same on one line."""
    return " ".join(written(text).split())


Written = Annotated[str, AfterValidator(written)]
Line = Annotated[str, AfterValidator(one_line)]


class Part(BaseModel):
    """A part of a paper."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Particulars(Part):
    """Thông tin của cơ quan: what only the office knows; empty where it is not given."""

    superior: Line = ""
    """Tên tổ chức Đoàn cấp trên."""
    issuer: Line = ""
    """Tên cơ quan ban hành."""
    number: Line = ""
    """Số; empty stays a blank before the sign."""
    symbol: Line = ""
    """Ký hiệu: tên loại viết tắt/cơ quan ban hành, such as ``KH/TĐTN-BTC``."""
    place: Line = ""
    """Địa điểm ban hành."""
    day: date | None = None
    authority: Line = ""
    """Thể thức đề ký: ``TM. BAN THƯỜNG VỤ``; ``TL.``, ``T/M`` as the office signs."""
    position: Line = ""
    """Chức vụ người ký."""
    signer: Line = ""
    recipients: tuple[Line, ...] = ()
    """Nơi nhận, a line each."""

    @property
    def numbered(self) -> str:
        """Số và ký hiệu: ``Số: 12-KH/TĐTN-BTC``, with a blank for a number not given."""
        return f"Số: {self.number or chr(0xA0) * 6}-{self.symbol}"

    @property
    def dated(self) -> str:
        """Địa điểm và ngày tháng: ``Bắc Ninh, ngày 05 tháng 03 năm 2019``."""
        place = f"{self.place}, " if self.place else ""
        blank = chr(0xA0) * 6
        if self.day is None:
            return f"{place}ngày{blank}tháng{blank}năm{blank}".rstrip(chr(0xA0))
        day = self.day
        return f"{place}ngày {day.day:02} tháng {day.month:02} năm {day.year}"


class Heading(Part):
    block: Literal["heading"] = "heading"
    text: Line


class Paragraph(Part):
    block: Literal["paragraph"] = "paragraph"
    text: Written


class Column(Part):
    title: Line
    width: int = Field(default=1, ge=1)
    """Its share of the page's width."""
    align: Literal["left", "center", "right"] = "left"


Cell = float | Line
"""A number is a number in a workbook too."""


class Table(Part):
    block: Literal["table"] = "table"
    title: Line
    """What it is called where a sheet or a screen reader needs a name."""
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def texts(self) -> Iterator[tuple[str, ...]]:
        """The rows as they are read."""
        return (tuple(said(one) for one in row) for row in self.rows)


def said(cell: Cell) -> str:
    """A cell as it is read: 41,5."""
    return cell if isinstance(cell, str) else number(cell, "vi")


Block = Annotated[Heading | Paragraph | Table, Field(discriminator="block")]


class Proof(Part):
    """Chứng minh: where a paper's QR code leads, and what stands beside it."""

    address: str
    lines: tuple[Line, ...]


class Paper(Part):
    """Một văn bản."""

    title: Line
    """Tên loại văn bản, in capitals."""
    abstract: Line
    """Trích yếu nội dung."""
    particulars: Particulars
    blocks: tuple[Block, ...]
    proof: Proof | None
    made: datetime
    landscape: bool = False

    @property
    def name(self) -> str:
        """What the file calls itself."""
        return f"{self.title} {self.abstract}"
