"""One log: what its service has recorded beyond what is signed, and whether it may be signed.

The service tells leaf hashes, and what it tells is not believed: what was signed stands in tiles
here. A ledger that is shorter than that, whose entry at the last signed position is another, or
that lacks a position, is refused; signing goes on by itself once the ledger is whole again.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import structlog

from shared.bus import Bus
from shared.transparency.checkpoint import Checkpoint
from shared.transparency.note import Note, Rejected, SignerKey, decoded
from shared.transparency.tiles import WIDTH
from shared.transparency.tree import HASH, Frontier
from signer.folder import LogFolder

log = structlog.get_logger()

_PAGE = 16 * WIDTH
"""Leaves that are asked for at once, up to where a tile ends."""


class Refuses(Exception):
    """A history is not signed; ``code``: ``shrunk``, ``differs``, ``gap`` or ``malformed``."""

    def __init__(self, code: str, **detail: Any) -> None:
        super().__init__(code, detail)
        self.code, self.detail = code, detail


class Follower:
    """Follows one service's ledger."""

    def __init__(self, service: str, bus: Bus, folder: LogFolder, key: SignerKey) -> None:
        self.service, self.folder = service, folder
        self._bus, self._key = bus, key
        self.own = 0
        """The last position signed here that is not about another log: what others are told of.
        Were they told of more, each telling would be an entry that the next tells of."""

    async def look(self, sign: bool) -> bool:
        """Hold the ledger against what is signed; sign what is new. Whether anything was signed.

        Raises Refuses; Refused or TimeoutError where the service gives no answer.
        """
        size = self.folder.size
        head, _, leaves = await self._told(max(size - 1, 0), 1)
        if head < size:
            raise Refuses("shrunk", signed=size, ledger=head)
        if size and leaves[:1] != [self.folder.last_leaf]:
            raise Refuses("differs", signed=size, ledger=head, position=size)
        if not sign or head == size:
            return False
        frontier, last, own = await self._read(head)
        await asyncio.to_thread(self._sign, frontier, last)
        self.own = max(self.own, own)
        return True

    async def _told(self, after: int, limit: int) -> tuple[int, int, list[bytes]]:
        """Head, last own position among them, and leaf hashes behind a position."""
        answer = await self._bus.ask(self.service, "leaves", after=after, limit=limit)
        try:
            leaves = [decoded(leaf, "a leaf") for leaf in answer["leaves"]]
        except Rejected as error:
            raise Refuses("malformed", why=error.what) from error
        if len(leaves) > limit or any(len(leaf) != HASH for leaf in leaves):
            raise Refuses("malformed", why="these are no leaf hashes")
        return int(answer["head"]), int(answer["own"]), leaves

    async def _read(self, head: int) -> tuple[Frontier, bytes, int]:
        """The tree up to the head, its last leaf, and the last own position in it. Tiles are
        written on the way."""
        frontier = Frontier.load(self.folder.frontier.save())
        last, own = b"", 0
        while frontier.size < head:
            old = frontier.size
            _, said, leaves = await self._told(old, _PAGE - old % WIDTH)
            if not leaves:
                raise Refuses("gap", signed=self.folder.size, ledger=head, position=old + 1)
            await asyncio.to_thread(self.folder.grow, old, leaves)
            frontier.extend(leaves)
            last, own = leaves[-1], max(own, said)
        return frontier, last, own

    def _sign(self, frontier: Frontier, last: bytes) -> None:
        note = Checkpoint(self._key.name, frontier.size, frontier.root()).signed(self._key)
        now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        self.folder.publish(note, frontier, last, now)
        log.info("signed", service=self.service, size=frontier.size)

    @property
    def note(self) -> Note | None:
        """The last checkpoint that was signed."""
        return self.folder.note
