"""Views over a ledger of appraisal: facts laid there, rows read back, and the naive listing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from appraisal.hearing import place
from appraisal.known import Known
from appraisal.rules import assess
from appraisal.service import SPEC
from appraisal.standing import STANDING
from appraisal.year import cadre_year
from kept import THEN, Keeping
from shared.asking import Inside
from shared.entries import write_state
from shared.keeper import Keeper
from shared.ledger import Ledger, NewEntry
from shared.messages import Fact
from shared.recording import HeardRow, Moves
from shared.views import Row, View, plain
from spec import MemoryStreams


@dataclass
class World(Keeping):
    """A ledger, all facts laid in it, and the keeper of a view on it."""

    ledger: Ledger
    today: date
    view: View = STANDING
    facts: list[Fact] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.keeper = self.another()

    def another(self) -> Keeper:
        """One more keeper over the same ledger."""
        return Keeper([self.view], self.ledger, self.positions, lambda: self.today)

    def positions(self) -> Mapping[str, int]:
        return {"appraisal": self.ledger.head(), **self.ledger.tracking()}

    def inside(self) -> Inside:
        """What the questions of the service are answered from."""
        inside = SPEC.open(self.ledger)
        return Inside(**{**inside.__dict__, "views": self.keeper})

    def lay(self, facts: Iterable[Fact]) -> None:
        """Hear what others recorded, record what is the service's own."""
        heard: list[HeardRow] = []
        for fact in facts:
            stream = place(fact)
            if stream is None:
                continue
            self.facts.append(fact)
            if fact.type.startswith("appraisal."):
                version = self.ledger.facts(stream)[1] + 1
                self.ledger.append([NewEntry(fact, version, "test", str(len(self.facts)), THEN)])
            else:
                state = write_state(fact, "test", "cmd", THEN, "")
                at = len(self.facts)
                heard.append(HeardRow(stream, "planning", at, fact.type, state, ()))
        self.ledger.hear(heard, Moves(whole={"planning": len(self.facts)}))

    def naive(self) -> list[Row]:
        """The rows as they must be, by key, each judged from all facts on its own."""
        streams = MemoryStreams(tuple(self.facts), place)
        known = Known(streams)
        years = [int(one[7:]) for one in streams.streams if one.startswith("regime/")]
        cadres = [one[6:] for one in streams.streams if one.startswith("cadre/")]
        rows = [self._naive(streams, known, year, cadre) for year in years for cadre in cadres]
        return sorted(rows, key=lambda row: str(row["key"]))

    def _naive(self, streams: MemoryStreams, known: Known, year: int, cadre: str) -> Row:
        version, who = known.regimes(year).in_force(self.today), known.person(cadre)
        assert version is not None
        state = streams.state(cadre_year, f"year/{year}/{cadre}")
        found = assess(who, state, version.regime, self.today)
        late = [one.due for one in found.conditions if one.state == "unmet"]
        due = [one.due for one in found.conditions if one.state == "pending"]
        return {
            "key": f"{year}/{cadre}",
            "judged_on": self.today.isoformat(),
            "why": "",
            "year": year,
            "cadre": cadre,
            "name": who.name,
            "words": f" {plain(who.name)} {plain(cadre)}",
            "department": who.department,
            "status": found.status,
            "credited": len(found.credits),
            "target": found.target,
            "shortfall": max(0, found.target - len(found.credits)),
            "unmet": len(late),
            "pending": len(due),
            "late_since": min([*late, date.max]).isoformat(),
            "due_next": min([*due, date.max]).isoformat(),
        }
