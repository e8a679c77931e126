"""Lists of planning (danh sách): the roster, one person, base units, plans, and the chain."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import date
from typing import Any, ClassVar

from pydantic import Field

from planning.cadre import Cadre
from planning.cadre import cadre as cadre_file
from planning.lists import EVER, LISTS, NEVER
from planning.plan import plan
from planning.rows import line_rows
from shared.asking import Inside, Page, page_of
from shared.clock import today
from shared.dates import first_day, last_day
from shared.language.planning import ORGANISATION
from shared.messages import Refused
from shared.regime import Regime, Step
from shared.rights import Delegation
from shared.values import Day, Key, Level, Quarter, Role, Text
from shared.view_database import Table
from shared.views import OfView, Row, plain, searched

_MANY = 100_000
"""More people, or plans of a quarter, than there are."""


class Listed(OfView):
    """A question that the lists answer."""

    view: ClassVar[str] = LISTS.name


class ThePerson(Listed):
    """Một cán bộ: where they work, what they hold, whose units, and who acts for whom."""

    cadre: Key
    on: Day | None = None


class Roster(Listed):
    """Danh sách cán bộ, by pages; ``on`` another day than today is folded and slower."""

    department: Key | None = None
    search: Text = ""
    on: Day | None = None
    after: Text = ""
    limit: int = Field(default=50, ge=1, le=500)


class Departments(Listed):
    """Các Ban, Văn phòng: how many work there today, and who leads."""


class Units(Listed):
    """Danh sách cơ sở; ``search`` gives beginnings of words, without accents or with."""

    units: tuple[Key, ...] | None = Field(default=None, max_length=500)
    """Only these."""
    search: Text = ""
    level: Level | None = None
    on: Day | None = None
    after: Text = ""
    limit: int = Field(default=50, ge=1, le=500)


class Names(Listed):
    """Họ tên của những người được nêu: who confirmed, accepted or returned."""

    cadres: tuple[Key, ...] = Field(max_length=500)


class Plans(Listed):
    """Kế hoạch quý của nhiều cán bộ, with their lines, by pages."""

    quarter: Quarter
    year: int | None = None
    department: Key | None = None
    cadres: tuple[Key, ...] | None = Field(default=None, max_length=200)
    """Only theirs."""
    after: Text = ""
    limit: int = Field(default=50, ge=1, le=200)


class TheSteps(Listed):
    """Kế hoạch quý đang ở bước nào: what lies at each step of the chain, and no more."""

    quarter: Quarter
    year: int | None = None
    department: Key | None = None


class TheChain(TheSteps):
    """Kế hoạch quý đang ở đâu: what lies at each step, and who has not handed in."""

    limit: int = Field(default=200, ge=0, le=1000)


Part = tuple[str, list[Any]]
"""A condition in SQL, or a join, and its values."""
_ALONE: Part = ("", [])


def _select(
    inside: Inside,
    kind: str,
    parts: list[Part],
    limit: int = _MANY,
    order: str = "id",
    columns: tuple[str, ...] = (),
    join: Part = _ALONE,
) -> list[Row]:
    where, values = _where(kind, parts, join)
    tables = inside.views.tables
    return _found(inside, tables.select(LISTS, where, values, order, limit, columns, join[0]))


def _counted(inside: Inside, what: str, parts: list[Part], join: Part, group: str) -> list[Row]:
    """Sums over groups of cadres (``ViewTables.sums``)."""
    where, values = _where("cadre", parts, join)
    return _found(
        inside, inside.views.tables.sums(LISTS, what, where, values, group, _MANY, join[0])
    )


def _where(kind: str, parts: list[Part], join: Part) -> tuple[str, list[Any]]:
    where = " AND ".join(["own.kind = ?", *(part for part, _ in parts)])
    return where, [*join[1], kind, *(value for _, values in parts for value in values)]


def _found(inside: Inside, found: tuple[Table, list[Row], str] | None) -> list[Row]:
    if found is None:
        last = inside.views.tables.last_build(LISTS.name)
        built = {"done": last.done, "total": last.total} if last else {}
        raise Refused("not-yet", view=LISTS.name, building=built)
    return found[1]


def _words(search: str) -> list[Part]:
    return [(part, [word]) for part, word in zip(*searched(search), strict=True)]


def _page(found: list[Row], limit: int) -> tuple[list[Row], str]:
    page = found[:limit]
    return page, page[-1]["id"] if len(found) > limit else ""


def _day(text: str) -> str | None:
    return None if text in (EVER, NEVER) else text


# --- people -----------------------------------------------------------------------------------


def person(inside: Inside, question: ThePerson) -> dict[str, Any]:
    """The file as of the day; ``delegated``: all that was ever delegated by this cadre.

    Raises Refused ``unknown-cadre``.
    """
    on, file = question.on or today(), inside.known.the_cadre(question.cadre)
    key = question.cadre
    others = _select(inside, "cadre", [("instr(delegates, ?) > 0", [f" {key} "])])
    received = [
        one
        for other in others
        for one in inside.known.the_cadre(other["id"]).given
        if one.to == key and one.in_force(on)
    ]
    return {
        **_who(file, on),
        "duty": file.appointed.duty,
        "employment": file.appointed.employment,
        "postings": [
            {"since": _since(since), "department": one.department, "position": one.position}
            for since, one in file.postings
        ],
        "roles": [{"since": _since(since), "role": role} for since, role in file.roles],
        "units": [
            {
                "unit": one.unit,
                "name": _unit_name(inside, one.unit),
                "from": one.from_,
                "to": one.to,
            }
            for one in file.assignments
            if (one.from_ or on) <= on <= (one.to or on)
        ],
        "leaves": [
            {"leave": id, "kind": one.row.kind, "from": one.row.from_, "to": one.row.to}
            for id, one in file.leaves.items()
        ],
        "delegations": {
            "given": [_delegation(one) for one in file.given if one.in_force(on)],
            "received": [_delegation(one) for one in received],
        },
        "delegated": [_delegation(one) for one in file.given],
    }


def _who(file: Cadre, on: date) -> dict[str, Any]:
    row, posting = file.appointed, file.posting_on(on)
    return {
        "cadre": row.cadre,
        "name": row.name,
        "department": posting.department,
        "position": posting.position,
        "role": file.role_on(on),
        "from": row.from_,
        "to": file.to,
        "employed": (row.from_ or on) <= on <= (file.to or on),
    }


def _since(day: date) -> date | None:
    return None if day == date.min else day


def _unit_name(inside: Inside, unit: str) -> str:
    found = inside.known.unit(unit)
    return found.name if found else ""


def _delegation(one: Delegation) -> dict[str, Any]:
    return {
        "by": one.by,
        "to": one.to,
        "from": one.from_,
        "until": one.until,
        "withdrawn": one.withdrawn,
    }


def roster(inside: Inside, question: Roster) -> dict[str, Any]:
    """``{"rows", "next"}``, in the order of keys."""
    if question.on is not None and question.on != today():
        return _roster_on(inside, question, question.on)
    parts = _words(question.search)
    if question.department is not None:
        parts.append(("department = ?", [question.department]))
    if question.after:
        parts.append(("id > ?", [question.after]))
    found, next_ = _page(_select(inside, "cadre", parts, question.limit + 1), question.limit)
    day = today().isoformat()
    return {
        "rows": [
            {
                "cadre": one["id"],
                "name": one["name"],
                "department": one["department"],
                "position": one["position"],
                "role": one["role"],
                "from": _day(one["first"]),
                "to": _day(one["last"]),
                "employed": one["first"] <= day <= one["last"],
            }
            for one in found
        ],
        "next": next_,
    }


def _roster_on(inside: Inside, question: Roster, on: date) -> dict[str, Any]:
    """As it was on another day: every file is looked through, page by page."""
    words = searched(question.search)[1]

    def rows(stream: str) -> list[dict[str, Any]]:
        file = inside.shelf.state(cadre_file, stream)
        if file is None:
            return []
        who = _who(file, on)
        text = f" {plain(who['name'])} {plain(who['cadre'])}"
        chosen = question.department in (None, who["department"])
        return [who] if chosen and all(word in text for word in words) else []

    after = f"cadre/{question.after}" if question.after else ""
    page = page_of(inside, "cadre/", Page(after=after, limit=question.limit), rows)
    return {"rows": page["rows"], "next": page["next"].removeprefix("cadre/")}


def departments(inside: Inside, _: Departments) -> dict[str, Any]:
    """``{"rows"}``, in the order of their keys; who left is not counted."""
    day = today().isoformat()
    there = [("first <= ? AND last >= ?", [day, day])]
    counts = "own.department AS department, count(*) AS cadres"
    counted = _counted(inside, counts, there, _ALONE, "own.department")
    leading = [*there, ("role = ?", [Role.DEPARTMENT_LEADER.value])]
    leaders = _select(inside, "cadre", leading, columns=("id", "department"))
    return {
        "rows": [
            {
                **one,
                "leaders": [
                    leader["id"] for leader in leaders if leader["department"] == one["department"]
                ],
            }
            for one in counted
        ]
    }


def names(inside: Inside, question: Names) -> dict[str, Any]:
    """``{"names": {cadre: name}}`` of those who are on the roster."""
    of = [_one_of("id", list(question.cadres))]
    found = _select(inside, "cadre", of, columns=("id", "name"))
    return {"names": {one["id"]: one["name"] for one in found}}


# --- units ------------------------------------------------------------------------------------


def units(inside: Inside, question: Units) -> dict[str, Any]:
    """``{"rows", "next"}``, in the order of keys; with ``on`` those that exist on that day."""
    parts = _words(question.search)
    if question.units is not None:
        parts.append(_one_of("id", list(question.units)))
    if question.level is not None:
        parts.append(("level = ?", [question.level.value]))
    if question.on is not None:
        parts.append(("first <= ? AND last >= ?", [question.on.isoformat()] * 2))
    if question.after:
        parts.append(("id > ?", [question.after]))
    found, next_ = _page(_select(inside, "unit", parts, question.limit + 1), question.limit)
    return {
        "rows": [
            {
                "unit": one["id"],
                "name": one["name"],
                "level": one["level"],
                "from": _day(one["first"]),
                "to": _day(one["last"]),
            }
            for one in found
        ],
        "next": next_,
    }


# --- plans ------------------------------------------------------------------------------------


def plans(inside: Inside, question: Plans) -> dict[str, Any]:
    """``{"rows", "next"}``: whose plan, and its lines as the question ``plan`` gives them."""
    year = question.year or int(question.quarter[:4])
    parts = _quarter(question.quarter, year)
    if question.department is not None:
        parts.append(_one_of("id", _people(inside, question.department)))
    if question.cadres is not None:
        parts.append(_one_of("id", list(question.cadres)))
    if question.after:
        parts.append(("id > ?", [question.after]))
    found, next_ = _page(_select(inside, "plan", parts, question.limit + 1), question.limit)
    rows = []
    for one in found:
        file = inside.known.cadre(one["id"])
        rows.append(
            {
                "cadre": one["id"],
                "name": file.appointed.name if file else "",
                "department": file.department_on(today()) if file else "",
                "lines": line_rows(inside.shelf.state(plan, one["stream"])),
            }
        )
    return {"rows": rows, "next": next_}


def plans_of(inside: Inside, year: int, quarter: str, department: str | None) -> list[str]:
    """The streams of a quarter's plans, of a department's people or of all."""
    parts = _quarter(quarter, year)
    if department is not None:
        parts.append(_one_of("id", _people(inside, department)))
    return [one["stream"] for one in _select(inside, "plan", parts)]


def _quarter(quarter: str, year: int) -> list[Part]:
    return [("year = ? AND quarter = ?", [year, quarter])]


def _one_of(column: str, values: list[str]) -> Part:
    marks = ", ".join("?" * len(values))
    return (f"{column} IN ({marks})", list(values)) if values else ("1 = 0", [])


def _people(inside: Inside, department: str | None) -> list[str]:
    parts = [] if department is None else [("department = ?", [department])]
    return [one["id"] for one in _select(inside, "cadre", parts, columns=("id",))]


# --- the chain --------------------------------------------------------------------------------


def steps(inside: Inside, question: TheSteps) -> dict[str, Any]:
    """``{"steps"}``; with a department, of its people alone. It looks at no cadre's row."""
    year = question.year or int(question.quarter[:4])
    regime: Regime = inside.known.the_regime(year)
    return {
        "quarter": question.quarter,
        "year": year,
        "steps": [
            _step(inside, number, step, question, year)
            for number, step in enumerate(regime.planning.chain)
        ],
    }


def chain(inside: Inside, question: TheChain) -> dict[str, Any]:
    """As :func:`steps`, with ``{"departments", "missing"}``.

    Due are those whom the regime covers and who are employed on a day of the quarter, and not on
    leave throughout it. ``missing``: whose plan is neither in the chain nor approved, up to
    ``limit``.
    """
    year = question.year or int(question.quarter[:4])
    regime: Regime = inside.known.the_regime(year)
    due = _due(question, regime)
    plans = (_PLANS, [year, question.quarter])
    counted = _counted(inside, _COUNTS, due, plans, "own.department")
    nowhere = [*due, ("coalesce(theirs.submitted + theirs.approved, 0) = 0", [])]
    away = _away(inside, question.quarter, nowhere, plans)
    for one in counted:
        one["due"] -= sum(department == one["department"] for department in away.values())
    missing = sum(one["due"] - one["handed_in"] for one in counted)
    return {
        **steps(inside, question),
        "required": regime.planning.required,
        "departments": {one.pop("department"): one for one in counted if one["due"]},
        "missing": _named(inside, nowhere, plans, question.limit, away) if missing else [],
        "missing_count": missing,
    }


_PLANS = (
    "LEFT JOIN {view} AS theirs ON theirs.kind = 'plan' AND theirs.year = ? AND theirs.quarter = ? "
    "AND theirs.id = own.id"
)
"""Each cadre beside their plan of a quarter. It is handed in where some line of it is in the chain
or approved."""
_COUNTS = (
    "own.department AS department, count(*) AS due, "
    "count(CASE WHEN theirs.submitted + theirs.approved > 0 THEN 1 END) AS handed_in, "
    "count(CASE WHEN theirs.approved > 0 THEN 1 END) AS approved"
)


def _due(question: TheChain, regime: Regime) -> list[Part]:
    """The conditions of who owes a plan."""
    first, last = first_day(question.quarter), last_day(question.quarter)
    covered = regime.population
    parts = [
        _one_of("own.employment", [one.value for one in covered.employment]),
        _one_of("own.duty", [one.value for one in covered.duty]),
        ("own.first <= ? AND own.last >= ?", [last.isoformat(), first.isoformat()]),
    ]
    if question.department is not None:
        parts.append(("own.department = ?", [question.department]))
    return parts


def _away(inside: Inside, quarter: str, parts: list[Part], join: Part) -> dict[str, str]:
    """Who of them is on leave on each date of the quarter on which they are employed, with their
    department: such a quarter is not judged (DOMAIN.md §6, Conditions)."""
    first, last = first_day(quarter).isoformat(), last_day(quarter).isoformat()
    columns = tuple(f"own.{one} AS {one}" for one in ("id", "department", "first", "last", "away"))
    on_leave = [*parts, ("own.leaves > 0", [])]
    return {
        one["id"]: one["department"]
        for one in _select(inside, "cadre", on_leave, _MANY, "own.id", columns, join)
        if any(
            begins <= max(first, one["first"]) and min(last, one["last"]) <= ends
            for begins, _, ends in (span.partition("/") for span in one["away"].split())
        )
    }


def _named(
    inside: Inside, parts: list[Part], join: Part, limit: int, without: Collection[str]
) -> list[dict[str, Any]]:
    columns = ("own.id AS cadre", "own.name AS name", "own.department AS department")
    order = "own.department, own.id"
    found = _select(inside, "cadre", parts, limit + len(without), order, columns, join)
    return [one for one in found if one["cadre"] not in without][:limit]


def _step(inside: Inside, number: int, step: Step, question: TheSteps, year: int) -> dict[str, Any]:
    prefix = f"consolidated/{year}/{question.quarter}/{number}/"
    whole = question.department is None
    people = set[str]() if whole else set(_people(inside, question.department))
    wanted = (ORGANISATION, question.department)
    found = [
        place
        for stream in inside.ledger.streams(prefix, limit=_MANY)
        if (place := stream.removeprefix(prefix)) in wanted or whole
    ]
    inside.shelf.read_ahead({}, [f"{prefix}{place}" for place in found])
    places = []
    for place in found:
        there = inside.known.consolidated(year, question.quarter, number, place)
        lying = [one for one in there.received.values() if whole or one.submission.cadre in people]
        places.append(
            {
                "place": place,
                "plans": len(lying),
                "consolidated": sum(one.consolidated for one in lying),
                "departments": dict(
                    sorted(Counter(one.submission.department for one in lying).items())
                ),
                "since": min((one.on for one in lying), default=None),
            }
        )
    return {
        "step": number,
        "does": step.step,
        "by": step.by,
        "scope": step.scope,
        "places": places,
    }
