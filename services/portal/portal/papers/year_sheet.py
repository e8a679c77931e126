"""The year sheet (phiếu theo dõi năm) of one cadre: days, quarters, conditions, inputs. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from portal.language import day, named, period, titled
from portal.papers.paper import (
    Block,
    Cell,
    Column,
    Heading,
    Paper,
    Paragraph,
    Particulars,
    Proof,
    Table,
)
from portal.papers.parts import basis
from portal.quarters import quarters
from portal.years import Year
from shared.values import Level


def year_sheet(
    year: Year,
    found: Mapping[str, Any],
    file: Mapping[str, Any],
    position: str,
    particulars: Particulars,
    proof: Proof | None,
    made: datetime,
) -> Paper:
    """Of ``ask.appraisal.assess`` and ``ask.appraisal.year``, as of one day."""
    assessment, person = found["assessment"], found["person"]
    held = f", {position}" if position else ""
    status = named(assessment["status"], "vi")
    blocks: list[Block] = [
        *basis(year.regime),
        Paragraph(
            text=f"Họ và tên: {person.get('name') or person['cadre']}{held}. "
            f"Ban, Văn phòng: {person.get('department') or ''}."
        ),
        Paragraph(text=f"Kết quả tính đến ngày {day(assessment['as_of'])}: {status}."),
    ]
    if found["ground"]:
        blocks.append(Paragraph(text=found["ground"]["vi"]))
    blocks += [
        Heading(text="I. Số ngày đi cơ sở"),
        _pairs(
            "Số ngày",
            [
                ("Chỉ tiêu năm", assessment["target"]),
                ("Được tính", assessment["credited"]),
                ("Còn thiếu", assessment["shortfall"]),
            ],
        ),
        _pairs(
            "Theo cấp cơ sở",
            [
                (f"Cấp {named(level, 'vi')}", assessment["by_level"][level])
                for level in Level
                if level in assessment["by_level"]
            ],
        ),
        _pairs(
            "Theo hình thức",
            [
                (title, assessment["by_kind"][kind])
                for kind, title in year.kinds("vi").items()
                if kind in assessment["by_kind"]
            ],
        ),
        _pairs(
            "Theo quý",
            [
                (
                    f"Quý {period(one, 'vi').removeprefix('quý ')}",
                    assessment["by_quarter"].get(one, 0),
                )
                for one in quarters(year.regime)
            ],
        ),
    ]
    if assessment["conditions"]:
        blocks += [Heading(text="II. Các điều kiện"), _conditions(assessment["conditions"])]
    blocks += _rated(file, year)
    return Paper(
        title="PHIẾU THEO DÕI",
        abstract=f"Thực hiện chế độ đi công tác cơ sở năm {year.year}",
        particulars=particulars,
        blocks=tuple(one for one in blocks if not isinstance(one, Table) or one.rows),
        proof=proof,
        made=made,
    )


def _pairs(title: str, rows: Sequence[tuple[str, float]]) -> Table:
    columns = (Column(title=title, width=3), Column(title="Ngày", width=1, align="right"))
    return Table(title=title, columns=columns, rows=tuple((one, float(n)) for one, n in rows))


def _conditions(conditions: Sequence[Mapping[str, Any]]) -> Table:
    columns = (
        Column(title="TT", width=2, align="center"),
        Column(title="Điều kiện và lý do", width=17),
        Column(title="Kết quả", width=5, align="center"),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (float(number), one["reason"]["vi"], named(one["state"], "vi"))
        for number, one in enumerate(conditions, 1)
    )
    return Table(title="Các điều kiện", columns=columns, rows=rows)


def _rated(file: Mapping[str, Any], year: Year) -> list[Block]:
    """Inputs issued, and the classification where there is one."""
    blocks: list[Block] = [Heading(text="III. Đánh giá, xếp loại")]
    rated = file["classification"]
    if rated:
        blocks.append(
            Paragraph(
                text=f"Xếp loại: {named(rated['classification'], 'vi')} "
                f"(ghi ngày {day(rated['recorded_on'])}). "
                f"Sáng kiến: {named(rated['initiative'], 'vi')}. "
                f"Kỷ luật: {named(rated['discipline'], 'vi')}."
            )
        )
    else:
        blocks.append(Paragraph(text="Chưa ghi kết quả xếp loại."))
    if file["inputs"]:
        columns = (
            Column(title="Đầu vào", width=3, align="center"),
            Column(title="Ngày phát hành", width=6, align="center"),
            Column(title="Kết quả", width=8),
            Column(title="Mã băm", width=9),
        )
        rows: tuple[tuple[Cell, ...], ...] = tuple(
            (
                float(number),
                day(one["on"]),
                named(one["assessment"]["status"], "vi"),
                one["digest"][:16],
            )
            for number, one in enumerate(file["inputs"], 1)
        )
        blocks.append(Table(title="Đầu vào kiểm điểm, đánh giá", columns=columns, rows=rows))
    else:
        blocks.append(Paragraph(text="Chưa phát hành đầu vào kiểm điểm, đánh giá, xếp loại."))
    names = {one.title: titled(one.name.model_dump(), "vi") for one in year.regime.commendation}
    for one in file["revoked"]:
        title = names.get(one["title"], one["title"])
        blocks.append(Paragraph(text=f"Đã thu hồi {title} ngày {day(one['on'])}."))
    return blocks
