"""The ten files of the register (sổ): their columns, and the command that a row becomes.

DOMAIN.md §4. The order of the files is the order of sending: each refers only to what
stands in the files before it, or in its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from shared.language.appraisal import RecordClassification
from shared.language.planning import (
    AppointCadre,
    AssignUnit,
    EnterLine,
    RecordLeave,
    RegisterUnit,
)
from shared.language.visits import EnterDifficulty, EnterProduct, EnterReport, EnterVisit
from shared.messages import Command
from shared.refused import Refused
from shared.regime import faults

REGIME = "regime.yaml"
"""The file that holds the regime (chế độ)."""

Line = tuple[int, list[str] | Refused]
"""A row as it was found: its number in a spreadsheet, and its cells or why they are unreadable."""
Contents = dict[str, list[Line] | Refused]
"""The lines of each file that is there, the header's first; of the regime one cell a line."""


@dataclass(frozen=True)
class Table:
    """One file: its name, the command of its rows, its columns, those that are never empty."""

    file: str
    command: type[Command]
    columns: tuple[str, ...]
    bold: frozenset[str]

    @property
    def key(self) -> str:
        """The column by which rows of this file are told apart, or at least ordered."""
        return self.columns[0]

    def enter(self, cells: Mapping[str, str], year: int) -> Command:
        """The command of one row; ``year`` is the regime's.

        An empty cell is left out, except a bold one: that goes along as it stands, and no
        value of a bold column may be empty or blank. Raises Refused ``malformed``
        with ``faults``: a list of ``{"path", "reason"}``, the path being the column.
        """
        said: dict[str, str | int] = {
            column: cells[column] for column in self.columns if column in self.bold or cells[column]
        }
        if "year" in self.command.model_fields:
            said["year"] = year
        try:
            return self.command.model_validate(said)
        except ValidationError as error:
            raise Refused("malformed", faults=faults(error)) from error


def _table(file: str, command: type[Command], columns: str) -> Table:
    names = columns.split()
    return Table(
        file,
        command,
        tuple(name.rstrip("*") for name in names),
        frozenset(name.rstrip("*") for name in names if name.endswith("*")),
    )


# A star marks what DOMAIN.md prints bold.
TABLES: dict[str, Table] = {
    table.file: table
    for table in (
        _table(
            "cadres.csv",
            AppointCadre,
            "cadre* name department* position role* duty* employment* from to",
        ),
        _table("units.csv", RegisterUnit, "unit* name* level* parent code from to"),
        _table("assignments.csv", AssignUnit, "cadre* unit* from to"),
        _table("leave.csv", RecordLeave, "leave* cadre* kind* from* to* recorded_on*"),
        _table(
            "plans.csv",
            EnterLine,
            "line* cadre* quarter* unit* kind* from* to* topic submitted_on* approved_on",
        ),
        _table(
            "visits.csv",
            EnterVisit,
            "visit* cadre* unit* kind* line from* to* portion* evidence evidence_no"
            " logged_on* confirmed_on confirmed_by voided_on",
        ),
        _table(
            "reports.csv",
            EnterReport,
            "report* cadre* period* submitted_on* accepted_on accepted_by",
        ),
        _table(
            "products.csv",
            EnterProduct,
            "product* visit* submitted_on* accepted_on accepted_by",
        ),
        _table(
            "difficulties.csv",
            EnterDifficulty,
            "difficulty* cadre* period* unit* text* raised_on*"
            " escalated_on escalated_to answered_on",
        ),
        _table(
            "appraisals.csv",
            RecordClassification,
            "cadre* classification* initiative* discipline* recorded_on*",
        ),
    )
}
"""The tables by file name, in the order of sending."""
