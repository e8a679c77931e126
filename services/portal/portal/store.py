"""What the portal keeps of its own: accounts, sessions, deliveries. No verdict rests on it.

Tables are defined where they are used, on one ``METADATA``; SQLite (a file) or PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, MetaData, Table, create_engine, event, text
from sqlalchemy.dialects import postgresql, sqlite

METADATA = MetaData()


class Store:
    """The tables, and transactions on them; short, and called from the event loop."""

    def __init__(self, url: str) -> None:
        self.url = url
        # Errors are logged: they must not tell what stands in a row.
        self._engine: Engine = create_engine(url, pool_pre_ping=True, hide_parameters=True)
        if self._engine.dialect.name == "sqlite":
            event.listen(self._engine, "connect", _careful)
        METADATA.create_all(self._engine)

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """One transaction."""
        with self._engine.begin() as connection:
            yield connection

    def answers(self) -> None:
        """Ask it something. Raises SQLAlchemyError where it does not answer."""
        with self.begin() as db:
            db.execute(text("SELECT 1 FROM accounts WHERE 1 = 0"))

    def close(self) -> None:
        self._engine.dispose()


def insert_new(db: Connection, table: Table) -> Any:
    """An insert that leaves alone what is there already."""
    dialect = postgresql if db.dialect.name == "postgresql" else sqlite
    return dialect.insert(table).on_conflict_do_nothing()


def utc(moment: datetime) -> datetime:
    """SQLite gives moments back without their zone."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _careful(connection: Any, _: Any) -> None:
    """A file that several connections use at once, and whose deletions leave nothing behind."""
    connection.executescript(
        "PRAGMA journal_mode = wal; PRAGMA synchronous = normal; PRAGMA busy_timeout = 5000;"
        "PRAGMA foreign_keys = on; PRAGMA secure_delete = on;"
    )
