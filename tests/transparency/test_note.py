"""Signed notes: against the reference implementation's own example, and other people's code."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from proofbundle import checkpoint as bundled

from shared.transparency.note import Note, Rejected, Signature, SignerKey, VerifierKey, sign

# From the documentation of golang.org/x/mod/sumdb/note.
SKEY = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
NOTE = (
    TEXT + "\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXg"
    "KvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)

ORIGIN = "dicoso.local/visits"
LOG, WITNESS = SignerKey(ORIGIN, bytes(range(32))), SignerKey("witness.example/w1", bytes(32))
CHECKPOINT = f"{ORIGIN}\n3\nrraj/idLcKFPsGen5VeCZNsPqbUa9eC6FZFY8yngbnc=\n"


def test_the_reference_example_is_written_and_read_byte_for_byte() -> None:
    key = SignerKey.parse(SKEY)
    assert key.secret == SKEY
    assert str(key.verifier) == VKEY
    assert str(sign(TEXT, key)) == NOTE
    note = Note.parse(NOTE.encode())
    assert str(note) == NOTE
    assert [one.name for one in note.opened([VerifierKey.parse(VKEY)])] == ["PeterNeumann"]


def test_the_example_of_c2sp_verifies() -> None:
    key = VerifierKey.parse("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")
    note = (
        "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXpp"
        "zi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
    )
    assert Note.parse(note.encode()).opened([key])


def test_other_peoples_code_verifies_our_checkpoint_and_cosignature() -> None:
    note = sign(CHECKPOINT, LOG).signed_by(WITNESS.cosign(CHECKPOINT, 1_679_315_147))
    found = bundled.verify_checkpoint(str(note), str(LOG.verifier))
    assert (found["ok"], found["origin"], found["tree_size"]) == (True, ORIGIN, 3)
    seen = bundled.verify_cosignature(str(note), str(WITNESS.cosigner))
    assert (seen["ok"], seen["timestamp"]) == (True, 1_679_315_147)
    other = SignerKey("witness.example/w1", bytes(31) + b"\1")
    assert not bundled.verify_cosignature(str(note), str(other.cosigner))["ok"]


def test_other_peoples_signatures_verify_here() -> None:
    log, witness = (Ed25519PrivateKey.from_private_bytes(key.seed) for key in (LOG, WITNESS))
    theirs = bundled.sign_checkpoint(ORIGIN, 3, bytes(32), log, ORIGIN)
    theirs = bundled.cosign_checkpoint(theirs, witness, WITNESS.name, 17)
    note = Note.parse(theirs.encode())
    assert str(note) == theirs
    signed, seen = note.opened([LOG.verifier, WITNESS.cosigner])
    assert (signed.name, seen.name, seen.time) == (ORIGIN, WITNESS.name, 17)


def test_of_several_signatures_only_known_ones_are_believed() -> None:
    note = sign(CHECKPOINT, LOG, WITNESS)
    assert [one.name for one in note.opened([WITNESS.verifier])] == [WITNESS.name]
    assert [one.name for one in note.opened([LOG.verifier, WITNESS.verifier])] == [
        ORIGIN,
        WITNESS.name,
    ]
    with pytest.raises(Rejected, match="unsigned"):
        note.opened([SignerKey.generate(ORIGIN).verifier])


def test_one_wrong_signature_of_a_known_key_rejects_the_note() -> None:
    wrong = Signature(WITNESS.name, WITNESS.verifier.key_id, bytes(64))
    note = sign(CHECKPOINT, LOG).signed_by(wrong)
    with pytest.raises(Rejected, match=r"wrong-signature.*witness\.example/w1"):
        note.opened([LOG.verifier, WITNESS.verifier])
    assert note.opened([LOG.verifier])


def test_a_cosignature_holds_for_its_time_only() -> None:
    seen = WITNESS.cosign(CHECKPOINT, 17)
    moved = Signature(seen.name, seen.key_id, (18).to_bytes(8, "big") + seen.content[8:])
    assert WITNESS.cosigner.signed(CHECKPOINT, seen)
    assert not WITNESS.cosigner.signed(CHECKPOINT, moved)
    assert not WITNESS.verifier.signed(CHECKPOINT, seen)


@given(st.integers(0, len(NOTE.encode()) - 1), st.integers(0, 255))
def test_a_byte_changed_anywhere_is_caught(at: int, byte: int) -> None:
    content = bytearray(NOTE.encode())
    if content[at] == byte:
        return
    content[at] = byte
    with pytest.raises(Rejected):
        Note.parse(bytes(content)).opened([VerifierKey.parse(VKEY)])


@pytest.mark.parametrize(
    "content",
    [
        b"",
        TEXT.encode(),
        NOTE.encode()[:-1],
        NOTE.replace("—", "-").encode(),
        NOTE.replace("\n—", "\r\n—").encode(),
        NOTE.replace("PeterNeumann", "Peter+Neumann").encode(),
        NOTE.replace("BwJnAM=", "BwJnAM").encode(),
        NOTE.replace("BwJnAM=", "BwJnAN=").encode(),  # bits that no encoder leaves
        NOTE.encode() + b"\n",
        NOTE.encode() + b"\xff",
        f"{TEXT}\n— PeterNeumann x08gow==\n".encode(),
    ],
)
def test_what_is_no_note_is_refused(content: bytes) -> None:
    with pytest.raises(Rejected, match="malformed"):
        Note.parse(content)


@pytest.mark.parametrize(
    "line",
    [
        "PeterNeumann",
        VKEY.replace("c74f20a3", "c74f20a4"),
        VKEY.replace("c74f20a3", "C74F20A3"),
        VKEY.replace("+ARpc", "+AxpC"),
        VKEY.replace("Peter", "Peter "),
        VKEY[:-4],
        SKEY,
    ],
)
def test_what_is_no_key_is_refused(line: str) -> None:
    with pytest.raises(Rejected, match="malformed"):
        VerifierKey.parse(line)


def test_a_private_key_is_never_repeated() -> None:
    for line in (SKEY[:-4], SKEY.replace("c74f20a3", "c74f20a4"), VKEY):
        with pytest.raises(Rejected, match="malformed") as refused:
            SignerKey.parse(line)
        assert "AYEKFA" not in str(refused.value)
    assert "AYEKFA" not in repr(SignerKey.parse(SKEY))
    assert str(SignerKey.parse(SKEY).seed) not in repr(SignerKey.parse(SKEY))


def test_only_a_text_of_whole_lines_is_signed() -> None:
    for text in ("", "no end", "a\tb\n"):
        with pytest.raises(Rejected, match="malformed"):
            sign(text, LOG)
