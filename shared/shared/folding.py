"""Folding a whole ledger: the state of every stream, from stored rows alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from shared.deciding import Decider
from shared.decoding import Stored
from shared.messages import Fact
from shared.reading import READERS

EntryRow = tuple[int, str, int, str, bytes]
"""An own entry as stored: position, stream, version, type name, state."""

_Way = tuple[Callable[[bytes], Stored], Callable[[Any, Fact], Any], Callable[[], Any]]
"""How an entry is read and laid on its stream's state, and how that begins."""


def _way(topic: str, stream: str, deciders: Mapping[str, Decider[Any]]) -> _Way:
    """Of a type name, from one stream in which it stands: all of them are of one kind."""
    decider = deciders[stream.partition("/")[0]]
    return READERS[topic].quick, decider.absorb or decider.evolve, decider.initial


def fold_pages(
    pages: Iterable[Sequence[EntryRow]], deciders: Mapping[str, Decider[Any]]
) -> dict[str, Any]:
    """The state of every stream; ``deciders`` by the first part of a stream's name.

    Raises UnknownFact, or what :meth:`shared.reading.Reader.stored` says, where a row cannot be
    read, and KeyError for a stream that no decider folds.
    """
    states: dict[str, Any] = {}
    ways: dict[str, _Way] = {}
    for page in pages:
        for _, stream, _, topic, state in page:
            if topic not in ways:
                ways[topic] = _way(topic, stream, deciders)
            read, step, initial = ways[topic]
            try:
                fact = read(state).fact
            except ValidationError:
                fact = READERS[topic].stored(state).fact
            states[stream] = step(states[stream] if stream in states else initial(), fact)
    return states
