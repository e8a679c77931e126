"""The key store: a key a person, wrapped, made once, destroyed for good."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from shared.key_tables import SqliteKeyTable
from shared.keys import Keys, open_keys, rotate
from shared.master_key import KeyFault, make_master_key, master_key

MASTER = bytes(range(32))
NONCE = bytes(12)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys.sqlite"


def keys(path: Path, master: bytes = MASTER) -> Keys:
    return Keys(SqliteKeyTable(path), master)


def works(one: Keys, other: Keys, person: str) -> bool:
    """Whether what one seals the other opens."""
    a, b = one.of(person), other.of(person)
    assert a is not None
    assert b is not None
    return b.decrypt(NONCE, a.encrypt(NONCE, b"x", None), None) == b"x"


def test_whoever_needs_a_persons_key_first_makes_it_and_all_have_the_same(path: Path) -> None:
    one, other = keys(path), keys(path)
    one.ready(["cb-1", "cb-2"])
    other.ready(["cb-2", "cb-3"])
    one.ready(["cb-3"])
    assert all(works(one, other, person) for person in ("cb-1", "cb-2", "cb-3"))
    assert one.digest_key() == other.digest_key()


def test_a_key_that_was_never_made_is_a_fault(path: Path) -> None:
    with pytest.raises(KeyFault, match="cb-1"):
        keys(path).of("cb-1")


def test_a_destroyed_key_is_never_made_again(path: Path) -> None:
    one, other = keys(path), keys(path)
    one.ready(["cb-1"])
    other.ready(["cb-1"])
    one.destroy("cb-1", "2026-01-05T01:02:03Z")
    one.destroy("cb-1", "2026-01-06T01:02:03Z")
    assert one.of("cb-1") is None
    assert other.of("cb-1") is not None, "at hand until it hears of the erasure"
    other.forget()
    other.ready(["cb-1"])
    assert other.of("cb-1") is None
    assert other.destroyed("cb-1")


def test_a_key_is_destroyed_also_before_it_was_ever_needed(path: Path) -> None:
    one = keys(path)
    one.destroy("cb-1", "2026-01-05T01:02:03Z")
    one.ready(["cb-1"])
    assert one.of("cb-1") is None


def test_nothing_of_a_destroyed_key_stays_in_the_file(path: Path) -> None:
    one = keys(path)
    one.ready(f"cb-{number}" for number in range(50))
    table = SqliteKeyTable(path)
    wrapped = table.read(["cb-7"])["cb-7"]
    assert wrapped is not None
    assert wrapped in path.read_bytes()
    one.destroy("cb-7", "2026-01-05T01:02:03Z")
    files = path.parent.glob("keys.sqlite*")
    assert not any(wrapped in file.read_bytes() for file in files)


def test_only_its_owner_reads_the_store_and_the_master_key(tmp_path: Path) -> None:
    open_keys(tmp_path / "master.key", tmp_path / "keys.sqlite", make=True).close()
    for name in ("master.key", "keys.sqlite"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600


def test_no_key_stands_unwrapped_in_the_file(path: Path) -> None:
    one = keys(path)
    assert one.digest_key() not in path.read_bytes()


def test_another_master_key_opens_nothing(path: Path) -> None:
    keys(path).ready(["cb-1"])
    with pytest.raises(KeyFault, match="master key"):
        keys(path, bytes(32)).of("cb-1")


def test_a_key_that_is_moved_to_another_person_does_not_open(path: Path) -> None:
    keys(path).ready(["cb-1"])
    table = SqliteKeyTable(path)
    wrapped = table.read(["cb-1"])["cb-1"]
    assert wrapped is not None
    table.add({"cb-2": wrapped})
    with pytest.raises(KeyFault, match="cb-2"):
        keys(path).of("cb-2")


def test_a_master_key_is_made_once(tmp_path: Path) -> None:
    make_master_key(tmp_path / "master.key")
    made = master_key(tmp_path / "master.key")
    make_master_key(tmp_path / "master.key")
    assert master_key(tmp_path / "master.key") == made
    assert [one.name for one in tmp_path.iterdir()] == ["master.key"]


@pytest.mark.parametrize("text", ["", "c2hvcnQ=", "no base64 !"])
def test_a_file_that_holds_no_master_key_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "master.key").write_text(text)
    with pytest.raises(KeyFault, match=r"master\.key"):
        open_keys(tmp_path / "master.key", tmp_path / "keys.sqlite", make=True)


def test_without_being_told_so_no_master_key_is_made(tmp_path: Path) -> None:
    with pytest.raises(KeyFault, match="DICOSO_MASTER_KEY_FILE"):
        open_keys(tmp_path / "master.key", tmp_path / "keys.sqlite")


def test_with_a_new_master_key_backups_no_longer_open_and_all_else_does(tmp_path: Path) -> None:
    master, path = tmp_path / "master.key", tmp_path / "keys.sqlite"
    one = open_keys(master, path, make=True)
    one.ready(["cb-1", "cb-2"])
    one.destroy("cb-2", "2026-01-05T01:02:03Z")
    one.ready(["cb-1"])
    backup = path.read_bytes()
    assert rotate(SqliteKeyTable(path), master) == 1
    after = open_keys(master, path)
    assert works(one, after, "cb-1")
    assert after.destroyed("cb-2")
    path.write_bytes(backup)
    with pytest.raises(KeyFault, match="cb-1"):
        open_keys(master, path).of("cb-1")


def test_a_new_master_key_that_was_left_halfway_is_finished(tmp_path: Path) -> None:
    master, path = tmp_path / "master.key", tmp_path / "keys.sqlite"
    one = open_keys(master, path, make=True)
    one.ready(["cb-1"])
    former = master.read_bytes()
    rotate(SqliteKeyTable(path), master)
    master.rename(tmp_path / "master.key.new")  # as it lies before the last step
    master.write_bytes(former)
    assert rotate(SqliteKeyTable(path), master) == 1
    assert works(one, open_keys(master, path), "cb-1")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["keys.sqlite", "master.key"]
