"""Connections to PostgreSQL, as every part of a service makes them: impatient, and in one schema.

``psycopg`` is imported here and where the ledger stands on PostgreSQL, nowhere else: a service
on SQLite does not load libpq.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from eventsourcing.postgres import PostgresDatastore
from psycopg import Connection
from psycopg.conninfo import conninfo_to_dict

_LOCK_SECONDS = 2
"""A lock held for longer is answered ``unavailable``; the asker asks again."""

PATIENCE: dict[str, Any] = {
    "connect_timeout": 2,
    "tcp_user_timeout": 5000,
    "keepalives_idle": 2,
    "keepalives_interval": 1,
    "keepalives_count": 3,
}
"""How soon libpq gives up on a server that does not answer."""


def lock_of(schema: str, purpose: str) -> int:
    """The first key of the advisory locks of one purpose in one service's schema."""
    digest = hashlib.sha256(f"dicoso/{schema}/{purpose}".encode()).digest()
    return int.from_bytes(digest[:4], "big", signed=True)


class _Datastore(PostgresDatastore):
    """The library's datastore, whose every statement gives up on a lock that is held too long."""

    def after_connect_func(self) -> Callable[[Connection[Any]], None]:
        configure = super().after_connect_func()

        def after_connect(connection: Connection[Any]) -> None:
            configure(connection)
            connection.execute(f"SET lock_timeout = '{_LOCK_SECONDS}s'")
            # A plan made while a table was empty would scan it for ever after.
            connection.execute("SET plan_cache_mode = force_custom_plan")
            # Single things are looked up by key, and lie in memory or on flash: at the default
            # of 4 a table of some thousand rows is scanned instead.
            connection.execute("SET random_page_cost = 1.1")

        return after_connect


def datastore(url: str, schema: str) -> PostgresDatastore:
    """The library's datastore on a database; what libpq knows of a URL holds (``sslmode`` …)."""
    parts = conninfo_to_dict(url)
    made = _Datastore(
        dbname=str(parts.pop("dbname", "dicoso")),
        host=str(parts.pop("host", "127.0.0.1")),
        port=str(parts.pop("port", "5432")),
        user=str(parts.pop("user", "dicoso")),
        password=str(parts.pop("password", "")),
        schema=schema,
        originator_id_type="text",
        pool_size=1,
        max_overflow=4,
        connect_timeout=2,
    )
    made.pool.kwargs = {
        # A pool may be given a function instead; the library gives it this mapping.
        **made.pool.kwargs,  # type: ignore[dict-item]
        "application_name": f"dicoso-{schema}",
        **PATIENCE,
        **parts,
    }
    return made
