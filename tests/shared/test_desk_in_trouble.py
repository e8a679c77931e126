"""The desk when another writes, when a decider breaks, when the disk does not take more."""

from __future__ import annotations

import os
import resource
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from planning.unit import unit
from shared.deciding import Decider
from shared.desk import Request
from shared.ledger import Ledger
from shared.messages import Fact

from .desks import appoint, codes, desk_over, leave, recorded, register, transfer
from .making import database

Trouble = Callable[[Ledger, Path], AbstractContextManager[None]]

# --- another writer -----------------------------------------------------------------------------


@pytest.fixture
def other(tmp_path: Path, ledger: Ledger) -> Any:
    """Another ledger on the same file."""
    one = Ledger(tmp_path / "ledger.sqlite")
    yield one
    one.close()


def test_a_conflict_with_another_writer_is_decided_again(ledger: Ledger, other: Ledger) -> None:
    here, there = desk_over(ledger), desk_over(other)
    here.obey([appoint("1")])
    there.obey([transfer("2", department="ban-c")])
    assert codes(here.obey([transfer("3")])) == ["done"]  # it still thought of version 1
    assert codes(there.obey([transfer("4", department="ban-d"), register("5")])) == ["done"] * 2
    assert recorded(ledger) == [
        ("cadre/cb-1", 1, "1"),
        ("cadre/cb-1", 2, "2"),
        ("cadre/cb-1", 3, "3"),
        ("cadre/cb-1", 4, "4"),
        ("unit/X1", 1, "5"),
    ]


def test_a_name_that_another_writer_took_is_refused_by_the_rule(
    ledger: Ledger, other: Ledger
) -> None:
    here, there = desk_over(ledger), desk_over(other)
    here.obey([appoint("1"), appoint("2", "cb-2")])
    there.obey([leave("3", "nv-1", "cb-2")])
    assert codes(here.obey([leave("4", "nv-1"), leave("5", "nv-2")])) == ["duplicate-id", "done"]


def test_a_command_that_another_writer_obeyed_has_its_answer(ledger: Ledger, other: Ledger) -> None:
    here, there = desk_over(ledger), desk_over(other)
    assert here.obey([appoint("1")]) == there.obey([appoint("1")])
    assert len(recorded(ledger)) == 1


# --- a fault of ours ----------------------------------------------------------------------------


def _explode(*_: object) -> Any:
    raise ZeroDivisionError


def _twice(state: Any, command: Any, known: Any) -> list[Fact]:
    return unit.decide(None, command, known) * 2  # planning's evolve refuses the second


@pytest.mark.parametrize("broken", [replace(unit, decide=_explode), replace(unit, decide=_twice)])
def test_a_decider_that_breaks_fails_its_command_and_no_other(
    ledger: Ledger, broken: Decider[Any]
) -> None:
    desk = desk_over(ledger, unit=broken)
    assert codes(desk.obey([register("1")])) == ["failed"]
    requests = [appoint("2"), register("3"), transfer("4"), register("5", "X2")]
    assert codes(desk.obey(requests)) == ["done", "failed", "done", "failed"]
    assert [command for _, _, command in recorded(ledger)] == ["2", "4"]


def test_what_failed_may_come_again_with_the_same_id(ledger: Ledger) -> None:
    assert codes(desk_over(ledger, unit=replace(unit, decide=_explode)).obey([register("1")])) == [
        "failed"
    ]
    assert codes(desk_over(ledger).obey([register("1")])) == ["done"]


# --- the disk -----------------------------------------------------------------------------------


BATCH = [appoint("2", "cb-2"), register("3", name="x" * 20_000), transfer("4", "cb-2")]


def pragma(ledger: Ledger, text: str) -> None:
    """Set something on the ledger's own connection."""
    with database(ledger).get_connection(commit=True) as connection:
        connection.cursor().execute(f"PRAGMA {text}")


@contextmanager
def read_only(ledger: Ledger, path: Path) -> Iterator[None]:
    pragma(ledger, "query_only=1")
    try:
        yield
    finally:
        pragma(ledger, "query_only=0")


@contextmanager
def full(ledger: Ledger, path: Path) -> Iterator[None]:
    pragma(ledger, "max_page_count=1")
    try:
        yield
    finally:
        pragma(ledger, "max_page_count=100000")


@contextmanager
def failing_at_commit(ledger: Ledger, path: Path) -> Iterator[None]:
    """The operating system refuses to let the log grow: an I/O error in COMMIT itself."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (os.path.getsize(f"{path}-wal"), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def locked(ledger: Ledger, path: Path) -> Iterator[None]:
    """Another connection holds the lock for longer than the ledger waits."""
    pragma(ledger, "busy_timeout=50")
    with closing(sqlite3.connect(path, isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        yield


@pytest.mark.parametrize("trouble", [read_only, full, failing_at_commit, locked])
@pytest.mark.parametrize("requests", [BATCH, BATCH[1:2]], ids=["batch", "alone"])
def test_trouble_with_the_disk_is_unavailable_and_later_the_same_ids_are_obeyed(
    ledger: Ledger, tmp_path: Path, trouble: Trouble, requests: list[Request]
) -> None:
    desk = desk_over(ledger)
    desk.obey([appoint("1")])
    with trouble(ledger, tmp_path / "ledger.sqlite"), capture_logs() as logs:
        assert codes(desk.obey(requests)) == ["unavailable"] * len(requests)
    # one try for all: each further one would wait for the lock's whole timeout again
    assert [log["event"] for log in logs].count("cannot-record") == 1
    assert recorded(ledger) == [("cadre/cb-1", 1, "1")]
    assert codes(desk.obey(requests)) == ["done"] * len(requests)
    assert codes(desk.obey(requests)) == ["done"] * len(requests)
    assert [command for _, _, command in recorded(ledger)] == [
        "1",
        *(r.command_id for r in requests),
    ]
