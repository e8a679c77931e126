"""``dicoso audit witness``: the command."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from console.audit.source import below, reader
from console.audit.verify_command import keys_given, print_faults
from console.audit.witness import Seen, held, notes_of
from console.options import AsJson
from console.screen import REFUSED, out, print_json
from shared.transparency.note import ED25519, Rejected, SignerKey


def witness(
    logs: Annotated[
        str,
        typer.Argument(
            metavar="DIR|URL",
            help="Thư mục log, hoặc địa chỉ phục vụ nó · the log folder, or a URL that serves it",
        ),
    ],
    key: Annotated[
        list[str],
        typer.Option(
            "--key", metavar="VKEY|FILE", help="Khóa công khai của các nhật ký · the logs' keys"
        ),
    ],
    state: Annotated[
        Path,
        typer.Option("--state", metavar="FILE", help="Điều đã thấy · what was seen, kept here"),
    ],
    cosign: Annotated[
        Path | None,
        typer.Option(
            "--cosign",
            exists=True,
            metavar="FILE",
            help="Khóa riêng để đồng ký · key to cosign with",
        ),
    ] = None,
    into: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="DIR", help="Ghi mốc đã đồng ký vào đây · write cosigned checkpoints"
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Làm chứng: chỉ nhận lịch sử nối tiếp điều đã thấy · Refuse a history that was rewritten.

    Run it elsewhere, again and again. What does not extend what was seen is refused with exit code
    1, and both checkpoints are kept in the state file as evidence.
    """
    keys = [one for one in keys_given(key) or [] if one.kind == ED25519]
    cosigner = _private(cosign) if cosign else None
    read = reader(logs)
    try:
        with held(state) as memory:
            now = datetime.now(UTC)
            found = [
                memory.look(one, below(read, one.name.rpartition("/")[2]), now, cosigner)
                for one in keys
            ]
            notes = notes_of(memory, keys)
    except (ValueError, KeyError) as error:
        raise typer.BadParameter(f"--state {state}: {error}") from error
    for service, note in notes.items() if into else ():
        path = (into or Path()) / service / "checkpoint"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(note)
    faults = [one.fault for one in found if one.fault]
    if as_json:
        print_json({"accepted": not faults, "logs": [one.as_json() for one in found]})
    else:
        for one in found:
            _print(one)
        print_faults(faults)
    if faults:
        raise typer.Exit(REFUSED)


def _private(path: Path) -> SignerKey:
    try:
        return SignerKey.parse(path.read_text().strip())
    except (Rejected, OSError, UnicodeDecodeError) as error:
        raise typer.BadParameter(f"--cosign {path}: {error}") from error


def _print(one: Seen) -> None:
    mark = "[red]✗[/]" if one.fault else "[green]✓[/]"
    before = "lần đầu · first seen" if one.before is None else f"#{one.before}"
    now = f" → #{one.checkpoint.size}" if one.checkpoint and not one.fault else ""
    out.print(f"{mark} {escape(one.origin)}: {before}{now}")
