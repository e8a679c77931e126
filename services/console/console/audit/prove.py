"""``dicoso audit prove`` and ``check-proof``: that one entry is in a log, for somebody offline.

Three files with one name: ``.tlog-proof`` (c2sp.org/tlog-proof, which other people's tools read),
``.leaf`` (the leaf record: what is logged) and ``.json`` (the entry's stored bytes, whose SHA-256
stands in the leaf record).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from console.audit.faults import Fault
from console.audit.known import keys_of
from console.audit.ledgers import Rows, as_bytes
from shared.transparency.checkpoint import Checkpoint
from shared.transparency.leaf import LeafRecord, leaf_hash, leaf_record, read_record
from shared.transparency.note import Note, Rejected, VerifierKey
from shared.transparency.proof import Proof
from shared.transparency.tiles import Read, Tiles
from shared.transparency.tree import includes, inclusion_proof

PROOF, LEAF, ENTRY = ".tlog-proof", ".leaf", ".json"


class Unproven(Exception):
    """Why there is no proof, or none that holds."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.code, fault.place)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Evidence:
    """The content of the three files."""

    proof: Proof
    record: bytes
    state: bytes

    @property
    def position(self) -> int:
        """The ledger position that the proof is of."""
        return self.proof.index + 1

    def write(self, path: Path) -> None:
        """Lay the files at a path, which ends with ``.tlog-proof``."""
        path.with_suffix(LEAF).write_bytes(self.record)
        path.with_suffix(ENTRY).write_bytes(self.state)
        path.write_text(str(self.proof))

    @classmethod
    def read(cls, path: Path) -> Evidence:
        """The three files. Raises OSError, or Rejected where the proof is none."""
        proof = Proof.parse(path.read_bytes())
        return cls(proof, path.with_suffix(LEAF).read_bytes(), path.with_suffix(ENTRY).read_bytes())


def prove(service: str, position: int, rows: Rows, log: Read) -> Evidence:
    """The proof of an entry under the log's latest checkpoint. Raises Unproven."""

    def unproven(code: str, what: str = "") -> Unproven:
        return Unproven(Fault(code, service, position, detail={"what": what} if what else {}))

    page = rows.page(position - 1)
    if not page or page[0][0] != position:
        raise unproven("no-entry")
    _, stream, version, topic, state, _ = page[0]
    try:
        note = Note.parse(log("checkpoint"))
        checkpoint = Checkpoint.parse(note.text)
    except FileNotFoundError:
        raise unproven("not-signed") from None
    except (OSError, Rejected) as error:
        raise unproven("malformed", str(error)) from error
    if position > checkpoint.size:
        raise unproven("not-signed")
    record = leaf_record(service, str(stream), version, str(topic), as_bytes(state))
    tiles = Tiles(checkpoint.size, log)
    try:
        hashes = inclusion_proof(position - 1, checkpoint.size, tiles.hash)
        signed = tiles.hash(0, position - 1)
    except (OSError, ValueError) as error:
        raise unproven("tile-damaged", str(error)) from error
    if not includes(checkpoint.root, checkpoint.size, position - 1, signed, hashes):
        raise unproven("tile-damaged")
    if leaf_hash(record) != signed:
        raise unproven("entry-altered")
    return Evidence(Proof(position - 1, tuple(hashes), note), record, as_bytes(state))


def check(evidence: Evidence, keys: Sequence[VerifierKey]) -> tuple[LeafRecord, Checkpoint]:
    """What is proven: what the leaf says, and the checkpoint that commits to it. Raises Unproven.

    The log's key must be among ``keys``; cosignatures by others among them are verified too.
    """
    try:
        leaf = read_record(evidence.record)
    except ValueError as error:
        detail = {"what": str(error)}
        raise Unproven(Fault("malformed", "?", evidence.position, detail=detail)) from None
    logs = {key.name for key in keys_of(leaf.service, keys)}

    def unproven(code: str, what: str = "") -> Unproven:
        detail = {"what": what} if what else {}
        return Unproven(Fault(code, leaf.service, evidence.position, detail=detail))

    if sha256(evidence.state).hexdigest() != leaf.digest:
        raise unproven("entry-altered")
    try:
        checkpoint = evidence.proof.verify(leaf_hash(evidence.record), keys)
    except Rejected as rejected:
        raise unproven(rejected.code, rejected.what) from rejected
    if checkpoint.origin not in logs:
        raise unproven("wrong-origin", f"the checkpoint is of {checkpoint.origin}")
    return leaf, checkpoint
