"""Three versions of one word on record: read, carried and heard, each as it was written."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from eventsourcing.persistence import StoredEvent
from nats.js import JetStreamContext
from pydantic import ValidationError
from pydantic_core import from_json

import words
from shared.deciding import fold
from shared.entries import write_state
from shared.folding import fold_pages
from shared.language import FACTS
from shared.ledger import Ledger
from shared.reading import read_fact
from shared.upcasting import UPCASTERS

from .streams import THEN, carried, listener, messages, relay, running, until

STREAM = "desk/cb-1"
ROOMS = ("A-12", "A-12", "A-12", "B-3")
STATES = [write_state(text, "test", "cmd-1", THEN, "") for text in words.WRITTEN.values()]


@pytest.fixture(autouse=True)
def _known(monkeypatch: pytest.MonkeyPatch) -> None:
    words.learn(monkeypatch)


@pytest.fixture
def recorded(ledger: Ledger) -> Ledger:
    """A ledger to which each version wrote one fact."""
    ledger.recorder.insert_events(
        [
            StoredEvent(STREAM, version, topic, state)
            for version, (topic, state) in enumerate(zip(words.WRITTEN, STATES, strict=True), 1)
        ]
    )
    return ledger


def test_a_ledger_tells_every_version_in_the_words_of_the_last(recorded: Ledger) -> None:
    facts, version = recorded.facts(STREAM)
    assert version == 3
    assert {type(fact) for fact in facts} == {words.DeskGiven}
    assert fold(words.DESK, facts) == ROOMS
    assert fold_pages(recorded.pages(), {"desk": words.DESK}) == {STREAM: ROOMS}


def test_an_entry_keeps_the_name_and_the_text_it_was_written_with(recorded: Ledger) -> None:
    entries = list(recorded.all_entries())
    assert [(entry.type, entry.text) for entry in entries] == list(words.WRITTEN.items())


async def test_each_version_is_carried_and_heard_as_it_was_written_and_folded_alike(
    js: JetStreamContext, recorded: Ledger, hearing: Ledger, here: Path
) -> None:
    async with running(relay(recorded, js).run(), listener(hearing, js).run()):
        await carried(js, 3)
        await until(lambda: hearing.tracked("planning") == 3)
    found = await messages(js)
    assert [str(one.subject).rpartition(".")[2] for one in found] == [
        topic.removeprefix("planning.").replace(".", "-") for topic in words.WRITTEN
    ]
    for one, (topic, text) in zip(found, words.WRITTEN.items(), strict=True):
        event = one.data or b""
        assert from_json(event)["type"] == topic
        assert event.endswith(b'"data":' + text + b"}")
    with sqlite3.connect(here) as file:
        rows = file.execute("SELECT topic, state FROM heard ORDER BY number").fetchall()
    assert rows == list(zip(words.WRITTEN, STATES, strict=True))
    assert fold(words.DESK, hearing.facts(STREAM)[0]) == ROOMS


def test_what_an_upcaster_makes_is_checked_like_everything_that_is_read() -> None:
    with pytest.raises(ValidationError):
        read_fact(words.V2, {"cadre": "", "building": "A", "room": "12"})
    with pytest.raises(KeyError):
        read_fact(words.V1, {"cadre": "cb-1"})


def test_the_language_itself_has_learnt_nothing() -> None:
    assert not FACTS.keys() & words.WRITTEN.keys()
    assert not UPCASTERS.keys() & words.WRITTEN.keys()
