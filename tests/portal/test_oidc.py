"""Signing in at an OpenID provider: another process, of somebody else's making.

``oidc-provider-mock`` (PyPI, alive: six releases in 2026) on Authlib's server side; what a lying or
careless provider would do is in ``tests/openid_provider.py``.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from browsing import Browser, Serve, Serving
from conftest import end_with_tests
from console.suite import free_port

PROVIDER = Path(__file__).parents[1] / "openid_provider.py"


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a provider that runs."""
    port = free_port()
    log = tmp_path_factory.mktemp("openid") / "provider.log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, PROVIDER, str(port)],
            stdout=file,
            stderr=file,
            preexec_fn=end_with_tests,
        )
    url = f"http://127.0.0.1:{port}"
    for _ in range(400):
        try:
            httpx2.get(f"{url}/jwks").raise_for_status()
        except httpx2.HTTPError:
            time.sleep(0.05)
        else:
            break
    else:
        raise RuntimeError(log.read_text())
    yield url
    process.kill()
    process.wait()


@pytest.fixture(autouse=True)
def _honest(provider: str) -> None:
    spoil(provider, {})


def spoil(provider: str, claims: dict[str, Any] | None) -> None:
    """What the provider's next ID tokens get wrong; None: their signature."""
    header = {"Content-Type": "application/json"}
    body = json.dumps(claims)
    httpx2.put(f"{provider}/spoilt", content=body, headers=header).raise_for_status()


def settings(provider: str, **more: Any) -> dict[str, Any]:
    return {
        "oidc_discovery": f"{provider}/.well-known/openid-configuration",
        "oidc_client_id": "dicoso",
        "oidc_client_secret": "for-tests-only",
        "oidc_name": "Tỉnh đoàn",
        **more,
    }


@pytest.fixture
async def portal(serve: Serve, provider: str) -> Serving:
    """A portal that believes the provider."""
    return await serve(**settings(provider))


def known(provider: str, subject: str, **claims: Any) -> None:
    """Somebody whom the provider knows."""
    httpx2.put(f"{provider}/users/{subject}", json=claims).raise_for_status()


async def gone(browser: Browser, to: str = "/") -> str:
    """The provider's address to which the portal sends the browser."""
    sent = await browser.send_form("/sign-in", "/sign-in/openid", to=to)
    assert sent.status_code == 303, sent.text
    return sent.headers["location"]


def agreed(there: str, subject: str) -> str:
    """Where the provider sends somebody back to who has signed in there."""
    answer = httpx2.post(there, data={"sub": subject})
    assert answer.status_code == 302, answer.text
    return answer.headers["location"]


async def signed_in(browser: Browser, subject: str, to: str = "/") -> httpx2.Response:
    back = agreed(await gone(browser, to), subject)
    return await browser.get(back)


async def test_whose_verified_address_an_account_has_signs_in_with_it(
    portal: Serving, provider: str
) -> None:
    portal.state.accounts.make("mai", cadre="cb-0013", email="Mai@Example.VN")
    known(provider, "s-mai", email="mai@example.vn", email_verified=True)
    browser = await portal.browser()
    assert "Tỉnh đoàn" in (await browser.get("/sign-in")).text
    answer = await signed_in(browser, "s-mai", "/account")
    assert answer.headers["location"] == "/account"
    assert "cb-0013" in (await browser.get("/account")).text
    assert "Cán bộ 0013" in (await browser.get("/?year=2019")).text


async def test_what_is_asked_for_has_state_nonce_and_a_challenge_that_are_new_each_time(
    portal: Serving,
) -> None:
    browser = await portal.browser()
    asked = [parse_qs(urlsplit(await gone(browser)).query) for _ in range(2)]
    for one in asked:
        assert one["response_type"] == ["code"]
        assert one["code_challenge_method"] == ["S256"]
        assert one["redirect_uri"] == [f"{portal.state.settings.url}/sign-in/openid"]
        assert "openid" in one["scope"][0].split()
    for name in ("state", "nonce", "code_challenge"):
        assert asked[0][name] != asked[1][name]
        assert len(asked[0][name][0]) >= 43


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "mai@example.vn"},
        {"email": "mai@example.vn", "email_verified": False},
        {"email": "mai@example.vn", "email_verified": "true"},
        {"email": "other@example.vn", "email_verified": True},
        {"email": "", "email_verified": True},
        {"preferred_username": "mai"},
    ],
)
async def test_an_identity_that_proves_no_address_enters_with_no_account(
    portal: Serving, provider: str, claims: dict[str, Any]
) -> None:
    portal.state.accounts.make("mai", cadre="cb-0013", email="mai@example.vn")
    portal.state.accounts.make("lan", cadre="cb-0014", email="")
    known(provider, "s-nobody", **claims)
    before = portal.state.accounts.all()
    answer = await signed_in(await portal.browser(), "s-nobody")
    assert answer.status_code == 403
    assert "Không có tài khoản nào" in answer.text
    assert portal.state.accounts.all() == before, "and none is made"


async def test_an_address_that_two_accounts_have_means_neither(
    portal: Serving, provider: str
) -> None:
    for login in ("mai", "lan"):
        portal.state.accounts.make(login, cadre="cb-0013", email="ban@example.vn")
    known(provider, "s-ban", email="ban@example.vn", email_verified=True)
    assert (await signed_in(await portal.browser(), "s-ban")).status_code == 403


async def test_once_known_an_identity_keeps_its_account_and_the_address_goes_to_nobody_else(
    portal: Serving, provider: str
) -> None:
    portal.state.accounts.make("mai", cadre="cb-0013", email="mai@example.vn")
    known(provider, "s-mai", email="mai@example.vn", email_verified=True)
    assert (await signed_in(await portal.browser(), "s-mai")).status_code == 303
    known(provider, "s-new", email="mai@example.vn", email_verified=True)
    assert (await signed_in(await portal.browser(), "s-new")).status_code == 403
    known(provider, "s-mai", email="married@example.vn", email_verified=True)
    assert (await signed_in(await portal.browser(), "s-mai")).status_code == 303


async def test_a_closed_account_is_not_entered(portal: Serving, provider: str) -> None:
    account = portal.state.accounts.make("mai", cadre="cb-0013", email="mai@example.vn")
    known(provider, "s-mai", email="mai@example.vn", email_verified=True)
    assert (await signed_in(await portal.browser(), "s-mai")).status_code == 303
    portal.state.inviting.close(account)
    assert (await signed_in(await portal.browser(), "s-mai")).status_code == 403


async def test_where_a_claim_holds_the_cadres_key_it_decides_and_the_address_does_not(
    serve: Serve, provider: str
) -> None:
    portal = await serve(**settings(provider, oidc_cadre_claim="employee_number"))
    portal.state.accounts.make("mai", cadre="cb-0013", email="mai@example.vn")
    known(provider, "s-1", employee_number="cb-0013")
    assert (await signed_in(await portal.browser(), "s-1")).status_code == 303
    known(provider, "s-2", email="mai@example.vn", email_verified=True)
    assert (await signed_in(await portal.browser(), "s-2")).status_code == 403
    known(provider, "s-3", employee_number="cb-0014")
    assert (await signed_in(await portal.browser(), "s-3")).status_code == 403


@pytest.mark.parametrize(
    "claims",
    [
        None,
        {"nonce": "another"},
        {"aud": "another-client"},
        {"aud": ["dicoso", "another-client"]},
        {"iss": "https://another.example"},
        {"exp": 1_600_000_000},
        {"sub": ""},
    ],
)
async def test_an_id_token_that_is_not_for_us_here_and_now_opens_nothing(
    portal: Serving, provider: str, claims: dict[str, Any] | None
) -> None:
    portal.state.accounts.make("mai", cadre="cb-0013", email="mai@example.vn")
    known(provider, "s-mai", email="mai@example.vn", email_verified=True)
    spoil(provider, claims)
    browser = await portal.browser()
    answer = await signed_in(browser, "s-mai")
    assert answer.status_code == 403
    assert "Đăng nhập không thành công" in answer.text
    assert (await browser.get("/account")).status_code == 303


async def test_nobody_comes_back_in_another_browser_twice_or_with_anothers_state(
    portal: Serving, provider: str
) -> None:
    portal.state.accounts.make("mai", cadre="cb-0013", email="mai@example.vn")
    known(provider, "s-mai", email="mai@example.vn", email_verified=True)
    browser, other = await portal.browser(), await portal.browser()
    back = agreed(await gone(browser), "s-mai")
    await gone(other)
    assert (await other.get(back)).status_code == 403, "made to sign in to another's account"
    back = agreed(await gone(browser), "s-mai")
    kept = dict(browser.cookies)
    assert (await browser.get(back)).status_code == 303
    browser.cookies.clear()
    browser.cookies.update(kept)
    assert (await browser.get(back)).status_code == 403, "the same answer once more"


async def test_a_code_that_another_verifier_was_meant_for_is_worth_nothing(
    portal: Serving, provider: str
) -> None:
    portal.state.accounts.make("mai", cadre="cb-0013", email="mai@example.vn")
    known(provider, "s-mai", email="mai@example.vn", email_verified=True)
    victim, thief = await portal.browser(), await portal.browser()
    stolen = parse_qs(urlsplit(agreed(await gone(victim), "s-mai")).query)["code"][0]
    own = parse_qs(urlsplit(await gone(thief)).query)["state"][0]
    answer = await thief.get("/sign-in/openid", params={"state": own, "code": stolen})
    assert answer.status_code == 403
    assert (await thief.get("/account")).status_code == 303


async def test_another_issuers_answer_is_refused(portal: Serving, provider: str) -> None:
    portal.state.accounts.make("mai", cadre="cb-0013", email="mai@example.vn")
    known(provider, "s-mai", email="mai@example.vn", email_verified=True)
    browser = await portal.browser()
    back = agreed(await gone(browser), "s-mai")
    assert (await browser.get(f"{back}&iss=https://another.example")).status_code == 403


async def test_somebody_who_says_no_at_the_provider_is_back_at_the_sign_in_page(
    portal: Serving,
) -> None:
    browser = await portal.browser()
    answer = httpx2.post(await gone(browser), data={"action": "deny"})
    back = await browser.get(f"/sign-in/openid?{urlsplit(answer.headers['location']).query}")
    assert back.status_code == 403
    assert "Đăng nhập không thành công" in back.text


async def test_a_provider_that_is_away_is_said_and_passwords_still_do(serve: Serve) -> None:
    portal = await serve(**settings(f"http://127.0.0.1:{free_port()}"))
    browser = await portal.browser()
    answer = await browser.send_form("/sign-in", "/sign-in/openid")
    assert answer.status_code == 503
    portal.state.accounts.make("mai", cadre="cb-0013", password="một câu dài dễ nhớ")
    answer = await browser.send_form(
        "/sign-in", "/sign-in", login="mai", password="một câu dài dễ nhớ"
    )
    assert answer.status_code == 303


async def test_without_a_provider_there_is_no_such_page(serve: Serve) -> None:
    portal = await serve()
    browser = await portal.browser()
    assert "openid" not in (await browser.get("/sign-in")).text
    assert (await browser.get("/sign-in/openid?state=x&code=y")).status_code == 403
