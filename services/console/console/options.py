"""What most commands of the terminal can be told: where the suite is, who types, JSON or not."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

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
Id = Annotated[
    str | None,
    typer.Option("--id", help="Mã lệnh, để gửi lại an toàn · command id, to repeat safely"),
]
AsJson = Annotated[bool, typer.Option("--json", help="In JSON · print JSON")]
