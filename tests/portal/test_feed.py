"""The feed: every fact in order and without gaps, by pages, by waiting, as a stream."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest
import uvicorn

from browsing import Serving
from calling import program
from shared.bus import Bus
from shared.language.planning import AppointCadre
from shared.services import SERVICES
from suite.conftest import Up


async def everything(client: httpx2.AsyncClient, service: str, limit: int = 500) -> list[Any]:
    found: list[Any] = []
    after = 0
    while True:
        asked = f"/events?service={service}&after={after}&limit={limit}"
        page = (await client.get(asked)).json()
        found += page["events"]
        if not page["events"]:
            assert page["next"] == after
            return found
        after = page["next"]


async def test_each_service_tells_every_position_once_and_in_order(portal: Serving) -> None:
    client = await program(portal, "events:read")
    for service in SERVICES:
        events = await everything(client, service)
        assert [int(one["sequence"]) for one in events] == [*range(1, len(events) + 1)]
        assert [one["id"] for one in events] == [
            f"{service}:{number}" for number in range(1, len(events) + 1)
        ]
        assert len(events) > 40


async def test_whoever_comes_back_goes_on_where_they_were(portal: Serving) -> None:
    client = await program(portal, "events:read")
    first = (await client.get("/events?service=visits&limit=40")).json()
    rest = (await client.get(f"/events?service=visits&after={first['next']}&limit=40")).json()
    assert int(rest["events"][0]["sequence"]) == int(first["events"][-1]["sequence"]) + 1
    whole = (await client.get("/events?service=visits&limit=80")).json()
    assert whole["events"] == first["events"] + rest["events"]


async def test_who_waits_is_told_as_soon_as_there_is_something(portal: Serving, suite: Up) -> None:
    client = await program(portal, "events:read")
    head = (await client.get("/events?service=planning&limit=1")).json()["head"]
    waiting = asyncio.create_task(client.get(f"/events?service=planning&after={head}&wait=30"))
    await asyncio.sleep(0.5)
    assert not waiting.done()
    async with await Bus.connect(suite.nats, "test", patience=30) as bus:
        await bus.obey(AppointCadre(cadre="feed-waits", department="van-phong"))
    events = (await waiting).json()["events"]
    assert "feed-waits" in [one["data"].get("cadre") for one in events if "data" in one]


async def test_who_waits_in_vain_gets_an_empty_page(portal: Serving) -> None:
    client = await program(portal, "events:read")
    head = (await client.get("/events?service=planning&limit=1")).json()["head"]
    page = (await client.get(f"/events?service=planning&after={head}&wait=1")).json()
    assert (page["events"], page["next"]) == ([], head)


@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
async def test_a_position_that_the_ledger_has_not_come_to_is_refused(
    portal: Serving, accept: str
) -> None:
    client = await program(portal, "events:read")
    asked = "/events?service=planning&after=1099511627776&wait=1"
    answer = await client.get(asked, headers={"Accept": accept})
    assert (answer.status_code, answer.json()["code"]) == (409, "position-ahead")
    assert answer.json()["about"]["head"] > 40


async def test_personal_texts_are_sealed_but_for_those_who_may_read_them(
    portal: Serving, suite: Up
) -> None:
    async with await Bus.connect(suite.nats, "test", patience=30) as bus:
        done = await bus.obey(
            AppointCadre(cadre="feed-seals", department="van-phong", name="Trần Kín Đáo")
        )
    asked = f"/events?service=planning&after={done.position - 1}&limit=1"
    sealed = await program(portal, "events:read")
    closed = (await sealed.get(asked)).json()["events"][0]["data"]["name"]
    assert closed.startswith("sealed:1:")
    refused = await sealed.get(f"{asked}&opened=true")
    assert (refused.status_code, refused.json()["about"]) == (403, {"scope": "events:personal"})
    opened = await program(portal, "events:read", "events:personal")
    event = (await opened.get(f"{asked}&opened=true")).json()["events"][0]
    assert event["data"]["name"] == "Trần Kín Đáo"


async def test_who_was_denied_what_is_not_told(portal: Serving, suite: Up) -> None:
    denied = await program(portal, "roster:write")
    body = {"cadre": "cb-0014", "role": "standing", "on": "2019-06-01"}
    answer = await denied.post("/roster/roles", json=body, headers={"Idempotency-Key": "feed-1"})
    assert answer.status_code == 403
    client = await program(portal, "events:read")
    events = await everything(client, "planning")
    denials = [one for one in events if one["type"] == "rights.access-denied.v1"]
    assert denials
    assert all("data" not in one for one in denials)


# --- as a stream ------------------------------------------------------------------------------


@asynccontextmanager
async def over_tcp(portal: Serving) -> AsyncIterator[str]:
    """The portal on a port: a stream in one process would never yield."""
    config = uvicorn.Config(portal.app, port=0, log_level="warning", lifespan="off")
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 — uvicorn has no event for it
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}/api/v1"
    finally:
        server.should_exit = server.force_exit = True
        await task


async def streamed(
    client: httpx2.AsyncClient, url: str, **headers: str
) -> AsyncGenerator[Any, None]:
    """The events of a stream, each with the id that it came with."""
    accepts = {"Accept": "text/event-stream", **headers}
    async with client.stream("GET", url, headers=accepts, timeout=30) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        id = ""
        async for line in answer.aiter_lines():
            if line.startswith("id: "):
                id = line[4:]
            elif line.startswith("data: "):
                yield id, json.loads(line[6:])


async def test_a_stream_tells_what_is_there_and_what_comes(portal: Serving, suite: Up) -> None:
    key = (await program(portal, "events:read")).headers["Authorization"]
    headers = {"Authorization": key}
    async with over_tcp(portal) as url, httpx2.AsyncClient(headers=headers) as client:
        head = (await client.get(f"{url}/events?service=planning&limit=1")).json()["head"]
        stream = streamed(client, f"{url}/events?service=planning&after={head - 2}")
        there = [await anext(stream), await anext(stream)]
        assert [id for id, _ in there] == [str(head - 1), str(head)]
        coming = asyncio.ensure_future(anext(stream))
        await asyncio.sleep(0.3)
        assert not coming.done()
        async with await Bus.connect(suite.nats, "test", patience=30) as bus:
            await bus.obey(AppointCadre(cadre="feed-comes", department="van-phong"))
        id, event = await coming
        assert (id, int(event["sequence"])) == (str(head + 1), head + 1)
        await stream.aclose()
        again = streamed(client, f"{url}/events?service=planning", **{"Last-Event-ID": str(head)})
        assert (await anext(again))[1] == event
        await again.aclose()


async def test_head_of_a_stream_ends_at_once(portal: Serving) -> None:
    headers = dict((await program(portal, "events:read")).headers)
    async with over_tcp(portal) as url, httpx2.AsyncClient(headers=headers) as client:
        asked = f"{url}/events?service=planning"
        head = await client.head(asked, headers={"Accept": "text/event-stream"})
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-type"].startswith("text/event-stream")
        assert (await client.get(f"{asked}&limit=1")).status_code == 200


async def test_a_stream_ends_when_its_key_is_revoked(portal: Serving, suite: Up) -> None:
    client = await program(portal, "events:read", name="ended")
    async with over_tcp(portal) as url, httpx2.AsyncClient(headers=dict(client.headers)) as over:
        head = (await over.get(f"{url}/events?service=planning&limit=1")).json()["head"]
        stream = streamed(over, f"{url}/events?service=planning&after={head - 1}")
        assert (await anext(stream))[0] == str(head)
        keys = portal.app.state.api.keys
        [mine] = [one for one in keys.all().values() if one.name == "ended"]
        keys.revoke(mine.key, "test", mine.made)
        async with await Bus.connect(suite.nats, "test", patience=30) as bus:
            await bus.obey(AppointCadre(cadre="feed-ends", department="van-phong"))
        assert [one async for one in stream] == []
