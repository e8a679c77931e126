"""The table of the key store on PostgreSQL, in a schema of its own (``key_tables.py``)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import psycopg
from eventsourcing.persistence import OperationalError
from psycopg.sql import SQL, Identifier

from shared.connecting import PATIENCE


class PostgresKeyTable:
    """One connection, made when it is needed and made again when it was lost."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: psycopg.Connection | None = None

    def _run(self, statement: str, *values: Any) -> psycopg.Cursor[Any]:
        try:
            if self._connection is None or self._connection.closed:
                self._connection = psycopg.connect(
                    self._url, autocommit=True, application_name="dicoso-keys", **PATIENCE
                )
            return self._connection.execute(SQL(statement), values)
        except psycopg.Error as error:
            raise OperationalError(f"key store: {error}") from error

    def read(self, persons: Iterable[str]) -> dict[str, bytes | None]:
        """As :meth:`KeyTable.read` says."""
        rows = self._run(
            "SELECT person, wrapped FROM keys.keys WHERE person = ANY(%s)", list(persons)
        )
        return {person: wrapped and bytes(wrapped) for person, wrapped in rows.fetchall()}

    def add(self, keys: Mapping[str, bytes]) -> None:
        """As :meth:`KeyTable.add` says."""
        self._run(
            "INSERT INTO keys.keys (person, wrapped) SELECT * FROM unnest(%s::text[], %s::bytea[]) "
            "ON CONFLICT DO NOTHING",
            list(keys),
            list(keys.values()),
        )

    def destroy(self, person: str, at: str) -> None:
        """As :meth:`KeyTable.destroy` says."""
        self._run(
            "INSERT INTO keys.keys AS k VALUES (%s, NULL, %s) ON CONFLICT (person) DO UPDATE "
            "SET wrapped = NULL, destroyed_at = excluded.destroyed_at WHERE k.wrapped IS NOT NULL",
            person,
            at,
        )

    def all(self) -> dict[str, bytes]:
        """As :meth:`KeyTable.all` says."""
        rows = self._run("SELECT person, wrapped FROM keys.keys WHERE wrapped IS NOT NULL")
        return {person: bytes(wrapped) for person, wrapped in rows.fetchall()}

    def replace(self, keys: Mapping[str, bytes]) -> None:
        """As :meth:`KeyTable.replace` says; one statement."""
        self._run(
            "UPDATE keys.keys AS k SET wrapped = n.wrapped "
            "FROM unnest(%s::text[], %s::bytea[]) AS n (person, wrapped) "
            "WHERE k.person = n.person AND k.wrapped IS NOT NULL",
            list(keys),
            list(keys.values()),
        )

    def close(self) -> None:
        """As :meth:`KeyTable.close` says."""
        if self._connection is not None:
            self._connection.close()


_READ_AND_ADD = ("planning", "visits", "appraisal")
"""Roles that read and add keys, where they are there (``deploy/postgres``)."""
_DESTROYS = "planning"


def migrate_keys(url: str) -> None:
    """Make the schema and its table; idempotent, and safe when run by several at once."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(hashtext('dicoso-migrate'))")
        connection.execute("CREATE SCHEMA IF NOT EXISTS keys")
        connection.execute(
            'CREATE TABLE IF NOT EXISTS keys.keys (person text COLLATE "C" PRIMARY KEY, '
            "wrapped bytea, destroyed_at text)"
        )
        there = connection.execute(
            "SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)", [list(_READ_AND_ADD)]
        )
        for (role,) in there.fetchall():
            acts = "SELECT, INSERT, UPDATE" if role == _DESTROYS else "SELECT, INSERT"
            grant = SQL("GRANT {} ON keys.keys TO {}").format(SQL(acts), Identifier(role))
            connection.execute(SQL("GRANT USAGE ON SCHEMA keys TO {}").format(Identifier(role)))
            connection.execute(grant)
