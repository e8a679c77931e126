"""What a service has seen of the logs of the others: one stream each, which only grows.

A checkpoint is recorded as it came. Its signature is not judged here, as the services hold no
keys: who audits does (``dicoso audit verify``). A smaller one than was seen before, or another of
the same size, is refused: then a history was shortened or rewritten.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from shared.deciding import Decider
from shared.language.log import CheckpointSeen, RecordCheckpoint
from shared.messages import Command, Fact
from shared.refused import Refused
from shared.transparency.checkpoint import Checkpoint
from shared.transparency.note import Note, Rejected, encoded


@dataclass(frozen=True, slots=True)
class Seen:
    """The last checkpoint seen of a log, and of which origin."""

    origin: str = ""
    size: int = 0
    root: str = ""
    note: str = ""
    """The signed text, which alone proves anything."""


def _decide(service: str, seen: Seen, command: Command, _: Any) -> list[Fact]:
    match command:
        case RecordCheckpoint():
            found = _read(service, command)
        case _:
            raise TypeError(f"{type(command).__name__} is not a command on a log")
    last = (found.size, encoded(found.root))
    if found.origin == seen.origin:  # another origin is another log: it begins anew
        if last == (seen.size, seen.root):
            return []
        if found.size <= seen.size:
            raise Refused(
                "checkpoint-backwards",
                upstream=command.upstream,
                size=found.size,
                seen=seen.size,
            )
    return [
        CheckpointSeen(
            upstream=command.upstream,
            origin=found.origin,
            size=found.size,
            root=last[1],
            note=command.note,
        )
    ]


def _read(service: str, command: RecordCheckpoint) -> Checkpoint:
    """The checkpoint in a note. Raises Refused ``malformed``."""
    try:
        found = Checkpoint.parse(Note.parse(command.note.encode()).text)
    except Rejected as rejected:
        raise _malformed("note", rejected.what) from rejected
    if found.origin.rpartition("/")[2] != command.upstream:
        raise _malformed("upstream", f"the checkpoint is of {found.origin}")
    if command.upstream == service:
        raise _malformed("upstream", "a service does not record its own checkpoints")
    return found


def _malformed(path: str, reason: str) -> Refused:
    return Refused("malformed", faults=[{"path": path, "reason": reason}])


def _evolve(seen: Seen, fact: Fact) -> Seen:
    match fact:
        case CheckpointSeen():
            return Seen(fact.origin, fact.size, fact.root, fact.note)
        case _:
            raise TypeError(f"{type(fact).__name__} does not belong to a log")


def decider(service: str) -> Decider[Seen]:
    """The decider of what one service has seen of the others' logs."""
    return Decider("log", Seen, partial(_decide, service), _evolve)
