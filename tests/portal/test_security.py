"""What guards the portal: headers, cookies, forms, sizes, logs; and who asks the services."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import httpx2
import pytest
from fastapi import Request, Response
from fastapi.routing import APIRoute
from sqlalchemy import text

from browsing import PASSWORD, Browser, Serve, Serving, hidden
from conftest import Nats, end_with_tests
from console.suite import free_port
from portal.app import ROUTERS
from portal.asking import Asks
from portal.recognising import asks
from portal.security import HEADERS, READING, UPLOADS
from portal.store import Store
from shared.language.planning import DelegateAuthority
from shared.refused import Refused
from suite.conftest import Up, dicoso

HTTPS = "https://dicoso.example.vn"


# --- headers and cookies ------------------------------------------------------------------------


async def boom() -> None:
    raise RuntimeError("nobody foresaw this")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/account", 200),
        ("GET", "/sign-in", 303),
        ("GET", "/nowhere", 404),
        ("DELETE", "/account", 403),
        ("PUT", "/health", 403),
        ("GET", "/accounts", 403),
        ("GET", "/cadres/cb-0014?year=2019", 403),
        ("GET", "/cadres/nobody?year=2019", 403),
        ("GET", "/cadres/cb-0013?year=x", 422),
        ("POST", "/account/email", 403),
        ("GET", "/boom", 500),
        ("GET", "/health", 200),
        ("GET", "/robots.txt", 200),
        ("GET", "/static/dicoso.css", 200),
        ("GET", "/static/nothing.css", 404),
        ("GET", "/invitations/none", 404),
        ("GET", "/notices/99999999999999999999", 422),
        ("GET", "/notices?before=99999999999999999999999", 422),
    ],
)
async def test_every_kind_of_response_has_the_headers(
    serve: Serve, method: str, path: str, status: int
) -> None:
    portal = await serve(portal_url=HTTPS)
    portal.app.add_api_route("/boom", boom)
    browser = await portal.signed_in_as("cb-0013")
    answer = await browser.request(method, path)
    if status == 403 and method in ("PUT", "DELETE"):
        status = 405
    assert answer.status_code == status
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    assert answer.headers["strict-transport-security"].startswith("max-age=")
    cached = answer.headers.get("cache-control")
    assert (cached == "no-store") == (not path.startswith("/static/"))
    assert "server" not in answer.headers


async def test_no_page_has_a_script_or_style_of_its_own(portal: Serving) -> None:
    organisation = await portal.signed_in_as("cb-0003")
    stranger = await portal.browser()
    token = portal.state.invitations.invite(
        portal.state.accounts.make("mai", cadre="cb-0013"), datetime.now(UTC)
    )
    for browser, path in (
        (organisation, "/account"),
        (organisation, "/accounts"),
        (organisation, "/?year=2019"),
        (stranger, "/sign-in"),
        (stranger, f"/invitations/{token}"),
    ):
        page = (await browser.get(path)).text
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]* src=)", page), path
        assert not re.search(r'(src|href)="(https?:)?//', page), path
        assert page.count("<h1") == 1


async def test_an_unforeseen_error_is_told_without_what_it_was(portal: Serving) -> None:
    portal.app.add_api_route("/boom", boom)
    answer = await (await portal.browser()).get("/boom")
    assert answer.status_code == 500
    assert "nobody foresaw" not in answer.text


@pytest.mark.parametrize("url", ["", HTTPS])
async def test_cookies_are_for_this_host_alone_and_no_script(serve: Serve, url: str) -> None:
    portal = await serve(portal_url=url)
    portal.state.accounts.make("mai", cadre="cb-0013", password=PASSWORD)
    browser = await portal.browser()
    page = await browser.get("/sign-in")
    form = {**hidden(page.text, "/sign-in"), "login": "mai", "password": PASSWORD}
    answer = await browser.post("/sign-in", data=form)
    assert answer.status_code == 303
    set_ = [*page.headers.get_list("set-cookie"), *answer.headers.get_list("set-cookie")]
    assert len(set_) == 2
    for one in set_:
        attributes = {part.strip().lower() for part in one.split(";")[1:]}
        assert {"httponly", "path=/", "samesite=lax"} <= attributes
        assert ("secure" in attributes) == bool(url)
        assert one.startswith("__Host-") == bool(url)
        assert not any(part.startswith("domain") for part in attributes)
    assert ("strict-transport-security" in answer.headers) == bool(url)


# --- forms --------------------------------------------------------------------------------------


async def test_no_form_of_a_session_is_taken_from_elsewhere(portal: Serving) -> None:
    browser = await portal.signed_in_as("cb-0003")
    other = await portal.signed_in_as("cb-0004")
    anothers = await other.csrf()
    routes = [
        (method, route.path)
        for router in ROUTERS
        for route in router.routes
        if isinstance(route, APIRoute)
        for method in (route.methods or set()) - READING
    ]
    opening = {"/sign-in", "/sign-in/openid", "/invitations/{token}"}
    opening |= {"/notices/confirm/{token}", "/notices/stop/{token}"}  # of whoever has the letter
    assert len(routes) > len(opening)
    for method, path in routes:
        if path in opening:
            continue
        for form in ({}, {"csrf": ""}, {"csrf": anothers}, {"csrf": "x" * 32}):
            answer = await browser.request(
                method, re.sub(r"\{[^}]*\}", "x", path), data={"language": "en", **form}
            )
            assert answer.status_code in (403, 422), path
            if answer.status_code == 403:
                assert "không từ trang của phiên làm việc này" in answer.text
    assert (await browser.get("/account")).status_code == 200, "nobody was signed out by it"
    mine = portal.state.accounts.of_login("cb-0003")
    assert mine is not None
    assert mine.language == "vi"


async def test_nobody_is_signed_in_to_anothers_account_by_a_form_from_elsewhere(
    portal: Serving,
) -> None:
    portal.state.accounts.make("thief", cadre="cb-0013", password=PASSWORD)
    typed = {"login": "thief", "password": PASSWORD}
    victim, thief = await portal.browser(), await portal.browser()
    thiefs = hidden((await thief.get("/sign-in")).text, "/sign-in")
    for form in ({}, {"csrf": ""}, thiefs):
        answer = await victim.post("/sign-in", data={**form, **typed})
        assert answer.status_code == 403
        assert "dicoso" not in victim.cookies
    signed_in = await portal.signed_in_as("cb-0014")
    await signed_in.post("/sign-in", data={**thiefs, **typed})
    assert "cb-0014" in (await signed_in.get("/account")).text


# --- hosts ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    ["/accounts/", "/notices/", "/sign-in/", "/static", "/api/v1", "/api/v1/cadres/", "/api/v1/x/"],
)
async def test_nobody_is_led_to_the_host_that_a_request_names(portal: Serving, path: str) -> None:
    browser = await portal.signed_in_as("cb-0003")
    answer = await browser.get(path, headers={"Host": "evil.example"})
    assert answer.status_code == 404
    assert "evil.example" not in f"{answer.headers}{answer.text}"
    problem = answer.headers["content-type"] == "application/problem+json"
    assert problem == path.startswith("/api/v1")


# --- sizes ----------------------------------------------------------------------------------------


async def test_what_is_too_large_is_refused_before_it_is_kept(
    portal: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = 0

    async def take(request: Request) -> Response:
        nonlocal taken
        async for part in request.stream():
            taken += len(part)
        return Response()

    portal.app.add_api_route("/take", take, methods=["POST"])
    browser = await portal.browser()

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(64):
            yield b"x" * 65536

    declared = await browser.post("/take", content=b"x" * (1024 * 1024 + 1))
    assert (declared.status_code, taken) == (413, 0)
    chunked = await browser.post("/take", content=pieces())
    assert chunked.status_code == 413
    assert taken <= 1024 * 1024
    assert "quá lớn" in chunked.text
    monkeypatch.setitem(UPLOADS, "/take", 8 * 1024 * 1024)
    assert (await browser.post("/take", content=pieces())).status_code == 200
    page = await browser.get("/sign-in")
    form = {**hidden(page.text, "/sign-in"), "login": "x" * 2_000_000, "password": "y"}
    assert (await browser.post("/sign-in", data=form)).status_code == 413


# --- proxies --------------------------------------------------------------------------------------


async def wrong_from(portal: Serving, host: str, forwarded: str) -> int:
    browser = await portal.browser(host)
    browser.headers["X-Forwarded-For"] = forwarded
    answer = await browser.send_form("/sign-in", "/sign-in", login="nobody", password="x")
    return answer.status_code


@pytest.mark.parametrize(
    ("proxies", "host", "forwarded", "counted"),
    [
        ("", "127.0.0.1", "192.0.2.{}", "one"),  # none is trusted, not even this machine's
        ("10.9.9.9", "10.9.9.8", "192.0.2.{}", "one"),  # a stranger says so
        ("10.9.9.9", "10.9.9.9", "192.0.2.{}", "each"),
        ("10.9.9.0/24", "10.9.9.9", "192.0.2.{}", "each"),
        ("10.9.9.9", "10.9.9.9", "192.0.2.{}, 192.0.2.77", "one"),  # what the client itself said
        ("10.9.9.9, 10.9.9.8", "10.9.9.9", "192.0.2.{}, 10.9.9.8", "each"),
    ],
)
async def test_where_somebody_comes_from_is_what_a_trusted_proxy_says_alone(
    serve: Serve, proxies: str, host: str, forwarded: str, counted: str
) -> None:
    portal = await serve(proxies=proxies, sign_ins_a_minute=1)
    answers = [await wrong_from(portal, host, forwarded.format(n)) for n in (1, 2)]
    assert answers == [403, 429 if counted == "one" else 403]


# --- logs -----------------------------------------------------------------------------------------


@pytest.fixture
def logging_portal(suite: Up, tmp_path: Path) -> Iterator[tuple[str, Path, Path]]:
    """A portal as it is run, telling all it can: its URL, its log and its store."""
    port, log, store = free_port(), tmp_path / "portal.log", tmp_path / "portal.sqlite"
    given = {
        "DICOSO_NATS": suite.nats,
        "DICOSO_DATA": str(suite.data),
        "DICOSO_PORTAL_STORE": f"sqlite:///{store}",
        "DICOSO_PORTAL_PORT": str(port),
        "DICOSO_LOG_LEVEL": "debug",
        "DICOSO_OIDC_DISCOVERY": f"http://127.0.0.1:{free_port()}/",
        "DICOSO_OIDC_CLIENT_SECRET": "the-clients-secret",
    }
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "portal"],
            env={**os.environ, **given},
            stdout=file,
            stderr=file,
            preexec_fn=end_with_tests,
        )
    yield f"http://127.0.0.1:{port}", log, store
    process.terminate()
    process.wait(20)


async def test_no_secret_is_ever_logged(suite: Up, logging_portal: tuple[str, Path, Path]) -> None:
    url, log, store = logging_portal
    named = {"DICOSO_PORTAL_STORE": f"sqlite:///{store}", "DICOSO_DATA": str(suite.data)}
    invited = dicoso("portal", "invite", "cb-0013", **named)
    assert invited.returncode == 0, invited.stderr
    [path] = re.findall(r"/invitations/\S+", invited.stdout)
    async with Browser(base_url=url) as browser:
        await until_up(browser)
        secrets = await everything_secret(browser, path)
        with Store(f"sqlite:///{store}").begin() as db:
            db.execute(text("DROP TABLE sessions"))
        assert (await browser.get("/account")).status_code == 500
    told = log.read_text()
    for event in ("invitation-taken-up", "signed-in", "sign-in-refused", "openid-away", "failed"):
        assert event in told, "the test would see nothing"
    assert "OperationalError" in told
    for secret in (*secrets, path.rpartition("/")[2], PASSWORD, "the-clients-secret"):
        assert secret not in told


async def until_up(browser: Browser) -> None:
    for _ in range(1200):
        try:
            if (await browser.get("/health")).status_code == 200:
                return
        except httpx2.HTTPError:
            pass
        await asyncio.sleep(0.1)
    raise AssertionError("the portal does not start")


async def everything_secret(browser: Browser, path: str) -> list[str]:
    """Go through all that handles secrets; which they were."""
    assert (await browser.send_form(path, password=PASSWORD, again=PASSWORD)).status_code == 303
    first = browser.cookies["dicoso"]
    csrf = await browser.csrf()
    assert (await browser.send_form("/account", "/sign-out")).status_code == 303
    for password, status in (("wrong-but-secret", 403), (PASSWORD, 303)):
        answer = await browser.send_form("/sign-in", "/sign-in", login="cb-0013", password=password)
        assert answer.status_code == status
    second = browser.cookies["dicoso"]
    await browser.post("/account/password", data={"csrf": "wrong", "old": PASSWORD})
    await browser.get(f"{path}x")
    await browser.get("/sign-in/openid?state=a-secret-state&code=a-secret-code")
    stranger = Browser(base_url=browser.base_url)
    answer = await stranger.send_form("/sign-in", "/sign-in/openid")
    assert answer.status_code == 503
    await stranger.aclose()
    return [first, second, csrf, "wrong-but-secret", "a-secret-state", "a-secret-code"]


# --- health ---------------------------------------------------------------------------------------


async def test_health_tells_that_the_bus_is_away(
    serve: Serve, own_nats: Nats, tmp_path: Path
) -> None:
    portal = await serve(nats=own_nats.url, data=tmp_path / "data")
    browser = await portal.browser()
    assert (await browser.get("/health")).json() == {"bus": "ok", "store": "ok"}
    own_nats.kill()
    answer = await browser.get("/health")
    assert (answer.status_code, answer.json()["bus"]) == (503, "away")
    with portal.state.store.begin() as db:
        db.execute(text("DROP TABLE accounts"))
    assert (await browser.get("/health")).json() == {"bus": "away", "store": "away"}


async def test_search_engines_are_sent_away(portal: Serving) -> None:
    assert "Disallow: /" in (await (await portal.browser()).get("/robots.txt")).text


# --- who asks the services ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("cb-0013", 200),  # themselves
        ("cb-0014", 403),  # another cadre
        ("cb-0003", 200),  # organisation
        ("cb-0001", 200),  # standing
        ("auditor", 200),
        ("operations", 403),
        ("nobody-on-the-roster", 403),
    ],
)
async def test_the_services_judge_who_looks_at_a_year(
    portal: Serving, who: str, status: int
) -> None:
    if who in ("auditor", "operations"):
        browser = await portal.signed_in_as(office=who)  # type: ignore[arg-type]
    else:
        browser = await portal.signed_in_as(who)
    answer = await browser.get("/cadres/cb-0013?year=2019")
    assert answer.status_code == status, answer.text


async def asking(portal: Serving, cadre: str) -> Asks:
    """What a page of this cadre asks with."""
    browser = await portal.signed_in_as(cadre)
    held: list[Asks] = []

    async def hold(request: Request) -> Response:
        held.append(await asks(request, request.state.visitor))
        return Response()

    portal.app.add_api_route(f"/hold/{cadre}", hold)
    answer = await browser.get(f"/hold/{cadre}")
    assert answer.status_code == 200, answer.text
    return held[0]


async def test_what_somebody_does_stands_under_their_name_and_what_they_see_knows_of_it(
    portal: Serving,
) -> None:
    leader = await asking(portal, "cb-0004")
    command = DelegateAuthority.model_validate(
        {
            "cadre": "cb-0004",
            "to": "cb-0013",
            "from": date(2031, 1, 1),
            "until": date(2031, 1, 2),
            "reason": "thử",
        }
    )
    done = await leader.obey(command, "security-delegate-1")
    page = await (await asking(portal, "cb-0001")).ask(
        "planning", "entries", after=done.position - 1, limit=1
    )
    [entry] = page["entries"]
    assert entry["actor"] == "cb-0004"
    person = await leader.ask("planning", "person", cadre="cb-0004", on="2031-01-01")
    assert person["delegations"]["given"][-1]["to"] == "cb-0013"
    with pytest.raises(Refused, match="not-permitted"):
        await (await asking(portal, "cb-0013")).obey(command, "security-delegate-2")


async def test_nobody_acts_for_one_who_has_not_delegated_to_them(portal: Serving) -> None:
    cadre = await asking(portal, "cb-0013")
    with pytest.raises(Refused, match="not-permitted"):
        await cadre.for_("cb-0003").ask("planning", "roster", limit=1)


async def test_a_portal_whose_key_the_services_do_not_know_is_believed_nothing(
    serve: Serve, tmp_path: Path
) -> None:
    portal = await serve(data=tmp_path / "stranger")
    for browser in (
        await portal.signed_in_as("cb-0013"),
        await portal.signed_in_as(office="auditor"),
    ):
        answer = await browser.get("/cadres/cb-0013?year=2019")
        assert answer.status_code == 503
        assert "Cán bộ 0013" not in answer.text


# --- a session that has ended ---------------------------------------------------------------------

HERE = {"Sec-Fetch-Site": "same-origin"}


async def test_what_was_typed_outlives_its_session(portal: Serving) -> None:
    browser = await portal.signed_in_as("cb-0013")
    page = "/visits/new?year=2019"
    said = {"unit": "Đoàn Phường Vũ Ninh, không rõ mã", "from": "2019-12-03", "to": "2019-12-03"}
    typed = {**hidden((await browser.get(page)).text), **said}
    await browser.post("/sign-out", data={"csrf": typed["csrf"]})
    held = await browser.post("/visits/new", data=typed, headers=HERE)
    assert held.status_code == 401
    assert "Phiên làm việc đã kết thúc" in held.text
    assert hidden(held.text)["unit"] == said["unit"]
    again = await portal.signed_in_as("cb-0013")
    changed = await again.post("/visits/new", data=hidden(held.text), headers=HERE)
    assert changed.status_code == 403
    assert "thuộc phiên làm việc trước" in changed.text
    sent = await again.post("/visits/new", data=hidden(changed.text), headers=HERE)
    assert sent.status_code == 422
    assert said["unit"] in sent.text


@pytest.mark.parametrize(
    "headers", [{}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}]
)
async def test_a_form_from_elsewhere_is_not_offered_to_be_sent(
    portal: Serving, headers: dict[str, str]
) -> None:
    browser = await portal.signed_in_as("cb-0013")
    answer = await browser.post("/visits/new", data={"unit": "X09163"}, headers=headers)
    assert answer.status_code == 403
    assert "X09163" not in answer.text


async def test_a_password_is_typed_anew(portal: Serving) -> None:
    browser = await portal.signed_in_as("cb-0013")
    typed = {"old": PASSWORD, "password": "một mật khẩu khác, dài", "again": "x"}
    answer = await browser.post("/account/password", data=typed, headers=HERE)
    assert answer.status_code == 403
    assert PASSWORD not in answer.text
