"""Explaining, what-if and history: pure, over the books of Bắc Ninh 2019."""

from __future__ import annotations

from collections import Counter
from datetime import date
from hashlib import sha256
from typing import Any
from xml.etree import ElementTree

import pytest

from appraisal.articles import ARTICLES
from booked import recorded
from console.audit.books import Books, books
from console.audit.explain import explain
from console.audit.history import history
from console.audit.judging import facts_of, filed, judge
from console.audit.recount import recount
from console.audit.timeline import timeline
from console.audit.what_if import what_if
from shared.language import FACTS
from shared.language.telling import SENTENCES, fields_of
from shared.language.visits import EvidenceAttached, VisitLogged, VisitVoided
from shared.recorded import read_row
from shared.refused import Refused
from shared.regime import Regime
from suite.conftest import BAC_NINH
from told import facts, read

from .test_recount import a_story

YEAR, END = 2019, date(2020, 1, 31)


@pytest.fixture(scope="module")
def told() -> Books:
    return recorded(facts(*read(BAC_NINH)))


@pytest.fixture(scope="module")
def explained(told: Books) -> dict[str, dict[str, Any]]:
    people = [stream[6:] for stream in filed(told) if stream.startswith("cadre/")]
    return {cadre: explain(told, cadre, YEAR, END) for cadre in people[::4]}


def test_every_credited_half_day_names_what_it_rests_on(
    told: Books, explained: dict[str, dict[str, Any]]
) -> None:
    entries = {(one.service, one.position): one for one in told}
    for one in explained.values():
        assert len(one["credited"]) == 2 * one["assessment"]["credited"]
        for half in one["credited"]:
            logged, confirmed, *_ = half["entries"]
            assert (logged["act"], confirmed["act"]) == ("logged", "confirmed")
            assert half["from"] <= half["date"] <= half["to"]
            fact: Any = entries["visits", logged["position"]].fact
            assert (fact.visit, fact.unit) == (half["visit"], half["unit"])
            assert half["evidence_no"] == fact.evidence_no
            judge_: Any = entries["visits", confirmed["position"]].fact
            assert half["confirmed_by"] == judge_.confirmed_by
            rules = {rule["rule"]: rule["regime"] for rule in half["rules"]}
            assert rules["confirmed"] == {"credit.from": "confirmed"}
            assert rules["kind"] == {f"kinds.{half['kind']}.counts": True}


def test_a_leaf_is_that_of_the_stored_bytes(
    told: Books, explained: dict[str, dict[str, Any]]
) -> None:
    place = explained["cb-0005"]["credited"][0]["entries"][0]
    one = next(one for one in told.entries["visits"] if one.position == place["position"])
    record = (
        f"dicoso-entry-v1 visits {one.version} {one.type} {sha256(one.state).hexdigest()} "
        f"{len(one.stream.encode())}\n{one.stream}\n"
    )
    assert place["leaf"] == sha256(b"\0" + record.encode()).hexdigest()


def test_every_denied_day_names_its_rule(explained: dict[str, dict[str, Any]]) -> None:
    denied = [half for one in explained.values() for half in one["denied"]]
    rules = Counter(half["rule"] for half in denied)
    assert {"not-voided", "confirmed", "slot"} <= set(rules) <= set(ARTICLES)
    for half in denied:
        assert half["article"].startswith("DOMAIN.md §6, “")
        assert half["reason"]["vi"] != half["reason"]["en"]
        assert half["entries"]
        if half["rule"] == "not-voided":
            assert half["entries"][-1]["act"] == "voided"


def test_conditions_name_what_met_them(explained: dict[str, dict[str, Any]]) -> None:
    for one in explained.values():
        for condition in one["conditions"]:
            acts = [entry["act"] for entry in condition["entries"]]
            match condition["id"].partition(":")[0], condition["state"]:
                case ("days", _):
                    assert condition["credited"] == one["assessment"]["credited"]
                case ("plan", "met"):
                    assert set(acts) == {"approved"}
                case ("report" | "product", "met"):
                    assert acts[-1] == "accepted"
                case _:
                    assert "accepted" not in acts or condition["rule"] == "report"


def test_an_unknown_cadre_or_year_is_refused(told: Books) -> None:
    with pytest.raises(Refused, match="unknown-cadre"):
        explain(told, "cb-nobody", YEAR, END)
    with pytest.raises(Refused, match="unknown-regime"):
        explain(told, "cb-0005", 1999, END)


def test_a_late_correction_is_told_as_it_was_known() -> None:
    story = a_story()
    moments = {at: f"2019-04-{at + 1:02}T00:00:00.000000Z" for at in range(len(story))}
    told = recorded(story, moments)
    corrected = next(at for at, one in enumerate(story) if "corrected" in one.type)
    as_of = date(2019, 3, 17)
    now = explain(told, "cb-7", YEAR, as_of)
    then = explain(told, "cb-7", YEAR, as_of, moments[corrected - 1])
    assert {half["to"] for half in now["credited"]} == {"2019-03-06"}
    assert {half["to"] for half in then["credited"]} == {"2019-03-08"}
    assert now["assessment"]["credited"] < then["assessment"]["credited"]


def test_each_day_names_the_file_that_is_attached_which_changes_none() -> None:
    story = a_story()
    visit = next(one for one in story if isinstance(one, VisitLogged))
    file = EvidenceAttached(
        visit=visit.visit,
        cadre=visit.cadre,
        year=YEAR,
        digest="0" * 64,
        name="Công lệnh.pdf",
        media_type="application/pdf",
        size=812,
        key="",
        on=visit.logged_on,
    )
    without, told = recorded(story), recorded([*story, file])
    before, found = (explain(one, "cb-7", YEAR, END) for one in (without, told))
    assert found["assessment"] == before["assessment"]
    days = [one for one in (*found["credited"], *found["denied"]) if one["visit"] == visit.visit]
    acts = [one["act"] for day in days for one in day["entries"]]
    assert acts.count("attached") == len(days) > 0
    said = [event["vi"] for event in history(told, f"visit/{visit.visit}")["events"]]
    assert any("Công lệnh.pdf" in one for one in said)


# --- what if -------------------------------------------------------------------------------------


def test_what_if_names_whose_verdict_changes(told: Books) -> None:
    regime = Regime.model_validate(read(BAC_NINH)[0])
    same = what_if(told, regime, YEAR, END)
    assert (same["cadres"], same["changed"]) == (48, [])
    stricter = regime.model_copy(
        update={"credit": regime.credit.model_copy(update={"days": "working"})}
    )
    found = what_if(told, stricter, YEAR, END)
    before = judge(facts_of(filed(told)), YEAR, END)
    for one in found["changed"]:
        assert set(one["changes"]) <= {
            "status",
            "target",
            "credited",
            "eligible:lao_dong_tien_tien",
            "eligible:chien_si_thi_dua_co_so",
        }
        if "credited" in one["changes"]:
            less, more = one["changes"]["credited"][1], one["changes"]["credited"][0]
            assert less < more == before[one["cadre"]].as_json()["credited"]
    assert any("status" in one["changes"] for one in found["changed"])


def test_a_regime_of_another_year_is_refused(told: Books) -> None:
    regime = Regime.model_validate(read(BAC_NINH)[0]).model_copy(update={"year": 2020})
    with pytest.raises(Refused, match="malformed"):
        what_if(told, regime, YEAR, END)


# --- history -------------------------------------------------------------------------------------


def test_every_fact_can_be_told() -> None:
    assert set(SENTENCES) == set(FACTS)
    for name, word in FACTS.items():
        for sentence in SENTENCES[name]:
            assert fields_of(sentence) <= {*word.model_fields}, name


def test_a_visit_is_told_with_authority_and_command(told: Books) -> None:
    found = history(told, "lv-00001")
    assert found["about"] == "visit/lv-00001"
    assert [one["type"].split(".")[1] for one in found["events"]] == [
        "visit-logged",
        "visit-confirmed",
        "product-submitted",
        "product-accepted",
    ]
    confirmed = found["events"][1]
    assert (confirmed["who"], confirmed["acted_on"]) == ("cb-0002", "2019-03-11")
    assert confirmed["authority"]["role"] == "standing"
    assert confirmed["command"].startswith("cmd-")
    assert [len(history(told, "lv-00001", date(2019, 3, 10))["events"])] == [1]


def test_a_cadre_and_a_plan_are_told(told: Books) -> None:
    found = history(told, "cb-0005")
    acted = [one["acted_on"] for one in found["events"] if one["acted_on"]]
    assert acted == sorted(acted)
    assert {"planning", "visits", "appraisal"} == {one["service"] for one in found["events"]}
    plan = history(told, "plan/2019/2019-Q1/cb-0005")
    assert {one["service"] for one in plan["events"]} == {"planning"}
    line = history(told, "dk-00077")
    assert {one["type"].split(".")[1] for one in line["events"]} >= {
        "line-drafted",
        "plan-submitted",
        "visit-logged",
    }


def test_a_name_that_nothing_or_several_bear_is_refused(told: Books) -> None:
    with pytest.raises(Refused, match="unknown-name"):
        history(told, "lv-nowhere")
    trip = next(one for one in told.entries["visits"])
    state = trip.state.replace(b'"lv-00001"', b'"cb-0005"')
    twice = books([*told, read_row("visits", (9_999_999, "diary/x", 1, trip.type, state))])
    with pytest.raises(Refused, match="ambiguous-name"):
        history(twice, "cb-0005")
    assert history(twice, "visit/cb-0005")["about"] == "visit/cb-0005"


def test_the_picture_is_xml_whatever_was_written() -> None:
    reason = 'a <b> & "c" ]]> \x07 ' + "x" * 500
    void = VisitVoided(visit="lv-1", cadre="cb-7", year=YEAR, voided_on=END, reason=reason)
    told = recorded([*a_story(), void])
    found = history(told, "visit/lv-1")
    picture = ElementTree.fromstring(timeline(found))  # noqa: S314 - our own
    words = [element.text or "" for element in picture.iter() if element.tag.endswith("text")]
    assert any('a <b> & "c" ]]>' in text for text in words)
    for event in found["events"]:
        assert any(text.startswith(event["vi"][:15]) for text in words)
        assert any(text.startswith(event["en"][:15]) for text in words)


# --- what cannot be read --------------------------------------------------------------------------


def test_a_type_nobody_knows_is_named_and_stops_nothing(told: Books) -> None:
    where = "diary/2019/cb-0005"
    strange = read_row("visits", (9_999_999, where, 99, "visits.new.v9", b"{}"))
    broken = read_row("visits", (10_000_000, where, 100, "visits.visit-logged.v1", b"{"))
    found = books([*told, strange, broken])
    assert [(one.position, one.why != "") for one in found.unreadable] == [
        (9_999_999, True),
        (10_000_000, True),
    ]
    assert explain(found, "cb-0005", YEAR, END) == explain(told, "cb-0005", YEAR, END)
    assert recount(found, YEAR, END) == recount(told, YEAR, END)
