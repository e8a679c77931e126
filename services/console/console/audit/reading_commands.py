"""``dicoso audit replay``, ``recount``, ``explain``, ``what-if`` and ``history``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from console.audit import reading_screen as screen
from console.audit.books import Books, read_books
from console.audit.explain import explain as explain_year
from console.audit.history import history as history_of
from console.audit.replay import Replay
from console.audit.replay import replay as run_replay
from console.audit.timeline import timeline
from console.audit.what_if import what_if as judge_otherwise
from console.connection import connect
from console.days import AsItStood, AsOf, KnownAt, Year, as_of_day, day_of, moment_of
from console.options import AsJson, Data, Nats
from console.running import run
from console.screen import REFUSED, err, fail, print_json
from console.year import assessments
from shared.refused import Refused
from shared.regime import Regime, read_regime

RegimeFile = Annotated[
    Path, typer.Option("--regime", metavar="FILE", help="Chế độ khác · the other regime.yaml")
]


def replay(
    year: Year = None,
    cadre: Annotated[str | None, typer.Option("--cadre", help="Một cán bộ · one cadre")] = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    data: Data = None,
    nats: Nats = None,
    as_json: AsJson = False,
) -> None:
    """Tính lại mọi điều từ số 0, so với điều dịch vụ trả lời · Rebuild every belief, compare.

    Exit code 1 when anything differs, or an entry cannot be read.
    """
    day, moment = as_of_day(as_of), moment_of(known_at)

    async def work() -> Replay:
        async with await connect(data, nats, None) as bus:
            return await run_replay(bus, year or day.year, day, cadre, moment)

    found = run(work(), as_json)
    if as_json:
        print_json(found.as_json())
    else:
        screen.print_replay(found)
    if not found.equal:
        raise typer.Exit(REFUSED)


def recount(
    year: Year = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    data: Data = None,
    nats: Nats = None,
    as_json: AsJson = False,
) -> None:
    """Đếm lại bằng SQL, độc lập với dịch vụ · Count a second time, in SQL, and compare.

    Exit code 1 when status, target, credited days or shortfall of any cadre differ, or an entry
    cannot be read.
    """
    from console.audit import recount as counting  # DuckDB loads only where it is used

    day, moment = as_of_day(as_of), moment_of(known_at)

    async def work() -> dict[str, Any]:
        async with await connect(data, nats, None) as bus:
            books = await read_books(bus)
            counted = counting.recount(books, year or day.year, day, moment)
            rows = await assessments(bus, year or day.year, day, books.heads, known_at=moment)
        screen.say_unreadable(books.unreadable)
        answered = {row["assessment"]["cadre"]: row["assessment"] for row in rows}
        return {
            "entries": books.heads,
            "cadres": len(counted),
            "differences": counting.compare(counted, answered),
            "unreadable": [one.place for one in books.unreadable],
            "counted": [{"cadre": cadre, **found} for cadre, found in counted.items()],
        }

    found = run(work(), as_json)
    if as_json:
        print_json(found)
    else:
        screen.print_recount(found)
    if found["differences"] or found["unreadable"]:
        raise typer.Exit(REFUSED)


def explain(
    cadre: Annotated[str, typer.Argument(help="Mã cán bộ · the cadre's key")],
    year: Annotated[int, typer.Argument(help="Năm của chế độ · the regime's year")],
    as_of: AsOf = None,
    known_at: KnownAt = None,
    data: Data = None,
    nats: Nats = None,
    as_json: AsJson = False,
) -> None:
    """Vì sao: từng buổi được tính, không được tính, từng điều kiện · Why, down to each entry."""
    day, moment = as_of_day(as_of), moment_of(known_at)

    def judge(books: Books) -> dict[str, Any]:
        return explain_year(books, cadre, year, day, moment)

    found = run(_read(data, nats, judge), as_json)
    (print_json if as_json else screen.print_explained)(found)


def what_if(
    regime: RegimeFile,
    year: Year = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    data: Data = None,
    nats: Nats = None,
    as_json: AsJson = False,
) -> None:
    """Nếu áp dụng chế độ khác thì ai đổi kết quả · Whose verdict another regime would change.

    Nothing is written. Exit code 1 where the file is no regime.
    """
    other = _regime(regime, as_json)
    day, moment = as_of_day(as_of), moment_of(known_at)

    def judge(books: Books) -> dict[str, Any]:
        return judge_otherwise(books, other, year or other.year, day, moment)

    found = run(_read(data, nats, judge), as_json)
    (print_json if as_json else screen.print_what_if)(found)


def history(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="Mã cán bộ, kế hoạch, lượt đi… · any id")
    ],
    as_of: AsItStood = None,
    known_at: KnownAt = None,
    svg: Annotated[
        Path | None, typer.Option("--svg", metavar="FILE", help="Vẽ dòng thời gian · a picture")
    ] = None,
    data: Data = None,
    nats: Nats = None,
    as_json: AsJson = False,
) -> None:
    """Lịch sử: ai làm gì, khi nào, ghi lúc nào, thẩm quyền nào · Who did what, by what right."""
    day, moment = day_of(as_of) if as_of else None, moment_of(known_at)

    def judge(books: Books) -> dict[str, Any]:
        return history_of(books, name, day, moment)

    found = run(_read(data, nats, judge), as_json)
    if svg is not None:
        try:
            svg.write_text(timeline(found), encoding="utf-8")
        except OSError as error:
            fail(error, as_json)
    (print_json if as_json else screen.print_history)(found)


async def _read(
    data: Path | None, nats: str | None, judge: Callable[[Books], dict[str, Any]]
) -> dict[str, Any]:
    """Read the books and judge them; entries that cannot be read are said on stderr."""
    async with await connect(data, nats, None) as bus:
        books = await read_books(bus)
    screen.say_unreadable(books.unreadable)
    return judge(books)


def _regime(file: Path, as_json: bool) -> Regime:
    """The regime in a file; one that is none ends the command with its faults by path."""
    try:
        return read_regime(file.read_text(encoding="utf-8"))
    except Refused as refused:
        if as_json:
            fail(refused, as_json)
        for fault in refused.detail["faults"]:
            err.print(f"✗ {fault['path']}: {fault['reason']}", markup=False)
        raise typer.Exit(REFUSED) from None
    except (OSError, UnicodeDecodeError) as error:
        fail(OSError(str(error)), as_json)
