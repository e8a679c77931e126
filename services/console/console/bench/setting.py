"""What a measure is given: how much to measure, where to work, which PostgreSQL to use."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from console.postgres_server import postgres_server
from console.suite import SuiteError


@dataclass(frozen=True, slots=True)
class Size:
    """How much of each is measured."""

    name: str
    rounds: int
    commands: int
    """Commands of one round, and the cadres over whose diaries they are spread."""
    cadres: int
    folded: int
    """Cadres whose ledger is folded; each has a hundred facts. Likewise below."""
    library: int
    heard: int
    questions: int
    """Commands whose way to the assessment is timed in one round."""
    grown: tuple[int, ...]
    """Cadres of the ledgers whose cost per command is compared, ascending."""
    demos: int
    views: int
    """How often each page is asked for in one round, by every role that may see it."""
    province: int
    """Cadres of the large portal whose pages are measured; none where that takes too long."""


TINY = Size("tiny", 2, 64, 20, 10, 8, 10, 5, (8, 16), 1, 2, 20)
QUICK = Size("quick", 5, 5_000, 2_000, 1_000, 150, 250, 200, (100, 1_000, 10_000), 2, 5, 0)
WHOLE = Size("whole", 5, 10_000, 5_000, 3_000, 300, 1_000, 400, (100, 1_000, 10_000), 3, 10, 10_000)
FULL = Size(
    "full", 5, 10_000, 5_000, 3_000, 300, 1_000, 400, (100, 1_000, 10_000, 101_000), 3, 10, 10_000
)
"""The national data set: ten million facts."""


@dataclass(frozen=True, slots=True)
class Setting:
    """Of one run of the command."""

    size: Size
    folder: Path
    """A folder that is thrown away afterwards."""
    postgres: str | None = None
    say: Callable[[str], None] = lambda _: None

    def new(self, name: str) -> Path:
        """An empty folder."""
        found = self.folder / f"{name}-{uuid4().hex[:8]}"
        found.mkdir(mode=0o700, parents=True)
        return found

    @contextmanager
    def database(self) -> Iterator[str]:
        """The URL of an empty database on the server named, else on one of our own.

        Raises SuiteError where there is neither.
        """
        import psycopg  # libpq loads only where it is used

        named = self.postgres or os.environ.get("DICOSO_TEST_POSTGRES")
        if not named:
            with postgres_server() as url:
                yield url
            return
        name = f"bench_{uuid4().hex}"
        try:
            with psycopg.connect(named, autocommit=True) as connection:
                connection.execute(f'CREATE DATABASE "{name}"')
        except psycopg.Error as error:
            raise SuiteError(f"PostgreSQL: {error}") from error
        try:
            yield named.rpartition("/")[0] + f"/{name}"
        finally:
            with psycopg.connect(named, autocommit=True) as connection:
                connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
