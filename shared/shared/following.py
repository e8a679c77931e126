"""Following the ledger: rows of views are made again whenever what they rest on has changed.

Everything is done in slices of a few milliseconds on the event loop, so that work of any length
holds nobody up for longer than that. A row is never older than the mark of its table; the mark
moves by compare-and-set, so two who follow at once do no harm (docs/decisions/0008).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any

import structlog
from eventsourcing.persistence import PersistenceError

from shared.clock import today
from shared.deciding import Decider, fold
from shared.ledger import Ledger
from shared.recording import Mark
from shared.view_database import Moved, Table, covers
from shared.view_tables import ViewTables
from shared.views import Row, View

log = structlog.get_logger()

SLICE = 0.008
"""Seconds of work, after which the event loop has its turn."""
_MANY = 500
"""Changes that are read at once."""


class Folds:
    """Streams of a ledger, each read once: what one slice of work rests on."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._states: dict[tuple[str, str], Any] = {}

    def state(self, decider: Decider[Any], stream: str) -> Any:
        """The stream's state; only what many rows rest on is kept."""
        key = (decider.name, stream)
        if key not in self._states:
            self._states[key] = fold(decider, self._ledger.facts(stream)[0])
        return self._states[key]

    def named(self, name: str) -> str | None:
        """The stream that a name leads to."""
        return self._ledger.named([name]).get(name)


class Follower:
    """The views of one service, and the ledger that they follow."""

    def __init__(
        self,
        views: Sequence[View],
        ledger: Ledger,
        positions: Callable[[], Mapping[str, int]],
        today: Callable[[], date] = today,
    ) -> None:
        self.views = {view.name: view for view in views}
        self.ledger, self.positions, self.today = ledger, positions, today
        self._chases = {view.name: Chase(self, view, self._finder(view)) for view in views}
        self._judged: dict[str, tuple[int, date]] = {}

    @cached_property
    def tables(self) -> ViewTables:
        """Where they stand; opened, and made, when first asked for."""
        return ViewTables(self.ledger)

    def close(self) -> None:
        """Give back what is not the ledger's."""
        if "tables" in self.__dict__:
            self.tables.close()

    def _finder(self, view: View) -> Callable[[], Table | None]:
        return lambda: self.followed(view)

    # --- making rows ----------------------------------------------------------------------

    def named(self, prefix: str) -> Iterator[str]:
        """The streams that begin with a prefix."""
        after = ""
        while page := self.ledger.streams(prefix, after):
            yield from page
            after = page[-1]

    def touched(self, view: View, streams: Iterable[str]) -> Iterator[str]:
        """The keys that any of the streams concerns, once each."""
        seen: set[str] = set()
        for stream in streams:
            for key in view.touched(stream, self.named):
                if key not in seen:
                    seen.add(key)
                    yield key

    def make(
        self, view: View, keys: Iterator[str], until: float
    ) -> tuple[dict[str, Row | None], bool]:
        """Rows of the keys, until the time is over; and whether that was all. At least one."""
        folds, day, rows = Folds(self.ledger), self.today(), dict[str, Row | None]()
        for key in keys:
            rows[key] = self.row(view, folds, key, day)
            if time.perf_counter() >= until:
                return rows, False
        return rows, True

    def row(self, view: View, folds: Folds, key: str, day: date) -> Row | None:
        """The row of a key as it stands in the table; one that cannot be made says why."""
        why, found = "", None
        try:
            found = view.row(folds, key, day)
        except PersistenceError:
            raise
        except Exception as error:  # one row must not hold up all the others
            log.exception("row-not-made", view=view.name, key=key)
            why, found = repr(error)[:500], dict.fromkeys(view.columns)
        if found is None:
            return None
        return {"key": key, "judged_on": day.isoformat(), "why": why, **found}

    # --- following ------------------------------------------------------------------------

    def followed(self, view: View) -> Table | None:
        """The live table, where it is one that this version of the code makes.

        A table that knows more than the ledger followed another one: a restored one is shorter.
        """
        live = self.tables.live(view.name)
        if (
            live is None
            or live.version != view.version
            or not covers(self.ledger.last(), live.mark)
        ):
            return None
        return live

    def follow(self, view: View, seconds: float = SLICE) -> bool:
        """Bring the live rows towards the ledger; whether they know all of it."""
        return self._chases[view.name].step(time.perf_counter() + seconds)

    def judge(self, view: View, seconds: float = SLICE) -> bool:
        """Judge rows of another day as of today; whether all are."""
        table, day = self.followed(view), self.today()
        if table is None or self._judged.get(view.name) == (table.build, day):
            return True
        until = time.perf_counter() + seconds
        while keys := self.tables.judged_otherwise(table, day.isoformat(), 50):
            rows, _ = self.make(view, iter(keys), until)
            try:
                self.tables.write(table, rows)
            except Moved:
                return False
            if time.perf_counter() >= until:
                return False
        self._judged[view.name] = (table.build, day)
        return True


class Chase:
    """Bringing one table up to the ledger; nothing of it is lost when it ends halfway."""

    def __init__(self, follower: Follower, view: View, table: Callable[[], Table | None]) -> None:
        self._follower, self._view, self._table = follower, view, table
        self._keys: Iterator[str] | None = None
        self._from: Table | None = None
        self._to = Mark()
        self._positions: Mapping[str, int] | None = None

    def step(self, until: float) -> bool:
        """Work until the time is over; whether the table knows all that is in the ledger."""
        while True:
            if self._keys is None and not self._look():
                return True
            assert self._keys is not None  # noqa: S101
            assert self._from is not None  # noqa: S101
            rows, ended = self._follower.make(self._view, self._keys, until)
            try:
                if ended:
                    self._follower.tables.write(self._from, rows, self._to, self._positions)
                else:
                    self._follower.tables.write(self._from, rows)
            except Moved:
                ended = True  # by another replica, or by a switch: look again
            except BaseException:
                self._keys = None
                raise
            if ended:
                self._keys = None
            if time.perf_counter() >= until:
                return False

    def _look(self) -> bool:
        """Find out what is to be made; False where nothing is."""
        table = self._table()
        if table is None:
            return False
        positions = self._follower.positions()  # before the changes are read: they hold as much
        changes = self._follower.ledger.changes(table.mark, limit=_MANY)
        if changes.mark == table.mark:
            return False
        whole = len(changes.own) < _MANY > len(changes.heard)
        self._from, self._to = table, changes.mark
        self._positions = positions if whole else None
        streams = dict.fromkeys([*(row.stream for row in changes.own), *changes.heard])
        self._keys = self._follower.touched(self._view, streams)
        return True
