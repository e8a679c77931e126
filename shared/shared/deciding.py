"""What a decider is, and how the first of several refusals is found.

A decider is a state with four pure functions around it (DESIGN.md, "The tree"). It reads
no clock, makes no ids and does no I/O; what it must know of other streams it asks of
``known``, which each service builds from what is recorded and heard.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from shared.language.refusals import RANK
from shared.messages import Fact
from shared.refused import Refused

State = TypeVar("State")
Steps = Mapping[type[Fact], Callable[[State, Any], State]]
"""What the facts of each word do, as ``absorb`` does it. A step asks for nothing but the fact's
fields and keeps none but those: it may be given a plain reading of it (``decoding.py``)."""


@dataclass(frozen=True, eq=False)
class Decider(Generic[State]):
    """One kind of stream: how it begins, what is decided on it, how facts change it."""

    name: str
    initial: Callable[[], State]
    decide: Callable[[State, Any, Any], list[Fact]]
    """``decide(state, command, known)``: the facts, perhaps none; raises Refused."""
    evolve: Callable[[State, Fact], State]
    absorb: Callable[[State, Fact], State] | None = None
    """As ``evolve``, and as quick as it can be: it may change the state it is given, which
    nobody else holds. Where there is none, ``evolve`` does."""
    steps: Steps[State] = field(default_factory=dict)
    """The same, word by word, for the words that are folded most; there need not be any."""

    @property
    def onto_own(self) -> Callable[[State, Fact], State]:
        """``absorb``, or what does it."""
        return self.absorb or self.evolve


def by_word(steps: Steps[State]) -> Callable[[State, Fact], State]:
    """The ``absorb`` that is made of steps alone; a fact without one raises TypeError."""

    def absorb(state: State, fact: Fact) -> State:
        step = steps.get(type(fact))
        if step is None:
            raise TypeError(f"no such fact here: {fact!r}")
        return step(state, fact)

    return absorb


def begun(state: State | None, fact: Fact) -> State:
    """The state on which a fact goes on; raises TypeError where nothing has begun."""
    if state is None:
        raise TypeError(f"nothing goes before it: {fact!r}")
    return state


def refuse_first(refusals: Iterable[Refused]) -> None:
    """Raise the refusal whose code comes first in DOMAIN.md §4; nothing where there is none."""
    first = min(refusals, key=lambda refused: RANK[refused.code], default=None)
    if first is not None:
        raise first


def fold(decider: Decider[State], facts: Iterable[Fact], state: State | None = None) -> State:
    """The state after the facts, from the beginning or from ``state``."""
    if state is None:
        now, step = decider.initial(), decider.onto_own
    else:
        now, step = state, decider.evolve
    for fact in facts:
        now = step(now, fact)
    return now


class Streams(Protocol):
    """What a service has recorded and heard, folded; each service's ``Known`` asks here."""

    def state(self, decider: Decider[State], stream: str) -> State:
        """The stream's state; the initial one where nothing is recorded."""

    def named(self, name: str) -> str | None:
        """The stream that a name such as ``visit/lv-1`` leads to, if the name is taken."""
