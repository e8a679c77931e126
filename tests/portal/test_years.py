"""Which year and day a page is about; what cannot be read is answered with a sentence."""

from __future__ import annotations

import pytest

from browsing import Serving, hidden
from shared.language.planning import EnactRegime
from shared.regime import read_regime
from suite.conftest import BAC_NINH, Up


@pytest.mark.parametrize("asked", ["as-of=tomorrow", "as-of=2019-13-01", "year=abc", "year=0"])
async def test_a_year_or_day_that_cannot_be_read_is_said_on_a_page(
    portal: Serving, asked: str
) -> None:
    browser = await portal.signed_in_as("cb-0013")
    answered = await browser.get(f"/?{asked}")
    assert answered.status_code == 422
    assert "Nội dung sai dạng" in answered.text


async def test_a_remembered_year_that_is_none_is_passed_over(portal: Serving) -> None:
    browser = await portal.signed_in_as("cb-0013")
    held = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    answered = await browser.get("/", headers={b"Cookie": f"{held}; year=²".encode("latin-1")})
    assert answered.status_code == 200


async def test_another_language_is_chosen_on_the_page_that_a_form_was_sent_from(
    portal: Serving,
) -> None:
    browser = await portal.signed_in_as("cb-0003")
    page = "/accounts?search=0020"
    sent = {"csrf": await browser.csrf(), "cadre": "cb-0020"}
    shown = await browser.post(
        "/accounts/invite", data=sent, headers={"Referer": f"http://127.0.0.1:8080{page}"}
    )
    assert hidden(shown.text, "/language")["to"] == page
    assert (await browser.get("/accounts/invite")).headers["location"] == "/accounts"
    foreign = {"Referer": "https://elsewhere.example/accounts?x=1"}
    shown = await browser.post("/accounts/invite", data=sent, headers=foreign)
    assert hidden(shown.text, "/language")["to"] == "/accounts/invite"


async def test_a_form_is_of_the_year_of_its_page_whatever_is_chosen_meanwhile(
    portal: Serving, suite: Up
) -> None:
    regime = read_regime((BAC_NINH / "regime.yaml").read_text().replace("2019-", "2017-"))
    async with await suite.bus() as bus:
        other = regime.model_copy(update={"year": 2017, "regime": "bac-ninh-2017"})
        done = await bus.obey(EnactRegime(regime=other), "test_years")
        await bus.ask("visits", "ready", heard={"planning": done.position})
    browser = await portal.signed_in_as("cb-0019")
    page = await browser.get("/visits/new?year=2019")
    assert (await browser.get("/?year=2017")).cookies["year"] == "2017"
    typed = {
        **{"unit": "X09163", "kind": "regular", "from": "2019-12-03", "to": "2019-12-03"},
        **{"portion": "full", "logged_on": "2019-12-04"},
    }
    answer = await browser.post("/visits/new", data={**hidden(page.text), **typed})
    assert answer.status_code == 303, answer.text
    assert browser.cookies["year"] == "2019"
    assert (await browser.get(answer.headers["location"])).status_code == 200
