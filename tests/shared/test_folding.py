"""A whole ledger is folded as its streams are, one by one and fact by fact."""

from __future__ import annotations

from functools import reduce
from pathlib import Path
from typing import Any

import pytest
from eventsourcing.persistence import StoredEvent
from pydantic import ValidationError

from oracle.local import Local
from planning.cadre import cadre
from planning.service import SPEC as PLANNING
from registers.register import read_register
from shared.deciding import Decider
from shared.entries import UnknownFact
from shared.folding import fold_pages
from shared.ledger import Ledger
from shared.messages import Fact
from shared.service import Spec
from visits.service import SPEC as VISITS

from .making import appointed, record, transferred

REGISTER = Path(__file__).parents[1] / "registers/bac-ninh-2019-faulty"
KINDS: dict[str, Decider[Any]] = {"cadre": cadre}
BROKEN = b'{"actor":"a","command":"c","recorded_at":"t","cause":"","fact":{"cadre":"cb-1"}}'


def by_kind(spec: Spec) -> dict[str, Decider[Any]]:
    """The deciders of a service; each kind of stream is named after its decider."""
    return {decider.name: decider for decider in spec.obeys.values()}


def one_by_one(ledger: Ledger, deciders: dict[str, Decider[Any]]) -> dict[str, Any]:
    """The states of all streams by ``evolve`` alone."""
    streams: dict[str, list[Fact]] = {}
    for entry in ledger.all_entries():
        streams.setdefault(entry.stream, []).append(entry.fact)
    found = {}
    for stream, facts in streams.items():
        decider = deciders[stream.partition("/")[0]]
        found[stream] = reduce(decider.evolve, facts, decider.initial())
    return found


async def test_a_years_ledgers_fold_to_the_states_of_their_streams() -> None:
    with Local() as local:
        await local.load(read_register(REGISTER))
        for spec in (PLANNING, VISITS):
            ledger, deciders = local.services[spec.name].ledger, by_kind(spec)
            states = fold_pages(ledger.pages(), deciders)
            assert len(states) > 300
            assert states == one_by_one(ledger, deciders)


def lay(ledger: Ledger, topic: str, state: bytes) -> None:
    """A row that no desk has written, behind the others of its stream."""
    version = ledger.facts("cadre/cb-1")[1] + 1
    ledger.recorder.insert_events([StoredEvent("cadre/cb-1", version, topic, state)])


@pytest.mark.parametrize(
    ("topic", "state", "error"),
    [
        (transferred().type, BROKEN, ValidationError),
        (transferred().type, b"{", ValueError),
        (transferred().type, b"[]", ValueError),
        (transferred().type, b'{"actor":"a"}', KeyError),
        ("planning.cadre-promoted.v9", BROKEN, UnknownFact),
    ],
)
def test_a_row_that_cannot_be_read_stops_the_fold(
    ledger: Ledger, topic: str, state: bytes, error: type[Exception]
) -> None:
    record(ledger, appointed())
    lay(ledger, topic, state)
    with pytest.raises(error):
        fold_pages(ledger.pages(), KINDS)


def test_a_row_that_only_the_longer_way_reads_is_folded_all_the_same(ledger: Ledger) -> None:
    record(ledger, appointed())
    odd = BROKEN.replace(b'"a"', b"7").replace(
        b'"cb-1"', b'"cb-1","department":"ban-b","position":"","on":"2019-02-01"'
    )
    lay(ledger, transferred().type, odd)
    assert fold_pages(ledger.pages(), KINDS) == one_by_one(ledger, KINDS)


def test_a_stream_that_no_decider_folds_is_said(ledger: Ledger) -> None:
    record(ledger, appointed())
    with pytest.raises(KeyError, match="cadre"):
        fold_pages(ledger.pages(), {})
