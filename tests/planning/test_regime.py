"""The year's regime: enacted once, amended with a reason."""

from __future__ import annotations

import pytest

from planning.known import Known
from planning.regime import regime
from shared.language.planning import AmendRegime, EnactRegime, RegimeAmended, RegimeEnacted
from shared.messages import Fact
from spec import Given, given

from .office import CLOSED, NO_STEPS, ONE_STEP, REGIME, appointed, day, state, with_chain

ENACTED = RegimeEnacted(regime=REGIME)
AMEND = AmendRegime(regime=with_chain(ONE_STEP), on=day("2019-06-01"), reason="rút gọn")
AMENDED = RegimeAmended(regime=with_chain(ONE_STEP), on=day("2019-06-01"), reason="rút gọn")


def before(*facts: Fact) -> Given:
    return given(regime, Known, *facts)


def test_a_regime_is_enacted_once_a_year() -> None:
    before().when(EnactRegime(regime=REGIME)).then(ENACTED)
    before(ENACTED).when(EnactRegime(regime=REGIME)).then()


def test_another_regime_of_an_enacted_year_is_a_duplicate_and_to_be_amended() -> None:
    detail = before(ENACTED).when(EnactRegime(regime=with_chain(ONE_STEP))).refused("duplicate-id")
    assert detail["instead"] == "amend-regime"


def test_the_year_is_the_stream() -> None:
    of_2020 = REGIME.model_copy(update={"year": 2020})
    before(ENACTED).when(EnactRegime(regime=of_2020)).then(RegimeEnacted(regime=of_2020))


def test_an_enacted_regime_is_amended_with_a_reason() -> None:
    before(ENACTED).when(AMEND).then(AMENDED)


def test_amending_to_what_stands_records_nothing() -> None:
    before(ENACTED).when(AmendRegime(regime=REGIME, on=day("2019-06-01"), reason="-")).then()
    before(ENACTED, AMENDED).when(AMEND).then()


def test_what_was_enacted_is_compared_as_amended() -> None:
    before(ENACTED, AMENDED).when(EnactRegime(regime=with_chain(ONE_STEP))).then()
    before(ENACTED, AMENDED).when(EnactRegime(regime=REGIME)).refused("duplicate-id")


def test_a_regime_never_enacted_is_not_amended() -> None:
    before().when(AMEND).refused("unknown-regime")


def test_a_closed_year_is_neither_enacted_nor_amended() -> None:
    before(ENACTED, CLOSED).when(AMEND).refused("year-closed")
    before(CLOSED).when(EnactRegime(regime=REGIME)).refused("year-closed")


def test_amendments_follow_one_another() -> None:
    early = AmendRegime(regime=with_chain(NO_STEPS), on=day("2019-05-31"), reason="-")
    before(ENACTED, AMENDED).when(early).refused("out-of-turn")
    same_day = AmendRegime(regime=with_chain(NO_STEPS), on=day("2019-06-01"), reason="-")
    before(ENACTED, AMENDED).when(same_day).then(RegimeAmended(**same_day.model_dump()))


def test_every_version_stays_on_record() -> None:
    enacted = state((ENACTED, AMENDED), regime, "regime/2019")
    assert enacted.versions == (REGIME, with_chain(ONE_STEP))
    assert enacted.current == with_chain(ONE_STEP)


def test_a_fact_of_another_stream_does_not_belong() -> None:
    with pytest.raises(TypeError):
        regime.evolve(None, appointed("an", "ban-a"))
    with pytest.raises(TypeError):
        regime.evolve(None, AMENDED)
