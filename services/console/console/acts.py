"""Every act of the year as a command of the terminal, made from the words themselves.

``log-visit`` becomes ``dicoso visit log``: the docstring is its help, its fields are its
arguments and options. So no act can be forgotten here, and none says it otherwise.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from datetime import date
from enum import StrEnum
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import typer
from pydantic import ValidationError
from pydantic.fields import FieldInfo
from shared.answers import Done
from shared.language import COMMANDS
from shared.messages import Command, Refused
from shared.regime import Regime, faults, read_regime

from console.connection import Actor, Data, Nats, connect
from console.screen import fail, print_done, print_json

_GROUPS = {
    "cadre": "Cán bộ: tiếp nhận, điều động, chức trách · Cadres: appoint, transfer, roles",
    "leave": "Nghỉ · Leave",
    "unit": "Cơ sở · Base units",
    "regime": "Chế độ của năm · The year's regime",
    "plan": "Kế hoạch quý và quy trình duyệt · Quarter plans and their chain",
    "visit": "Lượt đi cơ sở · Visits",
    "report": "Báo cáo thu hoạch · Outcome reports",
    "product": "Báo cáo sản phẩm · Product reports",
    "difficulty": "Khó khăn, vướng mắc · Difficulties",
    "classification": "Xếp loại · Classification",
    "input": "Đầu vào kiểm điểm, đánh giá · Appraisal inputs",
    "commendation": "Khen thưởng · Commendation",
    "year": "Khóa sổ, mở sổ năm · Closing and reopening a year",
}


def place_of(name: str) -> tuple[str, str]:
    """The group and name under which a command stands: ``log-visit`` → ``visit log``."""
    verb, noun = name.split("-", 1)
    match noun:
        case "line":
            return "plan", name
        case "plans" if verb == "return":
            return "plan", "return-all"
        case "plans":
            return "plan", verb
        case "role":
            return "cadre", name
        case _:
            return noun, verb


def _option_name(field: str) -> str:
    """``from_`` → ``--from``; whoever and whenever an act is by and on → ``--by``, ``--on``."""
    if field.endswith("_by"):
        return "--by"
    if field.endswith("_on"):
        return "--on"
    return "--" + field.removesuffix("_").replace("_", "-")


def _plain(annotation: Any) -> Any:
    """The type below ``Annotated`` and ``| None``."""
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) in (Union, UnionType):
        (annotation,) = (one for one in get_args(annotation) if one is not type(None))
        return _plain(annotation)
    return annotation


def _parameter(name: str, field: FieldInfo, first: bool) -> inspect.Parameter:
    """The argument or option for one field of a command."""
    plain = _plain(field.annotation)
    kind: Any = str
    default: Any = ... if field.is_required() else None
    hint = ""
    if plain is date:
        hint = "YYYY-MM-DD"
        if name == "on" or name.endswith("_on"):
            default = None if not field.is_required() else date.today().isoformat()
    elif plain is Regime:
        kind, hint, name = Path, "regime.yaml", name
    elif get_origin(plain) is dict:
        kind, hint = list[str], "heading=text"
    elif isinstance(plain, type) and issubclass(plain, StrEnum):
        hint = "|".join(plain)
        if not field.is_required():
            default = None
    elif plain is int:
        kind = int
    wanted = kind if default is ... else kind | None
    if first and kind is str:
        declared = typer.Argument(metavar=name.upper(), show_default=False)
    else:
        declared = typer.Option(_option_name(name), metavar=hint or None)
    return inspect.Parameter(
        name,
        inspect.Parameter.KEYWORD_ONLY,
        default=inspect.Parameter.empty if default is ... else default,
        annotation=Annotated[wanted, declared],
    )


def _content(word: type[Command], given: dict[str, Any]) -> Command:
    """The command of what was typed. Raises Refused ``malformed``."""
    said: dict[str, Any] = {}
    for name, value in given.items():
        if value is None or value == []:
            continue
        if isinstance(value, Path):
            value = read_regime(value.read_text(encoding="utf-8"))
        elif isinstance(value, list):
            value = dict(one.partition("=")[::2] for one in value)
        said[name] = value
    try:
        return word.model_validate(said)
    except ValidationError as error:
        raise Refused("malformed", faults=faults(error)) from error


def act(
    command: Command, *, data: Path | None, nats: str | None, actor: str, id: str | None
) -> Done:
    """Have one command obeyed by the running suite. Raises Refused or TimeoutError."""

    async def ask() -> Done:
        async with await connect(data, nats, actor) as bus:
            return await bus.obey(command, id)

    return asyncio.run(ask())


def _runner(word: type[Command]) -> Callable[..., None]:
    def run(
        *,
        data: Path | None,
        nats: str | None,
        actor: str,
        command_id: str | None,
        as_json: bool,
        **given: Any,
    ) -> None:
        try:
            command = _content(word, given)
            done = act(command, data=data, nats=nats, actor=actor, id=command_id)
        except (Refused, TimeoutError, OSError) as error:
            fail(error, as_json)
        else:
            if as_json:
                print_json({"done": {"service": done.service, "position": done.position}})
            else:
                print_done(word, done)

    parameters = [
        _parameter(name, field, first)
        for first, (name, field) in zip(
            [True, *([False] * len(word.model_fields))], word.model_fields.items(), strict=False
        )
    ]
    kinds = {"data": Data, "nats": Nats, "actor": Actor, "command_id": Id, "as_json": AsJson}
    defaults: dict[str, Any] = {"data": None, "nats": None, "actor": None, "command_id": None}
    parameters += [
        inspect.Parameter(
            name,
            inspect.Parameter.KEYWORD_ONLY,
            default=defaults.get(name, False),
            annotation=kind,
        )
        for name, kind in kinds.items()
    ]
    parameters.sort(key=lambda one: one.default is not inspect.Parameter.empty)
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {one.name: one.annotation for one in parameters}
    run.__doc__ = inspect.cleandoc(word.__doc__ or "")
    return run


Id = Annotated[
    str | None,
    typer.Option("--id", help="Mã lệnh, để gửi lại an toàn · command id, to repeat safely"),
]
AsJson = Annotated[bool, typer.Option("--json", help="In JSON · print JSON")]


def add_acts(app: typer.Typer) -> dict[str, typer.Typer]:
    """Add every act to the app, by groups; returns the groups."""
    groups = {name: typer.Typer(help=help, no_args_is_help=True) for name, help in _GROUPS.items()}
    for name, word in COMMANDS.items():
        if name.startswith("enter-"):
            continue  # a register's rows come by `dicoso import`
        group, verb = place_of(name)
        groups[group].command(verb)(_runner(word))
    for name, group_app in groups.items():
        app.add_typer(group_app, name=name, rich_help_panel="Việc của năm · Acts of the year")
    app.command("log", rich_help_panel="Việc của năm · Acts of the year")(
        _runner(COMMANDS["log-visit"])
    )
    return groups
