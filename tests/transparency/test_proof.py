"""Proof files: as C2SP writes them, verified by other people's code, and of one entry only."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from proofbundle import tlogproof as bundled

from shared.transparency.checkpoint import Checkpoint
from shared.transparency.leaf import leaf_hash, leaf_record
from shared.transparency.note import Note, Rejected, SignerKey
from shared.transparency.proof import Proof
from shared.transparency.tree import hashes_in, inclusion_proof, root_of

ORIGIN = "dicoso.local/visits"
LOG, WITNESS = SignerKey(ORIGIN, bytes(range(32))), SignerKey("witness.example/w1", bytes(32))
RECORDS = [
    leaf_record("visits", f"diary/2019/cb-{n}", 1, "visits.visit-logged.v1", b"{}")
    for n in range(5)
]
LEAVES = [leaf_hash(record) for record in RECORDS]


def proof_of(index: int, size: int = 5, extra: bytes | None = None) -> Proof:
    note = Checkpoint(ORIGIN, size, root_of(LEAVES[:size])).signed(LOG)
    note = note.signed_by(WITNESS.cosign(note.text, 17))
    return Proof(index, tuple(inclusion_proof(index, size, hashes_in(LEAVES))), note, extra)


@pytest.mark.parametrize("extra", [None, b"", b"anything"])
@pytest.mark.parametrize(("index", "size"), [(0, 1), (0, 5), (3, 5), (4, 5)])
def test_other_peoples_code_verifies_our_proofs(index: int, size: int, extra: bytes | None) -> None:
    text = str(proof_of(index, size, extra))
    assert str(Proof.parse(text.encode())) == text
    if extra != b"":  # theirs takes no empty line of extra data
        assert bundled.verify_tlog_proof(
            text,
            RECORDS[index],
            str(LOG.verifier),
            [str(WITNESS.cosigner)],
            threshold=1,
            expected_origin=ORIGIN,
        )["ok"]
    checkpoint = Proof.parse(text.encode()).verify(LEAVES[index], [LOG.verifier])
    assert (checkpoint.origin, checkpoint.size) == (ORIGIN, size)


def test_other_peoples_proofs_verify_here() -> None:
    ours = proof_of(2)
    theirs = bundled.format_tlog_proof(2, ours.hashes, str(ours.note), extra=b"x")
    assert theirs == str(proof_of(2, extra=b"x"))
    assert Proof.parse(theirs.encode()).verify(LEAVES[2], [LOG.verifier]).size == 5


def test_a_proof_is_of_one_entry_only() -> None:
    with pytest.raises(Rejected, match="wrong-proof: this entry is not at index 2"):
        proof_of(2).verify(LEAVES[3], [LOG.verifier])
    moved = Proof(3, proof_of(2).hashes, proof_of(2).note)
    with pytest.raises(Rejected, match="wrong-proof"):
        moved.verify(LEAVES[2], [LOG.verifier])


def test_a_proof_under_a_key_that_is_not_trusted_proves_nothing() -> None:
    with pytest.raises(Rejected, match="unsigned"):
        proof_of(2).verify(LEAVES[2], [SignerKey.generate(ORIGIN).verifier])
    with pytest.raises(Rejected, match="unsigned"):
        proof_of(2).verify(LEAVES[2], [WITNESS.cosigner])


_PROOF = proof_of(2)
_BYTES = str(Proof(2, _PROOF.hashes, Note(_PROOF.note.text, _PROOF.note.signatures[:1]))).encode()


@given(st.integers(0, len(_BYTES) - 1), st.integers(0, 255))
def test_a_byte_changed_anywhere_is_caught(at: int, byte: int) -> None:
    if _BYTES[at] == byte:
        return
    content = _BYTES[:at] + bytes([byte]) + _BYTES[at + 1 :]
    with pytest.raises(Rejected):
        Proof.parse(content).verify(LEAVES[2], [LOG.verifier])


@pytest.mark.parametrize(
    "change",
    [
        ("@v1", "@v2"),
        ("index 2", "index 02"),
        ("index 2", "index -2"),
        ("index 2\n", ""),
        ("index 2\n", "index 2\nAAAA\n"),
        ("index 2\n", "extra ***\nindex 2\n"),
        ("\n\n", "\n"),
    ],
)
def test_what_is_no_proof_is_refused(change: tuple[str, str]) -> None:
    with pytest.raises(Rejected, match="malformed"):
        Proof.parse(str(proof_of(2)).replace(change[0], change[1], 1).encode())
