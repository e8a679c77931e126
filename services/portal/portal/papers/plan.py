"""The consolidated plan of a quarter (kế hoạch đi cơ sở quý), of a department or of all. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from portal.language import day, period
from portal.papers.paper import Block, Column, Heading, Paper, Paragraph, Particulars, Proof, Table
from portal.papers.parts import basis
from portal.years import Year

_COLUMNS = (
    Column(title="TT", width=3, align="center"),
    Column(title="Họ và tên", width=12),
    Column(title="Cơ sở", width=15),
    Column(title="Hình thức", width=12),
    Column(title="Thời gian", width=11, align="center"),
    Column(title="Nội dung", width=16),
)


def plan_paper(
    year: Year,
    quarter: str,
    department: str,
    plans: Sequence[Mapping[str, Any]],
    units: Mapping[str, str],
    particulars: Particulars,
    proof: Proof | None,
    made: datetime,
) -> Paper:
    """The approved lines of ``ask.planning.plans``, by department."""
    named = period(quarter, "vi").replace("/", " năm ")
    of = f" của {department}" if department else ""
    by: dict[str, list[Mapping[str, Any]]] = {}
    for one in plans:
        by.setdefault(one["department"], []).append(one)
    every = [line for one in plans for line in one["lines"]]
    approved = [line for line in every if line["approved_on"]]
    people = sum(any(line["approved_on"] for line in one["lines"]) for one in plans)
    blocks: list[Block] = [
        *basis(year.regime),
        Paragraph(
            text=f"Kế hoạch đi công tác cơ sở {named}{of} gồm {len(approved)} lượt đi của "
            f"{people} cán bộ đã được phê duyệt, như sau:"
        ),
    ]
    kinds = year.kinds("vi")
    for number, name in enumerate(sorted(by), 1):
        rows = tuple(_rows(by[name], units, kinds))
        if rows:
            if not department:
                blocks.append(Heading(text=f"{number}. {name}"))
            blocks.append(Table(title=name, columns=_COLUMNS, rows=rows))
    if waiting := len(every) - len(approved):
        blocks.append(
            Paragraph(text=f"Còn {waiting} dòng chưa được phê duyệt, không ghi trong văn bản này.")
        )
    return Paper(
        title="KẾ HOẠCH",
        abstract=f"Đi công tác cơ sở {named}{of}",
        particulars=particulars,
        blocks=tuple(blocks),
        proof=proof,
        made=made,
        landscape=True,
    )


def _rows(
    plans: Iterable[Mapping[str, Any]], units: Mapping[str, str], kinds: Mapping[str, str]
) -> Iterable[tuple[float | str, ...]]:
    number = 0
    for one in plans:
        for line in sorted(one["lines"], key=lambda line: (line["from"], line["line"])):
            if line["approved_on"]:
                number += 1
                yield (
                    float(number),
                    one["name"] or one["cadre"],
                    units.get(line["unit"], line["unit"]),
                    kinds.get(line["kind"], line["kind"]),
                    dates(line["from"], line["to"]),
                    line["topic"],
                )


def dates(first: str, last: str) -> str:
    """Two dates as people say them: one day, or from and to."""
    return day(first) if first == last else f"{day(first)} – {day(last)}"
