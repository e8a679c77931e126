"""The same facts folded as the eventsourcing library's documentation does it.

Declarative aggregates (``Aggregate`` and ``@event``), the library's own JSON mapper with a
transcoding of dates as its documentation gives it, its own SQLite store, and every aggregate
taken from ``repository.get``. States are changed in place, in the library's favour. Beside it
stands what is quicker, though nobody's documentation folds so: the same events read by the
notification log, a thousand at a time.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import JSONTranscoder, Transcoding

from console.bench.fold import fold_ledger, timed
from console.bench.generate import generate
from console.bench.nation import Nation, Told
from console.bench.row import Goal, Row, tidy
from console.bench.setting import Setting
from console.bench.story import tell
from shared.ledger import Ledger

_PAGE = 1_000


class Diary(Aggregate):
    """Sổ đi cơ sở."""

    @event("Opened")
    def __init__(self) -> None:
        self.visits: dict[str, dict[str, Any]] = {}

    @event("VisitLogged")
    def log(
        self, visit: str, cadre: str, year: int, unit: str, level: str, kind: str, line: str,
        first: date, to: date, portion: str, evidence: str, evidence_no: str, logged_on: date,
    ) -> None:  # fmt: skip
        """A visit."""
        self.visits[visit] = {
            "unit": unit, "level": level, "kind": kind, "line": line, "from": first, "to": to,
            "portion": portion, "evidence": evidence, "evidence_no": evidence_no,
            "logged_on": logged_on,
        }  # fmt: skip

    @event("VisitConfirmed")
    def confirm(
        self, visit: str, cadre: str, year: int, confirmed_by: str, confirmed_on: date
    ) -> None:
        """Its confirmation."""
        self.visits[visit]["confirmed_by"] = confirmed_by
        self.visits[visit]["confirmed_on"] = confirmed_on


class Report(Aggregate):
    """Báo cáo thu hoạch."""

    @event("Submitted")
    def __init__(
        self, report: str, cadre: str, year: int, period: str, submitted_on: date,
        sections: dict[str, str],
    ) -> None:  # fmt: skip
        self.period, self.submitted_on, self.sections = period, submitted_on, sections

    @event("Accepted")
    def accept(
        self, report: str, cadre: str, year: int, accepted_by: str, accepted_on: date
    ) -> None:
        """Its acceptance."""
        self.accepted_by, self.accepted_on = accepted_by, accepted_on


class Product(Aggregate):
    """Báo cáo sản phẩm."""

    @event("Submitted")
    def __init__(
        self, product: str, visit: str, cadre: str, year: int, submitted_on: date, text: str
    ) -> None:
        self.visit, self.submitted_on, self.text = visit, submitted_on, text

    @event("Accepted")
    def accept(
        self, product: str, visit: str, cadre: str, year: int, accepted_by: str, accepted_on: date
    ) -> None:
        """Its acceptance."""
        self.accepted_by, self.accepted_on = accepted_by, accepted_on


class Difficulty(Aggregate):
    """Khó khăn, vướng mắc."""

    @event("Raised")
    def __init__(
        self, difficulty: str, cadre: str, year: int, period: str, unit: str, text: str,
        raised_on: date,
    ) -> None:  # fmt: skip
        self.period, self.unit, self.text, self.raised_on = period, unit, text, raised_on

    @event("Escalated")
    def escalate(
        self, difficulty: str, cadre: str, year: int, escalated_to: str, escalated_on: date
    ) -> None:
        """Whom it was carried to."""
        self.escalated_to, self.escalated_on = escalated_to, escalated_on

    @event("Answered")
    def answered(
        self, difficulty: str, cadre: str, year: int, answer: str, answered_on: date
    ) -> None:
        """What was answered."""
        self.answer, self.answered_on = answer, answered_on


_BEGINS: dict[str, type[Aggregate]] = {
    "report-submitted": Report,
    "product-submitted": Product,
    "difficulty-raised": Difficulty,
}
_GOES_ON: dict[str, Callable[..., None]] = {
    "visit-logged": Diary.log,
    "visit-confirmed": Diary.confirm,
    "report-accepted": Report.accept,
    "product-accepted": Product.accept,
    "difficulty-escalated": Difficulty.escalate,
    "difficulty-answered": Difficulty.answered,
}


class _DateAsISO(Transcoding):
    """A date, as the library's documentation shows it."""

    type = date
    name = "date_iso"

    def encode(self, obj: date) -> str:
        return obj.isoformat()

    def decode(self, data: str) -> date:
        return date.fromisoformat(data)


class _Visits(Application[UUID]):
    def register_transcodings(self, transcoder: JSONTranscoder) -> None:
        super().register_transcodings(transcoder)
        transcoder.register(_DateAsISO())


class Store:
    """A store of the library's, filled with the facts of visits."""

    def __init__(self, path: Path) -> None:
        self._app = _Visits(
            env={"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(path)}
        )
        self._held: dict[str, Aggregate] = {}
        self._ids: list[UUID] = []

    def take(self, told: Told) -> None:
        """One fact, as the library's aggregate records it."""
        kind = told.topic.removeprefix("visits.").removesuffix(".v1")
        content = {
            "first" if key == "from" else key: date.fromisoformat(value)
            if key in ("from", "to") or key.endswith("_on")
            else value
            for key, value in told.content.items()
        }
        if kind in _BEGINS:
            self._held[told.stream] = _BEGINS[kind](**content)
        else:
            one = self._held.setdefault(told.stream, Diary()) if "diary" in told.stream else None
            _GOES_ON[kind](one or self._held[told.stream], **content)

    def save(self) -> int:
        """Write everything; how many events that makes."""
        self._app.save(*self._held.values())
        self._ids = [one.id for one in self._held.values()]
        self._held.clear()
        return self._app.recorder.max_notification_id() or 0

    def fold(self) -> list[Aggregate]:
        """Every aggregate, from the store alone, as the library is used."""
        return [self._app.repository.get(one) for one in self._ids]

    def fold_log(self) -> dict[UUID, Aggregate]:
        """Every aggregate, by pages of the notification log."""
        held: dict[UUID, Aggregate] = {}
        position = 0
        while page := self._app.recorder.select_notifications(position + 1, _PAGE):
            position = page[-1].id
            for one in page:
                said: Any = self._app.mapper.to_domain_event(one)
                held[said.originator_id] = said.mutate(held.get(said.originator_id))
        return held


async def measure(setting: Setting) -> list[Row]:
    """Events a second, of the visits ledger and of the library's store of the same facts."""
    folder = setting.new("library")
    nation = Nation(setting.size.library)
    facts = generate(tell(nation), folder, ["visits"]).recorded["visits"]
    store = Store(folder / "library.sqlite")
    for told in tell(nation):
        if told.service == "visits":
            store.take(told)
    events = store.save()
    row = Row(
        "fold-vs-library",
        "events/s",
        Goal("ratio", "≥", 10),
        "eventsourcing's declarative aggregates over its own SQLite store",
        note=f"{facts} facts of visits; the library's store holds {events} events",
    )
    by_log: list[float] = []
    ledger = Ledger(folder / "visits.sqlite")
    for _ in range(setting.size.rounds):
        ours, _states = timed(partial(fold_ledger, ledger))
        theirs, _held = timed(store.fold)
        row.add(facts / ours, events / theirs)
        del _states, _held
        by_log.append(events / timed(store.fold_log)[0])
    ledger.close()
    row.more["library_by_log"] = tidy(median(by_log))
    row.note += f"; read by its log it folds {row.more['library_by_log']:,.0f} events/s"
    return [row]
