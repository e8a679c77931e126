"""``dicoso audit verify``: the command."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from console.audit.faults import Fault
from console.audit.known import read_keys
from console.audit.verify import Verdict
from console.audit.verify import verify as verify_all
from console.options import DEFAULT_DATA, AsJson, Postgres
from console.screen import REFUSED, err, out, print_json
from shared.transparency.note import Rejected, VerifierKey

Folder = Annotated[
    Path,
    typer.Option(
        "--data",
        envvar="DICOSO_DATA",
        metavar="DIR",
        help="Thư mục dữ liệu · data folder: ledgers, log/<service>, log/keys",
    ),
]
Keys = Annotated[
    list[str] | None,
    typer.Option(
        "--key",
        metavar="VKEY|FILE",
        help="Khóa công khai đã có từ nơi khác; lặp lại được · public keys from elsewhere "
        "[default: log/keys of the data folder]",
    ),
]
Witnesses = Annotated[
    list[Path] | None,
    typer.Option(
        "--witness", metavar="FILE", exists=True, help="Tệp của nhân chứng · a witness's state file"
    ),
]

_SHOWN = 50


def keys_given(given: Sequence[str] | None) -> list[VerifierKey] | None:
    """The keys that the options name: written out, or files of them; None where none is given."""
    found: list[VerifierKey] = []
    for one in given or ():
        path = Path(one)
        try:
            found += read_keys(path.read_text() if path.is_file() else one)
        except (Rejected, OSError, UnicodeDecodeError) as error:
            raise typer.BadParameter(f"--key {one}: {error}") from error
    return found if given else None


def print_faults(faults: Sequence[Fault]) -> None:
    """Each fault: its code, where it is, and what it means, in both languages."""
    for one in faults[:_SHOWN]:
        err.print(f"[red]✗ {one.code}[/]  [bold]{escape(one.place)}[/]")
        err.print(f"    {escape(one.reason['vi'])}")
        err.print(f"    [dim]{escape(one.reason['en'])}[/]")
    if len(faults) > _SHOWN:
        err.print(f"… {len(faults) - _SHOWN} lỗi nữa: --json · more faults: --json")


def verify(
    data: Folder = DEFAULT_DATA,
    postgres: Postgres = None,
    key: Keys = None,
    witness: Witnesses = None,
    as_json: AsJson = False,
) -> None:
    """Kiểm tra toàn bộ sổ cái với nhật ký đã ký, ngoại tuyến · Check every ledger, offline.

    Every entry, against the leaf stored beside it, the log's tiles and every checkpoint that the
    signer, the other services or a witness keep. Exit code 1 when anything is wrong.
    """
    verdicts = verify_all(data, postgres, keys_given(key), witness or ())
    faults = [one for verdict in verdicts for one in verdict.faults]
    if not key:
        err.print(
            "[dim]! Khóa lấy từ chính thư mục dữ liệu; hãy đưa --key · "
            "keys are the data folder's own: bring yours with --key[/]"
        )
    if as_json:
        print_json({"sound": not faults, "services": [one.as_json() for one in verdicts]})
    else:
        for verdict in verdicts:
            _print(verdict)
        print_faults(faults)
    if faults:
        raise typer.Exit(REFUSED)


def _print(verdict: Verdict) -> None:
    mark = "[red]✗[/]" if verdict.faults else "[green]✓[/]"
    out.print(
        f"{mark} {verdict.service}: {verdict.entries} bút toán · entries, "
        f"đã ký đến · signed up to #{verdict.signed}, "
        f"{verdict.checkpoints} mốc · checkpoints, {verdict.heard} đã nghe · heard"
    )
