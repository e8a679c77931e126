"""Every checkpoint of a log that can be known: the log's own, and those kept elsewhere.

A data folder's log lies in ``log/<service>``: ``checkpoint``, ``checkpoints`` (all ever signed),
``tile/…``; public keys in ``log/keys``. The other services record what they see of it in
``log/<service>`` streams of their ledgers; witnesses keep a state file of their own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from console.audit.faults import Fault
from console.audit.ledgers import Rows, as_bytes
from shared.transparency.checkpoint import Checkpoint, history, opened
from shared.transparency.note import Note, Rejected, VerifierKey

SEEN = "log/"
"""How the streams begin in which a service records the checkpoints of others."""


@dataclass(frozen=True, slots=True)
class Found:
    """A signed note, of which service it ought to be, and where it was found."""

    service: str
    note: bytes
    where: str
    own: bool
    """Whether it comes from the log's own folder."""


@dataclass(frozen=True, slots=True)
class Known:
    """A checkpoint whose signature is right."""

    checkpoint: Checkpoint
    where: str
    own: bool


def read_keys(text: str) -> list[VerifierKey]:
    """The verifier keys in a text, one a line. Raises Rejected."""
    lines = (line.strip() for line in text.splitlines())
    return [VerifierKey.parse(line) for line in lines if line and not line.startswith("#")]


def keys_of(service: str, keys: Sequence[VerifierKey]) -> list[VerifierKey]:
    """The keys whose log is this service's: the origin is ``<log name>/<service>``."""
    return [key for key in keys if key.name.rpartition("/")[2] == service]


def in_folder(log: Path, service: str) -> Iterator[Found]:
    """What the log itself shows."""
    latest, all_ever = log / service / "checkpoint", log / service / "checkpoints"
    if latest.is_file():
        yield Found(service, latest.read_bytes(), f"log/{service}/checkpoint", own=True)
    if all_ever.is_file():
        notes = [note for _, note in history(all_ever.read_bytes())]
        # A last record that a crash left half written was never shown; the signer takes it away.
        if notes and (b"\n\n" not in notes[-1][:-1] or not notes[-1].endswith(b"\n")):
            del notes[-1]
        for note in notes:
            yield Found(service, note, f"log/{service}/checkpoints", own=True)


def in_ledger(rows: Rows, recorder: str) -> Iterator[Found]:
    """What a service has recorded of others."""
    for position, stream, _, _, state, _ in rows.streams(SEEN):
        try:
            note = json.loads(as_bytes(state))["fact"]["note"]
        except (ValueError, KeyError, TypeError):
            note = ""
        where = f"{recorder} #{position}"
        yield Found(str(stream).removeprefix(SEEN), str(note).encode(), where, own=False)


def in_state(path: Path) -> Iterator[Found]:
    """What a witness has seen last of each log. Raises ValueError where it is no state file."""
    for origin, seen in json.loads(path.read_text())["logs"].items():
        service = str(origin).rpartition("/")[2]
        yield Found(service, str(seen["note"]).encode(), f"witness {path.name}", own=False)


def verified(
    found: Sequence[Found], service: str, keys: Sequence[VerifierKey]
) -> tuple[list[Known], list[Fault]]:
    """The checkpoints of a service whose signatures are right, and what is wrong with others."""
    known: list[Known] = []
    faults: list[Fault] = []
    before: dict[bytes, Checkpoint | Rejected] = {}
    for one in found:
        if one.service != service:
            continue
        if one.note not in before:
            before[one.note] = _opened(one.note, service, keys)
        checkpoint = before[one.note]
        if isinstance(checkpoint, Rejected):
            detail = {"where": one.where, "what": checkpoint.what}
            faults.append(Fault(checkpoint.code, service, _size(one.note), detail=detail))
        else:
            known.append(Known(checkpoint, one.where, one.own))
    return known, faults


def _opened(content: bytes, service: str, keys: Sequence[VerifierKey]) -> Checkpoint | Rejected:
    try:
        note = Note.parse(content)
        origin = Checkpoint.parse(note.text).origin
        if origin.rpartition("/")[2] != service:
            raise Rejected("wrong-origin", f"the checkpoint is of {origin}")
        return opened(note, keys)
    except Rejected as rejected:
        return rejected


def _size(content: bytes) -> int | None:
    """How many entries a note claims, whoever wrote it."""
    try:
        return Checkpoint.parse(Note.parse(content).text).size
    except Rejected:
        return None
