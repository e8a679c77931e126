"""Reading what was written: from a type name and stored bytes to the fact in today's words.

A whole stored entry is read in one pass (``decoding.py``, docs/decisions/0010). What that
refuses is read again step by step, so that a fault says what it always said.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json
from typing_extensions import TypedDict

from shared.decoding import Stored, plain_reader, quick_reader
from shared.language import FACTS
from shared.language.planning import RegimeFact
from shared.messages import Fact
from shared.upcasting import UPCASTERS, Upcaster, current, upcast

F = TypeVar("F", bound=Fact)
_REGIMES = 32
"""Regimes kept as read, by their bytes: the largest facts, and everything rests on the same few."""


class UnknownFact(Exception):
    """A type name that this version of dicoso has no word for."""


def read_object(document: bytes) -> dict[str, Any]:
    """The JSON object in some bytes. Raises ValueError where it is none."""
    found = from_json(document)
    if not isinstance(found, dict):
        raise ValueError("not a JSON object")
    return found


class _Validated(TypedDict, Generic[F]):
    """A stored entry as pydantic-core yields it."""

    actor: str
    command: str
    recorded_at: str
    cause: str
    fact: F


def _by_pydantic(word: type[Fact]) -> Callable[[bytes], Stored]:
    """A stored entry, envelope and fact, validated by pydantic-core in one pass."""
    adapter: TypeAdapter[_Validated[Fact]] = TypeAdapter(_Validated[word])  # type: ignore[valid-type]
    validate = adapter.validator.validate_json
    return lambda state: Stored(**validate(state))


class Reader:
    """How what was written under one type name is read."""

    def __init__(self, topic: str, words: Mapping[str, type[Fact]], upcasters: Any) -> None:
        """Raises UnknownFact where no word, and no chain of upcasters to one, is known."""
        word = words.get(current(topic, upcasters))
        if word is None:
            raise UnknownFact(topic)
        self._topic = topic
        self._upcasters: Mapping[str, Upcaster] = upcasters
        self.word = word
        self.quick: Callable[[bytes], Stored] = self.stored
        """:meth:`stored` in one pass; raises ValidationError where that must be asked."""
        self.plain: Callable[[bytes], Stored] | None = None
        """Reads the fact plainly (``decoding.py``), where that can be; raises NotPlain where
        :attr:`quick` must be asked."""
        if topic not in upcasters:
            self.plain = plain_reader(word)
            self.quick = quick_reader(word, self.plain, _by_pydantic(word))
        if issubclass(word, RegimeFact):
            self.quick = lru_cache(maxsize=_REGIMES)(self.quick)

    def fact(self, content: Any) -> Fact:
        """The fact in a JSON value. Raises ValidationError for broken content."""
        return self.word.model_validate(upcast(self._topic, content, self._upcasters))

    def stored(self, state: bytes) -> Stored:
        """The entry in its stored bytes; ValueError, KeyError or ValidationError if it is none."""
        body = read_object(state)
        return Stored(
            body["actor"],
            body["command"],
            body["recorded_at"],
            body["cause"],
            self.fact(body["fact"]),
        )


class Readers(dict[str, Reader]):
    """Readers by type name, made when they are first asked for."""

    def __init__(self, words: Mapping[str, type[Fact]], upcasters: Mapping[str, Upcaster]) -> None:
        super().__init__()
        self._words = words
        self._upcasters = upcasters

    def __missing__(self, topic: str) -> Reader:
        reader = self[topic] = Reader(topic, self._words, self._upcasters)
        return reader


READERS = Readers(FACTS, UPCASTERS)
"""The reader of each type name of the language."""


def read_stored(topic: str, state: bytes) -> Stored:
    """The entry in stored bytes. Raises UnknownFact, or as :meth:`Reader.stored`."""
    reader = READERS[topic]
    try:
        return reader.quick(state)
    except ValidationError:
        return reader.stored(state)


def read_fact(topic: str, content: Any) -> Fact:
    """The fact of a type name. Raises UnknownFact, or ValidationError for broken content."""
    return READERS[topic].fact(content)
