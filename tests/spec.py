"""Given facts, when a command, then facts or a refusal: how deciders are specified.

``given(decider, Known, *facts).when(command)`` decides on what the facts say, without any
I/O; the facts may be of any service, each lies in its own stream.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from shared.deciding import Decider, Streams, fold
from shared.entries import write_state
from shared.folding import fold_pages
from shared.messages import Command, Fact
from shared.refused import Refused

S = TypeVar("S")
_LOOKED_AT = 5


def _step_by_step(decider: Decider[S], facts: list[Fact]) -> S:
    """The state as the shelf evolves it, fact by fact; no former state is touched.

    Writing a long state out takes long, so that is looked at for the first facts of each kind.
    """
    now, kinds = decider.initial(), Counter[str]()
    for fact in facts:
        kinds[fact.type] += 1
        before, written = now, repr(now) if kinds[fact.type] <= _LOOKED_AT else ""
        now = decider.evolve(before, fact)
        assert not written or repr(before) == written
    return now


def _as_stored(decider: Decider[S], stream: str, facts: list[Fact]) -> S:
    """The state as a whole ledger is folded: by the decider's ``steps``, from stored bytes."""
    rows = [
        (at, stream, at, fact.type, write_state(fact, "cb-1", "cmd-1", "", ""))
        for at, fact in enumerate(facts, 1)
    ]
    states: dict[str, S] = fold_pages([rows], {stream.partition("/")[0]: decider})
    return states[stream] if facts else decider.initial()


class MemoryStreams:
    """Streams in memory, placed as the service places them."""

    def __init__(self, facts: tuple[Fact, ...], place: Callable[[Fact], str | None]) -> None:
        self.streams: dict[str, list[Fact]] = defaultdict(list)
        self.names: dict[str, str] = {}
        self._folded: dict[tuple[str, str, int], Any] = {}
        for fact in facts:
            stream = place(fact)
            if stream is not None:
                self.streams[stream].append(fact)
                self.names.update(dict.fromkeys(fact.names, stream))

    def state(self, decider: Decider[S], stream: str) -> S:
        facts = self.streams.get(stream, [])
        key = decider.name, stream, len(facts)
        if key not in self._folded:
            state = fold(decider, facts)
            assert _step_by_step(decider, facts) == state
            assert _as_stored(decider, stream, facts) == state
            self._folded[key] = state
        return cast(S, self._folded[key])

    def named(self, name: str) -> str | None:
        return self.names.get(name)


@dataclass(frozen=True)
class Outcome:
    """What came of a command."""

    facts: tuple[Fact, ...] = ()
    refusal: Refused | None = None

    def then(self, *expected: Fact) -> None:
        """Exactly these facts were recorded, in this order."""
        assert self.refusal is None, f"refused: {self.refusal}"
        assert list(self.facts) == list(expected)

    def refused(self, code: str) -> dict[str, Any]:
        """The command was refused with the code; returns the detail."""
        assert self.refusal is not None, f"obeyed: {self.facts}"
        assert self.refusal.code == code, self.refusal
        return self.refusal.detail


@dataclass(frozen=True)
class Given:
    decider: Decider[Any]
    known: Callable[[Streams], Any]
    facts: tuple[Fact, ...]
    place: Callable[[Fact], str | None]

    def when(self, command: Command) -> Outcome:
        """Decide the command on the given facts."""
        streams = MemoryStreams(self.facts, self.place)
        stream = streams.named(command.at) or command.at
        state = streams.state(self.decider, stream)
        try:
            return Outcome(tuple(self.decider.decide(state, command, self.known(streams))))
        except Refused as refusal:
            return Outcome(refusal=refusal)

    def and_(self, *facts: Fact) -> Given:
        """The same, with more facts."""
        return Given(self.decider, self.known, self.facts + facts, self.place)


def given(
    decider: Decider[Any],
    known: Callable[[Streams], Any],
    *facts: Fact,
    place: Callable[[Fact], str | None] = lambda fact: fact.stream,
) -> Given:
    """A decider standing before these facts."""
    return Given(decider, known, facts, place)
