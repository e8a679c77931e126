"""The way of a plan through the chain, whatever its shape."""

from __future__ import annotations

import pytest

from shared.language.planning import (
    AmendLine,
    ApprovePlans,
    ConsolidatePlans,
    DropLine,
    ForwardPlans,
    OfConsolidated,
    SubmitPlan,
)

from .chains import (
    AI_CONSOLIDATES,
    AI_FORWARDS,
    THU_APPROVES,
    TO_CONSOLIDATES,
    TO_FORWARDS,
    Chain,
    at,
    submitted,
)
from .office import (
    ALL_ORGANISATION,
    BAC_NINH,
    BACK_TO_DEPARTMENT,
    NO_STEPS,
    ONE_STEP,
    ONLY_CONSOLIDATED,
    TWO_STEPS,
    after,
    day,
    line_of,
)

WAYS: dict[str, tuple[Chain, list[OfConsolidated]]] = {
    "Bắc Ninh's three steps": (
        BAC_NINH,
        [AI_CONSOLIDATES, AI_FORWARDS, TO_CONSOLIDATES, TO_FORWARDS, THU_APPROVES],
    ),
    "two steps": (
        TWO_STEPS,
        [AI_CONSOLIDATES, AI_FORWARDS, ApprovePlans(**at(1, "thu", "2019-01-07"))],
    ),
    "one step": (ONE_STEP, [ApprovePlans(**at(0, "thu", "2019-01-07"))]),
    "no steps": (NO_STEPS, []),
    "all at organisation scope": (
        ALL_ORGANISATION,
        [
            ConsolidatePlans(**at(0, "bac", "2019-01-03")),
            ForwardPlans(**at(0, "ai", "2019-01-04")),
            ApprovePlans(**at(1, "to", "2019-01-05")),
            ApprovePlans(**at(2, "thu", "2019-01-07")),
        ],
    ),
    "from the organisation back to the department": (
        BACK_TO_DEPARTMENT,
        [
            ApprovePlans(**at(0, "to", "2019-01-05")),
            ApprovePlans(**at(1, "ai", "2019-01-07", "ban-a")),
        ],
    ),
    "consolidated only": (
        ONLY_CONSOLIDATED,
        [AI_CONSOLIDATES, ForwardPlans(**at(0, "ai", "2019-01-07", "ban-a"))],
    ),
}


@pytest.mark.parametrize(("chain", "acts"), WAYS.values(), ids=WAYS.keys())
def test_a_plan_is_approved_by_the_last_act_of_its_chain_and_not_before(
    chain: Chain, acts: list[OfConsolidated]
) -> None:
    facts = submitted(chain, "an")
    for act in acts:
        assert line_of(facts, "an-1").approved is None
        assert line_of(facts, "an-1").in_chain
        facts = after(facts, act)
    line = line_of(facts, "an-1")
    assert line.approved == line.versions[0]
    assert not line.in_chain
    assert line.approved_on == (day("2019-01-07") if acts else day("2019-01-02"))


def test_an_approved_line_is_amended_through_the_same_chain_and_its_first_version_stays() -> None:
    chain, acts = WAYS["Bắc Ninh's three steps"]
    facts = after(submitted(chain, "an"), *acts)
    change = AmendLine.model_validate(
        {
            "line": "an-1",
            "unit": "X2",
            "kind": "thematic",
            "from": "2019-03-04",
            "to": "2019-03-05",
            "topic": "Sinh hoạt chi đoàn",
        }
    )
    again = SubmitPlan(cadre="an", quarter="2019-Q1", on=day("2019-02-01"))
    later = [act.model_copy(update={"on": act.on.replace(month=2)}) for act in acts]
    facts = after(facts, change, again)
    for act in later:
        assert line_of(facts, "an-1").effective.unit == "X1"
        facts = after(facts, act)
    line = line_of(facts, "an-1")
    assert line.effective.unit == "X2"
    assert [version.unit for version in line.versions] == ["X1", "X2"]
    assert line.approved_on == day("2019-01-07")


def test_an_approved_line_is_dropped_through_the_same_chain() -> None:
    chain, acts = WAYS["two steps"]
    again = SubmitPlan(cadre="an", quarter="2019-Q1", on=day("2019-02-01"))
    later = [act.model_copy(update={"on": act.on.replace(month=2)}) for act in acts]
    facts = after(submitted(chain, "an"), *acts, DropLine(line="an-1", reason="hoãn"), again)
    for act in later:
        assert not line_of(facts, "an-1").gone
        facts = after(facts, act)
    assert line_of(facts, "an-1").gone
