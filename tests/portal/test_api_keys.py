"""API keys: scopes, expiry, revoking, limits; and how refusals are told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from browsing import Serve, Serving
from calling import program
from portal.api.keys import Keys, _hash
from portal.api.limits import Limits
from portal.store import Store

NOW = datetime(2026, 1, 5, tzinfo=UTC)


@pytest.fixture
def keys() -> Keys:
    return Keys(Store("sqlite://"))


def test_a_key_is_known_by_its_secret_until_it_expires(keys: Keys) -> None:
    made, secret = keys.make("nhan-su", ["inputs:read"], NOW + timedelta(days=1), "cb-3", NOW)
    found = keys.find(secret, NOW + timedelta(hours=23))
    assert found is not None
    assert (found.key, found.scopes) == (made.key, frozenset({"inputs:read"}))
    assert keys.find(secret, NOW + timedelta(days=1)) is None
    assert keys.find(secret + "x", NOW) is None


def test_a_revoked_key_is_taken_no_more(keys: Keys) -> None:
    made, secret = keys.make("nhan-su", ["inputs:read"], NOW + timedelta(days=1), "cb-3", NOW)
    assert keys.revoke(made.key, "cb-3", NOW)
    assert keys.find(secret, NOW) is None
    assert not keys.revoke(made.key, "cb-3", NOW)
    assert not keys.may("nhan-su", "inputs:read", NOW)


def test_a_secret_is_kept_nowhere_and_has_256_bits(keys: Keys) -> None:
    made, secret = keys.make("nhan-su", [], NOW + timedelta(days=1), "cb-3", NOW)
    assert len(secret) == len("dicoso_") + 43
    with keys._store.begin() as db:
        rows = db.exec_driver_sql("SELECT * FROM api_keys").all()
    assert secret not in str(rows)
    assert _hash(secret) in str(rows)
    assert keys.all()[made.key] == made


def test_when_a_key_was_last_used_is_written_once_a_minute(keys: Keys) -> None:
    made, secret = keys.make("nhan-su", [], NOW + timedelta(days=1), "cb-3", NOW)
    assert made.last_used is None
    for seconds, expected in ((0, 0), (30, 0), (90, 90)):
        keys.find(secret, NOW + timedelta(seconds=seconds))
        assert keys.all()[made.key].last_used == NOW + timedelta(seconds=expected)


@pytest.mark.parametrize("sent", ["", "Bearer", "Bearer dicoso_x", "Basic eDp5"])
async def test_without_a_key_that_is_taken_nothing_is_answered(portal: Serving, sent: str) -> None:
    client = await program(portal)
    answer = await client.get("/cadres", headers={"Authorization": sent})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.json()["type"] == "urn:dicoso:problem:no-key"


@pytest.mark.parametrize(
    ("path", "scope"),
    [
        ("/inputs", "inputs:read"),
        ("/assessments?year=2019", "assessments:read"),
        ("/commendations?year=2019", "assessments:read"),
        ("/cadres", "roster:read"),
        ("/departments", "roster:read"),
        ("/units", "roster:read"),
        ("/events", "events:read"),
        ("/webhooks", "webhooks:manage"),
    ],
)
async def test_a_key_reads_what_its_scopes_say_and_nothing_else(
    portal: Serving, path: str, scope: str
) -> None:
    assert (await (await program(portal, scope)).get(path)).status_code == 200
    every = (
        "inputs:read",
        "assessments:read",
        "roster:read",
        "roster:write",
        "classifications:write",
        "events:read",
        "webhooks:manage",
    )
    others = await program(portal, *(one for one in every if one != scope))
    answer = await others.get(path)
    assert answer.status_code == 403
    assert answer.json()["about"] == {"scope": scope}


async def test_who_asks_too_much_waits(serve: Serve) -> None:
    portal = await serve(api_requests_a_minute=3)
    client = await program(portal, "roster:read")
    left = [(await client.get("/departments")).headers["ratelimit-remaining"] for _ in range(3)]
    assert left == ["2", "1", "0"]
    answer = await client.get("/departments")
    assert answer.status_code == 429
    assert answer.json()["code"] == "too-many-requests"
    assert 1 <= int(answer.headers["retry-after"]) <= 60
    other = await program(portal, "roster:read")
    assert (await other.get("/departments")).status_code == 200


def test_a_minute_later_as_much_may_be_asked_again() -> None:
    limits = Limits(2)
    assert [limits.ask("k", at).over for at in (0.0, 1.0, 2.0, 59.9, 60.0, 61.0, 62.0)] == [
        False, False, True, True, False, False, True,
    ]  # fmt: skip
    assert limits.ask("k", 70.0).reset == 50


async def test_a_refusal_is_told_in_the_language_asked_for(portal: Serving) -> None:
    client = await program(portal, "roster:read")
    vi = await client.get("/cadres/nobody")
    en = await client.get("/cadres/nobody", headers={"Accept-Language": "en-GB,en;q=0.9"})
    assert (vi.status_code, vi.json()["code"]) == (404, "unknown-cadre")
    assert vi.json()["detail"].startswith("Không có cán bộ này")
    assert en.json()["detail"].startswith("No such cadre")
    assert vi.json()["reason"] == en.json()["reason"]


async def test_what_is_not_there_is_a_problem_too(portal: Serving) -> None:
    client = await program(portal)
    for method, path, status in (("GET", "/nothing", 404), ("PATCH", "/cadres", 405)):
        answer = await client.request(method, path)
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == status


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PATCH", "/cadres", "GET, HEAD"),
        ("POST", "/cadres/a%2Fb", "GET, HEAD"),
        ("GET", "/roster/leave", "POST"),
        ("HEAD", "/roster/leave", "POST"),
        ("PUT", "/webhooks", "GET, HEAD, POST"),
        ("POST", "/webhooks/wh_0123456789abcdef", "DELETE, GET, HEAD"),
        ("DELETE", "/classifications/2019/cb-0013", "PUT"),
        ("POST", "/openapi.json", "GET, HEAD"),
    ],
)
async def test_a_method_that_is_not_taken_is_told_with_those_that_are(
    portal: Serving, method: str, path: str, allowed: str
) -> None:
    answer = await (await program(portal)).request(method, path)
    assert (answer.status_code, answer.headers["allow"]) == (405, allowed)


@pytest.mark.parametrize("path", ["/cadres", "/cadres/cb-0013", "/units?format=csv", "/cadres/x"])
async def test_head_says_of_what_can_be_read_all_but_the_content(
    portal: Serving, path: str
) -> None:
    client = await program(portal)
    whole, head = await client.get(path), await client.head(path)
    assert (head.status_code, head.content) == (whole.status_code, b"")
    for name in ("content-type", "content-length", "etag", "link", "content-disposition"):
        assert head.headers.get(name) == whole.headers.get(name)


async def test_a_session_of_a_browser_is_no_key(portal: Serving) -> None:
    browser = await portal.signed_in_as("cb-0003")
    assert (await browser.get("/api/v1/cadres")).status_code == 401
