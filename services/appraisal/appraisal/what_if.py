"""What if (nếu áp dụng chế độ khác): how two assessments of the same year differ.

What was decided stays decided: plans keep their approvals, visits their confirmations. Only how
they are counted, and what the year must fulfil, is the other regime's.
"""

from __future__ import annotations

from typing import Any

from appraisal.rules import Assessment
from shared.refused import Refused
from shared.regime import Regime


def of_the_year(other: Regime, year: int) -> None:
    """Raises Refused ``malformed`` where the other regime is of another year."""
    if other.year != year:
        fault = {"path": "year", "reason": f"is {other.year}, but the year asked for is {year}"}
        raise Refused("malformed", faults=[fault])


def changes_between(before: Assessment, after: Assessment) -> dict[str, list[Any]]:
    """Each of status, target, credited days and eligibility that differs: before and after."""
    left, right = _judged(before), _judged(after)
    return {
        name: [left.get(name), right.get(name)]
        for name in dict.fromkeys((*left, *right))
        if left.get(name) != right.get(name)
    }


def _judged(one: Assessment) -> dict[str, Any]:
    found = one.as_json()
    titles = {
        f"eligible:{title}": award["eligible"] for title, award in found["commendation"].items()
    }
    return {name: found[name] for name in ("status", "target", "credited")} | titles
