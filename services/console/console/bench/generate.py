"""A national data set straight into ledgers, so that services can run on it afterwards.

Positions are gapless, every stream's versions count from 1, each fact is one obeyed command,
what others hear lies in their ledgers, and their tracking stands where it was heard.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from appraisal.service import SPEC as APPRAISAL
from console.bench.bulk import PostgresTarget, Rows, SqliteTarget, Target
from console.bench.nation import Told
from planning.service import SPEC as PLANNING
from shared.entries import write_state
from shared.ledger import digest
from shared.messages import bucket_of
from shared.service import Spec
from shared.services import SERVICES
from visits.service import SPEC as VISITS

SPECS: dict[str, Spec] = {spec.name: spec for spec in (PLANNING, VISITS, APPRAISAL)}
"""The services by name."""
_TOGETHER = 50_000
"""Rows that are written together."""


@dataclass(frozen=True, slots=True)
class Generated:
    """How many facts each service recorded, how many each heard and keeps, and how long it took."""

    recorded: dict[str, int]
    heard: dict[str, int]
    seconds: float

    @property
    def facts(self) -> int:
        """Facts recorded in all."""
        return sum(self.recorded.values())


def generate(
    facts: Iterable[Told],
    where: Path | str,
    services: Iterable[str] = SERVICES,
    say: Callable[[int], None] = lambda _: None,
) -> Generated:
    """Fill the empty ledgers of these services, in a folder or on a ``postgresql://`` URL."""
    began = time.perf_counter()
    filler = _Filler({name: _target(where, name) for name in services})
    for number, told in enumerate(facts, 1):
        filler.take(told)
        if number % _TOGETHER == 0:
            say(number)
    heard = filler.finish()
    return Generated(filler.recorded, heard, time.perf_counter() - began)


def _target(where: Path | str, service: str) -> Target:
    if isinstance(where, str):
        return PostgresTarget(where, service)
    where.mkdir(mode=0o700, parents=True, exist_ok=True)
    return SqliteTarget(where / f"{service}.sqlite")


class _Filler:
    def __init__(self, targets: dict[str, Target]) -> None:
        self._ids = random.Random(1)  # noqa: S311 - a data set, no secret
        self._targets = targets
        self._rows = {service: Rows() for service in targets}
        self._heard = dict.fromkeys(targets, 0)
        self._tracking: dict[str, int] = {}
        self._buckets: dict[str, int] = {}
        self.recorded = dict.fromkeys(SERVICES, 0)

    def take(self, told: Told) -> None:
        """Lay a fact in its own ledger and wherever it is heard."""
        service, topic = told.service, told.topic
        self.recorded[service] = position = self.recorded[service] + 1
        command = f"{self._ids.getrandbits(128):032x}"
        state = write_state(told.content, told.actor, command, f"{told.on}T01:30:00.000000Z", "")
        if service in self._targets:
            rows = self._rows[service]
            rows.own.append((position, told.stream, told.version, topic, state))
            rows.commands.append((command, digest(service, topic, state), told.version, position))
            rows.names += [(name, told.stream) for name in told.names]
            self._flush(service, _TOGETHER)
        for hearer, stream in told.heard:
            if hearer in self._targets:
                rows = self._rows[hearer]
                rows.heard.append((stream, service, position, topic, state))
                rows.names += [(name, stream) for name in told.names]
                self._heard[hearer] += 1
                self._flush(hearer, _TOGETHER)
        if told.partition not in self._buckets:
            self._buckets[told.partition] = bucket_of(told.partition)
        self._tracking[f"{service}/{self._buckets[told.partition]:02}"] = position

    def _flush(self, service: str, at_least: int) -> None:
        if len(self._rows[service]) >= at_least:
            self._targets[service].write(self._rows[service])
            self._rows[service] = Rows()

    def finish(self) -> dict[str, int]:
        """Write what is left; how much each service heard."""
        for service, target in self._targets.items():
            self._flush(service, 1)
            target.finish(self.recorded[service], self._tracked_by(service))
        return self._heard

    def _tracked_by(self, service: str) -> dict[str, int]:
        """How far a service has heard the others: whole, and by bucket."""
        others = SPECS[service].hears
        whole = {other: self.recorded[other] for other in others if self.recorded[other]}
        parts = {
            name: at for name, at in self._tracking.items() if name.partition("/")[0] in others
        }
        return {**whole, **parts}
