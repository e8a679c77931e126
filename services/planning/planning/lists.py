"""What planning's lists are made of (danh sách): a row a cadre, a base unit and a quarter plan.

Department, role and employment are those of the day. What a list then shows is folded from the
stream itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pydantic import TypeAdapter

from planning.cadre import Cadre, cadre
from planning.leave import Spell, spells_of
from planning.plan import Plan, plan
from planning.unit import unit
from shared.deciding import Streams
from shared.language.planning import UnitRegistered
from shared.views import Named, Row, View, plain

EVER, NEVER = date.min.isoformat(), date.max.isoformat()
"""Open ends, first and last."""

_SPELLS = TypeAdapter(list[Spell])

_EMPTY: Row = {
    "kind": "",
    "stream": "",
    "id": "",
    "name": "",
    "words": "",
    "department": "",
    "role": "",
    "position": "",
    "duty": "",
    "employment": "",
    "level": "",
    "first": EVER,
    "last": NEVER,
    "leaves": 0,
    "spells": "",
    "delegates": "",
    "year": 0,
    "quarter": "",
    "lines": 0,
    "submitted": 0,
    "approved": 0,
}


def row(streams: Streams, key: str, day: date) -> Row | None:
    """The row of a stream; None where nothing is recorded in it."""
    match key.partition("/")[0]:
        case "cadre":
            file = streams.state(cadre, key)
            if file is None:
                return None
            return {**_EMPTY, "kind": "cadre", "stream": key, **_cadre(file, day)}
        case "unit":
            base = streams.state(unit, key)
            if base is None:
                return None
            return {**_EMPTY, "kind": "unit", "stream": key, **_unit(base)}
        case _:
            found = streams.state(plan, key)
            return (
                {**_EMPTY, "kind": "plan", "stream": key, **_plan(found)} if found.cadre else None
            )


def _cadre(file: Cadre, day: date) -> Row:
    row, posting, spells = file.appointed, file.posting_on(day), spells_of(file.leaves.values())
    delegates = dict.fromkeys(one.to for one in file.given if one.until >= day)
    return {
        "id": row.cadre,
        "name": row.name,
        "words": f" {plain(row.name)} {plain(row.cadre)}",
        "department": posting.department,
        "position": posting.position,
        "role": file.role_on(day).value,
        "duty": row.duty.value,
        "employment": row.employment.value,
        **_dates(row.from_, file.to),
        "leaves": len(spells),
        "spells": _SPELLS.dump_json(spells).decode() if spells else "",
        "delegates": " ".join(("", *delegates, "")),
    }


def read_spells(column: str) -> list[Spell]:
    """The leaves that a cadre's row keeps in its column ``spells``."""
    return _SPELLS.validate_json(column) if column else []


def _unit(base: UnitRegistered) -> Row:
    return {
        "id": base.unit,
        "name": base.name,
        "words": f" {plain(base.name)} {plain(base.unit)} {plain(base.code)}",
        "level": base.level.value,
        **_dates(base.from_, base.to),
    }


def _plan(found: Plan) -> Row:
    standing = [line for line in found.lines.values() if not line.gone]
    return {
        "id": found.cadre,
        "year": found.year,
        "quarter": found.quarter,
        "lines": len(standing),
        "submitted": sum(line.in_chain for line in standing),
        "approved": sum(line.approved is not None for line in standing),
    }


def _dates(first: date | None, last: date | None) -> Row:
    return {
        "first": first.isoformat() if first else EVER,
        "last": last.isoformat() if last else NEVER,
    }


def touched(stream: str, named: Named) -> Iterator[str]:
    """A stream concerns its own row; one who is erased, the cadre's."""
    kind, _, rest = stream.partition("/")
    if kind in ("cadre", "unit", "plan"):
        yield stream
    elif kind == "privacy":
        yield f"cadre/{rest}"


LISTS = View(
    name="lists",
    version=3,
    columns={
        name: "integer" if isinstance(value, int) else "text" for name, value in _EMPTY.items()
    },
    indexes=(
        ("kind", "id", "words"),
        # With all that the count of who has handed in reads (``chain_lists.chain``).
        ("kind", "department", "id", "first", "last", "employment", "duty", "leaves"),
        ("kind", "year", "quarter", "id", "submitted", "approved"),
        ("kind", "role", "id"),
    ),
    every=("cadre/", "unit/", "plan/"),
    touched=touched,
    row=row,
)
