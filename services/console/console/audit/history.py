"""The history (lịch sử) of a cadre, a plan, a visit, or whatever bears a name in the ledgers.

In words: who did what, when it was done and when recorded, on whose authority, by which command.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from console.audit.books import Books, Recorded
from console.audit.telling import ROLES, tell
from planning.cadre import Cadre
from planning.cadre import cadre as roster
from shared.deciding import fold
from shared.language.planning import (
    CadreFact,
    ConsolidatedFact,
    LineDropped,
    LineFact,
    PlanSubmitted,
)
from shared.language.visits import (
    DifficultyRaised,
    ProductSubmitted,
    ReportFact,
    ReportSubmitted,
    VisitLogged,
)
from shared.messages import Fact, Refused
from shared.until import acted_on

_KINDS = ("cadre", "unit", "leave", "line", "visit", "report", "product", "difficulty")
"""What bears a name: a fact concerns it where its field of that name, or a list, holds it."""
_LISTS = {"line": "lines", "cadre": "cadres"}
_JUDGES = ("confirmed_by", "accepted_by", "by")
_VIET_NAM = ZoneInfo("Asia/Ho_Chi_Minh")

Event = dict[str, Any]


def history(
    books: Books, name: str, as_of: date | None = None, known_at: str | None = None
) -> dict[str, Any]:
    """Everything recorded about a name, in the order in which it was done.

    A name is an id (``lv-1``), one with its kind (``visit/lv-1``) or a stream
    (``plan/2019/2019-Q1/cb-an``). Raises Refused ``unknown-name`` or ``ambiguous-name``.
    """
    books = books.known_at(known_at)
    about = find(books, name)
    chosen = [one for one in books if one.fact is not None and concerns(one, about)]
    teller = _Teller(books)
    done = sorted((one for one in chosen if _done(one, as_of)), key=teller.order)
    return {
        "about": about,
        "as_of": as_of and as_of.isoformat(),
        "known_at": known_at,
        "events": [teller.event(one) for one in done],
    }


def find(books: Books, name: str) -> str:
    """The kind and id, or the stream, that a name leads to."""
    found: set[str] = set()
    for one in books:
        if one.fact is None:
            continue
        if one.stream == name:
            return name
        for kind in _KINDS:
            bare = name.removeprefix(f"{kind}/")
            if bare in _names(one.fact, kind):
                found.add(f"{kind}/{bare}")
    if not found:
        raise Refused("unknown-name", name=name)
    if len(found) > 1 and name not in found:
        raise Refused("ambiguous-name", name=name, instead=sorted(found))
    return name if name in found else found.pop()


def _names(fact: Fact, kind: str) -> tuple[str, ...]:
    """What of a kind a fact names."""
    one, several = getattr(fact, kind, ""), getattr(fact, _LISTS.get(kind, ""), ())
    return (one, *several) if one else tuple(several)


def concerns(one: Recorded, about: str) -> bool:
    """Whether an entry belongs to the history of a kind and id, or of a stream."""
    kind, _, id = about.partition("/")
    fact = one.fact
    if fact is None:
        return False
    if one.stream == about:
        return True
    if kind == "plan":
        return isinstance(fact, ConsolidatedFact) and _of_plan(fact, about)
    if kind == "visit" and isinstance(fact, ReportFact):
        return getattr(fact, "period", "") == id
    return kind in _KINDS and id in _names(fact, kind)


def _of_plan(fact: ConsolidatedFact, about: str) -> bool:
    """Whether an act on consolidated plans was on this one."""
    _, year, quarter, cadre = about.split("/", 3)
    whose = (getattr(fact, "cadre", None), *getattr(fact, "cadres", ()))
    return (str(fact.year), fact.quarter) == (year, quarter) and cadre in whose


def _done(one: Recorded, as_of: date | None) -> bool:
    on = _acted(one)
    return as_of is None or on is None or on <= as_of


def _acted(one: Recorded) -> date | None:
    return None if one.fact is None else acted_on(one.fact)


class _Teller:
    """Tells entries; knows who held which role on which day, and what one command recorded."""

    def __init__(self, books: Books) -> None:
        self._files: dict[str, list[Fact]] = defaultdict(list)
        self._together: dict[str, list[Recorded]] = defaultdict(list)
        self._people: dict[str, Cadre | None] = {}
        for one in books:
            if isinstance(one.fact, CadreFact):
                self._files[one.fact.cadre].append(one.fact)
            if one.command:
                self._together[one.command].append(one)

    def order(self, one: Recorded) -> tuple[str, str, int]:
        """By the day of the act; what tells none stands with what its command did besides."""
        acts = [on for other in self._together[one.command] if (on := _acted(other))]
        day = _acted(one) or min(acts, default=None) or _day(one.recorded_at)
        return str(day), one.recorded_at, one.position

    def event(self, one: Recorded) -> Event:
        """One entry as an event of a history."""
        assert one.fact is not None  # noqa: S101 - chosen so
        on, recorded_on = acted_on(one.fact), _day(one.recorded_at)
        who = _who(one.fact)
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
            self._people[who] = fold(roster, self._files.get(who, ()))
        person = self._people[who]
        if person is None:
            return {"role": "unit", "vi": "chính cơ sở", "en": "the unit itself"}
        role, department = person.role_on(day).value, person.department_on(day)
        vi, en = ROLES[role]
        return {
            "role": role,
            "department": department,
            "vi": f"{vi}, {department}",
            "en": f"{en}, {department}",
        }


def _who(fact: Fact) -> str:
    """Who did it, as far as the fact says: who judged, or else the author of what is theirs."""
    for name in _JUDGES:
        if who := getattr(fact, name, ""):
            return str(who)
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
