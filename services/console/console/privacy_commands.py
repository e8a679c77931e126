"""``dicoso privacy erase``, ``requests``, ``export``, ``rotate``: what is held on a person.

The single acts (``record-request``, ``answer-request``, ``set-deadlines`` …) are made from the
words themselves (``acts.py``).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from eventsourcing.persistence import PersistenceError
from rich.markup import escape

from console.acts import GROUPS
from console.connection import connect
from console.days import AsOf, as_of_day, day_of
from console.dossier import as_text, dossier
from console.later import Commands
from console.options import DEFAULT_DATA, Actor, AsJson, Data, Nats, Postgres
from console.running import run
from console.screen import err, fail, out, print_json
from console.suite import SuiteError, hold
from console.year import heads
from shared.bus import Bus
from shared.clock import today
from shared.keys import open_table
from shared.keys import rotate as rotate_keys
from shared.language.privacy import ApproveErasure, RequestErasure
from shared.master_key import KeyFault

Cadre = Annotated[str, typer.Argument(help="Mã cán bộ · the cadre's key")]
_LOOKS = 100
"""How often, every tenth of a second, it is asked whether the key is destroyed."""


def erase(
    cadre: Cadre,
    reason: Annotated[
        str | None,
        typer.Option("--reason", help="Lý do, không nêu tên ai · why; it names nobody"),
    ] = None,
    by: Annotated[
        str | None, typer.Option("--by", help="Người đề nghị · who asks for it: a cadre's key")
    ] = None,
    second: Annotated[
        str | None,
        typer.Option("--second-person", help="Người phê duyệt, là người khác · who approves it"),
    ] = None,
    on: Annotated[
        str | None, typer.Option("--on", metavar="YYYY-MM-DD", help="Ngày · the day of the act")
    ] = None,
    data: Data = None,
    nats: Nats = None,
    actor: Actor = None,
    as_json: AsJson = False,
) -> None:
    """Xoá dữ liệu của một người, do hai người quyết định · Erase a person: two persons decide.

    --by and --reason ask for it, --second-person approves it: together, or one after the other.
    Then the person's key is destroyed, and cannot be had back.
    """
    if (by is None) != (reason is None) or (by is None and second is None):
        raise typer.BadParameter("give --by with --reason, or --second-person, or all of them")
    day = day_of(on) if on else today()

    async def work() -> dict[str, Any]:
        async with await connect(data, nats, actor) as bus:
            if by is not None and reason is not None:
                word = RequestErasure(cadre=cadre, by=by, reason=reason, on=day)
                await bus.obey(word, after=await heads(bus))
            if second is not None:
                approval = ApproveErasure(cadre=cadre, by=second, on=day)
                await bus.obey(approval, after=await heads(bus))
                await _until_erased(bus, cadre)
            return await bus.ask("planning", "erasure", cadre=cadre)

    answer = run(work(), as_json)
    if as_json:
        print_json(answer)
        return
    asked, approved = answer["asked"], answer["approved"]
    out.print(f"[green]✓[/] Đề nghị xoá · Asked for by {asked['by']} on {asked['on']}")
    if approved is None:
        out.print("  chờ người thứ hai phê duyệt · it waits for a second person (--second-person)")
        return
    out.print(f"[green]✓[/] Phê duyệt · Approved by {approved['by']} on {approved['on']}")
    if answer["erased"]:
        out.print(f"[green]✓[/] Đã huỷ khoá của · The key is destroyed of {escape(cadre)}")
    else:
        err.print("[yellow]…[/] khoá sẽ được huỷ khi planning chạy lại · the key is not yet gone")


async def _until_erased(bus: Bus, cadre: str) -> None:
    """Wait until the key is destroyed; planning goes on with it whatever happens here."""
    for _ in range(_LOOKS):
        if (await bus.ask("planning", "erasure", cadre=cadre))["erased"]:
            return
        await asyncio.sleep(0.1)


def requests(
    unanswered: Annotated[
        bool, typer.Option("--open", help="Chỉ yêu cầu chưa trả lời · only those not answered")
    ] = False,
    as_of: AsOf = None,
    data: Data = None,
    nats: Nats = None,
    as_json: AsJson = False,
) -> None:
    """Yêu cầu về dữ liệu cá nhân, theo hạn · Requests about personal data, the next due first."""
    day = as_of_day(as_of)

    async def work() -> list[dict[str, Any]]:
        async with await connect(data, nats, None) as bus:
            return await bus.pages("planning", "requests")

    rows = run(work(), as_json)
    for row in rows:
        row["state"] = _state(row, day)
    found = [row for row in rows if not unanswered or row["answered"] is None]
    found.sort(key=lambda row: (row["answered"] is not None, row["due_on"], row["request"]))
    if as_json:
        print_json(found)
        return
    for row in found:
        colour, said = _SAID[row["state"]]
        out.print(
            f"[{colour}]{said}[/] {escape(row['request'])}: {row['kind']}, "
            f"{escape(row['cadre'])}, nhận · received {row['received_on']}, "
            f"hạn · due {row['due_on']} [dim]({escape(row['basis'])})[/]"
        )
    if not found:
        out.print("[green]✓[/] không có · none")


_SAID = {
    "overdue": ("red", "✗ quá hạn · overdue"),
    "open": ("yellow", "… chưa trả lời · open"),
    "granted": ("green", "✓ đã chấp nhận · granted"),
    "refused": ("green", "✓ đã từ chối · refused"),
}


def _state(row: dict[str, Any], day: date) -> str:
    if row["answered"] is not None:
        return str(row["answered"]["outcome"])
    return "overdue" if row["due_on"] < day.isoformat() else "open"


def export(
    cadre: Cadre,
    folder: Annotated[Path, typer.Argument(help="Thư mục mới · a new folder")],
    data: Data = None,
    nats: Nats = None,
) -> None:
    """Cấp bản sao dữ liệu của một người · Give a person their own data, as JSON and as text.

    All facts on them, of every service; what is sealed is opened. Give it to nobody else.
    """

    async def work() -> list[dict[str, Any]]:
        async with await connect(data, nats, None) as bus:
            return await dossier(bus, cadre)

    entries = run(work())
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    told = json.dumps({"cadre": cadre, "entries": entries}, ensure_ascii=False, indent=1)
    _private(folder / "data.json", told + "\n")
    _private(folder / "data.txt", as_text(cadre, entries))
    out.print(f"[green]✓[/] {len(entries)} sự kiện · facts: {folder}/data.json, data.txt")


def rotate(
    data: Data = None,
    postgres: Postgres = None,
    master: Annotated[
        Path | None,
        typer.Option(
            "--master-key-file",
            envvar="DICOSO_MASTER_KEY_FILE",
            metavar="FILE",
            help="Tệp khoá chủ · the file with the master key [default: master.key in --data]",
        ),
    ] = None,
) -> None:
    """Thay khoá chủ; các dịch vụ phải dừng · A new master key in the file; all must be stopped.

    Afterwards no backup of the key store opens with the key in the file. Who keeps the former
    master key keeps what the backups hold.
    """
    folder = data or DEFAULT_DATA
    path = master or folder / "master.key"
    try:
        with contextlib.nullcontext() if postgres else hold(folder):
            table = open_table(postgres or folder / "keys.sqlite")
            count = rotate_keys(table, path)
            table.close()
    except (SuiteError, OSError) as error:
        fail(error)
    except (KeyFault, PersistenceError) as error:
        fail(SuiteError(str(error)))
    out.print(f"[green]✓[/] {count} khoá · keys: {path}")


def _private(path: Path, text: str) -> None:
    """A file that only its owner reads."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)


for _act in (erase, requests, export, rotate):
    GROUPS["privacy"].command(_act.__name__)(_act)
commands: Commands = {"privacy": GROUPS["privacy"]}
