"""Who may ask what of planning (quyền hạn): a rule for every command and every question.

By the roster's facts of the day; DOMAIN.md §1, §3, docs/decisions/0015.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from planning.known import Known
from shared.language import planning as words
from shared.language import privacy as personal
from shared.refused import Refused
from shared.rights import (
    COMMON_COMMANDS,
    COMMON_QUESTIONS,
    Rights,
    Who,
    about,
    any_of,
    as_oneself,
    everybody,
    everything,
    its_author,
    its_leader,
    judge,
    no_author,
    nobody,
    office,
    own,
    role,
    their_leader,
    themselves,
)
from shared.values import Role

_HIGH = (Role.ORGANISATION, Role.STANDING)
"""Roles that only the standing body gives and takes: nobody raises themselves."""

_organisation = role(Role.ORGANISATION)
_staff = any_of(_organisation, office("hr"))
_above = any_of(role(*_HIGH), office("hr"))


# --- roles ------------------------------------------------------------------------------------


def _appoints(who: Who, command: words.AppointCadre, known: Known) -> str | None:
    if command.role in _HIGH:
        return role(Role.STANDING)(who, command, known)
    return _staff(who, command, known)


def _grants(who: Who, command: words.GrantRole, known: Known) -> str | None:
    _not_own(who, command.cadre)
    if command.role in _HIGH:
        return role(Role.STANDING)(who, command, known)
    return _withdraws(who, command, known)


def _withdraws(who: Who, command: words.GrantRole | words.WithdrawRole, known: Known) -> str | None:
    """Whoever holds a high role, on that day or today, loses it by the standing body alone."""
    return _of_role(who, command, command.on, known)


def _of_role(who: Who, command: words.OfCadre, on: date, known: Known) -> str | None:
    cadre = known.cadre(command.cadre)
    if cadre and not {cadre.role_on(on), cadre.role_on(who.today)}.isdisjoint(_HIGH):
        return role(Role.STANDING)(who, command, known)
    return _above(who, command, known)


# --- the file ---------------------------------------------------------------------------------


def _not_own(who: Who, cadre: str | None) -> None:
    """Raises Refused ``own-act``: nobody writes in their own file what their year is judged by."""
    if cadre is not None and cadre == who.asker.cadre:
        raise Refused("own-act", cadre=cadre)


def _files(who: Who, command: words.TransferCadre | words.RecordLeave, known: Known) -> str | None:
    """Who writes in somebody else's file."""
    _not_own(who, command.cadre)
    return _above(who, command, known)


def _departs(who: Who, command: words.DepartCadre, known: Known) -> str | None:
    """Who departs loses the role with it: of a high one, by the standing body alone."""
    _not_own(who, command.cadre)
    return _of_role(who, command, command.to, known)


def _corrects_leave(who: Who, command: words.CorrectLeave, known: Known) -> str | None:
    stream = known.named(command.at)
    _not_own(who, stream.removeprefix("cadre/") if stream else None)
    return _above(who, command, known)


# --- whose it is ------------------------------------------------------------------------------


def _of_line(command: words.AmendLine | words.DropLine, known: Known) -> str | None:
    stream = known.named(command.at)  # plan/<year>/<quarter>/<cadre>
    return stream.split("/", 3)[3] if stream else None


def _of_request(command: personal.AnswerRequest, known: Known) -> Collection[str]:
    stream = known.named(command.at)
    return (stream.removeprefix(personal.PRIVACY),) if stream else ()


def _lying(command: words.ForwardPlans | words.ApprovePlans, known: Known) -> Collection[str]:
    """Whose plans an approval would approve; forwarding approves past the last step alone."""
    regime = known.regime(command.filed)
    last = regime is not None and command.step == len(regime.planning.chain) - 1
    if isinstance(command, words.ForwardPlans) and not last:
        return ()
    place = command.department or words.ORGANISATION
    there = known.consolidated(command.filed, command.quarter, command.step, place)
    return {plan.submission.cadre for plan in there.meant(command)}


# --- names ------------------------------------------------------------------------------------


def _nameable(who: Who, question: Any) -> Any:
    """The names of those whom they may know; to others pages give their keys."""
    if any_of(everything, office("hr"))(who, question, None):
        return question
    return question.model_copy(update={"cadres": tuple(filter(who.may_name, question.cadres))})


# --- the table --------------------------------------------------------------------------------

_of_people = any_of(themselves, their_leader, everything)
_of_department = any_of(its_leader, everything)

RIGHTS = Rights(
    commands={
        **COMMON_COMMANDS,
        # roster
        words.AppointCadre: _appoints,
        words.TransferCadre: _files,
        words.DepartCadre: _departs,
        words.GrantRole: _grants,
        words.WithdrawRole: _withdraws,
        words.AssignUnit: _organisation,
        words.RecordLeave: _files,
        words.CorrectLeave: _corrects_leave,
        words.DelegateAuthority: own,
        words.WithdrawDelegation: own,
        # units and regime
        words.RegisterUnit: _organisation,
        words.CloseUnit: _organisation,
        words.EnactRegime: _organisation,
        words.AmendRegime: _organisation,
        # quarter plans: one's own; the acts of the chain as whoever is named
        words.DraftLine: own,
        words.EnterLine: _organisation,
        words.AmendLine: about(_of_line)(Who.acts_as),
        words.DropLine: about(_of_line)(Who.acts_as),
        words.SubmitPlan: own,
        words.ReturnPlan: judge("by", "on", its_author),
        words.ConsolidatePlans: judge("by", "on", no_author),
        words.ForwardPlans: judge("by", "on", _lying),
        words.ReturnPlans: judge("by", "on", no_author),
        words.ApprovePlans: judge("by", "on", _lying),
        # personal data
        personal.SetDeadlines: _organisation,
        personal.RecordRequest: any_of(own, _organisation),
        personal.AnswerRequest: judge("by", "on", _of_request),
        personal.RequestErasure: as_oneself,
        personal.ApproveErasure: as_oneself,
        personal.FinishErasure: nobody,
    },
    questions={
        **COMMON_QUESTIONS,
        "entries": any_of(everything, office("hr")),
        "regime": everybody,
        "years": everybody,
        "year": everybody,
        "rows": everything,
        "plan": _of_people,
        "consolidated": _of_department,
        "grounds": _of_people,
        "approvals": _of_department,
        "requests": everything,
        "erasure": any_of(themselves, everything),
        "person": any_of(_of_people, office("hr")),
        "roster": any_of(_of_department, office("hr")),
        "departments": any_of(everything, office("hr")),
        "units": everybody,
        "names": everybody,
        "plans": _of_department,
        "chain": _of_department,
        "steps": _of_department,
        "row-key": _organisation,  # a secret of imports, no answer about anybody
    },
    narrowed={"names": _nameable},
)
