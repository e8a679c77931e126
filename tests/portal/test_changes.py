"""Pages that update by themselves: who is told of what, when it ends, and who may not watch."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from datetime import timedelta
from typing import Any

import httpx2
import nats
import pytest
import uvicorn
from nats.aio.msg import Msg

from browsing import Browser, Serving
from papers import obeyed
from portal.pages import changes
from portal.recognising import REFRESH
from portal.watching import MOST_OF_SESSION, Told, Watcher, Watching, concerns
from shared.answers import Done
from shared.asker import ASKER
from shared.bus import AFTER, Bus, read_after
from shared.clock import today
from shared.language.planning import (
    AssignUnit,
    DelegateAuthority,
    TransferCadre,
    WithdrawDelegation,
)
from suite.conftest import Up

LEADER, THEIR_CADRE, ANOTHER, ORGANISATION = "cb-0007", "cb-0008", "cb-0009", "cb-0003"


# --- who is told ------------------------------------------------------------------------------


def told(type: str, subject: str, key: str = "") -> Told:
    return Told(type, subject, key)


VISIT = told("visits.visit-logged.v1", "diary/2019/cb-1", "cb-1")
PLAN = told("planning.plan-submitted.v1", "plan/2019/2019-Q1/cb-1", "cb-1")
LYING = told("planning.plan-received.v1", "consolidated/2019/2019-Q1/1/*", "consolidated/*")
FORWARDED = told(
    "planning.plans-forwarded.v1", "consolidated/2019/2019-Q1/0/ban-a", "consolidated/ban-a"
)
MOVED = told("planning.cadre-transferred.v1", "cadre/cb-9", "cb-9")
REGIME = told("planning.regime-amended.v1", "regime/2019", "regime/2019")
PARKED = told("parking.fact-parked.v1", "parked/planning/07", "parked/planning/07")
SEEN = told("log.checkpoint-seen.v1", "log/visits", "log/visits")
DENIED = told("rights.access-denied.v1", "denials/cb-2", "denials/cb-2")


@pytest.mark.parametrize(
    ("topic", "hears"),
    [
        ("cadre:cb-1", [VISIT, PLAN, LYING, FORWARDED, REGIME]),
        ("cadre:cb-2", [REGIME]),
        ("department:ban-a", [VISIT, PLAN, LYING, FORWARDED, MOVED, REGIME]),
        ("department:ban-b", [LYING, MOVED, REGIME]),
        ("plans:2019-Q1", [PLAN, LYING, FORWARDED]),
        ("plans:2019-Q2", []),
        ("ops", [PARKED]),
        ("all", [VISIT, PLAN, LYING, FORWARDED, MOVED, REGIME, PARKED]),
        ("nothing", []),
    ],
)
def test_a_page_is_told_of_what_it_shows_and_of_nothing_else(topic: str, hears: list[Told]) -> None:
    people = frozenset({"cb-1"}) if topic == "department:ban-a" else frozenset[str]()
    places = frozenset({"ban-a"}) if topic == "cadre:cb-1" else frozenset[str]()
    watcher = Watcher(frozenset({topic}), "s", people=people, places=places)
    every = [VISIT, PLAN, LYING, FORWARDED, MOVED, REGIME, PARKED, SEEN, DENIED]
    assert [one for one in every if concerns(one, watcher)] == hears


def test_a_leaders_page_of_plans_is_of_their_own_people() -> None:
    async def nobody() -> list[str]:
        return []

    watcher = Watcher(frozenset({"plans:2019-Q1"}), "s", nobody, frozenset({"cb-7"}))
    assert not concerns(PLAN, watcher)
    assert concerns(PLAN, Watcher(watcher.topics, "s", nobody, frozenset({"cb-1"})))


def event(one: Told) -> bytes:
    content = {"type": one.type, "subject": one.subject, "partitionkey": one.partitionkey}
    return json.dumps({**content, "data": {"deep": [1, 2]}}).encode()


async def test_however_much_happens_one_word_waits() -> None:
    watching = Watching()
    with watching.watch(Watcher(frozenset({"cadre:cb-1"}), "s"), 0) as watcher:
        for _ in range(10_000):
            await watching.heard(event(VISIT))
        assert await watcher.changed(1)
        watcher.taken()
        assert not await watcher.changed(0)
        await watching.heard(b"not an event")
        await watching.heard(event(SEEN))
        assert not await watcher.changed(0)
    assert len(watching) == 0


async def test_how_far_each_service_has_come_is_known() -> None:
    watching = Watching()
    for id in ("visits:7", "planning:3", "visits:5", "", "visits:x"):
        await watching.heard(json.dumps({"type": "t", "subject": "s", "id": id}).encode())
    assert watching.positions == {"visits": 7, "planning": 3}


async def test_what_came_between_the_page_and_its_watching_is_told() -> None:
    clock = [100.0]
    watching = Watching(lambda: clock[0])
    await watching.heard(event(VISIT))
    clock[0] = 110.0
    topics = frozenset({"cadre:cb-1"})
    with watching.watch(Watcher(topics, "s"), ago=5) as late:
        assert not await late.changed(0)
    with watching.watch(Watcher(topics, "s"), ago=15) as before:
        assert await before.changed(0)


def test_one_session_watches_so_many_pages_and_no_more() -> None:
    watching = Watching()
    with ExitStack() as stack:
        for _ in range(MOST_OF_SESSION):
            assert not watching.full("s")
            stack.enter_context(watching.watch(Watcher(frozenset({"all"}), "s"), 0))
        assert watching.full("s")
        assert not watching.full("another")
    assert not watching.full("s")


# --- over HTTP --------------------------------------------------------------------------------


@asynccontextmanager
async def served(portal: Serving) -> AsyncIterator[str]:
    """The same portal on a port of loopback: a stream is not to be had otherwise."""
    config = uvicorn.Config(portal.app, port=0, lifespan="off", log_level="warning")
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = server.force_exit = True
        await task


class Stream:
    """What a page hears, line by line."""

    def __init__(self, answer: httpx2.Response) -> None:
        self.answer = answer
        self._lines = answer.aiter_lines()

    async def until(self, line: str) -> None:
        """Read on up to a line; a test that waits in vain is ended by its own time."""
        async with asyncio.timeout(20):
            async for found in self._lines:
                if found == line:
                    return
        raise AssertionError(f"the stream ended without {line}")

    async def ends(self) -> None:
        async with asyncio.timeout(20):
            async for _ in self._lines:
                pass


@asynccontextmanager
async def watched(url: str, browser: Browser, of: str, **said: str) -> AsyncIterator[Stream]:
    cookies = {cookie.name: cookie.value or "" for cookie in browser.cookies.jar}
    async with (
        httpx2.AsyncClient(base_url=url, cookies=cookies, timeout=30) as client,
        client.stream("GET", "/changes", params={"of": of, **said}) as answer,
    ):
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        stream = Stream(answer)
        await stream.until(": watching")
        yield stream


def claims(header: str) -> dict[str, Any]:
    """What a header says of who asks; nothing where there is none."""
    said = header.partition(".")[0]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(said + "==") or "{}")
    return found


async def assign(bus: Bus, cadre: str, day: str) -> Done:
    """Something recorded of a cadre."""
    unit = {"unit": "X09163", "from": day, "to": day}
    return await bus.obey(AssignUnit.model_validate({"cadre": cadre, **unit}))


async def transfer(bus: Bus, cadre: str, department: str, on: str) -> None:
    command = {"cadre": cadre, "department": department, "position": "", "on": on}
    await bus.obey(TransferCadre.model_validate(command))


async def test_a_page_hears_that_what_it_shows_has_changed(portal: Serving, suite: Up) -> None:
    mine = await portal.signed_in_as(THEIR_CADRE)
    leader = await portal.signed_in_as(LEADER)
    organisation = await portal.signed_in_as(ORGANISATION)
    async with (
        served(portal) as url,
        watched(url, mine, f"cadre:{THEIR_CADRE}") as page,
        watched(url, leader, "department:ban-truong-hoc,plans:2019-Q1") as department,
        watched(url, organisation, "all") as whole,
        await suite.bus() as bus,
    ):
        assert len(portal.app.state.watching) == 3
        await assign(bus, THEIR_CADRE, "2026-03-02")
        for stream in (page, department, whole):
            await stream.until("event: changed")
    async with asyncio.timeout(20):  # whoever leaves is forgotten
        while len(portal.app.state.watching):  # noqa: ASYNC110 - the server finds it out
            await asyncio.sleep(0.05)


async def test_a_page_that_is_fetched_again_is_made_by_services_that_know_of_the_news(
    portal: Serving, suite: Up
) -> None:
    mine = await portal.signed_in_as(THEIR_CADRE)
    asked: list[dict[str, int]] = []

    async def overhear(message: Msg) -> None:
        headers = message.headers or {}
        if claims(headers.get(ASKER, "")).get("cadre") == THEIR_CADRE:
            asked.append(read_after(headers[AFTER]))

    connection = await nats.connect(suite.nats)
    await connection.subscribe("ask.appraisal.>", cb=overhear)
    await connection.flush()
    async with served(portal) as url, watched(url, mine, f"cadre:{THEIR_CADRE}") as page:
        async with await suite.bus() as bus:
            done = await assign(bus, THEIR_CADRE, "2026-03-09")
        await page.until("event: changed")
        for refreshed in ({}, {REFRESH: "1"}):
            asked.clear()
            assert (await mine.get("/?year=2019", headers=refreshed)).status_code == 200
            async with asyncio.timeout(10):
                while not asked:  # noqa: ASYNC110 - it is overheard on its way
                    await asyncio.sleep(0.01)
            known = [one.get("planning", 0) >= done.position for one in asked]
            assert known == [bool(refreshed)] * len(known)
    await connection.close()


async def test_a_cadre_hears_that_their_departments_plan_was_forwarded(portal: Serving) -> None:
    cadre = await portal.signed_in_as(THEIR_CADRE)
    where = "consolidated/2019/2019-Q1/0/ban-truong-hoc"
    async with served(portal) as url, watched(url, cadre, f"cadre:{THEIR_CADRE}") as page:
        await portal.app.state.watching.heard(event(told(FORWARDED.type, where)))
        await page.until("event: changed")


async def test_who_holds_a_delegation_watches_as_whoever_gave_it(
    portal: Serving, suite: Up
) -> None:
    giver, delegate = "cb-0004", await portal.signed_in_as("cb-0009")
    pages = ("waiting", "department:van-phong", "plans:2019-Q1")
    day = today()
    said: dict[str, Any] = {"cadre": giver, "to": "cb-0009"}
    dates = {"from": day.isoformat(), "until": (day + timedelta(days=3)).isoformat()}
    async with served(portal) as url, await suite.bus() as bus:
        for topic in pages:
            answer = await delegate.get("/changes", params={"of": topic, "for": giver})
            assert answer.status_code == 403
        await obeyed(bus, DelegateAuthority, **said, **dates, reason="Đi học")
        portal.app.state.persons.clear()
        for number, topic in enumerate(pages, 4):
            async with watched(url, delegate, topic, **{"for": giver}) as page:
                await assign(bus, "cb-0014", f"2026-03-{number:02}")
                if not topic.startswith("plans"):
                    await page.until("event: changed")
            alone = await delegate.get("/changes", params={"of": topic})
            assert alone.status_code == 403
            another = await delegate.get("/changes", params={"of": topic, "for": LEADER})
            assert another.status_code == 403
        await obeyed(bus, WithdrawDelegation, **said, on=day.isoformat(), reason="Đã về")


async def test_a_page_that_shows_nothing_of_it_hears_that_the_portal_lives(
    portal: Serving, suite: Up, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "BEAT", 0.05)
    cadre = await portal.signed_in_as(THEIR_CADRE)
    async with served(portal) as url, watched(url, cadre, "nothing") as page:
        await page.until(": beat")


async def test_a_sign_of_life_comes_and_signing_out_ends_it(
    portal: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "BEAT", 0.05)
    browser = await portal.signed_in_as(THEIR_CADRE)
    async with served(portal) as url, watched(url, browser, f"cadre:{THEIR_CADRE}") as page:
        await page.until(": beat")
        answer = await browser.send_form("/?year=2019", "/sign-out")
        assert answer.status_code == 303
        await page.until("event: ended")
        await page.ends()


async def test_who_loses_the_right_is_told_no_more(
    portal: Serving, suite: Up, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "BEAT", 0.05)
    leader = await portal.signed_in_as("cb-0005")
    async with await suite.bus() as bus, served(portal) as url:
        async with watched(url, leader, "cadre:cb-0012") as page:
            await page.until(": beat")
            await transfer(bus, "cb-0012", "van-phong", "2026-03-02")
            await page.ends()
        await transfer(bus, "cb-0012", "ban-tuyen-giao", "2026-03-03")


async def test_who_may_not_see_a_cadre_may_not_watch_them(portal: Serving, suite: Up) -> None:
    asked: list[tuple[dict[str, Any], str, int]] = [
        ({"cadre": ANOTHER}, f"cadre:{THEIR_CADRE}", 403),
        ({"cadre": ANOTHER}, "all", 403),
        ({"cadre": ANOTHER}, "waiting", 403),
        ({"cadre": ANOTHER}, "plans:2019-Q1", 403),
        ({"cadre": LEADER}, "department:van-phong", 403),
        ({"cadre": LEADER}, f"cadre:{ANOTHER}", 403),
        ({"cadre": LEADER}, "ops", 403),
        ({"office": "operations"}, "all", 403),
        ({"cadre": LEADER}, "everything", 400),
        ({"cadre": LEADER}, "cadre:", 400),
        ({"cadre": LEADER}, ",".join(f"cadre:cb-{n}" for n in range(9)), 400),
    ]
    for who, topics, status in asked:
        browser = await portal.signed_in_as(**who)
        answer = await browser.get("/changes", params={"of": topics})
        assert answer.status_code == status, (who, topics)
    stranger = await portal.browser()
    assert (await stranger.get("/changes", params={"of": "all"})).status_code == 303
    async with await suite.bus() as bus:
        denials = (await bus.ask("planning", "denials", limit=500))["rows"]
    assert any(one["asker"] == ANOTHER and one["about"] == THEIR_CADRE for one in denials)
