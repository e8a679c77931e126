"""The rows of a ledger as they are stored, read only, with no code of the services in between.

Every ``page`` is a read of its own: a ledger only grows, so the pages of a running suite fit.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

Row = tuple[int, Any, Any, Any, Any, Any]
"""Position, stream, version, type name, state, leaf. Whoever owns the database may have put
values of any kind there."""

PAGE = 2048


class Unreadable(Exception):
    """The database cannot be read; the text says why."""


class NoLedger(Exception):
    """There is no ledger there."""


class Rows(Protocol):
    """One service's ledger."""

    def page(self, after: int) -> list[Row]:
        """At most :data:`PAGE` rows behind a position, in order."""

    def streams(self, prefix: str) -> list[Row]:
        """The rows of all streams whose names begin so."""

    def heard(self, service: str, after: int, upto: int) -> list[tuple[int, Any, Any]]:
        """What was heard of another service: position there, type name, state."""

    def given(self) -> int:
        """The last position ever given, as the database itself counts."""


class _Sqlite:
    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise NoLedger(str(path))
        self.db = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
        columns = {row[1] for row in self._rows("PRAGMA table_info(stored_events)", ())}
        leaf = "leaf" if "leaf" in columns else "NULL"
        self._select = (
            f"SELECT rowid, originator_id, originator_version, topic, state, {leaf} "  # noqa: S608
            "FROM stored_events "
        )

    def _rows(self, statement: str, values: tuple[Any, ...]) -> list[Any]:
        try:
            try:
                return self.db.execute(statement, values).fetchall()
            except sqlite3.OperationalError as error:
                if "UTF-8" not in str(error):
                    raise
            self.db.text_factory = lambda text: text.decode("utf-8", "surrogateescape")
            try:
                return self.db.execute(statement, values).fetchall()
            finally:
                self.db.text_factory = str
        except sqlite3.Error as error:
            raise Unreadable(str(error)) from error

    def page(self, after: int) -> list[Row]:
        return self._rows(f"{self._select} WHERE rowid > ? ORDER BY rowid LIMIT {PAGE}", (after,))

    def streams(self, prefix: str) -> list[Row]:
        behind = prefix[:-1] + chr(ord(prefix[-1]) + 1)
        return self._rows(
            f"{self._select} WHERE originator_id >= ? AND originator_id < ? ORDER BY rowid",
            (prefix, behind),
        )

    def heard(self, service: str, after: int, upto: int) -> list[tuple[int, Any, Any]]:
        return self._rows(
            "SELECT position, topic, state FROM heard "
            "WHERE service = ? AND position > ? AND position <= ? ORDER BY position",
            (service, after, upto),
        )

    def given(self) -> int:
        rows = self._rows("SELECT seq FROM sqlite_sequence WHERE name = 'stored_events'", ())
        return rows[0][0] if rows else 0

    def close(self) -> None:
        self.db.close()


class _Postgres:
    def __init__(self, url: str, schema: str) -> None:
        import psycopg  # libpq loads only where it is used
        from psycopg.sql import SQL, Identifier

        self._error = psycopg.Error
        try:
            self.db = psycopg.connect(url, autocommit=True, connect_timeout=5)
        except psycopg.Error as error:
            raise Unreadable(str(error).strip()) from error
        self.db.read_only = True
        self._sql, self._schema = SQL, Identifier(schema)
        columns = {
            row[0]
            for row in self._rows(
                "SELECT column_name::text FROM information_schema.columns "
                "WHERE table_schema = %s AND table_name = 'stored_events'",
                (schema,),
            )
        }
        if not columns:
            raise NoLedger(f"schema {schema}")
        leaf = "leaf" if "leaf" in columns else "NULL"
        self._select = (
            f"SELECT notification_id, originator_id, originator_version, topic, state, {leaf} "  # noqa: S608
            "FROM {schema}.stored_events "
        )

    def _rows(self, statement: str, values: tuple[Any, ...]) -> list[Any]:
        query = self._sql(statement).format(schema=self._schema)
        try:
            with self.db.cursor(binary=True) as cursor:
                return cursor.execute(query, values).fetchall()
        except self._error as error:
            raise Unreadable(str(error).strip()) from error

    def page(self, after: int) -> list[Row]:
        return self._rows(
            f"{self._select} WHERE notification_id > %s ORDER BY notification_id LIMIT {PAGE}",
            (after,),
        )

    def streams(self, prefix: str) -> list[Row]:
        return self._rows(
            f"{self._select} WHERE starts_with(originator_id::text, %s) ORDER BY notification_id",
            (prefix,),
        )

    def heard(self, service: str, after: int, upto: int) -> list[tuple[int, Any, Any]]:
        return self._rows(
            "SELECT position, topic, state FROM {schema}.heard "
            "WHERE service = %s AND position > %s AND position <= %s ORDER BY position",
            (service, after, upto),
        )

    def given(self) -> int:
        rows = self._rows("SELECT max(position) FROM {schema}.head", ())
        return rows[0][0] or 0

    def close(self) -> None:
        self.db.close()


@contextmanager
def open_rows(data: Path, postgres: str | None, service: str) -> Iterator[Rows]:
    """A service's rows: of the SQLite file in a data folder, or of its schema in a database.

    Raises NoLedger; and Unreadable, as every reading does.
    """
    rows = _Postgres(postgres, service) if postgres else _Sqlite(data / f"{service}.sqlite")
    try:
        yield rows
    finally:
        rows.close()


def as_bytes(value: Any) -> bytes:
    """Stored bytes; of what should be bytes and is not, its text."""
    if isinstance(value, bytes):
        return value
    text = "" if value is None else str(value)
    return text.encode("utf-8", "surrogateescape")
