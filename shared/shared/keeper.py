"""Keeping views: whoever keeps follows in the background and builds what is ordered or missing.

Of several replicas one keeps. Any of them brings a view up to the ledger when it is asked a
question (docs/decisions/0008).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator

import structlog
from eventsourcing.persistence import PersistenceError

from shared.building import Building
from shared.following import Follower
from shared.sharing import Share
from shared.view_database import OPEN
from shared.views import View

log = structlog.get_logger()

_REST = 4
"""So many times as long as it worked the keeper rests, while it follows or others wait: questions
that cannot wait bring the view up to date themselves."""
_EVERY = 0.25
"""Seconds between two looks at the ledger."""


class Keeper(Follower):
    """The views of one service, kept."""

    async def until(self, name: str, wait: bool, seconds: float) -> bool:
        """Bring a view up to the ledger as it stands; False where that takes too long.

        Without ``wait`` for one slice only, and then it is as fresh as it is.
        """
        view, give_up = self.views[name], time.monotonic() + seconds
        while not self.follow(view):
            if not wait:
                return True
            if time.monotonic() > give_up:
                return False
            await asyncio.sleep(0)
        return not wait or self.followed(view) is not None

    # --- the life of a keeper ---------------------------------------------------------------

    async def run(self, share: Share, busy: Callable[[], bool] = lambda: False) -> None:
        """Follow, judge and build, where this replica is the one that keeps; until cancelled.

        While others wait (``busy``) one slice a look: whoever asks causally follows by themselves;
        and a build rests between its slices.
        """
        remains = set(self.views)  # of builds that died
        scrubbed = -1  # up to which erasure former rows are gone; at the start none are known
        while True:
            pause = _EVERY
            try:
                if share.keeps:
                    for view in self.views.values():
                        while view.name in remains:
                            if self.tables.clear(view.name):
                                remains.remove(view.name)
                            await asyncio.sleep(0)
                        await self._build(view, busy)
                        began, changed = time.perf_counter(), self.ledger.seals.changed
                        if not (self.follow(view) and self.judge(view)):
                            pause = _EVERY if busy() else _REST * (time.perf_counter() - began)
                        elif changed != scrubbed:
                            self.tables.scrub()
                            scrubbed = changed
            except PersistenceError as error:
                log.warning("view-not-kept", error=repr(error))
            await asyncio.sleep(pause)

    async def _build(self, view: View, busy: Callable[[], bool]) -> None:
        """Build what is ordered, or what is missing."""
        last, live = self.tables.last_build(view.name), self.tables.live(view.name)
        if last is None or last.state not in OPEN:
            if live and live.version == view.version and self.followed(view):
                return
            if last and last.state == "failed" and last.version == view.version:
                return  # until it is ordered again
            self.tables.order(view)
        looked = began = time.perf_counter()
        for _ in self.build(view):
            if time.perf_counter() > looked + _EVERY:
                self.follow(view)
                looked = time.perf_counter()
            await asyncio.sleep(_REST * (time.perf_counter() - began) if busy() else 0)
            began = time.perf_counter()

    def build(self, view: View) -> Iterator[None]:
        """Build a view beside the live one, compare and switch; yields after every slice."""
        try:
            yield from Building(self, view).run()
        except (PersistenceError, GeneratorExit):
            raise  # it begins again
        except Exception as error:
            log.exception("view-not-built", view=view.name)
            last = self.tables.last_build(view.name)
            if last is not None:
                self.tables.tell(last, "failed", last.total, {"why": repr(error)[:500]})
            while not self.tables.clear(view.name):
                yield
