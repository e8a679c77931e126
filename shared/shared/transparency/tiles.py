"""Tiles (mảnh): a tree's hashes as files of up to 256, named as C2SP tlog-tiles names them.

A tile at level ``l`` holds the nodes of tree level ``8·l``: leaf hashes at level 0, above that
the roots of full tiles below. Only the last tile of a level may hold fewer than 256 hashes; then
its path says how many. Full tiles never change.

Source: https://c2sp.org/tlog-tiles
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from shared.transparency.tree import HASH, level_above

WIDTH = 256
HEIGHT = 8

Read = Callable[[str], bytes]
"""The content of a path below the log's folder. Raises FileNotFoundError where there is none."""

_PATH = re.compile(
    r"tile/(0|[1-9][0-9]?)/((?:x[0-9]{3}/)*)([0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile: level, index within it, and how many hashes it holds."""

    level: int
    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Its path, such as ``tile/0/x001/234`` or, where it is partial, ``tile/0/005.p/12``."""
        digits = str(self.index)
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        parts = [digits[at : at + 3] for at in range(0, len(digits), 3)]
        number = "/".join(["x" + part for part in parts[:-1]] + parts[-1:])
        partial = f".p/{self.width}" if self.width < WIDTH else ""
        return f"tile/{self.level}/{number}{partial}"

    @classmethod
    def parse(cls, path: str) -> Tile:
        """The tile with this path. Raises ValueError where it is none, or is written otherwise."""
        found = _PATH.fullmatch(path)
        if not found:
            raise ValueError(f"no tile's path: {path}")
        level, front, last, width = found.groups()
        index = int(front.replace("x", "").replace("/", "") + last)
        tile = cls(int(level), index, int(width or WIDTH))
        if tile.path != path or tile.level > 63:
            raise ValueError(f"no tile's path: {path}")
        return tile


def tiles_of(size: int, old: int = 0) -> Iterator[Tile]:
    """The tiles of a tree of this size that one of ``old`` leaves did not have, level by level."""
    level = 0
    while size:
        for index in range(old // WIDTH, size // WIDTH):
            yield Tile(level, index)
        if size % WIDTH and size > old:
            yield Tile(level, size // WIDTH, size % WIDTH)
        level, size, old = level + 1, size // WIDTH, old // WIDTH


def grown(old: int, leaves: Sequence[bytes], read: Read) -> Iterator[tuple[Tile, bytes]]:
    """The tiles to write when leaf hashes come behind a tree of ``old`` leaves, with content.

    Of the old tree only its partial tiles are read. Write them all before signing.
    """
    level, news = 0, list(leaves)
    while news:
        kept = old % WIDTH
        data = read(Tile(level, old // WIDTH, kept).path) if kept else b""
        if len(data) != kept * HASH:
            raise ValueError(f"{Tile(level, old // WIDTH, kept).path} is not {kept} hashes wide")
        hashes = [*hashes_of(data), *news]
        first, news = old // WIDTH, []
        for at in range(0, len(hashes), WIDTH):
            part = hashes[at : at + WIDTH]
            yield Tile(level, first + at // WIDTH, len(part)), b"".join(part)
            if len(part) == WIDTH:
                news.append(top_of(part))
        level, old = level + 1, first


def hashes_of(data: bytes) -> list[bytes]:
    """The hashes in a tile's content."""
    return [data[at : at + HASH] for at in range(0, len(data), HASH)]


def top_of(hashes: Sequence[bytes]) -> bytes:
    """The root over a power of two of hashes."""
    while len(hashes) > 1:
        hashes = level_above(hashes)
    return hashes[0]


class Tiles:
    """The nodes of a tree of a certain size, read from its tiles."""

    def __init__(self, size: int, read: Read) -> None:
        self.size = size
        self._read = read
        self._content = lru_cache(maxsize=1024)(self._tile)

    def hash(self, level: int, index: int) -> bytes:
        """The hash of a node: what :data:`shared.transparency.tree.Hashes` asks for.

        Raises FileNotFoundError for a tile that is not there, ValueError for one that is too
        short, KeyError for a node that a tree of this size does not have.
        """
        below = level % HEIGHT
        first, tile = index << below, level // HEIGHT
        if (index + 1) << level > self.size:
            raise KeyError((level, index))
        at = first % WIDTH
        return top_of(self._content(tile, first // WIDTH)[at : at + (1 << below)])

    def leaves(self, begin: int = 0) -> Iterator[bytes]:
        """Leaf hashes from an index on, in order."""
        for index in range(begin // WIDTH, -(-self.size // WIDTH)):
            hashes = self._tile(0, index)
            yield from hashes[begin - index * WIDTH :] if begin > index * WIDTH else hashes

    def _tile(self, level: int, index: int) -> list[bytes]:
        there = self.size >> (HEIGHT * level)
        tile = Tile(level, index, min(WIDTH, there - index * WIDTH))
        try:
            data = self._read(tile.path)
        except FileNotFoundError:
            if tile.width == WIDTH:
                raise
            data = self._read(Tile(level, index).path)[: tile.width * HASH]
        if len(data) != tile.width * HASH:
            raise ValueError(f"{tile.path} is not {tile.width} hashes wide")
        return hashes_of(data)
