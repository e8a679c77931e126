"""What no register holds (corrections, departures, droppings, a regime amended, facts parked) is
counted by the program in a bundle as the appraisal service counts it, on many days."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from console.audit.bundle import verify as program
from console.audit.verdicts import verdicts
from shared.entries import write_state
from shared.language.parking import FactParked, ParkedHeard
from shared.language.planning import (
    CadreDeparted,
    LeaveCorrected,
    LeaveRecorded,
    LineAmended,
    LineDrafted,
    LineDropped,
    PlanApproved,
    RegimeAmended,
    RegimeEnacted,
)
from shared.language.visits import (
    ReportAccepted,
    ReportReturned,
    ReportSubmitted,
    VisitConfirmed,
    VisitCorrected,
    VisitLogged,
    VisitVoided,
)
from shared.messages import Fact
from shared.regime import Regime
from shared.services import SERVICES
from told import facts, read

from .province import THEN
from .test_bundle import of_few

ROOT = Path(__file__).parents[2]
DAYS = ("2019-03-31", "2019-05-02", "2019-07-01", "2019-10-15", "2019-12-31", "2020-03-01")


def on(text: str) -> date:
    return date.fromisoformat(text)


def same(fact: Fact, *names: str) -> dict[str, Any]:
    """Fields of a fact for another of the same thing."""
    return {name: getattr(fact, name) for name in names}


def with_corrections(told: list[Fact]) -> Iterator[Fact]:
    """The facts of a register, and after every third of some kind another act."""
    dropped: set[str] = set()
    for count, fact in enumerate(told, 1):
        yield fact
        match fact:
            case RegimeEnacted():
                milder = fact.regime.model_dump(mode="json")
                milder["target"]["days"] = 20
                milder["reports"]["late"] = "counts"
                yield RegimeAmended(
                    regime=Regime.model_validate(milder), on=on("2019-07-01"), reason="giảm"
                )
            case LineDrafted() if count % 3 == 0:
                yield LineDropped(**fact.model_dump(by_alias=True), reason="bỏ")
                if count % 2:
                    yield fact.model_copy()
                    yield LineAmended(**fact.model_dump(by_alias=True))
                else:
                    dropped.add(fact.line)
            case PlanApproved() if count % 4 == 0 and fact.lines[0] not in dropped:
                said = same(fact, "cadre", "year", "quarter")
                yield LineDropped(**said, line=fact.lines[0], reason="bỏ")
                yield PlanApproved(**said, lines=fact.lines, by="", on=on("2019-09-30"))
            case LeaveRecorded():
                content = fact.model_dump(by_alias=True) | {"from": "2019-02-01", "kind": "sick"}
                yield LeaveCorrected(**content, on=on("2019-06-01"), reason="nhầm")
            case VisitLogged() if count % 3 == 0:
                content = fact.model_dump(by_alias=True) | {"portion": "morning"}
                yield VisitCorrected(**content, on=on("2019-05-01"), reason="về sớm")
                if count % 2:
                    said = same(fact, "visit", "cadre", "year")
                    yield VisitConfirmed(
                        **said, confirmed_by="cb-0009", confirmed_on=on("2019-06-01")
                    )
            case VisitLogged() if count % 7 == 0:
                said = same(fact, "visit", "cadre", "year")
                yield VisitVoided(**said, voided_on=on("2019-10-01"), reason="nhầm")
            case ReportSubmitted() if count % 2 == 0:
                said = same(fact, "report", "cadre", "year")
                yield ReportReturned(**said, by="cb-0009", on=on("2019-08-01"), reason="sơ sài")
                yield fact.model_copy(update={"submitted_on": on("2019-09-01")})
                yield ReportAccepted(**said, accepted_by="cb-0009", accepted_on=on("2019-09-02"))
    yield CadreDeparted(cadre=_cadre(told), to=on("2019-10-31"))


def _cadre(told: list[Fact]) -> str:
    return next(fact.cadre for fact in told if isinstance(fact, VisitLogged))


def parked(positions: list[int]) -> list[Fact]:
    """Facts of visits that appraisal has set aside; the first is heard later."""
    said: dict[str, Any] = {"upstream": "visits", "bucket": 0, "key": "cb"}
    content: dict[str, Any] = {"topic": "", "behind": 0, "why": "", "encoding": "text", "event": ""}
    aside: list[Fact] = [FactParked(**said, position=one, **content) for one in positions]
    return [*aside, ParkedHeard(**said, position=positions[0])]


@pytest.mark.parametrize(
    "register", ["deploy/samples/bac-ninh-2019", "tests/registers/ba-ria-vung-tau-2019"]
)
def test_what_no_register_holds_is_counted_alike(register: str) -> None:
    regime, rows = read(ROOT / register)
    told = list(with_corrections(list(facts(regime, of_few(rows)))))
    stored: dict[str, list[Any]] = {
        service: [
            (n, one.stream, 1, one.type, write_state(one, "test", "cmd", THEN, ""), b"")
            for n, one in enumerate(found, 1)
        ]
        for service in SERVICES
        for found in [[one for one in told if one.type.startswith(f"{service}.")]]
    }
    confirmations = [row[0] for row in stored["visits"] if row[3] == VisitConfirmed.type]
    stored["appraisal"] += [
        (n, one.stream, 1, one.type, write_state(one, "test", "cmd", THEN, ""), b"")
        for n, one in enumerate(parked(confirmations[:5]), len(stored["appraisal"]) + 1)
    ]
    entries = {
        service: [{"position": r[0], "type": r[3], "said": json.loads(r[4])} for r in found]
        for service, found in stored.items()
    }
    program.FAULTS.clear()
    world = program.World(entries)
    assert not program.FAULTS
    statuses = set()
    for day in DAYS:
        (assessed,), (versions,) = (
            list(one.values()) for one in verdicts(stored, date.fromisoformat(day))
        )
        in_force = program.standing(world.regimes[2019], day)
        assert in_force is not None
        assert in_force["regime"] == versions[day >= "2019-07-01"]
        assert assessed
        for one in assessed:
            ours = program.assess(world, one["cadre"], in_force["regime"], day)
            one["conditions"] = {each["id"]: each["state"] for each in one["conditions"]}
            assert ours == one
            statuses.add((one["status"], one["credited"]))
    assert len(statuses) > len(DAYS), "the days differ"
