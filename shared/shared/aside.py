"""What listeners know of what is parked, and how a desk retries it (``parking.py`` says why
order per cadre holds)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog

from shared.clock import utc_now
from shared.deciding import Decider, fold
from shared.language.parking import (
    FactParked,
    ParkedHeard,
    ParkingFact,
    RetryParked,
    SkipParked,
    parked_stream,
)
from shared.ledger import Ledger, NewEntry
from shared.messages import Command, Fact
from shared.parking import (
    Envelope,
    Gap,
    Place,
    content_of,
    decider,
    envelope_of,
    kept,
    parked,
    row_of,
    short,
)
from shared.recording import HeardRow

log = structlog.get_logger()

ACTOR = "dicoso"
"""Who parks: the program itself."""


@dataclass(slots=True)
class _Bucket:
    """What a listener knows of a bucket: its stream's version, and the first position that is
    parked of each key (of ``""`` where the key is unknown)."""

    version: int = 0
    first: dict[str, int] = field(default_factory=dict)


class Aside:
    """What of one other service is parked, as a listener knows it."""

    def __init__(self, service: str, upstream: str, ledger: Ledger, place: Place) -> None:
        self._service = service
        self._upstream = upstream
        self._ledger = ledger
        self._place = place
        self._buckets: dict[int, _Bucket] = {}
        self._stale: set[int] = set()

    def load(self) -> None:
        """Learn what is parked; to be called after the tracking was read."""
        self._buckets.clear()
        self._stale.clear()
        count = 0
        for stream in self._ledger.streams(f"parked/{self._upstream}/"):
            count += self._read(int(stream.rpartition("/")[2]))
        if count:
            log.warning("parked", service=self._service, upstream=self._upstream, facts=count)

    def _read(self, bucket: int) -> int:
        self._stale.discard(bucket)
        facts, version = self._ledger.facts(parked_stream(self._upstream, bucket))
        here = self._buckets[bucket] = _Bucket(version)
        still = fold(parked, facts).open.values()
        for fact in still:
            here.first.setdefault(fact.key, fact.position)
        return len(still)

    def forget(self, bucket: int) -> None:
        """Something was retried or skipped here: read it again before the next is heard."""
        self._stale.add(bucket)

    def take(self, content: bytes, position: int, bucket: int) -> HeardRow | FactParked | None:
        """What becomes of a message: a row to file, a fact that parks it, or nothing."""
        if bucket in self._stale:
            self._read(bucket)
        here = self._buckets.get(bucket)
        why, behind, envelope = "", 0, Envelope()
        if here is not None and here.first:
            envelope = envelope_of(content, bucket)
            first = here.first if not envelope.key else {"": 0, envelope.key: 0}
            behind = min((here.first[key] for key in first if key in here.first), default=0)
        if not behind:
            try:
                return row_of(self._upstream, self._place, content, position)
            except Gap:
                raise
            except Exception as error:  # poison of whatever kind must not stop the others
                why = short(error)
                envelope = envelope_of(content, bucket)
        if envelope.sequence not in (position, None):
            raise Gap(f"the fact at {position} says it is {envelope.sequence}")
        here = self._buckets.setdefault(bucket, _Bucket())
        here.first.setdefault(envelope.key, position)
        return FactParked(
            upstream=self._upstream,
            position=position,
            bucket=bucket,
            key=envelope.key,
            topic=envelope.topic,
            behind=behind,
            why=why,
            **kept(content),
        )

    def entries(self, facts: Sequence[FactParked]) -> list[NewEntry]:
        """The entries that park facts, at the next versions of their streams."""
        found: list[NewEntry] = []
        for fact in facts:
            here = self._buckets[fact.bucket]
            here.version += 1
            cause = f"{self._upstream}:{fact.position}"
            found.append(NewEntry(fact, here.version, ACTOR, "", utc_now(), cause))
        return found

    def tell(self, facts: Sequence[FactParked]) -> None:
        """Say what was parked."""
        for fact in facts:
            log.warning(
                "fact-parked",
                service=self._service,
                upstream=self._upstream,
                position=fact.position,
                partition=fact.label,
                error=fact.why or f"behind {fact.behind}",
            )


class Parking:
    """What one service parks: how its desk retries and skips, and what its listeners know."""

    def __init__(self, service: str, ledger: Ledger, hears: Mapping[str, Place]) -> None:
        self._hears = hears
        self.asides = {name: Aside(service, name, ledger, place) for name, place in hears.items()}
        it = decider(hears)
        self.obeys: Mapping[type[Command], Decider[Any]] = {RetryParked: it, SkipParked: it}

    def rows(self, state: Any, facts: Sequence[Fact]) -> list[HeardRow]:
        """The rows of what is heard by these facts, decided on this state."""
        found: list[HeardRow] = []
        for fact in facts:
            if isinstance(fact, ParkedHeard):
                content = content_of(state.open[fact.position])
                row = row_of(fact.upstream, self._hears[fact.upstream], content, fact.position)
                if row is not None:
                    found.append(row)
        return found

    def recorded(self, facts: Iterable[Fact]) -> None:
        """These facts were recorded: listeners look again."""
        for fact in facts:
            if isinstance(fact, ParkingFact):
                self.asides[fact.upstream].forget(fact.bucket)
