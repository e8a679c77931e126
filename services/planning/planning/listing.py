"""Lists of planning (danh sách): the roster, one person, base units and plans."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import Field

from planning.cadre import Cadre
from planning.cadre import cadre as cadre_file
from planning.lists import EVER, NEVER
from planning.plan import plan
from planning.rows import line_rows
from planning.selecting import ALONE, Listed, Part, counted, one_of, people_of, select
from shared.asking import Inside, Page, page_of
from shared.clock import today
from shared.rights import Delegation
from shared.values import Day, Key, Level, Quarter, Role, Text
from shared.views import Row, plain, searched


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
    others = select(inside, "cadre", [("instr(delegates, ?) > 0", [f" {key} "])])
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
    found, next_ = _page(select(inside, "cadre", parts, question.limit + 1), question.limit)
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
    people = counted(inside, counts, there, ALONE, "own.department")
    leading = [*there, ("role = ?", [Role.DEPARTMENT_LEADER.value])]
    leaders = select(inside, "cadre", leading, columns=("id", "department"))
    return {
        "rows": [
            {
                **one,
                "leaders": [
                    leader["id"] for leader in leaders if leader["department"] == one["department"]
                ],
            }
            for one in people
        ]
    }


def names(inside: Inside, question: Names) -> dict[str, Any]:
    """``{"names": {cadre: name}}`` of those who are on the roster."""
    of = [one_of("id", list(question.cadres))]
    found = select(inside, "cadre", of, columns=("id", "name"))
    return {"names": {one["id"]: one["name"] for one in found}}


# --- units ------------------------------------------------------------------------------------


def units(inside: Inside, question: Units) -> dict[str, Any]:
    """``{"rows", "next"}``, in the order of keys; with ``on`` those that exist on that day."""
    parts = _words(question.search)
    if question.units is not None:
        parts.append(one_of("id", list(question.units)))
    if question.level is not None:
        parts.append(("level = ?", [question.level.value]))
    if question.on is not None:
        parts.append(("first <= ? AND last >= ?", [question.on.isoformat()] * 2))
    if question.after:
        parts.append(("id > ?", [question.after]))
    found, next_ = _page(select(inside, "unit", parts, question.limit + 1), question.limit)
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
        parts.append(one_of("id", people_of(inside, question.department)))
    if question.cadres is not None:
        parts.append(one_of("id", list(question.cadres)))
    if question.after:
        parts.append(("id > ?", [question.after]))
    found, next_ = _page(select(inside, "plan", parts, question.limit + 1), question.limit)
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
        parts.append(one_of("id", people_of(inside, department)))
    return [one["stream"] for one in select(inside, "plan", parts)]


def _quarter(quarter: str, year: int) -> list[Part]:
    return [("year = ? AND quarter = ?", [year, quarter])]
