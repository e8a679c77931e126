"""``dicoso parked``: what a service could not handle, and what operations do about it."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import asdict
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from pydantic_core import from_json
from rich.markup import escape

from console.connection import connect
from console.later import Commands
from console.options import Actor, AsJson, Data, Id, Nats
from console.running import run
from console.screen import err, fail, out, print_json
from console.showing import print_done
from shared.answers import Done
from shared.bus import Bus
from shared.language.parking import FactParked, RetryParked, SkipParked
from shared.parking import content_of
from shared.refused import Refused
from shared.regime import faults
from shared.services import SERVICES

parked = typer.Typer(
    help="Sự kiện bị tạm gác vì không xử lý được · Facts set aside that could not be handled",
    no_args_is_help=True,
)

Service = Annotated[
    str, typer.Argument(help=f"Dịch vụ nghe · the service that hears: {', '.join(SERVICES)}")
]
Upstream = Annotated[str, typer.Argument(help="Dịch vụ được nghe · the service that is heard")]
Position = Annotated[
    int, typer.Argument(min=1, help="Vị trí trong sổ cái của dịch vụ đó · position in its ledger")
]


def _known(service: str) -> str:
    if service not in SERVICES:
        raise typer.BadParameter(f"{service}: must be one of {', '.join(SERVICES)}")
    return service


async def _all(bus: Bus, service: str) -> list[dict[str, Any]]:
    return [{"service": service, **row} for row in await bus.pages(service, "parked")]


@parked.command("list")
def list_(data: Data = None, nats: Nats = None, as_json: AsJson = False) -> None:
    """Liệt kê sự kiện đang tạm gác của mọi dịch vụ · What is parked, in every service."""

    async def work() -> list[dict[str, Any]]:
        async with await connect(data, nats, None) as bus:
            found = await asyncio.gather(*(_all(bus, service) for service in SERVICES))
        return [row for rows in found for row in rows]

    rows = run(work(), as_json)
    if as_json:
        print_json(rows)
        return
    for row in rows:
        why = row["why"] or f"sau · behind #{row['behind']}"
        out.print(
            f"[red]✗[/] {row['service']} {row['upstream']} #{row['position']} "
            f"{escape(row['partition'])}  {escape(row['topic'])}  [dim]{escape(why)}[/]"
        )
    if not rows:
        out.print("[green]✓[/] không có · none")


@parked.command()
def show(
    service: Service,
    upstream: Upstream,
    position: Position,
    data: Data = None,
    nats: Nats = None,
    as_json: AsJson = False,
) -> None:
    """Xem một sự kiện đang tạm gác · One parked fact: why, and the message as it came."""
    service = _known(service)

    async def work() -> dict[str, Any]:
        async with await connect(data, nats, None) as bus:
            return await bus.ask(service, "parked-fact", upstream=upstream, position=position)

    fact = run(work(), as_json)
    content = content_of(FactParked.model_validate({**fact, "key": fact["partition"]}))
    try:
        event = from_json(content)
    except ValueError:
        event = content.decode("utf-8", "backslashreplace")
    print_json({**fact, "event": event})


async def _try(
    bus: Bus, service: str, upstream: str, partition: str | None, command_id: str | None
) -> list[dict[str, Any]]:
    """Retry a partition, or each that is parked; what was done, or why not, of each."""
    chosen = [partition] if partition else None
    if chosen is None:
        rows = await _all(bus, service)
        own = (row["partition"] for row in rows if row["upstream"] == upstream)
        chosen = list(dict.fromkeys(own))
    found: list[dict[str, Any]] = []
    for one in chosen:
        command = RetryParked(upstream=upstream, partition=one)
        try:
            done = await bus.obey(command, command_id, service=service)
        except Refused as refused:
            if partition:
                raise
            found.append({"partition": one, "refused": refused.code, "detail": refused.detail})
        else:
            found.append({"partition": one, "done": asdict(done)})
    return found


@parked.command()
def retry(
    service: Service,
    upstream: Upstream,
    partition: Annotated[
        str | None,
        typer.Argument(help="Như trong list; bỏ trống là tất cả · as listed; none: each of them"),
    ] = None,
    data: Data = None,
    nats: Nats = None,
    actor: Actor = None,
    command_id: Id = None,
    as_json: AsJson = False,
) -> None:
    """Thử nghe lại, theo thứ tự · Hear them again with the code that now runs, in order.

    It stops at the first that still cannot be handled; exit code 1 when any stays parked.
    """
    service = _known(service)

    async def work() -> tuple[list[dict[str, Any]], Counter[str]]:
        async with await connect(data, nats, actor) as bus:
            tried = await _try(bus, service, upstream, partition, command_id if partition else None)
            rows = await _all(bus, service)
        still = Counter(row["partition"] for row in rows if row["upstream"] == upstream)
        return tried, still

    tried, still = run(work(), as_json)
    for one in tried:
        one["still_parked"] = still[one["partition"]]
    if as_json:
        print_json(tried)
    for one in () if as_json else tried:
        if "done" in one:
            print_done(f"{one['partition']}: đã nghe lại · heard", one["done"])
        if one["still_parked"]:
            err.print(
                f"[red]✗[/] {escape(one['partition'])}: còn tạm gác · still parked: "
                f"{one['still_parked']}"
            )
    if any(one["still_parked"] for one in tried):
        raise typer.Exit(1)


@parked.command()
def skip(
    service: Service,
    upstream: Upstream,
    position: Position,
    reason: Annotated[str, typer.Option("--reason", help="Lý do, ghi vào sổ · why, as recorded")],
    data: Data = None,
    nats: Nats = None,
    actor: Actor = None,
    command_id: Id = None,
    as_json: AsJson = False,
) -> None:
    """Bỏ qua hẳn một sự kiện · Never hear this one; then the later ones of its cadre are retried.

    It is recorded who skipped it and why. Skip only what can never be right: it cannot be undone.
    """
    service = _known(service)
    try:
        command = SkipParked(upstream=upstream, position=position, reason=reason)
    except ValidationError as error:
        fail(Refused("malformed", faults=faults(error)), as_json)

    async def work() -> Done:
        async with await connect(data, nats, actor) as bus:
            return await bus.obey(command, command_id, service=service)

    done = asdict(run(work(), as_json))
    if as_json:
        print_json({"done": done})
    else:
        print_done(f"{upstream} #{position}: đã bỏ qua · skipped", done)


commands: Commands = {"parked": parked}
