"""Decoding a stored entry at once: facts of plain values, by msgspec instead of pydantic-core.

msgspec checks here whatever the word's own types check, and may refuse more; what it refuses is
read by pydantic-core, whose word counts. So nothing is believed here that Pydantic would not
believe, which a property test holds for every fact (docs/decisions/0010).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from enum import Enum
from operator import attrgetter
from typing import Annotated, Any, cast, get_args

import msgspec
from msgspec.structs import asdict
from pydantic import BaseModel, StringConstraints
from pydantic.fields import FieldInfo

from shared.messages import Fact
from shared.values import Day, Key, LowerWord, PersonalMark, Quarter, Said, Text


def _text(most: int | None, least: int = 0, pattern: str | None = None) -> Any:
    return Annotated[str, msgspec.Meta(min_length=least, max_length=most, pattern=pattern)]


def _most(of: Any) -> int | None:
    """The longest text that a type of values takes."""
    limits = (one.max_length for one in get_args(of)[1:] if isinstance(one, StringConstraints))
    return next(limits, None)


_WORD = _text(_most(LowerWord), pattern=r"\A[a-z][a-z0-9_-]*\Z")  # any other is Pydantic's to judge
_SHAPES = (
    (Key, _text(_most(Key), 1)),
    (Said, _text(_most(Said), 1)),
    (Text, _text(_most(Text))),
    (Quarter, _text(None, pattern=r"\A[1-9][0-9]{3}-Q[1-4]\Z")),
    (LowerWord, _WORD),
    (Day, date),
)
"""The types of values in a fact, and as msgspec checks them. That a key or a saying is more than
blanks, and that no text holds a NUL, is checked beside."""
_SHAPES_OF = [(list(get_args(of)[1:]), shape) for of, shape in _SHAPES]
_OPTIONAL = [(of | None, shape | None) for of, shape in _SHAPES]
_BLANK_REFUSED = [list(get_args(of)[1:]) for of in (Key, Said)]


def _checks(field: FieldInfo) -> list[Any]:
    """What a field is checked for; that a text is personal lets pydantic-core take longer ones."""
    return [one for one in field.metadata if not isinstance(one, PersonalMark)]


def _shape(field: FieldInfo) -> Any:
    """A field's type as msgspec checks it; None where only pydantic-core can."""
    for metadata, shape in _SHAPES_OF:
        if _checks(field) == metadata:
            return shape
    if field.metadata:
        return None
    for annotation, shape in _OPTIONAL:
        if field.annotation == annotation:
            return shape
    kind = field.annotation
    if kind in (str, int) or (isinstance(kind, type) and issubclass(kind, Enum)):
        return kind
    return None


class Stored(msgspec.Struct, gc=False):
    """A stored entry: who, when, by which command and why, and the fact."""

    actor: str
    command: str
    recorded_at: str
    cause: str
    fact: Any
    """A :class:`shared.messages.Fact`, of the word under whose name it stands."""


def _nothing(_: Any) -> Iterable[str]:
    return ()


def _slot(name: str) -> Callable[[Any, Any], None]:
    """How one of the slots is set that ``BaseModel.model_construct`` sets: its words are frozen."""
    setter: Callable[[Any, Any], None] = BaseModel.__dict__[name].__set__
    return setter


def quick_reader(
    word: type[Fact], validate: Callable[[bytes], Stored]
) -> Callable[[bytes], Stored]:
    """``validate``, which reads a stored entry, as quickly as the word's types allow."""
    shapes = {name: _shape(field) for name, field in word.model_fields.items()}
    if None in shapes.values():
        return validate
    written = {name: field.alias for name, field in word.model_fields.items() if field.alias}
    content = msgspec.defstruct(word.__name__, list(shapes.items()), rename=written, gc=False)
    stored = msgspec.defstruct("Stored", [("fact", content)], bases=(Stored,), gc=False)
    decode = msgspec.json.Decoder(cast("type[Stored]", stored)).decode
    filled = [name for name, field in word.model_fields.items() if _checks(field) in _BLANK_REFUSED]
    texts: Callable[[Any], Iterable[str]] = _nothing
    if filled:
        texts = attrgetter(*filled, filled[0])  # of two at least it is a tuple
    fields, is_blank = set(word.model_fields), str.isspace
    new, set_content = word.__new__, _slot("__dict__")
    set_fields, set_extra = _slot("__pydantic_fields_set__"), _slot("__pydantic_extra__")
    set_private = _slot("__pydantic_private__")

    def read(state: bytes) -> Stored:
        if type(state) is not bytes:  # SQLite gives text back where somebody wrote text
            return validate(state)
        try:
            entry = decode(state)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return validate(state)
        values = entry.fact
        if True in map(is_blank, texts(values)) or (b"\\" in state and b"\\u0000" in state):
            return validate(state)
        entry.fact = fact = new(word)
        set_content(fact, asdict(values))
        set_fields(fact, fields)
        set_extra(fact, None)
        set_private(fact, None)
        return entry

    return read
