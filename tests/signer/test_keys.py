"""The signer's keys: made once, its owner's alone, changed without losing what was signed."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared.transparency.checkpoint import Checkpoint
from shared.transparency.note import SignerKey
from shared.transparency.tree import Frontier
from signer.folder import LogFolder
from signer.keys import KeyFault, own_key, public_keys
from signer.settings import Settings
from signer.signing import Signer


def sign(data: Path, key: SignerKey) -> None:
    """One leaf more, under this key."""
    folder = LogFolder(data / "log/visits", key.name, public_keys(data, [key]))
    leaf = bytes([folder.size]) * 32
    folder.grow(folder.size, [leaf])
    frontier = Frontier.load(folder.frontier.save())
    frontier.append(leaf)
    note = Checkpoint(key.name, frontier.size, frontier.root()).signed(key)
    folder.publish(note, frontier, leaf, "2026-01-05T01:02:03Z")


def test_a_key_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    key = own_key(tmp_path, "dicoso.test", "visits")
    assert key.name == "dicoso.test/visits"
    assert own_key(tmp_path, "dicoso.test", "visits") == key
    assert (tmp_path / "signer/visits.key").stat().st_mode & 0o777 == 0o600
    assert public_keys(tmp_path, [key]) == public_keys(tmp_path, [key]) == [key.verifier]
    assert (tmp_path / "log/keys").read_text() == f"{key.verifier}\n"


def test_after_a_key_is_rotated_its_log_goes_on_under_the_new_one(tmp_path: Path) -> None:
    old = own_key(tmp_path, "dicoso.test", "visits")
    sign(tmp_path, old)
    (tmp_path / "signer/visits.key").unlink()
    new = own_key(tmp_path, "dicoso.test", "visits")
    assert new != old
    sign(tmp_path, new)
    assert public_keys(tmp_path, [new]) == [old.verifier, new.verifier]
    folder = LogFolder(tmp_path / "log/visits", new.name, [new.verifier])
    assert folder.size == 2


@pytest.mark.parametrize("content", [b"", b"nothing\n", b"\xff"])
def test_what_is_no_key_is_not_written_over(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "signer").mkdir()
    (tmp_path / "signer/visits.key").write_bytes(content)
    with pytest.raises(KeyFault):
        own_key(tmp_path, "dicoso.test", "visits")
    assert (tmp_path / "signer/visits.key").read_bytes() == content


def test_a_key_signs_under_its_own_name_only(tmp_path: Path) -> None:
    own_key(tmp_path, "dicoso.test", "visits")
    with pytest.raises(KeyFault, match=r"dicoso\.test/visits"):
        own_key(tmp_path, "dicoso.other", "visits")


def test_one_signer_works_on_a_folder(tmp_path: Path) -> None:
    first = Signer(Settings(data=tmp_path))
    with pytest.raises(KeyFault, match="another signer"):
        Signer(Settings(data=tmp_path))
    del first
