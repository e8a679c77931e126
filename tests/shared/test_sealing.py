"""Sealing: what is personal stands encrypted, is bound to its entry, and can be erased."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from pydantic_core import from_json, to_json

from contracts.samples import SAMPLES
from planning.service import SPEC
from shared.answers import Done, No
from shared.deciding import Decider
from shared.desk import Desk
from shared.entries import to_cloudevent, write_state
from shared.erasing import Eraser
from shared.key_tables import SqliteKeyTable
from shared.keys import Keys
from shared.language import FACTS
from shared.language.planning import CadreAppointed
from shared.language.privacy import ErasureApproved, PersonErased
from shared.language.visits import ReportSubmitted
from shared.ledger import Ledger, digest
from shared.master_key import KeyFault
from shared.messages import Fact
from shared.parking import kept, row_of
from shared.recording import Moves
from shared.sealing import ERASED, PERSONAL, BrokenSeal, Seals
from shared.values import SEALED

from .desks import appoint, codes, request
from .making import THEN, appointed, database, new, record

ON = date(2019, 4, 2)
NAME = "Nguyễn Văn Kín"


def named(name: str = NAME, cadre: str = "cb-1") -> CadreAppointed:
    return appointed(cadre).model_copy(update={"name": name, "position": "Chánh"})


def store(folder: Path) -> Keys:
    return Keys(SqliteKeyTable(folder / "keys.sqlite"), bytes(32))


@pytest.fixture
def sealed(tmp_path: Path) -> Iterator[Ledger]:
    """A ledger that seals."""
    one = Ledger(tmp_path / "planning.sqlite", seals=Seals(store(tmp_path)))
    yield one
    one.close()


def states(ledger: Ledger) -> list[bytes]:
    return [row[4] for page in ledger.pages() for row in page]


def alter(ledger: Ledger, statement: str, *values: Any) -> None:
    with database(ledger).transaction(commit=True) as c:
        c.execute(statement, values)


# --- what is sealed -----------------------------------------------------------------------------


def test_every_fact_with_a_personal_text_says_whose_it_is() -> None:
    assert [topic for topic in PERSONAL if "cadre" not in FACTS[topic].model_fields] == []


def marks(schema: Any) -> int:
    """How often a schema, or a part of it, is marked as personal."""
    if isinstance(schema, dict):
        return ("x-personal" in schema) + sum(marks(one) for one in schema.values())
    return sum(marks(one) for one in schema) if isinstance(schema, list) else 0


@pytest.mark.parametrize("topic", FACTS)
def test_every_mark_of_a_word_is_one_that_sealing_sees(topic: str) -> None:
    assert marks(FACTS[topic].model_json_schema(mode="serialization")) == len(
        PERSONAL.get(topic, ())
    )


@pytest.mark.parametrize("topic", FACTS)
def test_a_fact_is_stored_sealed_and_read_as_it_was(topic: str, sealed: Ledger) -> None:
    fact = SAMPLES[topic]
    record(sealed, fact)
    [state] = states(sealed)
    plain = from_json(to_json(fact))
    for field in PERSONAL.get(topic, ()):
        said = plain[field]
        for text in said.values() if isinstance(said, dict) else [said]:
            assert text.encode() not in state
    assert (SEALED.encode() in state) is (topic in PERSONAL)
    assert sealed.facts(fact.stream)[0] == [fact]


def test_what_has_nothing_personal_is_stored_as_before(sealed: Ledger, ledger: Ledger) -> None:
    visit, nobody = SAMPLES["visits.visit-logged.v1"], appointed()
    for one in (sealed, ledger):
        record(one, visit, nobody)
    assert states(sealed) == states(ledger)


@given(text=st.text(st.characters(exclude_characters="\0", codec="utf-8")))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_whatever_a_person_writes_is_read_as_it_was(sealed: Ledger, text: str) -> None:
    fact = named(text, f"cb-{len(states(sealed))}")
    record(sealed, fact)
    assert sealed.facts(fact.stream)[0] == [fact]


def test_a_text_of_the_greatest_length_is_sealed_carried_and_read(sealed: Ledger) -> None:
    fact = SAMPLES["visits.report-submitted.v1"]
    assert isinstance(fact, ReportSubmitted)
    long = fact.model_copy(update={"sections": {"difficulties": "ữ" * 100_000}})
    record(sealed, long)
    [entry] = sealed.entries()
    event = to_cloudevent("visits", entry)
    assert row_of("visits", lambda heard: heard.stream, event, 1) is not None
    assert sealed.facts(fact.stream)[0] == [long]


def test_what_looks_sealed_and_is_not_personal_stays_as_it_is(sealed: Ledger) -> None:
    visit = SAMPLES["visits.visit-corrected.v1"].model_copy(
        update={"evidence_no": f"{SEALED}1:AAAA", "reason": f"{SEALED}1:AAAA"}
    )
    record(sealed, visit)
    assert sealed.facts(visit.stream)[0] == [visit]


def test_what_was_recorded_before_there_were_keys_is_read(sealed: Ledger) -> None:
    before = Ledger(sealed.where)
    record(before, named())
    before.close()
    assert sealed.facts("cadre/cb-1")[0] == [named()]


def test_what_is_heard_is_filed_sealed_and_opened_where_it_is_folded(
    sealed: Ledger, tmp_path: Path
) -> None:
    record(sealed, named(cadre="cb-2"), named())
    event = to_cloudevent("planning", sealed.entries()[1])
    assert NAME.encode() not in event
    assert NAME not in kept(event)["event"]
    row = row_of("planning", lambda fact: f"here/{fact.stream}", event, 2)
    assert row is not None
    elsewhere = Ledger(tmp_path / "visits.sqlite", seals=Seals(store(tmp_path)))
    elsewhere.hear([row], Moves())
    assert elsewhere.facts("here/cadre/cb-1")[0] == [named()]
    elsewhere.close()


def test_a_command_is_known_again_by_a_digest_that_does_not_help_to_guess_a_name(
    sealed: Ledger, tmp_path: Path
) -> None:
    desk = desk_over(sealed)
    ask = request("1", "appoint-cadre", {"cadre": "cb-1", "name": NAME, "department": "a"})
    other = request("1", "appoint-cadre", {"cadre": "cb-1", "name": "An", "department": "a"})
    assert codes(desk.obey([ask, other])) == ["done", "command-id-reused"]
    assert codes(desk_over(sealed).obey([ask, other])) == ["done", "command-id-reused"]
    [(kept,)] = sqlite3.connect(sealed.where).execute("SELECT digest FROM commands").fetchall()
    assert kept == digest("planning", "appoint-cadre", ask.body, sealed.seals.digest_key)
    assert kept != digest("planning", "appoint-cadre", ask.body)


def test_a_command_of_before_there_were_keys_is_known_again(sealed: Ledger) -> None:
    before = Ledger(sealed.where)
    assert codes(desk_over(before).obey([appoint("1")])) == ["done"]
    before.close()
    again = desk_over(sealed).obey([appoint("1"), appoint("1", "cb-2")])
    assert codes(again) == ["done", "command-id-reused"]


# --- what does not open -------------------------------------------------------------------------


NAMED = "UPDATE stored_events SET state = CAST(replace(CAST(state AS TEXT), ?, ?) AS BLOB)"
FIELDS = [('"name"', '"nix"'), ('"position"', '"name"'), ('"nix"', '"position"')]
TYPE = "UPDATE stored_events SET topic = 'planning.cadre-transferred.v1'"
OTHER = "SELECT state FROM stored_events WHERE rowid = 2"


@pytest.mark.parametrize(
    "changes",
    [
        [(f"UPDATE stored_events SET state = ({OTHER}) WHERE rowid = 1",)],  # noqa: S608
        [("UPDATE stored_events SET originator_version = 7 WHERE rowid = 1",)],
        [(TYPE,), (NAMED, '"name"', '"on":"2019-01-01","name"')],
        [(NAMED, *one) for one in FIELDS],
        [(NAMED, "sealed:1:1:", "sealed:1:1:AAAA")],
        [("UPDATE stored_events SET state = replace(state, 'sealed:1:1:', 'sealed:1:1:A')",)],
        [(NAMED, "sealed:1:1:", "sealed:1:2:")],
        [(NAMED, "sealed:1:1:", "sealed:1:1")],
        [(NAMED, "sealed:1:1:", "sealed:1:1:?")],
    ],
    ids=["entry", "version", "type", "field", "altered", "text", "claim", "shape", "letters"],
)
def test_what_is_altered_or_moved_is_a_fault_that_says_where(
    sealed: Ledger, changes: list[tuple[str, ...]]
) -> None:
    record(sealed, named(), named("Trần Khác", "cb-2"))
    for statement, *values in changes:
        alter(sealed, statement, *values)
    with pytest.raises(BrokenSeal, match="cadre/cb-1 version"):
        sealed.facts("cadre/cb-1")


def test_a_person_whose_key_is_nowhere_is_a_fault_and_not_an_erasure(
    sealed: Ledger, tmp_path: Path
) -> None:
    record(sealed, named())
    (tmp_path / "keys.sqlite").unlink()
    bare = Ledger(sealed.where, seals=Seals(store(tmp_path)))
    with pytest.raises(KeyFault, match="cb-1"):
        bare.facts("cadre/cb-1")
    bare.close()


@pytest.mark.parametrize("department", [3, "a\0"])
def test_a_fault_in_a_fact_does_not_tell_what_a_person_wrote(
    sealed: Ledger, department: object
) -> None:
    broken = {**named().model_dump(mode="json"), "department": department}
    state = write_state(broken, "test", "cmd-1", THEN, "")
    with pytest.raises(ValidationError) as told:
        sealed.seals.fact(named().type, "cadre/cb-1", 1, state)
    assert NAME not in repr(told.value)


# --- erasure ------------------------------------------------------------------------------------


def desk_over(ledger: Ledger) -> Desk:
    inside = SPEC.open(ledger)
    return Desk("planning", ledger, inside.shelf, SPEC.obeys, inside.known, lambda: THEN)


async def _told() -> None:
    """Nobody is told."""


def approve(ledger: Ledger, cadre: str = "cb-1") -> None:
    record(ledger, ErasureApproved(cadre=cadre, by="cb-9", on=ON))


def test_an_approved_erasure_is_carried_out_and_recorded_once(
    sealed: Ledger, tmp_path: Path
) -> None:
    record(sealed, named(), named("Trần Khác", "cb-2"))
    stored = states(sealed)
    approve(sealed)
    eraser = Eraser(sealed, store(tmp_path), desk_over(sealed), _told)
    assert eraser.work() == 1
    assert eraser.work() == 0
    facts, _ = sealed.facts("privacy/cb-1")
    assert facts[1:] == [PersonErased(cadre="cb-1")]
    [erased] = sealed.facts("cadre/cb-1")[0]
    assert erased == named(ERASED).model_copy(update={"position": ERASED})
    assert sealed.facts("cadre/cb-2")[0] == [named("Trần Khác", "cb-2")]
    assert states(sealed)[:2] == stored


class Power(Exception):
    """The power is gone."""


def test_after_a_crash_at_any_point_the_next_start_goes_on(sealed: Ledger, tmp_path: Path) -> None:
    record(sealed, named())
    approve(sealed)
    keys = store(tmp_path)

    class Dying(Desk):
        def obey(self, requests: Any) -> list[Done | No]:
            raise Power

    inside = SPEC.open(sealed)
    dying = Dying("planning", sealed, inside.shelf, SPEC.obeys, inside.known, lambda: THEN)
    with pytest.raises(Power):
        Eraser(sealed, keys, dying, _told).work()
    assert keys.destroyed("cb-1")
    assert len(sealed.facts("privacy/cb-1")[0]) == 1
    assert Eraser(sealed, keys, desk_over(sealed), _told).work() == 1
    assert sealed.facts("privacy/cb-1")[0][1:] == [PersonErased(cadre="cb-1")]


def test_a_key_that_a_restored_store_brings_back_is_destroyed_again(
    sealed: Ledger, tmp_path: Path
) -> None:
    record(sealed, named())
    backup = (tmp_path / "keys.sqlite").read_bytes()
    approve(sealed)
    Eraser(sealed, store(tmp_path), desk_over(sealed), _told).work()
    (tmp_path / "keys.sqlite").write_bytes(backup)
    restored = store(tmp_path)
    assert not restored.destroyed("cb-1")
    assert Eraser(sealed, restored, desk_over(sealed), _told).work() == 0
    assert restored.destroyed("cb-1")


def test_what_was_folded_before_the_erasure_is_forgotten_when_it_is_heard(
    sealed: Ledger, tmp_path: Path
) -> None:
    decider: Decider[tuple[Fact, ...]] = Decider(
        "all", tuple, lambda *_: [], lambda state, fact: (*state, fact)
    )
    shelf = SPEC.open(sealed).shelf
    record(sealed, named())
    assert shelf.state(decider, "cadre/cb-1") == (named(),)
    store(tmp_path).destroy("cb-1", THEN)
    record(sealed, PersonErased(cadre="cb-1"))
    shelf.catch_up()
    [erased] = shelf.state(decider, "cadre/cb-1")
    assert isinstance(erased, CadreAppointed)
    assert erased.name == ERASED


def test_nothing_personal_is_recorded_of_the_erased_and_all_else_is(
    sealed: Ledger, tmp_path: Path
) -> None:
    desk = desk_over(sealed)
    desk.obey([appoint("1"), appoint("2", "cb-2")])
    sealed.seals.heed(["privacy/cb-1"])
    store(tmp_path).destroy("cb-1", THEN)
    move = {"cadre": "cb-1", "department": "b", "on": "2019-02-01"}
    answers = desk.obey(
        [
            request("3", "transfer-cadre", {**move, "position": "Chánh"}),
            request("4", "transfer-cadre", move),
            request("5", "transfer-cadre", {**move, "cadre": "cb-2", "position": "Chánh"}),
        ]
    )
    assert codes(answers) == ["person-erased", "done", "done"]


def test_a_text_is_refused_also_where_the_key_goes_just_before_the_commit(
    sealed: Ledger, tmp_path: Path
) -> None:
    store(tmp_path).destroy("cb-1", THEN)
    with pytest.raises(Exception, match="person-erased"):
        sealed.append([new(named(), 1)])
    assert states(sealed) == []
