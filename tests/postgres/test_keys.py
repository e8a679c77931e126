"""The key store on PostgreSQL, and an erasure that another replica carries out."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from planning.cadre import cadre
from planning.service import SPEC
from shared.desk import Desk
from shared.erasing import Eraser
from shared.keys import Keys
from shared.language.planning import CadreAppointed
from shared.language.privacy import ErasureApproved
from shared.ledger import Ledger, NewEntry
from shared.postgres_keys import PostgresKeyTable, migrate_keys
from shared.sealing import ERASED, Seals
from shared.values import iso_day

THEN = "2026-01-05T01:02:03.000004Z"
APPOINTED = CadreAppointed.model_validate(
    {
        "cadre": "cb-1",
        "name": "Nguyễn Văn Kín",
        "department": "a",
        "position": "",
        "role": "cadre",
        "duty": "union",
        "employment": "civil_servant",
        "from": None,
        "to": None,
    }
)


@pytest.fixture
def url(planning: str) -> str:
    migrate_keys(planning)
    migrate_keys(planning)
    return planning


def keys(url: str) -> Keys:
    return Keys(PostgresKeyTable(url), bytes(32))


@pytest.fixture
def replicas(url: str) -> Iterator[list[Ledger]]:
    """What two replicas see of one ledger, each with keys of its own at hand."""
    both = [Ledger(url, "planning", Seals(keys(url))) for _ in range(2)]
    yield both
    for one in both:
        one.close()


def test_of_many_who_need_a_key_first_all_get_the_same(url: str) -> None:
    def opened(_: int) -> bytes:
        one = keys(url)
        one.ready(["cb-1"])
        cipher = one.of("cb-1")
        assert cipher is not None
        one.close()
        return cipher.encrypt(bytes(12), b"x", None)

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(opened, range(8)))) == 1


def test_a_destroyed_key_is_gone_and_never_made_again(url: str) -> None:
    one = keys(url)
    one.ready(["cb-1"])
    one.destroy("cb-1", THEN)
    one.destroy("cb-1", "later")
    one.destroy("cb-2", THEN)
    one.ready(["cb-1", "cb-2"])
    assert (one.of("cb-1"), one.of("cb-2")) == (None, None)
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "SELECT person, wrapped, destroyed_at FROM keys.keys WHERE person LIKE 'cb%'"
        ).fetchall()
    assert sorted(rows) == [("cb-1", None, THEN), ("cb-2", None, THEN)]
    one.close()


def test_a_lost_connection_is_made_again(url: str) -> None:
    one = keys(url)
    one.ready(["cb-1"])
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE application_name = 'dicoso-keys'"
        )
    with pytest.raises(Exception, match="key store"):
        one.ready(["cb-2"])
    one.ready(["cb-2"])
    assert one.of("cb-2") is not None
    one.close()


def test_what_one_replica_erases_the_others_forget_when_they_next_look(
    replicas: list[Ledger], url: str
) -> None:
    here, there = replicas
    here.append([NewEntry(APPOINTED, 1, "test", "cmd-1", THEN)])
    shelves = [SPEC.open(one).shelf for one in replicas]
    for shelf in shelves:
        shelf.catch_up()
        found = shelf.state(cadre, "cadre/cb-1")
        assert found is not None
        assert found.appointed == APPOINTED
    approved = ErasureApproved(cadre="cb-1", by="cb-9", on=iso_day("2020-02-10"))
    here.append([NewEntry(approved, 1, "test", "cmd-2", THEN)])
    inside = SPEC.open(here)
    desk = Desk("planning", here, inside.shelf, SPEC.obeys, inside.known, lambda: THEN)

    async def told() -> None:
        """Nobody is told."""

    # planning decides on somebody whom it knows: the eraser's own command is obeyed
    assert Eraser(here, keys(url), desk, told).work() == 1
    for shelf in shelves:
        shelf.catch_up()
        found = shelf.state(cadre, "cadre/cb-1")
        assert found is not None
        assert found.appointed.name == ERASED
    assert there.facts("cadre/cb-1")[0] == [APPOINTED.model_copy(update={"name": ERASED})]
