"""One row of the table: what was measured, round by round, beside its limit, and its goal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median, quantiles
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Goal:
    """What must be reached: of our own figure, or of its ratio to the limit."""

    of: Literal["ours", "ratio"]
    sign: Literal["≥", "≤"]
    at: float

    def met(self, figure: float) -> bool:
        """Whether a figure reaches it."""
        return figure >= self.at if self.sign == "≥" else figure <= self.at

    def __str__(self) -> str:
        return f"{self.of} {self.sign} {self.at:g}"


@dataclass(slots=True)
class Row:
    """The figures of every round; ``limit`` stays empty where nothing is set against ours."""

    id: str
    unit: str
    goal: Goal | None
    against: str = ""
    """What the limit is."""
    ours: list[float] = field(default_factory=list)
    limit: list[float] = field(default_factory=list)
    note: str = ""
    missing: str = ""
    """Why nothing was measured."""
    more: dict[str, Any] = field(default_factory=dict)

    def add(self, ours: float, limit: float | None = None) -> None:
        """A round's figures."""
        self.ours.append(ours)
        if limit is not None:
            self.limit.append(limit)

    @property
    def ratio(self) -> float | None:
        """The median of ours ÷ the median of the limit."""
        return median(self.ours) / median(self.limit) if self.limit else None

    @property
    def met(self) -> bool | None:
        """Whether the goal is reached; None where there is nothing to judge."""
        if self.goal is None or not self.ours:
            return None
        figure = median(self.ours) if self.goal.of == "ours" else self.ratio
        return None if figure is None else self.goal.met(figure)

    def as_json(self) -> dict[str, Any]:
        """Medians, with every round beside them."""
        return {
            "id": self.id,
            "ours": middle(self.ours),
            "limit": middle(self.limit),
            "unit": self.unit,
            "ratio": None if self.ratio is None else tidy(self.ratio),
            "goal": self.goal.at if self.goal else None,
            "met": self.met,
            "runs": [
                {"ours": tidy(one), "limit": tidy(self.limit[at]) if self.limit else None}
                for at, one in enumerate(self.ours)
            ],
            "judged": str(self.goal) if self.goal else "",
            "against": self.against,
            "note": self.note,
            **({"reason": self.missing} if self.missing else {}),
            **self.more,
        }


def tidy(figure: float) -> float:
    """Four figures that count."""
    return float(f"{figure:.4g}") if abs(figure) < 1000 else float(round(figure))


def middle(figures: Sequence[float]) -> float | None:
    """The median; None of nothing."""
    return tidy(median(figures)) if figures else None


def percentile(figures: Iterable[float], rank: int) -> float:
    """The percentile of at least two figures, the ends included."""
    return quantiles(figures, n=100, method="inclusive")[rank - 1]
