"""Erasing a person: once it is approved, their key is destroyed, and that is recorded.

The approval in the ledger is the intent. Whatever crashes behind it, the next start, or the next
approval, goes on from there: a key is destroyed as often as need be, also where a restored key
store has brought it back, and ``PersonErased`` is recorded once (docs/decisions/0013).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from hashlib import sha256

import structlog
from eventsourcing.persistence import PersistenceError

from shared.clock import utc_now
from shared.desk import Desk, Request
from shared.keys import Keys
from shared.language.privacy import PRIVACY, ErasureApproved, FinishErasure, PersonErased
from shared.ledger import Ledger

log = structlog.get_logger()

ACTOR = "dicoso"
"""Who destroys: the program itself."""


class Eraser:
    """Carries approved erasures out, for as long as its service runs."""

    def __init__(
        self, ledger: Ledger, keys: Keys, desk: Desk, told: Callable[[], Awaitable[None]]
    ) -> None:
        self._ledger, self._keys, self._desk, self._told = ledger, keys, desk, told
        self._news = asyncio.Event()
        self._news.set()

    def wake(self) -> None:
        """An erasure may have been approved."""
        self._news.set()

    async def run(self) -> None:
        """Erase until cancelled; a fault of the database is waited out."""
        while True:
            await self._news.wait()
            self._news.clear()
            try:
                if self.work():
                    await self._told()
            except PersistenceError as error:
                log.warning("eraser-waits", error=repr(error))
                self._news.set()
                await asyncio.sleep(1)

    def work(self) -> int:
        """Destroy the key of everyone whose erasure is approved; how many were recorded now."""
        finish: list[Request] = []
        for cadre, recorded in self._approved():
            self._keys.destroy(cadre, utc_now())
            if not recorded:
                body = FinishErasure(cadre=cadre).model_dump_json().encode()
                id = f"erased:{sha256(cadre.encode()).hexdigest()}"
                finish.append(Request(FinishErasure.called(), body, id, ACTOR))
        answers = self._desk.obey(finish) if finish else []
        for request, answer in zip(finish, answers, strict=True):
            log.info("person-erased", command=request.command_id, answer=type(answer).__name__)
        return len(finish)

    def _approved(self) -> list[tuple[str, bool]]:
        """Whose erasure is approved, and whether it is recorded as done."""
        found: list[tuple[str, bool]] = []
        after = ""
        while page := self._ledger.streams(PRIVACY, after):
            for stream in page:
                facts, _ = self._ledger.facts(stream)
                if any(isinstance(fact, ErasureApproved) for fact in facts):
                    recorded = any(isinstance(fact, PersonErased) for fact in facts)
                    found.append((stream.removeprefix(PRIVACY), recorded))
            after = page[-1]
        return found
