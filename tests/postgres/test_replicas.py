"""Replicas of a service on one ledger: as if one desk decided and one listener heard."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import replace
from functools import partial
from typing import Any

import psycopg
import pytest
from nats.js import JetStreamContext
from pydantic_core import to_json

from bus.streams import fill, relay, running, until
from planning.cadre import cadre
from planning.known import Known
from planning.service import SPEC
from shared.answers import Done, No
from shared.deciding import Decider
from shared.desk import Desk, Request
from shared.heard import Heard
from shared.hearing import Listener
from shared.language.planning import CadreTransferred, TransferCadre
from shared.ledger import Ledger
from shared.messages import Command, Fact
from shared.postgres import migrate
from shared.recording import Mark
from shared.sharing import EVERYTHING, PostgresShare

THEN = "2026-01-05T01:02:03.000004Z"
Deciders = Mapping[type[Command], Decider[Any]]


@pytest.fixture
def ledgers(planning: str) -> Iterator[tuple[Ledger, Ledger]]:
    """What two replicas see of one ledger."""
    both = (Ledger(planning, "planning"), Ledger(planning, "planning"))
    yield both
    for one in both:
        one.close()


def desk(ledger: Ledger, obeys: Deciders = SPEC.obeys) -> Desk:
    inside = SPEC.open(ledger)
    return Desk("planning", ledger, inside.shelf, obeys, inside.known, lambda: THEN)


def ask(desk: Desk, id: str, word: str, /, **content: str) -> Done | No:
    [answer] = desk.obey([Request(word, to_json(content), id, "test")])
    return answer


# --- deciding -----------------------------------------------------------------------------------


def test_what_another_replica_recorded_is_known_at_the_next_command(
    ledgers: tuple[Ledger, Ledger],
) -> None:
    here, there = map(desk, ledgers)
    ask(here, "1", "appoint-cadre", cadre="cb-1", department="ban-a")
    refused = ask(here, "2", "assign-unit", cadre="cb-1", unit="X1")
    assert isinstance(refused, No)
    assert refused.code == "unknown-unit"
    ask(there, "3", "register-unit", unit="X1", name="Xã đoàn", level="commune")
    assert ask(here, "2", "assign-unit", cadre="cb-1", unit="X1") == Done("planning", 2, 3)
    assert ask(there, "4", "assign-unit", cadre="cb-1", unit="X1") == Done("planning", 2, 3)


def test_a_command_that_two_replicas_obey_has_one_effect_and_one_answer(
    ledgers: tuple[Ledger, Ledger],
) -> None:
    here, there = map(desk, ledgers)
    done = ask(here, "1", "appoint-cadre", cadre="cb-1", department="ban-a")
    assert ask(there, "1", "appoint-cadre", cadre="cb-1", department="ban-a") == done
    assert ledgers[0].head() == 1


def test_a_decision_overtaken_by_another_replica_is_made_again(
    ledgers: tuple[Ledger, Ledger],
) -> None:
    """The other commits between deciding and commit, and changes what the decision has read."""
    there = desk(ledgers[1])
    decided = []

    def by_the_unit(state: Any, command: TransferCadre, known: Known) -> list[Fact]:
        unit = known.unit("X1")
        assert unit is not None
        decided.append(unit.to)
        if len(decided) == 1:
            ask(there, "3", "close-unit", unit="X1", to="2019-06-30")
        fact = CadreTransferred(**command.model_dump())
        return [fact.model_copy(update={"department": "closed" if unit.to else "open"})]

    obeys: Deciders = {**SPEC.obeys, TransferCadre: replace(cadre, decide=by_the_unit)}
    here = desk(ledgers[0], obeys)
    ask(here, "1", "register-unit", unit="X1", name="Xã đoàn", level="commune")
    ask(here, "2", "appoint-cadre", cadre="cb-1", department="ban-a")
    content = {"cadre": "cb-1", "department": "ban-b", "on": "2019-07-01"}
    assert ask(here, "4", "transfer-cadre", **content) == Done("planning", 2, 4)
    last = ledgers[0].entries(3)[0].fact
    assert isinstance(last, CadreTransferred)
    assert last.department == "closed"
    assert len(decided) == 2


def test_a_decision_that_does_not_rest_on_what_another_did_stands(
    ledgers: tuple[Ledger, Ledger],
) -> None:
    there = desk(ledgers[1])
    decided = []

    def meanwhile(state: Any, command: TransferCadre, known: Known) -> list[Fact]:
        decided.append(command)
        ask(there, "3", "register-unit", unit="X2", name="Phường đoàn", level="commune")
        return [CadreTransferred(**command.model_dump())]

    here = desk(ledgers[0], {**SPEC.obeys, TransferCadre: replace(cadre, decide=meanwhile)})
    ask(here, "1", "appoint-cadre", cadre="cb-1", department="ban-a")
    content = {"cadre": "cb-1", "department": "ban-b", "on": "2019-07-01"}
    assert ask(here, "2", "transfer-cadre", **content) == Done("planning", 2, 3)
    assert len(decided) == 1


# --- sharing the work ---------------------------------------------------------------------------


def settled(*shares: PostgresShare) -> bool:
    """Every bucket in one share, all of about the same size; one of them carries."""
    sizes = [len(one.buckets) for one in shares]
    return (
        sum(sizes) == len(EVERYTHING)
        and frozenset().union(*(one.buckets for one in shares)) == EVERYTHING
        and max(sizes) - min(sizes) <= len(shares)
        and [one.carries for one in shares].count(True) == 1
    )


async def test_shares_are_fair_taken_over_and_given_back(planning: str) -> None:
    one, two, three = (PostgresShare(planning, "planning") for _ in range(3))
    async with running(one.run()):
        await until(lambda: settled(one))
        async with running(two.run()):
            await until(lambda: settled(one, two))
            async with AsyncExitStack() as stack:
                await stack.enter_async_context(running(three.run()))
                await until(lambda: settled(one, two, three))
        for gone in (two, three):
            gone._leave()  # what the end of a process does to its session
        await until(lambda: settled(one), 10)
    one._leave()


async def test_a_share_whose_session_is_cut_is_taken_anew(planning: str, database: str) -> None:
    one = PostgresShare(planning, "planning")
    async with running(one.run()):
        await until(lambda: settled(one))
        async with await psycopg.AsyncConnection.connect(database, autocommit=True) as other:
            await other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE application_name = 'dicoso-planning-share'"
            )
        await until(lambda: not one.buckets)
        await until(lambda: settled(one))
    one._leave()


def look(listener: Listener, ledger: Ledger) -> None:
    """Learn what the other replicas have heard."""
    listener.learn(ledger.tracking())


# --- hearing together ---------------------------------------------------------------------------


async def test_replicas_hear_together_each_fact_once_and_each_knows_how_far(
    database: str, js: JetStreamContext, ledger: Ledger
) -> None:
    migrate(database, "visits")
    ledgers = [Ledger(database, "visits") for _ in range(3)]
    shares = [PostgresShare(database, "visits") for _ in ledgers]
    heards = [Heard() for _ in ledgers]
    listeners = []
    for here, heard, share in zip(ledgers, heards, shares, strict=True):
        listeners.append(
            Listener("planning", here, js, lambda f: f.stream, heard, lambda _: None, share)
        )
        heard.look = partial(look, listeners[-1], here)
    carrying = relay(ledger, js)
    first = (shares[0].run(), listeners[0].run(), carrying.run())
    others = [share.run() for share in shares[1:]] + [one.run() for one in listeners[1:]]
    async with running(*first):
        fill(ledger, 1, 400)
        carrying.wake()
        assert await heards[0].until({"planning": 400}, 30)
        async with running(*others):
            await until(lambda: settled(*shares))
            for end in range(500, 1001, 100):
                fill(ledger, end - 99, end)
                carrying.wake()
                for heard in heards:
                    assert await heard.until({"planning": end}, 30)
        for share in shares[1:]:
            share._leave()
        fill(ledger, 1001, 1200)
        carrying.wake()
        assert await heards[0].until({"planning": 1200}, 30)
    for share in shares:
        share._leave()
    rows = ledgers[0].changes(Mark(), limit=5000)
    assert sorted(rows.heard) == [f"cadre/cb-{n:04}" for n in range(1, 1201)]
    for here in ledgers:
        here.close()


async def test_waiting_for_what_nobody_has_heard_ends_with_the_time() -> None:
    heard = Heard()
    looks: list[int] = []
    heard.look = lambda: looks.append(1)
    began = asyncio.get_running_loop().time()
    assert not await heard.until({"planning": 1}, 0.2)
    assert asyncio.get_running_loop().time() - began >= 0.2
    assert 2 < len(looks) < 20
