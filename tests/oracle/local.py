"""dicoso's three services in this process, without a bus: desks over ledgers in memory.

What a service records is heard by the others before the next command is decided, so an
import sees what it would see after waiting for every ``after``.
"""

from __future__ import annotations

import asyncio
import csv
import io
import itertools
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import yaml

from appraisal.service import SPEC as APPRAISAL
from planning.service import SPEC as PLANNING
from registers.columns import REGIME, TABLES
from registers.importing import Outcome, import_register
from registers.register import Register, read_register
from shared.answers import Done, No
from shared.desk import Desk, Request
from shared.entries import Entry, write_state
from shared.ledger import Ledger
from shared.messages import Command
from shared.recording import HeardRow, Moves
from shared.refused import Refused
from shared.service import Spec
from visits.service import SPEC as VISITS

NOW = "2026-01-01T00:00:00Z"
OWNERS = {
    "planning": ("cadres.csv", "units.csv", "assignments.csv", "leave.csv", "plans.csv"),
    "visits": ("visits.csv", "reports.csv", "products.csv", "difficulties.csv"),
    "appraisal": ("appraisals.csv",),
}
_count = itertools.count()


class Service:
    """One service: its ledger, its desk, and how far each other service is heard."""

    def __init__(self, spec: Spec) -> None:
        self.spec = spec
        name = f"file:oracle{next(_count)}?mode=memory&cache=shared"
        self.ledger = Ledger(name)
        self.inside = spec.open(self.ledger)
        self.desk = Desk(
            spec.name, self.ledger, self.inside.shelf, spec.obeys, self.inside.known, lambda: NOW
        )

    def hear(self, upstream: Service) -> None:
        """File the other's new facts, as ``shared.hearing.Listener`` does."""
        name = upstream.spec.name
        if name not in self.spec.hears:
            return
        before = self.inside.heard.positions.get(name, 0)
        new = upstream.ledger.entries(before)
        if not new:
            return
        rows = [row for entry in new if (row := self._row(name, entry))]
        self.ledger.hear(rows, Moves({name: (before, new[-1].position)}))
        self.inside.shelf.evict([row.stream for row in rows])
        self.inside.heard.positions[name] = new[-1].position

    def _row(self, upstream: str, entry: Entry) -> HeardRow | None:
        fact, stream = entry.fact, self.spec.hears[upstream](entry.fact)
        if stream is None:
            return None
        state = write_state(fact, entry.actor, entry.command, entry.recorded_at, entry.cause)
        return HeardRow(stream, upstream, entry.position, fact.type, state, fact.names)


class Local:
    """The three services, and what one asks of them."""

    def __init__(self) -> None:
        self.services = {spec.name: Service(spec) for spec in (PLANNING, VISITS, APPRAISAL)}
        self._waiting: dict[str, list[tuple[Request, asyncio.Future[Done | No]]]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for service in self.services.values():
            service.ledger.close()

    async def send(self, command: Command, id: str, after: Mapping[str, int]) -> Done | Refused:
        """One command, as ``shared.bus.Bus.obey`` puts it on the wire.

        What the importer sends at once is decided at once: one batch, one commit.
        """
        service = self.services[command.service]
        assert service.inside.reached(after)
        body = command.model_dump_json(exclude_unset=True).encode()
        request = Request(command.called(), body, id, "oracle", "register")
        answered = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(service.spec.name, []).append((request, answered))
        asyncio.get_running_loop().call_soon(self._work, service)
        answer: Done | No = await answered
        return Refused(answer.code, **answer.detail) if isinstance(answer, No) else answer

    def _work(self, service: Service) -> None:
        batch = self._waiting.pop(service.spec.name, [])
        if not batch:
            return
        answers = service.desk.obey([request for request, _ in batch])
        for other in self.services.values():
            other.hear(service)
        for (_, answered), answer in zip(batch, answers, strict=True):
            answered.set_result(answer)

    async def load(self, register: Register) -> Outcome:
        """Import a register."""
        return await import_register(register, self.send)

    def entries(self) -> dict[str, int]:
        """How many entries each ledger holds."""
        return {name: service.ledger.head() for name, service in self.services.items()}

    def rows(self, year: int) -> dict[str, list[dict[str, str]]]:
        """What ``dicoso export`` writes, by file."""
        found: dict[str, list[dict[str, str]]] = {}
        for name, files in OWNERS.items():
            inside = self.services[name].inside
            shape, answer = self.services[name].spec.answers["rows"]
            for file in files:
                found[file] = []
                after = ""
                while True:
                    page = answer(inside, shape(file=file, year=year, after=after))  # type: ignore[call-arg]  # of any service
                    found[file] += page["rows"]
                    after = page["next"]
                    if not after:
                        break
        return found


def register_of(files: Mapping[str, bytes]) -> Register:
    """The register in these files, read as the console reads a folder."""
    with tempfile.TemporaryDirectory(prefix="oracle-", dir=_memory()) as folder:
        for name, content in files.items():
            (Path(folder) / name).write_bytes(content)
        return read_register(Path(folder))


def _memory() -> str | None:
    return "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108


def as_csv(rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def as_files(
    tables: Mapping[str, Sequence[Sequence[str]]], regime: Mapping[str, Any]
) -> dict[str, bytes]:
    """The files of a register; a table that is not there is no file."""
    text = yaml.safe_dump(dict(regime), allow_unicode=True, sort_keys=False)
    return {
        REGIME: text.encode(),
        **{f"{name}.csv": as_csv(rows) for name, rows in tables.items()},
    }


def as_tables(rows: Mapping[str, Sequence[Mapping[str, str]]]) -> dict[str, list[list[str]]]:
    """Exported rows as tables, header first."""
    return {
        file.removesuffix(".csv"): [
            list(TABLES[file].columns),
            *([row[column] for column in TABLES[file].columns] for row in found),
        ]
        for file, found in rows.items()
    }
