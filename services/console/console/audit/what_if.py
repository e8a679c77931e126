"""What if (nếu áp dụng chế độ khác): the year judged under another regime; nothing is written.

What was decided stays decided: plans keep their approvals, visits their confirmations. Only how
they are counted, and what the year must fulfil, is the other regime's.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from appraisal.what_if import changes_between, of_the_year
from console.audit.books import Books
from console.audit.judging import facts_of, filed, in_force, judge
from shared.regime import Regime


def what_if(
    books: Books, other: Regime, year: int, as_of: date, known_at: str | None = None
) -> dict[str, Any]:
    """Whose status, target, credited days or eligibility would be another, and what they are.

    Raises Refused ``unknown-regime``; ``malformed`` where the other regime is of another year.
    """
    of_the_year(other, year)
    facts = facts_of(filed(books.known_at(known_at)))
    now = in_force(facts, year, as_of)
    before = judge(facts, year, as_of)
    after = judge(facts, year, as_of, other)
    changed = [
        {"cadre": cadre, "changes": changes}
        for cadre in sorted(before)
        if (changes := changes_between(before[cadre], after[cadre]))
    ]
    return {
        "year": year,
        "as_of": as_of.isoformat(),
        "known_at": known_at,
        "regime": {"regime": now.regime.regime, "version": now.number},
        "other": other.regime,
        "cadres": len(before),
        "changed": changed,
    }
