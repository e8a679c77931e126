"""Two ways to the same verdict: the SQL of ``console/audit/counting`` and ``assess``."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

import naive
from booked import recorded
from console.audit.books import Books, books
from console.audit.judging import facts_of, filed, judge
from console.audit.recount import compare, recount
from console.bench.nation import Nation
from console.bench.story import tell
from shared.entries import write_state
from shared.language.planning import (
    CadreDeparted,
    LeaveCorrected,
    LineAmended,
    LineDropped,
    PlanApproved,
    RegimeAmended,
)
from shared.language.visits import VisitCorrected
from shared.messages import Fact
from shared.recorded import read_row
from shared.refused import Refused
from shared.values import Level, Portion
from suite.conftest import BA_RIA, BAC_NINH
from told import Rows, facts, read

from .samples import (
    CADRE,
    YEAR,
    appointed,
    confirmed,
    day,
    enacted,
    leave,
    line,
    visit,
    voided,
)
from .strategies import worlds


def assessed(told: Books, as_of: date, known_at: str | None = None) -> dict[str, Any]:
    streams = facts_of(filed(told.known_at(known_at)))
    return {cadre: one.as_json() for cadre, one in judge(streams, YEAR, as_of).items()}


@pytest.mark.parametrize("as_of", ["2019-06-30", "2019-12-31", "2020-01-31"])
@pytest.mark.parametrize("register", [BAC_NINH, BA_RIA], ids=lambda path: path.name)
def test_the_sample_registers_are_counted_alike(register: Any, as_of: str) -> None:
    expected = json.loads((register / "expected" / f"{as_of}.json").read_text())
    counted = recount(recorded(facts(*read(register))), YEAR, date.fromisoformat(as_of))
    assert compare(counted, {one["cadre"]: one for one in expected}) == []
    assert len(counted) == len(expected)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(worlds())
def test_regimes_nobody_has_seen_are_counted_alike(
    world: tuple[dict[str, Any], Rows, date],
) -> None:
    regime, rows, as_of = world
    expected = {
        row["cadre"]: naive.assess(regime, rows, row["cadre"], as_of) for row in rows["cadres"]
    }
    assert compare(recount(recorded(facts(regime, rows)), YEAR, as_of), expected) == []


@pytest.mark.long
def test_a_generated_year_of_a_thousand_cadres_is_counted_alike() -> None:
    heads = {"planning": 0, "visits": 0, "appraisal": 0}
    entries = []
    for one in tell(Nation(cadres=1_000)):
        heads[one.service] += 1
        state = write_state(one.content, one.actor, "", f"{one.on}T01:30:00.000000Z", "")
        row = heads[one.service], one.stream, one.version, one.topic, state
        entries.append(read_row(one.service, row))
    told, as_of = books(entries), date(2020, 1, 31)
    counted = recount(told, YEAR, as_of)
    assert compare(counted, assessed(told, as_of)) == []
    assert len(counted) == 1_000
    assert len({one["credited"] for one in counted.values()}) > 10, "all alike: this tells nothing"


def corrected(to: str, on: str, portion: Portion = Portion.FULL) -> VisitCorrected:
    return VisitCorrected(
        visit="lv-1",
        cadre=CADRE,
        year=YEAR,
        unit="u",
        level=Level.BRANCH,
        kind="regular",
        line="dk-1",
        from_=day("03-04"),
        to=day(to),
        portion=portion,
        evidence=None,
        evidence_no="",
        on=day(on),
        reason="r",
    )


def dropped() -> LineDropped:
    return LineDropped(cadre=CADRE, year=YEAR, quarter="2019-Q1", line="dk-1", reason="r")


def amended() -> LineAmended:
    return LineAmended(
        cadre=CADRE,
        year=YEAR,
        quarter="2019-Q1",
        line="dk-1",
        unit="u",
        kind="regular",
        from_=day("03-04"),
        to=day("03-05"),
        topic="",
    )


def approved(on: str) -> PlanApproved:
    return PlanApproved(
        cadre=CADRE, year=YEAR, quarter="2019-Q1", lines=("dk-1",), by="cb-1", on=day(on)
    )


def a_story() -> list[Fact]:
    """What no register tells: corrections, dropped and amended lines, an amended regime."""
    rules = {"from": "confirmed", "unplanned": "never"}
    less = enacted(credit={"from": "logged"}, target={"days": 1}).regime
    return [
        enacted(credit=rules, planning={"required": True}),
        appointed(),
        *line("dk-1", approved_on="01-10"),
        visit("lv-1", "03-04", "03-08", line="dk-1", logged_on="03-09"),
        confirmed("lv-1", "03-10"),
        leave("03-05", "03-05", recorded_on="03-11"),
        corrected("03-06", "03-12"),
        confirmed("lv-1", "03-14"),
        LeaveCorrected(
            leave="nv-03-05",
            cadre=CADRE,
            kind="sick",
            from_=day("03-06"),
            to=day("03-06"),
            on=day("03-16"),
            reason="r",
        ),
        dropped(),
        amended(),
        approved("03-18"),
        dropped(),
        approved("03-20"),
        voided("lv-1", "03-22"),
        RegimeAmended(regime=less, on=day("03-24"), reason="r"),
        CadreDeparted(cadre=CADRE, to=day("06-30")),
    ]


def test_what_no_register_tells_is_counted_alike_on_every_day_and_at_every_moment() -> None:
    story = a_story()
    moments = {at: f"2019-04-{at + 1:02}T00:00:00.000000Z" for at in range(len(story))}
    told = recorded(story, moments)
    seen = set()
    for number in range(8, 26):
        as_of = date(2019, 3, number)
        counted = recount(told, YEAR, as_of)
        assert compare(counted, assessed(told, as_of)) == [], as_of
        seen.add((counted[CADRE]["status"], counted[CADRE]["credited"]))
    assert len(seen) >= 4, seen
    for at in range(1, len(story)):
        known, as_of = moments[at], date(2019, 3, 24)
        assert compare(recount(told, YEAR, as_of, known), assessed(told, as_of, known)) == [], at


def test_a_year_without_a_regime_is_refused() -> None:
    with pytest.raises(Refused, match="unknown-regime"):
        recount(recorded([appointed()]), YEAR, date(2019, 3, 1))
