"""Who may what of appraisal, by the roster's facts of the day as heard of planning."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from appraisal.answers import ANSWERS
from appraisal.hearing import place
from appraisal.known import Known
from appraisal.rights import RIGHTS
from judged import Judge
from shared.asking import COMMON
from shared.language import appraisal as words
from shared.language.planning import AuthorityDelegated, CadreAppointed
from shared.messages import Command
from shared.values import Duty, Employment, Role

from .samples import a_regime

TODAY = date(2019, 12, 20)
EVERYONE = {
    *("an", "anh", "ai", "bac", "to", "ta", "thu"),
    *("auditor", "operations", "hr"),
}


def appointed(cadre: str, department: str, role: Role = Role.CADRE) -> CadreAppointed:
    return CadreAppointed(
        cadre=cadre,
        name="",
        department=department,
        position="",
        role=role,
        duty=Duty.UNION,
        employment=Employment.CIVIL_SERVANT,
        from_=None,
        to=None,
    )


FACTS = (
    appointed("an", "ban-a"),
    appointed("anh", "ban-a"),
    appointed("ai", "ban-a", Role.DEPARTMENT_LEADER),
    appointed("bac", "ban-b", Role.DEPARTMENT_LEADER),
    appointed("to", "to-chuc", Role.ORGANISATION),
    appointed("ta", "to-chuc", Role.ORGANISATION),
    appointed("thu", "thuong-truc", Role.STANDING),
)
JUDGE = Judge(RIGHTS, Known, place, FACTS, TODAY)
ON = {"on": "2019-12-20"}


def said(word: type[Command], **content: Any) -> Command:
    return word.model_validate(content)


def classify(cadre: str) -> Command:
    return said(
        words.RecordClassification,
        cadre=cadre,
        year=2019,
        classification="good",
        initiative="no",
        discipline="no",
        recorded_on="2019-12-20",
    )


ISSUE = {"cadre": "an", "year": 2019, **ON}
WHO_MAY: list[tuple[Command, set[str]]] = [
    (classify("an"), {"to", "ta", "hr"}),
    (classify("to"), {"ta", "hr"}),
    (said(words.IssueInput, by="to", **ISSUE), {"to"}),
    (said(words.IssueInput, by="hr", **ISSUE), set()),
    (said(words.ReissueInput, by="to", **ISSUE, reason="x"), {"to"}),
    (said(words.RevokeCommendation, by="thu", title="t", **ISSUE, reason="x"), {"thu"}),
    (said(words.CloseYear, by="thu", year=2019, **ON), {"thu"}),
    (said(words.ReopenYear, by="thu", year=2019, **ON, reason="x"), {"thu"}),
]


@pytest.mark.parametrize(("command", "may"), WHO_MAY)
def test_who_may_command(command: Command, may: set[str]) -> None:
    assert JUDGE.who(EVERYONE, command) == may


def test_each_command_is_looked_at() -> None:
    left = {word.__name__ for word in set(RIGHTS.commands) - {type(one) for one, _ in WHO_MAY}}
    assert left == {"RetryParked", "SkipParked", "RecordCheckpoint", "RecordDenial"}


ABOVE = {"to", "ta", "thu", "auditor", "hr"}
AS_OF = {"year": 2019, "as_of": "2019-12-20"}
REGIME = a_regime().model_dump(mode="json", by_alias=True)
WHO_MAY_ASK: list[tuple[str, dict[str, Any], set[str]]] = [
    ("assess", {"cadre": "an", **AS_OF}, {"an", "ai", *ABOVE}),
    ("year", {"cadre": "an", "year": 2019}, {"an", "ai", *ABOVE}),
    ("issued", {"cadres": ["an"], "year": 2019}, ABOVE - {"hr"}),
    ("input", {"cadre": "an", "year": 2019}, {"an", "ai", *ABOVE}),
    ("inputs", {"department": "ban-a"}, {"ai", *ABOVE}),
    ("inputs", {}, ABOVE),
    ("assessments", {"department": "ban-a", **AS_OF}, {"ai", *ABOVE}),
    ("assessments", AS_OF, ABOVE),
    ("standings", {"department": "ban-a", "year": 2019}, {"ai", *ABOVE}),
    ("standings", {"year": 2019, "search": "an"}, ABOVE),
    ("standings-then", {"department": "ban-a", **AS_OF}, {"ai", *ABOVE}),
    ("rows", {"file": "appraisals.csv", "year": 2019}, ABOVE),
    ("explain", {"cadre": "an", **AS_OF}, {"an", "ai", *ABOVE}),
    ("grounds", {"cadre": "an", "year": 2019}, {"an", "ai", *ABOVE}),
    ("history", {"cadre": "an", "year": 2019}, {"an", *ABOVE} - {"hr"}),
    ("what-if", {"regime": REGIME, **AS_OF}, ABOVE - {"hr"}),
    ("owing", {"department": "ban-a", "year": 2019}, {"ai", *ABOVE}),
    ("owing", {"year": 2019}, ABOVE),
    ("overview", {"department": "ban-a", "year": 2019}, {"ai", *ABOVE}),
    ("overview", {"year": 2019}, ABOVE),
    ("entries", {}, ABOVE),
]


@pytest.mark.parametrize(("question", "content", "may"), WHO_MAY_ASK)
def test_who_may_ask(question: str, content: dict[str, Any], may: set[str]) -> None:
    shape, _ = {**COMMON, **ANSWERS}[question]
    assert JUDGE.who(EVERYONE, question, shape.model_validate(content)) == may


def test_each_question_is_looked_at() -> None:
    looked = {question for question, _, _ in WHO_MAY_ASK}
    assert looked == (set(RIGHTS.questions) - set(COMMON)) | {"entries"}


def test_hr_sees_what_is_stored_only_where_it_is_meant_to() -> None:
    for question in ("stored", "heard", "dossier", "denials"):
        content = COMMON[question][0].model_validate(
            {"cadre": "an"} if question == "dossier" else {}
        )
        assert "hr" not in JUDGE.who(EVERYONE, question, content)


def test_a_delegate_issues_no_input_of_their_own() -> None:
    issue = said(words.IssueInput, by="to", **ISSUE)
    given = (
        AuthorityDelegated(cadre="to", to=who, from_=TODAY, until=TODAY, reason="nghỉ")
        for who in ("an", "anh")
    )
    judge = JUDGE.after(*given)
    assert judge.asks("anh", issue) == "anh for to"
    assert judge.asks("an", issue) == "own-act"
