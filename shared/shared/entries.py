"""One entry of a ledger: the fact, and beside it who, when, by which command and why.

Stored as JSON, ``{"actor", "command", "recorded_at", "cause", "fact"}``, under the fact's
versioned type name. On the bus it travels as a CloudEvent 1.0 (structured JSON), whose
``data`` is the fact.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic_core import from_json, to_json

from shared.language import FACTS
from shared.messages import Fact

BUCKETS = 32
"""The fixed number of buckets over which partition keys are spread."""


def bucket_of(partition: str) -> int:
    """The stable bucket of a partition key, 0 to 31."""
    return int.from_bytes(hashlib.sha256(partition.encode()).digest()[:4], "big") % BUCKETS


class UnknownFact(Exception):
    """A type name that this version of dicoso has no word for."""


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
    data: Mapping[str, Any] | None = field(default=None, compare=False)
    """The fact as it was written: what a newer version said beyond this one's words stays."""

    @property
    def content(self) -> Mapping[str, Any]:
        """The fact's JSON, as it was written where that is known."""
        return self.fact.model_dump(mode="json") if self.data is None else self.data

    @property
    def bucket(self) -> int:
        """The bucket in which it is carried and heard."""
        return bucket_of(self.fact.partition)


def write_state(
    fact: Fact | Mapping[str, Any], actor: str, command: str, recorded_at: str, cause: str
) -> bytes:
    """The stored bytes of an entry, of a fact or of its JSON."""
    return to_json(
        {
            "actor": actor,
            "command": command,
            "recorded_at": recorded_at,
            "cause": cause,
            "fact": fact.model_dump(mode="json") if isinstance(fact, Fact) else fact,
        }
    )


def read_fact(topic: str, content: Any) -> Fact:
    """The fact of a type name. Raises UnknownFact, or ValidationError for broken content."""
    word = FACTS.get(topic)
    if word is None:
        raise UnknownFact(topic)
    return word.model_validate(content)


def read_entry(position: int, stream: str, version: int, topic: str, state: bytes) -> Entry:
    """The entry of a stored row."""
    body = from_json(state)
    return Entry(
        position=position,
        stream=stream,
        version=version,
        fact=read_fact(topic, body["fact"]),
        actor=body["actor"],
        command=body["command"],
        recorded_at=body["recorded_at"],
        cause=body["cause"],
        data=body["fact"],
    )


def to_cloudevent(service: str, entry: Entry) -> bytes:
    """The entry as a CloudEvent 1.0 in structured JSON; ``id`` is ``<service>:<position>``."""
    return to_json(
        {
            "specversion": "1.0",
            "id": f"{service}:{entry.position}",
            "source": f"/dicoso/{service}",
            "type": entry.fact.type,
            "subject": entry.stream,
            "time": entry.recorded_at,
            "datacontenttype": "application/json",
            "partitionkey": entry.fact.partition,
            "sequence": str(entry.position),
            "streamversion": entry.version,
            "actor": entry.actor,
            "commandid": entry.command,
            "cause": entry.cause,
            "data": entry.content,
        }
    )


def from_cloudevent(content: bytes) -> Entry:
    """The entry in a CloudEvent. Raises ValueError, KeyError or UnknownFact where it is none."""
    body = from_json(content)
    return Entry(
        position=int(body["sequence"]),
        stream=body["subject"],
        version=body["streamversion"],
        fact=read_fact(body["type"], body["data"]),
        actor=body["actor"],
        command=body["commandid"],
        recorded_at=body["time"],
        cause=body["cause"],
        data=body["data"],
    )
