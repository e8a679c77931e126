"""Which day, which year, what was known when: options of the terminal, and what they mean."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer
from pydantic import TypeAdapter, ValidationError

from shared.clock import today
from shared.values import Moment, iso_day

_MOMENT: TypeAdapter[str] = TypeAdapter(Moment)


def day_of(text: str) -> date:
    try:
        return iso_day(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


AsOf = Annotated[
    str | None,
    typer.Option("--as-of", metavar="YYYY-MM-DD", help="Tính đến ngày · as of [default: today]"),
]
AsItStood = Annotated[
    str | None,
    typer.Option(
        "--as-of", metavar="YYYY-MM-DD", help="Tính đến ngày · as of [default: all that is there]"
    ),
]
KnownAt = Annotated[
    str | None,
    typer.Option(
        "--known-at",
        metavar="TIME",
        help="Chỉ những gì đã ghi đến lúc đó (ngày, hoặc giờ RFC 3339) · only what was recorded "
        "until then",
    ),
]
Year = Annotated[
    int | None,
    typer.Option("--year", help="Năm của chế độ · the regime's year [default: that of --as-of]"),
]


def as_of_day(text: str | None) -> date:
    return day_of(text) if text else today()


def moment_of(text: str | None) -> str | None:
    """The moment as entries are stamped; None where none is asked for."""
    try:
        return None if text is None else _MOMENT.validate_python(text)
    except ValidationError as error:
        raise typer.BadParameter(error.errors()[0]["msg"]) from error
