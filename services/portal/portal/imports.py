"""Imports of registers (nhập sổ): unpacked with care, run in the background, and how each stands.

How an import stands is kept in the portal's own tables, so that any replica can show it; no
verdict rests on it. An import that was cut short is sent again: rows that are recorded already
change nothing.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import IO, Any
from zipfile import BadZipFile, ZipFile

import structlog
from sqlalchemy import (
    Column,
    DateTime,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
    delete,
    insert,
    select,
    update,
)

from portal.store import METADATA, Store
from registers.columns import REGIME, TABLES
from registers.importing import Outcome, Send, import_register
from registers.register import Register, read_register
from shared.ending import end
from shared.refused import Refused

log = structlog.get_logger()

_IMPORTS = Table(
    "imports",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("account", String(64), nullable=False, index=True),
    Column("name", String(200), nullable=False),
    Column("state", String(20), nullable=False),
    Column("began", DateTime(timezone=True), nullable=False),
    Column("touched", DateTime(timezone=True), nullable=False),
    Column("progress", Text, nullable=False),
    Column("refusals", Text, nullable=False),
)
_REFUSED = Table(
    "imports_refused",
    METADATA,
    Column("id", ForeignKey("imports.id", ondelete="CASCADE"), primary_key=True),
    Column("count", Integer, nullable=False),
)
"""How many rows were refused; of so many as there may be, only the first are kept."""
_FILES = frozenset((REGIME, *TABLES))
UNPACKED = 64 * 1024 * 1024
"""Bytes that a packed register may have when it is unpacked."""
ROWS = 100_000
"""Rows that a register may have in all; in CSV a line break inside a cell makes one more."""
_KEPT_REFUSALS = 1000
_TOLD_EVERY = 0.5
_STALE = timedelta(seconds=60)
_KEPT = timedelta(days=30)
_IN_FLIGHT = 16
"""Fewer than the operator's command sends: pages are to be answered beside it."""


@dataclass(frozen=True)
class Import:
    """How an import stands: ``running``, ``done``, ``failed``, or ``cut`` short."""

    id: str
    account: str
    name: str
    state: str
    began: datetime
    progress: Mapping[str, tuple[int, int]]
    """Of each file how many rows are answered, of how many."""
    refused: int
    """How many rows were refused."""
    refusals: list[dict[str, Any]]
    """The first of them; none where imports are listed."""


class Imports:
    """The imports, running and over."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._tasks: set[asyncio.Task[None]] = set()

    async def end(self) -> None:
        """The portal ends: what runs is cut short."""
        await end(self._tasks)

    def find(self, id: str, account: str) -> Import | None:
        """An import of this account."""
        mine = (_IMPORTS.c.id == id) & (_IMPORTS.c.account == account)
        with self._store.begin() as db:
            row = db.execute(select(*_LISTED, _IMPORTS.c.refusals).select_from(_ALL).where(mine))
            found = row.first()
        return _import(found, json.loads(found.refusals)) if found else None

    def of(self, account: str) -> list[Import]:
        """The imports of an account, the last first."""
        with self._store.begin() as db:
            rows = db.execute(
                select(*_LISTED)
                .select_from(_ALL)
                .where(_IMPORTS.c.account == account)
                .order_by(_IMPORTS.c.began.desc())
                .limit(20)
            )
            return [_import(row, []) for row in rows]

    def begin(
        self,
        id: str,
        account: str,
        name: str,
        register: Register,
        send: Send,
        key: str,
        done: Callable[[Outcome], Awaitable[None]],
    ) -> None:
        """Run an import in the background; one that has this id already runs, or is over."""
        now = datetime.now(UTC)
        waiting = {file: (0, len(rows)) for file, rows in register.rows.items()}
        with self._store.begin() as db:
            db.execute(delete(_IMPORTS).where(_IMPORTS.c.began < now - _KEPT))
            if db.execute(select(_IMPORTS.c.id).where(_IMPORTS.c.id == id)).first():
                return
            db.execute(
                insert(_IMPORTS).values(
                    id=id,
                    account=account,
                    name=name[:200],
                    state="running",
                    began=now,
                    touched=now,
                    progress=json.dumps(waiting),
                    refusals="[]",
                )
            )
        task = asyncio.create_task(self._run(id, register, send, key, waiting, done))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(
        self,
        id: str,
        register: Register,
        send: Send,
        key: str,
        counts: dict[str, tuple[int, int]],
        done: Callable[[Outcome], Awaitable[None]],
    ) -> None:
        told = time.monotonic()

        def progress(file: str, answered: int, of: int) -> None:
            nonlocal told
            counts[file] = (answered, of)
            if time.monotonic() > told + _TOLD_EVERY:
                told = time.monotonic()
                self._tell(id, progress=json.dumps(counts))

        try:
            outcome = await import_register(register, send, progress, key, in_flight=_IN_FLIGHT)
        except asyncio.CancelledError:
            self._tell(id, state="cut")
            raise
        except Exception:  # whatever it was, whoever sent the register is told that it ended
            log.exception("import-failed")
            self._tell(id, state="failed", progress=json.dumps(counts))
            return
        kept = [one.as_json() for one in outcome.refusals[:_KEPT_REFUSALS]]
        refusals = json.dumps(kept, ensure_ascii=False)
        await done(outcome)
        with self._store.begin() as db:
            db.execute(insert(_REFUSED).values(id=id, count=len(outcome.refusals)))
        self._tell(id, state="done", progress=json.dumps(counts), refusals=refusals)

    def _tell(self, id: str, **values: str) -> None:
        with self._store.begin() as db:
            db.execute(
                update(_IMPORTS)
                .where(_IMPORTS.c.id == id)
                .values(touched=datetime.now(UTC), **values)
            )


_ALL = _IMPORTS.outerjoin(_REFUSED)
_LISTED = (*(one for one in _IMPORTS.c if one.name != "refusals"), _REFUSED.c.count)


def _import(row: Any, refusals: list[dict[str, Any]]) -> Import:
    touched = row.touched if row.touched.tzinfo else row.touched.replace(tzinfo=UTC)
    dead = row.state == "running" and touched < datetime.now(UTC) - _STALE
    return Import(
        row.id,
        row.account,
        row.name,
        "cut" if dead else row.state,
        row.began,
        {file: (counts[0], counts[1]) for file, counts in json.loads(row.progress).items()},
        row._mapping["count"] or len(refusals),
        refusals,
    )


def read_packed(file: IO[bytes], name: str) -> Register:
    """The register in a workbook, or in a packed folder of CSV files.

    Raises Refused ``malformed`` for what is neither or has two files of one name, ``too-large``
    for what unpacks to too much or has too many rows.
    """
    with tempfile.TemporaryDirectory(prefix="dicoso-import-") as folder:
        try:
            with ZipFile(file) as packed:
                if sum(one.file_size for one in packed.infolist()) > UNPACKED:
                    raise Refused("too-large", file=name, most=UNPACKED)
                if "[Content_Types].xml" in packed.namelist():
                    return _workbook(file, Path(folder))
                _unpack(packed, Path(folder))
        # what zipfile raises of a broken archive, an unknown packing, one with a password
        except (BadZipFile, NotImplementedError, RuntimeError, OSError) as error:
            fault = {"path": "(file)", "reason": f"neither a ZIP nor an XLSX file: {error}"}
            raise Refused("malformed", faults=[fault]) from error
        return read_register(Path(folder))


def _workbook(file: IO[bytes], folder: Path) -> Register:
    """A workbook is a ZIP file too."""
    file.seek(0)
    with (folder / "register.xlsx").open("wb") as written:
        shutil.copyfileobj(file, written)
    return read_register(folder / "register.xlsx", ROWS)


def _unpack(packed: ZipFile, folder: Path) -> None:
    """The files of a register, from whichever folder of the archive; nothing else is written."""
    left, lines = UNPACKED, 0
    found: set[str] = set()
    for one in packed.infolist():
        name = PurePosixPath(one.filename).name
        if name not in _FILES or one.is_dir():
            continue
        if name in found:
            reason = "two files of the archive have this name; remove one"
            raise Refused("malformed", faults=[{"path": name, "reason": reason}])
        found.add(name)
        with packed.open(one) as source, (folder / name).open("wb") as written:
            while chunk := source.read(min(left + 1, 1024 * 1024)):
                left -= len(chunk)  # what an archive says of its sizes need not be true
                if name != REGIME:
                    lines += max(chunk.count(b"\n"), chunk.count(b"\r"))
                if left < 0 or lines > ROWS + len(TABLES):  # each has a header
                    raise Refused("too-large", file=name, most=UNPACKED, rows=ROWS)
                written.write(chunk)
