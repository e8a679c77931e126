"""The history (lịch sử) that entries tell, in words: who did what, when, on whose authority.

When it was done and when recorded, by which command, and what that command recorded besides.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from shared.deciding import fold
from shared.language.planning import CadreFact, LineDropped, LineFact, PlanSubmitted
from shared.language.telling import ROLES, tell
from shared.language.visits import (
    DifficultyRaised,
    ProductSubmitted,
    ReportSubmitted,
    VisitLogged,
)
from shared.messages import Fact
from shared.recorded import Recorded
from shared.rights import Holder, holder
from shared.until import acted_on

_JUDGES = ("confirmed_by", "accepted_by", "by")
_VIET_NAM = ZoneInfo("Asia/Ho_Chi_Minh")

Event = dict[str, Any]


class Teller:
    """Tells entries; knows who held which role on which day, and what one command recorded."""

    def __init__(self, books: Iterable[Recorded]) -> None:
        self._files: dict[str, list[Fact]] = defaultdict(list)
        self._together: dict[str, list[Recorded]] = defaultdict(list)
        self._people: dict[str, Holder | None] = {}
        for one in books:
            if isinstance(one.fact, CadreFact):
                self._files[one.fact.cadre].append(one.fact)
            if one.command:
                self._together[one.command].append(one)

    def events(self, chosen: Iterable[Recorded], as_of: date | None = None) -> list[Event]:
        """What was done, in the order in which it was done; with ``as_of`` until that day."""
        done = (one for one in chosen if one.fact is not None and _done(one, as_of))
        return [self.event(one) for one in sorted(done, key=self.order)]

    def order(self, one: Recorded) -> tuple[str, str, int]:
        """By the day of the act; what tells none stands with what its command did besides."""
        day = _acted(one) or self._first(one.command) or _day(one.recorded_at)
        return str(day), one.recorded_at, one.position

    def _first(self, command: str) -> date | None:
        acts = (on for one in self._together[command] if (on := _acted(one)))
        return min(acts, default=None)

    def event(self, one: Recorded) -> Event:
        """One entry as an event of a history."""
        assert one.fact is not None  # noqa: S101 - chosen so
        on, recorded_on = acted_on(one.fact), _day(one.recorded_at)
        who = who_did(one.fact)
        others = [other for other in self._together[one.command] if other is not one]
        return {
            "type": one.type,
            **tell(one.fact),
            "acted_on": on and on.isoformat(),
            "recorded_at": one.recorded_at,
            "recorded_on": recorded_on and recorded_on.isoformat(),
            "who": who,
            "deputy": one.deputy_of(who) if who else "",
            "authority": self._authority(who, on or recorded_on),
            "actor": one.actor,
            "command": one.command,
            "cause": one.cause,
            "together": [f"{other.service} #{other.position}" for other in others],
            **one.place,
        }

    def _authority(self, who: str, day: date | None) -> dict[str, str] | None:
        """The role and department that a cadre held that day; a unit speaks for itself."""
        if not who or day is None:
            return None
        if who not in self._people:
            self._people[who] = fold(holder, self._files.get(who, ()))
        person = self._people[who]
        if person is None:
            return {"role": "unit", "vi": "chính cơ sở", "en": "the unit itself"}
        role, department = person.role(day).value, person.department(day)
        vi, en = ROLES[role]
        return {
            "role": role,
            "department": department,
            "vi": f"{vi}, {department}",
            "en": f"{en}, {department}",
        }


def judge_of(fact: Fact | None) -> str:
    """Who judged, where the fact names one."""
    if fact is None:
        return ""
    return next((str(who) for name in _judges(type(fact)) if (who := getattr(fact, name))), "")


@cache
def _judges(kind: type[Fact]) -> tuple[str, ...]:
    return tuple(name for name in _JUDGES if name in kind.model_fields)


def who_did(fact: Fact) -> str:
    """Who did it, as far as the fact says: who judged, or else the author of what is theirs."""
    if judge := judge_of(fact):
        return judge
    match fact:
        case (
            PlanSubmitted()
            | LineFact()
            | LineDropped()
            | VisitLogged()
            | ReportSubmitted()
            | ProductSubmitted()
            | DifficultyRaised()
        ):
            return str(fact.cadre)
        case _:
            return ""


def _day(moment: str) -> date | None:
    try:
        return datetime.fromisoformat(moment).astimezone(_VIET_NAM).date()
    except ValueError:
        return None


def _done(one: Recorded, as_of: date | None) -> bool:
    on = _acted(one)
    return as_of is None or on is None or on <= as_of


def _acted(one: Recorded) -> date | None:
    return None if one.fact is None else acted_on(one.fact)
