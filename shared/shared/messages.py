"""What travels on the bus and what is recorded: commands and facts.

A **command** asks for one act and may be refused (``refused.py``). A **fact** says what was
done and is never changed. Both are frozen Pydantic models; the official Vietnamese term of each
stands in its docstring. DESIGN.md, "How a command flows".
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import ClassVar

from pydantic import BaseModel, ConfigDict
from pydantic._internal._model_construction import ModelMetaclass

_NAMED = {kind: kind for kind in ("line", "leave", "visit")}
_READ = {
    **dict.fromkeys(("cadre", "by", "confirmed_by", "accepted_by"), "cadre"),
    **{kind: kind for kind in ("unit", "report", "product", "difficulty")},
}
"""Of what kind of name or stream a field holds the key."""


BUCKETS = 32
"""The fixed number of buckets over which partition keys are spread."""


@lru_cache(maxsize=65_536)
def bucket_of(partition: str) -> int:
    """The stable bucket of a partition key, 0 to 31."""
    return int.from_bytes(hashlib.sha256(partition.encode()).digest()[:4], "big") % BUCKETS


class _Kind(ModelMetaclass):
    """The class of words: none is registered as another, so a ``case`` asks for types alone."""

    __instancecheck__ = type.__instancecheck__


class Word(BaseModel, metaclass=_Kind):
    """The common ground of commands, facts and their parts: frozen, JSON names by alias."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        validate_by_name=True,
        validate_by_alias=True,
        serialize_by_alias=True,
        hide_input_in_errors=True,  # a fault is logged, and what a person wrote is not
    )


class Command(Word):
    """A wish to act. Unknown fields are refused, so that nothing a person typed is dropped."""

    service: ClassVar[str]
    """The service that decides it: the subject is ``do.<service>.<name>``."""

    @property
    def at(self) -> str:
        """The stream that decides it, or a name that leads to that stream."""
        raise TypeError(f"{type(self).__name__} says no place")

    @property
    def names(self) -> list[str]:
        """Names that deciding it is likely to look up. A hint, as ``streams`` is: both are read
        for many commands at once; what they leave out is read when it is asked for."""
        return [self.at, *self._keys(_NAMED)]

    @property
    def streams(self) -> list[str]:
        """Streams that deciding it is likely to read, beside those that its names lead to."""
        return [self.at, *self._keys(_READ)]

    def _keys(self, kinds: Mapping[str, str]) -> Iterator[str]:
        return (f"{kinds[field]}/{key}" for field, key in self.__dict__.items() if field in kinds)

    @classmethod
    def called(cls) -> str:
        """The command's name in subjects and on the command line, such as ``log-visit``."""
        return re.sub(r"(?<!^)(?=[A-Z])", "-", cls.__name__).lower()


class Question(Word):
    """The content of a question, ``ask.<service>.<question>``; unknown fields are refused."""


class Fact(Word):
    """What was done. Unknown fields are ignored, so that old readers read new facts."""

    model_config = ConfigDict(extra="ignore", defer_build=True)  # a service uses a few of them

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
