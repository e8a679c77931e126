"""The arithmetic of a row: medians, the ratio, and whether the goal is reached."""

from __future__ import annotations

import pytest

from console.bench.row import Goal, Row, percentile


def row(goal: Goal) -> Row:
    one = Row("one", "events/s", goal)
    for ours, limit in ((100, 400), (300, 500), (200, 100)):
        one.add(ours, limit)
    return one


def test_a_row_tells_the_medians_their_ratio_and_every_round() -> None:
    found = row(Goal("ratio", "≥", 0.5)).as_json()
    assert (found["ours"], found["limit"], found["ratio"]) == (200, 400, 0.5)
    assert found["runs"] == [
        {"ours": 100, "limit": 400},
        {"ours": 300, "limit": 500},
        {"ours": 200, "limit": 100},
    ]
    assert found["goal"] == 0.5
    assert found["judged"] == "ratio ≥ 0.5"


@pytest.mark.parametrize(
    ("goal", "met"),
    [
        (Goal("ratio", "≥", 0.5), True),
        (Goal("ratio", "≥", 0.51), False),
        (Goal("ratio", "≤", 0.49), False),
        (Goal("ours", "≤", 200), True),
        (Goal("ours", "≤", 199), False),
    ],
)
def test_the_goal_speaks_of_the_medians(goal: Goal, met: bool) -> None:
    assert row(goal).as_json()["met"] is met


def test_what_was_not_measured_says_why_and_is_neither_met_nor_unmet() -> None:
    found = Row("one", "s", Goal("ours", "≤", 1), missing="no server").as_json()
    assert found["met"] is None
    assert found["ours"] is None
    assert found["reason"] == "no server"


def test_a_row_without_a_limit_has_no_ratio() -> None:
    one = Row("one", "s", Goal("ours", "≤", 20))
    one.add(5)
    found = one.as_json()
    assert (found["ours"], found["limit"], found["ratio"], found["met"]) == (5, None, None, True)
    assert found["runs"] == [{"ours": 5, "limit": None}]


def test_percentiles_of_a_hundred_and_one_figures() -> None:
    figures = [float(one) for one in range(101)]
    assert percentile(figures, 50) == 50
    assert percentile(figures, 99) == 99
