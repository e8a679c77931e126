"""However commands are gathered into batches, the ledger is as if each had come alone."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from planning.known import Known
from planning.service import SPEC
from shared.answers import Done, No
from shared.desk import Request
from shared.language import COMMANDS
from shared.ledger import Ledger
from shared.messages import Fact
from shared.refused import Refused
from spec import MemoryStreams

from .desks import desk_over, request

CADRE = st.sampled_from(["cb-1", "cb-2"])
UNIT = st.sampled_from(["X1", "X2"])
DAY = st.sampled_from(["2019-01-01", "2019-02-11", "2019-03-31", "no day"])
WORDS: dict[str, dict[str, Any]] = {
    "appoint-cadre": {"cadre": CADRE, "department": st.sampled_from("ab")},
    "transfer-cadre": {"cadre": CADRE, "department": st.sampled_from("ab"), "on": DAY},
    "depart-cadre": {"cadre": CADRE, "to": DAY},
    "assign-unit": {"cadre": CADRE, "unit": UNIT},
    "register-unit": {
        "unit": UNIT,
        "name": st.sampled_from("ab"),
        "level": st.sampled_from(["branch", "commune"]),
    },
    "record-leave": {
        "leave": st.sampled_from(["nv-1", "nv-2"]),
        "cadre": CADRE,
        "kind": st.just("sick"),
        **dict.fromkeys(("from", "to", "recorded_on"), DAY),
    },
    "correct-leave": {
        "leave": st.sampled_from(["nv-1", "nv-2"]),
        "kind": st.just("study"),
        "reason": st.just("r"),
        **dict.fromkeys(("from", "to", "on"), DAY),
    },
    "unheard-of": {},
}
COMMAND: st.SearchStrategy[Request] = st.one_of(
    *(
        st.builds(
            request,
            st.integers(1, 12).map(str),  # few ids, so that they come again
            st.just(name),
            st.fixed_dictionaries(content),
        )
        for name, content in WORDS.items()
    )
)
BATCHES = st.lists(st.lists(COMMAND, max_size=8), max_size=6)


def by_hand(requests: Sequence[Request]) -> list[Fact]:
    """The facts, decided one by one from nothing but the facts before: no shelf, no ledger."""
    facts: list[Fact] = []
    ids: set[str] = set()
    for one in requests:
        word = COMMANDS.get(one.name)
        if word is None or one.command_id in ids:
            continue
        streams = MemoryStreams(tuple(facts), lambda fact: fact.stream)
        try:
            command = word.model_validate_json(one.body)
            decider = SPEC.obeys[word]
            state = streams.state(decider, streams.named(command.at) or command.at)
            found = decider.decide(state, command, Known(streams))
        except (ValidationError, Refused):
            continue
        if found:
            ids.add(one.command_id)
        facts += found
    return facts


def through_desk(path: Path, batches: Sequence[Sequence[Request]], anew: bool) -> Any:
    """The answers and the entries; ``anew``: each batch at a desk that remembers nothing."""
    ledger = Ledger(path)
    desk = desk_over(ledger)
    answers: list[Done | No] = []
    for batch in batches:
        answers += (desk_over(ledger) if anew else desk).obey(batch)
    entries = list(ledger.all_entries())
    ledger.close()
    return answers, entries


@settings(max_examples=60, deadline=None)
@given(batches=BATCHES)
def test_any_batches_leave_what_deciding_one_by_one_leaves(batches: list[list[Request]]) -> None:
    requests = [one for batch in batches for one in batch]
    with tempfile.TemporaryDirectory() as folder:
        together = through_desk(Path(folder) / "together.sqlite", batches, anew=False)
        alone = through_desk(Path(folder) / "alone.sqlite", [[one] for one in requests], anew=True)
    assert together == alone
    assert [entry.fact for entry in together[1]] == by_hand(requests)
