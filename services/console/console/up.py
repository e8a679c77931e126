"""``dicoso up``: the suite, for as long as it is wanted.

The process that stays is another program (``watch.py``), in the place of this one: what parses a
command line is large, and not needed for watching.
"""

from __future__ import annotations

import os
from typing import Annotated

import typer

from console.later import Commands
from console.options import DEFAULT_DATA, Data, Nats, Postgres
from console.suite import program
from console.watch import Watched

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
    watched = Watched(data or DEFAULT_DATA, nats, postgres, replicas, portal)
    command = program("console.watch")
    os.execve(command[0], command, {**os.environ, **watched.environment()})  # noqa: S606 - no shell


commands: Commands = {"up": up}
