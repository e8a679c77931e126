"""Planning's lists answer alike on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kept import Kept
from planning.service import SPEC
from shared.language import planning as words
from shared.ledger import Ledger
from shared.messages import Command, Fact
from shared.postgres import migrate
from shared.regime import read_regime
from shared.values import iso_day
from suite.conftest import BAC_NINH

DAY = iso_day("2019-01-04")
QUARTER = {"quarter": "2019-Q1"}
QUESTIONS: list[tuple[str, dict[str, Any]]] = [
    ("chain", QUARTER),
    ("chain", {**QUARTER, "limit": 1}),
    ("chain", {**QUARTER, "department": "ban-a"}),
    ("steps", QUARTER),
    ("departments", {}),
    ("roster", {"search": "nhung", "limit": 1}),
    ("units", {"search": "dinh to"}),
    ("names", {"cadres": ["an", "none"]}),
    ("plans", QUARTER),
    ("person", {"cadre": "nhung"}),
]


def fact(word: type[Fact], command: type[Command], **content: Any) -> Fact:
    """What is recorded of a command, as it was given."""
    given = command.model_validate(content).model_dump()
    return word.model_validate({**given, "year": 2019} if "year" in word.model_fields else given)


def facts() -> list[Fact]:
    """Three in one department, one of them on leave throughout the quarter; one in another."""
    regime = read_regime((BAC_NINH / "regime.yaml").read_text())
    of = {"employment": "civil_servant", "duty": "union", "role": "cadre"}
    people = {"an": "ban-a", "nhung": "ban-a", "xuan": "ban-a", "binh": "ban-b"}
    made = {one: {**of, "cadre": one, "department": where} for one, where in people.items()}
    made["nhung"]["name"] = "Nguyễn Thị Nhung"
    made["binh"]["role"] = "department_leader"
    line = {**QUARTER, "cadre": "an", "line": "dk-1", "unit": "X1", "kind": "regular"}
    dates = {"from": "2019-01-07", "to": "2019-01-08", "topic": ""}
    leave = {"leave": "np-1", "kind": "maternity", "from": "2018-12-01", "to": "2019-05-31"}
    return [
        words.RegimeEnacted(regime=regime),
        *(fact(words.CadreAppointed, words.AppointCadre, **one) for one in made.values()),
        fact(
            words.UnitRegistered,
            words.RegisterUnit,
            unit="X1",
            name="Đoàn xã Đình Tổ",
            level="commune",
        ),
        fact(words.LineDrafted, words.DraftLine, **line, **dates),
        words.PlanSubmitted(**QUARTER, cadre="an", year=2019, lines=("dk-1",), on=DAY),
        fact(words.LeaveRecorded, words.RecordLeave, **leave, cadre="xuan", recorded_on=DAY),
    ]


@pytest.fixture
def both(database: str, tmp_path: Path) -> Iterator[tuple[Kept, Kept]]:
    """The same facts in a file and in PostgreSQL."""
    migrate(database, "planning")
    found = []
    for where in (tmp_path / "planning.sqlite", database):
        one = Kept(SPEC, Ledger(where, "planning"), iso_day("2019-03-10"))
        one.build()
        one.lay(*facts())
        found.append(one)
    yield found[0], found[1]
    for one in found:
        one.ledger.close()


def test_every_list_is_the_same_on_both_databases(both: tuple[Kept, Kept]) -> None:
    in_file, on_postgres = both
    for question, content in QUESTIONS:
        answer = in_file.ask(question, **content)
        assert on_postgres.ask(question, **content) == answer, question
        assert any(answer.values()), question


def test_the_chain_counts_on_postgres(both: tuple[Kept, Kept]) -> None:
    _, kept = both
    found = kept.ask("chain", **QUARTER)
    assert found["departments"] == {
        "ban-a": {"due": 2, "handed_in": 1, "approved": 0},
        "ban-b": {"due": 1, "handed_in": 0, "approved": 0},
    }
    assert [one["cadre"] for one in found["missing"]] == ["nhung", "binh"]
