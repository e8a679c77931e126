"""A register's folder as facts of planning and commands of visits, decided row by row.

Rows that planning refuses (``refusals.json``) are unknown to the visits service, as they
would be in an import.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from shared.deciding import Decider
from shared.language.planning import (
    CadreAppointed,
    LineDrafted,
    PlanApproved,
    RegimeEnacted,
    UnitRegistered,
)
from shared.language.visits import EnterDifficulty, EnterProduct, EnterReport, EnterVisit
from shared.messages import Command, Fact
from shared.refused import Refused
from shared.regime import read_regime
from visits.diary import Diary, diary
from visits.difficulty import Difficulty, difficulty
from visits.known import Known
from visits.product import Product, product
from visits.report import Report, report
from visits.rows import Row, difficulty_row, product_row, report_row, visit_rows

S = TypeVar("S")
YEAR = 2019
FILES: dict[str, tuple[Decider[Any], type[Command], dict[str, Any]]] = {
    "visits.csv": (diary, EnterVisit, {"year": YEAR}),
    "reports.csv": (report, EnterReport, {"year": YEAR}),
    "products.csv": (product, EnterProduct, {}),
    "difficulties.csv": (difficulty, EnterDifficulty, {"year": YEAR}),
}
"""This service's files in the order of their entering: what decides a row, what enters it."""


class Book:
    """Streams that are folded as facts are recorded."""

    def __init__(self, facts: Iterable[Fact]) -> None:
        self.streams: dict[str, list[Fact]] = {}
        self.names: dict[str, str] = {}
        self.states: dict[str, Any] = {}
        for fact in facts:
            self.record(fact)

    def record(self, fact: Fact) -> None:
        self.streams.setdefault(fact.stream, []).append(fact)
        self.names.update(dict.fromkeys(fact.names, fact.stream))

    def state(self, decider: Decider[S], stream: str) -> S:
        done, state = self.states.get(stream, (0, decider.initial()))
        facts = self.streams.get(stream, [])
        for fact in facts[done:]:
            state = decider.evolve(state, fact)
        self.states[stream] = (len(facts), state)
        found: S = state
        return found

    def named(self, name: str) -> str | None:
        return self.names.get(name)

    def obey(self, decider: Decider[Any], command: Command) -> list[Fact]:
        """Decide the command and record what it comes to."""
        stream = self.named(command.at) or command.at
        facts = decider.decide(self.state(decider, stream), command, Known(self))
        for fact in facts:
            self.record(fact)
        return facts


def rows(register: Path, file: str) -> list[tuple[int, dict[str, str]]]:
    """The file's rows with the number that a spreadsheet shows."""
    with (register / file).open(encoding="utf-8", newline="") as cells:
        return list(enumerate(csv.DictReader(cells), start=2))


def refusals(register: Path) -> set[tuple[str, int, str]]:
    """What the register expects to be refused: file, row and code."""
    listed = register / "refusals.json"
    if not listed.exists():
        return set()
    return {(one["file"], one["row"], one["code"]) for one in json.loads(listed.read_text())}


def command(file: str, row: dict[str, str]) -> Command:
    """The command that enters a row; empty cells are left out."""
    _, word, more = FILES[file]
    return word.model_validate({k: v for k, v in row.items() if v} | more)


def heard(register: Path) -> Iterator[Fact]:
    """What planning says of the register: its regime, people, units and plan lines."""
    refused = {(file, row) for file, row, _ in refusals(register)}

    def good(file: str) -> Iterator[dict[str, str | None]]:
        for number, row in rows(register, file):
            if (file, number) not in refused:
                yield {k: v or None for k, v in row.items()}

    regime = read_regime((register / "regime.yaml").read_text(encoding="utf-8"))
    yield RegimeEnacted(regime=regime)
    for row in good("cadres.csv"):
        yield CadreAppointed.model_validate(row | {"name": "", "position": ""})
    for row in good("units.csv"):
        yield UnitRegistered.model_validate(row | {"parent": "", "code": ""})
    for row in good("plans.csv"):
        yield LineDrafted.model_validate(row | {"topic": row["topic"] or "", "year": regime.year})
        if row["approved_on"]:
            yield PlanApproved.model_validate(
                row | {"lines": [row["line"]], "by": "", "on": row["approved_on"], "year": YEAR}
            )


def enter(book: Book, register: Path) -> set[tuple[str, int, str]]:
    """Enter every row of this service's files; the refusals by file, row and code."""
    refused = set()
    for file, (decider, _, _) in FILES.items():
        for number, row in rows(register, file):
            try:
                book.obey(decider, command(file, row))
            except ValidationError:
                refused.add((file, number, "malformed"))
            except Refused as refusal:
                refused.add((file, number, refusal.code))
    return refused


def told(state: Any) -> list[Row]:
    """The rows of one stream's state."""
    match state:
        case Diary():
            return visit_rows(state)
        case Report():
            return [report_row(state)]
        case Product():
            return [product_row(state)]
        case Difficulty():
            return [difficulty_row(state)]
        case _:
            return []


def export(book: Book, file: str) -> list[Row]:
    """The file's rows as the book has them."""
    decider = FILES[file][0]
    streams = [stream for stream in book.streams if stream.startswith(f"{decider.name}/")]
    return [row for stream in streams for row in told(book.state(decider, stream))]
