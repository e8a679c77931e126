"""What is parked: given what was parked, when retried or skipped, then in order or not at all."""

from __future__ import annotations

import gzip
import random
from typing import Any, ClassVar

import pytest

from appraisal.hearing import place as appraisal
from contracts.samples import SAMPLES
from planning.hearing import place as planning
from shared.aside import Aside
from shared.entries import Entry, to_cloudevent
from shared.language.parking import FactParked, ParkedHeard, ParkedSkipped, RetryParked, SkipParked
from shared.language.planning import CadreFact, CadreTransferred
from shared.ledger import Ledger
from shared.messages import Command, Fact, bucket_of
from shared.parking import content_of, decider
from shared.values import iso_day
from spec import Outcome, given
from visits.hearing import place as visits

from .making import THEN

CADRE, OTHER = "cb-0003", "cb-0048"
"""Two cadres of one bucket."""
BUCKET = bucket_of(CADRE)
WHOLE = f"bucket/{BUCKET:02}"


class CadrePromoted(CadreFact):
    """A word that nobody here knows."""

    type: ClassVar[str] = "planning.cadre-promoted.v9"


def told(position: int, cadre: str = CADRE, *, known: bool = True) -> bytes:
    """The CloudEvent of a fact of planning."""
    on = iso_day("2019-03-01")
    fact: Fact = CadrePromoted(cadre=cadre)
    if known:
        fact = CadreTransferred(cadre=cadre, department="ban-b", position="", on=on)
    entry = Entry(position, fact.stream, position, fact, "a", "c", THEN)
    return to_cloudevent("planning", entry)


def parked(position: int, content: bytes, key: str = CADRE) -> FactParked:
    return FactParked(
        upstream="planning",
        position=position,
        bucket=BUCKET,
        key=key,
        topic="",
        behind=0,
        why="",
        encoding="text",
        event=content.decode(),
    )


def of(position: int, key: str = CADRE) -> dict[str, Any]:
    return {"upstream": "planning", "position": position, "bucket": BUCKET, "key": key}


def heard(position: int, key: str = CADRE) -> ParkedHeard:
    return ParkedHeard(**of(position, key))


def when(command: Command, *facts: Fact) -> Outcome:
    it = decider({"planning": lambda fact: fact.stream})
    return given(it, lambda streams: None, *facts).when(command)


def retry(partition: str = CADRE) -> RetryParked:
    return RetryParked(upstream="planning", partition=partition)


def skip(position: int) -> SkipParked:
    return SkipParked(upstream="planning", position=position, reason="never right")


READABLE, LATER = parked(1, told(1)), parked(2, told(2))
POISON = parked(1, told(1, known=False))
NO_KEY = parked(1, b"{", "")
OTHERS = parked(3, told(3, OTHER), OTHER)


def test_what_can_be_heard_now_is_heard_in_order_and_others_are_left() -> None:
    when(retry(), READABLE, LATER, OTHERS).then(heard(1), heard(2))


def test_a_retry_stops_at_the_first_that_cannot_be_heard() -> None:
    poison = parked(2, told(2, known=False))
    when(retry(), READABLE, poison, parked(3, told(3))).then(heard(1))


def test_nothing_is_heard_before_the_first() -> None:
    detail = when(retry(), POISON, LATER).refused("still-parked")
    assert "planning.cadre-promoted.v9" in detail["why"]


def test_a_message_that_says_it_stands_elsewhere_is_not_heard() -> None:
    when(retry(), parked(1, told(7))).refused("still-parked")


@pytest.mark.parametrize("facts", [(), (OTHERS,), (READABLE, heard(1))])
def test_a_retry_of_nothing_is_refused(facts: tuple[Fact, ...]) -> None:
    when(retry(), *facts).refused("nothing-to-do")


def test_a_fact_behind_one_whose_cadre_is_unknown_is_not_heard() -> None:
    when(retry(OTHER), NO_KEY, OTHERS).refused("still-parked")
    when(retry(), READABLE, parked(2, b"{", ""), parked(3, told(3))).then(heard(1))


def test_a_whole_bucket_is_heard_cadre_by_cadre() -> None:
    when(retry(WHOLE), POISON, LATER, OTHERS).then(heard(3, OTHER))
    when(retry(WHOLE), NO_KEY, LATER, OTHERS).refused("still-parked")


def test_one_is_skipped_with_its_reason_and_the_later_ones_of_its_cadre_are_heard() -> None:
    skipped = ParkedSkipped(**of(1), reason="never right")
    when(skip(1), POISON, LATER, OTHERS).then(skipped, heard(2))


def test_what_no_key_could_be_read_of_is_skipped_and_the_bucket_is_heard() -> None:
    skipped = ParkedSkipped(**of(1, ""), reason="never right")
    when(skip(1), NO_KEY, LATER, OTHERS).then(skipped, heard(2), heard(3, OTHER))


def test_what_is_skipped_need_not_be_the_first() -> None:
    skipped = ParkedSkipped(**of(2), reason="never right")
    when(skip(2), POISON, LATER).then(skipped)


@pytest.mark.parametrize(
    "facts",
    [(), (LATER,), (POISON, ParkedSkipped(**of(1), reason="why")), (READABLE, heard(1))],
    ids=["nothing", "another", "skipped", "heard"],
)
def test_what_is_not_parked_cannot_be_skipped(facts: tuple[Fact, ...]) -> None:
    when(skip(1), *facts).refused("unknown-parked")


@pytest.mark.parametrize("type", [one for one in SAMPLES if one.startswith("parking.")])
def test_no_service_files_what_another_has_parked(type: str) -> None:
    assert [place(SAMPLES[type]) for place in (planning, visits, appraisal)] == [None] * 3


@pytest.mark.parametrize(
    ("content", "encoding", "kept"),
    [
        pytest.param(b"no JSON", "text", True, id="short"),
        pytest.param(b"\xff\x00", "gzip", True, id="no text"),
        pytest.param(b"\x01" * 600_000, "gzip", True, id="long when escaped"),
        pytest.param(gzip.compress(bytes(range(256)) * 4_000, 0), "gzip", True, id="1 MB"),
    ],
)
def test_a_message_is_kept_as_it_came(
    ledger: Ledger, content: bytes, encoding: str, kept: bool
) -> None:
    fact = Aside("here", "planning", ledger, lambda fact: None).take(content, 1, BUCKET)
    assert isinstance(fact, FactParked)
    assert fact.encoding == encoding
    assert (content_of(fact) == content) is kept


def test_a_message_too_large_to_be_carried_again_can_only_be_skipped(ledger: Ledger) -> None:
    content = random.Random(1).randbytes(900_000)  # noqa: S311
    fact = Aside("here", "planning", ledger, lambda fact: None).take(content, 1, BUCKET)
    assert isinstance(fact, FactParked)
    assert (fact.encoding, fact.event) == ("none", "")
    when(retry(WHOLE), fact).refused("still-parked")
