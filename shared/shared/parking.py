"""Parking (tạm gác): a fact that cannot be handled waits, with the later ones of its cadre.

What is parked of one bucket of another service is one stream of the own ledger, so it has one
order and one version. That order per cadre holds, whoever listens, retries or restarts:

1. A fact is parked only in the transaction that moves its bucket's tracking by compare-and-set.
   So at any place of the tracking a listener knows all that can be parked: it reads the tracking
   first and what is parked second, and if more was parked between, its next move fails.
2. A fact is filed by a listener only where nothing of its partition is parked. Retrying and
   skipping, by whichever replica, can only make that set smaller.
3. A listener that has not learnt of a retry wants to park behind what is no longer there: it
   appends at the version it knows, which is taken, so it reads again and decides again.
4. A retry files rows in the transaction that records them as heard, at the version of the
   stream: of a retry and a newcomer, or of two retries, one is first and the other sees it.

Where the partition key cannot be read, all that comes later in the bucket waits behind it.
The tracking passes what is parked: for ``after`` (causal reads) it counts as heard, or everyone
would wait for one fact; ``ready`` and ``assess`` say how much is parked instead.
"""

from __future__ import annotations

import base64
import gzip
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from pydantic_core import from_json, to_json

from shared.deciding import Decider
from shared.entries import Entry, from_cloudevent, write_state
from shared.language.parking import (
    FactParked,
    ParkedHeard,
    ParkedSkipped,
    ParkingFact,
    RetryParked,
    SkipParked,
    whole_bucket,
)
from shared.messages import Command, Fact, bucket_of
from shared.recording import HeardRow
from shared.refused import Refused

Place = Callable[[Fact], str | None]
"""Where a service files a fact of another; None for what it does not need."""

_TEXT, _LARGEST = 256 * 1024, 704 * 1024
"""Bytes up to which a message is kept as text, and as anything: it is carried, too."""


class Gap(Exception):
    """A fact whose predecessor in its bucket was not heard, or that came out of order."""


# --- reading a message ----------------------------------------------------------------------


def row_of(upstream: str, place: Place, content: bytes, position: int) -> HeardRow | None:
    """The row to file of a message; None where it is of no use here. Raises whatever is wrong."""
    entry: Entry = from_cloudevent(content)
    if entry.position != position:
        raise Gap(f"the fact at {position} says it is {entry.position}")
    stream = place(entry.fact)
    if stream is None:
        return None
    names = entry.fact.names
    if any("\0" in name for name in (stream, *names)):
        raise ValueError("a NUL character in the name of a stream")
    state = write_state(entry.text, entry.actor, entry.command, entry.recorded_at, entry.cause)
    return HeardRow(stream, upstream, position, entry.type, state, names)


@dataclass(frozen=True, slots=True)
class Envelope:
    """What can be read of a message's envelope: empty, or None, where it cannot."""

    key: str = ""
    topic: str = ""
    sequence: int | None = None


def envelope_of(content: bytes, bucket: int) -> Envelope:
    """The envelope, as far as it can be read; a key of another bucket is none."""
    try:
        body = from_json(content)
    except ValueError:
        return Envelope()
    if not isinstance(body, dict):
        return Envelope()
    key = body.get("partitionkey")
    topic, sequence = str(body.get("type")), str(body.get("sequence"))
    return Envelope(
        key if isinstance(key, str) and bucket_of(key) == bucket else "",
        topic if re.fullmatch(r"[a-z0-9.-]{1,200}", topic) else "",
        int(sequence) if re.fullmatch(r"[0-9]{1,18}", sequence) else None,
    )


def kept(content: bytes) -> dict[str, Any]:
    """How a message is kept in the fact that parks it."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        text = None
    if text is not None and len(to_json(text)) <= _TEXT:
        return {"encoding": "text", "event": text}
    packed = base64.b64encode(gzip.compress(content)).decode()
    if len(packed) <= _LARGEST:
        return {"encoding": "gzip", "event": packed}
    return {"encoding": "none", "event": ""}


def content_of(fact: FactParked) -> bytes:
    """The message as it came."""
    if fact.encoding == "gzip":
        return gzip.decompress(base64.b64decode(fact.event))
    return fact.event.encode()


# --- the decider ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Parked:
    """What is parked of one bucket, by position, in order."""

    open: Mapping[int, FactParked] = field(default_factory=dict)


def _evolve(state: Parked, fact: Fact) -> Parked:
    match fact:
        case FactParked():
            return Parked({**state.open, fact.position: fact})
        case ParkedHeard() | ParkedSkipped():
            return Parked({at: one for at, one in state.open.items() if at != fact.position})
        case _:
            raise TypeError(f"{type(fact).__name__} does not belong to what is parked")


def _decide(hears: Mapping[str, Place], state: Parked, command: Command, _: Any) -> list[Fact]:
    match command:
        case RetryParked():
            if not any(command.partition in _labels(fact) for fact in state.open.values()):
                raise Refused("nothing-to-do", **command.model_dump())
            heard, why = _retried(hears, state.open.values(), command.partition)
            if not heard:
                raise Refused("still-parked", **command.model_dump(), why=why)
            return heard
        case SkipParked():
            fact = state.open.get(command.position)
            if fact is None:
                raise Refused("unknown-parked", **command.model_dump(exclude={"reason"}))
            later = [one for one in state.open.values() if one is not fact]
            skipped = ParkedSkipped(**_of(fact), reason=command.reason)
            return [skipped, *_retried(hears, later, fact.label)[0]]
        case _:
            raise TypeError(f"{type(command).__name__} is not a command on what is parked")


def _labels(fact: FactParked) -> tuple[str, str]:
    """By what it is retried: its key, and its bucket."""
    return fact.key, whole_bucket(fact.bucket)


def _of(fact: ParkingFact) -> dict[str, Any]:
    return {name: getattr(fact, name) for name in ParkingFact.model_fields}


def _retried(
    hears: Mapping[str, Place], facts: Iterable[FactParked], partition: str
) -> tuple[list[Fact], str]:
    """Those that can be heard now, in order, and why the first of the others cannot."""
    heard: list[Fact] = []
    blocked: set[str] = set()
    why = ""
    for fact in facts:
        if partition not in _labels(fact):
            if fact.key:
                continue
            why = why or f"behind {fact.position}, whose partition cannot be read"
            break  # it may be of this very cadre
        if fact.key in blocked:
            continue
        try:
            row_of(fact.upstream, hears[fact.upstream], content_of(fact), fact.position)
        except Exception as error:  # whatever the code that now runs cannot do
            why = why or f"{fact.position}: {short(error)}"
            if not fact.key:
                break
            blocked.add(fact.key)
        else:
            heard.append(ParkedHeard(**_of(fact)))
    return heard, why


def short(error: Exception) -> str:
    """What went wrong, in a line."""
    return repr(error)[:500]


def decider(hears: Mapping[str, Place]) -> Decider[Parked]:
    """The decider of what is parked, with the places where a service files what it hears."""
    return Decider("parked", Parked, partial(_decide, hears), _evolve)


parked = decider({})
"""The same for looking on: what is parked."""
