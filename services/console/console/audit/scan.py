"""One pass over a ledger: every leaf computed anew, and what can be said without the log.

Positions and versions must follow one another, stored leaves must be those computed; roots are
taken at every size that somebody has signed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from console.audit.faults import Fault
from console.audit.ledgers import Row, Rows, as_bytes
from shared.transparency.leaf import leaf_hash, leaf_record
from shared.transparency.tiles import WIDTH, top_of
from shared.transparency.tree import Frontier

Block = Callable[[int, list[bytes]], None]
"""Told the leaves of every 256 entries, the last ones perhaps fewer, with the block's number."""


@dataclass(slots=True)
class Scanned:
    """What a pass over a ledger found."""

    entries: int = 0
    last: int = 0
    """The last position; more than the number of entries where some are missing."""
    roots: dict[int, bytes] = field(default_factory=dict)
    """The root at each size asked for that the ledger has reached, and at its end."""
    tops: list[bytes] = field(default_factory=list)
    """The roots of full blocks of 256 leaves."""
    unlike: dict[int, bytes | None] = field(default_factory=dict)
    """Positions whose stored leaf is not the one computed; None where none is stored."""
    faults: list[Fault] = field(default_factory=list)


def leaves_of(service: str, page: Sequence[Row]) -> list[bytes]:
    """The leaf hashes of rows as they stand now."""
    try:
        return [
            leaf_hash(leaf_record(service, stream, version, topic, state))
            for _, stream, version, topic, state, _ in page
        ]
    except (TypeError, AttributeError, UnicodeEncodeError):
        return [_leaf_of(service, row) for row in page]


def _leaf_of(service: str, row: Row) -> bytes:
    """Of a row that may hold what no service writes: then no leaf is like it."""
    _, stream, version, topic, state, _ = row
    name = stream if isinstance(stream, str) else as_bytes(stream).decode("utf-8", "replace")
    try:
        return leaf_hash(leaf_record(service, name, version, topic, as_bytes(state)))
    except UnicodeEncodeError:
        return leaf_hash(as_bytes(f"{name} {version} {topic}") + as_bytes(state))


def all_pages(rows: Rows) -> Iterator[list[Row]]:
    """All rows, by pages."""
    after = 0
    while page := rows.page(after):
        yield page
        after = page[-1][0]


def scan(
    service: str,
    pages: Iterable[list[Row]],
    sizes: Iterable[int] = (),
    block: Block = lambda _number, _leaves: None,
) -> Scanned:
    """Read a ledger from its first entry to its last."""
    found, tree = Scanned(), _Roots(sizes)
    versions: dict[Any, int] = {}
    leaves: list[bytes] = []
    number, last = 0, 0
    for page in pages:
        computed = leaves_of(service, page)
        leaves += computed
        for (position, stream, version, _, _, leaf), here in zip(page, computed, strict=True):
            if leaf != here:
                found.unlike[position] = leaf
            if position != last + 1:
                found.faults.append(Fault("entry-missing", service, last + 1, position - 1))
            last = position
            due = versions.get(stream, 0) + 1
            if version == due:
                versions[stream] = due
            else:
                detail = {"stream": stream, "version": version}
                found.faults.append(Fault("version-gap", service, position, detail=detail))
                versions[stream] = version if isinstance(version, int) else due
        while len(leaves) >= WIDTH:
            block(number, leaves[:WIDTH])
            found.tops.append(tree.take(leaves[:WIDTH]))
            del leaves[:WIDTH]
            number += 1
    if leaves:
        block(number, leaves)
        tree.take(leaves)
    found.entries, found.last, found.roots = tree.frontier.size, last, tree.roots
    found.roots[found.entries] = tree.frontier.root()
    return found


class _Roots:
    """A tree that grows by blocks of 256 and remembers its roots at certain sizes."""

    def __init__(self, sizes: Iterable[int]) -> None:
        self._wanted = sorted(set(sizes), reverse=True)
        self.frontier = Frontier()
        self.roots: dict[int, bytes] = {}

    def take(self, leaves: list[bytes]) -> bytes:
        """Grow; the root of the block itself, where it is a full one."""
        before = self.frontier.size
        within = Frontier(before, self.frontier.hashes)
        while self._wanted and self._wanted[-1] <= before + len(leaves):
            size = self._wanted.pop()
            within.extend(leaves[within.size - before : size - before])
            self.roots[size] = within.root()
        if len(leaves) < WIDTH:
            self.frontier.extend(leaves)
            return b""
        top = top_of(leaves)
        self.frontier.append_block(top)
        return top


def roots_of(leaves: Iterable[bytes], sizes: Iterable[int]) -> dict[int, bytes]:
    """The roots at certain sizes of a tree whose leaf hashes come one after another."""
    tree, block = _Roots(sizes), list[bytes]()
    for leaf in leaves:
        block.append(leaf)
        if len(block) == WIDTH:
            tree.take(block)
            block = []
    tree.take(block)
    return tree.roots
