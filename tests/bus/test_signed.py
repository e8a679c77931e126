"""Signed askers before real services: believed when proven, judged by the roster, denials kept."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from nats.aio.client import Client
from pydantic_core import to_json

from shared.asker import ASKER, Office, Signer, make_asker_key, signer
from shared.bus import ACTOR, COMMAND_ID, Bus
from shared.clock import today
from shared.language.planning import (
    AppointCadre,
    DelegateAuthority,
    EnactRegime,
    GrantRole,
    RegisterUnit,
    WithdrawDelegation,
)
from shared.language.visits import ConfirmVisit, LogVisit
from shared.messages import Command
from shared.refused import Refused
from shared.regime import read_regime
from shared.values import Level, Role

from .processes import answer_to, connected, service

DAY = today()
REGIMES = Path(__file__).parents[1] / "registers/ba-ria-vung-tau-2019/regime.yaml"


def regime_of(year: int) -> Any:
    """A regime of this year: what is signed is judged as of today."""
    return read_regime(REGIMES.read_text().replace("2019", str(year)))


PEOPLE = (
    ("cb-an", "ban-a", Role.CADRE),
    ("cb-anh", "ban-a", Role.CADRE),
    ("cb-binh", "ban-a", Role.DEPARTMENT_LEADER),
    ("cb-chi", "ban-b", Role.DEPARTMENT_LEADER),
    ("cb-cuc", "ban-b", Role.CADRE),
    ("cb-dung", "to-chuc", Role.ORGANISATION),
    ("cb-giang", "thuong-truc", Role.STANDING),
)


@dataclass
class World:
    """Services that run, and how to ask them as anybody."""

    url: str
    bus: Bus
    key: Ed25519PrivateKey
    connection: Client
    heard: dict[str, int]

    def header(self, cadre: str = "", office: Office = "", for_: str = "") -> Signer:
        return signer(
            self.key, account=f"{cadre or office}@x", cadre=cadre, office=office, for_=for_
        )

    def as_(self, cadre: str = "", office: Office = "", for_: str = "") -> Bus:
        return self.bus.signed(self.header(cadre, office, for_))

    async def do(self, cadre: str, command: Command, for_: str = "") -> str:
        """The code with which it was refused; ``done`` where it was not."""
        try:
            done = await self.as_(cadre, for_=for_).obey(command, after=self.heard)
        except Refused as refused:
            return refused.code
        self.heard[done.service] = done.position
        return "done"

    async def ask(self, cadre: str, service: str, question: str, /, **content: Any) -> str:
        office: Any = content.pop("office", "")
        try:
            await self.as_(cadre, office, content.pop("for_", "")).ask(
                service, question, heard=self.heard, **content
            )
        except Refused as refused:
            return refused.code
        return "answered"


@pytest.fixture(scope="module")
def running(
    module_nats_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Ed25519PrivateKey]]:
    data = tmp_path_factory.mktemp("data")
    key = make_asker_key(data / "portal")
    with (
        service("planning", module_nats_url, data) as planning,
        service("visits", module_nats_url, data) as visits,
        service("appraisal", module_nats_url, data) as appraisal,
    ):
        yield module_nats_url, key
        assert [one.poll() for one in (planning, visits, appraisal)] == [None] * 3


_HEARD: dict[str, int] = {}


@pytest.fixture
async def world(running: tuple[str, Ed25519PrivateKey]) -> AsyncIterator[World]:
    url, key = running
    async with await Bus.connect(url, "test", patience=30) as bus, connected(url) as connection:
        if not _HEARD:
            await _settle(bus)
        yield World(url, bus, key, connection, _HEARD)


async def _settle(bus: Bus) -> None:
    commands: list[Command] = [
        EnactRegime(regime=regime_of(DAY.year)),
        RegisterUnit(unit="X1", name="Xã đoàn", level=Level.COMMUNE),
        *(AppointCadre(cadre=c, department=d, role=r) for c, d, r in PEOPLE),
    ]
    for command in commands:
        _HEARD["planning"] = (await bus.obey(command)).position
    for n, cadre in enumerate(("cb-an", "cb-binh", "cb-cuc")):
        visit = visit_of(f"lv-{n}", cadre)
        _HEARD["visits"] = (await bus.obey(visit, after=_HEARD)).position


def visit_of(id: str, cadre: str) -> LogVisit:
    return LogVisit(
        visit=id,
        cadre=cadre,
        unit="X1",
        kind=regime_of(DAY.year).kinds[0].id,
        from_=DAY,
        to=DAY,
        logged_on=DAY,
    )


# --- proof --------------------------------------------------------------------------------------

DO = "do.planning.register-unit"
BODY = to_json({"unit": "X9", "name": "Xã đoàn", "level": "commune"})


async def sent(world: World, header: str, body: bytes = BODY, id: str = "u-1") -> str:
    """What comes of a command with a header; ``done`` or the refusal's code."""
    headers = {COMMAND_ID: id, ASKER: header, ACTOR: "somebody-else"}
    answer = await answer_to(world.connection, DO, body, headers)
    return "done" if "done" in answer else str(answer["refused"]["code"])


async def test_what_is_not_proven_is_not_believed(world: World) -> None:
    good = world.header("cb-dung")
    stranger = signer(Ed25519PrivateKey.generate(), account="x", cadre="cb-dung")
    old = signer(world.key, account="x", cadre="cb-dung", now=lambda: time.time() - 100)
    early = signer(world.key, account="x", cadre="cb-dung", now=lambda: time.time() + 40)
    said, _, by = good(DO, "u-1", BODY).partition(".")
    other, _, _ = world.header("cb-giang")(DO, "u-1", BODY).partition(".")
    bad = {
        "another's claims": f"{other}.{by}",
        "no signature": said,
        "nothing": "",
        "no base64": "ß.ß",
        "a stranger's key": stranger(DO, "u-1", BODY),
        "expired": old(DO, "u-1", BODY),
        "not valid yet": early(DO, "u-1", BODY),
        "another subject": good("do.planning.close-unit", "u-1", BODY),
        "another id": good(DO, "u-2", BODY),
        "another body": good(DO, "u-1", BODY.replace(b"X9", b"X8")),
    }
    codes = {name: await sent(world, header) for name, header in bad.items()}
    assert codes == dict.fromkeys(bad, "not-signed-in")
    slow = signer(world.key, account="x", cadre="cb-dung", now=lambda: time.time() - 80)
    assert await sent(world, slow(DO, "u-1", BODY)) == "done"
    assert await sent(world, good(DO, "u-1", BODY)) == "done"  # the same again does nothing


async def test_the_actor_on_record_is_made_of_the_claims(world: World) -> None:
    body = BODY.replace(b"X9", b"X3")
    assert await sent(world, world.header("cb-dung")(DO, "u-3", body), body, "u-3") == "done"
    entries = await all_entries(world.bus, "planning")
    assert [one["actor"] for one in entries if one["data"].get("unit") == "X3"] == ["cb-dung"]


async def all_entries(bus: Bus, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while page := (await bus.ask(name, "entries", after=len(found)))["entries"]:
        found += page
    return found


# --- questions ----------------------------------------------------------------------------------

OF_AN: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("planning", "person", {"cadre": "cb-an"}),
    ("planning", "plan", {"cadre": "cb-an", "quarter": f"{DAY.year}-Q1"}),
    ("visits", "diary", {"cadre": "cb-an", "year": DAY.year}),
    ("visits", "reports", {"cadre": "cb-an", "year": DAY.year}),
    ("visits", "products", {"cadre": "cb-an", "year": DAY.year}),
    ("visits", "difficulties", {"cadre": "cb-an", "year": DAY.year}),
    ("appraisal", "assess", {"cadre": "cb-an", "year": DAY.year, "as_of": DAY.isoformat()}),
    ("appraisal", "year", {"cadre": "cb-an", "year": DAY.year}),
)
OF_BAN_A: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("planning", "roster", {"department": "ban-a"}),
    ("planning", "plans", {"department": "ban-a", "quarter": f"{DAY.year}-Q1"}),
    ("planning", "chain", {"department": "ban-a", "quarter": f"{DAY.year}-Q1"}),
    ("visits", "waiting", {"department": "ban-a"}),
    ("visits", "difficulties", {"department": "ban-a", "year": DAY.year}),
    ("appraisal", "standings", {"department": "ban-a", "year": DAY.year}),
    (
        "appraisal",
        "assessments",
        {"department": "ban-a", "year": DAY.year, "as_of": DAY.isoformat()},
    ),
)


@pytest.mark.parametrize(("name", "question", "content"), OF_AN, ids=[q[1] for q in OF_AN])
async def test_about_a_cadre_ask_they_their_leader_and_those_above(
    world: World, name: str, question: str, content: dict[str, Any]
) -> None:
    people = ("cb-an", "cb-binh", "cb-dung", "cb-giang", "cb-anh", "cb-chi", "cb-nobody")
    found = {who: await world.ask(who, name, question, **content) for who in people}
    assert found == {
        **dict.fromkeys(("cb-an", "cb-binh", "cb-dung", "cb-giang"), "answered"),
        **dict.fromkeys(("cb-anh", "cb-chi", "cb-nobody"), "not-permitted"),
    }
    assert await world.ask("", name, question, office="auditor", **content) == "answered"
    assert await world.ask("", name, question, office="operations", **content) == "not-permitted"


@pytest.mark.parametrize(("name", "question", "content"), OF_BAN_A, ids=[q[1] for q in OF_BAN_A])
async def test_a_list_is_of_ones_own_department(
    world: World, name: str, question: str, content: dict[str, Any]
) -> None:
    people = ("cb-binh", "cb-dung", "cb-giang", "cb-an", "cb-chi")
    found = {who: await world.ask(who, name, question, **content) for who in people}
    assert found == {
        **dict.fromkeys(("cb-binh", "cb-dung", "cb-giang"), "answered"),
        **dict.fromkeys(("cb-an", "cb-chi"), "not-permitted"),
    }
    everyone = {key: value for key, value in content.items() if key != "department"}
    assert await world.ask("cb-binh", name, question, **everyone) == "not-permitted"
    assert await world.ask("cb-dung", name, question, **everyone) == "answered"


async def test_waiting_shows_what_waits_in_the_department(world: World) -> None:
    found = await world.as_("cb-binh").ask(
        "visits", "waiting", heard=world.heard, department="ban-a"
    )
    assert {(one["what"], one["id"]) for one in found["rows"]} >= {
        ("visit", "lv-0"),
        ("visit", "lv-1"),
    }
    assert {one["department"] for one in found["rows"]} == {"ban-a"}


# --- acts, delegation, denials --------------------------------------------------------------------


def confirm(visit: str, by: str) -> ConfirmVisit:
    return ConfirmVisit(visit=visit, confirmed_by=by, confirmed_on=DAY)


def delegation(by: str, to: str, first: date = DAY, last: date = DAY) -> DelegateAuthority:
    return DelegateAuthority(cadre=by, to=to, from_=first, until=last, reason="nghỉ phép")


async def denials(world: World, name: str) -> list[dict[str, Any]]:
    rows = await world.as_(office="auditor").pages(name, "denials", limit=2)
    return [{one: row[one] for one in ("asker", "what", "about", "code", "for")} for row in rows]


async def test_who_acts_is_who_is_named_and_every_denial_is_recorded(world: World) -> None:
    assert await world.do("cb-an", visit_of("lv-9", "cb-anh")) == "not-permitted"
    assert await world.do("cb-an", visit_of("lv-9", "cb-an")) == "done"
    assert await world.do("cb-an", confirm("lv-9", "cb-binh")) == "not-permitted"
    assert await world.do("cb-chi", confirm("lv-9", "cb-chi")) == "not-authorised"
    assert await world.do("cb-binh", confirm("lv-1", "cb-binh")) == "own-act"
    assert await world.ask("cb-chi", "visits", "diary", cadre="cb-an", year=DAY.year) != "answered"
    found = await denials(world, "visits")
    for asker, what, about, code in (
        ("cb-an", "log-visit", "cb-anh", "not-permitted"),
        ("cb-an", "confirm-visit", "lv-9", "not-permitted"),
        ("cb-chi", "confirm-visit", "lv-9", "not-authorised"),
        ("cb-binh", "confirm-visit", "lv-1", "own-act"),
        ("cb-chi", "diary", "cb-an", "not-permitted"),
    ):
        row = {"asker": asker, "what": what, "about": about, "code": code, "for": ""}
        assert found.count(row) == 1, row
    assert await world.ask("cb-binh", "visits", "denials") == "not-permitted"


async def test_the_same_denied_again_is_not_recorded_again(world: World) -> None:
    for _ in range(5):
        code = await world.ask("cb-cuc", "planning", "person", cadre="cb-an")
        assert code == "not-permitted"
    found = [one for one in await denials(world, "planning") if one["asker"] == "cb-cuc"]
    assert [one["about"] for one in found if one["what"] == "person"] == ["cb-an"]


async def test_a_denied_command_may_be_obeyed_later_under_its_id(world: World) -> None:
    command = RegisterUnit(unit="X-late", name="Xã đoàn", level=Level.COMMUNE)
    with pytest.raises(Refused) as refused:
        await world.as_("cb-giang").obey(command, "late-1")
    assert refused.value.code == "not-permitted"
    assert (await world.as_("cb-dung").obey(command, "late-1")).position


async def test_a_delegate_acts_for_another_and_never_on_their_own(world: World) -> None:
    for id, cadre in (("lv-a", "cb-an"), ("lv-h", "cb-anh")):
        assert await world.do(cadre, visit_of(id, cadre)) == "done"
    assert await world.do("cb-anh", confirm("lv-a", "cb-binh"), for_="cb-binh") == "not-permitted"
    assert await world.do("cb-anh", delegation("cb-binh", "cb-anh")) == "not-permitted"
    assert await world.do("cb-anh", delegation("cb-anh", "cb-an")) == "not-authorised"
    assert await world.do("cb-binh", delegation("cb-binh", "cb-anh")) == "done"
    assert await world.do("cb-anh", confirm("lv-h", "cb-binh"), for_="cb-binh") == "own-act"
    assert await world.do("cb-anh", confirm("lv-a", "cb-binh"), for_="cb-binh") == "done"
    [entry] = [
        one
        for one in await all_entries(world.bus, "visits")
        if one["type"] == "visits.visit-confirmed.v1" and one["data"]["visit"] == "lv-a"
    ]
    assert (entry["actor"], entry["data"]["confirmed_by"]) == ("cb-anh for cb-binh", "cb-binh")
    waiting = {"department": "ban-a"}
    assert await world.ask("cb-anh", "visits", "waiting", **waiting) == "not-permitted"
    assert await world.ask("cb-anh", "visits", "waiting", for_="cb-binh", **waiting) == "answered"
    withdrawn = WithdrawDelegation(cadre="cb-binh", to="cb-anh", on=DAY, reason="đã về")
    assert await world.do("cb-binh", withdrawn) == "done"
    assert (
        await world.ask("cb-anh", "visits", "waiting", for_="cb-binh", **waiting) == "not-permitted"
    )
    found = await denials(world, "visits")
    own = {"asker": "cb-anh", "what": "confirm-visit", "about": "lv-h", "code": "own-act"}
    assert {**own, "for": "cb-binh"} in found


async def test_an_expired_delegation_is_none(world: World) -> None:
    yesterday = DAY - timedelta(days=1)
    over = delegation("cb-binh", "cb-an", yesterday, yesterday)
    assert await world.do("cb-binh", over) == "done"
    assert await world.do("cb-an", confirm("lv-1", "cb-binh"), for_="cb-binh") == "not-permitted"


async def test_a_role_taken_away_is_gone_at_once(world: World) -> None:
    grant = GrantRole(cadre="cb-cuc", role=Role.DEPARTMENT_LEADER, on=DAY)
    assert await world.do("cb-dung", grant) == "done"
    ask = ("cb-cuc", "visits", "waiting")
    assert await world.ask(*ask, department="ban-b") == "answered"
    back = GrantRole(cadre="cb-cuc", role=Role.CADRE, on=DAY)
    assert await world.do("cb-dung", back) == "done"
    assert await world.ask(*ask, department="ban-b") == "not-permitted"


async def test_without_the_header_all_is_as_it_was(world: World) -> None:
    before = len(await world.bus.pages("planning", "denials"))
    assert (await world.bus.ask("planning", "person", cadre="cb-an"))["cadre"] == "cb-an"
    assert await world.bus.ask("planning", "row-key")
    done = await world.bus.obey(AppointCadre(cadre="cb-new", department="ban-b"))
    [entry] = (await world.bus.ask("planning", "entries", after=done.position - 1))["entries"]
    assert entry["actor"] == "test"
    assert len(await world.bus.pages("planning", "denials")) == before
