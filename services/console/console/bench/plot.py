"""The drawings: light SVG files with real text, the same bytes for the same figures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

mpl.use("svg")
mpl.rcParams.update(
    {
        "svg.fonttype": "none",
        "svg.hashsalt": "dicoso",
        "font.family": "sans-serif",
        "axes.spines.top": False,
        "axes.spines.right": False,
    }
)
_MET, _UNMET, _GREY = "#2e7d32", "#c62828", "#9e9e9e"


def _times(row: dict[str, Any], figure: float) -> float:
    """How many times over a figure reaches the row's goal; 1 is just reached."""
    times: float = figure / row["goal"] if "≥" in row["judged"] else row["goal"] / figure
    return times


def draw_goals(rows: Sequence[dict[str, Any]], path: Path) -> None:
    """How many times over each goal is reached, every round a point, the median a bar."""
    shown = [row for row in rows if row["met"] is not None][::-1]
    figure = Figure(figsize=(8, 1.2 + 0.42 * len(shown)), layout="constrained")
    axes: Axes = figure.subplots()
    for at, row in enumerate(shown):
        of_ratio = row["judged"].startswith("ratio")
        said: float = row["ratio"] if of_ratio else row["ours"]
        middle = _times(row, said)
        times = [
            _times(row, run["ours"] / run["limit"] if of_ratio else run["ours"])
            for run in row["runs"]
        ]
        colour = _MET if row["met"] else _UNMET
        axes.plot([1, middle], [at, at], color=colour, linewidth=7, alpha=0.35)
        axes.plot(times, [at] * len(times), "o", color=colour, markersize=4)
        unit = "" if of_ratio else f" {row['unit']}"
        axes.annotate(
            f"{said:g}{unit} (goal {row['judged'].partition(' ')[2]})",
            (max(*times, 1), at),
            xytext=(8, 0),
            textcoords="offset points",
            va="center",
            fontsize=9,
        )
    axes.axvline(1, color=_GREY, linewidth=1)
    axes.set_yticks(range(len(shown)), [row["id"] for row in shown])
    axes.set_xscale("log")
    ticks = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20)
    axes.set_xticks(ticks, [f"{tick:g}×" for tick in ticks])
    axes.minorticks_off()
    axes.set_xlim(0.1, 60)
    axes.set_xlabel("how many times over the goal is reached (1× is the goal)")
    figure.savefig(path, metadata={"Date": None})


def draw_growth(curve: Sequence[dict[str, float]], path: Path) -> None:
    """What a command costs on ledgers of several sizes."""
    figure = Figure(figsize=(6, 3), layout="constrained")
    axes: Axes = figure.subplots()
    events = [one["events"] for one in curve]
    costs = [one["cost"] for one in curve]
    axes.plot(events, costs, "o-", color=_MET)
    axes.axhline(1.2 * costs[0], color=_GREY, linewidth=1, linestyle="--")
    axes.annotate("1.2 × the smallest", (events[0], 1.2 * costs[0]), va="bottom", fontsize=9)
    axes.set_xscale("log")
    axes.set_ylim(0, 1.5 * max(costs))
    axes.set_xlabel("events in the ledger")
    axes.set_ylabel("µs a command")
    figure.savefig(path, metadata={"Date": None})
