"""Which fact makes which notice, for whom: pure, and of one fact at a time.

Everybody is told of what is theirs: their plan, visit, report, difficulty, input; and a delegate of
what was delegated to them. Of these the services answer them (``themselves``, shared/rights.py), so
no notice says what its reader could not ask for. Nobody is told of what they did themselves, nor of
a register's rows, which are acts of long ago.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portal.notices.kinds import Kind
from portal.paths import segment

REGISTER = "register"
"""The cause of what an import records."""
ERASED = "privacy.person-erased"
"""After this fact nothing that was told somebody is kept either."""

Event = Mapping[str, Any]


@dataclass(frozen=True)
class Notice:
    """Một thông báo; ``key`` is its own among all of its reader's, and makes it one."""

    key: str
    cadre: str
    kind: Kind
    what: str
    """Which of the sentences of ``saying.py`` it says."""
    told: Mapping[str, str]
    """What the sentence names: days, quarters, ids, a reason."""
    link: str
    """The page that shows what it is about."""


def word_of(event: Event) -> str:
    """A fact's type without its version."""
    return str(event["type"]).rpartition(".")[0]


def of_fact(event: Event) -> Notice | None:
    """The notice that a fact makes; None where it makes none."""
    if event.get("cause") == REGISTER:
        return None
    found = _of(word_of(event), event["id"], event.get("data", {}))
    return None if found is None or found.cadre in _actors(event) else found


def _of(word: str, key: str, fact: Mapping[str, Any]) -> Notice | None:
    def notice(kind: Kind, link: str, *names: str, cadre: str = "cadre") -> Notice:
        told = {name: str(fact[name]) for name in names if fact.get(name)}
        return Notice(key, fact[cadre], kind, word.partition(".")[2], told, link)

    match word:
        case "planning.plan-returned":
            return notice("returned", _plan(fact), "quarter", "reason", "on")
        case "planning.plan-approved":
            return notice("accepted", _plan(fact), "quarter", "on")
        case "visits.visit-confirmed":
            return notice("visit", _visit(fact), "visit", "confirmed_on")
        case "visits.visit-voided":
            return notice("visit", _visit(fact), "visit", "reason", "voided_on")
        case "visits.report-returned":
            return notice("returned", _reports(fact), "report", "reason", "on")
        case "visits.report-accepted":
            return notice("accepted", _reports(fact), "report", "accepted_on")
        case "visits.product-returned":
            return notice("returned", _reports(fact), "visit", "reason", "on")
        case "visits.product-accepted":
            return notice("accepted", _reports(fact), "visit", "accepted_on")
        case "visits.difficulty-answered":
            return notice("answered", _difficulties(fact), "difficulty", "answer", "answered_on")
        case "visits.difficulty-escalated":
            names = ("difficulty", "escalated_to", "escalated_on")
            return notice("answered", _difficulties(fact), *names)
        case "appraisal.input-issued" | "appraisal.input-reissued":
            return notice("input", _input(fact), "year", "on")
        case "planning.authority-delegated":
            return notice("delegation", "/delegation", "cadre", "from", "until", cadre="to")
        case "planning.delegation-withdrawn":
            return notice("delegation", "/delegation", "on", cadre="to")
        case _:
            return None


def _plan(fact: Mapping[str, Any]) -> str:
    return f"/plan/{fact['quarter']}?year={fact['year']}"


def _visit(fact: Mapping[str, Any]) -> str:
    return f"/visits/{segment(fact['visit'])}?year={fact['year']}"


def _input(fact: Mapping[str, Any]) -> str:
    return f"/inputs/{segment(fact['cadre'])}?year={fact['year']}"


def _reports(fact: Mapping[str, Any]) -> str:
    return f"/reports?year={fact['year']}"


def _difficulties(fact: Mapping[str, Any]) -> str:
    return f"/difficulties?year={fact['year']}"


def _actors(event: Event) -> tuple[str, ...]:
    """Who did it: one of the roster as its key, by delegation ``A for B``; both know of it."""
    return tuple(str(event.get("actor", "")).split(" for "))


def erased(event: Event) -> str | None:
    """Whose data a fact says are erased."""
    return event["data"]["cadre"] if word_of(event) == ERASED else None
