"""The page of integrations: keys are made, shown once and revoked; deliveries seen and replayed."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import httpx2

from browsing import Browser, Serving
from calling import API, ORGANISER, program


async def make(browser: Browser, *scopes: str, name: str = "phan-mem") -> httpx2.Response:
    page = (await browser.get("/integrations")).text
    csrf = re.findall(r'name="csrf" value="([^"]+)"', page)[-1]
    typed = {"csrf": csrf, "name": name, "days": "30", "scopes": list(scopes)}
    return await browser.post("/integrations/keys", data=typed)


async def test_a_key_made_on_the_page_works_until_it_is_revoked(portal: Serving) -> None:
    browser = await portal.signed_in_as(ORGANISER)
    page = (await make(browser, "roster:read")).text
    [secret] = re.findall(r"<code>(dicoso_[\w-]{43})</code>", page)
    assert secret not in (await browser.get("/integrations")).text
    client = await portal.browser()
    bearer = {"Authorization": f"Bearer {secret}"}
    assert (await client.get(f"{API}/departments", headers=bearer)).status_code == 200
    assert (await client.get(f"{API}/inputs", headers=bearer)).status_code == 403
    answer = await browser.send_form("/integrations", "/integrations/keys/revoke")
    assert answer.status_code == 303
    assert (await client.get(f"{API}/departments", headers=bearer)).status_code == 401


async def test_a_key_needs_a_name_a_scope_and_an_end(portal: Serving) -> None:
    browser = await portal.signed_in_as(ORGANISER)
    for answer in (await make(browser), await make(browser, "roster:read", name="Nguyễn Văn A")):
        assert answer.status_code == 422
        assert 'role="alert"' in answer.text
    assert portal.app.state.api.keys.all() == {}


async def test_nobody_else_makes_keys_or_sees_them(portal: Serving) -> None:
    for visitor in (
        await portal.signed_in_as("cb-0001"),
        await portal.signed_in_as("cb-0004"),
        await portal.signed_in_as("cb-0013"),
        await portal.signed_in_as(office="auditor"),
    ):
        assert (await visitor.get("/integrations")).status_code == 403
        assert "/integrations" not in (await visitor.get("/")).text
        assert (await visitor.get("/integrations/deliveries?webhook=wh_1")).status_code == 403


async def test_operations_sees_how_it_goes_and_makes_no_key(portal: Serving) -> None:
    browser = await portal.signed_in_as(office="operations")
    assert "/integrations/keys" not in (await browser.get("/integrations")).text
    refused = await make(browser, "roster:read")
    assert refused.status_code == 403
    assert portal.app.state.api.keys.all() == {}


async def test_deliveries_are_seen_and_carried_again(portal: Serving) -> None:
    api, now = portal.app.state.api, datetime.now(UTC)
    await program(portal, "events:read", name="hr")
    made = api.endpoints.make(
        "hr", "https://hr.example.vn/", {"visits": []}, {"visits": 0}, "", now
    )
    api.endpoints.disable(made.webhook, "not taken for 7 days", now)
    event = {"sequence": "1", "type": "visits.visit-logged.v1", "partitionkey": "cb-0013"}
    assert api.deliveries.make(made.webhook, "visits", 0, 1, [event], now)
    [one] = api.deliveries.heads(made.webhook, 1)
    api.deliveries.delivered(one, 200, now)
    browser = await portal.signed_in_as(ORGANISER)
    page = (await browser.get("/integrations")).text
    assert "không được nhận suốt 7 ngày" in page
    address = f"/integrations/deliveries?webhook={made.webhook}"
    assert "cb-0013" in (await browser.get(address)).text
    answer = await browser.send_form(address, "/integrations/deliveries/replay")
    assert answer.status_code == 303
    assert api.deliveries.pending(made.webhook) == 1
    await browser.send_form("/integrations", "/integrations/webhooks/enable")
    assert api.endpoints.find(made.webhook).state == "active"
