"""A real PostgreSQL: ``DICOSO_TEST_POSTGRES``, the machine's own binaries, or a container.

Where none is to be had these tests are skipped, loudly; in CI that is a failure.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from uuid import uuid4

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

import images
from console.postgres_server import postgres_server
from console.suite import SuiteError
from shared.postgres import migrate

_CARELESS = "-c fsync=off -c full_page_writes=off"
"""No test pulls the plug of the machine: what a process that is killed has written stays."""


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The URL of a server; where none is named, of a new one."""
    if named := os.environ.get("DICOSO_TEST_POSTGRES"):
        yield named
        return
    with ExitStack() as stack:
        try:
            url = stack.enter_context(postgres_server(_CARELESS))
        except SuiteError as error:
            if why := images.missing(images.POSTGRES):
                told = f"set DICOSO_TEST_POSTGRES; {error}; {why}"
                if os.environ.get("CI"):
                    pytest.fail(told)
                pytest.skip(told)
            url = stack.enter_context(images.postgres())
        yield url


@pytest.fixture
def database(server: str) -> Iterator[str]:
    """The URL of an empty database of this test's own."""
    name = f"test_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
    yield server.rpartition("/")[0] + f"/{name}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))


@pytest.fixture
def planning(database: str) -> str:
    """The same, with the planning service's schema made ready."""
    migrate(database, "planning")
    return database
