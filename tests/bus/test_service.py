"""A service process on a real NATS: whatever is sent to it, it answers with a code."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from nats.aio.client import Client
from pydantic_core import to_json

from shared.bus import ACTOR, AFTER, CAUSE, COMMAND_ID, Bus
from shared.desk import LARGEST
from shared.language.planning import AppointCadre, RegisterUnit
from shared.refused import Refused
from shared.values import Level

from .processes import answer_to, asking, connected, every_entry, service


@pytest.fixture(scope="module")
def process(
    module_nats_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[subprocess.Popen[bytes]]:
    """One planning process that serves all tests of this file, and outlives them."""
    with service("planning", module_nats_url, tmp_path_factory.mktemp("data")) as one:
        yield one
        assert one.poll() is None


@pytest.fixture
async def bus(process: subprocess.Popen[bytes], module_nats_url: str) -> AsyncIterator[Bus]:
    assert process.poll() is None
    async with asking(module_nats_url) as one:
        yield one


@pytest.fixture
async def connection(bus: Bus, module_nats_url: str) -> AsyncIterator[Client]:
    async with connected(module_nats_url) as one:
        yield one


DO = "do.planning.appoint-cadre"
RIGHT = to_json({"cadre": "cb-1", "department": "ban-a"})
WHO = {COMMAND_ID: "bad", ACTOR: "test"}
BAD_COMMANDS: dict[str, tuple[str, bytes, dict[str, str] | None, str]] = {
    "no body": (DO, b"", WHO, "malformed"),
    "malformed JSON": (DO, b'{"cadre":', WHO, "malformed"),
    "no text": (DO, b"\xff\xfe\x00", WHO, "malformed"),
    "wrong types": (DO, b'{"cadre": [], "department": 7}', WHO, "malformed"),
    "deep nesting": (DO, b"[" * 100_000, WHO, "malformed"),
    "1 MB": (DO, b" " * 1_000_000, WHO, "too-large"),
    "many faults": (DO, to_json(dict.fromkeys(map(str, range(40_000)))), WHO, "malformed"),
    "a long fault": (DO, to_json({"x" * (LARGEST - 9): 1}), WHO, "malformed"),
    "no headers": (DO, RIGHT, None, "malformed"),
    "no id": (DO, RIGHT, {ACTOR: "test"}, "malformed"),
    "no actor": (DO, RIGHT, {COMMAND_ID: "bad"}, "malformed"),
    "unknown command": ("do.planning.dance", RIGHT, WHO, "unknown-command"),
    "another's command": ("do.planning.log-visit", RIGHT, WHO, "unknown-command"),
    "after is no JSON": (DO, RIGHT, {**WHO, AFTER: "soon"}, "malformed"),
    "after is a list": (DO, RIGHT, {**WHO, AFTER: "[1]"}, "malformed"),
    "after is no number": (DO, RIGHT, {**WHO, AFTER: '{"planning": "x"}'}, "malformed"),
    "after too deep": (DO, RIGHT, {**WHO, AFTER: "[" * 3_000}, "malformed"),
    "after its own future": (DO, RIGHT, {**WHO, AFTER: '{"planning": 99999}'}, "not-yet"),
    "after another's future": (DO, RIGHT, {**WHO, AFTER: '{"appraisal": 5}'}, "not-yet"),
    "after nobody": (DO, RIGHT, {**WHO, AFTER: '{"nobody": 1}'}, "malformed"),
    "a long cause": (DO, RIGHT, {**WHO, CAUSE: "x" * 201}, "malformed"),
    "a deeper subject": (f"{DO}.now", RIGHT, WHO, "unknown-command"),
}
ASK = "ask.planning"
BAD_QUESTIONS: dict[str, tuple[str, bytes, dict[str, str] | None, str]] = {
    "unknown question": (f"{ASK}.weather", b"{}", None, "unknown-command"),
    "malformed": (f"{ASK}.entries", b"{", None, "malformed"),
    "unknown field": (f"{ASK}.ready", b'{"x": 1}', None, "malformed"),
    "wrong type": (f"{ASK}.regime", b'{"year": "this"}', None, "malformed"),
    "out of bounds": (f"{ASK}.entries", b'{"limit": 501}', None, "malformed"),
    "too many leaves": (f"{ASK}.leaves", b'{"limit": 5001}', None, "malformed"),
    "beyond any ledger": (f"{ASK}.entries", b'{"after": %d}' % 10**30, None, "malformed"),
    "1 MB": (f"{ASK}.entries", b" " * 1_000_000, None, "too-large"),
    "bad after": (f"{ASK}.ready", b"{}", {AFTER: "7"}, "malformed"),
    "not yet": (f"{ASK}.ready", b"{}", {AFTER: '{"appraisal": 5}'}, "not-yet"),
    "nothing there": (f"{ASK}.regime", b'{"year": 1900}', None, "unknown-regime"),
}
BAD = {**BAD_COMMANDS, **{f"asked: {name}": one for name, one in BAD_QUESTIONS.items()}}


def unit(key: str, name: str = "Xã đoàn") -> RegisterUnit:
    return RegisterUnit(unit=key, name=name, level=Level.COMMUNE)


@pytest.mark.parametrize(("subject", "body", "headers", "code"), BAD.values(), ids=BAD)
async def test_bad_input_is_answered_with_its_code(
    connection: Client,
    bus: Bus,
    subject: str,
    body: bytes,
    headers: dict[str, str] | None,
    code: str,
) -> None:
    answer = await answer_to(connection, subject, body, headers)
    assert answer["refused"]["code"] == code
    assert answer["refused"]["reason"].keys() == {"vi", "en"}
    assert (await bus.obey(unit(f"after {code}"))).position > 0


async def test_a_good_command_is_done_and_the_same_again_has_the_same_answer(bus: Bus) -> None:
    command = AppointCadre(cadre="cb-good", department="ban-a")
    done = await bus.obey(command, "good-1")
    assert await bus.obey(command, "good-1") == done
    with pytest.raises(Refused) as refused:
        await bus.obey(AppointCadre(cadre="cb-good", department="ban-b"), "good-1")
    assert refused.value.code == "command-id-reused"
    assert await bus.ask("planning", "ready", heard={"planning": done.position})


async def test_what_comes_together_is_decided_in_its_order(bus: Bus, connection: Client) -> None:
    """The commands of one connection, none waiting for the answer before it."""
    bodies = [("appoint-cadre", RIGHT.replace(b"cb-1", b"cb-%d" % n)) for n in range(100, 200)]
    bodies += [
        ("depart-cadre", b'{"cadre": "cb-%d", "to": "2019-05-01"}' % n) for n in range(100, 200)
    ]
    answers = await asyncio.gather(
        *(
            answer_to(connection, f"do.planning.{name}", body, {**WHO, COMMAND_ID: f"o-{n}"})
            for n, (name, body) in enumerate(bodies)
        )
    )
    assert [answer["done"]["version"] for answer in answers] == [1] * 100 + [2] * 100
    positions = [answer["done"]["position"] for answer in answers]
    assert positions == sorted(positions)


async def test_a_command_that_wants_no_reply_is_obeyed_all_the_same(connection: Client) -> None:
    body = RIGHT.replace(b"cb-1", b"cb-quiet")
    await connection.publish(DO, body, headers={**WHO, COMMAND_ID: "quiet"})
    body = b'{"cadre": "cb-quiet", "to": "2019-05-01"}'
    answer = await answer_to(
        connection, "do.planning.depart-cadre", body, {**WHO, COMMAND_ID: "after quiet"}
    )
    assert answer["done"]["version"] == 2


async def test_all_entries_can_be_read_however_large_they_are(bus: Bus) -> None:
    """60 KB each: a page of 500 would be far more than a message may hold."""
    names = [f"big-{n}" for n in range(80)]
    for name in names:
        await bus.obey(unit(name, "ữ" * 20_000))
    entries = await every_entry(bus)
    assert [entry["sequence"] for entry in entries] == [
        str(position) for position in range(1, len(entries) + 1)
    ]
    units: list[Any] = [entry["data"].get("unit") for entry in entries]
    assert [unit for unit in units if unit in names] == names
