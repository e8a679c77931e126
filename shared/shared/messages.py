"""What travels on the bus and what is recorded: commands, facts, refusals.

A **command** asks for one act and may be refused. A **fact** says what was done and is
never changed. Both are frozen Pydantic models; the official Vietnamese term of each
stands in its docstring. DESIGN.md, "How a command flows".
"""

from __future__ import annotations

import re
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict


class Word(BaseModel):
    """The common ground of commands, facts and their parts: frozen, JSON names by alias."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        validate_by_name=True,
        validate_by_alias=True,
        serialize_by_alias=True,
    )


class Command(Word):
    """A wish to act. Unknown fields are refused, so that nothing a person typed is dropped."""

    service: ClassVar[str]
    """The service that decides it: the subject is ``do.<service>.<name>``."""

    @property
    def at(self) -> str:
        """The stream that decides it, or a name that leads to that stream."""
        raise TypeError(f"{type(self).__name__} says no place")

    @classmethod
    def called(cls) -> str:
        """The command's name in subjects and on the command line, such as ``log-visit``."""
        return re.sub(r"(?<!^)(?=[A-Z])", "-", cls.__name__).lower()


class Question(Word):
    """The content of a question, ``ask.<service>.<question>``; unknown fields are refused."""


class Fact(Word):
    """What was done. Unknown fields are ignored, so that old readers read new facts."""

    model_config = ConfigDict(extra="ignore")

    type: ClassVar[str]
    """The stable, versioned name, such as ``visits.visit-logged.v1``."""

    @property
    def stream(self) -> str:
        """The stream of the owner's ledger to which it belongs."""
        raise TypeError(f"{type(self).__name__} says no stream")

    @property
    def partition(self) -> str:
        """The key whose facts are heard in order: the cadre, wherever there is one."""
        raise TypeError(f"{type(self).__name__} says no partition")

    @property
    def names(self) -> tuple[str, ...]:
        """Names that this fact takes for good and that lead to its stream (``visit/lv-1``)."""
        return ()


class Refused(Exception):
    """A command that is not obeyed: a stable code and what a program needs to react."""

    def __init__(self, code: str, **detail: Any) -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail
