"""Who may ask what of appraisal (quyền hạn): a rule for every command and every question.

By the roster's facts of the day, as heard of planning; DOMAIN.md §1, §3, docs/decisions/0015.
"""

from __future__ import annotations

from appraisal.known import Known
from shared.language import appraisal as words
from shared.refused import Refused
from shared.rights import (
    COMMON_COMMANDS,
    COMMON_QUESTIONS,
    Rights,
    Who,
    any_of,
    everything,
    its_author,
    its_leader,
    judge,
    no_author,
    office,
    role,
    their_leader,
    themselves,
)
from shared.values import Role

_classifiers = any_of(role(Role.ORGANISATION), office("hr"))
_with_hr = any_of(everything, office("hr"))


def _classifies(who: Who, command: words.RecordClassification, known: Known) -> str | None:
    """It comes from outside and is entered for others: nobody rates their own."""
    if command.cadre == who.asker.cadre:
        raise Refused("own-act", cadre=command.cadre)
    return _classifiers(who, command, known)


_of_people = any_of(themselves, their_leader, _with_hr)
_of_department = any_of(its_leader, _with_hr)

RIGHTS = Rights(
    commands={
        **COMMON_COMMANDS,
        words.RecordClassification: _classifies,
        words.IssueInput: judge("by", "on", its_author),
        words.ReissueInput: judge("by", "on", its_author),
        words.RevokeCommendation: judge("by", "on", its_author),
        words.CloseYear: judge("by", "on", no_author),
        words.ReopenYear: judge("by", "on", no_author),
    },
    questions={
        **COMMON_QUESTIONS,
        "entries": _with_hr,
        "assess": _of_people,
        "year": _of_people,
        "issued": everything,
        "input": _of_people,
        "inputs": _of_department,
        "assessments": _of_department,
        "standings": _of_department,
        "explain": _of_people,
        "grounds": _of_people,
        "history": any_of(themselves, everything),
        "what-if": everything,
        "owing": _of_department,
        "overview": _of_department,
        "standings-then": _of_department,
        "rows": _with_hr,
    },
)
