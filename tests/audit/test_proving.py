"""``dicoso audit prove`` and ``check-proof``: one entry, proven to somebody who is offline."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from proofbundle.tlogproof import verify_tlog_proof

from shared.transparency.leaf import leaf_record, read_record
from shared.transparency.note import Note, SignerKey
from shared.transparency.proof import Proof

from .province import KEYS, Province
from .test_attacks import alter, rewrite_leaf
from .test_verify import run

KEY = str(KEYS["visits"].verifier)


def prove(province: Province, position: int, file: Path) -> tuple[int, str, str]:
    return run(
        "prove",
        str(position),
        "--service",
        "visits",
        "--data",
        str(province.folder),
        "--out",
        str(file),
    )


@pytest.fixture
def proof(province: Province, tmp_path: Path) -> Path:
    """The proof files of visits #257."""
    file = tmp_path / "visits-257.tlog-proof"
    assert prove(province, 257, file)[0] == 0
    return file


def test_a_proof_verifies_offline(proof: Path) -> None:
    code, said, _ = run("check-proof", str(proof), "--key", KEY)
    assert code == 0
    assert "✓ visits #257  visits.visit-logged.v1  diary/2019/cb-2 v86" in said
    assert "dicoso.local/visits đã ký · signed 600 bút toán · entries" in said
    answer = json.loads(run("check-proof", str(proof), "--key", KEY, "--json")[1])
    assert (answer["proven"], answer["position"], answer["size"]) == (True, 257, 600)
    assert answer["entry"]["fact"]["visit"] == "lv-257"


def test_other_peoples_code_verifies_it(proof: Path) -> None:
    record = proof.with_suffix(".leaf").read_bytes()
    theirs = verify_tlog_proof(proof.read_text(), record, KEY)
    assert (theirs["ok"], theirs["index"], theirs["tree_size"]) == (True, 256, 600)
    assert not verify_tlog_proof(proof.read_text(), record + b"\n", KEY)["ok"]


def test_cosignatures_of_witnesses_are_told(proof: Path) -> None:
    witness = SignerKey("witness.example/w1", bytes(32))
    found = Proof.parse(proof.read_bytes())
    note = found.note.signed_by(witness.cosign(found.note.text, 17))
    proof.write_text(str(Proof(found.index, found.hashes, note)))
    keys = ("--key", KEY, "--key", str(witness.cosigner))
    answer = json.loads(run("check-proof", str(proof), *keys, "--json")[1])
    assert answer["witnesses"] == ["witness.example/w1"]


def test_a_proof_for_another_entry(province: Province, proof: Path, tmp_path: Path) -> None:
    other = tmp_path / "visits-258.tlog-proof"
    prove(province, 258, other)
    for suffix in (".leaf", ".json"):
        proof.with_suffix(suffix).write_bytes(other.with_suffix(suffix).read_bytes())
    code, _, said = run("check-proof", str(proof), "--key", KEY)
    assert code == 1
    assert "✗ wrong-proof  visits #257" in said
    assert "Chứng minh này không phải của bút toán đó." in said


def test_a_changed_entry_beside_a_proof(proof: Path) -> None:
    entry = proof.with_suffix(".json")
    entry.write_bytes(entry.read_bytes().replace(b'"days": 5', b'"days": 6'))
    code, _, said = run("check-proof", str(proof), "--key", KEY)
    assert (code, "✗ entry-altered  visits #257" in said) == (1, True)


def test_a_proof_under_another_key(proof: Path) -> None:
    for key, fault in (
        (SignerKey.generate("dicoso.local/visits").verifier, "unsigned"),
        (KEYS["planning"].verifier, "unsigned"),
    ):
        code, _, said = run("check-proof", str(proof), "--key", str(key))
        assert (code, f"✗ {fault}  visits #257" in said) == (1, True)


def test_a_proof_of_another_log_that_is_trusted_too(
    province: Province, proof: Path, tmp_path: Path
) -> None:
    """What planning's log commits to is no proof about visits."""
    state = b"{}"
    record = leaf_record("visits", "diary/2019/cb-1", 1, "visits.visit-logged.v1", state)
    province.write("planning", [("x", "y", b"{}")])
    province.sql("planning", "UPDATE stored_events SET leaf = ? WHERE rowid = 1", (_hash(record),))
    province.sign("planning")
    file = tmp_path / "planning-2.tlog-proof"
    assert (
        run(
            "prove",
            "2",
            "--service",
            "planning",
            "--data",
            str(province.folder),
            "--out",
            str(file),
        )[0]
        == 0
    )
    found = Proof.parse(file.read_bytes())
    leaf = province.leaves("planning")[1]
    forged = Proof(0, (leaf,), found.note)
    proof.write_text(str(forged))
    proof.with_suffix(".leaf").write_bytes(record)
    proof.with_suffix(".json").write_bytes(state)
    keys = [part for key in KEYS.values() for part in ("--key", str(key.verifier))]
    code, _, said = run("check-proof", str(proof), *keys)
    assert (code, "✗ wrong-origin  visits #1" in said) == (1, True)


def _hash(record: bytes) -> bytes:
    from shared.transparency.leaf import leaf_hash

    return leaf_hash(record)


def test_what_cannot_be_proven_is_said(province: Province, tmp_path: Path) -> None:
    file = tmp_path / "one.tlog-proof"

    def fault(position: int) -> str:
        code, _, said = prove(province, position, file)
        assert code == 1
        assert not file.exists()
        return said.split()[1]

    assert fault(601) == "no-entry"
    province.visits(1, first=601)
    assert fault(601) == "not-signed"
    alter(province, 17)
    rewrite_leaf(province, 17)
    assert fault(17) == "entry-altered"
    tile = province.log("visits") / "tile" / "0" / "001"
    tile.write_bytes(bytes(8192))
    assert fault(300) == "tile-damaged"
    (province.log("visits") / "checkpoint").unlink()
    assert fault(5) == "not-signed"


def test_files_that_are_no_proof(proof: Path) -> None:
    proof.with_suffix(".leaf").write_bytes(b"nothing\n")
    assert "✗ malformed" in run("check-proof", str(proof), "--key", KEY)[2]
    proof.with_suffix(".leaf").unlink()
    assert "✗ malformed" in run("check-proof", str(proof), "--key", KEY)[2]
    proof.write_text("nothing")
    assert run("check-proof", str(proof), "--key", KEY)[0] == 1


def test_a_leaf_record_is_read_as_it_is_written() -> None:
    for stream in ("diary/2019/cb-1", "đoàn\nhai dòng", ""):
        record = leaf_record("visits", stream, 3, "visits.visit-logged.v1", b"{}")
        leaf = read_record(record)
        assert (leaf.service, leaf.stream, leaf.version) == ("visits", stream, 3)
        for wrong in (record[:-1], record + b"\n", record.replace(b"v1 ", b"v2 ", 1)):
            with pytest.raises(ValueError, match="no leaf"):
                read_record(wrong)


def test_a_note_without_the_logs_signature_proves_nothing(proof: Path) -> None:
    found = Proof.parse(proof.read_bytes())
    witness = SignerKey("witness.example/w1", bytes(32))
    note = Note(found.note.text, (witness.cosign(found.note.text, 17),))
    proof.write_text(str(Proof(found.index, found.hashes, note)))
    code, _, said = run("check-proof", str(proof), "--key", KEY, "--key", str(witness.cosigner))
    assert (code, "✗ unsigned  visits #257" in said) == (1, True)
