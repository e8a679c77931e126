"""One entry of a ledger: the fact, and beside it who, when, by which command and why.

Stored as JSON, ``{"actor", "command", "recorded_at", "cause", "fact"}``, under the fact's
versioned type name. On the bus it travels as a CloudEvent 1.0 (structured JSON), whose
``data`` is the fact. Either way the fact's own text comes last, and is carried on as it was
written: what a newer version said beyond this one's words stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic_core import from_json, to_json

from shared.messages import Fact, bucket_of
from shared.reading import UnknownFact as UnknownFact
from shared.reading import read_fact as read_fact
from shared.reading import read_object, read_stored


@dataclass(frozen=True, slots=True)
class Entry:
    """A fact as recorded. ``position`` is its place in its service's ledger, from 1."""

    position: int
    stream: str
    version: int
    fact: Fact
    actor: str
    command: str
    recorded_at: str
    cause: str = ""
    type: str = ""
    """The name of the version in which it was written; the fact's own where none is given."""
    source: tuple[bytes, str] | None = field(default=None, compare=False, repr=False)
    """The JSON object that the fact was read from, and the name of its member there."""

    def __post_init__(self) -> None:
        if not self.type:
            object.__setattr__(self, "type", self.fact.type)

    @property
    def text(self) -> bytes:
        """The fact's JSON, as it was written where that is known."""
        return to_json(self.fact) if self.source is None else _member(*self.source)

    @property
    def bucket(self) -> int:
        """The bucket in which it is carried and heard."""
        return bucket_of(self.fact.partition)


def _member(document: bytes, name: str) -> bytes:
    """The text of an object's member: as it stands where it is the last, else written anew."""
    head, found, tail = document.partition(b',"%s":' % name.encode())
    try:
        if found and name not in from_json(head + b"}"):
            from_json(tail[:-1])
            return tail[:-1]
    except ValueError:  # the name stands inside something else, or something comes behind
        pass
    return to_json(from_json(document)[name])


def _with(head: dict[str, Any], name: str, text: bytes) -> bytes:
    """A JSON object with a last member that is written already."""
    return b'%s,"%s":%s}' % (to_json(head)[:-1], name.encode(), text)


def write_state(
    fact: Fact | Mapping[str, Any] | bytes, actor: str, command: str, recorded_at: str, cause: str
) -> bytes:
    """The stored bytes of an entry, of a fact, of its JSON, or of the text of that."""
    head = {"actor": actor, "command": command, "recorded_at": recorded_at, "cause": cause}
    return _with(head, "fact", fact if isinstance(fact, bytes) else to_json(fact))


def read_entry(position: int, stream: str, version: int, topic: str, state: bytes) -> Entry:
    """The entry of a stored row. Raises UnknownFact, or ValidationError for broken content."""
    body = read_stored(topic, state)
    return Entry(
        position,
        stream,
        version,
        body.fact,
        body.actor,
        body.command,
        body.recorded_at,
        body.cause,
        topic,
        (state, "fact"),
    )


def to_cloudevent(service: str, entry: Entry) -> bytes:
    """The entry as a CloudEvent 1.0 in structured JSON; ``id`` is ``<service>:<position>``."""
    head = {
        "specversion": "1.0",
        "id": f"{service}:{entry.position}",
        "source": f"/dicoso/{service}",
        "type": entry.type,
        "subject": entry.stream,
        "time": entry.recorded_at,
        "datacontenttype": "application/json",
        "partitionkey": entry.fact.partition,
        "sequence": str(entry.position),
        "streamversion": entry.version,
        "actor": entry.actor,
        "commandid": entry.command,
        "cause": entry.cause,
    }
    return _with(head, "data", entry.text)


def from_cloudevent(content: bytes) -> Entry:
    """The entry in a CloudEvent. Raises ValueError, KeyError or UnknownFact where it is none."""
    body = read_object(content)
    return Entry(
        int(body["sequence"]),
        body["subject"],
        body["streamversion"],
        read_fact(body["type"], body["data"]),
        body["actor"],
        body["commandid"],
        body["time"],
        body["cause"],
        body["type"],
        (content, "data"),
    )
