"""``dicoso up``: the suite, for as long as it is wanted.

The process stays and watches over the others, so it imports little: no words, no models.
"""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer
from rich.markup import escape

from console.later import Commands
from console.options import DEFAULT_DATA, Data, Nats, Postgres
from console.running import run
from console.screen import err
from console.suite import Suite

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


commands: Commands = {"up": up}
