"""What HR systems hand in: ratings and changes of the roster, each once in effect."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx2
import pytest

from browsing import Serving
from calling import program
from shared.bus import Bus
from suite.conftest import Up

GOOD = {
    "classification": "good",
    "initiative": "yes",
    "discipline": "no",
    "recorded_on": "2019-12-20",
}


def key() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid4())}


async def appoint(client: httpx2.AsyncClient, cadre: str, **more: Any) -> httpx2.Response:
    body = {"cadre": cadre, "name": "Nguyễn Thử", "department": "van-phong", **more}
    return await client.post("/roster/appointments", json=body, headers=key())


async def entries(suite: Up, service: str, after: int) -> list[dict[str, Any]]:
    async with await Bus.connect(suite.nats, "test", patience=30) as bus:
        found = await bus.ask(service, "entries", after=after)
    return [one for one in found["entries"] if not one["type"].startswith("log.")]


async def test_an_act_sent_twice_is_done_once(portal: Serving, suite: Up) -> None:
    client = await program(portal, "roster:write", name="nhan-su")
    sent = {"cadre": "hr-once", "department": "van-phong", "name": "Lê Một Lần"}
    same = key()
    first = await client.post("/roster/appointments", json=sent, headers=same)
    assert first.status_code == 200, first.text
    position = first.json()["done"]["position"]
    assert first.headers["dicoso-position"] == f"planning:{position}"
    again = await client.post("/roster/appointments", json=sent, headers=same)
    assert again.json() == first.json()
    recorded = await entries(suite, "planning", position - 1)
    assert [one["data"]["cadre"] for one in recorded] == ["hr-once"]
    assert recorded[0]["actor"] == "hr:nhan-su"
    other = await client.post(
        "/roster/appointments", json={**sent, "department": "ban-to-chuc"}, headers=same
    )
    assert (other.status_code, other.json()["code"]) == (422, "command-id-reused")


async def test_two_programs_may_use_the_same_idempotency_key(portal: Serving) -> None:
    one = await program(portal, "roster:write", name="one")
    two = await program(portal, "roster:write", name="two")
    same = key()
    for client, cadre in ((one, "hr-of-one"), (two, "hr-of-two")):
        sent = {"cadre": cadre, "department": "van-phong"}
        answer = await client.post("/roster/appointments", json=sent, headers=same)
        assert answer.status_code == 200, answer.text


async def test_without_an_idempotency_key_nothing_is_done(portal: Serving) -> None:
    client = await program(portal, "roster:write", "roster:read")
    sent = {"cadre": "hr-no-key", "department": "van-phong"}
    answer = await client.post("/roster/appointments", json=sent)
    assert answer.status_code == 422
    assert answer.json()["faults"][0]["path"] == "header.Idempotency-Key"
    assert (await client.get("/cadres/hr-no-key")).status_code == 404


async def test_a_cadres_way_through_the_year(portal: Serving) -> None:
    client = await program(portal, "roster:write", "roster:read")
    assert (await appoint(client, "hr-way", **{"from": "2019-01-01"})).status_code == 200
    acts: list[tuple[str, dict[str, Any]]] = [
        ("transfers", {"department": "ban-phong-trao", "on": "2019-03-01"}),
        ("roles", {"role": "department_leader", "on": "2019-04-01"}),
        ("roles/withdrawals", {"on": "2019-09-01", "reason": "luân chuyển"}),
        (
            "leave",
            {
                "leave": "hr-nghi",
                "kind": "sick",
                "from": "2019-05-06",
                "to": "2019-05-08",
                "recorded_on": "2019-05-09",
            },
        ),
        ("departures", {"to": "2019-11-30"}),
    ]
    for path, body in acts:
        sent = {"cadre": "hr-way", **body}
        answer = await client.post(f"/roster/{path}", json=sent, headers=key())
        assert answer.status_code == 200, answer.text
        position = answer.headers["dicoso-position"]
    correction = {
        "leave": "hr-nghi",
        "kind": "sick",
        "from": "2019-05-06",
        "to": "2019-05-10",
        "on": "2019-05-13",
        "reason": "giấy ra viện",
    }
    answer = await client.post("/roster/leave/corrections", json=correction, headers=key())
    assert answer.status_code == 200, answer.text
    position = answer.headers["dicoso-position"]
    found = (await client.get("/cadres/hr-way", headers={"Dicoso-After": position})).json()
    assert [one["department"] for one in found["postings"]] == ["van-phong", "ban-phong-trao"]
    assert [one["role"] for one in found["roles"]] == ["cadre", "department_leader", "cadre"]
    assert [one["to"] for one in found["leaves"]] == ["2019-05-10"]
    assert (found["to"], found["employed"]) == ("2019-11-30", False)


@pytest.mark.parametrize("role", ["organisation", "standing"])
async def test_no_program_raises_anybody_to_organisation_or_standing(
    portal: Serving, role: str
) -> None:
    client = await program(portal, "roster:write")
    refused = [await appoint(client, f"hr-{role}", role=role)]
    sent = {"cadre": "cb-0014", "role": role, "on": "2019-06-01"}
    refused.append(await client.post("/roster/roles", json=sent, headers=key()))
    sent = {"cadre": "cb-0001", "on": "2019-06-01", "reason": "thử"}
    refused.append(await client.post("/roster/roles/withdrawals", json=sent, headers=key()))
    assert [(one.status_code, one.json()["code"]) for one in refused] == [
        (403, "not-permitted")
    ] * 3


async def test_a_rating_that_is_handed_back_counts_for_commendation(portal: Serving) -> None:
    client = await program(portal, "classifications:write", "assessments:read")
    asked = "/commendations/2019/cb-0040?as_of=2020-02-20"
    before = await client.get(asked)
    rating = {**GOOD, "classification": "completed", "recorded_on": "2020-02-15"}
    put = await client.put("/classifications/2019/cb-0040", json=rating)
    assert put.status_code == 200, put.text
    again = await client.put("/classifications/2019/cb-0040", json=rating)
    assert again.status_code == 200, again.text
    position = put.headers["dicoso-position"]
    after = await client.get(asked, headers={"Dicoso-After": position})
    for answer, good in ((before, True), (after, False)):
        needs = {need for one in answer.json()["titles"].values() for need in one["unmet"]}
        assert ("classification:good" not in needs) is good


async def test_each_row_of_many_is_recorded_or_refused_by_itself(
    portal: Serving, suite: Up
) -> None:
    client = await program(portal, "classifications:write")
    rows = [
        {"cadre": cadre, "year": 2019, **GOOD, "recorded_on": "2020-02-15"}
        for cadre in ("cb-0041", "nobody", "cb-0042")
    ]
    same = key()
    answer = await client.post("/classifications", json={"classifications": rows}, headers=same)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert told["refused"] == 1
    assert [one["cadre"] for one in told["results"]] == ["cb-0041", "nobody", "cb-0042"]
    assert told["results"][1]["problem"]["type"] == "urn:dicoso:problem:unknown-cadre"
    again = await client.post("/classifications", json={"classifications": rows}, headers=same)
    assert again.json() == told
    last = max(one["done"]["position"] for one in told["results"] if "done" in one)
    assert not [
        one
        for one in await entries(suite, "appraisal", last)
        if one["type"] == "appraisal.classification-recorded.v1"
    ]


async def test_a_wrong_rating_says_where_it_is_wrong(portal: Serving) -> None:
    client = await program(portal, "classifications:write")
    answer = await client.put("/classifications/2019/cb-0013", json={**GOOD, "initiative": "maybe"})
    assert answer.status_code == 422
    assert answer.json()["faults"][0]["path"] == "body.initiative"
    assert "maybe" not in answer.text
