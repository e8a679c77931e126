"""A service's lists over a ledger of its own: facts laid there, views kept, questions asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pydantic_core import from_json, to_json

from shared.asking import Inside
from shared.entries import write_state
from shared.keeper import Keeper
from shared.ledger import Ledger, NewEntry
from shared.messages import Fact
from shared.recording import HeardRow, Moves
from shared.service import Spec
from shared.views import Row, View

THEN = "2026-01-05T01:02:03.000004Z"


class Keeping:
    """What is done with one view and its keeper."""

    keeper: Keeper
    view: View

    def build(self) -> dict[str, Any]:
        """Order a build and see it through; its result."""
        self.keeper.tables.order(self.view)
        for _ in self.keeper.build(self.view):
            pass
        last = self.keeper.tables.last_build(self.view.name)
        assert last is not None
        assert last.state == "done", last
        return dict(last.result)

    def follow(self) -> None:
        """Follow the ledger to its end."""
        while not self.keeper.follow(self.view):
            pass

    def rows(self) -> list[Row]:
        """All live rows, by key."""
        live = self.keeper.tables.live(self.view.name)
        assert live is not None
        return list(self.keeper.tables.between(live, "", None, 100_000).values())


@dataclass
class Kept(Keeping):
    """A ledger of one service and the view that it keeps."""

    spec: Spec
    ledger: Ledger
    today: date
    named: str = ""
    """Which view, where the service keeps several."""
    count: int = field(default=0)

    def __post_init__(self) -> None:
        [self.view] = [one for one in self.spec.views if self.named in ("", one.name)]
        self.keeper = Keeper([self.view], self.ledger, dict, lambda: self.today)

    def lay(self, *facts: Fact) -> None:
        """Record what is the service's own, hear what is another's."""
        for fact in facts:
            self.count += 1
            owner = fact.type.partition(".")[0]
            if owner == self.spec.name:
                version = self.ledger.facts(fact.stream)[1] + 1
                self.ledger.append([NewEntry(fact, version, "test", str(self.count), THEN)])
            elif stream := self.spec.hears[owner](fact):
                state = write_state(fact, "test", "cmd", THEN, "")
                row = HeardRow(stream, owner, self.count, fact.type, state, fact.names)
                self.ledger.hear([row], Moves(whole={owner: self.count}))

    def ask(self, question: str, **content: Any) -> Any:
        """The answer, as JSON carries it. Raises Refused."""
        self.follow()
        inside = self.spec.open(self.ledger)
        inside = Inside(**{**inside.__dict__, "views": self.keeper})
        shape, answer = self.spec.answers[question]
        return from_json(to_json(answer(inside, shape.model_validate(content))))

    def pages(self, question: str, **content: Any) -> list[Any]:
        """All rows of a list, page by page."""
        rows: list[Any] = []
        after = ""
        while True:
            page = self.ask(question, **content, after=after)
            rows += page["rows"]
            after = page["next"]
            if not after:
                return rows


def ids(rows: Iterable[dict[str, Any]], name: str) -> list[Any]:
    """One column of rows."""
    return [one[name] for one in rows]
