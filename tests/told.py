"""A register's rows (DOMAIN.md §4) and the facts that they tell."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from shared.language.appraisal import ClassificationRecorded
from shared.language.planning import (
    CadreAppointed,
    LeaveRecorded,
    LineDrafted,
    PlanApproved,
    PlanSubmitted,
    RegimeEnacted,
    UnitAssigned,
    UnitRegistered,
)
from shared.language.visits import (
    DifficultyRaised,
    ProductAccepted,
    ProductSubmitted,
    ReportAccepted,
    ReportSubmitted,
    VisitConfirmed,
    VisitLogged,
    VisitVoided,
)
from shared.messages import Fact
from shared.regime import Regime
from shared.values import Level

Row = dict[str, str]
Rows = dict[str, list[Row]]
"""The rows of each file of a register, by the file's name without its ending."""

FILES = [
    *("cadres", "units", "assignments", "leave", "plans"),
    *("visits", "reports", "products", "difficulties", "appraisals"),
]


def read(folder: Path) -> tuple[dict[str, Any], Rows]:
    """The regime, as plain values, and the rows of the register in the folder."""
    regime = yaml.safe_load((folder / "regime.yaml").read_text())
    rows = {}
    for name in FILES:
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            rows[name] = list(csv.DictReader(file))
    return regime, rows


def facts(regime: dict[str, Any], rows: Rows) -> Iterator[Fact]:
    """The facts that an import of the register records, service by service."""
    year = regime["year"]
    told = {name: [_filled(row, year) for row in rows[name]] for name in FILES}
    yield RegimeEnacted(regime=Regime.model_validate(regime))
    for row in told["units"]:
        yield UnitRegistered(**row)
    for row in told["cadres"]:
        yield CadreAppointed(**row)
    for row in told["assignments"]:
        yield UnitAssigned(**row)
    for row in told["leave"]:
        yield LeaveRecorded(**row)
    for row in told["plans"]:
        yield LineDrafted(**row)
        yield PlanSubmitted(**row, lines=(row["line"],), on=row["submitted_on"])
        if row["approved_on"]:
            yield PlanApproved(**row, lines=(row["line"],), by="", on=row["approved_on"])
    level = {row["unit"]: row["level"] for row in rows["units"]}
    for row in told["visits"]:
        yield VisitLogged(**row, level=Level(level[row["unit"]]))
        if row["confirmed_on"]:
            yield VisitConfirmed(**row)
        if row["voided_on"]:
            yield VisitVoided(**row, reason="theo sổ")
    for row in told["reports"]:
        yield ReportSubmitted(**row, sections={})
        if row["accepted_on"]:
            yield ReportAccepted(**row)
    cadre = {row["visit"]: row["cadre"] for row in rows["visits"]}
    for row in told["products"]:
        yield ProductSubmitted(**row, cadre=cadre[row["visit"]], text="")
        if row["accepted_on"]:
            yield ProductAccepted(**row, cadre=cadre[row["visit"]])
    for row in told["difficulties"]:
        yield DifficultyRaised(**row)
    for row in told["appraisals"]:
        yield ClassificationRecorded(**row)


def _filled(row: Row, year: int) -> dict[str, Any]:
    """The row with its year, and None for an empty cell that is not a text."""
    blank = {name: None for name in ("from", "to", "evidence") if row.get(name) == ""}
    return {**row, **blank, "year": year}
