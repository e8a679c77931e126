"""``dicoso audit prove`` and ``check-proof``: the commands."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.markup import escape

from console.audit.faults import Fault
from console.audit.ledgers import NoLedger, Unreadable, open_rows
from console.audit.prove import PROOF, Evidence, Unproven, check
from console.audit.prove import prove as prove_entry
from console.audit.source import below, reader
from console.audit.verify_command import Folder, keys_given, print_faults
from console.options import DEFAULT_DATA, AsJson, Postgres
from console.screen import REFUSED, out, print_json
from shared.services import SERVICES
from shared.transparency.note import COSIGNATURE, Rejected


def _fail(fault: Fault, as_json: bool) -> NoReturn:
    if as_json:
        print_json({"proven": False, "fault": fault.as_json()})
    else:
        print_faults([fault])
    raise typer.Exit(REFUSED)


def prove(
    position: Annotated[
        int, typer.Argument(min=1, help="Vị trí trong sổ cái · position in the ledger")
    ],
    service: Annotated[
        str, typer.Option("--service", help=f"Dịch vụ · one of {', '.join(SERVICES)}")
    ],
    file: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FILE.tlog-proof", help="[default: SERVICE-POSITION.tlog-proof]"
        ),
    ] = None,
    data: Folder = DEFAULT_DATA,
    postgres: Postgres = None,
    as_json: AsJson = False,
) -> None:
    """Xuất chứng minh rằng một bút toán có trong nhật ký · Write a proof of one entry.

    Three files: .tlog-proof, .leaf (what is logged) and .json (the entry as stored). They verify
    offline: `dicoso audit check-proof`, or any tool that reads c2sp.org/tlog-proof.
    """
    if service not in SERVICES:
        raise typer.BadParameter(f"{service}: must be one of {', '.join(SERVICES)}")
    path = file or Path(f"{service}-{position}{PROOF}")
    if path.suffix != PROOF:
        raise typer.BadParameter(f"--out {path}: must end with {PROOF}")
    try:
        with open_rows(data, postgres, service) as rows:
            evidence = prove_entry(
                service, position, rows, below(reader(str(data / "log")), service)
            )
    except Unproven as error:
        _fail(error.fault, as_json)
    except (NoLedger, Unreadable) as error:
        code = "no-ledger" if isinstance(error, NoLedger) else "unreadable"
        _fail(Fault(code, service, position, detail={"what": str(error)}), as_json)
    evidence.write(path)
    if as_json:
        print_json({"proof": str(path), "service": service, "position": position})
    else:
        out.print(f"[green]✓[/] {escape(str(path))} [dim]({service} #{position})[/]")


def check_proof(
    file: Annotated[
        Path,
        typer.Argument(
            exists=True, metavar="FILE.tlog-proof", help="Bên cạnh: · beside it: .leaf, .json"
        ),
    ],
    key: Annotated[
        list[str],
        typer.Option(
            "--key",
            metavar="VKEY|FILE",
            help="Khóa của nhật ký, và của nhân chứng nếu có · the log's key; witnesses' keys too",
        ),
    ],
    as_json: AsJson = False,
) -> None:
    """Kiểm tra một chứng minh, ngoại tuyến · Check a proof offline; exit code 1 if it fails."""
    keys = keys_given(key) or []
    try:
        evidence = Evidence.read(file)
        leaf, checkpoint = check(evidence, keys)
    except Unproven as error:
        _fail(error.fault, as_json)
    except (OSError, Rejected) as error:
        _fail(Fault("malformed", file.name, detail={"what": str(error)}), as_json)
    cosigned = [one.name for one in keys if one.kind == COSIGNATURE]
    witnesses = [one.name for one in evidence.proof.note.opened(keys) if one.name in cosigned]
    found: dict[str, Any] = {
        "proven": True,
        "service": leaf.service,
        "position": evidence.position,
        "stream": leaf.stream,
        "version": leaf.version,
        "type": leaf.topic,
        "origin": checkpoint.origin,
        "size": checkpoint.size,
        "witnesses": witnesses,
        "entry": json.loads(evidence.state),
    }
    if as_json:
        print_json(found)
        return
    out.print(
        f"[green]✓[/] {leaf.service} #{evidence.position}  {escape(leaf.topic)}  "
        f"{escape(leaf.stream)} v{leaf.version}"
    )
    out.print(
        f"    {escape(checkpoint.origin)} đã ký · signed {checkpoint.size} bút toán · entries; "
        f"nhân chứng · witnesses: {escape(', '.join(witnesses)) or 'không · none'}"
    )
