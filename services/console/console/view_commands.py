"""``dicoso list`` and ``dicoso rebuild``: lists that page quickly, and what they are kept in."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Annotated, Any, get_args

import typer
from rich import box
from rich.markup import escape
from rich.table import Table

from appraisal.listing import Sort, Standings, listed
from appraisal.rules import Status
from console.connection import connect
from console.days import AsOf, KnownAt, Year, as_of_day, moment_of
from console.later import Commands
from console.options import AsJson, Data, Nats
from console.running import run
from console.screen import REFUSED, err, out, print_json
from console.showing import STATUS, progress_bar
from console.year import heads
from shared.bus import Bus
from shared.refused import Refused
from shared.services import SERVICES

_LOOK = 0.2
"""Seconds between two looks at a rebuild."""


def list_(
    year: Year = None,
    department: Annotated[
        str | None, typer.Option("--department", help="Chỉ một Ban, Văn phòng · one department")
    ] = None,
    status: Annotated[
        str | None,
        typer.Option(
            "--status", metavar="STATUS", help=f"Kết quả · one of {', '.join(get_args(Status))}"
        ),
    ] = None,
    late: Annotated[
        bool | None,
        typer.Option("--late/--not-late", help="Có việc quá hạn · something is overdue, or not"),
    ] = None,
    search: Annotated[
        str, typer.Option("--search", help="Họ tên, không cần dấu · a name, accents or not")
    ] = "",
    sort: Annotated[
        str,
        typer.Option(
            "--sort", metavar="SORT", help="Thứ tự · cadre, shortfall (nhiều trước), lateness"
        ),
    ] = "cadre",
    after: Annotated[
        str, typer.Option("--after", help="Trang sau (“next” của trang trước) · the next page")
    ] = "",
    as_of: AsOf = None,
    known_at: KnownAt = None,
    limit: Annotated[
        int, typer.Option("--limit", min=1, max=500, help="Số dòng một trang · rows of a page")
    ] = 50,
    data: Data = None,
    nats: Nats = None,
    as_json: AsJson = False,
) -> None:
    """Danh sách cán bộ: theo Ban, kết quả, quá hạn, họ tên · Where cadres stand, page by page.

    A list of now comes from a view; with --as-of or --known-at every cadre is judged anew.
    """
    for value, words, name in ((status, Status, "--status"), (sort, Sort, "--sort")):
        if value is not None and value not in get_args(words):
            raise typer.BadParameter(f"{name} is one of {', '.join(get_args(words))}")

    day, moment = as_of_day(as_of), moment_of(known_at)
    asked: dict[str, Any] = {
        "year": year or day.year,
        "department": department,
        "status": status,
        "late": late,
        "search": search,
        "sort": sort,
        "after": after,
        "limit": limit,
    }

    async def work() -> dict[str, Any]:
        async with await connect(data, nats, None) as bus:
            if as_of is None and moment is None:
                return await bus.ask("appraisal", "standings", heard=await heads(bus), **asked)
            return await _listed_then(bus, Standings(**asked), day, moment)

    page = run(work(), as_json)
    if as_json:
        print_json(page)
    else:
        _print_page(page)


async def _listed_then(
    bus: Bus, question: Standings, day: date, known_at: str | None
) -> dict[str, Any]:
    """A page of the list as it was: all rows are judged as of then, and sorted here."""
    await bus.ask("appraisal", "ready", heard=await heads(bus))
    rows = await bus.pages(
        "appraisal", "standings-then", year=question.year, as_of=day, known_at=known_at
    )
    return {**listed(rows, question), "as_of": day.isoformat(), "known_at": known_at}


def _print_page(page: dict[str, Any]) -> None:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    for title in ("Cán bộ\nCadre", "Họ tên\nName", "Ban\nDepartment"):
        table.add_column(title, overflow="fold")
    for title in ("Ngày / chỉ tiêu\nDays of target", "Còn thiếu\nMissing"):
        table.add_column(title, justify="right")
    for title in ("Kết quả\nStatus", "Quá hạn từ\nLate since", "Hạn tới\nNext due"):
        table.add_column(title, no_wrap=True)
    for row in page["rows"]:
        colour, vi, en = STATUS[row["status"]]
        table.add_row(
            escape(row["cadre"]),
            escape(row["name"]),
            escape(row["department"]),
            f"{row['credited']:g} / {row['target']:g}" if row["target"] else "",
            f"{row['shortfall']:g}" if row["shortfall"] else "",
            f"[{colour}]{vi} · {en}[/]" if out.width >= 110 else f"[{colour}]{vi}[/]",
            f"[red]{row['late_since']}[/]" if row["late_since"] else "",
            row["due_next"] or "",
        )
    out.print(table)
    err.print(f"[dim]Tính đến · As of {page['as_of']}[/]")
    if page["next"]:
        err.print(f"[dim]Còn nữa · More: --after {escape(repr(page['next']))}[/]")


def rebuild(
    view: Annotated[str, typer.Argument(metavar="VIEW", help="Danh sách · the view: standing")],
    data: Data = None,
    nats: Nats = None,
    as_json: AsJson = False,
) -> None:
    """Dựng lại một danh sách từ sổ cái, không ngừng đọc · Build a view again, beside the live one.

    The two are compared before the switch. Exit code 1 when the live one was wrong, or when
    the build failed; the service goes on with it when this command is interrupted.
    """

    async def work() -> dict[str, Any]:
        async with await connect(data, nats, None) as bus:
            return await _rebuilt(bus, view)

    told = run(work(), as_json)
    build = told["build"]
    wrong = build["state"] != "done" or build.get("differences", 0) > 0
    if as_json:
        print_json(told)
    elif build["state"] != "done":
        err.print(f"[red]✗ {escape(view)}[/]: {build['state']} {escape(build.get('why', ''))}")
    else:
        out.print(f"[green]✓[/] {escape(view)}: {build['rows']} dòng · rows, {build['seconds']} s")
        _print_differences(build)
    if wrong:
        raise typer.Exit(REFUSED)


def _print_differences(build: dict[str, Any]) -> None:
    match build.get("differences"):
        case None:
            out.print("  không có bản cũ để so sánh · nothing to compare with")
        case 0:
            out.print("  giống bản đang dùng · equal to the live one")
        case count:
            named = ", ".join(map(escape, build["differing"]))
            out.print(f"  [red]{count} dòng đã sai · rows were wrong[/]: {named}")


async def _rebuilt(bus: Bus, view: str) -> dict[str, Any]:
    """Order the build and look on until it is over."""
    service = await _owner(bus, view)
    number = (await bus.ask(service, "rebuild-view", view=view))["build"]
    with progress_bar() as bar:
        task = bar.add_task(view, total=None)
        while True:
            told = await bus.ask(service, "view", view=view)
            build = told["build"]
            bar.update(task, completed=build["done"], total=build["total"] or None)
            if build["build"] != number or build["state"] in ("done", "failed"):
                return told
            await asyncio.sleep(_LOOK)


async def _owner(bus: Bus, view: str) -> str:
    """The service that keeps the view. Raises Refused ``unknown-view``."""
    refusal = None
    for service in SERVICES:
        try:
            await bus.ask(service, "view", view=view)
        except Refused as refused:
            if refused.code != "unknown-view":
                raise
            refusal = refused
        else:
            return service
    assert refusal is not None  # noqa: S101 - there are services
    raise refusal


commands: Commands = {"list": list_, "rebuild": rebuild}
