"""The register's rows of what planning holds, for export (DOMAIN.md §4).

Each row is a dict from column to cell, in the order of the file's columns; an empty cell means
"not (yet)". Entering the rows again changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from planning.cadre import Cadre
from planning.line import Content
from planning.plan import Plan
from shared.language.planning import UnitRegistered
from shared.messages import Word

Row = dict[str, str]

COLUMNS: dict[str, tuple[str, ...]] = {
    "cadres.csv": (
        "cadre",
        "name",
        "department",
        "position",
        "role",
        "duty",
        "employment",
        "from",
        "to",
    ),
    "units.csv": ("unit", "name", "level", "parent", "code", "from", "to"),
    "assignments.csv": ("cadre", "unit", "from", "to"),
    "leave.csv": ("leave", "cadre", "kind", "from", "to", "recorded_on"),
    "plans.csv": (
        "line",
        "cadre",
        "quarter",
        "unit",
        "kind",
        "from",
        "to",
        "topic",
        "submitted_on",
        "approved_on",
    ),
}
"""The columns of planning's files, in their order."""


def cadre_row(cadre: Cadre) -> Row:
    """The cadre's row of ``cadres.csv``: the latest department, position and role."""
    return _row("cadres.csv", _values(cadre.row))


def unit_row(unit: UnitRegistered) -> Row:
    """The unit's row of ``units.csv``."""
    return _row("units.csv", _values(unit))


def assignment_rows(cadre: Cadre) -> list[Row]:
    """The cadre's rows of ``assignments.csv``."""
    return [_row("assignments.csv", _values(one)) for one in cadre.assignments]


def leave_rows(cadre: Cadre, year: int) -> list[Row]:
    """The cadre's rows of the year's ``leave.csv``, as last corrected."""
    leaves = [leave for leave in cadre.leaves.values() if leave.belongs_to(year)]
    return [_row("leave.csv", _values(leave.row)) for leave in leaves]


def plan_rows(plan: Plan) -> list[Row]:
    """The plan's rows of ``plans.csv``: lines submitted at least once and not dropped."""
    return [
        _row(
            "plans.csv",
            {
                "line": key,
                "cadre": plan.cadre,
                "quarter": plan.quarter,
                "unit": line.effective.unit,
                "kind": line.effective.kind,
                "from": line.effective.from_,
                "to": line.effective.to,
                "topic": line.effective.topic,
                "submitted_on": line.submitted_on,
                "approved_on": line.approved_on,
            },
        )
        for key, line in plan.lines.items()
        if line.submitted_on and not line.gone
    ]


def line_rows(plan: Plan) -> list[dict[str, Any]]:
    """The plan's lines as they stand, drafts too, and how far each has come.

    ``wanted`` is what a line shall say once the chain has approved it, where something else stands
    approved; ``dropping`` why it is to go; ``returned`` how it came back.
    """
    return [
        {
            "line": key,
            "unit": line.effective.unit,
            "kind": line.effective.kind,
            "from": line.effective.from_,
            "to": line.effective.to,
            "topic": line.effective.topic,
            "submitted_on": line.submitted_on,
            "approved_on": line.approved_on,
            "in_chain": line.in_chain,
            "changed": line.changed,
            "versions": len(line.versions),
            "wanted": _content(line.versions[-1])
            if line.approved not in (None, line.versions[-1])
            else None,
            "dropping": line.dropping,
            "returned": line.back
            and {"on": line.back.on, "by": line.back.by, "reason": line.back.reason},
        }
        for key, line in plan.lines.items()
        if not line.gone
    ]


def _content(content: Content) -> dict[str, Any]:
    return {
        "unit": content.unit,
        "kind": content.kind,
        "from": content.from_,
        "to": content.to,
        "topic": content.topic,
    }


def _values(word: Word) -> dict[str, Any]:
    return word.model_dump(by_alias=True)


def _row(file: str, values: Mapping[str, Any]) -> Row:
    return {column: _cell(values[column]) for column in COLUMNS[file]}


def _cell(value: str | date | None) -> str:
    return "" if value is None else str(value)
