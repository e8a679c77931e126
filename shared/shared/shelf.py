"""The shelf: folded states at hand, with the facts that are about to be committed on top.

A cache of states by decider and stream. Staged facts are already visible, so that commands
committed together are decided one upon the other; ``forget`` throws the whole shelf away
when their commit fails.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from typing import Any, TypeVar

from shared.deciding import Decider, fold
from shared.ledger import Ledger
from shared.messages import Fact

State = TypeVar("State")

_ROOM = 20_000
"""States kept at hand; the least recently used go first."""


class Shelf:
    """Folded states of a ledger's streams (the ``Streams`` that each ``Known`` asks)."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._states: OrderedDict[tuple[str, str], tuple[Decider[Any], Any]] = OrderedDict()
        self._deciders_of: dict[str, set[str]] = {}
        self._versions: dict[str, int] = {}
        self._staged: dict[str, list[Fact]] = {}
        self._names: dict[str, str] = {}

    def state(self, decider: Decider[State], stream: str) -> State:
        """The stream's state, staged facts included."""
        key = (decider.name, stream)
        if key in self._states:
            self._states.move_to_end(key)
            held: State = self._states[key][1]
            return held
        facts, version = self._ledger.facts(stream)
        staged = self._staged.get(stream, [])
        state = fold(decider, [*facts, *staged])
        self._versions[stream] = version + len(staged)
        self._hold(decider, stream, state)
        return state

    def _hold(self, decider: Decider[Any], stream: str, state: Any) -> None:
        self._states[(decider.name, stream)] = (decider, state)
        self._deciders_of.setdefault(stream, set()).add(decider.name)
        if len(self._states) > _ROOM and not self._staged:
            (_, old), _ = self._states.popitem(last=False)
            self.evict([old])

    def named(self, name: str) -> str | None:
        """The stream that a name leads to, staged names included."""
        return self._names.get(name) or self._ledger.named(name)

    def version(self, stream: str) -> int:
        """The version of the stream's own part, staged facts included."""
        if stream not in self._versions:
            own = self._ledger.facts(stream)[1]
            self._versions[stream] = own + len(self._staged.get(stream, []))
        return self._versions[stream]

    def stage(self, fact: Fact) -> int:
        """Lay a fact on top; its version."""
        stream = fact.stream
        version = self.version(stream) + 1
        self._versions[stream] = version
        self._staged.setdefault(stream, []).append(fact)
        self._names.update(dict.fromkeys(fact.names, stream))
        for name in self._deciders_of.get(stream, ()):
            decider, state = self._states[(name, stream)]
            self._states[(name, stream)] = (decider, decider.evolve(state, fact))
        return version

    def committed(self) -> None:
        """What was staged is in the ledger now."""
        self._staged.clear()
        self._names.clear()
        if len(self._versions) > 2 * _ROOM:
            self.forget()

    def forget(self) -> None:
        """Throw everything away: the ledger alone says how things stand."""
        self._staged.clear()
        self._names.clear()
        self._states.clear()
        self._deciders_of.clear()
        self._versions.clear()

    def evict(self, streams: Iterable[str]) -> None:
        """Forget these streams: something was heard of them."""
        for stream in streams:
            for name in self._deciders_of.pop(stream, ()):
                self._states.pop((name, stream), None)
            self._versions.pop(stream, None)
