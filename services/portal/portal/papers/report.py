"""The outcome report (báo cáo thu hoạch) of one cadre for one period. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from portal.language import day, named, period
from portal.papers.paper import Block, Column, Heading, Paper, Paragraph, Particulars, Proof, Table
from portal.papers.parts import basis
from portal.papers.plan import dates
from portal.years import Year

_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")
_COLUMNS = (
    Column(title="TT", width=2, align="center"),
    Column(title="Cơ sở", width=10),
    Column(title="Hình thức", width=8),
    Column(title="Thời gian", width=7, align="center"),
)


def report_paper(
    year: Year,
    paper: Mapping[str, Any],
    person: Mapping[str, Any],
    visits: Sequence[Mapping[str, Any]],
    units: Mapping[str, str],
    judge: str,
    particulars: Particulars,
    proof: Proof | None,
    made: datetime,
) -> Paper:
    """A row of ``ask.visits.reports``, with the visits of its period and the name of its judge."""
    of = period(paper["period"], "vi").replace("/", " năm ")
    of = of if of != paper["period"] else f"lượt {of}"
    name = person.get("name") or paper["cadre"]
    place = person.get("department") or ""
    position = f", {person['position']}" if person.get("position") else ""
    blocks: list[Block] = [
        *basis(year.regime),
        Paragraph(text=f"Họ và tên: {name}{position}. Ban, Văn phòng: {place}."),
        Heading(text="I. Các lượt đi cơ sở trong kỳ"),
    ]
    if visits:
        kinds = year.kinds("vi")
        rows = tuple(
            (
                float(number),
                units.get(one["unit"], one["unit"]),
                kinds.get(one["kind"], one["kind"]),
                dates(one["from"], one["to"]),
            )
            for number, one in enumerate(visits, 1)
        )
        blocks.append(Table(title="Các lượt đi cơ sở trong kỳ", columns=_COLUMNS, rows=rows))
    else:
        blocks.append(Paragraph(text="Không có lượt đi nào được ghi trong kỳ."))
    for number, (heading, text) in enumerate(paper["sections"].items(), 1):
        roman = _ROMAN[number] if number < len(_ROMAN) else str(number + 1)
        blocks.append(Heading(text=f"{roman}. {_capital(named(heading, 'vi'))}"))
        blocks += [Paragraph(text=one) for one in text.splitlines() if one.strip()]
    if not paper["sections"]:
        blocks.append(Paragraph(text="Nội dung báo cáo không có trong sổ cái (nhập từ sổ)."))
    blocks.append(Paragraph(text=_told(paper, judge)))
    return Paper(
        title="BÁO CÁO",
        abstract=f"Thu hoạch đi công tác cơ sở {of}",
        particulars=particulars,
        blocks=tuple(blocks),
        proof=proof,
        made=made,
    )


def _told(paper: Mapping[str, Any], judge: str) -> str:
    """How far the report has come."""
    handed = f"Báo cáo nộp ngày {day(paper['submitted_on'])}"
    match paper["state"]:
        case "accepted":
            return f"{handed}, {judge} nghiệm thu ngày {day(paper['accepted_on'])}."
        case "returned":
            return f"{handed}, {judge} trả lại ngày {day(paper['returned_on'])}."
        case _:
            return f"{handed}, chưa nghiệm thu."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
