"""Where the tables of views stand: on SQLite in a file, on PostgreSQL in a schema, of their own.

- ``views``: which table is live for each view, and the mark up to which it follows the ledger.
- ``view_builds``: the last build ordered of each view, how far it is, what came of it.
- ``view_<name>_v<version>_b<build>``: rows by key (``view_tables.py``).

Whatever moves a mark or shows progress stands in one transaction with the rows it speaks of.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from eventsourcing.sqlite import SQLiteDatastore
from pydantic_core import from_json

from shared.ledger import Ledger
from shared.recording import Mark
from shared.views import Row, views_schema

_TABLES = (
    "CREATE TABLE IF NOT EXISTS {s}views (name text PRIMARY KEY, version bigint NOT NULL, "
    "build bigint NOT NULL, shape text NOT NULL, position bigint NOT NULL, "
    "number bigint NOT NULL, positions text NOT NULL, UNIQUE (name, build))",
    "CREATE TABLE IF NOT EXISTS {s}view_builds (name text PRIMARY KEY, version bigint NOT NULL, "
    "build bigint NOT NULL, state text NOT NULL, done bigint NOT NULL, total bigint NOT NULL, "
    "position bigint NOT NULL, number bigint NOT NULL, result text NOT NULL)",
)
OPEN = ("ordered", "building", "comparing")
"""The states of a build that is not over."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of rows that follows the ledger: the live one, or one being built."""

    view: str
    version: int
    build: int
    mark: Mark
    live: bool
    shape: str = ""
    positions: Mapping[str, int] = field(default_factory=dict)
    """The ledger positions, own and heard, that its rows know at least."""

    @property
    def name(self) -> str:
        return f"view_{self.view}_v{self.version}_b{self.build}"


@dataclass(frozen=True, slots=True)
class Build:
    """One build of a view: ``state`` is ordered, building, comparing, done or failed."""

    view: str
    version: int
    build: int
    state: str
    done: int
    total: int
    mark: Mark
    result: Mapping[str, Any]

    @property
    def table(self) -> Table:
        return Table(self.view, self.version, self.build, self.mark, live=False)


class Moved(Exception):
    """Somebody else has moved the table's mark, or switched: look again."""


class ViewDatabase:
    """SQL that both databases understand: ``{s}`` is the schema, ``?`` a value."""

    def __init__(self, ledger: Ledger) -> None:
        self._postgres = ledger.replicated
        self._datastore: Any
        if self._postgres:
            recorder: Any = ledger.recorder
            self._datastore = recorder.datastore
            self._schema = f'"{views_schema(ledger.service)}".'
        else:
            # Not in the ledger's file: it has one writer at a time. What is lost with the
            # power is made again from the ledger, so a commit here waits for no disk.
            path = ledger.where.removesuffix(".sqlite") + ".views.sqlite"
            self._datastore = SQLiteDatastore(path, pool_size=1)
            self._schema = ""
            with self._datastore.get_connection(commit=True) as connection:
                connection.cursor().execute("PRAGMA synchronous = NORMAL")
                connection.cursor().execute("PRAGMA secure_delete = ON")  # names stand in rows
        with self._transaction() as c:
            if self._postgres:
                from shared.connecting import lock_of  # libpq loads only where it is used

                lock = lock_of(ledger.service, "views")
                self._run(c, "SELECT pg_advisory_xact_lock(?, 0)", lock)
            for statement in _TABLES:
                self._run(c, statement)

    def close(self) -> None:
        """Give back what is not the ledger's."""
        if not self._postgres:
            self._datastore.close()

    def scrub(self) -> None:
        """Keep no former row in the file's log: somebody was erased.

        PostgreSQL's own VACUUM does it there (docs/decisions/0013).
        """
        if not self._postgres:
            with self._datastore.get_connection(commit=True) as connection:
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    # --- statements -----------------------------------------------------------------------

    @contextmanager
    def _transaction(self) -> Iterator[Any]:
        with self._datastore.transaction(commit=True) as c:
            yield c

    def _sql(self, statement: str) -> str:
        statement = statement.replace("{s}", self._schema)
        if not self._postgres:
            return statement
        return statement.replace("?", "%s").replace("instr(", "strpos(")

    def _run(self, c: Any, statement: str, *values: Any) -> None:
        c.execute(self._sql(statement), values)

    def _rows(self, c: Any, statement: str, *values: Any) -> list[Row]:
        self._run(c, statement, *values)
        return [dict(row) for row in c.fetchall()]

    # --- which tables there are -----------------------------------------------------------

    def live(self, view: str) -> Table | None:
        """The table that answers for a view."""
        with self._transaction() as c:
            return self._live(c, view)

    def _live(self, c: Any, view: str) -> Table | None:
        # KEY SHARE: a switch, which changes the build, waits for those who read from the old.
        held = "FOR KEY SHARE" if self._postgres else ""
        for row in self._rows(c, f"SELECT * FROM {{s}}views WHERE name = ? {held}", view):  # noqa: S608
            return Table(
                view,
                row["version"],
                row["build"],
                Mark(row["position"], row["number"]),
                live=True,
                shape=row["shape"],
                positions=from_json(row["positions"]),
            )
        return None

    def last_build(self, view: str) -> Build | None:
        """The build ordered last."""
        with self._transaction() as c:
            return self._last_build(c, view)

    def _last_build(self, c: Any, view: str) -> Build | None:
        for row in self._rows(c, "SELECT * FROM {s}view_builds WHERE name = ?", view):
            mark = Mark(row.pop("position"), row.pop("number"))
            return Build(row.pop("name"), **{**row, "result": from_json(row["result"])}, mark=mark)
        return None


def covers(mark: Mark, other: Mark) -> bool:
    """Whether all that is known at the other mark is known at this one."""
    return mark.position >= other.position and mark.number >= other.number
