"""A witness (nhân chứng): keeps the last checkpoint it saw of each log, and lets none be undone.

Anyone can be one, anywhere: all it needs are the logs' public keys and what the logs show. Its
state file is JSON: ``{"logs": {origin: {"note", "seen_at"}}, "evidence": [{"origin", "at", "code",
"kept", "shown"}]}``. Both notes of what is refused are kept: two checkpoints that the log signed
and that contradict one another convict it, whoever looks at them.
"""

from __future__ import annotations

import fcntl
import json
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from console.audit.faults import Fault
from shared.transparency.checkpoint import Checkpoint, opened
from shared.transparency.note import Note, Rejected, SignerKey, VerifierKey
from shared.transparency.tiles import Read, Tiles
from shared.transparency.tree import consistency_proof, extends, root_at


@dataclass(frozen=True, slots=True)
class Seen:
    """What became of looking at one log."""

    origin: str
    service: str
    before: int | None
    """How large the log was when last seen; None where it never was."""
    checkpoint: Checkpoint | None
    fault: Fault | None = None

    def as_json(self) -> dict[str, Any]:
        """What a program reads."""
        return {
            "origin": self.origin,
            "service": self.service,
            "before": self.before,
            "size": self.checkpoint.size if self.checkpoint else None,
            "fault": self.fault.as_json() if self.fault else None,
        }


class State:
    """A witness's memory."""

    def __init__(self, content: dict[str, Any] | None = None) -> None:
        self.logs: dict[str, dict[str, str]] = (content or {}).get("logs", {})
        self.evidence: list[dict[str, str]] = (content or {}).get("evidence", [])

    def look(
        self, key: VerifierKey, log: Read, now: datetime, cosigner: SignerKey | None = None
    ) -> Seen:
        """Look at the log of a key: remember its checkpoint, or why it is refused."""
        origin, service = key.name, key.name.rpartition("/")[2]
        kept = self._kept(origin)
        before = kept.size if kept else None
        shown = ""
        try:
            content = log("checkpoint")
            shown = content.decode("utf-8", "backslashreplace")
            note = Note.parse(content)
            checkpoint = opened(note, [key])
            if checkpoint.origin != origin:
                raise Rejected("wrong-origin", f"the checkpoint is of {checkpoint.origin}")
            fault = _refused(service, kept, checkpoint, log)
        except Rejected as rejected:
            fault = Fault(rejected.code, service, before, detail={"what": rejected.what})
        except OSError as error:
            fault = Fault("unreachable", service, detail={"what": str(error)})
        if fault is not None:
            if shown:
                self._keep(origin, now, fault.code, shown)
            return Seen(origin, service, before, kept, fault)
        if cosigner is not None:
            note = note.signed_by(cosigner.cosign(note.text, int(now.timestamp())))
        self.logs[origin] = {"note": str(note), "seen_at": now.isoformat()}
        return Seen(origin, service, before, checkpoint)

    def _kept(self, origin: str) -> Checkpoint | None:
        """What was seen last; this file is the witness's own, so it is believed."""
        if origin not in self.logs:
            return None
        return Checkpoint.parse(Note.parse(self.logs[origin]["note"].encode()).text)

    def _keep(self, origin: str, now: datetime, code: str, shown: str) -> None:
        kept = self.logs.get(origin, {}).get("note", "")
        last = self.evidence[-1] if self.evidence else {}
        if (last.get("kept"), last.get("shown")) != (kept, shown):
            at = now.isoformat()
            self.evidence.append(
                {"origin": origin, "at": at, "code": code, "kept": kept, "shown": shown}
            )


def _refused(service: str, kept: Checkpoint | None, shown: Checkpoint, log: Read) -> Fault | None:
    """Why a checkpoint cannot be what the log has become, if so."""
    tiles = Tiles(shown.size, log)
    if kept is not None and shown.size < kept.size:
        return Fault("went-back", service, shown.size + 1, kept.size)
    if kept is not None and shown.size == kept.size:
        same = kept.root == shown.root
        return None if same else Fault("history-rewritten", service, 1, kept.size)
    try:
        if root_at(shown.size, tiles.hash) != shown.root:
            return Fault("tile-damaged", service, detail={"size": shown.size})
        if kept is None or kept.size == 0:
            return None
        proof = consistency_proof(kept.size, shown.size, tiles.hash)
    except ValueError as error:
        return Fault("tile-damaged", service, detail={"what": str(error)})
    if extends(kept.root, kept.size, shown.root, shown.size, proof):
        return None
    return Fault("history-rewritten", service, 1, kept.size)


@contextmanager
def held(path: Path) -> Iterator[State]:
    """The state in a file, this witness's alone meanwhile; written back whole, or not at all.

    Raises ValueError where the file is no state.
    """
    with path.with_name(path.name + ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        content = json.loads(path.read_text()) if path.exists() else None
        if content is not None and not isinstance(content, dict):
            raise ValueError("no state of a witness")
        state = State(content)
        yield state
        text = json.dumps(
            {"logs": state.logs, "evidence": state.evidence}, ensure_ascii=False, indent=1
        )
        with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False) as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
        Path(file.name).replace(path)


def notes_of(state: State, keys: Sequence[VerifierKey]) -> dict[str, str]:
    """What was seen last of each log, cosigned where this witness cosigns, by service."""
    return {
        key.name.rpartition("/")[2]: state.logs[key.name]["note"]
        for key in keys
        if key.name in state.logs
    }
