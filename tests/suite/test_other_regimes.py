"""A new province is a new YAML file and no new code: regimes nobody has seen, end to end.

Bắc Ninh's register under regimes with the other value of many keys, through the real path,
against the naive reading of DOMAIN.md §6 (``tests/naive.py``).
"""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

import naive
from suite.conftest import BAC_NINH, dicoso, plain

Rows = dict[str, list[dict[str, str]]]

BY_VISIT = {
    "window": {"from": date(2019, 3, 1), "to": date(2019, 11, 30)},
    "closes_on": date(2019, 12, 20),
    "population": {"employment": ["civil_servant"], "duty": ["union"]},
    "target": {
        "days": 40.5,
        "by_level": {"branch": 20, "commune": 10.5, "province": 1},
        "surplus": "upward",
        "proration": "days",
        "exempt": [{"leave": "sick", "at_least_days": 60}],
    },
    "credit": {
        "from": "accepted",
        "days": "working",
        "half_days": False,
        "unplanned": "never",
        "evidence": ["travel_order"],
    },
    "planning": {"due_day": 5, "required": False, "chain": []},
    "reports": {
        "period": "visit",
        "required": "always",
        "due_days": 10,
        "late": "fails",
        "headings": [],
    },
}
BY_MONTH = {
    "target": {
        "days": 30,
        "by_level": {"district": 12},
        "surplus": "none",
        "proration": "days",
        "exempt": [],
    },
    "credit": {
        "from": "logged",
        "days": "working",
        "half_days": True,
        "unplanned": "never",
        "evidence": [],
    },
    "reports": {
        "period": "month",
        "required": "always",
        "due_days": 3,
        "late": "fails",
        "headings": ["result"],
    },
}


def rows_of(folder: Path) -> Rows:
    found = {}
    for path in folder.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            found[path.stem] = list(csv.DictReader(file))
    return found


def reports_by_visit(rows: Rows) -> None:
    """A report for four visits in five, accepted three days after the visit was logged."""
    by = {row["cadre"]: row["accepted_by"] for row in rows["reports"] if row["accepted_by"]}
    rows["reports"] = [
        {
            "report": f"bc-{row['visit']}",
            "cadre": row["cadre"],
            "period": row["visit"],
            "submitted_on": row["logged_on"],
            "accepted_on": row["logged_on"] if row["cadre"] in by else "",
            "accepted_by": by.get(row["cadre"], ""),
        }
        for number, row in enumerate(rows["visits"])
        if number % 5
    ]
    for row in rows["difficulties"]:
        row["period"] = next(v["visit"] for v in rows["visits"] if v["cadre"] == row["cadre"])


def reports_by_month(rows: Rows) -> None:
    """A quarter's report becomes one of the quarter's last month."""
    for row in (*rows["reports"], *rows["difficulties"]):
        row["period"] = f"2019-{int(row['period'][-1]) * 3:02}"


@pytest.mark.long
@pytest.mark.parametrize("as_of", ["2019-07-15", "2020-01-31"])
@pytest.mark.parametrize(
    ("changes", "change_rows"),
    [
        pytest.param(BY_VISIT, reports_by_visit, id="by visit"),
        pytest.param(BY_MONTH, reports_by_month, id="by month"),
    ],
)
def test_a_regime_nobody_has_seen_is_assessed_as_the_text_says(
    changes: dict[str, Any], change_rows: Any, as_of: str, tmp_path: Path
) -> None:
    regime = yaml.safe_load((BAC_NINH / "regime.yaml").read_text()) | changes
    rows = rows_of(BAC_NINH)
    change_rows(rows)
    (tmp_path / "regime.yaml").write_text(yaml.safe_dump(regime, allow_unicode=True))
    for name, lines in rows.items():
        with (tmp_path / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(lines[0]))
            writer.writeheader()
            writer.writerows(lines)

    ran = dicoso("demo", "--register", tmp_path, "--as-of", as_of, "--once", "--json")
    answer = json.loads(ran.stdout)
    assert answer["refusals"] == []
    wanted = [
        naive.assess(regime, rows, row["cadre"], date.fromisoformat(as_of))
        for row in sorted(rows["cadres"], key=lambda row: row["cadre"])
    ]
    assert [plain(one) for one in answer["assessments"]] == wanted
    assert len({one["credited"] for one in wanted}) > 10, "all alike: this regime tells nothing"
