"""One build of a view: rows beside the live ones, from the ledger; compared, then switched."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date
from itertools import chain
from typing import Any

import structlog

from shared.following import SLICE, Chase, Folds, Follower
from shared.view_database import Moved, Table
from shared.views import Row, View

log = structlog.get_logger()

_PAGE = 500
_NAMED = 20
"""So many differing rows are named; all are counted."""
_ROUNDS = 5
"""Looks at a row that differs: another replica may have written between two of them."""


class Building:
    """Reads go on from the live table until the switch; a build that dies leaves it untouched."""

    def __init__(self, follower: Follower, view: View) -> None:
        self._follower, self._view, self._tables = follower, view, follower.tables

    def run(self) -> Iterator[None]:
        """From the ledger to the switch, a slice at a time."""
        began = time.perf_counter()
        follower, view, tables = self._follower, self._view, self._tables
        while not tables.clear(view.name):
            yield
        build = tables.begin(view, follower.ledger.last())
        keys: list[str] = []
        streams = chain.from_iterable(map(follower.named, view.every))
        for key in follower.touched(view, dict.fromkeys(streams)):
            keys.append(key)
            if len(keys) % _PAGE == 0:
                yield
        tables.tell(build, "building", len(keys), {})
        left = iter(keys)
        done, ended = 0, False
        while not ended:
            rows, ended = follower.make(view, left, time.perf_counter() + SLICE)
            done += len(rows)
            tables.write(build.table, rows, done=done)
            yield
        chase = Chase(follower, view, self._built)
        while not chase.step(time.perf_counter() + SLICE):
            yield
        result: dict[str, Any] = {"rows": tables.count(build.table)[0]}
        if follower.followed(view):
            tables.tell(build, "comparing", len(keys), result)
            differing: list[str] = []
            for found in self._compare(chase):
                differing += found
                yield
            result |= {"differences": len(differing), "differing": differing[:_NAMED]}
            if differing:
                log.error("view-was-wrong", view=view.name, **result)
        result["seconds"] = round(time.perf_counter() - began, 3)
        tables.tell(build, "comparing", len(keys), result)
        while not self._switched(chase):
            yield
        log.info("view-switched", view=view.name, build=build.build, **result)
        while not tables.clear(view.name):
            yield

    def _built(self) -> Table | None:
        build = self._tables.last_build(self._view.name)
        return build.table if build else None

    def _switched(self, chase: Chase) -> bool:
        """Switch, if between the last look at the ledger and now nothing came."""
        positions = self._follower.positions()
        build = self._tables.last_build(self._view.name)
        if build is None or not chase.step(time.perf_counter() + SLICE):
            return False
        try:
            beside = self._follower.followed(self._view)
            self._tables.switch(self._view, build, positions, beside)
        except Moved:
            return False
        return True

    # --- comparing ------------------------------------------------------------------------

    def _compare(self, chase: Chase) -> Iterator[list[str]]:
        """Keys whose live row is not what the ledger says, page by page in the order of keys."""
        after = ""
        while True:
            live, built = self._tables.live(self._view.name), self._built()
            if live is None or built is None:
                return
            new = self._tables.between(built, after, None, _PAGE)
            until = max(new) if len(new) == _PAGE else None
            old = self._tables.between(live, after, until, 2 * _PAGE)
            if len(old) == 2 * _PAGE:  # more rows than there should be
                until = max(old)
            suspects = [
                key
                for key in sorted({*new, *old})
                if new.get(key) != old.get(key) and (until is None or key <= until)
            ]
            yield [key for key in suspects if self._differs(key, chase)]
            if until is None:
                return
            after = until

    def _differs(self, key: str, chase: Chase) -> bool:
        """Whether the live row is not what the ledger says, as of the day it was judged on."""
        follower, view = self._follower, self._view
        for _ in range(_ROUNDS):
            while not follower.follow(view):
                pass
            live = self._tables.live(view.name)
            assert live is not None  # noqa: S101 - nobody switches while we build
            row = self._row(live, key)
            day = _day(row) or follower.today()
            if row == follower.row(view, Folds(follower.ledger), key, day):
                return False
        return True

    def _row(self, table: Table, key: str) -> Row | None:
        # there is no key just before another: the page before it ends at its prefix
        return self._tables.between(table, key[:-1], key, 2**31).get(key)


def _day(row: Row | None) -> date | None:
    """The day a row was judged on, if it says one."""
    try:
        return date.fromisoformat(row["judged_on"]) if row else None
    except ValueError:
        return None
