"""One cadre year that cannot be folded: that one fails, every other is assessed."""

from __future__ import annotations

from datetime import date

import pytest

from appraisal.answers import ANSWERS, Assess, Assessments
from appraisal.service import SPEC
from contracts.samples import REGIME
from shared.entries import write_state
from shared.language.planning import AppointCadre, CadreAppointed, RegimeEnacted, UnitClosed
from shared.ledger import Ledger
from shared.messages import Fact
from shared.recording import HeardRow, Moves

DAY = date(2019, 6, 30)


def heard(position: int, stream: str, fact: Fact) -> HeardRow:
    state = write_state(fact, "a", "c", "2019-06-30T01:02:03Z", "")
    return HeardRow(stream, "planning", position, fact.type, state, ())


def test_the_others_are_assessed_and_the_one_is_told_apart(ledger: Ledger) -> None:
    appointed = [
        CadreAppointed(**AppointCadre(cadre=f"cb-{n}", department="ban-a").model_dump())
        for n in range(3)
    ]
    rows = [heard(n, fact.stream, fact) for n, fact in enumerate(appointed, 1)]
    rows.append(heard(4, f"regime/{REGIME.year}", RegimeEnacted(regime=REGIME)))
    stranger = UnitClosed(unit="X1", to=DAY)
    rows.append(heard(5, f"year/{REGIME.year}/cb-1", stranger))
    ledger.hear(rows, Moves())
    inside = SPEC.open(ledger)
    asked = Assessments(year=REGIME.year, as_of=DAY)
    answer = ANSWERS["assessments"][1](inside, asked)
    assert [row["person"]["cadre"] for row in answer["rows"]] == ["cb-0", "cb-2"]
    assert [one["stream"] for one in answer["unreadable"]] == ["cadre/cb-1"]
    with pytest.raises(TypeError):
        ANSWERS["assess"][1](inside, Assess(cadre="cb-1", year=REGIME.year, as_of=DAY))
