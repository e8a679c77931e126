"""The chain of a quarter's plans (quy trình duyệt): what lies where, and who has not handed in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import date
from typing import Any

from pydantic import Field

from planning.leave import away, exempt
from planning.lists import read_spells
from planning.selecting import MANY, Listed, Part, counted, one_of, people_of, select
from shared.asking import Inside
from shared.dates import first_day, last_day
from shared.language.planning import ORGANISATION
from shared.regime import Regime, Step
from shared.values import Key, Quarter


class TheSteps(Listed):
    """Kế hoạch quý đang ở bước nào: what lies at each step of the chain, and no more."""

    quarter: Quarter
    year: int | None = None
    department: Key | None = None


class TheChain(TheSteps):
    """Kế hoạch quý đang ở đâu: what lies at each step, and who has not handed in."""

    limit: int = Field(default=200, ge=0, le=1000)


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

    Due are those whom the regime covers and does not exempt, and who are employed on a day of the
    quarter, and not on leave throughout it. ``missing``: whose plan is neither in the chain nor
    approved, up to ``limit``.
    """
    year = question.year or int(question.quarter[:4])
    regime: Regime = inside.known.the_regime(year)
    due = _due(question, regime)
    plans = (_PLANS, [year, question.quarter])
    departments = counted(inside, _COUNTS, due, plans, "own.department")
    nowhere = [*due, ("coalesce(theirs.submitted + theirs.approved, 0) = 0", [])]
    free = _free(inside, question.quarter, nowhere, plans, regime)
    for one in departments:
        one["due"] -= sum(department == one["department"] for department in free.values())
    missing = sum(one["due"] - one["handed_in"] for one in departments)
    return {
        **steps(inside, question),
        "required": regime.planning.required,
        "departments": {one.pop("department"): one for one in departments if one["due"]},
        "missing": _named(inside, nowhere, plans, question.limit, free) if missing else [],
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
        one_of("own.employment", [one.value for one in covered.employment]),
        one_of("own.duty", [one.value for one in covered.duty]),
        ("own.first <= ? AND own.last >= ?", [last.isoformat(), first.isoformat()]),
    ]
    if question.department is not None:
        parts.append(("own.department = ?", [question.department]))
    return parts


def _free(
    inside: Inside, quarter: str, parts: list[Part], join: Part, regime: Regime
) -> dict[str, str]:
    """Who of them owes no plan by their leave, with their department: exempt, or away on each date
    of the quarter on which they are employed, so that it is not judged (DOMAIN.md §6)."""
    first, last = first_day(quarter), last_day(quarter)
    columns = tuple(
        f"own.{one} AS {one}" for one in ("id", "department", "first", "last", "spells")
    )
    on_leave = [*parts, ("own.leaves > 0", [])]
    found = {}
    for one in select(inside, "cadre", on_leave, MANY, "own.id", columns, join):
        spells = read_spells(one["spells"])
        begins = max(first, date.fromisoformat(one["first"]))
        ends = min(last, date.fromisoformat(one["last"]))
        if exempt(spells, regime) or away(spells, begins, ends):
            found[one["id"]] = one["department"]
    return found


def _named(
    inside: Inside, parts: list[Part], join: Part, limit: int, without: Collection[str]
) -> list[dict[str, Any]]:
    columns = ("own.id AS cadre", "own.name AS name", "own.department AS department")
    order = "own.department, own.id"
    found = select(inside, "cadre", parts, limit + len(without), order, columns, join)
    return [one for one in found if one["cadre"] not in without][:limit]


def _step(inside: Inside, number: int, step: Step, question: TheSteps, year: int) -> dict[str, Any]:
    prefix = f"consolidated/{year}/{question.quarter}/{number}/"
    whole = question.department is None
    people = set[str]() if whole else set(people_of(inside, question.department))
    wanted = (ORGANISATION, question.department)
    found = [
        place
        for stream in inside.ledger.streams(prefix, limit=MANY)
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
