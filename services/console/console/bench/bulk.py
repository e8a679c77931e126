"""Facts straight into a ledger's tables, many at a time: SQLite file or PostgreSQL schema.

For data sets only. It writes what the recorders would have written (``recorder.py`` and
``postgres.py`` of shared say which tables), without their checks.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from shared.recorder import open_sqlite
from shared.transparency.leaf import entry_leaf

Row = tuple[Any, ...]


@dataclass(slots=True)
class Rows:
    """Rows on their way into one ledger, by table."""

    own: list[Row] = field(default_factory=list)
    """(position, stream, version, topic, state)."""
    heard: list[Row] = field(default_factory=list)
    """(stream, service, position, topic, state)."""
    names: list[Row] = field(default_factory=list)
    commands: list[Row] = field(default_factory=list)
    """(id, digest, version, position)."""

    def __len__(self) -> int:
        return len(self.own) + len(self.heard)


def _with_leaves(service: str, rows: Sequence[Row]) -> list[Row]:
    """Own entries with the hashes that the recorders would have stored beside them."""
    return [(*row, entry_leaf(service, *row[1:])) for row in rows]


class Target(Protocol):
    """A ledger that is being filled."""

    def write(self, rows: Rows) -> None:
        """Write rows; their order within each table stays."""

    def finish(self, head: int, tracking: Mapping[str, int]) -> None:
        """Say how far the ledger has come and has heard; then everything is on disk."""


class SqliteTarget:
    """A ledger in a file that no service has open."""

    def __init__(self, path: Path) -> None:
        opened = open_sqlite(str(path))
        opened.close()
        self._path, self._service = path, opened.service
        self._db = sqlite3.connect(path, isolation_level=None)
        for setting in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-500000"):
            self._db.execute(f"PRAGMA {setting}")

    def write(self, rows: Rows) -> None:
        """As :meth:`Target.write` says."""
        self._db.execute("BEGIN")
        self._insert("stored_events VALUES (?,?,?,?,?,?)", _with_leaves(self._service, rows.own))
        self._insert(
            "heard (stream, service, position, topic, state) VALUES (?,?,?,?,?)", rows.heard
        )
        self._insert("names VALUES (?,?)", rows.names)
        self._insert("commands VALUES (?,?,?,?)", sorted(rows.commands))
        self._db.execute("COMMIT")

    def _insert(self, into: str, rows: Sequence[Row]) -> None:
        self._db.executemany(f"INSERT INTO {into}", rows)

    def finish(self, head: int, tracking: Mapping[str, int]) -> None:
        """As :meth:`Target.finish` says."""
        self._db.executemany("INSERT INTO tracking VALUES (?,?)", list(tracking.items()))
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.close()
        descriptor = os.open(self._path, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)


class PostgresTarget:
    """A service's schema on PostgreSQL."""

    def __init__(self, url: str, schema: str) -> None:
        import psycopg  # libpq loads only where it is used

        from shared.postgres import migrate
        from shared.postgres_keys import migrate_keys

        migrate_keys(url)
        migrate(url, schema)
        self._service = schema
        self._db = psycopg.connect(url)
        self._db.execute("SELECT set_config('search_path', %s, false)", [schema])

    def write(self, rows: Rows) -> None:
        """As :meth:`Target.write` says."""
        self._copy(
            "stored_events "
            "(notification_id, originator_id, originator_version, topic, state, leaf)",
            _with_leaves(self._service, rows.own),
        )
        self._copy("heard (stream, service, position, topic, state)", rows.heard)
        self._copy("names", rows.names)
        self._copy("commands", sorted(rows.commands))
        self._db.commit()

    def _copy(self, table: str, rows: Sequence[Row]) -> None:
        with self._db.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)

    def finish(self, head: int, tracking: Mapping[str, int]) -> None:
        """As :meth:`Target.finish` says."""
        self._db.execute("UPDATE head SET position = %s", [head])
        self._copy("tracking", list(tracking.items()))
        self._db.commit()
        self._db.autocommit = True
        self._db.execute("ANALYZE")
        self._db.close()
