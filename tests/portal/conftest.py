"""The portal before a real suite that has the year of Bắc Ninh (``tests/browsing.py``).

``suite`` runs for all tests of a process: what a test records there, others see; take ids of your
own. ``portal`` is the app in this process, its accounts in a file of the test's own.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from browsing import Serve, Serving
from portal.app import create_app
from portal.settings import Settings
from portal.webhooks.carrying import utc_clock
from suite.conftest import BAC_NINH, Up


@pytest.fixture(scope="session")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """A suite of these tests' own, the register of Bắc Ninh imported."""
    up = Up(tmp_path_factory.mktemp("suite") / "data")
    imported = up.run("import", BAC_NINH)
    assert imported.returncode == 0, imported.stderr
    yield up
    up.down()


@pytest.fixture
async def serve(suite: Up, tmp_path: Path) -> AsyncIterator[Serve]:
    """Starts portals with settings of their own."""
    async with AsyncExitStack() as stack:

        async def start(clock: Callable[[], datetime] = utc_clock, **settings: Any) -> Serving:
            store = f"sqlite:///{tmp_path / 'portal.sqlite'}"
            given = {"nats": suite.nats, "data": suite.data, "portal_store": store, **settings}
            chosen = Settings(**given)
            app = create_app(chosen, clock)
            await stack.enter_async_context(app.router.lifespan_context(app))
            return Serving(app, stack, chosen.url)

        yield start


@pytest.fixture
async def portal(serve: Serve) -> Serving:
    """The portal with the settings that it has by itself."""
    return await serve()
