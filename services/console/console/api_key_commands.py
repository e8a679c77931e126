"""``dicoso portal key``: keys of the HTTP API, for who has no browser at hand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from console.connection import who_types
from console.options import DEFAULT_DATA, AsJson, Data
from console.screen import REFUSED, err, out, print_json
from portal.api.keys import NAMED, SCOPES, ApiKey, Keys
from portal.settings import Settings
from portal.store import Store

key = typer.Typer(
    help="Khóa API cho phần mềm khác · API keys of other programs", no_args_is_help=True
)


@contextmanager
def _keys(data: Path | None) -> Iterator[Keys]:
    settings = Settings(data=data or DEFAULT_DATA)
    if not settings.portal_store and not settings.data.is_dir():
        raise typer.BadParameter(f"{settings.data} is no data folder: give --data")
    store = Store(settings.store)
    try:
        yield Keys(store)
    finally:
        store.close()


@key.command("make")
def make(
    name: Annotated[str, typer.Argument(help="Tên phần mềm · the program's name, on record")],
    scope: Annotated[
        list[str],
        typer.Option(
            "--scope", help=f"Phạm vi, nhiều lần · scope, repeatedly: {', '.join(SCOPES)}"
        ),
    ],
    days: Annotated[
        int, typer.Option("--days", min=1, max=1096, help="Hạn dùng · good for so many days")
    ] = 365,
    data: Data = None,
) -> None:
    """Lập khóa: chỉ in ra một lần · Make a key: it is printed this once."""
    if unknown := sorted(set(scope) - set(SCOPES)):
        raise typer.BadParameter(f"no such scope: {', '.join(unknown)}")
    if not re.fullmatch(NAMED, name):
        raise typer.BadParameter("a name of lower-case letters, digits and hyphens, 40 at most")
    now = datetime.now(UTC)
    with _keys(data) as keys:
        made, secret = keys.make(name, scope, now + timedelta(days=days), who_types(None), now)
    err.print(f"[green]✓[/] {escape(made.name)} {made.key}: {days} ngày · days")
    out.print(secret, markup=False, soft_wrap=True)


@key.command("list")
def list_(data: Data = None, as_json: AsJson = False) -> None:
    """Các khóa · Every key that was made."""
    now = datetime.now(UTC)
    with _keys(data) as keys:
        rows = [_row(one, now) for one in keys.all().values()]
    if as_json:
        return print_json(rows)
    table = Table(box=None, pad_edge=False)
    for column in ("", "phần mềm · program", "phạm vi · scopes", "đến · until", ""):
        table.add_column(column, overflow="fold")
    for row in rows:
        cells = (row["key"], row["name"], " ".join(row["scopes"]), row["expires"][:10])
        table.add_row(*map(escape, (*cells, "" if row["holds"] else "✗")))
    out.print(table)


def _row(one: ApiKey, now: datetime) -> dict[str, Any]:
    return {
        "key": one.key,
        "name": one.name,
        "scopes": sorted(one.scopes),
        "expires": one.expires.isoformat(),
        "last_used": one.last_used and one.last_used.isoformat(),
        "holds": one.holds(now),
    }


@key.command("revoke")
def revoke(
    which: Annotated[str, typer.Argument(metavar="KEY", help="Mã khóa · the key's id")],
    data: Data = None,
) -> None:
    """Thu hồi khóa, ngay lập tức · Revoke a key, from now on."""
    with _keys(data) as keys:
        done = keys.revoke(which, who_types(None), datetime.now(UTC))
    if not done:
        err.print("[red]✗[/] không có khóa này, hoặc đã thu hồi · no such key, or revoked before")
        raise typer.Exit(REFUSED)
    out.print(f"[green]✓[/] {escape(which)}")
