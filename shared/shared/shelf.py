"""The shelf: folded states at hand, with the facts that are about to be committed on top.

A cache of states by decider and stream. Staged facts are already visible, so that commands
committed together are decided one upon the other; ``unstage`` takes them back when their
commit fails.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

import structlog

from shared.deciding import Decider
from shared.folding import way_of
from shared.language import FACTS
from shared.language.privacy import PRIVACY
from shared.ledger import Ledger
from shared.messages import Fact
from shared.reading import read_stored
from shared.recording import Basis, Mark, StreamRow
from shared.sealing import PERSONAL
from shared.until import Until, rows_until

State = TypeVar("State")

log = structlog.get_logger()

_ROOM = 20_000
"""States kept at hand; the least recently used go first."""
_FAR = 2000
"""Changes by others, behind which all is read anew rather than one by one."""


class Shelf:
    """Folded states of a ledger's streams (the ``Streams`` that each ``Known`` asks).

    Where replicas share the ledger, ``catch_up`` brings in what the others recorded and heard,
    and ``basis`` says what a decision has read, to be compared when it is committed.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._mark: Mark | None = None
        self._opened = 0  # how often somebody may have been erased, as far as is known here
        self._states: OrderedDict[tuple[str, str], tuple[Decider[Any], Any]] = OrderedDict()
        self._deciders_of: dict[str, set[str]] = {}
        self._versions: dict[str, int] = {}
        self._ahead: dict[str, list[StreamRow]] = {}  # read since the last catching up
        self._read: set[str] = set()
        self._staged: dict[str, list[Fact]] = {}
        self._names: dict[str, str | None] = {}  # looked up or staged since the last catching up

    # --- reading --------------------------------------------------------------------------

    def state(self, decider: Decider[State], stream: str) -> State:
        """The stream's state, staged facts included."""
        key = (decider.name, stream)
        self._read.add(stream)
        if key in self._states:
            self._states.move_to_end(key)
            held: State = self._states[key][1]
            return held
        rows = self._rows(stream)
        staged = self._staged.get(stream, [])
        version = (rows[-1].version if rows else 0) + len(staged)
        if self._versions.get(stream, version) != version:
            self.evict([stream])  # another replica went on since
        state = self._folded(decider, rows, staged)
        self._versions[stream] = version
        self._hold(decider, stream, state)
        return state

    def _folded(
        self, decider: Decider[State], rows: Iterable[StreamRow], then: Iterable[Fact]
    ) -> State:
        """The state after a stream's entries as stored, opened where they are sealed; and then."""
        now, seals = decider.initial(), self._ledger.seals
        ways: dict[str, tuple[bool, Any, Any]] = {}
        for stream, version, topic, state in rows:
            way = ways.get(topic)
            if way is None:
                way = ways[topic] = topic in PERSONAL, *way_of(decider, topic)[:2]
            personal, read, step = way
            if personal and seals.concern(topic, state):
                fact = seals.fact(topic, stream, version, state)
            else:
                try:
                    fact = read(state).fact
                except ValueError:
                    fact = read_stored(topic, state).fact
            now = step(now, fact)
        for fact in then:
            now = decider.onto_own(now, fact)
        return now

    def _hold(self, decider: Decider[Any], stream: str, state: Any) -> None:
        self._states[(decider.name, stream)] = (decider, state)
        self._deciders_of.setdefault(stream, set()).add(decider.name)
        if len(self._states) > _ROOM and not self._staged:
            (_, old), _ = self._states.popitem(last=False)
            self.evict([old])

    def named(self, name: str) -> str | None:
        """The stream that a name leads to, staged names included."""
        if name not in self._names:
            self._names[name] = self._ledger.named([name]).get(name)
        return self._names[name]

    def read_ahead(self, named: Mapping[str, str | None], streams: Iterable[str]) -> None:
        """Take in where names lead; have those streams, and these, at hand by one question."""
        self._names.update(named)
        wanted = {self._names.get(stream) or stream for stream in streams}
        wanted.update(stream for stream in named.values() if stream)
        missing = [stream for stream in wanted if stream not in self._deciders_of]
        if missing:
            self._ahead.update(self._ledger.rows_of(missing))

    def _rows(self, stream: str) -> Sequence[StreamRow]:
        if stream in self._ahead:
            return self._ahead[stream]
        return self._ledger.rows_of([stream])[stream]

    def version(self, stream: str) -> int:
        """The version of the stream's own part, staged facts included."""
        if stream not in self._versions:
            rows = self._rows(stream)
            own = rows[-1].version if rows else 0
            self._versions[stream] = own + len(self._staged.get(stream, []))
        return self._versions[stream]

    # --- deciding -------------------------------------------------------------------------

    def stage(self, fact: Fact) -> int:
        """Lay a fact on top; its version."""
        stream = fact.stream
        version = self.version(stream) + 1
        self._staged.setdefault(stream, []).append(fact)
        self._names.update(dict.fromkeys(fact.names, stream))
        self._lay(fact, stream, version)
        return version

    def _lay(self, fact: Fact, stream: str, version: int) -> None:
        self._versions[stream] = version
        for name in self._deciders_of.get(stream, ()):
            decider, state = self._states[(name, stream)]
            self._states[(name, stream)] = (decider, decider.evolve(state, fact))

    def basis(self) -> Basis:
        """What was read since the last commit, each stream at its version before what is staged."""
        return Basis(
            self._mark.position if self._mark else 0,
            {
                stream: self._versions.get(stream, 0) - len(self._staged.get(stream, ()))
                for stream in self._read
            },
        )

    def committed(self, positions: Sequence[int]) -> None:
        """What was staged is in the ledger now, at these positions."""
        if self._mark and positions and positions[0] == self._mark.position + 1:
            self._mark = Mark(positions[-1], self._mark.number)
        self._staged.clear()
        self._names.clear()
        self._ahead.clear()
        self._read.clear()
        if len(self._versions) > 2 * _ROOM:
            self.forget()

    def unstage(self) -> None:
        """Take back what was staged: it was not committed."""
        self.evict(list(self._staged))
        self._staged.clear()
        self._names.clear()
        self._ahead.clear()
        self._read.clear()

    # --- what others did ------------------------------------------------------------------

    def catch_up(self, upto: Mark | None = None) -> None:
        """Bring in what other replicas recorded and heard since; what is read, is read from now."""
        self._read.clear()
        self._names.clear()
        self._ahead.clear()
        if not self._ledger.replicated:
            self._heed()
            return
        if self._mark is None:
            self._mark = upto or self._ledger.last()
            return
        changes = self._ledger.changes(self._mark, upto, _FAR)
        if len(changes.own) == _FAR or len(changes.heard) == _FAR:
            self._ledger.seals.heed(
                [PRIVACY]
            )  # what is passed over may say that somebody is erased
            self.forget()
            self._mark = self._ledger.last()
            return
        for row in changes.own:
            self._bring(row)
        self.evict(changes.heard)
        self._heed()
        self._mark = changes.mark

    def _heed(self) -> None:
        """Hold nothing that was opened before somebody was erased."""
        if self._opened != self._ledger.seals.changed:
            self.forget()
            self._opened = self._ledger.seals.changed

    def _bring(self, row: StreamRow) -> None:
        held = self._versions.get(row.stream)
        if held is None or row.version <= held:
            return
        if row.version != held + 1 or row.topic not in FACTS:
            self.evict([row.stream])
            return
        try:
            [fact] = self._ledger.facts_in([row])
            self._lay(fact, row.stream, row.version)
        except Exception as error:  # whoever reads this stream is told; the others go on
            log.warning("cannot-fold", stream=row.stream, error=repr(error))
            self.evict([row.stream])

    def forget(self) -> None:
        """Throw everything away: the ledger alone says how things stand."""
        self._mark = None
        self._staged.clear()
        self._names.clear()
        self._ahead.clear()
        self._read.clear()
        self._states.clear()
        self._deciders_of.clear()
        self._versions.clear()

    def evict(self, streams: Iterable[str]) -> None:
        """Forget these streams: something was heard of them."""
        for stream in streams:
            for name in self._deciders_of.pop(stream, ()):
                self._states.pop((name, stream), None)
            self._versions.pop(stream, None)
            self._ahead.pop(stream, None)


class ShelfThen(Shelf):
    """States as they were then: folded for one question, and for nobody else."""

    def __init__(self, ledger: Ledger, as_of: date | None, known_at: str | None) -> None:
        super().__init__(ledger)
        self._then = as_of, known_at

    def _rows(self, stream: str) -> Sequence[StreamRow]:
        return list(rows_until(super()._rows(stream), Until(*self._then)))
