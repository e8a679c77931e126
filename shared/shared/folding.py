"""Folding stored rows: how each is read, and the state of every stream of a whole ledger.

A decider's ``steps`` are given plain readings of the facts (``decoding.py``); what has no step,
or cannot be read plainly, is folded as the word that it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from shared.deciding import Decider
from shared.decoding import Stored
from shared.reading import READERS, read_stored

EntryRow = tuple[int, str, int, str, bytes]
"""An own entry as stored: position, stream, version, type name, state."""

Way = tuple[Callable[[bytes], Stored], Callable[[Any, Any], Any], Callable[[], Any]]
"""How an entry is read, and laid on a state that nobody else holds; and how that begins."""
_NOTHING: Any = object()


def way_of(decider: Decider[Any], topic: str) -> Way:
    """Of the facts of a type name. What it refuses, ``read_stored`` reads. Raises UnknownFact."""
    reader = READERS[topic]
    step = decider.steps.get(reader.word)
    if step is None or reader.plain is None:
        return reader.quick, decider.onto_own, decider.initial
    return reader.plain, step, decider.initial


def fold_pages(
    pages: Iterable[Sequence[EntryRow]], deciders: Mapping[str, Decider[Any]]
) -> dict[str, Any]:
    """The state of every stream; ``deciders`` by the first part of a stream's name.

    Raises UnknownFact, or what :meth:`shared.reading.Reader.stored` says, where a row cannot be
    read, and KeyError for a stream that no decider folds.
    """
    states: dict[str, Any] = {}
    ways: dict[str, Way] = {}
    for page in pages:
        for _, stream, _, topic, state in page:
            way = ways.get(topic)
            if way is None:  # all facts of a type name are of one kind of stream
                way = ways[topic] = way_of(deciders[stream.partition("/")[0]], topic)
            read, step, initial = way
            try:
                fact = read(state).fact
            except ValueError:
                fact = read_stored(topic, state).fact
            before = states.get(stream, _NOTHING)
            states[stream] = step(initial() if before is _NOTHING else before, fact)
    return states
