"""``dicoso``: the operator's command (lệnh của người vận hành)."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Coroutine
from datetime import date
from pathlib import Path
from typing import Annotated, Any, TypeVar

import structlog
import typer

from console.acts import AsJson, add_acts, today
from console.connection import DEFAULT_DATA, Data, Nats, Postgres, connect
from console.demo import demo as run_demo
from console.importing import Outcome
from console.register import read_register
from console.rehearsal import rehearse
from console.replay import replay as run_replay
from console.screen import (
    REFUSED,
    err,
    fail,
    out,
    print_assessments,
    print_denials,
    print_json,
    print_refusals,
    print_verdict,
)
from console.suite import Suite, SuiteError, migrate_all
from console.year import assessments, heads, load, save
from shared.language import SERVICES
from shared.messages import Refused
from shared.regime import read_regime
from shared.values import iso_day

T = TypeVar("T")

app = typer.Typer(
    name="dicoso",
    help="Đi cơ sở: kế hoạch, sổ đi, nghiệm thu, kết quả chế độ “1+2”, tính lại được từ sổ cái.\n\n"
    "The yearly field duty of cadres, planned, logged and judged from an auditable ledger.\n\n"
    "Start with: dicoso demo --register deploy/samples/bac-ninh-2019 --as-of 2020-01-31",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
groups = add_acts(app)
SUITE = "Bộ dịch vụ · The suite"
REGISTER = "Sổ và kết quả · Register and results"


def _day(text: str) -> date:
    try:
        return iso_day(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


AsOf = Annotated[
    str | None,
    typer.Option("--as-of", metavar="YYYY-MM-DD", help="Tính đến ngày · as of [default: today]"),
]
Year = Annotated[
    int | None,
    typer.Option("--year", help="Năm của chế độ · the regime's year [default: that of --as-of]"),
]


def _as_of(text: str | None) -> date:
    return _day(text) if text else today()


def _run(work: Coroutine[Any, Any, T], as_json: bool = False) -> T:
    """Run to the end, or until Ctrl-C or SIGTERM; what goes wrong is said, with its exit code."""

    async def until_told() -> T:
        task = asyncio.ensure_future(work)
        for told in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(told, task.cancel)
        return await task

    try:
        return asyncio.run(until_told())
    except (Refused, TimeoutError, SuiteError, OSError) as error:
        fail(error, as_json)
    except asyncio.CancelledError:
        raise typer.Exit(0) from None


@app.command(rich_help_panel=SUITE)
def up(data: Data = None, nats: Nats = None, postgres: Postgres = None) -> None:
    """Chạy NATS nhúng và mọi dịch vụ · Start NATS and every service, until Ctrl-C."""

    async def stay() -> None:
        async with Suite(data or DEFAULT_DATA, nats, postgres, say=err.print) as suite:
            err.print(f"[green]✓[/] dicoso is up on {suite.data} · Ctrl-C ends it")
            await asyncio.Event().wait()

    _run(stay())


@app.command(rich_help_panel=SUITE)
def migrate(
    postgres: Annotated[str, typer.Option(envvar="DICOSO_LEDGER", metavar="URL", help="URL")],
) -> None:
    """Tạo, nâng cấp bảng trên PostgreSQL · Make the ledgers' tables; again is safe."""
    try:
        migrate_all(postgres)
    except SuiteError as error:
        fail(error)
    out.print("[green]✓[/] " + ", ".join(SERVICES))


@app.command(rich_help_panel=SUITE)
def demo(
    register: Annotated[
        Path,
        typer.Option(exists=True, help="Thư mục sổ hoặc tệp .xlsx · register folder or workbook"),
    ] = Path("deploy/samples/bac-ninh-2019"),
    as_of: AsOf = None,
    data: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Giữ dữ liệu ở đây · keep the data here")
    ] = None,
    once: Annotated[bool, typer.Option("--once", help="Xong thì dừng · end when shown")] = False,
    as_json: AsJson = False,
) -> None:
    """Một năm của một tỉnh · One province's year, from a register to every result."""
    if not _run(run_demo(register, _as_of(as_of), data, once, as_json), as_json):
        raise typer.Exit(REFUSED)


@app.command("import", rich_help_panel=REGISTER)
def import_(
    register: Annotated[
        Path, typer.Argument(exists=True, help="Thư mục sổ hoặc .xlsx · folder or workbook")
    ],
    strict: Annotated[
        bool,
        typer.Option("--strict", help="Có dòng bị từ chối thì không nhập gì · all rows or none"),
    ] = False,
    data: Data = None,
    nats: Nats = None,
    as_json: AsJson = False,
) -> None:
    """Nhập sổ; nhập lại không đổi gì · Import a register; doing it again changes nothing.

    Exit code 1 when a row was refused; the others are recorded all the same, unless --strict.
    """

    async def work() -> Outcome:
        read = read_register(register)
        if strict:
            trial = await rehearse(read, data or DEFAULT_DATA, nats)
            if trial.refusals:
                return Outcome(refusals=trial.refusals)
        async with await connect(data, nats, "import") as bus:
            return await load(bus, read)

    outcome = _run(work(), as_json)
    if as_json:
        print_json(
            {
                "imported": outcome.imported,
                "refusals": [one.as_json() for one in outcome.refusals],
                "positions": outcome.positions,
            }
        )
    else:
        print_refusals(outcome.refusals)
        counts = ", ".join(f"{file} {count}" for file, count in outcome.imported.items())
        out.print(f"Đã nhập · Imported: {counts}")
    if outcome.refusals:
        raise typer.Exit(REFUSED)


@app.command(rich_help_panel=REGISTER)
def export(
    register: Annotated[Path, typer.Argument(help="Thư mục mới hoặc .xlsx · folder or workbook")],
    year: Annotated[int, typer.Option("--year", help="Năm của chế độ · the regime's year")],
    data: Data = None,
    nats: Nats = None,
) -> None:
    """Xuất cả năm ra sổ · Export the whole year as a register."""

    async def work() -> dict[str, int]:
        async with await connect(data, nats, "export") as bus:
            return await save(bus, year, register)

    counts = ", ".join(f"{file} {count}" for file, count in _run(work()).items())
    out.print(f"Đã xuất · Exported to {register}: {counts}")


@app.command(rich_help_panel=REGISTER)
def assess(
    cadre: Annotated[str | None, typer.Option("--cadre", help="Một cán bộ · one cadre")] = None,
    year: Year = None,
    as_of: AsOf = None,
    data: Data = None,
    nats: Nats = None,
    as_json: AsJson = False,
) -> None:
    """Kết quả thực hiện chế độ đến một ngày · Where every cadre, or one, stands as of a day."""
    day = _as_of(as_of)

    async def work() -> Any:
        async with await connect(data, nats, None) as bus:
            if cadre is None:
                return await assessments(bus, year or day.year, day, await heads(bus))
            return await bus.ask(
                "appraisal",
                "assess",
                heard=await heads(bus),
                cadre=cadre,
                year=year or day.year,
                as_of=day,
            )

    answer = _run(work(), as_json)
    match answer, as_json:
        case list(), True:
            print_json([row["assessment"] for row in answer])
        case list(), False:
            print_assessments(answer)
        case _, True:
            print_json(answer["assessment"])
        case _:
            print_verdict(answer)
            print_denials(answer)


@app.command(rich_help_panel=REGISTER)
def replay(
    year: Year = None,
    as_of: AsOf = None,
    data: Data = None,
    nats: Nats = None,
    as_json: AsJson = False,
) -> None:
    """Tính lại từ số 0 và so sánh · Replay from zero, compare with the live answers.

    Exit code 1 when any cadre differs.
    """
    day = _as_of(as_of)

    async def work() -> dict[str, Any]:
        async with await connect(data, nats, None) as bus:
            return await run_replay(bus, year or day.year, day)

    result = _run(work(), as_json)
    if as_json:
        print_json(result)
    else:
        entries = ", ".join(f"{name} {count}" for name, count in result["entries"].items())
        out.print(f"{result['cadres']} cadres from {entries} entries: ", end="")
        out.print(
            "[red]differ: " + ", ".join(result["differ"]) if result["differ"] else "[green]equal"
        )
    if result["differ"]:
        raise typer.Exit(REFUSED)


@app.command(rich_help_panel=SUITE)
def status(data: Data = None, nats: Nats = None, as_json: AsJson = False) -> None:
    """Đã ghi, đã nghe tới đâu · Up to where each service has recorded and heard."""

    async def work() -> dict[str, Any]:
        async with await connect(data, nats, None) as bus:
            return {s: await bus.ask(s, "ready") for s in SERVICES}

    answer = _run(work(), as_json)
    if as_json:
        print_json(answer)
    else:
        for service, ready in answer.items():
            positions = ", ".join(f"{name} #{at}" for name, at in ready["positions"].items())
            out.print(f"[green]✓[/] {service}: {positions}")


def _check_regime(file: Annotated[Path, typer.Argument(help="regime.yaml")]) -> None:
    """Kiểm tra tệp chế độ, chưa ban hành · Check a regime file, without enacting it."""
    try:
        regime = read_regime(file.read_text(encoding="utf-8"))
    except Refused as refused:
        for fault in refused.detail["faults"]:
            err.print(f"[red]✗ {fault['path']}[/]: {fault['reason']}", markup=True)
        raise typer.Exit(REFUSED) from None
    except (OSError, UnicodeDecodeError) as error:
        fail(OSError(str(error)))
    out.print(f"[green]✓[/] {regime.regime}: {regime.title.vi} · {regime.title.en}")


groups["regime"].command("check")(_check_regime)


def main() -> None:
    """The entry point."""
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    app()


if __name__ == "__main__":
    main()
