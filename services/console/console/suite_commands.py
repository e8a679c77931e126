"""``dicoso up``, ``demo``, ``migrate``, ``status``: the suite itself."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from console.acts import AsJson
from console.connection import DEFAULT_DATA, Data, Nats, Postgres, connect
from console.demo import demo as run_demo
from console.running import AsOf, as_of_day, run
from console.screen import REFUSED, err, fail, out, print_json
from console.suite import Suite, SuiteError, migrate_all
from shared.language import SERVICES

Replicas = Annotated[
    int,
    typer.Option(
        min=1,
        max=16,
        metavar="N",
        help="Số bản của mỗi dịch vụ, trên PostgreSQL · processes of each service",
    ),
]


PortalPort = Annotated[
    int,
    typer.Option(
        "--portal-port",
        envvar="DICOSO_PORTAL_PORT",
        min=0,
        max=65535,
        help="Cổng của trang web, 0: không chạy · port of the web pages, 0 for none",
    ),
]


def up(
    data: Data = None,
    nats: Nats = None,
    postgres: Postgres = None,
    replicas: Replicas = 1,
    portal: PortalPort = 8080,
) -> None:
    """Chạy NATS nhúng và mọi dịch vụ · Start NATS, services, signer, portal, until Ctrl-C."""

    async def stay() -> None:
        where = data or DEFAULT_DATA
        err.print("Đang khởi động, có thể mất nửa phút · Starting, it may take half a minute")
        err.print(f"  nhật ký · logs: {escape(str((where / 'logs').resolve()))}")
        async with Suite(
            where, nats, postgres, replicas, signer=True, portal=portal or None, say=err.print
        ) as suite:
            err.print(f"[green]✓[/] dicoso is up on {suite.data} · Ctrl-C ends it")
            if portal:
                err.print(f"  http://127.0.0.1:{portal}")
            await asyncio.Event().wait()

    run(stay())


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
