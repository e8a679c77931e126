"""What services answer (điều dịch vụ trả lời), row by row, beside what rebuilt ones answer."""

from __future__ import annotations

import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

from appraisal.year import digest
from console.audit.beliefs import (
    ASSESSMENTS,
    BELIEFS,
    SPECS,
    STANDINGS,
    Belief,
    Rebuilt,
    Row,
    rebuild,
)
from console.audit.books import Books
from console.audit.differing import Difference, Positions, paths
from console.audit.heard import heard_wrongly
from shared.bus import Bus
from shared.refused import Refused


class Comparison:
    """One comparison of all services with the books; :meth:`run` makes it."""

    def __init__(
        self,
        bus: Bus,
        books: Books,
        year: int,
        as_of: date,
        cadre: str | None,
        known_at: str | None,
    ) -> None:
        self._bus, self._books, self._year, self._as_of = bus, books, year, as_of
        self._cadre = cadre
        self._then: dict[str, Any] = {"known_at": known_at} if known_at else {}
        self.compared: Counter[str] = Counter()
        self._wrong: dict[str, set[tuple[str, int]]] = defaultdict(set)

    async def run(self) -> list[Difference]:
        """Every difference. Raises as ``Bus.ask``."""
        found: list[Difference] = []
        with tempfile.TemporaryDirectory(prefix="dicoso-replay-") as folder, ExitStack() as stack:
            for service in SPECS:
                await self._bus.ask(service, "ready", heard=self._books.heads)
                rebuilt = rebuild(self._books, service, Path(folder))
                stack.callback(rebuilt.close)
                found += await self._heard(rebuilt)
                for belief in BELIEFS:
                    if belief.service == service:
                        found += await self._rows(belief, rebuilt)
                if service == "planning":
                    found += await self._regime(rebuilt)
                if service == "appraisal":
                    found += await self._inputs(rebuilt)
                    found += await self._standings(rebuilt)
        return found

    async def _heard(self, rebuilt: Rebuilt) -> list[Difference]:
        compared, found = await heard_wrongly(self._bus, self._books, rebuilt, self._cadre)
        self.compared["heard"] += compared
        self._wrong[rebuilt.spec.name] = {
            (name, at) for one in found for name, all in one.positions.items() for at in all
        }
        return found

    async def _rows(self, belief: Belief, rebuilt: Rebuilt) -> list[Difference]:
        service = belief.service
        content: dict[str, Any] = {"year": self._year, **self._then}
        if belief.file:
            content["file"] = belief.file
        if belief is ASSESSMENTS:
            content["as_of"] = self._as_of
        lost: list[dict[str, str]] = []
        answered = await self._bus.pages(
            belief.service, belief.question, unreadable=lost, **content
        )
        found = []
        for one in lost:
            whose = self._whose(rebuilt, one["stream"])
            if self._cadre in (None, whose):
                at = self._positions(rebuilt, one["stream"])
                found.append(
                    Difference(service, belief.about, whose, "(row)", None, one["error"], at)
                )
        replayed = rebuilt.rows(belief.question, **content)
        if belief is ASSESSMENTS:
            answered, replayed = ([_flat(row) for row in rows] for rows in (answered, replayed))
        return [*found, *self._compare(belief, rebuilt, replayed, answered)]

    async def _standings(self, rebuilt: Rebuilt) -> list[Difference]:
        """The list of now, which a view keeps: judged on the day that it says."""
        if self._then:
            return []
        answered: list[Row] = []
        after = ""
        while True:
            page = await self._bus.ask(
                "appraisal",
                "standings",
                heard=self._books.heads,
                year=self._year,
                after=after,
                limit=500,
            )
            answered += page["rows"]
            after = page["next"]
            if not after:
                break
        replayed = rebuilt.standings(self._year, date.fromisoformat(page["as_of"]))
        return list(self._compare(STANDINGS, rebuilt, replayed, answered))

    async def _regime(self, rebuilt: Rebuilt) -> list[Difference]:
        content: dict[str, Any] = {"year": self._year, **self._then}
        replayed = _answer_of(rebuilt, "regime", content)
        answered = await self._ask("planning", "regime", content)
        self.compared["regime"] += 1
        at = self._positions(rebuilt, f"regime/{self._year}")
        return [
            Difference("planning", f"regime {self._year}", "", *one, at)
            for one in paths(replayed, answered)
        ]

    async def _inputs(self, rebuilt: Rebuilt) -> list[Difference]:
        """Inputs issued, commendations revoked, and whether the year is closed."""
        found = []
        prefix = f"year/{self._year}/"
        for stream in sorted(one for one in rebuilt.sources if one.startswith(prefix)):
            cadre = stream.removeprefix(prefix)
            if self._cadre is not None and cadre != self._cadre:
                continue
            content: dict[str, Any] = {"cadre": cadre, "year": self._year, **self._then}
            replayed = _answer_of(rebuilt, "year", content)
            answered = await self._ask("appraisal", "year", content)
            self.compared["inputs"] += 1
            at = self._positions(rebuilt, stream)
            found += [
                Difference("appraisal", f"inputs {cadre}", cadre, *one, at)
                for one in [*paths(replayed, answered), *_false_digests(answered)]
            ]
        return found

    async def _ask(self, service: str, question: str, content: Mapping[str, Any]) -> Any:
        """An answer; of a refusal its code, which then stands to be compared."""
        try:
            return await self._bus.ask(service, question, **content)
        except Refused as refused:
            return {"refused": refused.code}

    def _compare(
        self, belief: Belief, rebuilt: Rebuilt, replayed: Iterable[Row], answered: Iterable[Row]
    ) -> Iterator[Difference]:
        left = {belief.name(row): row for row in replayed}
        right = {belief.name(row): row for row in answered}
        for about in sorted({*left, *right}):
            row = left.get(about) or right[about]
            stream = belief.source(row, self._year)
            cadre = row.get("cadre") or self._whose(rebuilt, stream)
            if self._cadre is not None and cadre != self._cadre:
                continue
            self.compared[belief.about] += 1
            for one in paths(left.get(about), right.get(about)):
                at = self._positions(rebuilt, stream, f"cadre/{cadre}")
                yield Difference(belief.service, about, cadre, *one, at)

    def _whose(self, rebuilt: Rebuilt, stream: str) -> str:
        entries = rebuilt.sources.get(stream, ())
        return next((str(getattr(one.fact, "cadre", "")) for one in entries), "")

    def _positions(self, rebuilt: Rebuilt, *streams: str) -> Positions:
        """The entries of streams; only those that were heard wrongly, where any were."""
        entries = [one for stream in streams for one in rebuilt.sources.get(stream, ())]
        wrong = self._wrong[rebuilt.spec.name]
        chosen = [one for one in entries if (one.service, one.position) in wrong] or entries
        found: dict[str, list[int]] = defaultdict(list)
        for one in chosen:
            found[one.service].append(one.position)
        return found


def _flat(row: Mapping[str, Any]) -> Row:
    return {**row["assessment"], "person": row["person"]}


def _false_digests(answered: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """Each issued input whose digest is not that of what it says."""
    for number, one in enumerate(answered.get("inputs", ())):
        true = digest(one["assessment"], one["regime_version"], one["positions"])
        if true != one["digest"]:
            yield f"inputs.{number}.digest", true, one["digest"]


def _answer_of(rebuilt: Rebuilt, question: str, content: Mapping[str, Any]) -> Any:
    """What the rebuilt service answers; what its ledger cannot be folded to is said, too."""
    try:
        return rebuilt.ask(question, **content)
    except Refused as refused:
        return {"refused": refused.code}
    except Exception as error:  # entries that contradict each other must not stop the others
        return {"unreadable": repr(error)[:200]}
