"""What a ledger's recorder does beyond eventsourcing's, whichever database it stands on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from eventsourcing.persistence import IntegrityError, StoredEvent

from shared.folding import EntryRow


@dataclass(frozen=True, slots=True)
class Obeyed:
    """A command that is recorded with its facts; ``last`` is the index of its last fact."""

    id: str
    digest: bytes
    version: int
    last: int


@dataclass(frozen=True, slots=True)
class HeardRow:
    """A fact of another service, to be placed in a stream here."""

    stream: str
    service: str
    position: int
    topic: str
    state: bytes
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Moves:
    """How far other services are heard with a batch of rows.

    ``buckets`` gives each tracking name (``planning/07``) its (from, to): it moves by
    compare-and-set. ``whole`` gives each service the position up to which everything of it
    is heard: it is raised, never lowered.
    """

    buckets: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    whole: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A place in all that a ledger was given: the last own position, the last heard row."""

    position: int = 0
    number: int = 0


class HeardEntry(NamedTuple):
    """A fact of another service as it is filed here; ``number`` counts what was heard."""

    number: int
    stream: str
    service: str
    position: int
    topic: str
    state: bytes


class StreamRow(NamedTuple):
    """An entry of a stream as stored; version 0 where it was heard."""

    stream: str
    version: int
    topic: str
    state: bytes


class PlacedRow(NamedTuple):
    """An entry of a stream as stored, own or heard, and where it stands in its owner's ledger."""

    stream: str
    service: str
    position: int
    version: int
    topic: str
    state: bytes


class LeafRow(NamedTuple):
    """An own entry in the transparency log; no leaf where an older version wrote it and nothing
    has filled it in yet."""

    position: int
    topic: str
    leaf: bytes | None


@dataclass(frozen=True, slots=True)
class Changes:
    """What was recorded behind a mark: own entries, and the streams of which was heard."""

    mark: Mark
    """Up to where these changes reach."""
    own: Sequence[StreamRow] = ()
    heard: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Basis:
    """What a decision rests on: the own position known, and the version of each stream read."""

    position: int
    versions: Mapping[str, int]


class Overtaken(IntegrityError):
    """Another replica has changed a stream that the decision rests on: decide again."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What was answered to a command id: the digest of its content, version and position."""

    digest: bytes
    version: int
    position: int


@dataclass(frozen=True, slots=True)
class Glance:
    """How things stand before a batch of commands is decided."""

    mark: Mark
    answered: Mapping[str, Answered]
    named: Mapping[str, str]


class Recorder(Protocol):
    """eventsourcing's process recorder, with what is heard, names and commands beside it."""

    replicated: bool
    """Whether other processes may write to it at the same time."""
    service: str
    """Whose ledger it is, as its leaves say."""

    def insert_events(
        self, stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> Sequence[int] | None:
        """Record events; the positions given to them.

        With ``names`` (name → stream), ``obeyed`` commands, ``heard`` rows and ``moves`` in the
        same transaction. With a ``basis`` it raises Overtaken where another replica has
        changed what the decision rests on.
        """

    def turn(self) -> AbstractContextManager[None]:
        """Hold the ledger against every other writer, until what is inserted is committed."""

    def changes(self, after: Mark, upto: Mark, limit: int) -> Changes:
        """What was recorded between two marks; at most ``limit`` own entries and heard rows."""

    def page(self, after: int, limit: int) -> Sequence[EntryRow]:
        """Own entries behind a position as plain rows: the quick way to read a whole ledger."""

    def leaves(self, after: int, limit: int) -> Sequence[LeafRow]:
        """The leaf hashes of own entries behind a position, in order."""

    def last(self) -> Mark:
        """The mark behind everything recorded."""

    def max_notification_id(self) -> int | None:
        """The last position; None or 0 for an empty ledger."""

    def insert_heard(self, rows: Sequence[HeardRow], moves: Moves) -> None:
        """Record facts of another service and move the tracking, in one transaction.

        A bucket that does not stand where it is moved from (someone else moved it) raises
        IntegrityError and nothing is written.
        """

    def heard_page(self, after: int, limit: int) -> Sequence[HeardEntry]:
        """What was heard behind a number, in the order of hearing."""

    def tracking(self) -> dict[str, int]:
        """Where every tracking name stands."""

    def facts_of(self, streams: Sequence[str]) -> list[StreamRow]:
        """What is recorded and heard of streams: of each the heard first, all in order."""

    def placed(self, streams: Sequence[str]) -> list[PlacedRow]:
        """The same with the ledger and position of each; of what is heard the version is 0."""

    def own_of(self, streams: Sequence[str]) -> list[StreamRow]:
        """What is recorded of streams, without what is heard of them: of each all in order."""

    def streams_between(self, first: str, last: str, limit: int) -> list[str]:
        """Streams, own or heard, strictly between two names, in code-point order."""

    def streams_named(self, names: Sequence[str]) -> dict[str, str]:
        """The streams that names lead to, of those that are taken."""

    def glance(self, ids: Sequence[str], names: Sequence[str]) -> Glance:
        """The last mark, the answers given to command ids, and the streams that names lead to."""

    def close(self) -> None:
        """Give the database back."""
