"""The tree (cây băm) over a log's leaves: RFC 6962 hashes, roots and proofs.

A **node** ``(level, index)`` is the perfect subtree over the leaves from ``index << level`` up to,
and without, ``(index + 1) << level``; a leaf's hash is node ``(0, index)``. Where hashes lie
(memory, tiles) is the business of whoever passes ``Hashes``. A hash is always 32 bytes.

Source: RFC 6962 section 2.1; the checks are those of RFC 9162 sections 2.1.3.2 and 2.1.4.2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

HASH = 32
EMPTY = sha256(b"").digest()
"""The root of a tree without leaves."""

Hashes = Callable[[int, int], bytes]
"""The hash of a node, by level and index. Raises KeyError or OSError where it is not there."""


def node_hash(left: bytes, right: bytes) -> bytes:
    """RFC 6962 section 2.1: SHA-256 over a one byte and both children."""
    return sha256(b"\1" + left + right).digest()


def level_above(hashes: Sequence[bytes]) -> list[bytes]:
    """The parents of an even number of neighbours."""
    return [
        sha256(b"\1" + left + right).digest()
        for left, right in zip(hashes[::2], hashes[1::2], strict=True)
    ]


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf hashes."""
    frontier = Frontier()
    frontier.extend(leaves)
    return frontier.root()


# --- growing --------------------------------------------------------------------------------


class Frontier:
    """A tree's right edge: the roots of its perfect subtrees, the largest first.

    It is all that is needed to go on growing the tree: one hash for each one bit of its size.
    """

    def __init__(self, size: int = 0, hashes: Iterable[bytes] = ()) -> None:
        """Raises ValueError where the hashes are not those of a tree of this size."""
        self.size, self.hashes = size, list(hashes)
        if size < 0 or len(self.hashes) != size.bit_count():
            raise ValueError(f"{len(self.hashes)} hashes are no frontier of size {size}")
        if any(len(one) != HASH for one in self.hashes):
            raise ValueError("a hash has 32 bytes")

    def append(self, leaf: bytes) -> None:
        """Put one leaf hash behind the last."""
        size, hashes = self.size, self.hashes
        while size & 1:
            leaf = sha256(b"\1" + hashes.pop() + leaf).digest()
            size >>= 1
        hashes.append(leaf)
        self.size += 1

    def extend(self, leaves: Sequence[bytes]) -> None:
        """Put leaf hashes behind the last, 256 at a time where the tree stands even."""
        at = 0
        while at < len(leaves) and self.size & 255:
            self.append(leaves[at])
            at += 1
        while len(leaves) - at >= 256:
            block: Sequence[bytes] = leaves[at : at + 256]
            while len(block) > 1:
                block = level_above(block)
            self.append_block(block[0])
            at += 256
        for leaf in leaves[at:]:
            self.append(leaf)

    def append_block(self, top: bytes) -> None:
        """Put the root of 256 leaves behind a tree whose size is a multiple of 256."""
        blocks = self.size >> 8
        while blocks & 1:
            top = node_hash(self.hashes.pop(), top)
            blocks >>= 1
        self.hashes.append(top)
        self.size += 256

    def root(self) -> bytes:
        """The root of the tree as it stands."""
        if not self.hashes:
            return EMPTY
        right = self.hashes[-1]
        for left in reversed(self.hashes[:-1]):
            right = node_hash(left, right)
        return right

    def save(self) -> bytes:
        """Size (8 bytes, big-endian) and hashes: what :meth:`load` reads again."""
        return self.size.to_bytes(8, "big") + b"".join(self.hashes)

    @classmethod
    def load(cls, saved: bytes) -> Frontier:
        """The frontier that was saved. Raises ValueError where it is none."""
        if len(saved) < 8:
            raise ValueError("no frontier is that short")
        body = saved[8:]
        hashes = [body[at : at + HASH] for at in range(0, len(body), HASH)]
        return cls(int.from_bytes(saved[:8], "big"), hashes)


# --- ranges ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Range:
    """Leaves from ``begin`` up to, and without, ``end``, such as the RFC's recursion cuts."""

    begin: int
    end: int

    @property
    def middle(self) -> int:
        """Where the RFC splits it: at the largest power of two below its width."""
        return self.begin + (1 << ((self.end - self.begin - 1).bit_length() - 1))

    def nodes(self) -> Iterator[tuple[int, int]]:
        """The perfect subtrees it falls into, from left to right."""
        begin = self.begin
        while begin < self.end:
            level = (self.end - begin).bit_length() - 1
            yield level, begin >> level
            begin += 1 << level

    def hash(self, hashes: Hashes) -> bytes:
        found = [hashes(*node) for node in self.nodes()]
        right = found.pop()
        while found:
            right = node_hash(found.pop(), right)
        return right


def frontier_of(size: int, hashes: Hashes) -> Frontier:
    """The frontier of a tree whose nodes can be read."""
    return Frontier(size, [hashes(*node) for node in _Range(0, size).nodes()])


def root_at(size: int, hashes: Hashes) -> bytes:
    """The root of a tree of this size, from its nodes."""
    return _Range(0, size).hash(hashes) if size else EMPTY


def hashes_in(leaves: Sequence[bytes]) -> Hashes:
    """The nodes of a tree whose leaf hashes are at hand."""
    levels = [list(leaves)]
    while len(levels[-1]) > 1:
        below = levels[-1]
        levels.append(level_above(below[: len(below) & ~1]))

    def node(level: int, index: int) -> bytes:
        try:
            return levels[level][index]
        except IndexError:
            raise KeyError((level, index)) from None

    return node


# --- proofs ---------------------------------------------------------------------------------


def inclusion_proof(index: int, size: int, hashes: Hashes) -> list[bytes]:
    """That the leaf at ``index`` is in the tree: RFC 6962 section 2.1.1, the leaf's sibling first.

    Raises ValueError for a leaf that the tree does not have.
    """
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    here, beside = _Range(0, size), []
    while here.end - here.begin > 1:
        left, right = _Range(here.begin, here.middle), _Range(here.middle, here.end)
        here, other = (left, right) if index < here.middle else (right, left)
        beside.append(other)
    return [one.hash(hashes) for one in reversed(beside)]


def consistency_proof(old: int, new: int, hashes: Hashes) -> list[bytes]:
    """That the tree of ``new`` leaves begins with that of ``old``: RFC 6962 section 2.1.2.

    Raises ValueError unless ``0 < old <= new``: of nothing nothing is to be proven.
    """
    if not 0 < old <= new:
        raise ValueError(f"no proof from {old} to {new}")
    here, beside = _Range(0, new), []
    while here.end != old:
        left, right = _Range(here.begin, here.middle), _Range(here.middle, here.end)
        here, other = (left, right) if old <= here.middle else (right, left)
        beside.append(other)
    if here.begin:
        beside.append(here)
    return [one.hash(hashes) for one in reversed(beside)]


def includes(root: bytes, size: int, index: int, leaf: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows the leaf hash at ``index`` of the tree with this root."""
    if not 0 <= index < size:
        return False
    node, last, found = index, size - 1, leaf
    for beside in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            found = node_hash(beside, found)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            found = node_hash(found, beside)
        node, last = node >> 1, last >> 1
    return last == 0 and found == root


def extends(old_root: bytes, old: int, new_root: bytes, new: int, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows that the new tree begins with the old one.

    Every tree extends the empty one, and a tree itself, with no proof at all.
    """
    if not 0 <= old <= new:
        return False
    if old in (0, new):
        return not proof and (old_root == new_root if old == new else old_root == EMPTY)
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not path:
        return False
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    first = second = path[0]
    for beside in path[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            first, second = node_hash(beside, first), node_hash(beside, second)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            second = node_hash(second, beside)
        node, last = node >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root
