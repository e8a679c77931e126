"""Every act of the year as a command of the terminal, made from the words themselves.

``log-visit`` becomes ``dicoso visit log``: the docstring is its help, its fields are its
arguments and options. So no act can be forgotten here, and none says it otherwise.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import date
from enum import StrEnum
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import typer
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from appraisal import answers as appraisal_answers
from console.connection import connect
from console.hints import HINTS
from console.later import Commands
from console.options import Actor, AsJson, Data, Id, Nats
from console.screen import fail, print_json
from console.showing import print_done, warn_of
from console.suite import SuiteError
from console.year import heads
from planning import answers as planning_answers
from shared.bus import Bus
from shared.clock import today
from shared.language import COMMANDS
from shared.messages import Command, Question, Word
from shared.refused import Refused
from shared.regime import Regime, faults, read_regime
from visits import answers as visits_answers

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
    "privacy": "Dữ liệu cá nhân: yêu cầu, xoá, cấp bản sao · Personal data: requests, erasure",
}


_LOOKS = (
    ("visit", "visits", "diary", visits_answers.TheDiary),
    ("plan", "planning", "plan", planning_answers.ThePlan),
    ("regime", "planning", "regime", planning_answers.OfYear),
    ("input", "appraisal", "year", appraisal_answers.Year),
)
"""What can be looked at: ``dicoso visit show`` asks visits for the diary, and so on."""
_KEYWORD = inspect.Parameter.KEYWORD_ONLY


def place_of(name: str) -> tuple[str, str]:
    """The group and name under which a command stands: ``log-visit`` → ``visit log``."""
    verb, noun = name.split("-", 1)
    match noun:
        case "line":
            return "plan", name
        case "evidence":
            return "visit", name
        case "plans" if verb == "return":
            return "plan", "return-all"
        case "plans":
            return "plan", verb
        case "role" | "authority" | "delegation":
            return "cadre", name
        case "deadlines" | "request" | "erasure":
            return "privacy", name
        case _:
            return noun, verb


def _said(field: str) -> str:
    """How a field is called here: whoever and whenever an act is by and on → ``by``, ``on``."""
    if field.endswith("_by"):
        return "by"
    if field.endswith("_on"):
        return "on"
    return {"from_": "from", "escalated_to": "to"}.get(field, field)


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
    shape: str | None = None
    default: Any = inspect.Parameter.empty if field.is_required() else None
    if plain is date:
        shape = "YYYY-MM-DD"
        if _said(name) == "on" and field.is_required():
            default = today().isoformat()
    elif plain is Regime:
        kind, shape = Path, "regime.yaml"
    elif get_origin(plain) is dict:
        kind, shape = list[str], "HEADING=TEXT"
    elif isinstance(plain, type) and issubclass(plain, StrEnum):
        shape = "|".join(plain)
    elif plain is int:
        kind = int
    hint = HINTS.get(_said(name))
    if first:
        declared = typer.Argument(
            metavar=shape or name.upper(), help=hint, exists=kind is Path, dir_okay=False
        )
    else:
        option = "--section" if name == "sections" else "--" + _said(name).replace("_", "-")
        declared = typer.Option(option, metavar=shape, help=hint)
    return inspect.Parameter(
        name,
        inspect.Parameter.KEYWORD_ONLY,
        default=default,
        annotation=Annotated[kind if default is inspect.Parameter.empty else kind | None, declared],
    )


def _content(word: type[Word], given: dict[str, Any]) -> Word:
    """The word of what was typed. Raises Refused ``malformed``."""
    said: dict[str, Any] = {}
    for name, value in given.items():
        if value is None or value == []:
            continue
        if isinstance(value, Path):
            value = read_regime(value.read_bytes().decode("utf-8", "replace"))
            warn_of(value)
        elif isinstance(value, list):
            value = dict(one.partition("=")[::2] for one in value)
        said[name] = value
    try:
        return word.model_validate(said)
    except ValidationError as error:
        raise Refused("malformed", faults=faults(error)) from error


Work = Callable[[Bus, Any, str | None], Awaitable[Any]]
"""``await work(bus, word, command_id)``: what is done with the word that was typed."""


def _runner(word: type[Word], work: Work, show: Callable[[Any], None]) -> Callable[..., None]:
    """A function that Typer takes for a command whose parameters are the word's fields."""

    def run(
        *,
        data: Path | None,
        nats: str | None,
        actor: str | None,
        command_id: str | None,
        as_json: bool,
        **given: Any,
    ) -> None:
        async def ask() -> Any:
            content = _content(word, given)
            async with await connect(data, nats, actor) as bus:
                return await work(bus, content, command_id)

        try:
            answer = asyncio.run(ask())
        except (Refused, TimeoutError, SuiteError, OSError) as error:
            fail(error, as_json)
        (print_json if as_json else show)(answer)

    fields = word.model_fields
    first = next(name for name, one in fields.items() if one.is_required())
    parameters = [_parameter(name, one, name == first) for name, one in fields.items()]
    for name, kind in _COMMON.items():
        default = False if kind is AsJson else None
        parameters.append(inspect.Parameter(name, _KEYWORD, default=default, annotation=kind))
    parameters.sort(key=lambda one: one.default is not inspect.Parameter.empty)
    # Typer reads a function's parameters from these two; mypy knows no signature of one's own.
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {one.name: one.annotation for one in parameters}
    run.__doc__ = inspect.cleandoc(word.__doc__ or "")
    return run


_COMMON: dict[str, Any] = {
    "data": Data,
    "nats": Nats,
    "actor": Actor,
    "command_id": Id,
    "as_json": AsJson,
}


def _act(word: type[Command]) -> Callable[..., None]:
    async def obey(bus: Bus, command: Command, command_id: str | None) -> dict[str, Any]:
        done = await bus.obey(command, command_id, await heads(bus))
        return {"done": asdict(done)}

    title = (word.__doc__ or "").strip().splitlines()[0].rstrip(".")
    return _runner(word, obey, lambda answer: print_done(title, answer["done"]))


def _look(service: str, question: str, word: type[Question]) -> Callable[..., None]:
    async def ask(bus: Bus, content: Question, _: str | None) -> dict[str, Any]:
        said = content.model_dump(exclude_unset=True)
        return await bus.ask(service, question, heard=await heads(bus), **said)

    return _runner(word, ask, print_json)


def _groups() -> dict[str, typer.Typer]:
    """Every act, and what can be looked at, by groups."""
    groups = {name: typer.Typer(help=help, no_args_is_help=True) for name, help in _GROUPS.items()}
    for name, command in COMMANDS.items():
        if name.startswith(("enter-", "finish-")):
            continue  # said by `dicoso import` of a register's rows, and by the program itself
        group, verb = place_of(name)
        groups[group].command(verb)(_act(command))
    for group, service, name, question in _LOOKS:
        groups[group].command("show")(_look(service, name, question))
    return groups


GROUPS = _groups()
commands: Commands = {**GROUPS, "log": _act(COMMANDS["log-visit"])}
