"""Golden schemas and bytes: what is on record can be read for ever, words only grow."""

from __future__ import annotations

import copy
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import words
from contracts import golden
from contracts.samples import SAMPLES
from shared.entries import (
    Entry,
    UnknownFact,
    from_cloudevent,
    read_entry,
    to_cloudevent,
    write_state,
)
from shared.language import FACTS
from shared.messages import bucket_of
from shared.upcasting import UPCASTERS, current

Schema = dict[str, Any]
SCHEMAS = golden.schemas()
LEAVE = "facts/planning.leave-recorded.v1.json"
APPOINT = "commands/appoint-cadre.json"


# --- schemas ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_word_has_the_schema_of_its_golden_file(name: str) -> None:
    path = golden.HERE / name
    kept = json.loads(path.read_text()) if path.exists() else None
    assert kept == SCHEMAS[name], f"{name} differs; if it was meant: {golden.HOW}"


def test_no_golden_file_is_left_over() -> None:
    there = {
        path.relative_to(golden.HERE).as_posix()
        for folder in ("facts", "commands")
        for path in (golden.HERE / folder).iterdir()
    }
    assert there == SCHEMAS.keys()


def _drop(schema: Schema) -> None:
    del schema["properties"]["was"]


def _retype(schema: Schema) -> None:
    schema["properties"]["was"]["type"] = "integer"


def _fewer_words(schema: Schema) -> None:
    schema["properties"]["was"]["enum"].remove("b")


def _inside(schema: Schema) -> None:
    schema["$defs"]["Part"]["properties"]["was"]["type"] = "integer"


def _optional(schema: Schema) -> None:
    schema["required"] = []


def _no_longer_sealed(schema: Schema) -> None:
    del schema["properties"]["was"]["x-personal"]


def _add(schema: Schema) -> None:
    schema["properties"]["more"] = {"type": "string"}
    schema["properties"]["more"]["x-personal"] = True
    schema["properties"]["was"]["enum"].append("c")
    schema["description"] = "Khác"


def _add_required(schema: Schema) -> None:
    _add(schema)
    schema["required"].append("more")


@pytest.mark.parametrize(
    ("change", "breaks_fact", "breaks_command"),
    [
        (_drop, True, True),
        (_retype, True, True),
        (_fewer_words, True, True),
        (_inside, True, True),
        (_no_longer_sealed, True, True),
        (_optional, True, False),
        (_add, False, False),
        (_add_required, False, True),
    ],
)
def test_a_schema_changes_only_by_addition(
    change: Callable[[Schema], None], breaks_fact: bool, breaks_command: bool
) -> None:
    was = {"type": "string", "enum": ["a", "b"], "x-personal": True}
    part = {"type": "object", "properties": {"was": was}}
    old = {**copy.deepcopy(part), "$defs": {"Part": part}, "required": ["was"]}
    new = copy.deepcopy(old)
    change(new)
    assert bool(list(golden.breaks(old, new, "", read=False))) is breaks_fact
    assert bool(list(golden.breaks(old, new, "", read=True))) is breaks_command


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the golden files."""
    for name in ("facts", "commands", "bytes"):
        shutil.copytree(golden.HERE / name, tmp_path / name)
    return tmp_path


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.json")
    }


def test_writing_again_changes_nothing(folder: Path) -> None:
    before = contents(folder)
    assert golden.main(["--write"], folder) == 0
    assert contents(folder) == before


@pytest.mark.parametrize("name", [LEAVE, APPOINT])
def test_writing_refuses_to_drop_a_property_unless_told_to(folder: Path, name: str) -> None:
    schema = json.loads((folder / name).read_text())
    schema["properties"]["salary"] = {"type": "integer"}
    (folder / name).write_text(json.dumps(schema))
    before = contents(folder)
    assert golden.main(["--write"], folder) == 1
    assert contents(folder) == before
    assert golden.main(["--write", "--breaking"], folder) == 0
    assert contents(folder) == contents(golden.HERE)


def test_writing_refuses_to_forget_a_word_unless_told_to(folder: Path) -> None:
    gone = folder / "facts/planning.cadre-promoted.v1.json"
    shutil.copy(folder / LEAVE, gone)
    assert golden.main(["--write"], folder) == 1
    assert gone.exists()
    assert golden.main(["--write", "--breaking"], folder) == 0
    assert not gone.exists()


def test_bytes_once_stored_are_kept_when_a_fact_grows(folder: Path) -> None:
    path = folder / "bytes/planning.leave-recorded.v1.json"
    path.write_bytes(b"as it was")
    assert golden.main(["--write"], folder) == 0
    former = folder / "bytes/former/planning.leave-recorded.v1.1.json"
    assert former.read_bytes() == b"as it was"
    assert path.read_bytes() == golden.state("planning.leave-recorded.v1")


# --- bytes --------------------------------------------------------------------------------------


def test_there_is_a_sample_of_every_fact() -> None:
    assert SAMPLES.keys() == FACTS.keys()


@pytest.mark.parametrize("type", FACTS)
def test_the_golden_bytes_are_read_as_the_fact_and_written_as_they_were(type: str) -> None:
    path = golden.HERE / f"bytes/{type}.json"
    stored = path.read_bytes() if path.exists() else b""
    assert stored, f"{path.name} is missing: {golden.HOW}"
    entry = read_entry(7, "a stream", 3, type, stored)
    assert entry.fact == SAMPLES[type]
    again = write_state(entry.fact, entry.actor, entry.command, entry.recorded_at, entry.cause)
    assert again == stored, f"{type} is stored otherwise; if it only grew: {golden.HOW}"


def test_bytes_of_every_version_that_ever_was_are_still_read() -> None:
    assert unreadable(golden.HERE) == []
    assert golden.missing(golden.HERE) == []


def unreadable(folder: Path) -> list[str]:
    """Type names under which bytes are kept that nothing reads any more."""
    found = []
    for type, state in golden.stored(folder):
        try:
            read_entry(7, "a stream", 3, type, state)
        except (UnknownFact, ValueError, KeyError):
            found.append(type)
    return found


LEFT = "planning.desk-given.v1"


@pytest.fixture
def with_a_former_version(folder: Path) -> Path:
    """Golden files in which a word has left the language: its schema, and its bytes."""
    shutil.copy(folder / LEAVE, folder / f"facts/{LEFT}.json")
    for name, text in words.WRITTEN.items():
        (folder / f"bytes/{name}.json").write_bytes(write_state(text, "a", "c", "t", ""))
    return folder


def test_a_version_that_neither_a_word_nor_upcasters_read_is_a_fault(
    with_a_former_version: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert unreadable(with_a_former_version) == list(words.WRITTEN)
    assert golden.main(["--write"], with_a_former_version) == 1
    monkeypatch.setitem(UPCASTERS, words.V1, words.UPCASTERS[words.V1])  # and none from v2
    assert golden.main(["--write"], with_a_former_version) == 1


def test_a_version_from_which_upcasters_lead_to_a_word_may_leave_the_language(
    with_a_former_version: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words.learn(monkeypatch)
    for old, upcaster in words.UPCASTERS.items():
        monkeypatch.setitem(UPCASTERS, old, upcaster)
    monkeypatch.setitem(FACTS, words.V3, words.DeskGiven)
    monkeypatch.setitem(SAMPLES, words.V3, words.DeskGiven(cadre="cb-1", rooms=("A-12", "B-3")))
    assert unreadable(with_a_former_version) == []
    assert golden.main(["--write"], with_a_former_version) == 0
    assert not (with_a_former_version / f"facts/{LEFT}.json").exists()
    assert golden.missing(with_a_former_version) == []
    (with_a_former_version / f"bytes/{LEFT}.json").unlink()
    assert golden.missing(with_a_former_version) == [LEFT]


def test_a_type_name_has_a_word_or_an_upcaster_and_never_both() -> None:
    assert not UPCASTERS.keys() & FACTS.keys()
    for type in UPCASTERS:
        assert current(type, UPCASTERS) in FACTS


@pytest.mark.parametrize("type", FACTS)
def test_an_entry_comes_out_of_its_cloudevent_as_it_went_in(type: str) -> None:
    fact = SAMPLES[type]
    entry = Entry(812, fact.stream, 3, fact, "cb-1", "cmd-1", "2026-01-05T01:02:03Z", "why")
    assert from_cloudevent(to_cloudevent("planning", entry)) == entry


@pytest.mark.parametrize("type", FACTS)
def test_fields_that_a_later_version_adds_are_passed_over(type: str) -> None:
    content = SAMPLES[type].model_dump(mode="json")
    assert FACTS[type].model_validate({**content, "of_a_later_version": 1}) == SAMPLES[type]


@pytest.mark.parametrize(
    ("key", "bucket"), [("cb-0042", 10), ("cb-0001", 13), ("regime/2019", 18), ("Đb", 8)]
)
def test_a_key_keeps_its_bucket_for_ever(key: str, bucket: int) -> None:
    assert bucket_of(key) == bucket
