"""A checkpoint (mốc cam kết) of a log: its origin, size and root, as the text of a signed note.

Source: https://c2sp.org/tlog-checkpoint
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from shared.transparency.note import Note, Rejected, SignerKey, VerifierKey, decoded, encoded, sign
from shared.transparency.tree import HASH

_SIZE = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log commits to: so many leaves, under this root."""

    origin: str
    size: int
    root: bytes
    more: tuple[str, ...] = ()
    """Further lines, which mean nothing here."""

    @property
    def text(self) -> str:
        """The note's text."""
        lines = (self.origin, str(self.size), encoded(self.root), *self.more)
        return "".join(f"{line}\n" for line in lines)

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """The checkpoint in a note's text. Raises Rejected for anything written otherwise."""
        if not text.endswith("\n"):
            raise Rejected("malformed", "a checkpoint ends with a line break")
        lines = text[:-1].split("\n")
        if len(lines) < 3 or not all(lines):
            raise Rejected("malformed", "a checkpoint has three lines: origin, size, root")
        origin, size, root, *more = lines
        if not _SIZE.fullmatch(size) or int(size) >= 1 << 63:
            raise Rejected("malformed", f"no size: {size!r}")
        found = decoded(root, "the root")
        if len(found) != HASH:
            raise Rejected("malformed", "the root has not 32 bytes")
        return cls(origin, int(size), found, tuple(more))

    def signed(self, key: SignerKey) -> Note:
        """The checkpoint as a log issues it: the key is named as the origin."""
        if key.name != self.origin:
            raise Rejected("wrong-origin", f"the key of {key.name} signs nothing of {self.origin}")
        return sign(self.text, key)


def opened(note: Note, keys: Iterable[VerifierKey]) -> Checkpoint:
    """The checkpoint in a note that the log's own key has signed, and nobody wrongly.

    Raises Rejected as :meth:`Note.opened`; ``unsigned`` where only others have signed.
    """
    checkpoint = Checkpoint.parse(note.text)
    signers = {one.name for one in note.opened(keys)}
    if checkpoint.origin not in signers:
        raise Rejected("unsigned", f"no signature is by {checkpoint.origin} itself")
    return checkpoint


# --- every checkpoint ever signed -----------------------------------------------------------


def with_time(time: str, note: Note) -> bytes:
    """A record of the file ``checkpoints``: ``# <RFC 3339 time>``, then the note."""
    return f"# {time}\n{note}".encode()


def history(content: bytes) -> Iterator[tuple[str, bytes]]:
    """The times and notes of a file ``checkpoints``, in order, not yet parsed."""
    for record in re.split(rb"^# ", content, flags=re.MULTILINE)[1:]:
        time, _, note = record.partition(b"\n")
        yield time.decode(errors="replace"), note
