"""How a command of the terminal finds the bus: ``--nats``, or the suite on ``--data``."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import Annotated

import typer

from console.suite import SuiteError, running_nats
from shared.bus import Bus

DEFAULT_DATA = Path("dicoso-data")

Data = Annotated[
    Path | None,
    typer.Option(
        "--data",
        envvar="DICOSO_DATA",
        metavar="DIR",
        help="Thư mục dữ liệu của bộ dịch vụ đang chạy · data folder of the running suite "
        "[default: dicoso-data]",
    ),
]
Nats = Annotated[
    str | None,
    typer.Option(
        "--nats",
        envvar="DICOSO_NATS",
        metavar="URL",
        show_envvar=True,
        help="Địa chỉ NATS, nếu không dùng bộ nhúng · NATS URL instead of the embedded one",
    ),
]
Actor = Annotated[
    str | None,
    typer.Option(
        "--actor",
        envvar="DICOSO_ACTOR",
        help="Ai nhập lệnh này, ghi vào sổ · who types this, as recorded [default: your login]",
    ),
]


Postgres = Annotated[
    str | None,
    typer.Option(
        "--postgres",
        envvar="DICOSO_LEDGER",
        metavar="URL",
        show_envvar=True,
        help="Sổ cái trên PostgreSQL (postgresql://…) thay vì tệp SQLite · ledgers on PostgreSQL",
    ),
]


def who_types(actor: str | None) -> str:
    """The actor to record: the one named, or the login."""
    return actor or f"operator:{getpass.getuser()}"


async def connect(data: Path | None, nats: str | None, actor: str | None) -> Bus:
    """A client of the running suite. Raises SuiteError where none runs."""
    url = nats or running_nats(data or DEFAULT_DATA)
    if url is None:
        raise SuiteError(
            f"no suite runs on {data or DEFAULT_DATA}: start it with `dicoso up`, "
            "or name a bus with --nats URL"
        )
    return await Bus.connect(url, who_types(actor), patience=15)
