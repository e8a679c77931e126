"""A proof file (tệp chứng minh) that one entry is in a log, which verifies offline.

The entry itself is not in it: whoever verifies has it, or its leaf record, from elsewhere.

Source: https://c2sp.org/tlog-proof
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from shared.transparency.checkpoint import Checkpoint, opened
from shared.transparency.note import Note, Rejected, VerifierKey, decoded, encoded
from shared.transparency.tiles import Read, Tiles
from shared.transparency.tree import HASH, includes, inclusion_proof

_HEADER = "c2sp.org/tlog-proof@v1"
_INDEX = re.compile(r"index (0|[1-9][0-9]{0,18})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Proof:
    """The leaf's index, the hashes from its sibling up to the root's child, the checkpoint."""

    index: int
    hashes: tuple[bytes, ...]
    note: Note
    extra: bytes | None = None
    """Whatever a writer put beside it; nothing proves it."""

    def __str__(self) -> str:
        extra = () if self.extra is None else (f"extra {encoded(self.extra)}",)
        hashes = (encoded(one) for one in self.hashes)
        lines = (_HEADER, *extra, f"index {self.index}", *hashes, "")
        return "".join(f"{line}\n" for line in lines) + str(self.note)

    @classmethod
    def parse(cls, content: bytes) -> Proof:
        """The proof in a file. Raises Rejected for anything written otherwise."""
        head, blank, note = content.partition(b"\n\n")
        try:
            lines = head.decode().split("\n")
        except UnicodeDecodeError:
            raise Rejected("malformed", "the proof is not UTF-8") from None
        if not blank or lines.pop(0) != _HEADER or not lines:
            raise Rejected("malformed", f"no proof: it begins with {_HEADER}")
        extra = None
        if lines[0].startswith("extra "):
            extra = decoded(lines.pop(0).removeprefix("extra "), "the extra data")
        index = _INDEX.fullmatch(lines.pop(0)) if lines else None
        if index is None:
            raise Rejected("malformed", "the proof names no index")
        hashes = tuple(decoded(line, "a hash") for line in lines)
        if len(hashes) > 63 or any(len(one) != HASH for one in hashes):
            raise Rejected("malformed", "a hash has 32 bytes, and there are at most 63")
        return cls(int(index[1]), hashes, Note.parse(note), extra)

    @classmethod
    def of(cls, position: int, leaf: bytes, log: Read) -> Proof:
        """The proof of the entry at a ledger position under a log's latest checkpoint.

        Raises Rejected: ``not-signed`` where no checkpoint reaches so far, ``tile-damaged`` where
        the tiles do not give the checkpoint's root, ``entry-altered`` where they hold another leaf.
        """
        try:
            note = Note.parse(log("checkpoint"))
            checkpoint = Checkpoint.parse(note.text)
        except FileNotFoundError:
            raise Rejected("not-signed", "there is no checkpoint") from None
        except OSError as error:
            raise Rejected("malformed", str(error)) from error
        if position > checkpoint.size:
            raise Rejected("not-signed", f"{checkpoint.size} entries are signed")
        tiles = Tiles(checkpoint.size, log)
        try:
            hashes = inclusion_proof(position - 1, checkpoint.size, tiles.hash)
            signed = tiles.hash(0, position - 1)
        except (OSError, ValueError) as error:
            raise Rejected("tile-damaged", str(error)) from error
        if not includes(checkpoint.root, checkpoint.size, position - 1, signed, hashes):
            raise Rejected("tile-damaged", "the tiles do not give the checkpoint's root")
        if leaf != signed:
            raise Rejected("entry-altered", f"the log holds another leaf at {position}")
        return cls(position - 1, tuple(hashes), note)

    def verify(self, leaf: bytes, keys: Iterable[VerifierKey]) -> Checkpoint:
        """The checkpoint that commits to this leaf hash, its signature verified.

        Raises Rejected: as :func:`opened`, or ``wrong-proof`` where it is not this leaf's.
        """
        found = opened(self.note, keys)
        if not includes(found.root, found.size, self.index, leaf, self.hashes):
            raise Rejected("wrong-proof", f"this entry is not at index {self.index} of the tree")
        return found
