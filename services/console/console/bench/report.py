"""The rows as a table for people, and as files: JSON, drawings and a page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from rich import box
from rich.markup import escape
from rich.table import Table

from console.bench.plot import draw_goals, draw_growth
from console.screen import out

_MET = {True: "[green]✓[/]", False: "[red]✗[/]", None: "–"}
_BEGIN, _END = "<!-- figures: written by dicoso bench -->", "<!-- end of figures -->"

Found = dict[str, Any]
"""``{"machine", "rows"}`` as ``--json`` prints it."""


def print_table(found: Found) -> None:
    """The table on stdout, with what each row says beside its figures."""
    machine = found["machine"]
    table = Table(
        title=f"dicoso bench ({machine['size']}) · {machine['processor']}, "
        f"{machine['cores']} cores, fsync {machine['fsync_ms']} ms",
        title_justify="left",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        pad_edge=False,
    )
    table.add_column("Phép đo\nMeasure", no_wrap=True)
    for title in ("Của ta\nOurs", "Giới hạn\nLimit"):
        table.add_column(title, justify="right", no_wrap=True)
    table.add_column("Đơn vị\nUnit", no_wrap=True)
    table.add_column("Tỷ số (mọi vòng)\nRatio (all rounds)", no_wrap=True)
    table.add_column("Đích\nGoal", no_wrap=True)
    table.add_column("Đạt\nMet")
    for row in found["rows"]:
        table.add_row(*map(escape, _cells(row)), _MET[row["met"]])
    out.print(table)
    for row in found["rows"]:
        said = row.get("reason") or row["note"]
        against = f" · ÷ {row['against']}" if row["against"] else ""
        out.print(f"  {row['id']}: {said}{against}", markup=False, style="dim")


def _cells(row: Found) -> list[str]:
    """Id, ours, limit, unit, ratio with its spread, goal."""
    return [
        row["id"],
        _figure(row["ours"]),
        _figure(row["limit"]),
        row["unit"],
        _spread(row),
        row["judged"],
    ]


def _figure(figure: float | None) -> str:
    return "" if figure is None else f"{figure:,.10g}"


def _spread(row: Found) -> str:
    """The median ratio and its range; of a row without limit the range of ours."""
    if row["ratio"] is None:
        ours = [run["ours"] for run in row["runs"]]
        return f"({min(ours):g}–{max(ours):g} {row['unit']})" if ours else ""
    ratios = [run["ours"] / run["limit"] for run in row["runs"]]
    return f"{row['ratio']:.3g} ({min(ratios):.3g}–{max(ratios):.3g})"


def write_files(found: Found, folder: Path) -> None:
    """``results.json``, the drawings, and the table in the folder's README."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "results.json").write_text(
        json.dumps(found, ensure_ascii=False, indent=1) + "\n", "utf-8"
    )
    draw_goals(found["rows"], folder / "goals.svg")
    growth = [row for row in found["rows"] if row.get("curve")]
    if growth:
        draw_growth(growth[0]["curve"], folder / "growth.svg")
    page = folder / "README.md"
    if page.exists():
        page.write_text(_filled(page.read_text("utf-8"), found), "utf-8")


def _filled(text: str, found: Found) -> str:
    """The page with the figures between its two marks; as it was where it has none."""
    before, begin, rest = text.partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not begin or not end:
        return text
    return f"{before}{begin}\n\n{_markdown(found)}\n{end}{after}"


def _markdown(found: Found) -> str:
    machine = ", ".join(f"{name} {said}" for name, said in found["machine"].items())
    lines = [
        "| measure | ours | limit | unit | ratio (all rounds) | goal | met |",
        "|---|---:|---:|---|---|---|---|",
    ]
    met = {True: "yes", False: "**no**", None: "not measured"}
    for row in found["rows"]:
        judged = met[row["met"]] if row["goal"] is not None else ""
        lines.append("| " + " | ".join([*_cells(row), judged]) + " |")
    notes = [f"- `{row['id']}`: {row.get('reason') or row['note']}" for row in found["rows"]]
    drawn = ["![How many times over each goal is reached](goals.svg)"]
    if any(row.get("curve") for row in found["rows"]):
        drawn += ["", "![What a command costs as the ledger grows](growth.svg)"]
    every = "Every round of every row is in [results.json](results.json)."
    return "\n".join([*lines, "", *notes, "", f"Machine: {machine}.", "", *drawn, "", every, ""])
