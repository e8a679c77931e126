"""The tiles of a log that lie in a folder: every file compared with the entries, none missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from shared.transparency.tiles import WIDTH, Tile, hashes_of, tiles_of, top_of
from shared.transparency.tree import HASH


class TileFolder:
    """``<data>/log/<service>``, read only."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._tiles: dict[tuple[int, int], list[Tile]] = defaultdict(list)
        for path in sorted(folder.glob("tile/**/*")):
            if path.is_file():
                with suppress(ValueError):  # nobody reads a file that is named otherwise
                    tile = Tile.parse(path.relative_to(folder).as_posix())
                    self._tiles[tile.level, tile.index].append(tile)
        self.unlike: list[Tile] = []
        """Those that :meth:`compare` found to hold something else."""

    def read(self, path: str) -> bytes:
        """The content of a file of the log."""
        return (self.folder / path).read_bytes()

    def leaves(self) -> Iterator[bytes]:
        """The leaf hashes that the widest files hold, up to where one is missing or cut."""
        index = 0
        while files := self._tiles.get((0, index)):
            widest = max(files, key=lambda tile: tile.width)
            try:
                content = self.read(widest.path)
            except OSError:
                return
            if len(content) != widest.width * HASH:
                return
            yield from hashes_of(content)
            if widest.width < WIDTH:
                return
            index += 1

    def compare(self, level: int, index: int, hashes: Sequence[bytes]) -> None:
        """Hold every file of a tile against the hashes that it ought to begin with."""
        for tile in self._tiles.get((level, index), ()):
            try:
                content = self.read(tile.path)
            except FileNotFoundError:  # the signer drops partial ones once there is a full one
                continue
            there = hashes_of(content)
            if len(content) != tile.width * HASH or there[: len(hashes)] != hashes[: tile.width]:
                self.unlike.append(tile)

    def compare_upper(self, tops: Sequence[bytes]) -> None:
        """Hold the files above level 0 against the roots of full blocks of leaves."""
        level = 1
        while tops:
            above = []
            for index in range(-(-len(tops) // WIDTH)):
                hashes = tops[index * WIDTH : (index + 1) * WIDTH]
                self.compare(level, index, hashes)
                if len(hashes) == WIDTH:
                    above.append(top_of(hashes))
            level, tops = level + 1, above

    def missing(self, size: int) -> list[Tile]:
        """Tiles of a tree of this size of which there is neither the file nor the full one."""
        return [
            tile
            for tile in tiles_of(size)
            if not {tile.width, WIDTH}
            & {one.width for one in self._tiles.get((tile.level, tile.index), ())}
        ]
