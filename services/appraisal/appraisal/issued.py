"""What was issued (đầu vào kiểm điểm, đánh giá, xếp loại): the list, and one with its evidence.

The list is read from this service's own entries, in their order: whoever comes back with the
position that they have come to gets what was issued or issued anew since, and nothing twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from msgspec.structs import asdict
from pydantic import Field

from appraisal.heard import Papers
from appraisal.rules import assess
from appraisal.year import CadreYear, cadre_year
from shared.asking import Inside
from shared.clock import today
from shared.entries import Entry, read_entry
from shared.folding import EntryRow
from shared.language.appraisal import InputIssued, InputReissued
from shared.messages import Question
from shared.reading import read_stored
from shared.recording import StreamRow
from shared.refused import Refused
from shared.rights import holder
from shared.values import Key

_ISSUED = frozenset({InputIssued.type, InputReissued.type})
_SCANNED = 1000
"""Entries that are looked through for one page."""


class Inputs(Question):
    """Các đầu vào đã phát hành, the one in force of each cadre and year, by pages.

    Behind a ledger position, in the order of recording. ``next`` is where to go on, 0 at the end;
    ``head`` how far all is told, and from where whoever has come to the end asks again.
    """

    year: int | None = Field(default=None, ge=1, le=9999)
    department: Key | None = None
    after: int = Field(default=0, ge=0, lt=2**62)
    limit: int = Field(default=100, ge=1, le=500)


class Input(Question):
    """Một đầu vào đã phát hành, with what it was computed from; the last one, or a former one.

    ``number`` counts a cadre's inputs of the year from 1.
    """

    cadre: Key
    year: int = Field(ge=1, le=9999)
    number: int | None = Field(default=None, ge=1, lt=2**31)


def inputs(inside: Inside, question: Inputs) -> dict[str, Any]:
    """``{"rows", "next", "head"}``; of each input its position and when it was recorded."""
    head = inside.ledger.head()
    stored = inside.ledger.recorder.page(question.after, _SCANNED)
    prefix = f"year/{question.year}/" if question.year is not None else "year/"
    chosen = [row for row in stored if row[3] in _ISSUED and row[1].startswith(prefix)]
    rows: list[dict[str, Any]] = []
    for begin in range(0, len(chosen), question.limit):
        for row in _rows(inside, question, chosen[begin : begin + question.limit]):
            if len(rows) == question.limit:
                return {"rows": rows, "next": rows[-1]["position"], "head": head}
            rows.append(row)
    return {"rows": rows, "next": stored[-1][0] if len(stored) == _SCANNED else 0, "head": head}


def _rows(inside: Inside, question: Inputs, stored: Sequence[EntryRow]) -> Iterator[dict[str, Any]]:
    """Those that are in force, and of the department; first it is seen whom they are about."""
    whose = {row[1]: row[1].split("/", 2)[2] for row in stored}
    inside.shelf.read_ahead({}, [f"cadre/{cadre}" for cadre in whose.values()])
    departments = {stream: _department(inside, cadre) for stream, cadre in whose.items()}
    if question.department is not None:
        stored = [row for row in stored if departments[row[1]] == question.department]
    last = _last(inside, [row[1] for row in stored])
    for row in stored:
        if last[row[1]] == row[2]:
            yield _row(inside, read_entry(*row), departments[row[1]])


def _last(inside: Inside, streams: list[str]) -> dict[str, int]:
    """The version of the input in force, of each cadre's year."""
    found = inside.ledger.recorder.own_of(streams) if streams else []
    return {row.stream: row.version for row in found if row.topic in _ISSUED}


def _department(inside: Inside, cadre: str) -> str:
    found = inside.shelf.state(holder, f"cadre/{cadre}")
    return found.department(today()) if found else ""


def _row(inside: Inside, entry: Entry, department: str) -> dict[str, Any]:
    fact = entry.fact
    assert isinstance(fact, InputIssued)  # noqa: S101
    judged = fact.assessment
    return {
        "position": entry.position,
        "recorded_at": entry.recorded_at,
        "cadre": fact.cadre,
        "name": inside.known.person(fact.cadre).name,
        "department": department,
        "year": fact.year,
        "issued_on": fact.on.isoformat(),
        "issued_by": fact.by,
        "status": judged["status"],
        "target": judged["target"],
        "credited": judged["credited"],
        "shortfall": judged["shortfall"],
        "digest": fact.digest,
        "supersedes": fact.supersedes if isinstance(fact, InputReissued) else None,
    }


# --- one, with its evidence -------------------------------------------------------------------


def input_(inside: Inside, question: Input) -> dict[str, Any]:
    """The input, and its year judged again as of its day, as known when it was recorded.

    ``agrees``: whether that is what was issued. Raises Refused ``no-input``.
    """
    if not inside.known.person(question.cadre).known:
        raise Refused("unknown-cadre", cadre=question.cadre)
    found = _issued(inside, f"year/{question.year}/{question.cadre}")
    number = question.number or len(found)
    if not 0 < number <= len(found):
        raise Refused("no-input", cadre=question.cadre, year=question.year)
    fact, recorded_at = found[number - 1]
    then = inside.then(known_at=recorded_at)
    year: CadreYear = then.shelf.state(cadre_year, fact.stream)
    regime = then.known.regimes(fact.year).in_force(fact.on)
    person = then.known.person(fact.cadre)
    judged = assess(person, year, regime.regime, fact.on) if regime else None
    return {
        "input": fact.model_dump(mode="json"),
        "number": number,
        "of": len(found),
        "recorded_at": recorded_at,
        "person": {"cadre": fact.cadre, "name": inside.known.person(fact.cadre).name},
        "agrees": judged is not None and judged.as_json() == fact.assessment,
        "credits": [asdict(one) for one in judged.credits] if judged else [],
        "reports": _papers(year.reports, "report", "period", fact),
        "products": _papers(year.products, "product", "visit", fact),
    }


def _issued(inside: Inside, stream: str) -> list[tuple[InputIssued, str]]:
    """Every input of a cadre's year, opened, and when it was recorded."""
    rows = [row for row in inside.ledger.recorder.own_of([stream]) if row.topic in _ISSUED]
    facts = inside.ledger.facts_in(rows)
    return [
        (fact, _recorded_at(row))
        for fact, row in zip(facts, rows, strict=True)
        if isinstance(fact, InputIssued)
    ]


def _recorded_at(row: StreamRow) -> str:
    return read_stored(row.topic, row.state).recorded_at


def _papers(papers: Papers, id: str, about: str, fact: InputIssued) -> list[dict[str, Any]]:
    """Reports or products as of the input's day; accepted ones are what conditions rest on."""
    return [
        {
            id: key,
            about: one.about,
            "submitted_on": one.submitted_on.isoformat(),
            "accepted_on": one.accepted_on.isoformat()
            if one.accepted_on and one.accepted_on <= fact.on
            else None,
        }
        for key, every in sorted(papers.items())
        if (one := next((x for x in reversed(every) if x.submitted_on <= fact.on), None))
    ]
