"""What papers are about (đối tượng của văn bản): each asked of the services as the visitor."""

from __future__ import annotations

from asyncio import gather
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime

from portal.asking import Asks
from portal.language import Said
from portal.owed import inside
from portal.papers.paper import Format, Paper, Particulars, Proof
from portal.papers.parts import Ground, ground
from portal.papers.plan import plan_paper
from portal.papers.report import report_paper
from portal.papers.year_sheet import year_sheet
from portal.people import names_of, units_of
from portal.years import Year
from shared.refused import Refused
from shared.services import SERVICES


@dataclass(frozen=True)
class Subject:
    """A paper that can be made: what it says but for the office's particulars."""

    kind: str
    title: Said
    file: str
    """What the file is called, without its ending."""
    formats: tuple[Format, ...]
    proposed: Particulars
    bare: bool
    """Whether nothing is recorded that it rests on, as far as that is known before it is made."""
    grounds: Callable[[], Awaitable[tuple[Ground, ...]]]
    """Asks what it rests on: of ten thousand plans that takes a second."""
    as_of: date
    paper: Callable[[Particulars, Proof | None, datetime], Awaitable[Paper]]
    """Asks for what the paper alone needs, and writes it."""


async def of_plan(asks: Asks, year: Year, quarter: str, department: str) -> Subject:
    """Kế hoạch đi cơ sở quý, of a department or, where none is named, of all."""
    of = {"quarter": quarter, "year": year.year}
    if department:
        of["department"] = department
    await asks.ask("planning", "plans", limit=1, **of)  # who may not is told so at once

    async def grounds() -> tuple[Ground, ...]:
        entry = (await asks.ask("planning", "approvals", **of))["entry"]
        return (ground("planning", entry),) if entry else ()

    async def paper(typed: Particulars, proof: Proof | None, made: datetime) -> Paper:
        plans = await asks.pages("planning", "plans", **of)
        units = await units_of(asks, (line["unit"] for one in plans for line in one["lines"]))
        return plan_paper(year, quarter, department, plans, units, typed, proof, made)

    return Subject(
        "plan",
        Said("Kế hoạch đi cơ sở quý", "Consolidated plan"),
        f"ke-hoach-{quarter}",
        ("pdf", "docx", "xlsx"),
        Particulars(symbol="KH/TĐTN"),
        False,
        grounds,
        year.as_of,
        paper,
    )


async def of_report(asks: Asks, year: Year, cadre: str, report: str) -> Subject:
    """Báo cáo thu hoạch of one cadre. Raises Refused ``unknown-report``."""
    of = {"cadre": cadre, "year": year.year}
    found, diary, person, entries = await gather(
        asks.ask("visits", "reports", **of),
        asks.ask("visits", "diary", **of),
        asks.ask("planning", "person", cadre=cadre),
        asks.ask("visits", "grounds", **of),
    )
    paper = next((one for one in found["rows"] if one["report"] == report), None)
    if paper is None:
        raise Refused("unknown-report", report=report)
    visits = sorted(
        (one for one in diary["visits"] if inside(one, paper["period"])),
        key=lambda one: (one["from"], one["visit"]),
    )
    judge = paper["accepted_by"] or paper["returned_by"]
    units, names = await gather(
        units_of(asks, (one["unit"] for one in visits)), names_of(asks, [judge])
    )

    async def written(typed: Particulars, proof: Proof | None, made: datetime) -> Paper:
        named = names.get(judge, "")
        return report_paper(year, paper, person, visits, units, named, typed, proof, made)

    own = [one for one in entries["entries"] if one["stream"] == f"report/{report}"]
    resting_on = tuple(ground("visits", one) for one in own[-1:])
    return Subject(
        "report",
        Said("Báo cáo thu hoạch", "Outcome report"),
        f"bao-cao-{paper['period']}",
        ("pdf", "docx"),
        Particulars(symbol="BC/TĐTN", position="Người báo cáo", signer=person["name"] or cadre),
        not resting_on,
        _known(resting_on),
        year.as_of,
        written,
    )


async def of_year(asks: Asks, year: Year, cadre: str) -> Subject:
    """Phiếu theo dõi năm of one cadre, as of the day that is asked for."""
    of = {"cadre": cadre, "year": year.year}
    as_of = year.as_of.isoformat()
    found, file, person, *entries = await gather(
        asks.ask("appraisal", "assess", **of, as_of=as_of),
        asks.ask("appraisal", "year", **of, as_of=as_of),
        asks.ask("planning", "person", cadre=cadre),
        *(asks.ask(service, "grounds", **of) for service in SERVICES),
    )

    async def sheet(typed: Particulars, proof: Proof | None, made: datetime) -> Paper:
        return year_sheet(year, found, file, person["position"], typed, proof, made)

    resting_on = tuple(
        ground(service, one["entries"][-1])
        for service, one in zip(SERVICES, entries, strict=True)
        if one["entries"]
    )
    return Subject(
        "year",
        Said("Phiếu theo dõi năm", "Year sheet"),
        f"phieu-theo-doi-{year.year}",
        ("pdf", "docx", "xlsx"),
        Particulars(symbol="PTD/TĐTN"),
        not resting_on,
        _known(resting_on),
        year.as_of,
        sheet,
    )


def _known(grounds: tuple[Ground, ...]) -> Callable[[], Awaitable[tuple[Ground, ...]]]:
    async def told() -> tuple[Ground, ...]:
        return grounds

    return told
