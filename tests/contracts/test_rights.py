"""The tables of rights are whole: every command and question has its rule, and nothing else has."""

from __future__ import annotations

from typing import Any

import pytest

from appraisal.service import SPEC as APPRAISAL
from planning.service import SPEC as PLANNING
from shared.asking import COMMON
from shared.language import LOG, PARKING, RIGHTS
from visits.service import SPEC as VISITS

SPECS = (PLANNING, VISITS, APPRAISAL)


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_every_command_has_its_rule(spec: Any) -> None:
    everywhere = {*PARKING.values(), *LOG.values(), *RIGHTS.values()}
    assert set(spec.rights.commands) == {*spec.obeys, *everywhere}


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_every_question_has_its_rule(spec: Any) -> None:
    assert set(spec.rights.questions) == {*spec.answers, *COMMON}
