"""Which fact or day makes which notice for whom, before any portal."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.language import LANGUAGES
from portal.notices.deadlines import (
    AGAIN,
    LEADS,
    OLD,
    Deadline,
    Waited,
    What,
    of_day,
    stage,
    waiting,
)
from portal.notices.deciding import of_fact
from portal.notices.kinds import KINDS, WAYS, Kind, way_of
from portal.notices.saying import SENTENCES, say
from shared.language import FACTS
from shared.sealing import PERSONAL


def event(type: str, data: dict[str, Any], **more: Any) -> dict[str, Any]:
    head = {"id": "visits:7", "type": type, "sequence": "7", "actor": "cb-binh", "cause": ""}
    return {**head, "partitionkey": data.get("cadre", ""), "data": data, **more}


RETURNED = {"report": "bc-1", "cadre": "cb-an", "year": 2019, "by": "cb-binh", "on": "2019-04-05"}


def test_a_returned_report_is_told_its_author_with_the_reason() -> None:
    found = of_fact(event("visits.report-returned.v1", {**RETURNED, "reason": "Thiếu số liệu"}))
    assert found is not None
    assert (found.cadre, found.kind, found.link) == ("cb-an", "returned", "/reports?year=2019")
    told = {**found.told, "period": "2019-Q1"}
    assert say(found.what, told, "vi") == (
        "Báo cáo thu hoạch quý I/2019 bị trả lại ngày 05/04/2019",
        "Lý do: Thiếu số liệu",
    )
    assert say(found.what, told, "en").title == (
        "The outcome report of Q1 2019 was returned on 05/04/2019"
    )


@pytest.mark.parametrize("actor", ["cb-an", "cb-an for cb-binh", "cb-binh for cb-an"])
def test_nobody_is_told_what_they_did_themselves(actor: str) -> None:
    assert of_fact(event("visits.report-returned.v1", RETURNED, actor=actor)) is None


def test_a_registers_row_is_no_news() -> None:
    assert of_fact(event("visits.report-returned.v1", RETURNED, cause="register")) is None


def test_a_delegation_is_told_the_delegate_and_not_why() -> None:
    data = {"cadre": "cb-binh", "to": "cb-an", "from": "2019-01-01", "until": "2019-01-31"}
    found = of_fact(event("planning.authority-delegated.v1", {**data, "reason": "ốm nặng"}))
    assert found is not None
    assert found.cadre == "cb-an"
    assert "ốm" not in json.dumps(found.told, ensure_ascii=False)
    assert say(found.what, found.told, "vi").text == "Người ủy quyền: cb-binh"


# --- whoever reads a notice may read what it says -------------------------------------------------

keys = st.sampled_from(["cb-an", "cb-binh", "cb-chi"])
texts = st.text(min_size=1, max_size=20)
days = st.dates(date(2019, 1, 1), date(2020, 12, 31)).map(date.isoformat)


def facts() -> st.SearchStrategy[dict[str, Any]]:
    """Events of every type there is, with whatever their fields may hold."""
    every = {
        "cadre": keys,
        "to": keys,
        "by": keys,
        "year": st.integers(2018, 2020),
        "quarter": st.sampled_from(["2019-Q1", "2019-Q4"]),
    }
    named = (
        "report",
        "visit",
        "product",
        "difficulty",
        "period",
        "reason",
        "answer",
        "escalated_to",
    )
    every |= dict.fromkeys(named, texts)
    dated = ("on", "from", "until", "confirmed_on", "voided_on", "accepted_on", "answered_on")
    every |= dict.fromkeys((*dated, "escalated_on"), days)
    return st.builds(
        lambda type, data, actor, number: {
            "id": f"{type.partition('.')[0]}:{number}",
            "type": type,
            "sequence": str(number),
            "actor": actor,
            "cause": "",
            "data": data,
        },
        st.sampled_from(sorted(FACTS)),
        st.fixed_dictionaries(every),
        st.one_of(keys, st.builds("{} for {}".format, keys, keys), st.just("import")),
        st.integers(1, 10**6),
    )


@given(facts())
def test_a_notice_goes_to_whom_its_fact_is_about_and_tells_nobody_elses_words(
    fact: dict[str, Any],
) -> None:
    found = of_fact(fact)
    if found is None:
        return
    data = fact["data"]
    delegates = fact["type"].startswith(("planning.authority", "planning.delegation"))
    assert found.cadre == data["to" if delegates else "cadre"]
    assert found.cadre not in fact["actor"].split(" for ")
    personal = set(PERSONAL.get(fact["type"], ()))
    if delegates:  # sealed with the other's key: gone with the other, so it is not copied
        assert not personal & set(found.told)
    for language in LANGUAGES:
        assert say(found.what, {**found.told, "period": "2019-Q1"}, language).title
    assert found.kind in KINDS
    assert found.link.startswith("/")
    assert not found.link.startswith("//")


@given(st.lists(facts(), max_size=30))
def test_facts_of_different_places_never_share_a_key(some: list[dict[str, Any]]) -> None:
    made = [(fact["id"], found.key) for fact in some if (found := of_fact(fact))]
    assert len({key for _, key in made}) == len({id for id, _ in made})


def test_every_sentence_is_whole_and_every_fact_named_exists() -> None:
    types = {one.rpartition(".")[0].partition(".")[2] for one in FACTS}
    assert set(SENTENCES) - types == {"reminder", "waiting", "webhook-disabled"}
    for vi_en, text in SENTENCES.values():
        for said in filter(None, (vi_en, text)):
            holes = [set(re.findall(r"\{(\w+)\}", one)) for one in said]
            assert holes[0] == holes[1]


# --- by the day -----------------------------------------------------------------------------------


def deadline(what: What, due: date, open: bool = True, late: date | None = None) -> Deadline:
    late = late or due + timedelta(days=1)
    return Deadline(f"{what}:x", what, "2019-Q1", due, open, late, "/reports")


DUE = date(2019, 4, 10)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2019-04-02", None),
        ("2019-04-03", "soon"),
        ("2019-04-08", "soon"),
        ("2019-04-09", "last"),
        ("2019-04-10", "last"),
        ("2019-04-11", "overdue"),
        ("2019-05-10", "overdue"),
        ("2019-05-11", None),
    ],
)
def test_a_report_is_due_soon_then_very_soon_then_overdue(day: str, expected: str | None) -> None:
    assert stage(deadline("report", DUE), date.fromisoformat(day)) == expected
    assert stage(deadline("report", DUE, open=False), date.fromisoformat(day)) is None


def test_the_years_target_is_not_overdue_while_days_may_still_be_credited() -> None:
    year = deadline("days", date(2019, 12, 31), late=date(2020, 1, 15))
    assert stage(year, date(2019, 10, 31)) is None
    assert stage(year, date(2019, 11, 1)) == "soon"
    assert stage(year, date(2019, 12, 31)) == "last"
    assert stage(year, date(2020, 1, 14)) is None
    assert stage(year, date(2020, 1, 15)) == "overdue"


@given(
    st.sampled_from(get_args(What)),
    st.dates(date(2018, 1, 1), date(2021, 1, 1)),
    st.lists(st.integers(0, 120), min_size=1, max_size=200),
)
def test_however_days_pass_each_stage_is_told_once_and_never_one_before(
    what: What, due: date, steps: list[int]
) -> None:
    one, today = deadline(what, due), due - timedelta(days=100)
    kept: list[str] = []
    for passed in steps:
        today += timedelta(days=passed)
        found = of_day("cb-an", 2019, [one], today)
        assert len(found) <= 1
        for notice in found:
            if notice.key not in kept:
                kept.append(notice.key)
            assert today >= due - timedelta(days=max(LEADS[what]))
            assert today < one.late + OLD
    stages = [key.rpartition("/")[2] for key in kept]
    assert stages == [x for x in ("soon", "last", "overdue") if x in stages]


def test_what_waits_is_told_when_there_is_more_or_after_a_week() -> None:
    today = date(2019, 4, 10)
    told = Waited(today - timedelta(days=2), 3)
    assert waiting("cb-binh", 0, None, today, "/waiting") is None
    assert waiting("cb-binh", 3, None, today, "/waiting") is not None
    assert waiting("cb-binh", 3, told, today, "/waiting") is None
    assert waiting("cb-binh", 4, told, today, "/waiting") is not None
    assert waiting("cb-binh", 1, Waited(today - AGAIN, 3), today, "/waiting") is not None


# --- ways -----------------------------------------------------------------------------------------


@given(st.sampled_from(get_args(Kind)), st.one_of(st.none(), st.sampled_from((*WAYS, "pigeon"))))
def test_what_has_a_consequence_always_stands_in_the_portal(kind: Kind, chosen: str | None) -> None:
    way = way_of(kind, chosen)
    assert way in KINDS[kind].ways
    if KINDS[kind].always:
        assert way != "none"
    if chosen in KINDS[kind].ways:
        assert way == chosen
