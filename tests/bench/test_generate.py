"""A generated data set is what the services would have recorded and heard themselves."""

from __future__ import annotations

import os
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from appraisal import hearing as appraisal
from appraisal.answers import Assess
from console.audit.judging import judge
from console.bench.generate import SPECS, Generated, generate
from console.bench.nation import Nation, Told
from console.bench.setting import TINY, Setting
from console.bench.story import tell
from console.suite import SuiteError
from planning import hearing as planning
from shared.entries import read_fact
from shared.ledger import Ledger
from shared.messages import Fact, bucket_of
from shared.services import SERVICES
from visits import hearing as visits

NATION = Nation(cadres=20)
PLACES = {"planning": planning.place, "visits": visits.place, "appraisal": appraisal.place}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("nation")


@pytest.fixture(scope="module")
def made(folder: Path) -> Generated:
    return generate(tell(NATION), folder)


@pytest.fixture(scope="module")
def told() -> list[Told]:
    return list(tell(NATION))


@pytest.fixture
def ledgers(made: Generated, folder: Path) -> Iterator[dict[str, Ledger]]:
    assert made.facts
    found = {name: Ledger(folder / f"{name}.sqlite") for name in SERVICES}
    yield found
    for one in found.values():
        one.close()


def test_every_fact_is_exactly_what_the_words_say(told: list[Told]) -> None:
    for one in told:
        fact = read_fact(one.topic, one.content)
        assert fact.model_dump(mode="json") == one.content
        assert (fact.stream, fact.partition, fact.names) == (one.stream, one.partition, one.names)


def test_every_fact_is_heard_where_the_services_file_it(told: list[Told]) -> None:
    for one in told:
        fact = read_fact(one.topic, one.content)
        placed = {
            name: PLACES[name](fact) for name, spec in SPECS.items() if one.service in spec.hears
        }
        assert dict(one.heard) == {name: at for name, at in placed.items() if at is not None}


def test_a_cadre_has_some_hundred_facts(told: list[Told]) -> None:
    of_cadres = [one for one in told if "unit-registered" not in one.topic]
    assert 90 < len(of_cadres) / NATION.cadres < 110


def test_positions_are_gapless_and_versions_count_from_one(
    ledgers: dict[str, Ledger], told: list[Told]
) -> None:
    for name, ledger in ledgers.items():
        entries = list(ledger.all_entries())
        assert [one.position for one in entries] == list(range(1, len(entries) + 1))
        assert ledger.head() == len(entries) == Counter(one.service for one in told)[name]
        versions: dict[str, list[int]] = defaultdict(list)
        for one in entries:
            versions[one.stream].append(one.version)
        assert all(found == list(range(1, len(found) + 1)) for found in versions.values())


def test_names_lead_to_their_streams_and_command_ids_are_answered(
    ledgers: dict[str, Ledger],
) -> None:
    for ledger in ledgers.values():
        for one in ledger.all_entries():
            assert ledger.named(one.fact.names) == dict.fromkeys(one.fact.names, one.stream)
            answer = ledger.glance([one.command], []).answered[one.command]
            assert (answer.version, answer.position) == (one.version, one.position)


def test_tracking_stands_where_each_service_has_heard(
    ledgers: dict[str, Ledger], told: list[Told]
) -> None:
    heads: Counter[str] = Counter()
    buckets: dict[str, int] = {}
    for one in told:
        heads[one.service] += 1
        buckets[f"{one.service}/{bucket_of(one.partition):02}"] = heads[one.service]
    for name, ledger in ledgers.items():
        for heard in SPECS[name].hears:
            assert ledger.tracked(heard) == heads[heard]
        for bucket, position in buckets.items():
            expected = position if bucket.partition("/")[0] in SPECS[name].hears else 0
            assert ledger.tracked(bucket) == expected


def test_appraisal_assesses_every_cadre_as_a_replay_from_zero_does(
    ledgers: dict[str, Ledger], told: list[Told]
) -> None:
    streams: dict[str, list[Fact]] = defaultdict(list)
    for one in told:
        fact = read_fact(one.topic, one.content)
        stream = appraisal.place(fact)
        if stream is not None:
            streams[stream].append(fact)
    as_of = date(2020, 1, 31)
    replayed = judge(streams, 2019, as_of)
    assert len(replayed) == NATION.cadres
    inside = SPECS["appraisal"].open(ledgers["appraisal"])
    _, answer = SPECS["appraisal"].answers["assess"]
    for cadre, expected in replayed.items():
        found = answer(inside, Assess(cadre=cadre, year=2019, as_of=as_of))["assessment"]
        assert found == expected.as_json()
    assert {one.status for one in replayed.values()} <= {"fulfilled", "unfulfilled"}
    assert any(one.credited > 0 for one in replayed.values())


def rows(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    db = sqlite3.connect(path)
    tables = ("stored_events", "heard", "names", "commands", "tracking")
    found = {one: sorted(db.execute(f"SELECT * FROM {one}").fetchall()) for one in tables}  # noqa: S608
    db.close()
    return found


def test_the_same_seed_makes_the_same_ledgers_and_another_seed_others(
    made: Generated, folder: Path, tmp_path: Path
) -> None:
    generate(tell(NATION), tmp_path / "same")
    generate(tell(Nation(cadres=20, seed=7)), tmp_path / "other", ["visits"])
    for name in SERVICES:
        assert rows(tmp_path / "same" / f"{name}.sqlite") == rows(folder / f"{name}.sqlite")
    other, first = tmp_path / "other" / "visits.sqlite", folder / "visits.sqlite"
    assert rows(other)["stored_events"] != rows(first)["stored_events"]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[str]:
    with ExitStack() as stack:
        try:
            url = stack.enter_context(Setting(TINY, tmp_path).database())
        except SuiteError as error:
            if os.environ.get("CI"):
                pytest.fail(str(error))
            pytest.skip(str(error))
        yield url


def test_postgresql_holds_the_same(ledgers: dict[str, Ledger], database: str) -> None:
    generate(tell(NATION), database)
    for name, ledger in ledgers.items():
        other = Ledger(database, service=name)
        assert list(other.all_entries()) == list(ledger.all_entries())
        assert other.head() == ledger.head()
        for prefix in ("cadre/", "year/", "unit/"):
            streams = ledger.streams(prefix)
            assert other.streams(prefix) == streams
            assert all(other.facts(one) == ledger.facts(one) for one in streams)
        for heard in SPECS[name].hears:
            assert other.tracked(heard) == ledger.tracked(heard)
        other.close()
