"""Who may ask what of visits (quyền hạn): a rule for every command and every question.

By the roster's facts of the day, as heard of planning; DOMAIN.md §1, §3, docs/decisions/0015.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from shared.language import visits as words
from shared.refused import Refused
from shared.rights import (
    COMMON_COMMANDS,
    COMMON_QUESTIONS,
    Rights,
    Rule,
    Who,
    about,
    any_of,
    everything,
    its_leader,
    judge,
    office,
    own,
    role,
    their_leader,
    themselves,
)
from shared.values import Role
from visits.known import Known

_organisation = role(Role.ORGANISATION)
_above = role(Role.ORGANISATION, Role.STANDING)

Cadre = Callable[[Any, Known], str | None]


# --- whose it is ------------------------------------------------------------------------------


def _of_visit(command: words.OfVisit | words.SubmitProduct, known: Known) -> str | None:
    visit = known.visit(command.visit)
    return visit.cadre if visit else None


def _of_paper(
    command: words.OfReport | words.OfProduct | words.OfDifficulty, known: Known
) -> str | None:
    return known.author(command.at)


def _authors(cadre: Cadre) -> Callable[[Any, Known], Collection[str]]:
    def authors(command: Any, known: Known) -> Collection[str]:
        found = cadre(command, known)
        return (found,) if found else ()

    return authors


# --- rules of its own -------------------------------------------------------------------------


def _confirms(who: Who, command: words.ConfirmVisit, known: Known) -> str | None:
    """As oneself or for one who has delegated; the unit's own paper is entered by those above."""
    visit = known.visit(command.visit)
    author = visit.cadre if visit else None
    if visit is not None and command.confirmed_by == visit.trip.unit != author:
        if who.asker.cadre == author:
            raise Refused("own-act", cadre=author)
        return _above(who, command, known)
    authors = (author,) if author else ()
    return who.judges(command.confirmed_by, command.confirmed_on, authors)


def _answers(who: Who, command: words.AnswerDifficulty, known: Known) -> str | None:
    """Those above, and nobody their own."""
    author = _of_paper(command, known)
    if author and who.asker.cadre == author:
        raise Refused("own-act", cadre=author)
    return _handles(who, command, known)


_own_visit = about(_of_visit)(Who.acts_as)
_handles: Rule = any_of(about(_of_paper)(Who.leads), _above)
_of_people = any_of(themselves, their_leader, everything)

RIGHTS = Rights(
    commands={
        **COMMON_COMMANDS,
        # the diary
        words.LogVisit: own,
        words.EnterVisit: _organisation,
        words.ConfirmVisit: _confirms,
        words.CorrectVisit: _own_visit,
        words.VoidVisit: _own_visit,
        words.AttachEvidence: _own_visit,
        # outcome reports
        words.SubmitReport: own,
        words.EnterReport: _organisation,
        words.ReturnReport: judge("by", "on", _authors(_of_paper)),
        words.AcceptReport: judge("accepted_by", "accepted_on", _authors(_of_paper)),
        # product reports
        words.SubmitProduct: _own_visit,
        words.EnterProduct: _organisation,
        words.ReturnProduct: judge("by", "on", _authors(_of_paper)),
        words.AcceptProduct: judge("accepted_by", "accepted_on", _authors(_of_paper)),
        # difficulties
        words.RaiseDifficulty: own,
        words.EnterDifficulty: _organisation,
        words.EscalateDifficulty: any_of(about(_of_paper)(Who.acts_as), _handles),
        words.AnswerDifficulty: _answers,
        words.CloseDifficulty: any_of(about(_of_paper)(Who.acts_as), _handles),
    },
    questions={
        **COMMON_QUESTIONS,
        "entries": any_of(everything, office("hr")),
        "rows": everything,
        "diary": any_of(_of_people, office("hr")),
        "unit-months": everything,
        "waiting": any_of(its_leader, everything),
        "grounds": _of_people,
        "reports": _of_people,
        "products": _of_people,
        "difficulties": any_of(_of_people, its_leader),
    },
)
