"""``dicoso import``, ``export``, ``assess``, ``regime check``: a year as a whole."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from console.acts import GROUPS
from console.connection import connect
from console.days import AsItStood, AsOf, KnownAt, Year, as_of_day, day_of, moment_of
from console.later import Commands
from console.options import DEFAULT_DATA, AsJson, Data, Nats
from console.rehearsal import rehearse
from console.running import run
from console.screen import REFUSED, err, fail, out, print_json
from console.showing import print_assessments, print_denials, print_refusals, print_verdict, warn_of
from console.year import assessments, heads, load, save
from registers.importing import Outcome
from registers.register import read_register
from shared.refused import Refused
from shared.regime import read_regime


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
        if read.regime is not None:
            warn_of(read.regime)
        if strict:
            trial = await rehearse(read, data or DEFAULT_DATA, nats)
            if trial.refusals:
                return Outcome(refusals=trial.refusals)
        async with await connect(data, nats, "import") as bus:
            return await load(bus, read)

    outcome = run(work(), as_json)
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


def export(
    register: Annotated[Path, typer.Argument(help="Thư mục mới hoặc .xlsx · folder or workbook")],
    year: Annotated[int, typer.Option("--year", help="Năm của chế độ · the regime's year")],
    as_of: AsItStood = None,
    known_at: KnownAt = None,
    data: Data = None,
    nats: Nats = None,
) -> None:
    """Xuất cả năm ra sổ · Export the whole year as a register."""
    then = {"as_of": day_of(as_of) if as_of else None, "known_at": moment_of(known_at)}

    async def work() -> dict[str, int]:
        async with await connect(data, nats, "export") as bus:
            return await save(bus, year, register, then)

    counts = ", ".join(f"{file} {count}" for file, count in run(work()).items())
    out.print(f"Đã xuất · Exported to {register}: {counts}")


def assess(
    cadre: Annotated[str | None, typer.Option("--cadre", help="Một cán bộ · one cadre")] = None,
    year: Year = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    data: Data = None,
    nats: Nats = None,
    as_json: AsJson = False,
) -> None:
    """Kết quả thực hiện chế độ đến một ngày · Where every cadre, or one, stands as of a day."""
    day, moment = as_of_day(as_of), moment_of(known_at)
    unreadable: list[dict[str, str]] = []

    async def work() -> Any:
        async with await connect(data, nats, None) as bus:
            if cadre is None:
                after = await heads(bus)
                return await assessments(
                    bus, year or day.year, day, after, unreadable, known_at=moment
                )
            return await bus.ask(
                "appraisal",
                "assess",
                heard=await heads(bus),
                cadre=cadre,
                year=year or day.year,
                as_of=day,
                known_at=moment,
            )

    answer = run(work(), as_json)
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
    for one in unreadable:
        err.print(
            f"[red]✗ {escape(one['stream'])}[/]: không tính được · cannot be judged: "
            f"{escape(one['error'])}"
        )
    if unreadable:
        raise typer.Exit(REFUSED)


def check_regime(file: Annotated[Path, typer.Argument(help="regime.yaml")]) -> None:
    """Kiểm tra tệp chế độ, chưa ban hành · Check a regime file, without enacting it."""
    try:
        regime = read_regime(file.read_text(encoding="utf-8"))
    except Refused as refused:
        for fault in refused.detail["faults"]:
            err.print(f"[red]✗ {escape(fault['path'])}[/]: {escape(fault['reason'])}")
        raise typer.Exit(REFUSED) from None
    except (OSError, UnicodeDecodeError) as error:
        fail(OSError(str(error)))
    warn_of(regime)
    out.print(f"[green]✓[/] {regime.regime}: {regime.title.vi} · {regime.title.en}")


commands: Commands = {
    "import": import_,
    "export": export,
    "assess": assess,
    "regime": GROUPS["regime"],
}
GROUPS["regime"].command("check")(check_regime)
