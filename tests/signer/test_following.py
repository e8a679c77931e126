"""A follower over real ledgers: it signs what extends what it signed, and nothing else."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from planning.service import SPEC
from shared.asking import COMMON
from shared.checkpoints import decider
from shared.language.log import RecordCheckpoint
from shared.language.planning import AppointCadre, CadreAppointed
from shared.ledger import Ledger, NewEntry
from shared.messages import Fact
from shared.transparency.checkpoint import Checkpoint, opened
from shared.transparency.note import Note, SignerKey
from shared.transparency.tree import root_of
from signer.folder import LogFolder
from signer.following import Follower, Refuses

KEY = SignerKey("dicoso.test/planning", b"k" * 32)
OTHER = SignerKey("dicoso.test/visits", b"o" * 32)


def appointed(cadre: str) -> CadreAppointed:
    return CadreAppointed(**AppointCadre(cadre=cadre, department="ban-a").model_dump())


def record(ledger: Ledger, *facts: Fact) -> None:
    """Lay facts in the ledger, the first of their streams."""
    ledger.append([NewEntry(fact, 1, "test", "cmd", "2026-01-05T01:02:03Z") for fact in facts])


class Asked:
    """Planning's answers, without a bus between."""

    def __init__(self, ledger: Ledger) -> None:
        self.inside = SPEC.open(ledger)

    async def ask(self, service: str, question: str, **content: Any) -> dict[str, Any]:
        assert service == "planning"
        shape, answer = COMMON[question]
        return answer(self.inside, shape(**content))


class World:
    """A ledger in a file, and the follower that signs it."""

    def __init__(self, folder: Path) -> None:
        self.path, self.log = folder / "planning.sqlite", folder / "log"
        self.ledger = Ledger(self.path)
        self.number = 0

    def add(self, count: int) -> None:
        first, self.number = self.number, self.number + count
        record(self.ledger, *(appointed(f"cb-{n}") for n in range(first, self.number)))

    def follower(self) -> Follower:
        """A new one, as after a start."""
        folder = LogFolder(self.log, KEY.name, [KEY.verifier])
        bus: Any = Asked(self.ledger)
        return Follower("planning", bus, folder, KEY)

    def sql(self, *statements: str) -> None:
        """What the owner of the database does."""
        with sqlite3.connect(self.path) as file:
            for statement in statements:
                file.execute(statement)

    def signed(self) -> Checkpoint:
        note = Note.parse((self.log / "checkpoint").read_bytes())
        return opened(note, [KEY.verifier])


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    one = World(tmp_path)
    yield one
    one.ledger.close()


def leaves(ledger: Ledger) -> list[bytes]:
    return [row.leaf for row in ledger.leaves(0, 20_000) if row.leaf]


async def test_what_is_recorded_is_signed_also_over_many_pages_and_starts(world: World) -> None:
    for count in (1, 300, 9000, 7):
        world.add(count)
        follower = world.follower()
        assert await follower.look(sign=True)
        assert not await follower.look(sign=True)  # nothing is new
        assert world.signed().size == world.ledger.head() == follower.own
        assert world.signed().root == root_of(leaves(world.ledger))


async def test_nothing_is_signed_before_it_is_time(world: World) -> None:
    world.add(3)
    assert not await world.follower().look(sign=False)
    assert not (world.log / "checkpoint").exists()


async def test_checkpoints_of_others_are_signed_but_nobody_is_told_of_them(world: World) -> None:
    world.add(3)
    follower = world.follower()
    await follower.look(sign=True)
    note = Checkpoint(OTHER.name, 7, b"r" * 32).signed(OTHER)
    command = RecordCheckpoint(upstream="visits", note=str(note))
    it = decider("planning")
    record(world.ledger, *it.decide(it.initial(), command, None))
    assert await follower.look(sign=True)
    assert (world.signed().size, follower.own) == (4, 3)


SHRUNK = ("DELETE FROM stored_events WHERE rowid > 40",)
ANOTHER_ENTRY = ("UPDATE stored_events SET leaf = zeroblob(32) WHERE rowid = 50",)
DELETED = ("DELETE FROM stored_events WHERE rowid = 50",)
REWRITTEN = (  # an older copy is restored, and goes on with other entries
    *SHRUNK,
    "UPDATE sqlite_sequence SET seq = 40 WHERE name = 'stored_events'",
)


@pytest.mark.parametrize(
    ("statements", "then", "code"),
    [
        (SHRUNK, 0, "shrunk"),
        (ANOTHER_ENTRY, 0, "differs"),
        (DELETED, 2, "differs"),
        (REWRITTEN, 5, "shrunk"),
        (REWRITTEN, 30, "differs"),
    ],
)
async def test_a_ledger_that_does_not_extend_what_was_signed_is_refused(
    statements: tuple[str, ...], then: int, code: str, world: World
) -> None:
    world.add(50)
    follower = world.follower()
    await follower.look(sign=True)
    before = world.signed()
    world.sql(*statements)
    world.add(then)
    for one in (follower, world.follower()):
        with pytest.raises(Refuses) as refuses:
            await one.look(sign=True)
        assert refuses.value.code == code
        assert refuses.value.detail["signed"] == 50
    assert world.signed() == before


async def test_a_position_that_is_missing_ahead_is_refused_until_it_is_there(world: World) -> None:
    world.add(50)
    follower = world.follower()
    await follower.look(sign=True)
    world.add(10)
    world.sql(
        "CREATE TABLE kept AS SELECT rowid AS at, * FROM stored_events WHERE rowid = 55",
        "DELETE FROM stored_events WHERE rowid = 55",
    )
    with pytest.raises(Refuses) as refuses:
        await follower.look(sign=True)
    assert (refuses.value.code, refuses.value.detail["position"]) == ("gap", 55)
    world.sql(
        "INSERT INTO stored_events "
        "SELECT at, originator_id, originator_version, topic, state, leaf FROM kept"
    )
    assert await follower.look(sign=True)
    assert world.signed().size == 60
    assert world.signed().root == root_of(leaves(world.ledger))
