"""How acts are handed in: each with an id of its own, so that sending it again does nothing new."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, TypeVar
from uuid import NAMESPACE_URL, uuid4, uuid5

from fastapi import Header, Request, Response
from pydantic import ValidationError

from portal.api.answering import shown
from portal.api.callers import Caller
from portal.api.problems import problems
from portal.api.shapes import DoneAnswer
from shared.answers import Done
from shared.messages import Command
from shared.refused import Refused
from shared.regime import faults

C = TypeVar("C", bound=Command)
_OURS = uuid5(NAMESPACE_URL, "urn:dicoso:idempotency-key")
_DESCRIBED = (
    "An id that the client makes for this act, such as a UUID. Sent again with the same content it "
    "gives the same answer and records nothing; with other content it is refused "
    "(`command-id-reused`)."
)
IdempotencyKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern=r"^[\x21-\x7e]+$",
        description=_DESCRIBED,
    ),
]
MaybeIdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern=r"^[\x21-\x7e]+$",
        description=_DESCRIBED,
    ),
]


def command_id(caller: Caller, idempotency_key: str | None, number: int = 0) -> str:
    """The id of the command: of this program, this key, and its place in what was sent."""
    if idempotency_key is None:
        return str(uuid4())
    return str(uuid5(_OURS, f"{caller.key.name}\x00{idempotency_key}\x00{number}"))


def said(word: type[C], **content: Any) -> C:
    """The command that was said. Raises Refused ``malformed``."""
    try:
        return word.model_validate(content)
    except ValidationError as error:
        raise Refused("malformed", faults=faults(error)) from error


async def obeyed(
    request: Request, caller: Caller, command: Command, idempotency_key: str | None
) -> Response:
    """Have it obeyed; where it stands, for whatever must know of it."""
    done = await caller.obey(command, command_id(caller, idempotency_key))
    return shown(request, {"done": asdict(done)}, {"Dicoso-Position": position_of(done)})


def position_of(done: Done) -> str:
    """``planning:812``, as ``Dicoso-After`` takes it."""
    return f"{done.service}:{done.position}"


def done_responses(*more: int) -> dict[int | str, dict[str, Any]]:
    """The responses of an act."""
    header = {
        "Dicoso-Position": {
            "schema": {"type": "string", "pattern": "^[a-z]+:[0-9]+$"},
            "description": "Send it as `Dicoso-After` to whatever must know of this act.",
        }
    }
    ok = {"model": DoneAnswer, "description": "Obeyed, and on disk.", "headers": header}
    return {200: ok, **problems(404, 409, 413, *more)}
