"""docs/openapi.json and docs/asyncapi.json: current, valid by the official schemas, and whole."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from appraisal.service import SPEC as APPRAISAL
from console import asyncapi
from contracts.samples import SAMPLES
from planning.service import SPEC as PLANNING
from portal.api.application import create_api
from portal.api.openapi import document as openapi
from shared.asking import COMMON
from shared.entries import Entry, to_cloudevent
from shared.language import COMMANDS, FACTS, LOG, PARKING, RIGHTS
from shared.subjects import subject_of
from visits.service import SPEC as VISITS

ROOT = Path(__file__).parents[2]
OFFICIAL = Path(__file__).with_name("asyncapi-3.0.0.json.gz")
"""schemas/3.0.0-without-$id.json of npm's @asyncapi/specs 6.11.1, as it is."""
MADE = asyncapi.document()


def kept(name: str) -> Any:
    return json.loads((ROOT / "docs" / name).read_text())


def test_the_openapi_document_is_current() -> None:
    how = "python -m portal.api.openapi > docs/openapi.json"
    assert kept("openapi.json") == json.loads(json.dumps(openapi(create_api()))), how


def test_the_asyncapi_document_is_current() -> None:
    how = "python -m console.asyncapi > docs/asyncapi.json"
    assert kept("asyncapi.json") == json.loads(json.dumps(MADE)), how


def test_the_asyncapi_document_is_valid_by_the_official_schema() -> None:
    validator = jsonschema_rs.validator_for(json.loads(gzip.decompress(OFFICIAL.read_bytes())))
    assert [str(one) for one in validator.iter_errors(MADE)] == []
    broken = {**MADE, "operations": {"x": {"action": "shout"}}}
    assert not validator.is_valid(broken)


def test_every_reference_leads_somewhere() -> None:
    def references(part: Any) -> Any:
        if isinstance(part, dict):
            if isinstance(ref := part.get("$ref"), str):
                yield ref
            for one in part.values():
                yield from references(one)
        elif isinstance(part, list):
            for one in part:
                yield from references(one)

    for ref in set(references(MADE)):
        found = MADE
        for step in ref.removeprefix("#/").split("/"):
            found = found[step]


def test_nothing_that_travels_is_left_out() -> None:
    addresses = [str(one["address"]) for one in MADE["channels"].values()]
    assert sum(one.startswith("fact.") for one in addresses) == len(FACTS)
    commands = len({**COMMANDS, **PARKING, **LOG, **RIGHTS})
    assert sum(one.startswith("do.") for one in addresses) == commands
    questions = len(COMMON) + sum(len(one.answers) for one in (PLANNING, VISITS, APPRAISAL))
    assert sum(one.startswith("ask.") for one in addresses) == questions


@pytest.mark.parametrize("type", FACTS)
def test_a_fact_travels_where_and_as_it_is_documented(type: str) -> None:
    fact = SAMPLES[type]
    key = next(key for key in MADE["operations"] if key.startswith("fact.") and _of(key) == type)
    channel = MADE["channels"][key]
    service = key.split(".")[1].replace("every", "visits")
    entry = Entry(7, fact.stream, 3, fact, "cb-1", "c-1", "2026-01-05T01:02:03.000004Z", "why")
    expected = channel["address"].replace("{service}", service)
    assert subject_of(service, entry) == expected.replace("{bucket}", f"{entry.bucket:02}")
    payload = MADE["components"]["messages"][key]["payload"]
    schema = {**payload, "components": MADE["components"]}
    event = json.loads(to_cloudevent(service, entry))
    jsonschema_rs.validator_for(schema).validate(event)
    assert not jsonschema_rs.validator_for(schema).is_valid({**event, "type": "another.v1"})


def _of(key: str) -> str:
    payload = MADE["components"]["messages"][key]["payload"]
    named: str = payload["allOf"][1]["properties"]["type"]["const"]
    return named
