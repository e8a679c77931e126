"""What can be asked of the appraisal service: each answer is replayed, lists come from a view."""

from __future__ import annotations

from typing import Any, Literal

from msgspec.structs import asdict
from pydantic import Field

from appraisal.credit import Denial
from appraisal.explaining import explained, resting_on
from appraisal.issued import Input, Inputs, input_, inputs
from appraisal.listing import Sort, Standings, people, standings
from appraisal.overview import Overview, overview
from appraisal.person import Person, person
from appraisal.rules import Assessment, assess
from appraisal.standing import row
from appraisal.what_if import changes_between, of_the_year
from appraisal.year import CadreYear, cadre_year
from shared.asking import Answer, Inside, Page, Then, page_of
from shared.clock import today
from shared.grounds import grounds
from shared.history import Teller, judge_of
from shared.messages import Question
from shared.recorded import Recorded
from shared.refused import Refused
from shared.regime import Regime
from shared.rights import holder
from shared.until import Until
from shared.values import Day, Key
from shared.views import Row


class Assess(Then):
    """Kết quả thực hiện chế độ của một cán bộ, as of a day, with every half-day's reason."""

    cadre: Key
    year: int
    as_of: Day


class Assessments(Page):
    """Kết quả của mọi cán bộ, or of those who are in a department today, by pages."""

    year: int
    department: Key | None = None
    as_of: Day
    limit: int = Field(default=20, ge=1, le=50)


class Year(Then):
    """Hồ sơ năm: inputs issued and commendations revoked."""

    cadre: Key
    year: int


class Issued(Question):
    """Hồ sơ năm của nhiều người: as :class:`Year` tells it of each, in one answer."""

    cadres: tuple[Key, ...] = Field(max_length=500)
    year: int = Field(ge=1, le=9999)


class Explain(Then):
    """Vì sao: each half-day and condition of a cadre's year, with the entries it rests on."""

    cadre: Key
    year: int
    as_of: Day


class History(Then):
    """Lịch sử của hồ sơ năm: all that is recorded of a cadre and their year, in words."""

    cadre: Key
    year: int


class Grounds(Question):
    """Căn cứ của phiếu năm: a cadre's own entries of a year here, with their leaves."""

    cadre: Key
    year: int


class WhatIf(Page):
    """Nếu áp dụng chế độ khác: whose result would be another, by pages; nothing is written."""

    year: int
    regime: Regime
    as_of: Day
    limit: int = Field(default=50, ge=1, le=100)


class StandingsThen(Page):
    """Danh sách cán bộ như khi đó: the rows of :class:`Standings` as of a day, by pages.

    A view follows the ledger as it is now; what it would have held is judged anew, and whoever
    asks sorts and filters (``listing.listed``).
    """

    year: int = Field(ge=1, le=9999)
    as_of: Day
    department: Key | None = None
    """Who is in it today, wherever they were then."""
    limit: int = Field(default=50, ge=1, le=100)


class Owing(Standings):
    """Ai chậm việc gì: the late as :class:`Standings` lists them, with what each owes."""

    late: Literal[True] = True
    sort: Sort = "lateness"
    limit: int = Field(default=25, ge=1, le=100)


class Rows(Page):
    """Sổ: the rows of ``appraisals.csv`` (DOMAIN.md §4)."""

    file: Literal["appraisals.csv"]
    year: int


def _assessed(inside: Inside, who: Person, question: Assess | Assessments) -> Assessment:
    version = inside.known.regimes(question.year).in_force(question.as_of)
    if version is None:
        raise Refused("unknown-regime", year=question.year)
    year = inside.shelf.state(cadre_year, f"year/{question.year}/{who.cadre}")
    return assess(who, year, version.regime, question.as_of)


def _assess(inside: Inside, question: Assess) -> dict[str, Any]:
    inside = inside.then(known_at=question.known_at)
    year = f"year/{question.year}/{question.cadre}"
    inside.ahead(f"cadre/{question.cadre}", f"regime/{question.year}", year, of=question.cadre)
    who = inside.known.person(question.cadre)
    if not who.known:
        raise Refused("unknown-cadre", cadre=question.cadre)
    assessment = _assessed(inside, who, question)
    return {
        "assessment": assessment.as_json(),
        "person": _person(who),
        "ground": assessment.ground.as_json() if assessment.ground else None,
        "due": {one.id: one.due for one in assessment.conditions},
        "credits": [asdict(one) for one in assessment.credits],
        "denials": [_denial(one) for one in assessment.denials],
        "positions": inside.positions(),
        "parked": inside.parked_of(question.cadre),
    }


def _denial(one: Denial) -> dict[str, Any]:
    return {
        "visit": one.visit,
        "date": one.date,
        "rule": one.rule,
        "reason": one.reason.as_json(),
    }


def _assessments(inside: Inside, question: Assessments) -> dict[str, Any]:
    now, inside = inside, inside.then(known_at=question.known_at)

    def rows(stream: str) -> list[dict[str, Any]]:
        who = inside.shelf.state(person, stream)
        if not who.known or not _there(now, stream, question.department):
            return []
        return [{"assessment": _assessed(inside, who, question).as_json(), "person": _person(who)}]

    if question.department is None:
        return page_of(inside, "cadre/", question, rows)
    cadres, after = people(now, question.department, question.after, question.limit)
    found = [row for cadre in cadres for row in rows(f"cadre/{cadre}")]
    return {"rows": found, "next": after, "unreadable": []}


def _there(inside: Inside, stream: str, department: str | None) -> bool:
    """Whether the cadre is in the department today; anyone is where none is named."""
    if department is None:
        return True
    found = inside.shelf.state(holder, stream)
    return found is not None and found.department(today()) == department


def _person(who: Person) -> dict[str, str]:
    return {"cadre": who.cadre, "name": who.name, "department": who.department}


def _year(inside: Inside, question: Year) -> dict[str, Any]:
    inside = inside.then(question.as_of, question.known_at)
    year: CadreYear = inside.shelf.state(cadre_year, f"year/{question.year}/{question.cadre}")
    rated = year.classification(question.as_of or today())
    return {
        **_of_year(inside, question.year, question.cadre),
        "closed": inside.known.closed(question.year),
        "classification": rated and rated.model_dump(mode="json"),
    }


def _issued(inside: Inside, question: Issued) -> dict[str, Any]:
    inside.shelf.read_ahead({}, [f"year/{question.year}/{one}" for one in question.cadres])
    return {
        "years": {one: _of_year(inside, question.year, one) for one in question.cadres},
        "closed": inside.known.closed(question.year),
    }


def _of_year(inside: Inside, year: int, cadre: str) -> dict[str, Any]:
    found: CadreYear = inside.shelf.state(cadre_year, f"year/{year}/{cadre}")
    return {
        "inputs": [one.model_dump(mode="json") for one in found.inputs],
        "revoked": [one.model_dump(mode="json") for one in found.revoked],
    }


def _standings_then(inside: Inside, question: StandingsThen) -> dict[str, Any]:
    now, inside = inside, inside.then(known_at=question.known_at)

    def rows(stream: str) -> list[Row]:
        if not _there(now, stream, question.department):
            return []
        key = f"{question.year}/{stream.removeprefix('cadre/')}"
        found = row(inside.shelf, key, question.as_of)
        return [found] if found else []

    return page_of(inside, "cadre/", question, rows)


def _entries(inside: Inside, question: Explain | History) -> dict[str, list[Recorded]]:
    """The entries on which the cadre's year rests, known until then."""
    until = Until(known_at=question.known_at)
    found = {
        stream: [
            one
            for one in inside.ledger.recorded([stream])
            if one.fact is None or until.holds(one.fact, one.recorded_at)
        ]
        for stream in resting_on(question.cadre, question.year)
    }
    if not found[f"cadre/{question.cadre}"]:
        raise Refused("unknown-cadre", cadre=question.cadre)
    return found


def _explain(inside: Inside, question: Explain) -> dict[str, Any]:
    streams = _entries(inside, question)
    return explained(streams, question.cadre, question.year, question.as_of, question.known_at)


def _history(inside: Inside, question: History) -> dict[str, Any]:
    streams = _entries(inside, question)
    everything = [one for entries in streams.values() for one in entries]
    judges = {str(who) for one in everything if (who := judge_of(one.fact))}
    files = inside.ledger.recorded([f"cadre/{one}" for one in judges - {question.cadre}])
    chosen = [one for one in everything if not one.stream.startswith("regime/")]
    teller = Teller([*everything, *files])
    return {
        "events": teller.events(chosen, question.as_of),
        "unreadable": [{**one.place, "why": one.why} for one in everything if one.fact is None],
    }


def _grounds(inside: Inside, question: Grounds) -> dict[str, Any]:
    return {"entries": grounds(inside.ledger, [f"year/{question.year}/{question.cadre}"])}


def _what_if(inside: Inside, question: WhatIf) -> dict[str, Any]:
    of_the_year(question.regime, question.year)
    inside = inside.then(known_at=question.known_at)

    def rows(stream: str) -> list[dict[str, Any]]:
        who = inside.shelf.state(person, stream)
        if not who.known:
            return []
        asked = Assess(cadre=who.cadre, year=question.year, as_of=question.as_of)
        now = _assessed(inside, who, asked)
        year = inside.shelf.state(cadre_year, f"year/{question.year}/{who.cadre}")
        other = assess(who, year, question.regime, question.as_of)
        return [{**_person(who), "changes": changes_between(now, other)}]

    return page_of(inside, "cadre/", question, rows)


def _owing(inside: Inside, question: Owing) -> dict[str, Any]:
    found = standings(inside, question)
    day = today()
    for one in found["rows"]:
        asked = Assess(cadre=one["cadre"], year=question.year, as_of=day)
        assessment = _assessed(inside, inside.known.person(one["cadre"]), asked)
        unmet = [each for each in assessment.conditions if each.state == "unmet"]
        one["owes"] = [
            {"id": each.id, "due": each.due, "reason": each.reason.as_json()}
            for each in sorted(unmet, key=lambda each: each.due)
        ]
    return found


def _rows(inside: Inside, question: Rows) -> dict[str, Any]:
    inside = inside.then(question.as_of, question.known_at)

    def rows(stream: str) -> list[dict[str, Any]]:
        year = inside.shelf.state(cadre_year, stream)
        return [
            {
                "cadre": one.cadre,
                "classification": one.classification.value,
                "initiative": one.initiative.value,
                "discipline": one.discipline.value,
                "recorded_on": one.recorded_on.isoformat(),
            }
            for one in year.classifications
        ]

    return page_of(inside, f"year/{question.year}/", question, rows)


ANSWERS: dict[str, Answer] = {
    "assess": (Assess, _assess),
    "assessments": (Assessments, _assessments),
    "year": (Year, _year),
    "issued": (Issued, _issued),
    "input": (Input, input_),
    "inputs": (Inputs, inputs),
    "rows": (Rows, _rows),
    "standings": (Standings, standings),
    "explain": (Explain, _explain),
    "history": (History, _history),
    "grounds": (Grounds, _grounds),
    "what-if": (WhatIf, _what_if),
    "owing": (Owing, _owing),
    "overview": (Overview, overview),
    "standings-then": (StandingsThen, _standings_then),
}
