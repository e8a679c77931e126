"""``dicoso audit export``: the command."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from console.audit.export import export as write_bundle
from console.audit.faults import Fault
from console.audit.ledgers import NoLedger, Unreadable, open_rows
from console.audit.prove import Unproven
from console.audit.verify_command import Folder, print_faults
from console.days import AsOf, as_of_day
from console.options import DEFAULT_DATA, AsJson, Postgres
from console.screen import REFUSED, out, print_json
from shared.services import SERVICES


def export(
    file: Annotated[
        Path, typer.Option("--out", metavar="FILE.zip", help="Tệp lưu trữ · the archive")
    ] = Path("bundle.zip"),
    as_of: AsOf = None,
    data: Folder = DEFAULT_DATA,
    postgres: Postgres = None,
    as_json: AsJson = False,
) -> None:
    """Xuất bộ chứng cứ kèm chương trình kiểm tra · Everything an auditor needs, in one archive.

    `verify.py` inside it needs nothing of dicoso. Give the printed digest to whoever gets the
    archive, by another way.
    """
    service = ""
    try:
        with ExitStack() as stack:
            ledgers = {}
            for service in SERVICES:
                ledgers[service] = stack.enter_context(open_rows(data, postgres, service))
            digest = write_bundle(file, ledgers, data / "log", as_of_day(as_of))
    except (NoLedger, Unreadable, Unproven) as error:
        if isinstance(error, Unproven):
            fault = error.fault
        else:
            code = "no-ledger" if isinstance(error, NoLedger) else "unreadable"
            fault = Fault(code, service, detail={"what": str(error)})
        file.unlink(missing_ok=True)
        if as_json:
            print_json({"exported": False, "fault": fault.as_json()})
        else:
            print_faults([fault])
        raise typer.Exit(REFUSED) from None
    if as_json:
        print_json({"bundle": str(file), "digest": digest})
    else:
        out.print(f"[green]✓[/] {escape(str(file))}\n    digest {digest}")
