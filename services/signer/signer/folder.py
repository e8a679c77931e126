"""The files of one log in ``log/<service>/``: tiles, ``checkpoint``, ``checkpoints`` of all times.

They are written in that order, tiles first, each synced before the next. So a signer that is
killed anywhere finds the last checkpoint that it signed, with its tiles, and goes on from there;
what it had begun beyond is written over.

Source: https://c2sp.org/tlog-tiles
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from shared.transparency.checkpoint import Checkpoint, history, opened, with_time
from shared.transparency.note import Note, Rejected, VerifierKey
from shared.transparency.tiles import WIDTH, Tile, Tiles, grown
from shared.transparency.tree import EMPTY, Frontier, frontier_of
from signer.files import append, cut, read, replace

_LONGEST = 16 * 1024
"""Bytes of a record in ``checkpoints``, and more."""


class Damaged(Exception):
    """The files are not what was signed: an operator must look, and nothing is signed."""


class LogFolder:
    """Where one log stands, as its files say."""

    def __init__(self, path: Path, origin: str, keys: Sequence[VerifierKey]) -> None:
        """Raises Damaged where the files are not those of the last checkpoint."""
        self.path, self.origin = path, origin
        self._keys = keys
        self.note: Note | None = None
        self.frontier = Frontier()
        self.last_leaf = b""
        self._take_up()

    @property
    def size(self) -> int:
        """How many leaves are signed."""
        return self.frontier.size

    # --- growing --------------------------------------------------------------------------

    def grow(self, old: int, leaves: Sequence[bytes]) -> None:
        """Write the tiles of leaves that come behind ``old`` others; nothing is signed yet."""
        for tile, content in grown(old, leaves, self._read):
            replace(self.path / tile.path, content)

    def publish(self, note: Note, frontier: Frontier, last_leaf: bytes, time: str) -> None:
        """Show a checkpoint, whose tiles are all written."""
        append(self.path / "checkpoints", with_time(time, note))
        replace(self.path / "checkpoint", bytes(note))
        before, self.frontier = self.size, frontier
        self.note, self.last_leaf = note, last_leaf
        self._tidy(before)

    def _tidy(self, before: int) -> None:
        """Take away what was partial of tiles that are full now, as the specification allows."""
        level, old, new = 0, before, self.size
        while new >= WIDTH:
            for index in range(old // WIDTH, new // WIDTH):
                path = self.path / Tile(level, index).path
                shutil.rmtree(path.with_name(f"{path.name}.p"), ignore_errors=True)
            level, old, new = level + 1, old // WIDTH, new // WIDTH

    def _read(self, path: str) -> bytes:
        return (self.path / path).read_bytes()

    # --- taking up ------------------------------------------------------------------------

    def _take_up(self) -> None:
        shown, recorded = self._shown(), self._recorded()
        found = [one for one in (recorded, shown) if one is not None]
        if not found:
            return
        checkpoints = [self._opened(bytes(note)) for note in found]
        at = max(range(len(found)), key=lambda n: checkpoints[n].size)
        last, note = checkpoints[at], found[at]
        if any(one.size == last.size and one.root != last.root for one in checkpoints):
            raise Damaged(f"checkpoint and checkpoints differ about size {last.size}")
        self._go_on(last)
        self.note = note
        if recorded is None or bytes(recorded) != bytes(note):
            append(self.path / "checkpoints", with_time("unknown", note))
        if shown is None or bytes(shown) != bytes(note):
            replace(self.path / "checkpoint", bytes(note))

    def _go_on(self, last: Checkpoint) -> None:
        tiles = Tiles(last.size, self._read)
        try:
            self.frontier = frontier_of(last.size, tiles.hash)
            if last.size:
                self.last_leaf = next(tiles.leaves(last.size - 1))
        except (OSError, ValueError) as error:
            raise Damaged(f"the tiles of size {last.size} cannot be read: {error}") from error
        if (self.frontier.root() if last.size else EMPTY) != last.root:
            raise Damaged(f"the tiles are not those of the checkpoint at {last.size}")

    def _opened(self, content: bytes) -> Checkpoint:
        try:
            found = opened(Note.parse(content), self._keys)
        except Rejected as error:
            raise Damaged(f"the last checkpoint is not ours: {error}") from error
        if found.origin != self.origin:
            raise Damaged(f"this is the log of {found.origin}; move {self.path} away")
        return found

    def _shown(self) -> Note | None:
        content = read(self.path / "checkpoint")
        if content is None:
            return None
        try:
            return Note.parse(content)
        except Rejected as error:
            raise Damaged(f"checkpoint cannot be read: {error}") from error

    def _recorded(self) -> Note | None:
        """The last checkpoint of all times; what a crash left half written is cut off."""
        path = self.path / "checkpoints"
        for _ in range(2):
            size, tail = _tail(path)
            starts = [found.start() for found in re.finditer(rb"^#", tail, re.MULTILINE)]
            if not starts:
                return None
            record = tail[starts[-1] :]
            try:
                return Note.parse(next(note for _, note in history(record)))
            except (Rejected, StopIteration):
                cut(path, size - len(record))
        raise Damaged("checkpoints cannot be read")


def _tail(path: Path) -> tuple[int, bytes]:
    """A file's length and its last bytes."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - _LONGEST))
            return size, file.read()
    except FileNotFoundError:
        return 0, b""
