"""Entries: what is written is carried and heard as it was written."""

from __future__ import annotations

from pydantic_core import from_json, to_json

from shared.entries import Entry, from_cloudevent, read_entry, to_cloudevent, write_state

from .making import THEN, appointed


def test_what_a_newer_version_says_beyond_our_words_is_carried_and_heard_whole() -> None:
    newer = {**appointed().model_dump(mode="json"), "rank": "chuyên viên"}
    state = write_state(to_json(newer), "a", "c", THEN, "")
    entry = read_entry(7, "cadre/cb-1", 1, appointed().type, state)
    assert entry.fact == appointed()
    heard = from_cloudevent(to_cloudevent("planning", entry))
    assert from_json(to_cloudevent("planning", entry))["data"]["rank"] == "chuyên viên"
    assert write_state(heard.text, "a", "c", THEN, "") == state


def test_an_entry_made_here_is_carried_as_one_read_from_the_ledger() -> None:
    made = Entry(7, "cadre/cb-1", 1, appointed(), "a", "c", THEN)
    read = read_entry(
        7, "cadre/cb-1", 1, appointed().type, write_state(appointed(), "a", "c", THEN, "")
    )
    assert to_json(from_json(to_cloudevent("planning", made))) == to_cloudevent("planning", read)
