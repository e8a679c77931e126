"""Random regimes and small registers that meet every value of every key that counts days.

Everything happens within a few weeks around one random day, so that visits, leaves, the
window and the days of reports touch, overlap and miss each other often.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, TypeVar

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from shared.dates import month_of, quarter_of
from told import FILES, Row, Rows

T = TypeVar("T")
YEAR = 2019
LEVELS = ("branch", "commune", "district", "province")
NEEDS = (
    "regime_fulfilled",
    "initiative",
    "no_discipline",
    "classification:excellent",
    "classification:good",
    "classification:completed",
    "classification:not_completed",
)
TITLE = {"vi": "Tên", "en": "Name"}


def near(middle: date, spread: int = 30) -> st.SearchStrategy[date]:
    """Dates around a day."""
    return st.integers(-spread, spread).map(lambda n: middle + timedelta(n))


def some(*values: str) -> st.SearchStrategy[list[str]]:
    """Any few of the values, in any order."""
    return st.lists(st.sampled_from(values), unique=True)


def half_days(most: int) -> st.SearchStrategy[float]:
    """Multiples of 0.5."""
    return st.integers(0, 2 * most).map(lambda n: n / 2)


def mostly(value: T, other: T) -> st.SearchStrategy[T]:
    """The value, and one time in six the other."""
    return st.sampled_from([*[value] * 5, other])


@st.composite
def regimes(draw: DrawFn, middle: date) -> dict[str, Any]:
    """A regime, as its YAML gives it."""
    start = draw(near(middle - timedelta(25)))
    window = {"from": start, "to": start + timedelta(draw(st.integers(0, 100)))}
    kinds = [
        {
            "id": id,
            "title": TITLE,
            "counts": draw(mostly(True, False)),
            "product": draw(st.booleans()),
            "product_due_days": draw(st.integers(0, 30)),
        }
        for id in draw(mostly(["thematic", "regular", "meeting"], ["meeting"]))
    ]
    commendation = [
        {
            "title": title,
            "name": TITLE,
            "needs": draw(some(*NEEDS)),
            "exempt_counts": draw(st.booleans()),
        }
        for title in draw(some("title-b", "title-a"))
    ]
    exempt = st.fixed_dictionaries(
        {
            "leave": st.sampled_from(["study", "sick"]),
            "at_least_days": st.integers(10, 40),
        }
    )
    return {
        "regime": "r",
        "organisation": "o",
        "title": TITLE,
        "legal_basis": [],
        "year": YEAR,
        "timezone": "Asia/Ho_Chi_Minh",
        "window": window,
        "closes_on": draw(near(middle, 150)),
        "holidays": draw(st.lists(near(middle), max_size=10)),
        "population": {
            "employment": draw(mostly(["civil_servant", "contract"], ["contract"])),
            "duty": draw(mostly(["union", "support"], ["union"])),
        },
        "target": {
            "days": draw(half_days(8)),
            "by_level": draw(st.dictionaries(st.sampled_from(LEVELS), half_days(3))),
            "surplus": draw(st.sampled_from(["none", "upward", "any"])),
            "proration": draw(st.sampled_from(["none", "months", "days"])),
            "exempt": draw(st.lists(exempt, max_size=1)),
        },
        "credit": {
            "from": draw(st.sampled_from(["logged", "confirmed", "accepted"])),
            "days": draw(st.sampled_from(["calendar", "working"])),
            "half_days": draw(st.booleans()),
            "unplanned": draw(st.sampled_from(["counts", "counts", "never"])),
            "evidence": draw(mostly([], ["travel_order", "decision"])),
        },
        "kinds": kinds,
        "planning": {"due_day": 5, "required": draw(st.booleans()), "chain": []},
        "reports": {
            "period": draw(st.sampled_from(["quarter", "month", "visit"])),
            "required": draw(st.sampled_from(["always", "active"])),
            "due_days": draw(st.integers(0, 20)),
            "late": draw(st.sampled_from(["counts", "fails"])),
            "headings": [],
        },
        "commendation": commendation,
    }


def later(draw: DrawFn, first: str, most: int = 20) -> str:
    """A cell with a day not before the first."""
    return str(date.fromisoformat(first) + timedelta(draw(st.integers(0, most))))


def between(draw: DrawFn, middle: date, longest: int) -> tuple[str, str]:
    """The cells from and to."""
    first = draw(near(middle, 15))
    return str(first), str(first + timedelta(draw(st.integers(0, longest))))


@st.composite
def registers(draw: DrawFn, middle: date, period: str) -> Rows:
    """The rows of a small register, as an import would accept them."""
    rows: Rows = {name: [] for name in FILES}
    rows["units"] = [
        {"unit": f"u-{level}", "name": level, "level": level, "parent": "", "code": ""}
        | {"from": "", "to": ""}
        for level in LEVELS
    ]
    for cadre in ("cb-1", "cb-2"):
        rows["cadres"].append(_cadre(draw, cadre, middle))
        _year(draw, rows, cadre, middle, period)
    return rows


def _cadre(draw: DrawFn, cadre: str, middle: date) -> Row:
    ends = draw(st.sampled_from(["open", "open", "from", "to"]))
    return {
        "cadre": cadre,
        "name": "",
        "department": "b",
        "position": "",
        "role": "cadre",
        "duty": draw(mostly("union", "support")),
        "employment": draw(mostly("contract", "civil_servant")),
        "from": str(draw(near(middle))) if ends == "from" else "",
        "to": str(draw(near(middle, 60))) if ends == "to" else "",
    }


def _year(draw: DrawFn, rows: Rows, cadre: str, middle: date, period: str) -> None:
    def many(most: int) -> range:
        return range(draw(st.integers(0, most)))

    def id(kind: str, n: int) -> str:
        return f"{kind}-{cadre}-{draw(st.integers(0, 9))}{n}"

    for n in many(2):
        first, last = between(draw, middle, 45)
        rows["leave"].append(
            {"leave": id("nv", n), "cadre": cadre, "from": first, "to": last}
            | {"kind": draw(st.sampled_from(["study", "sick", "annual"]))}
            | {"recorded_on": str(draw(near(middle, 60)))}
        )
    days = [middle + timedelta(n) for n in range(-60, 61, 30)]
    quarters = sorted({quarter_of(day) for day in days})
    months = [month_of(day) for day in days]
    for n in many(3):
        first, last = between(draw, middle, 5)
        submitted = str(draw(near(middle, 60)))
        rows["plans"].append(
            {"line": id("dk", n), "cadre": cadre, "quarter": draw(st.sampled_from(quarters))}
            | {"unit": "u-branch", "kind": "regular", "from": first, "to": last, "topic": ""}
            | {"submitted_on": submitted, "approved_on": draw(mostly(later(draw, submitted), ""))}
        )
    lines = [*(row["line"] for row in rows["plans"] if row["cadre"] == cadre), ""]
    for n in range(draw(st.integers(1, 8))):
        rows["visits"].append(_visit(draw, id("lv", n), cadre, middle, lines))
    visits = [row["visit"] for row in rows["visits"] if row["cadre"] == cadre]
    periods = {"quarter": quarters, "month": months, "visit": visits}[period]
    for n in many(5) if periods else ():
        rows["reports"].append(
            {"report": id("bc", n), "cadre": cadre, "period": draw(st.sampled_from(periods))}
            | _acceptance(draw, middle)
        )
    for n in many(3) if visits else ():
        rows["products"].append(
            {"product": id("sp", n), "visit": draw(st.sampled_from(visits))}
            | _acceptance(draw, middle)
        )
    for _ in many(3):
        grades = ["excellent", "good", "completed", "not_completed"]
        rows["appraisals"].append(
            {"cadre": cadre, "classification": draw(st.sampled_from(grades))}
            | {"initiative": draw(st.sampled_from(["yes", "no"]))}
            | {"discipline": draw(st.sampled_from(["yes", "no"]))}
            | {"recorded_on": str(draw(near(middle, 3)))}
        )


def _visit(draw: DrawFn, visit: str, cadre: str, middle: date, lines: list[str]) -> Row:
    first, last = between(draw, middle, 8)
    logged = later(draw, last)
    return {
        "visit": visit,
        "cadre": cadre,
        "unit": f"u-{draw(st.sampled_from(LEVELS))}",
        "kind": draw(st.sampled_from(["regular", "thematic", "meeting"])),
        "line": draw(st.sampled_from(lines)),
        "from": first,
        "to": last,
        "portion": draw(st.sampled_from(["full", "full", "full", "full", "morning", "afternoon"])),
        "evidence": draw(st.sampled_from(["decision", "travel_order", "letter", ""])),
        "evidence_no": draw(st.sampled_from(["1-CL", "1-CL", " "])),
        "logged_on": logged,
        "confirmed_on": (confirmed := draw(mostly(later(draw, logged), ""))),
        "confirmed_by": "u" if confirmed else "",
        "voided_on": draw(mostly("", later(draw, logged))),
    }


def _acceptance(draw: DrawFn, middle: date) -> Row:
    submitted = str(draw(near(middle, 90)))
    accepted = draw(mostly(later(draw, submitted), ""))
    return {
        "submitted_on": submitted,
        "accepted_on": accepted,
        "accepted_by": "cb-9" if accepted else "",
    }


@st.composite
def worlds(draw: DrawFn) -> tuple[dict[str, Any], Rows, date]:
    """A regime, a register, and a day to judge it as of."""
    middle = draw(st.dates(date(YEAR, 2, 15), date(YEAR, 11, 10)))
    regime = draw(regimes(middle))
    rows = draw(registers(middle, regime["reports"]["period"]))
    days = [regime["closes_on"], *_days(rows)]
    an_act = st.builds(_add, st.sampled_from(days), st.integers(-1, 1))
    return regime, rows, draw(an_act | near(middle + timedelta(80), 110))


def _days(rows: Rows) -> list[date]:
    """Every day that stands in a cell: as of these, and the days beside them, things change."""
    cells = (row[name] for file in rows.values() for row in file for name in row if _is_day(name))
    return sorted({date.fromisoformat(cell) for cell in cells if cell})


def _is_day(column: str) -> bool:
    return column in ("from", "to") or column.endswith("_on")


def _add(day: date, count: int) -> date:
    return day + timedelta(count)
