"""Tiles: paths as C2SP writes them, and a tree read from them whatever its size."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.transparency.leaf import leaf_hash
from shared.transparency.tiles import Tile, Tiles, grown, tiles_of
from shared.transparency.tree import (
    consistency_proof,
    hashes_in,
    inclusion_proof,
    root_at,
    root_of,
)

LEAVES = [leaf_hash(b"%d" % number) for number in range(70_000)]


class Folder(dict[str, bytes]):
    """What is written, by path."""

    def read(self, path: str) -> bytes:
        if path not in self:
            raise FileNotFoundError(path)
        return self[path]

    def grow(self, old: int, new: int) -> None:
        for tile, content in list(grown(old, LEAVES[old:new], self.read)):
            assert self.setdefault(tile.path, content) == content, "a tile has changed"


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 1_234_067), "tile/0/x001/x234/067"),  # the example of c2sp.org/tlog-tiles
        (Tile(0, 0), "tile/0/000"),
        (Tile(0, 273, 112), "tile/0/273.p/112"),
        (Tile(2, 0, 1), "tile/2/000.p/1"),
        (Tile(63, 1000, 255), "tile/63/x001/000.p/255"),
    ],
)
def test_paths(tile: Tile, path: str) -> None:
    assert tile.path == path
    assert Tile.parse(path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/0",
        "tile/00/000",
        "tile/0/1000",
        "tile/0/x000/001",
        "tile/0/x001",
        "tile/0/001.p/0",
        "tile/0/001.p/256",
        "tile/0/001.p/01",
        "tile/64/000",
        "tile/-1/000",
        "/tile/0/000",
        "tile/0/000/",
        "tile/entries/000",
        "tile/0/٠٠٠",
    ],
)
def test_what_is_no_path_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match="no tile"):
        Tile.parse(path)


def test_the_tiles_of_a_tree_are_those_of_the_example() -> None:
    """c2sp.org/tlog-tiles, "Partial Tiles": a tree of 70,000, and one of 256."""
    tiles = list(tiles_of(70_000))
    assert sum(tile.level == 0 and tile.width == 256 for tile in tiles) == 273
    assert [tile for tile in tiles if tile.width < 256 or tile.level] == [
        Tile(0, 273, 112),
        Tile(1, 0),
        Tile(1, 1, 17),
        Tile(2, 0, 1),
    ]
    assert list(tiles_of(256)) == [Tile(0, 0), Tile(1, 0, 1)]


def test_a_tree_of_several_levels_is_read_from_its_tiles() -> None:
    folder = Folder()
    folder.grow(0, 69_990)
    folder.grow(69_990, 70_000)
    assert set(folder) == {tile.path for tile in (*tiles_of(69_990), *tiles_of(70_000, 69_990))}
    tiles = Tiles(70_000, folder.read)
    assert root_at(70_000, tiles.hash) == root_of(LEAVES)
    assert list(tiles.leaves()) == LEAVES
    assert list(tiles.leaves(69_995)) == LEAVES[69_995:]
    hashes = hashes_in(LEAVES)
    for index in (0, 255, 256, 65_535, 65_536, 69_999):
        assert inclusion_proof(index, 70_000, tiles.hash) == inclusion_proof(index, 70_000, hashes)
    for old in (1, 256, 300, 65_536, 69_990, 70_000):
        assert consistency_proof(old, 70_000, tiles.hash) == consistency_proof(old, 70_000, hashes)


@given(st.lists(st.integers(0, 700), min_size=1, max_size=4))
def test_tiles_grow_step_by_step(steps: list[int]) -> None:
    folder, old = Folder(), 0
    for step in steps:
        folder.grow(old, old + step)
        assert {tile.path for tile in tiles_of(old + step, old)} <= set(folder)
        old += step
        assert root_at(old, Tiles(old, folder.read).hash) == root_of(LEAVES[:old])


def test_a_partial_tile_that_is_gone_is_read_from_the_full_one() -> None:
    folder = Folder()
    folder.grow(0, 100)
    folder.grow(100, 300)
    del folder["tile/0/000.p/100"]
    assert root_at(100, Tiles(100, folder.read).hash) == root_of(LEAVES[:100])


def test_tiles_that_are_missing_or_cut_are_said() -> None:
    folder = Folder()
    folder.grow(0, 300)
    folder["tile/0/000"] = folder["tile/0/000"][:-1]
    with pytest.raises(ValueError, match=r"tile/0/000 is not 256 hashes wide"):
        Tiles(300, folder.read).hash(0, 0)
    with pytest.raises(ValueError, match=r"tile/0/000 is not 256 hashes wide"):
        list(Tiles(300, folder.read).leaves())
    del folder["tile/0/000"]
    with pytest.raises(FileNotFoundError):
        Tiles(300, folder.read).hash(0, 0)
    with pytest.raises(KeyError):
        Tiles(300, folder.read).hash(0, 300)
