"""What a ledger's recorder does beyond eventsourcing's, whichever database it stands on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from eventsourcing.persistence import Notification, StoredEvent


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
class Answered:
    """What was answered to a command id: the digest of its content, version and position."""

    digest: bytes
    version: int
    position: int


class Recorder(Protocol):
    """eventsourcing's process recorder, with what is heard, names and commands beside it."""

    def insert_events(
        self, stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> Sequence[int] | None:
        """Record events with ``names`` (name → stream) and ``obeyed`` commands; positions."""

    def select_events(self, originator_id: str) -> Sequence[StoredEvent]:
        """The own events of a stream, in order."""

    def select_notifications(self, start: int, limit: int) -> Sequence[Notification]:
        """Own events from a position on."""

    def max_notification_id(self) -> int | None:
        """The last position; None or 0 for an empty ledger."""

    def insert_heard(self, rows: Sequence[HeardRow], moves: Mapping[str, tuple[int, int]]) -> None:
        """Record facts of another service and move the tracking, in one transaction.

        ``moves`` gives each tracking name its (from, to). A name that does not stand at
        *from* (someone else moved it) raises IntegrityError and nothing is written.
        """

    def max_tracking_id(self, application_name: str) -> int | None:
        """Where a tracking name stands."""

    def heard_of(self, stream: str) -> list[tuple[str, bytes]]:
        """Topic and state of what was heard of a stream, in order."""

    def streams_between(self, first: str, last: str, limit: int) -> list[str]:
        """Streams, own or heard, strictly between two names, in code-point order."""

    def stream_named(self, name: str) -> str | None:
        """The stream that a name leads to."""

    def answered(self, ids: Sequence[str]) -> dict[str, Answered]:
        """The answers already given to these command ids."""

    def close(self) -> None:
        """Give the database back."""
