"""The rules and the naive reading of DOMAIN.md §6 agree on whatever can be recorded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import naive
from shared.messages import Fact
from told import Rows, facts

from .judging import Judged, without_reasons
from .strategies import YEAR, worlds

MANY = settings(
    max_examples=250,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def by_rules(found: Iterable[Fact], rows: Rows, as_of: date) -> list[dict[str, Any]]:
    judged = Judged(found)
    return [judged.assess(row["cadre"], YEAR, as_of).as_json() for row in rows["cadres"]]


@MANY
@given(worlds())
def test_the_rules_and_the_naive_reading_agree(world: tuple[dict[str, Any], Rows, date]) -> None:
    regime, rows, as_of = world
    found = [without_reasons(one) for one in by_rules(facts(regime, rows), rows, as_of)]
    assert found == [naive.assess(regime, rows, row["cadre"], as_of) for row in rows["cadres"]]


@settings(parent=MANY, max_examples=40)
@given(worlds(), st.randoms(use_true_random=False))
def test_the_order_in_which_streams_are_heard_does_not_matter(
    world: tuple[dict[str, Any], Rows, date], chance: Any
) -> None:
    regime, rows, as_of = world
    heard = list(facts(regime, rows))
    streams = defaultdict(list)
    for fact in heard:
        streams[fact.stream].append(fact)
    turns = [fact.stream for fact in heard]
    chance.shuffle(turns)
    shuffled = [streams[stream].pop(0) for stream in turns]
    assert by_rules(shuffled, rows, as_of) == by_rules(heard, rows, as_of)
