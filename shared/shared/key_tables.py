"""The table of the key store: one wrapped key a person, on SQLite or on PostgreSQL.

``keys(person, wrapped, destroyed_at)``; a person whose key is destroyed keeps the row, without
the key, so that no new one is ever made. It stands apart from the ledgers: in ``keys.sqlite``
(mode 0600), or in a schema ``keys`` of the database. No key is ever in it unwrapped.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Protocol

from eventsourcing.persistence import OperationalError


class KeyTable(Protocol):
    """What a key store needs of a database. Raises OperationalError where that fails."""

    def read(self, persons: Iterable[str]) -> dict[str, bytes | None]:
        """The wrapped keys of those that have a row; None where the key is destroyed."""

    def add(self, keys: Mapping[str, bytes]) -> None:
        """Keep keys of persons who have none; it is on disk when the call returns."""

    def destroy(self, person: str, at: str) -> None:
        """Take the key away for good, also where there never was one; again does nothing."""

    def all(self) -> dict[str, bytes]:
        """Every wrapped key that is not destroyed."""

    def replace(self, keys: Mapping[str, bytes]) -> None:
        """Put newly wrapped keys in the place of those that are there; all of them or none."""

    def close(self) -> None:
        """Give the database back."""


class SqliteKeyTable:
    """A file of its own. What is deleted in it is overwritten, and no log keeps a copy."""

    def __init__(self, path: Path) -> None:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        try:
            self._connection = sqlite3.connect(
                path, isolation_level=None, check_same_thread=False, timeout=5
            )
            self._connection.execute("PRAGMA secure_delete = ON")
            self._connection.execute("PRAGMA synchronous = FULL")
            self._connection.execute(
                "CREATE TABLE IF NOT EXISTS keys "
                "(person TEXT PRIMARY KEY, wrapped BLOB, destroyed_at TEXT) WITHOUT ROWID"
            )
        except sqlite3.Error as error:
            raise OperationalError(f"key store: {error}") from error

    def _run(self, statement: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        try:
            return self._connection.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            raise OperationalError(f"key store: {error}") from error

    def read(self, persons: Iterable[str]) -> dict[str, bytes | None]:
        """As :meth:`KeyTable.read` says."""
        rows = self._run(
            "SELECT person, wrapped FROM keys WHERE person IN (SELECT value FROM json_each(?))",
            (json.dumps(list(persons)),),
        )
        return dict(rows)

    def add(self, keys: Mapping[str, bytes]) -> None:
        """As :meth:`KeyTable.add` says; one commit."""
        self._write("INSERT OR IGNORE INTO keys (person, wrapped) VALUES (?, ?)", keys.items())

    def _write(self, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            with self._connection:
                self._connection.executemany(statement, rows)
        except sqlite3.Error as error:
            raise OperationalError(f"key store: {error}") from error

    def all(self) -> dict[str, bytes]:
        """As :meth:`KeyTable.all` says."""
        return dict(self._run("SELECT person, wrapped FROM keys WHERE wrapped IS NOT NULL", ()))

    def replace(self, keys: Mapping[str, bytes]) -> None:
        """As :meth:`KeyTable.replace` says."""
        self._write(
            "UPDATE keys SET wrapped = ? WHERE person = ? AND wrapped IS NOT NULL",
            ((wrapped, person) for person, wrapped in keys.items()),
        )

    def destroy(self, person: str, at: str) -> None:
        """As :meth:`KeyTable.destroy` says."""
        self._run(
            "INSERT INTO keys VALUES (?, NULL, ?) ON CONFLICT (person) DO UPDATE "
            "SET wrapped = NULL, destroyed_at = excluded.destroyed_at WHERE wrapped IS NOT NULL",
            (person, at),
        )

    def close(self) -> None:
        """As :meth:`KeyTable.close` says."""
        self._connection.close()
