"""A log's files: whatever a crash leaves, the signer finds what it signed, and goes on."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.transparency.checkpoint import Checkpoint, history
from shared.transparency.note import SignerKey
from shared.transparency.tiles import Tiles
from shared.transparency.tree import root_of
from signer import files
from signer.folder import Damaged, LogFolder

KEY = SignerKey("dicoso.test/visits", b"k" * 32)
LEAVES = [sha256(bytes([n % 256, n // 256])).digest() for n in range(700)]


def opened(path: Path) -> LogFolder:
    return LogFolder(path, KEY.name, [KEY.verifier])


def sign(folder: LogFolder, upto: int, leaves: Sequence[bytes] = LEAVES) -> None:
    """What a follower does with leaves."""
    new = leaves[folder.size : upto]
    folder.grow(folder.size, new)
    frontier = type(folder.frontier).load(folder.frontier.save())
    frontier.extend(new)
    note = Checkpoint(KEY.name, frontier.size, frontier.root()).signed(KEY)
    folder.publish(note, frontier, new[-1], "2026-01-05T01:02:03Z")


def whole(path: Path, size: int) -> None:
    """The folder says the tree of so many leaves, in every file."""
    folder = opened(path)
    assert folder.size == size
    assert folder.frontier.root() == root_of(LEAVES[:size])
    assert folder.last_leaf == LEAVES[size - 1]
    assert list(Tiles(size, lambda name: (path / name).read_bytes()).leaves()) == LEAVES[:size]
    *_, (_, last) = history((path / "checkpoints").read_bytes())
    assert last == (path / "checkpoint").read_bytes() == bytes(folder.note or b"")


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(1, 700), min_size=1, max_size=5, unique=True).map(sorted))
def test_a_log_that_is_signed_again_and_again_is_that_of_all_its_leaves(
    tmp_path_factory: pytest.TempPathFactory, sizes: list[int]
) -> None:
    path = tmp_path_factory.mktemp("log")
    for size in sizes:
        sign(opened(path), size)
        whole(path, size)
    assert len(list(history((path / "checkpoints").read_bytes()))) == len(sizes)


def test_partial_tiles_go_when_the_whole_one_is_there(tmp_path: Path) -> None:
    folder = opened(tmp_path)
    for size in (40, 200, 300):
        sign(folder, size)
    names = sorted(path.name for path in (tmp_path / "tile/0").iterdir())
    assert names == ["000", "001.p"]


class Power(Exception):
    """It is gone."""


@pytest.mark.parametrize("at", range(8))
@pytest.mark.parametrize("torn", [0, 1, 30, 120])
def test_a_crash_at_any_write_leaves_a_log_from_which_it_goes_on(
    at: int, torn: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It stops before its ``at``-th write, of which as many bytes as ``torn`` arrive."""
    folder = opened(tmp_path)
    sign(folder, 250)
    before, left = (tmp_path / "checkpoint").read_bytes(), at
    real_replace, real_append = files.replace, files.append

    def tick() -> bool:
        nonlocal left
        left -= 1
        return left < 0

    def replace(path: Path, content: bytes, mode: int = 0o644) -> None:
        if tick():
            files.make(path.parent)
            path.with_name(f".{path.name}.new").write_bytes(content[:torn])
            raise Power
        real_replace(path, content, mode)

    def append(path: Path, content: bytes) -> None:
        if tick():
            real_append(path, content[:torn])
            raise Power
        real_append(path, content)

    monkeypatch.setattr("signer.folder.replace", replace)
    monkeypatch.setattr("signer.folder.append", append)
    crashed = False
    try:
        sign(folder, 600)
    except Power:
        crashed = True
    monkeypatch.undo()
    again = opened(tmp_path)
    assert again.size in (250, 600)
    if again.size == 250:
        assert crashed
        assert (tmp_path / "checkpoint").read_bytes() == before
    whole(tmp_path, again.size)
    if again.size == 250:
        sign(again, 620)
        whole(tmp_path, 620)


def test_a_checkpoint_that_is_recorded_and_not_yet_shown_is_shown(tmp_path: Path) -> None:
    sign(opened(tmp_path), 30)
    older = (tmp_path / "checkpoint").read_bytes()
    sign(opened(tmp_path), 60)
    (tmp_path / "checkpoint").write_bytes(older)
    whole(tmp_path, 60)


def _other_tile(path: Path) -> None:
    (path / "tile/0/000.p/60").write_bytes(b"\1" * 32 * 60)


def _no_tile(path: Path) -> None:
    shutil.rmtree(path / "tile")


def _other_key(path: Path) -> None:
    other = SignerKey(KEY.name, b"o" * 32)
    note = Checkpoint(KEY.name, 60, root_of(LEAVES[:60])).signed(other)
    (path / "checkpoint").write_bytes(bytes(note))
    (path / "checkpoints").unlink()


def _other_log(path: Path) -> None:
    _other_name = SignerKey("dicoso.other/visits", KEY.seed)
    note = Checkpoint(_other_name.name, 60, root_of(LEAVES[:60])).signed(_other_name)
    (path / "checkpoint").write_bytes(bytes(note))
    (path / "checkpoints").unlink()


@pytest.mark.parametrize("harm", [_other_tile, _no_tile, _other_key, _other_log])
def test_files_that_are_not_what_was_signed_are_refused(harm: object, tmp_path: Path) -> None:
    sign(opened(tmp_path), 60)
    assert callable(harm)
    harm(tmp_path)
    with pytest.raises(Damaged):
        opened(tmp_path)
