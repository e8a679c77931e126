"""A plain validator of a register, written from DOMAIN.md sections 4 and 5 alone.

It imports nothing of dicoso. Each row is asked for every fault it has, and the first in the
text's order of rank is its refusal. Where the text can be read in two ways the choice is a
field of `Reading`, so that a test may ask both.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

Row = Mapping[str, str]
Rows = Sequence[Sequence[str]]  # the header first, as the file has them

ORDER = (
    "malformed", "duplicate-id", "unknown-cadre", "unknown-unit", "unknown-kind", "unknown-line",
    "unknown-visit", "dates-reversed", "outside-year", "unit-not-valid", "logged-early",
    "out-of-turn", "own-act", "not-authorised",
)  # fmt: skip

# A column never empty ends in "!"; the first is the key, unless the file is in WHOLE_ROW.
COLUMNS = {
    "cadres": "cadre! name department! position role! duty! employment! from to",
    "units": "unit! name! level! parent code from to",
    "assignments": "cadre! unit! from to",
    "leave": "leave! cadre! kind! from! to! recorded_on!",
    "plans": "line! cadre! quarter! unit! kind! from! to! topic submitted_on! approved_on",
    "visits": "visit! cadre! unit! kind! line from! to! portion! evidence evidence_no logged_on! "
    "confirmed_on confirmed_by voided_on",
    "reports": "report! cadre! period! submitted_on! accepted_on accepted_by",
    "products": "product! visit! submitted_on! accepted_on accepted_by",
    "difficulties": "difficulty! cadre! period! unit! text! raised_on! escalated_on "
    "escalated_to answered_on",
    "appraisals": "cadre! classification! initiative! discipline! recorded_on!",
}
WHOLE_ROW = {"assignments", "appraisals"}
DATES = {"from", "to"}  # and every column that ends in _on
WORDS = {
    "role": {"cadre", "department_leader", "organisation", "standing"},
    "duty": {"union", "support"},
    "employment": {"civil_servant", "contract"},
    "level": {"branch", "commune", "district", "province"},
    "portion": {"full", "morning", "afternoon"},
    "classification": {"excellent", "good", "completed", "not_completed"},
    "initiative": {"yes", "no"},
    "discipline": {"yes", "no"},
}
PAIRS = {  # both or neither
    "visits": ("confirmed_on", "confirmed_by"),
    "reports": ("accepted_on", "accepted_by"),
    "products": ("accepted_on", "accepted_by"),
    "difficulties": ("escalated_on", "escalated_to"),
}
AFTER = {  # the later act, and the one it may not stand before
    "plans": [("approved_on", "submitted_on")],
    "visits": [("confirmed_on", "logged_on"), ("voided_on", "logged_on")],
    "reports": [("accepted_on", "submitted_on")],
    "products": [("accepted_on", "submitted_on")],
}


@dataclass(frozen=True)
class Reading:
    """Points on which the text leaves a choice; the defaults are the plainer readings."""

    kinds_lower_case: bool = True  # a leave or evidence kind that is no lower-case word: malformed
    unit_is_nobody: bool = False  # a unit as accepter of a report or product: unknown-cadre
    difficulty_own_visit: bool = True  # period: visit, a difficulty at another cadre's visit
    difficulty_in_turn: bool = False  # escalated or answered before raised: out-of-turn
    own_unit_known: bool = True  # a visit confirmed by its own unit, which is unknown: nobody
    circles_stand: bool = False  # units that are each other's parents, or their own
    blank_line_counts: bool = False  # a line without any cell: malformed, or no row at all


@dataclass(frozen=True, order=True)
class Refusal:
    """One refused row, numbered as a spreadsheet shows it."""

    file: str
    row: int
    code: str


@dataclass
class Validator:
    """One register under one regime; `held` is what stands, accepted, by file and key."""

    files: Mapping[str, Rows]
    regime: Mapping[str, Any]
    reading: Reading = field(default_factory=Reading)
    held: dict[str, dict[str, Row]] = field(default_factory=dict)
    parents: set[str] = field(default_factory=set)

    def refusals(self) -> list[Refusal]:
        """Every refusal, files in the text's order, rows in the file's."""
        found: list[Refusal] = []
        for name in COLUMNS:
            self.held[name] = {}
            table = self.files.get(name, [])
            if not table:
                continue  # a missing file is an empty one
            code = header_fault(name, table[0])
            if code:
                found.append(Refusal(f"{name}.csv", 1, code))
                continue
            codes = self.units(table) if name == "units" else self.in_order(name, table)
            found += [Refusal(f"{name}.csv", n, code) for n, code in codes if code]
        return found

    def in_order(self, name: str, table: Rows) -> Iterator[tuple[int, str | None]]:
        """A file whose rows refer to other files only."""
        for number, cells in enumerate(table[1:], start=2):
            if not cells and not self.reading.blank_line_counts:
                continue
            row = dict(zip(table[0], cells, strict=False))
            code = self.first_fault(name, row, len(cells) != len(table[0]))
            if code is None and name not in WHOLE_ROW:
                self.held[name].setdefault(row[key_of(name)], row)
            yield number, code

    def units(self, table: Rows) -> Iterator[tuple[int, str | None]]:
        """A parent may stand in a later row: judge again until nothing changes.

        Each round judges the file from above by what stood after the round before; at first
        nothing stands, or, if circles of parents hold each other up, everything does.
        """
        self.parents = set()
        if self.reading.circles_stand:
            self.parents = {row["unit"] for row in as_dicts(table) if "unit" in row}
        while True:
            self.held["units"] = {}
            codes = list(self.in_order("units", table))
            if set(self.held["units"]) == self.parents:
                return iter(codes)
            self.parents = set(self.held["units"])

    def first_fault(self, name: str, row: Row, miscounted: bool) -> str | None:
        if miscounted or any(self.malformed(name, row)):
            return "malformed"
        known = None if name in WHOLE_ROW else self.held[name].get(row[key_of(name)])
        if known is not None:
            return None if known == row else "duplicate-id"
        faults = {*self.unknown(name, row), *self.out_of_order(name, row), *self.acts(name, row)}
        return next((code for code in ORDER if code in faults), None)

    def malformed(self, name: str, row: Row) -> Iterator[bool]:
        for column in COLUMNS[name].split():
            cell = row[column.rstrip("!")]
            if cell == "":
                yield column.endswith("!")
            else:
                yield not self.cell_is_well_formed(name, column.rstrip("!"), cell)

    def cell_is_well_formed(self, name: str, column: str, cell: str) -> bool:
        if column in DATES or column.endswith("_on"):
            return a_date(cell) is not None
        if column == "quarter" or (column == "period" and self.by == "quarter"):
            return re.fullmatch("[0-9]{4}-Q[1-4]", cell) is not None
        if column == "period" and self.by == "month":
            return re.fullmatch("[0-9]{4}-(0[1-9]|1[0-2])", cell) is not None
        if (name, column) in {("leave", "kind"), ("visits", "evidence")}:
            word = cell == cell.lower() and re.fullmatch(r"[^\W\d_][\w-]*", cell)
            return bool(word) or not self.reading.kinds_lower_case
        return cell in WORDS.get(column, {cell})

    @property
    def by(self) -> str:
        return str(self.regime["reports"]["period"])

    def unknown(self, name: str, row: Row) -> Iterator[str]:
        """What the row refers to and the register does not hold."""
        if name not in {"cadres", "products"} and row.get("cadre", "") not in {
            "", *self.held["cadres"]
        }:  # fmt: skip
            yield "unknown-cadre"
        if self.actor_is_nobody(name, row):
            yield "unknown-cadre"
        if name == "units":
            if row["parent"] and row["parent"] not in self.parents:
                yield "unknown-unit"
        elif "unit" in row and row["unit"] not in self.held["units"]:
            yield "unknown-unit"
        if name in {"plans", "visits"} and row["kind"] not in {
            kind["id"] for kind in self.regime["kinds"]
        }:
            yield "unknown-kind"
        if name == "visits" and row["line"]:
            line = self.held["plans"].get(row["line"])
            if line is None or line["cadre"] != row["cadre"]:
                yield "unknown-line"
        if name == "products" and row["visit"] not in self.held["visits"]:
            yield "unknown-visit"
        if name in {"reports", "difficulties"} and self.by == "visit":
            visit = self.held["visits"].get(row["period"])
            own = name == "reports" or self.reading.difficulty_own_visit
            if visit is None or (own and visit["cadre"] != row["cadre"]):
                yield "unknown-visit"

    def actor_is_nobody(self, name: str, row: Row) -> bool:
        who = row.get("confirmed_by") or row.get("accepted_by") or ""
        a_unit = who in self.held.get("units", {})
        if a_unit and (name == "visits" or not self.reading.unit_is_nobody):
            return False
        if name == "visits" and who == row["unit"] and not self.reading.own_unit_known:
            return False
        return who not in {"", *self.held["cadres"]}

    def out_of_order(self, name: str, row: Row) -> Iterator[str]:
        """Dates against each other, the year and the unit's."""
        start, end = row.get("from", ""), row.get("to", "")
        if start and end and start > end:
            yield "dates-reversed"
        if name == "visits":
            if {start[:4], end[:4]} != {f"{self.regime['year']:04}"}:
                yield "outside-year"
            unit = self.held["units"].get(row["unit"], {})
            if start < (unit.get("from") or "") or end > (unit.get("to") or "9999-12-31"):
                yield "unit-not-valid"
            if row["logged_on"] < end:
                yield "logged-early"
        pairs = AFTER.get(name, [])
        if name == "difficulties" and self.reading.difficulty_in_turn:
            pairs = [("escalated_on", "raised_on"), ("answered_on", "raised_on")]
        if any(row[later] and row[later] < row[earlier] for later, earlier in pairs):
            yield "out-of-turn"
        if name in PAIRS and len({bool(row[column]) for column in PAIRS[name]}) == 2:
            yield "out-of-turn"

    def acts(self, name: str, row: Row) -> Iterator[str]:
        """Who accepts or confirms whom."""
        who = row.get("confirmed_by") or row.get("accepted_by") or ""
        visit = self.held["visits"].get(row["visit"], {}) if name == "products" else row
        author = self.held["cadres"].get(visit.get("cadre", ""))
        if not who or author is None:
            return
        if who == author["cadre"]:
            yield "own-act"
        if not (name == "visits" and who == row["unit"]) and not above(
            self.held["cadres"].get(who), author
        ):
            yield "not-authorised"


def above(accepter: Row | None, author: Row) -> bool:
    """The table of `not-authorised`."""
    if accepter is None:
        return False
    leads = accepter["role"] == "department_leader"
    judge: Callable[[], bool] = {
        "cadre": lambda: (
            (leads and accepter["department"] == author["department"])
            or accepter["role"] in {"organisation", "standing"}
        ),
        "department_leader": lambda: accepter["role"] in {"organisation", "standing"},
        "organisation": lambda: accepter["role"] == "standing",
        "standing": lambda: accepter["role"] == "standing" and accepter != author,
    }[author["role"]]
    return judge()


def as_dicts(table: Rows) -> Iterator[Row]:
    return (dict(zip(table[0], cells, strict=False)) for cells in table[1:])


def key_of(name: str) -> str:
    return COLUMNS[name].split()[0].rstrip("!")


def header_fault(name: str, header: Sequence[str]) -> str | None:
    """Unknown is asked before missing, as the text names them."""
    columns = [column.rstrip("!") for column in COLUMNS[name].split()]
    if set(header) - set(columns) or len(set(header)) < len(header):
        return "unknown-column"  # of a column given twice the text says nothing
    return "missing-column" if set(columns) - set(header) else None


def a_date(cell: str) -> date | None:
    if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", cell):
        return None
    try:
        return date(*map(int, cell.split("-")))
    except ValueError:
        return None


def validate(
    files: Mapping[str, Rows], regime: Mapping[str, Any], reading: Reading | None = None
) -> list[Refusal]:
    return Validator(files, regime, reading or Reading()).refusals()
