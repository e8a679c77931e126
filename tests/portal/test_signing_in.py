"""Signing in and out, and who waits after being wrong too often."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
from argon2 import PasswordHasher

from browsing import PASSWORD, Browser, Serve, Serving
from portal.attempts import ADDRESS, LOGIN, Attempts, Rate, wait_after
from portal.signing_in import inside
from portal.store import Store

WRONG = "sai rồi sai rồi"
NOON = datetime(2026, 3, 5, 12, tzinfo=UTC)


async def tried(browser: Browser, login: str, password: str = WRONG) -> httpx2.Response:
    return await browser.send_form("/sign-in", "/sign-in", login=login, password=password)


@pytest.fixture
def mai(portal: Serving) -> str:
    """The login of an account."""
    portal.state.accounts.make("who-is-mai", cadre="cb-0013", password=PASSWORD)
    return "who-is-mai"


async def test_a_cadre_signs_in_and_sees_their_year_until_signing_out(portal: Serving) -> None:
    browser = await portal.signed_in_as("cb-0013")
    page = await browser.get("/?year=2019")
    assert page.status_code == 200, page.text
    assert "Cán bộ 0013" in page.text
    out = await browser.send_form("/", "/sign-out")
    assert out.headers["location"] == "/sign-in"
    assert (await browser.get("/")).headers["location"] == "/sign-in?to=%2F"


async def test_a_session_that_was_signed_out_is_over_for_whoever_kept_its_cookie(
    portal: Serving,
) -> None:
    browser = await portal.signed_in_as("cb-0013")
    kept = dict(browser.cookies)
    await browser.send_form("/", "/sign-out")
    thief = await portal.browser()
    thief.cookies.update(kept)
    assert (await thief.get("/account")).status_code == 303


async def test_after_signing_in_one_is_where_one_wanted_to_go(portal: Serving, mai: str) -> None:
    browser = await portal.browser()
    sent = await browser.get("/cadres/cb-0013?year=2019")
    assert sent.headers["location"] == "/sign-in?to=%2Fcadres%2Fcb-0013%3Fyear%3D2019"
    answer = await browser.send_form(
        sent.headers["location"], "/sign-in", login=mai, password=PASSWORD
    )
    assert answer.headers["location"] == "/cadres/cb-0013?year=2019"


@pytest.mark.parametrize(
    "to",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "javascript:alert(1)",
        "evil.example",
        "",
        " //evil.example",
        "//[",
        "//℀.x",
        "/ok\r\nSet-Cookie: a=b",
    ],
)
async def test_nobody_is_sent_elsewhere(portal: Serving, mai: str, to: str) -> None:
    assert inside(to) == "/"
    browser = await portal.browser()
    answer = await browser.send_form("/sign-in", "/sign-in", login=mai, password=PASSWORD, to=to)
    assert answer.headers["location"] == "/"
    assert (await browser.get("/sign-in", params={"to": to})).headers["location"] == "/"


async def test_a_page_that_cannot_have_been_before_is_none(portal: Serving) -> None:
    browser = await portal.browser()
    for ask in (browser.get, browser.post):
        assert (await ask("/sign-in", headers={"Referer": "http://["})).status_code in (200, 403)


@pytest.mark.parametrize("to", ["/", "/account", "/?year=2019&as-of=2019-06-30", "/a//b", "/a:b"])
def test_a_path_of_ours_is_kept(to: str) -> None:
    assert inside(to) == to


async def test_signing_in_begins_a_new_session_and_ends_the_browsers_old_one(
    portal: Serving,
) -> None:
    browser = await portal.signed_in_as("cb-0013")
    before = browser.cookies["dicoso"]
    # A page of before signing in, sent once more.
    portal.state.accounts.make("lan", cadre="cb-0014", password=PASSWORD)
    browser.cookies.set("dicoso-form", "x" * 32)
    form = {"csrf": "x" * 32, "login": "lan", "password": PASSWORD}
    assert (await browser.post("/sign-in", data=form)).status_code == 303
    assert browser.cookies["dicoso"] != before
    assert portal.state.sessions.find(before, datetime.now(UTC)) is None


async def test_a_password_is_the_same_however_its_letters_are_composed(
    portal: Serving, mai: str
) -> None:
    decomposed = unicodedata.normalize("NFD", PASSWORD)
    assert decomposed != PASSWORD
    assert (await tried(await portal.browser(), mai, decomposed)).status_code == 303


# --- being wrong ------------------------------------------------------------------------------


async def test_who_is_wrong_reads_the_same_and_costs_as_much_whether_the_login_exists_or_not(
    portal: Serving, mai: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts = portal.state.accounts
    accounts.make("who-is-invited", cadre="cb-0015")
    accounts.close(accounts.make("who-is-closed", cadre="cb-0016", password=PASSWORD))
    hashed: list[str] = []
    verify = PasswordHasher.verify

    def counted(hasher: PasswordHasher, hash: str, password: str) -> bool:
        hashed.append(password)
        return verify(hasher, hash, password)

    monkeypatch.setattr(PasswordHasher, "verify", counted)
    browser = await portal.browser()
    told = set()
    for login in (mai, "who-is-nobody", "who-is-invited", "who-is-closed"):
        answers = [await tried(browser, login) for _ in range(6)]
        assert [one.status_code for one in answers] == [403] * 5 + [429]
        told.add(tuple(_without_clock(one.text.replace(login, "…")) for one in answers))
    assert len(told) == 1
    assert len(hashed) == 24, "a try that is not looked at hashes a password all the same"


def _without_clock(page: str) -> str:
    return re.sub(r"\d\d:\d\d \d\d/\d\d/\d{4}", "…", page)


async def test_after_five_wrong_ones_the_right_password_waits_too_and_a_restart_forgets_nothing(
    serve: Serve,
) -> None:
    portal = await serve()
    portal.state.accounts.make("mai", cadre="cb-0013", password=PASSWORD)
    browser = await portal.browser()
    for _ in range(5):
        assert (await tried(browser, "mai")).status_code == 403
    waits = await tried(browser, "MAI ", PASSWORD)
    assert waits.status_code == 429
    assert 0 < int(waits.headers["retry-after"]) <= 60
    again = await serve()
    assert (await tried(await again.browser("10.1.1.1"), "mai", PASSWORD)).status_code == 429
    assert (await tried(browser, "lan")).status_code == 403, "others do not wait"


async def test_being_right_begins_anew(portal: Serving, mai: str) -> None:
    browser = await portal.browser()
    for _ in range(3):
        for _ in range(4):
            assert (await tried(browser, mai)).status_code == 403
        assert (await tried(await portal.browser(), mai, PASSWORD)).status_code == 303


@pytest.fixture
def attempts(tmp_path: Path) -> Attempts:
    return Attempts(Store(f"sqlite:///{tmp_path / 'own.sqlite'}"))


def test_waiting_doubles_up_to_an_hour_and_is_forgotten_after_a_day(attempts: Attempts) -> None:
    now = NOON
    for _ in range(5):
        assert attempts.count("mai", "10.0.0.1", now) is None
    for minutes in (1, 2, 4, 8, 16, 32, 60, 60):
        until = attempts.count("mai", "10.0.0.1", now)
        assert until == now + timedelta(minutes=minutes)
        assert attempts.count("mai", "10.0.0.1", until - timedelta(seconds=1)) == until
        assert attempts.count("mai", "10.0.0.1", until) is None
        now = until
    for _ in range(5):
        assert attempts.count("mai", "10.0.0.1", now + timedelta(days=1, seconds=1)) is None


@pytest.mark.parametrize(
    ("wrong", "minutes"), [(0, 0), (4, 0), (5, 1), (6, 2), (10, 32), (11, 60), (10**9, 60)]
)
def test_how_long_one_waits(wrong: int, minutes: int) -> None:
    assert wait_after(wrong, LOGIN) == timedelta(minutes=minutes)


def test_an_address_that_tries_many_logins_waits_and_others_do_not(attempts: Attempts) -> None:
    for number in range(ADDRESS.wrong):
        assert attempts.count(f"login-{number}", "10.0.0.1", NOON) is None
    assert attempts.count("another", "10.0.0.1", NOON) == NOON + timedelta(minutes=1)
    assert attempts.count("another", "10.0.0.2", NOON) is None


def test_of_ipv6_the_network_is_one_address(attempts: Attempts) -> None:
    for number in range(ADDRESS.wrong):
        assert attempts.count(f"login-{number}", f"2001:db8:1:2::{number:x}", NOON) is None
    assert attempts.count("another", "2001:db8:1:2:ffff::1", NOON) is not None
    assert attempts.count("another", "2001:db8:1:3::1", NOON) is None


def test_an_office_where_people_sign_in_well_never_waits(attempts: Attempts) -> None:
    for number in range(3 * ADDRESS.wrong):
        assert attempts.count(f"login-{number}", "10.0.0.1", NOON) is None
        attempts.forgive(f"login-{number}", "10.0.0.1", NOON)


async def test_an_address_begins_only_so_many_sign_ins_a_minute(serve: Serve) -> None:
    portal = await serve(sign_ins_a_minute=3)
    browser = await portal.browser("10.0.0.9")
    answers = [(await tried(browser, f"nobody-{n}")).status_code for n in range(4)]
    assert answers == [403, 403, 403, 429]
    assert (await tried(await portal.browser("10.0.0.8"), "nobody")).status_code == 403


def test_the_rate_is_counted_anew_each_minute() -> None:
    rate = Rate(2)
    assert [rate.over("10.0.0.1", NOON) for _ in range(3)] == [False, False, True]
    assert not rate.over("10.0.0.1", NOON + timedelta(minutes=1))
    assert not rate.over("10.0.0.2", NOON)
