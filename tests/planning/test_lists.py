"""Lists of planning: the roster, a person, units, plans and the chain, as the streams say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kept import Kept, ids
from planning import listing
from planning.service import SPEC
from shared.language import planning as words
from shared.ledger import Ledger
from shared.messages import Command
from shared.refused import Refused
from shared.regime import Regime
from shared.values import Role

from .office import REGIME, after, appointed, day, draft, office, registered

TODAY = day("2019-03-10")
FACTS = (
    *office(),
    appointed("nhung", "ban-a", name="Nguyễn Thị Nhung", position="Chuyên viên"),
    appointed("gone", "ban-a", to=day("2018-12-31")),
    registered("X7").model_copy(update={"name": "Đoàn xã Đình Tổ", "to": day("2019-02-01")}),
)
ON = {"on": "2019-01-04"}
QUARTER: dict[str, Any] = {"quarter": "2019-Q1"}
STAGE: dict[str, Any] = {
    **QUARTER,
    "step": 0,
    "department": "ban-a",
    "by": "ai",
    "on": "2019-01-05",
}


def said(word: type[Command], **content: Any) -> Command:
    return word.model_validate(content)


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kept:
    monkeypatch.setattr(listing, "today", lambda: TODAY)
    one = Kept(SPEC, Ledger(tmp_path / "planning.sqlite", "planning"), TODAY)
    one.build()
    one.lay(*FACTS)
    return one


# --- people -------------------------------------------------------------------------------------


def test_the_roster_of_a_department_by_pages(kept: Kept) -> None:
    rows = kept.pages("roster", department="ban-a", limit=2)
    assert ids(rows, "cadre") == ["ai", "an", "anh", "gone", "nhung"]
    assert {one["cadre"]: one["employed"] for one in rows}["gone"] is False
    assert rows[0] == {
        "cadre": "ai",
        "name": "",
        "department": "ban-a",
        "position": "",
        "role": "department_leader",
        "from": None,
        "to": None,
        "employed": True,
    }
    assert len(kept.pages("roster")) == 10


def test_a_name_is_found_without_accents(kept: Kept) -> None:
    for typed in ("nguyen nhung", "NHUNG", "thị ng"):
        assert ids(kept.pages("roster", search=typed), "cadre") == ["nhung"]
    assert kept.pages("roster", search="hung") == []


def test_the_roster_of_another_day(kept: Kept) -> None:
    kept.lay(words.CadreTransferred(cadre="an", department="ban-b", position="Phó", on=TODAY))
    assert "an" not in ids(kept.pages("roster", department="ban-a"), "cadre")
    then = kept.pages("roster", department="ban-a", on="2019-03-09", limit=3)
    assert ids(then, "cadre") == ["ai", "an", "anh", "gone", "nhung"]
    assert ids(kept.pages("roster", search="nhung", on="2019-03-09"), "cadre") == ["nhung"]


def test_a_person(kept: Kept) -> None:
    kept.lay(
        words.CadreTransferred(
            cadre="an", department="ban-b", position="Phó", on=day("2019-03-01")
        ),
        words.RoleGranted(cadre="an", role=Role.DEPARTMENT_LEADER, on=day("2019-03-05")),
        words.UnitAssigned(cadre="an", unit="X1", from_=day("2019-01-01"), to=None),
        words.UnitAssigned(cadre="an", unit="X2", from_=None, to=day("2019-02-28")),
        *(
            words.AuthorityDelegated(
                cadre=by, to=to, from_=day("2019-03-09"), until=day("2019-03-12"), reason="nghỉ"
            )
            for by, to in (("an", "anh"), ("bac", "an"), ("bac", "anh"))
        ),
    )
    found = kept.ask("person", cadre="an")
    assert (found["department"], found["position"], found["role"]) == (
        "ban-b",
        "Phó",
        "department_leader",
    )
    assert found["postings"] == [
        {"since": None, "department": "ban-a", "position": ""},
        {"since": "2019-03-01", "department": "ban-b", "position": "Phó"},
    ]
    assert found["roles"][1] == {"since": "2019-03-05", "role": "department_leader"}
    assert found["units"] == [{"unit": "X1", "name": "Đoàn X1", "from": "2019-01-01", "to": None}]
    assert ids(found["delegations"]["given"], "to") == ["anh"]
    assert ids(found["delegations"]["received"], "by") == ["bac"]
    then = kept.ask("person", cadre="an", on="2019-02-01")
    assert (then["department"], then["role"], ids(then["units"], "unit")) == (
        "ban-a",
        "cadre",
        ["X1", "X2"],
    )
    assert then["delegations"] == {"given": [], "received": []}
    with pytest.raises(Refused) as refused:
        kept.ask("person", cadre="nobody")
    assert refused.value.code == "unknown-cadre"


def test_a_withdrawn_delegation_is_not_received(kept: Kept) -> None:
    kept.lay(
        words.AuthorityDelegated(
            cadre="bac", to="an", from_=day("2019-03-01"), until=day("2019-03-31"), reason="nghỉ"
        )
    )
    assert kept.ask("person", cadre="an")["delegations"]["received"]
    kept.lay(words.DelegationWithdrawn(cadre="bac", to="an", on=TODAY, reason="đã về"))
    assert kept.ask("person", cadre="an")["delegations"]["received"] == []


def test_names_of_those_who_are_named(kept: Kept) -> None:
    found = kept.ask("names", cadres=["nhung", "nobody"])
    assert found["names"] == {"nhung": "Nguyễn Thị Nhung"}


def test_all_that_was_delegated_stays_on_record(kept: Kept) -> None:
    dates: dict[str, Any] = {"from_": day("2019-01-01"), "until": day("2019-01-31")}
    kept.lay(words.AuthorityDelegated(cadre="ai", to="anh", reason="Đi học", **dates))
    found = kept.ask("person", cadre="ai")
    assert found["delegations"]["given"] == []
    assert ids(found["delegated"], "to") == ["anh"]


# --- units --------------------------------------------------------------------------------------


def test_units_are_found_by_name_and_day(kept: Kept) -> None:
    assert ids(kept.pages("units", limit=1), "unit") == ["X1", "X2", "X7"]
    assert ids(kept.pages("units", search="dinh to"), "unit") == ["X7"]
    assert ids(kept.pages("units", on="2019-02-02"), "unit") == ["X1", "X2"]
    assert kept.pages("units", level="branch") == []


# --- plans and their chain ----------------------------------------------------------------------


def with_plans() -> tuple[Any, ...]:
    facts = after(
        FACTS,
        draft("dk-1"),
        draft("dk-2", "anh"),
        draft("dk-3", "binh"),
        draft("dk-4", "nhung"),
        *(said(words.SubmitPlan, cadre=one, **QUARTER, **ON) for one in ("an", "anh", "binh")),
        said(words.ConsolidatePlans, **STAGE, without=["anh"]),
    )
    return facts[len(FACTS) :]


def test_units_by_their_keys(kept: Kept) -> None:
    assert ids(kept.pages("units", units=["X7", "X1", "none"]), "unit") == ["X1", "X7"]
    assert kept.pages("units", units=[]) == []


def test_a_plan_says_where_it_lies_and_why_it_came_back(kept: Kept) -> None:
    submit = said(words.SubmitPlan, cadre="an", **QUARTER, **ON)
    kept.lay(*after(FACTS, draft(), submit)[len(FACTS) :])
    found = kept.ask("plan", cadre="an", **QUARTER)
    assert [(one["step"], one["place"], one["lines"]) for one in found["lies"]] == [
        (0, "ban-a", ["dk-1"])
    ]
    back = {"by": "ai", "on": "2019-01-06", "reason": "Trùng lịch"}
    returned = said(words.ReturnPlan, cadre="an", **QUARTER, **back)
    kept.lay(*after(FACTS, draft(), submit, returned)[len(FACTS) + 3 :])
    found = kept.ask("plan", cadre="an", **QUARTER)
    assert found["lies"] == []
    [line] = found["lines"]
    assert line["returned"] == back
    again = said(words.SubmitPlan, cadre="an", **QUARTER, on="2019-01-07")
    kept.lay(*after(FACTS, draft(), submit, returned, again)[len(FACTS) + 5 :])
    [line] = kept.ask("plan", cadre="an", **QUARTER)["lines"]
    assert line["returned"] is None


def test_plans_with_their_lines(kept: Kept) -> None:
    kept.lay(*with_plans())
    rows = kept.pages("plans", **QUARTER, department="ban-a", limit=1)
    assert ids(rows, "cadre") == ["an", "anh", "nhung"]
    assert [line["line"] for one in rows for line in one["lines"]] == ["dk-1", "dk-2", "dk-4"]
    assert [line["in_chain"] for one in rows for line in one["lines"]] == [True, True, False]
    assert rows[0]["lines"] == kept.ask("plan", cadre="an", **QUARTER)["lines"]
    assert ids(kept.pages("plans", **QUARTER), "cadre") == ["an", "anh", "binh", "nhung"]
    assert ids(kept.pages("plans", **QUARTER, cadres=["anh", "none"]), "cadre") == ["anh"]
    assert kept.pages("plans", **QUARTER, cadres=["binh"], department="ban-a") == []
    assert kept.pages("plans", quarter="2019-Q2") == []


def test_the_chain_says_what_lies_where_and_who_is_missing(kept: Kept) -> None:
    kept.lay(*with_plans())
    found = kept.ask("chain", **QUARTER)
    [first, second, third] = found["steps"]
    assert {one["place"]: (one["plans"], one["consolidated"]) for one in first["places"]} == {
        "ban-a": (2, 1),
        "ban-b": (1, 0),
    }
    assert (first["does"], first["by"], first["scope"]) == (
        "consolidate",
        "department_leader",
        "department",
    )
    assert second["places"] == third["places"] == []
    assert found["departments"]["ban-a"] == {"due": 4, "handed_in": 2, "approved": 0}
    assert ids(found["missing"], "cadre") == ["ai", "nhung", "bac", "to", "thanh", "thu"]
    assert found["missing_count"] == 6


def on_leave(
    cadre: str, from_: str, to: str, kind: str = "study", year: int = 2019
) -> words.LeaveRecorded:
    leave = {"leave": f"{cadre}-{from_}", "kind": kind, "recorded_on": "2019-01-02"}
    dates = {"from": from_, "to": to, "year": year}
    return words.LeaveRecorded.model_validate({**leave, "cadre": cadre, **dates})


def test_who_is_on_leave_throughout_the_quarter_is_not_missing(kept: Kept) -> None:
    kept.lay(*with_plans())
    kept.lay(
        on_leave("nhung", "2018-11-05", "2019-02-10"),
        on_leave("nhung", "2019-02-11", "2019-05-04"),
        on_leave("ai", "2019-01-01", "2019-03-30"),  # back on the last day
        on_leave("an", "2018-01-01", "2019-12-31"),  # has handed in
    )
    found = kept.ask("chain", **QUARTER, limit=2)
    assert found["departments"]["ban-a"] == {"due": 3, "handed_in": 2, "approved": 0}
    assert ids(found["missing"], "cadre") == ["ai", "bac"]
    assert found["missing_count"] == 5
    assert kept.ask("chain", quarter="2019-Q2")["departments"]["ban-a"]["due"] == 3


def test_whom_a_long_leave_exempts_from_the_year_is_not_missing(kept: Kept) -> None:
    kept.lay(*with_plans())
    rule = {"leave": "maternity", "at_least_days": 180}
    document = REGIME.model_dump(mode="json", by_alias=True)
    document["target"]["exempt"] = [rule]
    regime = Regime.model_validate(document)
    kept.lay(words.RegimeAmended(regime=regime, on=day("2019-01-02"), reason="miễn"))
    kept.lay(
        on_leave("nhung", "2019-06-01", "2019-11-27", "maternity"),
        on_leave("ai", "2019-06-01", "2019-11-26", "maternity"),  # one day too short
        on_leave("bac", "2019-06-01", "2019-11-27", "sick"),
        on_leave("to", "2017-06-01", "2018-06-01", "maternity", 2018),  # of another year
        on_leave("thu", "2018-12-01", "2019-06-30", "maternity", 2018),  # reaches into this
    )
    found = kept.ask("chain", **QUARTER)
    assert ids(found["missing"], "cadre") == ["ai", "bac", "to", "thanh"]
    assert found["missing_count"] == 4
    assert found["departments"]["ban-a"] == {"due": 3, "handed_in": 2, "approved": 0}


def test_who_comes_during_the_quarter_and_is_on_leave_since_is_not_missing(kept: Kept) -> None:
    kept.lay(
        appointed("new", "ban-c", from_=day("2019-03-01")),
        on_leave("new", "2019-03-01", "2019-04-15"),
    )
    assert "ban-c" not in kept.ask("chain", **QUARTER)["departments"]
    assert kept.ask("chain", quarter="2019-Q2")["departments"]["ban-c"]["due"] == 1


def test_the_steps_alone_are_those_of_the_chain(kept: Kept) -> None:
    kept.lay(*with_plans())
    for asked in (QUARTER, {**QUARTER, "department": "ban-a"}):
        steps = kept.ask("steps", **asked)
        assert set(steps) == {"quarter", "year", "steps"}
        assert steps["steps"] == kept.ask("chain", **asked)["steps"]
        assert steps["steps"][0]["places"]


def test_a_leader_is_told_of_their_own_people_alone(kept: Kept) -> None:
    kept.lay(*with_plans())
    found = kept.ask("chain", **QUARTER, department="ban-a", limit=1)
    assert set(found["departments"]) == {"ban-a"}
    assert [one["place"] for one in found["steps"][0]["places"]] == ["ban-a"]
    assert (ids(found["missing"], "cadre"), found["missing_count"]) == (["ai"], 2)


def test_at_a_step_of_the_whole_the_others_plans_are_not_counted(kept: Kept) -> None:
    facts = after(
        (*FACTS, *with_plans()),
        said(words.ConsolidatePlans, **STAGE),
        said(words.ForwardPlans, **STAGE),
        *(
            said(word, **{**STAGE, "department": "ban-b", "by": "bac"})
            for word in (words.ConsolidatePlans, words.ForwardPlans)
        ),
    )
    kept.lay(*facts[len(FACTS) :])
    [place] = kept.ask("chain", **QUARTER)["steps"][1]["places"]
    assert (place["plans"], place["departments"]) == (3, {"ban-a": 2, "ban-b": 1})
    [place] = kept.ask("chain", **QUARTER, department="ban-b")["steps"][1]["places"]
    assert (place["plans"], place["departments"]) == (1, {"ban-b": 1})


def test_following_gives_what_building_gives(kept: Kept) -> None:
    kept.lay(*with_plans())
    kept.follow()
    followed = kept.rows()
    assert kept.build()["differences"] == 0
    assert kept.rows() == followed
