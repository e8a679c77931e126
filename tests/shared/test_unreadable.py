"""A stream that cannot be folded is told apart; the others are answered."""

from __future__ import annotations

from typing import Any

import pytest
from eventsourcing.persistence import OperationalError

from planning.service import SPEC
from shared.asking import COMMON, Inside, Page, ParkedFact, ParkedFacts, page_of
from shared.language.parking import FactParked, ParkedHeard
from shared.ledger import Ledger, NewEntry
from shared.refused import Refused

from .desks import appoint, desk_over
from .making import THEN


@pytest.fixture
def inside(ledger: Ledger) -> Inside:
    desk_over(ledger).obey([appoint(f"c-{n}", f"cb-{n}") for n in range(5)])
    return SPEC.open(ledger)


def page(inside: Inside, error: Exception, after: str = "", limit: int = 200) -> dict[str, Any]:
    def rows(stream: str) -> list[dict[str, Any]]:
        if stream == "cadre/cb-1":
            raise error
        return [{"stream": stream}]

    return page_of(inside, "cadre/", Page(after=after, limit=limit), rows)


def test_the_others_are_answered_and_the_one_is_named(inside: Inside) -> None:
    found = page(inside, TypeError("what is this"))
    assert [row["stream"] for row in found["rows"]] == [f"cadre/cb-{n}" for n in (0, 2, 3, 4)]
    assert found["unreadable"] == [{"stream": "cadre/cb-1", "error": "TypeError('what is this')"}]


def test_it_stands_on_its_own_page_only(inside: Inside) -> None:
    first = page(inside, TypeError(), limit=2)
    assert (first["next"], len(first["unreadable"])) == ("cadre/cb-1", 1)
    second = page(inside, TypeError(), first["next"], 2)
    assert (second["next"], second["unreadable"]) == ("cadre/cb-3", [])


@pytest.mark.parametrize("error", [Refused("unknown-regime"), OperationalError("disk")])
def test_what_is_wrong_with_all_is_not_laid_on_one(inside: Inside, error: Exception) -> None:
    with pytest.raises(type(error)):
        page(inside, error)


def park(ledger: Ledger, bucket: int, *positions: int) -> None:
    ledger.append(
        [
            NewEntry(
                FactParked(
                    upstream="appraisal",
                    position=position,
                    bucket=bucket,
                    key=f"cb-{bucket}",
                    topic="t",
                    behind=0,
                    why="w",
                    encoding="text",
                    event="e",
                ),
                version,
                "dicoso",
                "",
                THEN,
            )
            for version, position in enumerate(positions, 1)
        ]
    )


@pytest.mark.parametrize("limit", range(1, 7))
def test_what_is_parked_is_listed_by_pages(inside: Inside, limit: int) -> None:
    park(inside.ledger, 3, 4, 9, 17)
    park(inside.ledger, 11, 2, 5)
    gone = ParkedHeard(upstream="appraisal", position=9, bucket=3, key="cb-3")
    inside.ledger.append([NewEntry(gone, 4, "a", "", THEN)])
    answer = COMMON["parked"][1]
    found, after = [], ""
    while True:
        page = answer(inside, ParkedFacts(after=after, limit=limit))
        found += [row["position"] for row in page["rows"]]
        assert len(page["rows"]) <= limit
        after = page["next"]
        if not after:
            break
    assert found == [4, 17, 2, 5]
    assert inside.parked() == {"appraisal": 4}


def test_one_that_is_parked_is_shown_and_another_is_refused(inside: Inside) -> None:
    park(inside.ledger, 3, 4)
    show = COMMON["parked-fact"][1]
    assert show(inside, ParkedFact(upstream="appraisal", position=4))["event"] == "e"
    with pytest.raises(Refused) as refused:
        show(inside, ParkedFact(upstream="appraisal", position=5))
    assert refused.value.code == "unknown-parked"
