"""``dicoso demo``, ``migrate``, ``status``: the suite itself; ``up`` stands alone (``up.py``)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from console.connection import connect
from console.days import AsOf, as_of_day
from console.demo import demo as run_demo
from console.later import Commands
from console.options import AsJson, Data, Nats
from console.running import run
from console.screen import REFUSED, fail, out, print_json
from console.suite import SuiteError, migrate_all
from shared.services import SERVICES


def migrate(
    postgres: Annotated[str, typer.Option(envvar="DICOSO_LEDGER", metavar="URL", help="URL")],
) -> None:
    """Tạo, nâng cấp bảng trên PostgreSQL · Make the ledgers' tables; again is safe."""
    try:
        migrate_all(postgres)
    except SuiteError as error:
        fail(error)
    out.print("[green]✓[/] " + ", ".join(SERVICES))


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
    if not run(run_demo(register, as_of_day(as_of), data, once, as_json), as_json):
        raise typer.Exit(REFUSED)


def status(data: Data = None, nats: Nats = None, as_json: AsJson = False) -> None:
    """Đã ghi, đã nghe tới đâu · Up to where each service has recorded and heard."""

    async def work() -> dict[str, Any]:
        async with await connect(data, nats, None) as bus:
            return {s: await bus.ask(s, "ready") for s in SERVICES}

    answer = run(work(), as_json)
    if as_json:
        print_json(answer)
    else:
        for service, ready in answer.items():
            positions = ", ".join(f"{name} #{at}" for name, at in ready["positions"].items())
            out.print(f"[green]✓[/] {service}: {positions}")
            for upstream, count in ready.get("parked", {}).items():
                if count:
                    out.print(
                        f"[red]✗ {service}: {count} sự kiện của {upstream} bị tạm gác · facts of "
                        f"{upstream} parked: dicoso parked list[/]"
                    )


commands: Commands = {"demo": demo, "migrate": migrate, "status": status}
