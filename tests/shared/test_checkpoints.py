"""What a service has seen of another's log: given that, when told more, then recorded or not."""

from __future__ import annotations

import pytest

from appraisal.hearing import place as appraisal
from contracts.samples import SAMPLES
from planning.hearing import place as planning
from shared.checkpoints import decider
from shared.language.log import CheckpointSeen, RecordCheckpoint
from shared.transparency.checkpoint import Checkpoint
from shared.transparency.note import SignerKey, encoded
from spec import Given, given
from visits.hearing import place as visits


def checkpoint(size: int, root: int = 0, origin: str = "dicoso.local/visits") -> Checkpoint:
    return Checkpoint(origin, size, bytes([root or size % 256]) * 32)


def record(one: Checkpoint, upstream: str = "visits") -> RecordCheckpoint:
    note = one.signed(SignerKey(one.origin, b"k" * 32))
    return RecordCheckpoint(upstream=upstream, note=str(note))


def seen(one: Checkpoint) -> CheckpointSeen:
    return CheckpointSeen(
        upstream="visits",
        origin=one.origin,
        size=one.size,
        root=encoded(one.root),
        note=record(one).note,
    )


def planning_saw(*checkpoints: Checkpoint) -> Given:
    return given(decider("planning"), lambda _: None, *map(seen, checkpoints))


def test_a_checkpoint_is_recorded_as_it_came() -> None:
    planning_saw().when(record(checkpoint(3))).then(seen(checkpoint(3)))
    planning_saw(checkpoint(3)).when(record(checkpoint(9))).then(seen(checkpoint(9)))


def test_what_was_seen_already_is_not_recorded_again() -> None:
    planning_saw(checkpoint(3)).when(record(checkpoint(3))).then()


@pytest.mark.parametrize("one", [checkpoint(2), checkpoint(3, root=99)], ids=["shrunk", "other"])
def test_a_log_that_goes_back_or_is_another_is_refused(one: Checkpoint) -> None:
    detail = planning_saw(checkpoint(3)).when(record(one)).refused("checkpoint-backwards")
    assert detail == {"upstream": "visits", "size": one.size, "seen": 3}


def test_a_log_of_another_name_begins_anew() -> None:
    other = checkpoint(1, origin="dicoso.test/visits")
    planning_saw(checkpoint(3)).when(record(other)).then(seen(other))


@pytest.mark.parametrize(
    "command",
    [
        RecordCheckpoint(upstream="visits", note=""),
        RecordCheckpoint(upstream="visits", note=checkpoint(3).text),  # nobody signed
        record(checkpoint(3), upstream="appraisal"),
        record(checkpoint(3, origin="dicoso.local/planning"), upstream="planning"),  # its own
    ],
    ids=["empty", "unsigned", "of another", "its own"],
)
def test_what_is_no_checkpoint_of_another_service_is_refused(command: RecordCheckpoint) -> None:
    planning_saw().when(command).refused("malformed")


def test_nobody_files_what_others_have_seen() -> None:
    assert [place(SAMPLES[CheckpointSeen.type]) for place in (planning, visits, appraisal)] == [
        None,
        None,
        None,
    ]
