"""What HR systems read: assessments as the terminal prints them, inputs, the roster."""

from __future__ import annotations

import hashlib
import json

import pytest

from browsing import Serving
from calling import ORGANISER, YEAR_END, issue, program
from suite.conftest import BAC_NINH, Up, expected, plain


async def test_every_assessment_is_what_the_register_expects(portal: Serving) -> None:
    client = await program(portal, "assessments:read")
    found, address = [], f"/assessments?year=2019&as_of={YEAR_END}&limit=7"
    while address:
        page = (await client.get(address)).json()
        assert len(page["data"]) <= 7
        assert page["unreadable"] == []
        found += page["data"]
        address = (page["next"] or "").removeprefix("/api/v1")
    register = expected(BAC_NINH, YEAR_END)
    known = {one["cadre"] for one in register}
    assert [plain(one) for one in found if one["cadre"] in known] == register


async def test_an_assessment_is_the_same_json_as_the_terminals(portal: Serving, suite: Up) -> None:
    client = await program(portal, "assessments:read")
    answer = await client.get("/assessments/2019/cb-0013?as_of=2019-07-31&known_at=2030-01-01")
    typed = ("--cadre", "cb-0013", "--year", "2019", "--as-of", "2019-07-31")
    printed = suite.run("assess", *typed, "--known-at", "2030-01-01", "--json")
    assert printed.returncode == 0, printed.stderr
    assert list(answer.json().items()) == list(json.loads(printed.stdout).items())


async def test_what_was_not_yet_known_does_not_count(portal: Serving) -> None:
    client = await program(portal, "assessments:read")
    asked = "/assessments/2019/cb-0013?as_of=2019-12-31"
    then = await client.get(f"{asked}&known_at=2019-01-01T00:00:00Z")
    assert then.status_code == 404
    assert then.json()["code"] == "unknown-cadre"
    assert (await client.get(asked)).json()["credited"] > 0


async def test_assessments_of_a_department_are_those_of_its_people(portal: Serving) -> None:
    client = await program(portal, "assessments:read", "roster:read")
    asked = f"year=2019&as_of={YEAR_END}&department=van-phong&limit=50"
    judged = (await client.get(f"/assessments?{asked}")).json()["data"]
    people = (await client.get("/cadres?department=van-phong&limit=500")).json()["data"]
    assert [one["cadre"] for one in judged] == [one["cadre"] for one in people]
    assert judged


async def test_eligibility_names_each_title_and_what_it_lacks(portal: Serving) -> None:
    client = await program(portal, "assessments:read")
    listed = await client.get(f"/commendations?year=2019&as_of={YEAR_END}&limit=50")
    rows = listed.json()["data"]
    judged = {one["cadre"]: one["commendation"] for one in expected(BAC_NINH, YEAR_END)}
    titles = {one["cadre"]: one["titles"] for one in rows}
    assert {cadre: titles[cadre] for cadre in judged} == judged
    one = await client.get(f"/commendations/2019/{rows[7]['cadre']}?as_of={YEAR_END}")
    assert one.json() == rows[7]


# --- inputs -----------------------------------------------------------------------------------


async def test_an_input_comes_with_what_it_was_computed_from(portal: Serving, suite: Up) -> None:
    await issue(suite.nats, "cb-0020")
    client = await program(portal, "inputs:read")
    found = (await client.get("/inputs/2019/cb-0020")).json()
    evidence = found["evidence"]
    content = {
        "assessment": found["assessment"],
        "regime_version": found["regime_version"],
        "positions": evidence["positions"],
    }
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert hashlib.sha256(canonical.encode()).hexdigest() == found["digest"]
    assert evidence["agrees"]
    assert sum(one["credited"] for one in evidence["visits"]) == found["assessment"]["credited"]
    visits = {one["visit"]: one for one in evidence["visits"]}
    assert all(one["unit"] and one["logged_on"] for one in visits.values())
    met = {
        one["id"].partition(":")[2]
        for one in found["assessment"]["conditions"]
        if one["id"].startswith("report:") and one["state"] == "met"
    }
    assert met <= {one["period"] for one in evidence["reports"] if one["accepted_on"]}
    assert met
    assert {"planning", "visits", "appraisal"} == evidence["positions"].keys()


async def test_what_was_issued_anew_takes_the_place_of_the_former_in_the_list(
    portal: Serving, suite: Up
) -> None:
    client = await program(portal, "inputs:read")
    first = await issue(suite.nats, "cb-0021")
    other = await issue(suite.nats, "cb-0022")
    before = (await client.get(f"/inputs?year=2019&changed_since={first - 1}")).json()
    assert [one["cadre"] for one in before["data"]] == ["cb-0021", "cb-0022"]
    assert before["position"] == other
    again = await issue(suite.nats, "cb-0021", reason="đính chính", on="2020-02-01")
    since = (await client.get(f"/inputs?year=2019&changed_since={before['position']}")).json()
    assert [(one["cadre"], one["position"]) for one in since["data"]] == [("cb-0021", again)]
    assert since["data"][0]["supersedes"] == before["data"][0]["digest"]
    whole = (await client.get(f"/inputs?year=2019&changed_since={first - 1}")).json()["data"]
    assert [one["cadre"] for one in whole] == ["cb-0022", "cb-0021"]
    former = (await client.get("/inputs/2019/cb-0021?number=1")).json()
    now = (await client.get("/inputs/2019/cb-0021")).json()
    assert (former["number"], now["number"], now["of"]) == (1, 2, 2)
    assert (former["digest"], now["reason"]) == (now["supersedes"], "đính chính")


async def test_inputs_are_paged_without_loss_and_by_department(portal: Serving, suite: Up) -> None:
    cadres = [f"cb-00{number}" for number in range(23, 30)]
    positions = [await issue(suite.nats, cadre) for cadre in cadres]
    client = await program(portal, "inputs:read", "roster:read")
    found, address = [], f"/inputs?changed_since={positions[0] - 1}&limit=3"
    while address:
        page = (await client.get(address)).json()
        found += page["data"]
        address = (page["next"] or "").removeprefix("/api/v1")
    assert [one["cadre"] for one in found] == cadres
    for department in {one["department"] for one in found}:
        asked = f"/inputs?changed_since={positions[0] - 1}&department={department}"
        rows = (await client.get(asked)).json()["data"]
        assert rows == [one for one in found if one["department"] == department]


async def test_nothing_issued_is_a_problem_that_says_so(portal: Serving) -> None:
    client = await program(portal, "inputs:read")
    answer = await client.get("/inputs/2019/cb-0001")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["type"] == "urn:dicoso:problem:no-input"
    assert problem["about"] == {"cadre": "cb-0001", "year": 2019}
    assert problem["detail"] == problem["reason"]["vi"]


# --- the roster -------------------------------------------------------------------------------


async def test_a_cadre_is_told_with_postings_and_units_but_not_who_acts_for_whom(
    portal: Serving,
) -> None:
    client = await program(portal, "roster:read")
    found = (await client.get(f"/cadres/{ORGANISER}")).json()
    assert (found["role"], found["department"]) == ("organisation", "ban-to-chuc")
    assert "delegations" not in found
    assert found["postings"]


@pytest.mark.parametrize("typed", ["can bo 0013", "Cán bộ 0013", "cb-0013"])
async def test_cadres_are_found_by_name_with_or_without_accents(
    portal: Serving, typed: str
) -> None:
    client = await program(portal, "roster:read")
    rows = (await client.get("/cadres", params={"search": typed})).json()["data"]
    assert [one["cadre"] for one in rows] == ["cb-0013"]


async def test_departments_say_who_leads_them(portal: Serving) -> None:
    client = await program(portal, "roster:read")
    rows = {one["department"]: one for one in (await client.get("/departments")).json()["data"]}
    assert rows["ban-truong-hoc"]["leaders"] == ["cb-0007"]
    people = (await client.get("/cadres?department=ban-truong-hoc&limit=500")).json()["data"]
    assert rows["ban-truong-hoc"]["cadres"] == sum(one["employed"] for one in people)


async def test_units_are_listed_by_level(portal: Serving) -> None:
    client = await program(portal, "roster:read")
    rows = (await client.get("/units?level=commune&limit=5")).json()["data"]
    assert len(rows) == 5
    assert {one["level"] for one in rows} == {"commune"}
