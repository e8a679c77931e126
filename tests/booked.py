"""Books in memory: facts as their services would have recorded them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from console.audit.books import Books, books
from shared.entries import write_state
from shared.messages import Fact
from shared.recorded import read_row

THEN = "2026-01-05T01:02:03.000004Z"


def recorded(facts: Iterable[Fact], moments: Mapping[int, str] | None = None) -> Books:
    """The facts, each at the end of its ledger; ``moments`` says when, by the place in the list."""
    heads: Counter[str] = Counter()
    versions: Counter[str] = Counter()
    found = []
    for at, fact in enumerate(facts):
        service = fact.type.split(".")[0]
        heads[service] += 1
        versions[fact.stream] += 1
        state = write_state(fact, "test", f"cmd-{at}", (moments or {}).get(at, THEN), "")
        row = heads[service], fact.stream, versions[fact.stream], fact.type, state
        found.append(read_row(service, row))
    return books(found)
