"""The words of the bus: each command has one decider, each fact a stable name."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from appraisal.service import SPEC as APPRAISAL
from planning.service import SPEC as PLANNING
from shared.language import COMMANDS, FACTS, LOG, PARKING, RIGHTS
from shared.language.refusals import SENTENCES
from shared.messages import Command, Fact
from shared.services import SERVICES
from visits.service import SPEC as VISITS

ROOT = Path(__file__).parents[2]
SPECS = (PLANNING, VISITS, APPRAISAL)
PRIVACY = "shared.language.privacy"
WORDS: dict[str, type[Any]] = {**COMMANDS, **PARKING, **LOG, **RIGHTS, **FACTS}


def _subclasses(word: type[Any]) -> set[type[Any]]:
    below = {one for one in word.__subclasses__() if one.__module__.startswith("shared.")}
    return below.union(*(_subclasses(one) for one in below))


def test_the_services_are_those_that_are_started() -> None:
    assert tuple(spec.name for spec in SPECS) == SERVICES


def test_every_command_is_decided_by_exactly_one_service() -> None:
    assert Counter(word for spec in SPECS for word in spec.obeys) == Counter(COMMANDS.values())


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_a_service_decides_the_commands_that_name_it(spec: Any) -> None:
    assert {word.service for word in spec.obeys} == {spec.name}
    homes = {f"shared.language.{spec.name}"} | ({PRIVACY} if spec.erases else set())
    assert {word.__module__ for word in spec.obeys} <= homes


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_a_service_hears_others_and_not_itself(spec: Any) -> None:
    assert spec.hears.keys() <= {one.name for one in SPECS} - {spec.name}


@pytest.mark.parametrize("type", FACTS)
def test_a_facts_name_says_its_service_and_version(type: str) -> None:
    service = FACTS[type].__module__.removeprefix("shared.language.")
    assert re.fullmatch(rf"{service}\.[a-z]+(-[a-z]+)*\.v[1-9][0-9]*", type)


def test_no_two_words_share_a_name() -> None:
    facts = [word for word in _subclasses(Fact) if "type" in vars(word)]
    assert Counter(word.type for word in facts) == Counter(FACTS.keys())
    commands = [word for word in _subclasses(Command) if word in COMMANDS.values()]
    assert Counter(word.called() for word in commands) == Counter(COMMANDS.keys())


@pytest.mark.parametrize("name", WORDS)
def test_every_word_has_its_official_term(name: str) -> None:
    said = vars(WORDS[name]).get("__doc__") or ""
    assert said.strip()
    assert not said.isascii(), f"{name}: no Vietnamese term in: {said}"


def test_every_code_that_is_raised_has_its_sentences_and_no_sentence_is_left_over() -> None:
    codes = {
        node.args[0].value
        for folder in ("shared", "services")
        for path in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("Refused", "No")
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }
    assert codes == SENTENCES.keys()
