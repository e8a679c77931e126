"""What a service answers to a command or a question, as JSON on the bus."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec
from pydantic_core import from_json, to_jsonable_python

from shared.language.refusals import say
from shared.refused import Refused

written = msgspec.json.Encoder(enc_hook=to_jsonable_python).encode
"""An assessment holds hundreds of enums and dates, for which pydantic_core takes twenty times as
long; what msgspec does not know, such as a regime, is pydantic's to write."""


@dataclass(frozen=True, slots=True)
class Done:
    """The command is obeyed and on disk; the same id again gives the same answer.

    ``version`` is that of the deciding stream, ``position`` the ledger's: give it as
    ``after`` to whatever must know of this act.
    """

    service: str
    version: int
    position: int


@dataclass(frozen=True, slots=True)
class No:
    """Refused: a stable code, its detail, and a sentence for people."""

    code: str
    detail: dict[str, Any]

    @property
    def reason(self) -> dict[str, str]:
        """What to do, ``{"vi", "en"}``."""
        return say(self.code, self.detail)

    @classmethod
    def of(cls, refused: Refused) -> No:
        """The answer to a refusal."""
        return cls(refused.code, refused.detail)


def write_answer(answer: Done | No | dict[str, Any]) -> bytes:
    """``{"done": …}``, ``{"refused": …}`` or, to a question, ``{"answer": …}``."""
    match answer:
        case Done(service, version, position):
            return written({"done": {"service": service, "version": version, "position": position}})
        case No(code, detail):
            return written({"refused": {"code": code, "detail": detail, "reason": answer.reason}})
        case _:
            return written({"answer": answer})


def read_answer(body: bytes) -> Done | dict[str, Any]:
    """The answer in a reply. Raises Refused where it is a refusal."""
    content = from_json(body)
    if "refused" in content:
        raise Refused(content["refused"]["code"], **content["refused"]["detail"])
    if "done" in content:
        return Done(**content["done"])
    answer: dict[str, Any] = content["answer"]
    return answer
