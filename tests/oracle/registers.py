"""Small registers to judge: cut from the samples, bent to other regimes, then made faulty."""

from __future__ import annotations

import copy
import csv
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import yaml

from oracle.validator import COLUMNS, WORDS, as_dicts

Tables = dict[str, list[list[str]]]
Regime = dict[str, Any]
ROOT = Path(__file__).parents[2]
SAMPLES = (
    ROOT / "deploy/samples/bac-ninh-2019",
    ROOT / "tests/registers/ba-ria-vung-tau-2019",
)
FAULTY = ROOT / "tests/registers/bac-ninh-2019-faulty"
MOST = {"units": 15, "assignments": 6, "plans": 8, "visits": 12, "reports": 9, "products": 6}
ODD_UNIT = "X99001"  # closed before the year


@cache
def read_sample(path: Path) -> tuple[Tables, Regime]:
    tables = {}
    for name in COLUMNS:
        with (path / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            tables[name] = list(csv.reader(file))
    return tables, yaml.safe_load((path / "regime.yaml").read_text())


def copy_sample(path: Path) -> tuple[Tables, Regime]:
    return copy.deepcopy(read_sample(path))


def small_register(rng: Random) -> tuple[Tables, Regime]:
    """Part of a sample under a variant of its regime; a row that it refuses may remain."""
    whole, regime = copy_sample(rng.choice(SAMPLES))
    tables = cut(whole, rng)
    by = rng.choice(["quarter", "month", "visit", regime["reports"]["period"]])
    in_periods(tables, by, rng)
    regime["reports"]["period"] = by
    if rng.random() < 0.3:
        regime["planning"]["chain"] = []
    if rng.random() < 0.3:
        to_year(tables, regime, rng.choice([2018, 2020, 2024, 2026]))
    return tables, regime


def cut(whole: Tables, rng: Random) -> Tables:
    """Eight cadres of every role, what is theirs, and the units it touches."""
    tables = {name: [rows[0]] for name, rows in whole.items()}
    leading, others = whole["cadres"][1:8], whole["cadres"][8:]
    tables["cadres"] += [*leading[:3], *rng.sample(leading[3:], 2), *rng.sample(others, 4)]
    keys = {name: {row[0] for row in rows[1:]} for name, rows in tables.items()}
    for name in list(COLUMNS)[2:]:
        column = whole[name][0].index("visit" if name == "products" else "cadre")
        held = keys["visits" if name == "products" else "cadres"]
        rows = [row for row in whole[name][1:] if row[column] in held]
        chosen = sorted(rng.sample(range(len(rows)), min(len(rows), MOST.get(name, 6))))
        tables[name] += [rows[index] for index in chosen]
        keys[name] = {row[0] for row in tables[name][1:]}
    line = whole["visits"][0].index("line")
    for row in tables["visits"][1:]:
        row[line] = row[line] if row[line] in keys["plans"] else ""
    used = {cell for name in tables for row in tables[name][1:] for cell in row} | {ODD_UNIT}
    units = [row for row in whole["units"][1:] if row[0] in used]
    parents = {row[3] for row in units}
    tables["units"] += [row for row in whole["units"][1:] if row in units or row[0] in parents]
    return tables


def in_periods(tables: Tables, by: str, rng: Random) -> None:
    """Give reports and difficulties periods of the regime's shape."""
    for name in ("reports", "difficulties"):
        kept = []
        for row in tables[name][1:]:
            visits = [visit[0] for visit in tables["visits"][1:] if visit[1] == row[1]]
            month = row[2][5:7] if "Q" not in row[2] else f"{int(row[2][6]) * 3:02}"
            if by == "visit" and not visits:
                continue
            row[2] = {
                "quarter": f"2019-Q{(int(month) - 1) // 3 + 1}",
                "month": f"2019-{month}",
                "visit": rng.choice([*visits, ""]),
            }[by]
            kept.append(row)
        tables[name][1:] = [row for row in kept if row[2]]


def to_year(tables: Tables, regime: Regime, year: int) -> None:
    """Move every date and period, leap day included."""
    for rows in tables.values():
        for row in rows[1:]:
            row[:] = [moved(cell, year - 2019) for cell in row]
    regime["year"] = year
    regime["window"] = {key: moved(str(day), year - 2019) for key, day in regime["window"].items()}
    regime["closes_on"] = moved(str(regime["closes_on"]), year - 2019)


def moved(cell: str, years: int) -> str:
    if cell[4:5] != "-" or not cell[:4].isdigit():
        return cell
    return f"{int(cell[:4]) + years}{cell[4:]}".replace("2024-03-01", "2024-02-29")


# --- faults -----------------------------------------------------------------------------------

NASTY = (
    "", "0", "x", "cb-9999", "cb-0001", "cb-0002", "cb-0003", "X00000", "2019-02-30", "20190305",
    "05/03/2019", "2019-3-5", "2019-03-05T00:00:00", "2019-03-05 ", "2018-12-31", "2019-01-01",
    "2019-12-31", "2020-01-01", "2020-02-29", "2019-02-29", "2024-02-29", "0001-01-01",
    "9999-12-31", "0000-01-01", "yesterday", "2019-Q1", "2019-Q0", "2019-Q5", "2019-q1", "2020-Q1",
    "2019-01", "2019-13", "2019-00", "2019-1", "2020-01", "2019-W05", "Q1-2019", "2019", "Yes",
    "YES", "yes", "no", "true", "Cadre", "full", "Full", "evening", "morning", "thematic",
    "Thematic", "regular", "meeting", "picnic", "standing", "organisation", "department_leader",
    "union", "contract", "province", "planet", "good", "Good", "sick", "Sick", "decision",
    "Công lệnh", "=1+1", "a,b", 'say "so"', "two\nlines", "٢٠١٩-٠٣-٠٥", "Đ-1/x*>.", "-", "null",
)  # fmt: skip
DATE_COLUMNS = {"from", "to", "logged_on", "submitted_on", "raised_on", "recorded_on"}


def spoil(tables: Tables, rng: Random) -> None:
    """One random fault, or none: some changes do no harm."""
    name = rng.choice([name for name in tables for _ in range(3 if name == "visits" else 1)])
    table = tables[name]
    if len(table) < 2:
        return
    kind = rng.choices(
        ("cells", "twin", "order", "delete", "cells-count", "header", "file"),
        (60, 15, 8, 8, 3, 2, 1),
    )[0]
    index = rng.randrange(1, len(table))
    row = list(table[index])
    if not row:
        return
    match kind:
        case "cells":
            if rng.random() < 0.5:  # a row of its own, so that the old one still stands
                row[0] = f"{row[0]}-new" if COLUMNS[name].split()[0] != "cadre!" else row[0]
                index = rng.randrange(1, len(table) + 1)
                table.insert(index, row)
            for _ in range(rng.choice((1, 1, 1, 2, 3))):
                spoil_cell(tables, name, row, rng)
            table[index] = row
        case "twin":
            if rng.random() < 0.7:
                spoil_cell(tables, name, row, rng, rng.randrange(1, max(2, len(row))))
            table.insert(rng.randrange(1, len(table) + 1), row)
        case "order":
            if rng.random() < 0.5:
                table.insert(rng.randrange(1, len(table)), table.pop(index))
            else:
                table[1:] = rng.sample(table[1:], len(table) - 1)
        case "delete":
            del table[index]
        case "cells-count":
            table[index] = rng.choice(
                [row[:-1], [*row, ""], [*row, "x"], row[:1], [], [*row, row[0]]]
            )
        case "header":
            spoil_header(table, rng)
        case _:
            if name != "cadres":
                tables[name] = []


def spoil_cell(
    tables: Tables, name: str, row: list[str], rng: Random, at: int | None = None
) -> None:
    if not row:
        return
    at = rng.randrange(len(row)) if at is None else min(at, len(row) - 1)
    header = tables[name][0]
    column = header[at] if at < len(header) else ""
    own = [other[at] for other in tables[name][1:] if at < len(other)]
    pools: list[list[str]] = [list(NASTY), own, [rng.choice(row)]]
    pools += [
        [other[0] for other in tables[key][1:] if other] or [""]
        for key in ("cadres", "units", "plans", "visits")
    ]
    if column.endswith("_by") or column == "cadre":
        pools += [pools[3]] * 8 + [[*row[1:4], "", "cb-9999"]] * 3
    if column.endswith("_on") or column in DATE_COLUMNS:
        dates = [cell for cell in row if cell[4:5] == "-" and len(cell) == 10]
        pools += [dates or [""], ["2019-01-01", "2019-12-31", "2018-12-31", "2020-01-01"], [""]] * 3
    if column in WORDS:
        pools += [sorted(WORDS[column])] * 6
    if column == "parent":
        pools += [pools[4]] * 4
    row[at] = rng.choice(rng.choice(pools))


def spoil_header(table: list[list[str]], rng: Random) -> None:
    header = list(table[0])
    at = rng.randrange(len(header))
    kind = rng.choice(("rename", "drop", "reorder", "double", "extra", "case"))
    match kind:
        case "rename":
            header[at] = rng.choice(("ghi_chu", "", header[at] + "s"))
        case "drop":
            table[:] = [[*row[:at], *row[at + 1 :]] for row in table]
            return
        case "reorder":
            order = rng.sample(range(len(header)), len(header))
            if any(len(row) not in {0, len(header)} for row in table):
                return
            table[:] = [[row[index] for index in order] if row else [] for row in table]
            return
        case "double":
            table[:] = [[*row, row[at] if at < len(row) else ""] for row in table]
            return
        case "extra":
            table[:] = [
                [*row, "ghi_chu" if number == 0 else ""] for number, row in enumerate(table)
            ]
            return
        case _:
            header[at] = header[at].upper()
    table[0] = header


def circular(tables: Tables) -> bool:
    """Whether units are each other's parents, or their own: the text says nothing of it."""
    parents: dict[str, set[str]] = {}
    for row in as_dicts(tables["units"] or [[]]):
        parents.setdefault(row.get("unit", ""), set()).add(row.get("parent", ""))
    while leaves := [key for key, above in parents.items() if not above & parents.keys()]:
        for key in leaves:
            del parents[key]
    return bool(parents)
