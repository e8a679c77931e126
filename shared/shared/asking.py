"""What a service answers its questions from, and the questions that all of them answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import Field
from pydantic_core import from_json, to_json

from shared.entries import to_cloudevent
from shared.heard import Heard
from shared.ledger import Ledger
from shared.messages import Question
from shared.shelf import Shelf

_LARGEST_PAGE = 512 * 1024
"""Bytes of a page; NATS takes messages of 1 MiB where nobody says otherwise."""


@dataclass(frozen=True)
class Inside:
    """What the answers of a service are made from."""

    service: str
    ledger: Ledger
    shelf: Shelf
    heard: Heard
    hears: frozenset[str]
    known: Any

    def positions(self) -> dict[str, int]:
        """How far this service's belief reaches: own and heard ledger positions."""
        return {self.service: self.ledger.head(), **self.heard.positions}

    def reached(self, after: Mapping[str, int]) -> bool:
        """Whether this service knows, of its own and of the others, all of ``after``."""
        if self.service in after and after[self.service] > self.ledger.head():
            return False
        return self.heard.reached(self._others(after))

    async def until(self, after: Mapping[str, int], seconds: float) -> bool:
        """Wait until all of ``after`` is known; False when the time is over."""
        await self.heard.until(self._others(after), seconds)
        return self.reached(after)

    def _others(self, after: Mapping[str, int]) -> dict[str, int]:
        """What of ``after`` is heard here; on a service not heard nothing rests."""
        return {name: at for name, at in after.items() if name in self.hears}


Answer = tuple[type[Question], Callable[[Inside, Any], dict[str, Any]]]
"""The shape of a question, and the function that answers it."""


class Ready(Question):
    """Sẵn sàng: whether the service serves, and how far it has come."""


class Entries(Question):
    """Own entries behind a position, as CloudEvents: how anyone replays this ledger."""

    after: int = Field(default=0, ge=0, lt=2**62)
    limit: int = Field(default=500, ge=1, le=500)


class Page(Question):
    """A page of a list by stream; ``after`` is the ``next`` of the page before."""

    after: str = ""
    limit: int = Field(default=200, ge=1, le=500)


def _ready(inside: Inside, _: Ready) -> dict[str, Any]:
    return {"service": inside.service, "positions": inside.positions()}


def _entries(inside: Inside, question: Entries) -> dict[str, Any]:
    page = inside.ledger.entries(question.after, question.limit)
    events = _that_fit(to_cloudevent(inside.service, entry) for entry in page)
    return {"entries": [from_json(event) for event in events], "head": inside.ledger.head()}


def page_of(
    inside: Inside, prefix: str, question: Page, rows: Callable[[str], Iterable[dict[str, Any]]]
) -> dict[str, Any]:
    """The rows of one page of streams, ``{"rows", "next"}``; ``next`` is empty at the end."""
    streams = inside.ledger.streams(prefix, question.after, question.limit)
    found = _that_fit(to_json(list(rows(stream))) for stream in streams)
    whole = len(found) == len(streams) < question.limit
    return {
        "rows": [row for one in found for row in from_json(one)],
        "next": "" if whole or not streams else streams[len(found) - 1],
    }


def _that_fit(parts: Iterable[bytes]) -> list[bytes]:
    """The first parts that fit into one message together; one always does."""
    found: list[bytes] = []
    size = 0
    for part in parts:
        size += len(part)
        if found and size > _LARGEST_PAGE:
            break
        found.append(part)
    return found


COMMON: dict[str, Answer] = {"ready": (Ready, _ready), "entries": (Entries, _entries)}
"""What every service answers."""
