"""Decoding a stored entry at once: facts of plain values, by msgspec instead of pydantic-core.

msgspec checks here whatever the word's own types check, and may refuse more; what it refuses is
read by pydantic-core, whose word counts. So nothing is believed here that Pydantic would not
believe, which a property test holds for every fact (docs/decisions/0010).

What is decoded so is a **plain reading** of the fact: a frozen struct with the word's fields,
which is checked as the word is and costs half as much. ``Decider.steps`` need no more.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from enum import Enum
from functools import lru_cache
from typing import Annotated, Any, NamedTuple, cast, get_args

import msgspec
from msgspec.structs import asdict
from pydantic import BaseModel, StringConstraints
from pydantic.fields import FieldInfo

from shared.messages import Fact
from shared.values import Day, Key, LowerWord, Personal, PersonalMark, Quarter, Said, Text


class _Shape(NamedTuple):
    """A type of values in a fact: as msgspec checks it, and when Pydantic must judge."""

    of: Any
    checked: Any
    doubt: str = ""
    """A Python expression of ``{}``, the value; empty where what msgspec takes is beyond doubt."""

    @property
    def optional(self) -> _Shape:
        """Of the same type, or None."""
        doubt = self.doubt and f"({{0}} is not None and {self.doubt})"
        return _Shape(self.of | None, self.checked | None, doubt)


def _text(of: Any, least: int = 0) -> Any:
    """A text as long as a type of values takes it."""
    limits = (one.max_length for one in get_args(of)[1:] if isinstance(one, StringConstraints))
    return Annotated[str, msgspec.Meta(min_length=least, max_length=next(limits))]


_QUARTER = Annotated[str, msgspec.Meta(pattern=r"\A[1-9][0-9]{3}-Q[1-4]\Z")]
_SHAPES = (
    _Shape(Key, _text(Key, 1), "is_blank({0})"),
    _Shape(Said, _text(Said, 1), "is_blank({0})"),
    _Shape(Text, _text(Text)),
    _Shape(Quarter, _QUARTER),
    _Shape(LowerWord, _text(LowerWord), "not is_word({0})"),
    _Shape(Day, date),
)
"""That no text holds a NUL is checked beside."""
_SHAPES_OF = [(list(get_args(shape.of)[1:]), shape) for shape in _SHAPES]
_WHOLE = (
    *(shape.optional for shape in _SHAPES),
    _Shape(
        tuple[Key, ...],
        tuple[_text(Key, 1), ...],  # type: ignore[misc]
        "any(map(is_blank, {0}))",
    ),
    _Shape(
        dict[Key, Personal[Said]],
        dict[_text(Key, 1), _text(Said, 1)],  # type: ignore[misc]
        "(any(map(is_blank, {0})) or any(map(is_blank, {0}.values())))",
    ),
)


@lru_cache(maxsize=4_096)
def _is_word(text: str) -> bool:
    """Whether a text is surely one lower-case word; of any other Pydantic judges."""
    return re.fullmatch(r"[a-z][a-z0-9_-]*", text) is not None


def _checks(field: FieldInfo) -> list[Any]:
    """What a field is checked for; that a text is personal lets pydantic-core take longer ones."""
    return [one for one in field.metadata if not isinstance(one, PersonalMark)]


def _shape(field: FieldInfo) -> _Shape | None:
    """The shape of a field; None where only pydantic-core can check it."""
    for metadata, shape in _SHAPES_OF:
        if _checks(field) == metadata:
            return shape
    if field.metadata:
        return None
    kind = field.annotation
    for shape in _WHOLE:
        if kind == shape.of:
            return shape
    if kind in (str, int) or (isinstance(kind, type) and issubclass(kind, Enum)):
        return _Shape(kind, kind)
    return None


_BACKSLASH = ord("\\")
"""As a number: bytes are searched for a number four times as quickly."""


class Stored(msgspec.Struct, gc=False):
    """A stored entry: who, when, by which command and why, and the fact."""

    actor: str
    command: str
    recorded_at: str
    cause: str
    fact: Any
    """A :class:`shared.messages.Fact`, of the word under whose name it stands; or a plain reading
    of it."""


class NotPlain(ValueError):
    """An entry that pydantic-core must judge."""


def plain_reader(word: type[Fact]) -> Callable[[bytes], Stored] | None:
    """How a stored entry is read plainly; None where the word's types need pydantic-core.

    What it returns raises NotPlain for whatever is not beyond doubt.
    """
    shapes: dict[str, _Shape] = {}
    for name, field in word.model_fields.items():
        if (shape := _shape(field)) is None:
            return None
        shapes[name] = shape
    written = {name: field.alias for name, field in word.model_fields.items() if field.alias}
    fields = [(name, shape.checked) for name, shape in shapes.items()]
    content = msgspec.defstruct(word.__name__, fields, rename=written, gc=False, frozen=True)
    stored = msgspec.defstruct("Stored", [("fact", content)], bases=(Stored,), gc=False)
    decode = msgspec.json.Decoder(cast("type[Stored]", stored)).decode
    in_doubt = _in_doubt({name: shape.doubt for name, shape in shapes.items() if shape.doubt})

    def read(state: bytes) -> Stored:
        if type(state) is not bytes:  # SQLite gives text back where somebody wrote text
            raise NotPlain
        try:
            entry = decode(state)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise NotPlain from error
        if in_doubt(entry.fact) or (_BACKSLASH in state and b"\\u0000" in state):
            raise NotPlain
        return entry

    return read


def _in_doubt(doubts: dict[str, str]) -> Callable[[Any], bool]:
    """Whether Pydantic must judge a fact: one expression, for it is asked of every entry."""
    either = " or ".join(doubt.format(f"fact.{name}") for name, doubt in doubts.items())
    names = {"is_blank": str.isspace, "is_word": _is_word}
    found: Callable[[Any], bool] = eval(f"lambda fact: {either or False}", names)  # noqa: S307
    return found


def _slot(name: str) -> Callable[[Any, Any], None]:
    """How one of the slots is set that ``BaseModel.model_construct`` sets: its words are frozen."""
    setter: Callable[[Any, Any], None] = BaseModel.__dict__[name].__set__
    return setter


def quick_reader(
    word: type[Fact],
    plain: Callable[[bytes], Stored] | None,
    validate: Callable[[bytes], Stored],
) -> Callable[[bytes], Stored]:
    """``validate``, which reads a stored entry, as quickly as the word's types allow."""
    if plain is None:
        return validate
    fields = set(word.model_fields)
    new, set_content = word.__new__, _slot("__dict__")
    set_fields, set_extra = _slot("__pydantic_fields_set__"), _slot("__pydantic_extra__")
    set_private = _slot("__pydantic_private__")

    def read(state: bytes) -> Stored:
        try:
            entry = plain(state)
        except NotPlain:
            return validate(state)
        values = asdict(entry.fact)
        entry.fact = fact = new(word)
        set_content(fact, values)
        set_fields(fact, fields)
        set_extra(fact, None)
        set_private(fact, None)
        return entry

    return read
