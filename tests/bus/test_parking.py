"""What cannot be handled is parked with the later facts of its cadre; the others flow on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

import pytest
from nats.js import JetStreamContext
from pydantic_core import to_json
from structlog.testing import capture_logs

from planning.service import SPEC
from shared.answers import Done, No
from shared.aside import Parking
from shared.desk import Desk, Request
from shared.entries import from_cloudevent
from shared.heard import Heard
from shared.hearing import Listener
from shared.language import FACTS
from shared.language.parking import FactParked
from shared.language.planning import CadreFact, CadreTransferred
from shared.ledger import Ledger
from shared.messages import Fact, bucket_of
from shared.parking import content_of, parked
from shared.reading import READERS, Reader
from shared.relay import provision
from shared.values import iso_day

from .streams import THEN, heard_in, publish, running

SAME, OTHER = "cb-0003", "cb-0048"
"""Two cadres of one bucket."""


class CadrePromoted(CadreFact):
    """A word of tomorrow."""

    type: ClassVar[str] = "planning.cadre-promoted.v9"
    department: str


def moved(cadre: str, department: str) -> CadreTransferred:
    on = iso_day("2019-03-01")
    return CadreTransferred(cadre=cadre, department=department, position="", on=on)


def test_the_two_cadres_are_of_one_bucket() -> None:
    assert bucket_of(SAME) == bucket_of(OTHER) != bucket_of("cb-0001")


class Hearing:
    """A service that hears planning: its listener and its desk over one ledger."""

    def __init__(self, ledger: Ledger, unplaced: frozenset[str] = frozenset()) -> None:
        self.ledger = ledger
        self.inside = SPEC.open(ledger)
        self.unplaced = set(unplaced)
        self.heard = Heard()
        self.parking = Parking("here", ledger, {"planning": self.place})
        self.desk = Desk(
            "here",
            ledger,
            self.inside.shelf,
            {},
            self.inside.known,
            lambda: THEN,
            self.parking,
        )
        self._asked = 0

    def place(self, fact: Fact) -> str | None:
        if fact.stream in self.unplaced:
            raise ZeroDivisionError(fact.stream)
        return fact.stream

    def listener(self, js: JetStreamContext) -> Listener:
        return Listener(
            "planning",
            self.ledger,
            js,
            self.place,
            self.heard,
            self.inside.shelf.evict,
            aside=self.parking.asides["planning"],
        )

    async def hear(self, js: JetStreamContext, position: int) -> Sequence[Mapping[str, Any]]:
        """Listen until a position is heard; what was logged."""
        with capture_logs() as logs:
            async with running(self.listener(js).run()):
                assert await self.heard.until({"planning": position}, 30), logs
        return logs

    def do(self, name: str, **content: Any) -> Done | No:
        self._asked += 1
        body = to_json({"upstream": "planning", **content})
        request = Request(name, body, f"op-{self.ledger.head()}-{self._asked}", "operator")
        return self.desk.obey([request])[0]

    def refused(self, name: str, **content: Any) -> str:
        answer = self.do(name, **content)
        assert isinstance(answer, No), answer
        return answer.code

    def parked(self) -> list[int]:
        return [fact.position for fact in self.facts() if fact.position in self.open()]

    def open(self) -> set[int]:
        self.inside.shelf.catch_up()
        streams = self.ledger.streams("parked/")
        return {at for one in streams for at in self.inside.shelf.state(parked, one).open}

    def facts(self) -> list[FactParked]:
        entries = [entry.fact for entry in self.ledger.all_entries()]
        return [fact for fact in entries if isinstance(fact, FactParked)]


POISON: dict[str, dict[str, Any]] = {
    "unknown type": {"type": "planning.cadre-promoted.v9"},
    "broken content": {"data": {"cadre": SAME}},
    "no position": {"sequence": "three"},
}


@pytest.mark.parametrize("poison", POISON.values(), ids=POISON)
async def test_what_cannot_be_read_is_parked_with_the_later_facts_of_its_cadre(
    js: JetStreamContext, hearing: Ledger, here: Path, poison: dict[str, Any]
) -> None:
    await provision(js, "planning", 1)
    await publish(js, 1)
    await publish(js, 2)
    await publish(js, 3, **poison)
    await publish(js, 4)
    await publish(js, 5, 3, fact=moved(SAME, "ban-b"))
    await publish(js, 6, 5, fact=moved(OTHER, "ban-b"))
    one = Hearing(hearing)
    logs = await one.hear(js, 6)
    assert [row.position for row in heard_in(here)] == [1, 2, 4, 6]
    assert [(fact.position, fact.key, fact.behind) for fact in one.facts()] == [
        (3, SAME, 0),
        (5, SAME, 3),
    ]
    assert [fact.position for fact in one.facts() if fact.why] == [3]
    told = [log for log in logs if log["event"] == "fact-parked"]
    assert [(log["service"], log["upstream"], log["position"]) for log in told] == [
        ("here", "planning", 3),
        ("here", "planning", 5),
    ]
    assert one.inside.parked() == {"appraisal": 0, "planning": 2}
    assert from_cloudevent(content_of(one.facts()[1])).fact == moved(SAME, "ban-b")


async def test_a_fact_that_cannot_be_filed_is_parked(
    js: JetStreamContext, hearing: Ledger, here: Path
) -> None:
    await provision(js, "planning", 1)
    for position in (1, 2, 3, 4):
        await publish(js, position)
    one = Hearing(hearing, frozenset({"cadre/cb-0003"}))
    await one.hear(js, 4)
    assert [row.position for row in heard_in(here)] == [1, 2, 4]
    assert one.parked() == [3]


NO_KEY: dict[str, dict[str, Any]] = {
    "no key": {"partitionkey": None, "data": None},
    "a key of another bucket": {"partitionkey": "cb-0001", "data": None},
    "no CloudEvent": {"raw": b'["no CloudEvent"]'},
    "no JSON": {"raw": b"{"},
    "no text": {"raw": b"\xff\xfe\x00"},
}


@pytest.mark.parametrize("poison", NO_KEY.values(), ids=NO_KEY)
async def test_where_no_key_can_be_read_the_whole_bucket_waits_behind(
    js: JetStreamContext, hearing: Ledger, here: Path, poison: dict[str, Any]
) -> None:
    await provision(js, "planning", 1)
    await publish(js, 1)
    await publish(js, 2)
    await publish(js, 3, **poison)
    await publish(js, 4)
    await publish(js, 5, 3, fact=moved(OTHER, "ban-b"))
    one = Hearing(hearing)
    await one.hear(js, 5)
    assert [row.position for row in heard_in(here)] == [1, 2, 4]
    assert [(fact.label, fact.behind) for fact in one.facts()] == [
        (f"bucket/{bucket_of(SAME):02}", 0),
        (OTHER, 3),
    ]
    if "raw" in poison:
        assert content_of(one.facts()[0]) == poison["raw"]
    assert one.refused("retry-parked", partition=OTHER) == "still-parked"
    assert isinstance(one.do("skip-parked", position=3, reason="no fact at all"), Done)
    assert [row.position for row in heard_in(here)] == [1, 2, 4, 5]
    assert one.parked() == []


async def test_once_the_code_understands_a_retry_files_all_in_order_and_new_facts_flow(
    js: JetStreamContext, hearing: Ledger, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await provision(js, "planning", 1)
    for position in (1, 2):
        await publish(js, position)
    await publish(js, 3, type=CadrePromoted.type, data={"cadre": SAME, "department": "ban-c"})
    await publish(js, 4, 3, fact=moved(SAME, "ban-d"))
    one = Hearing(hearing)
    await one.hear(js, 4)
    assert one.refused("retry-parked", partition=SAME) == "still-parked"
    assert one.parked() == [3, 4]

    monkeypatch.setitem(FACTS, CadrePromoted.type, CadrePromoted)
    reader = Reader(CadrePromoted.type, FACTS, {})
    monkeypatch.setitem(READERS, CadrePromoted.type, reader)
    async with running(one.listener(js).run()):  # it knows them parked; and then no longer
        assert await one.heard.until({"planning": 4}, 30)
        await publish(js, 5, 4, fact=moved(SAME, "ban-e"))
        assert await one.heard.until({"planning": 5}, 30)
        assert one.parked() == [3, 4, 5]
        assert isinstance(one.do("retry-parked", partition=SAME), Done)
        await publish(js, 6, 5, fact=moved(SAME, "ban-f"))
        assert await one.heard.until({"planning": 6}, 30)
    assert [row.position for row in heard_in(here)] == [1, 2, 3, 4, 5, 6]
    facts, _ = hearing.facts(f"cadre/{SAME}")
    departments = [getattr(fact, "department", "") for fact in facts]
    assert departments == ["ban-c", "ban-d", "ban-e", "ban-f"]
    assert one.parked() == []
    assert one.refused("retry-parked", partition=SAME) == "nothing-to-do"


async def test_a_retry_that_another_replica_made_is_learnt_when_the_next_fact_comes(
    js: JetStreamContext, hearing: Ledger, here: Path
) -> None:
    await provision(js, "planning", 1)
    one = Hearing(hearing, frozenset({f"cadre/{SAME}"}))
    other = Hearing(hearing)
    async with running(one.listener(js).run()):
        for position in (1, 2, 3):
            await publish(js, position)
        assert await one.heard.until({"planning": 3}, 30)
        one.unplaced.clear()
        assert isinstance(other.do("retry-parked", partition=SAME), Done)
        await publish(js, 4, 3, fact=moved(SAME, "ban-b"))  # it still takes the cadre for parked
        assert await one.heard.until({"planning": 4}, 30)
    assert [row.position for row in heard_in(here)] == [1, 2, 3, 4]
    assert [fact.position for fact in one.facts()] == [3]


async def test_a_fact_is_skipped_with_a_reason_and_the_later_ones_are_heard(
    js: JetStreamContext, hearing: Ledger, here: Path
) -> None:
    await provision(js, "planning", 1)
    for position in (1, 2):
        await publish(js, position)
    await publish(js, 3, data=None)
    await publish(js, 4, 3, fact=moved(SAME, "ban-b"))
    await publish(js, 5, 4, fact=moved(SAME, "ban-x"), data=None)
    await publish(js, 6, 5, fact=moved(SAME, "ban-c"))
    await publish(js, 7, 6, fact=moved(OTHER, "ban-c"))
    one = Hearing(hearing)
    await one.hear(js, 7)
    assert one.refused("skip-parked", position=3, reason=" ") == "malformed"
    assert one.refused("skip-parked", position=7, reason="why") == "unknown-parked"
    assert isinstance(one.do("skip-parked", position=3, reason="no content"), Done)
    assert [row.position for row in heard_in(here)] == [1, 2, 7, 4]
    assert one.parked() == [5, 6]
    assert one.refused("skip-parked", position=3, reason="again") == "unknown-parked"


@pytest.mark.parametrize("unplaced", [True, False], ids=["unplaced", "placed"])
async def test_a_listener_started_again_knows_what_is_parked(
    js: JetStreamContext, hearing: Ledger, here: Path, unplaced: bool
) -> None:
    await provision(js, "planning", 1)
    for position in (1, 2, 3):
        await publish(js, position)
    await Hearing(hearing, frozenset({f"cadre/{SAME}"})).hear(js, 3)
    await publish(js, 4, 3, fact=moved(SAME, "ban-b"))
    again = Hearing(hearing, frozenset({f"cadre/{SAME}"}) if unplaced else frozenset())
    logs = await again.hear(js, 4)
    assert [log["facts"] for log in logs if log["event"] == "parked"] == [1]
    assert [row.position for row in heard_in(here)] == [1, 2]
    assert again.parked() == [3, 4]
