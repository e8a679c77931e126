"""Any text may be a key, and every link to what it names leads there."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urljoin

import pytest

from browsing import Browser, Serving
from calling import program
from portal.paths import segment
from portal.visitor import Office
from shared.language.planning import AppointCadre
from shared.language.visits import LogVisit
from shared.values import Role
from suite.conftest import Up

CADRE, LEADER = "12/KĐ? A&B #1%2F+", "12/KĐ"
DEPARTMENT, VISIT = "Ban A/B & C?", "04/3 #1?%"


async def told(suite: Up) -> None:
    """A leader and a cadre, and a visit, whose keys have all that paths are made of."""
    visit = {
        **{"visit": VISIT, "cadre": CADRE, "unit": "X09163", "kind": "regular"},
        **{"from": "2019-03-04", "to": "2019-03-04", "logged_on": "2019-03-04"},
    }
    async with await suite.bus() as bus:
        for key, role in ((LEADER, Role.DEPARTMENT_LEADER), (CADRE, Role.CADRE)):
            appoint = AppointCadre(cadre=key, department=DEPARTMENT, role=role)
            done = await bus.obey(appoint, f"test_paths {key}")
        heard = {"planning": done.position}
        log = LogVisit.model_validate(visit)
        done = await bus.obey(log, "test_paths visit", after=heard)
        heard["visits"] = done.position
        await bus.ask("appraisal", "standings", heard=heard, year=2019, limit=1)


async def links(browser: Browser, page: str) -> set[str]:
    """Where a page leads."""
    answer = await browser.get(page)
    assert answer.status_code == 200, page
    found = re.findall(r'href="([^"#]+)', answer.text)
    return {urljoin(page, unescape(one)) for one in found}


async def test_every_link_to_a_key_leads_there(portal: Serving, suite: Up) -> None:
    await told(suite)
    followed = set[str]()
    for who, begin in (
        (CADRE, ["/visits?year=2019"]),
        (LEADER, ["/department?year=2019", "/waiting?year=2019", f"/cadres/{segment(CADRE)}"]),
        ("cb-0003", ["/roster?search=12", "/inputs?search=12", "/audit?search=12"]),
    ):
        browser = await portal.signed_in_as(who)
        for page in begin:
            for link in await links(browser, page):
                if segment(CADRE) in link or segment(VISIT) in link or segment(DEPARTMENT) in link:
                    assert (await browser.get(link)).status_code == 200, link
                    followed.add(link.partition("?")[0].replace(segment(CADRE), "…"))
    assert followed >= {
        *("/cadres/…", "/roster/…", "/inputs/…", "/audit/…"),
        f"/visits/{segment(VISIT)}",
    }


async def test_a_form_leads_back_to_its_page(portal: Serving, suite: Up) -> None:
    await told(suite)
    browser = await portal.signed_in_as(CADRE)
    page = f"/visits/{segment(VISIT)}"
    shown = await browser.get(page)
    assert f'<input type="hidden" name="to" value="{page}">' in shown.text
    voided = await browser.send_form(
        page, f"{page}/void", reason="ghi nhầm", voided_on="2019-03-05"
    )
    assert voided.status_code == 303, voided.text
    assert voided.headers["Location"] == page
    outside = await portal.browser()
    asked = await outside.get(f"{page}?year=2019")
    assert asked.headers["Location"] == f"/sign-in?to={segment(f'{page}?year=2019')}"


@pytest.mark.parametrize(
    ("office", "where", "page"),
    [
        ("", "/inputs/close", "/inputs"),
        ("", "/inputs/reopen", "/inputs"),
        ("", "/inputs/issue", "/inputs"),
        ("", "/roster/appoint", "/roster"),
        ("", "/roster/cb-0009/transfer", "/roster/cb-0009"),
        ("", f"/roster/{segment(CADRE)}/transfer", f"/roster/{segment(CADRE)}"),
        ("", "/units/close", "/units"),
        ("", "/regime/enact", "/regime"),
        ("", "/integrations/keys/revoke", "/integrations"),
        ("", "/notices/calendar", "/notices/preferences"),
        ("operations", "/ops/planning/retry", "/ops"),
    ],
)
async def test_where_a_form_was_sent_leads_to_the_page_it_is_of(
    portal: Serving, suite: Up, office: Office, where: str, page: str
) -> None:
    await told(suite)
    browser = await portal.signed_in_as("" if office else "cb-0003", office)
    led = await browser.get(where)
    assert (led.status_code, led.headers.get("Location")) == (303, page)
    assert (await browser.get(f"{page}?year=2019")).status_code == 200


async def test_the_api_finds_it_too(portal: Serving, suite: Up) -> None:
    await told(suite)
    client = await program(portal, "roster:read")
    found = await client.get(f"/cadres/{segment(CADRE)}")
    assert found.status_code == 200, found.text
    assert found.json()["cadre"] == CADRE
    assert (await client.get(f"/cadres/{segment('12/KH')}")).status_code == 404
