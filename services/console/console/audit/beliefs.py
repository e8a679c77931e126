"""What each service must believe (điều mỗi dịch vụ phải tin), rebuilt from the books alone.

A service's ledger is laid down afresh: its own entries, and those of the others that it hears,
where it files them. Over that the service's own answers are asked, row by row.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from eventsourcing.persistence import StoredEvent
from pydantic_core import from_json, to_json

from appraisal.listing import shown
from appraisal.service import SPEC as APPRAISAL
from appraisal.standing import row as standing_row
from console.audit.books import Books
from console.audit.judging import unheard
from planning.service import SPEC as PLANNING
from registers.columns import TABLES
from shared.asking import Inside
from shared.ledger import Ledger
from shared.recorded import Recorded
from shared.recording import HeardRow, Moves
from shared.service import Spec
from visits.service import SPEC as VISITS

SPECS: dict[str, Spec] = {spec.name: spec for spec in (PLANNING, VISITS, APPRAISAL)}
"""The services by name."""

Row = dict[str, Any]
_TOGETHER = 5_000


@dataclass(frozen=True, slots=True)
class Belief:
    """A list that a service can be asked: the question and what tells its rows apart.

    ``stream`` names where, in that service, the row comes from; ``{…}`` are its columns.
    """

    service: str
    question: str
    about: str
    key: tuple[str, ...]
    stream: str
    file: str = ""

    def name(self, row: Row) -> str:
        """What the row is about, such as ``visits.csv lv-1``."""
        return " ".join([self.about, *(str(row[column]) for column in self.key)])

    def source(self, row: Row, year: int) -> str:
        """The stream that the row comes from."""
        return self.stream.format_map({**row, "year": year})


def _file(service: str, file: str, stream: str, whole: bool = False) -> Belief:
    table = TABLES[file]
    key = table.columns if whole else (table.key,)
    return Belief(service, "rows", file, key, stream, file)


ROSTER = (
    _file("planning", "cadres.csv", "cadre/{cadre}"),
    _file("planning", "units.csv", "unit/{unit}"),
    _file("planning", "assignments.csv", "cadre/{cadre}", whole=True),
    _file("planning", "leave.csv", "cadre/{cadre}"),
    _file("planning", "plans.csv", "plan/{year}/{quarter}/{cadre}"),
    _file("visits", "visits.csv", "diary/{year}/{cadre}"),
    _file("visits", "reports.csv", "report/{report}"),
    _file("visits", "products.csv", "product/{product}"),
    _file("visits", "difficulties.csv", "difficulty/{difficulty}"),
    _file("appraisal", "appraisals.csv", "year/{year}/{cadre}", whole=True),
)
"""What a register tells of the year: roster, plans, visits, reports, classifications."""
ASSESSMENTS = Belief("appraisal", "assessments", "assessment", ("cadre",), "year/{year}/{cadre}")
STANDINGS = Belief("appraisal", "standings", "standing", ("cadre",), "year/{year}/{cadre}")
BELIEFS = (*ROSTER, ASSESSMENTS)


@dataclass(frozen=True)
class Rebuilt:
    """One service, rebuilt in a folder of its own."""

    spec: Spec
    inside: Inside
    sources: dict[str, list[Recorded]]
    """The entries of each of its streams, own and heard."""
    heard: dict[tuple[str, int], str]
    """The stream in which it must keep each fact of the others, by ledger and position."""

    def close(self) -> None:
        """Give the folder back."""
        self.inside.views.close()
        self.inside.ledger.close()

    def rows(self, question: str, **content: Any) -> list[Row]:
        """All rows of a list, as JSON carries them."""
        shape, answer = self.spec.answers[question]
        found: list[Row] = []
        after = ""
        while True:
            asked = shape.model_validate({**content, "after": after})
            page = from_json(to_json(answer(self.inside, asked)))
            found += page["rows"]
            after = page["next"]
            if not after:
                return found

    def ask(self, question: str, **content: Any) -> Any:
        """One answer, as JSON carries it. Raises Refused."""
        shape, answer = self.spec.answers[question]
        return from_json(to_json(answer(self.inside, shape.model_validate(content))))

    def standings(self, year: int, day: date) -> list[Row]:
        """The rows of the list of standings, judged on a day."""
        people = (one.removeprefix("cadre/") for one in self.sources if one.startswith("cadre/"))
        found = (standing_row(self.inside.shelf, f"{year}/{cadre}", day) for cadre in people)
        return [from_json(to_json(shown(row))) for row in found if row]


def rebuild(books: Books, service: str, folder: Path) -> Rebuilt:
    """Lay a service's ledger down afresh in an empty folder."""
    spec = SPECS[service]
    ledger = Ledger(folder / f"{service}.sqlite")
    own = [one for one in books.entries[service] if one.fact is not None]
    sources: dict[str, list[Recorded]] = {}
    heard: dict[tuple[str, int], str] = {}
    rows: list[HeardRow] = []
    for one, stream in _heard(books, spec):
        heard[one.service, one.position] = stream
        sources.setdefault(stream, []).append(one)
        rows.append(HeardRow(stream, one.service, one.position, one.type, one.opened, ()))
    for one in own:
        sources.setdefault(one.stream, []).append(one)
    for at in range(0, len(rows), _TOGETHER):
        ledger.hear(rows[at : at + _TOGETHER], Moves())
    for at in range(0, len(own), _TOGETHER):
        ledger.recorder.insert_events(
            [
                StoredEvent(one.stream, one.version, one.type, one.opened)
                for one in own[at : at + _TOGETHER]
            ]
        )
    return Rebuilt(spec, spec.open(ledger), sources, heard)


def _heard(books: Books, spec: Spec) -> Iterator[tuple[Recorded, str]]:
    """What a service hears of the others, and the stream where it files it."""
    aside = unheard(books, spec.name)
    for upstream, place in spec.hears.items():
        for one in books.entries[upstream]:
            if one.fact is None or (upstream, one.position) in aside:
                continue
            stream = place(one.fact)
            if stream is not None:
                yield one, stream
