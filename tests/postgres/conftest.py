"""A real PostgreSQL: ``DICOSO_TEST_POSTGRES``, or the machine's own server binaries.

Where neither is to be had these tests are skipped, loudly; in CI that is a failure.
"""

from __future__ import annotations

import os
import pwd
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from console.suite import free_port
from shared.postgres import migrate


def _binaries() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


def _owner() -> str | None:
    """Who runs the server: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return None
    return "postgres" if "postgres" in {one.pw_name for one in pwd.getpwall()} else "nobody"


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The URL of a server; a new one on this machine where none is named."""
    if named := os.environ.get("DICOSO_TEST_POSTGRES"):
        yield named
        return
    binaries = _binaries()
    if binaries is None:
        told = "no PostgreSQL: set DICOSO_TEST_POSTGRES, or install Debian's postgresql"
        if os.environ.get("CI"):
            pytest.fail(told)
        pytest.skip(told)
    owner, port = _owner(), free_port()
    with tempfile.TemporaryDirectory(prefix="dicoso-pg-") as folder:
        if owner:
            os.chown(folder, pwd.getpwnam(owner).pw_uid, -1)
        data = f"{folder}/data"

        def run(*command: str) -> None:
            subprocess.run(
                command, check=True, capture_output=True, user=owner, cwd=folder, timeout=60
            )

        run(str(binaries / "initdb"), "-D", data, "-U", "dicoso", "-A", "trust", "-E", "UTF8")
        options = f"-c listen_addresses=127.0.0.1 -c port={port} -k {folder}"
        run(str(binaries / "pg_ctl"), "-D", data, "-o", options, "-l", f"{data}.log", "-w", "start")
        try:
            yield f"postgresql://dicoso@127.0.0.1:{port}/postgres"
        finally:
            run(str(binaries / "pg_ctl"), "-D", data, "-m", "immediate", "stop")


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
