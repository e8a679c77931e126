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
from shared.transparency.note import Rejected, VerifierKey
from shared.transparency.proof import Proof
from shared.transparency.tiles import Read

PROOF, LEAF, ENTRY = ".tlog-proof", ".leaf", ".json"
_NAMED = ("not-signed", "entry-altered")
"""Faults whose sentences say all."""


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
    record = leaf_record(service, str(stream), version, str(topic), as_bytes(state))
    try:
        proof = Proof.of(position, leaf_hash(record), log)
    except Rejected as rejected:
        what = "" if rejected.code in _NAMED else rejected.what
        raise unproven(rejected.code, what) from rejected
    return Evidence(proof, record, as_bytes(state))


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
