"""Watching (theo dõi): facts as they are carried, told to the pages that show what they change.

A page says what it shows by topics: ``cadre:<key>``, ``department:<name>``, ``plans:<quarter>``,
``waiting``, ``ops``, ``notices`` or ``all``; one that shows nothing of it watches ``nothing``, by
which it knows that the portal is there. A watcher is told *that* something changed, never
what; the page is then fetched again, with the rights that its reader has. What waits for a watcher
is at most one word, however much happens.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import msgspec
import structlog

log = structlog.get_logger()

_LATELY = 1000
"""Facts that are remembered for a page that was made before it began to watch."""
MOST = 2000
"""Watchers at once: a connection of each stays open."""
MOST_OF_SESSION = 20
"""Watchers of one session: so many pages may be open in one browser."""

Members = Callable[[], Awaitable[Collection[str]]]
"""Asks who is in a department today."""


class Told(msgspec.Struct, frozen=True):
    """What of a fact's CloudEvent says whom it concerns."""

    type: str
    subject: str
    partitionkey: str = ""
    id: str = ""
    """``<service>:<position>``."""


@dataclass(eq=False)
class Watcher:
    """One open page: what it shows, and whether that has changed since it was last told."""

    topics: frozenset[str]
    session: str
    members: Members | None = None
    """Of a topic that is a department's: who is in it."""
    people: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    """Departments of the cadres that it shows: with the plans of one, theirs move on."""
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def changed(self, seconds: float) -> bool:
        """Wait until something has changed; False where nothing did for so long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._changed.wait()
        return self._changed.is_set()

    def taken(self) -> None:
        """It is told from here: what changes from now on is new."""
        self._changed.clear()

    def tell(self) -> None:
        """Something has changed; once is as good as often."""
        self._changed.set()

    async def read_members(self) -> None:
        """Who is in the department now."""
        if self.members is not None:
            self.people = frozenset(await self.members())


class Watching:
    """All who watch, and the facts that come in."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._watchers: set[Watcher] = set()
        self._now = now
        self._lately: deque[tuple[float, Told]] = deque(maxlen=_LATELY)
        self.portal = Watcher(frozenset({"all"}), "")
        """The portal's own: it wakes who makes notices of facts."""
        self.positions: dict[str, int] = {}
        """The last ledger position heard of each service: a page that is fetched again because
        something changed is made by services that know of it."""

    def __len__(self) -> int:
        return len(self._watchers)

    def full(self, session: str) -> bool:
        """Whether so many watch already that no more can, here or of one session."""
        own = sum(one.session == session for one in self._watchers)
        return len(self._watchers) >= MOST or own >= MOST_OF_SESSION

    @contextmanager
    def watch(self, watcher: Watcher, ago: float) -> Iterator[Watcher]:
        """Tell this one until left, also of what came since its page was made, ``ago``."""
        since = self._now() - ago
        if any(at >= since and concerns(told, watcher) for at, told in self._lately):
            watcher.tell()
        self._watchers.add(watcher)
        try:
            yield watcher
        finally:
            self._watchers.discard(watcher)

    def end(self, session: str) -> None:
        """Somebody signed out: wake their pages, which then find that the session has ended."""
        for one in self._watchers:
            if one.session == session:
                one.tell()

    def noticed(self, account: str) -> None:
        """Somebody has a new notice: whoever shows theirs is told."""
        for one in self._watchers:
            if f"notices:{account}" in one.topics:
                one.tell()

    async def heard(self, event: bytes) -> None:
        """A fact was carried: whoever shows what it concerns is told."""
        try:
            told = msgspec.json.decode(event, type=Told)
        except msgspec.DecodeError as error:
            log.warning("not-a-fact", error=str(error))
            return
        self._lately.append((self._now(), told))
        service, _, position = told.id.rpartition(":")
        if position.isdecimal():
            self.positions[service] = max(int(position), self.positions.get(service, 0))
        for one in (self.portal, *self._watchers):
            if concerns(told, one):
                one.tell()


_MOVES = ("planning.cadre-appointed.", "planning.cadre-transferred.", "planning.cadre-departed.")


def moves(told: Told) -> bool:
    """Whether a fact may change who is in a department."""
    return told.type.startswith(_MOVES)


def concerns(told: Told, watcher: Watcher) -> bool:
    """Whether a fact changes what a watcher's page shows."""
    return any(_of_topic(told, topic, watcher) for topic in watcher.topics)


def _of_topic(told: Told, topic: str, watcher: Watcher) -> bool:
    kind, _, name = topic.partition(":")
    match kind:
        case "all":
            return not told.subject.startswith(("log/", "denials/"))
        case "ops":
            return told.subject.startswith("parked/")
        case "cadre":
            return (
                told.partitionkey == name
                or told.subject.startswith("regime/")
                or any(_of_consolidated(told, one) for one in watcher.places)
            )
        case "department":
            return _of_department(told, name, watcher)
        case "plans":
            of_quarter = f"/{name}/" in f"{told.subject}/" and told.subject.startswith(
                ("plan/", "consolidated/")
            )
            mine = watcher.members is None or _of_department(told, "", watcher)
            return of_quarter and (mine or told.subject.startswith("consolidated/"))
        case _:
            return False


def _of_department(told: Told, department: str, watcher: Watcher) -> bool:
    return (
        told.partitionkey in watcher.people
        or moves(told)
        or told.subject.startswith("regime/")
        or _of_consolidated(told, department)
    )


def _of_consolidated(told: Told, department: str) -> bool:
    """Whether a fact is of the plan into which this department's go."""
    place = told.subject.split("/", 4)[-1]
    return told.subject.startswith("consolidated/") and place in (department, "*")
