"""Then: what had been done until a day, and what was known of it at a moment.

**As of** a day (tính đến ngày): only acts dated that day or before. **Known at** a moment (theo
những gì đã ghi đến lúc đó): only entries recorded until then. Together or apart: DESIGN.md,
"Time", docs/decisions/0014.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache

from shared.messages import Fact
from shared.reading import read_stored
from shared.recording import StreamRow

_ACTS = (
    "on",
    "received_on",
    "logged_on",
    "confirmed_on",
    "voided_on",
    "submitted_on",
    "accepted_on",
    "raised_on",
    "escalated_on",
    "answered_on",
    "recorded_on",
)
"""The fields in which a fact carries its act's own date; none has two of them."""


def acted_on(fact: Fact) -> date | None:
    """The day of the act; None where the fact tells none, and so holds as of every day."""
    for name in _dated(type(fact)):
        if (day := getattr(fact, name)) is not None:
            found: date = day
            return found
    return None


@cache
def _dated(kind: type[Fact]) -> tuple[str, ...]:
    """The fields of a kind of fact that date its act: asking a model for what it lacks is slow."""
    return tuple(name for name in _ACTS if name in kind.model_fields)


class Until:
    """Which entries exist as of a day and as known at a moment; None sets no bound."""

    def __init__(self, as_of: date | None = None, known_at: str | None = None) -> None:
        """``known_at`` as entries are stamped: RFC 3339 in UTC with microseconds."""
        self._as_of, self._known_at = as_of, known_at
        self._known: dict[str, str] = {}

    def holds(self, fact: Fact, recorded_at: str) -> bool:
        """Whether the entry exists then; to be asked of all entries of its stream, in order.

        It is known no sooner than those before it in its owner's stream: a clock that was put
        back must not make a confirmation known before the visit.
        """
        at = self._known[fact.stream] = max(recorded_at, self._known.get(fact.stream, ""))
        if self._known_at is not None and at > self._known_at:
            return False
        on = acted_on(fact) if self._as_of is not None else None
        return on is None or self._as_of is None or on <= self._as_of


def rows_until(rows: Iterable[StreamRow], until: Until) -> Iterator[StreamRow]:
    """The entries of a stream that exist then."""
    for row in rows:
        stored = read_stored(row.topic, row.state)
        if until.holds(stored.fact, stored.recorded_at):
            yield row
