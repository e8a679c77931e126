"""The desk with planning's deciders on a real ledger: what each command is answered."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shared.answers import Done, No
from shared.desk import LARGEST
from shared.ledger import Ledger

from .desks import (
    appoint,
    codes,
    desk_over,
    leave,
    recorded,
    register,
    request,
    transfer,
)

# --- ids ----------------------------------------------------------------------------------------


def test_an_obeyed_command_is_answered_with_its_version_and_position(ledger: Ledger) -> None:
    desk = desk_over(ledger)
    assert desk.obey([appoint("1"), register("2"), transfer("3")]) == [
        Done("planning", version=1, position=1),
        Done("planning", version=1, position=2),
        Done("planning", version=2, position=3),
    ]
    assert recorded(ledger) == [
        ("cadre/cb-1", 1, "1"),
        ("unit/X1", 1, "2"),
        ("cadre/cb-1", 2, "3"),
    ]


def test_the_same_command_again_has_the_same_answer_and_writes_nothing(ledger: Ledger) -> None:
    first = desk_over(ledger).obey([appoint("1")])
    desk_over(ledger).obey([transfer("2")])
    for desk in (desk_over(ledger), desk_over(ledger)):
        assert desk.obey([appoint("1")]) == first
        assert desk.obey([register("3"), appoint("1")])[1] == first[0]
    assert len(recorded(ledger)) == 3


@pytest.mark.parametrize("together", [True, False])
def test_a_command_id_is_not_used_for_other_content(ledger: Ledger, together: bool) -> None:
    desk = desk_over(ledger)
    requests = [appoint("1"), appoint("1", department="ban-b"), replace(appoint("1"), name="x")]
    answers = desk.obey(requests) if together else [desk.obey([one])[0] for one in requests]
    assert codes(answers) == ["done", "command-id-reused", "command-id-reused"]
    assert recorded(ledger) == [("cadre/cb-1", 1, "1")]


def test_the_same_command_twice_in_one_batch_is_obeyed_once(ledger: Ledger) -> None:
    first, second, third = desk_over(ledger).obey([appoint("1"), register("2"), appoint("1")])
    assert first == third == Done("planning", 1, 1)
    assert second == Done("planning", 1, 2)
    assert len(recorded(ledger)) == 2


def test_what_already_stands_is_done_and_writes_nothing(ledger: Ledger) -> None:
    desk = desk_over(ledger)
    desk.obey([appoint("1"), register("2")])
    assert desk.obey([appoint("3")]) == [Done("planning", version=1, position=2)]
    assert desk.obey([register("4", "X2"), appoint("5")])[1] == Done("planning", 1, 3)
    assert len(recorded(ledger)) == 3


def test_a_refused_command_may_come_again_with_the_same_id(ledger: Ledger) -> None:
    desk = desk_over(ledger)
    assert codes(desk.obey([transfer("1")])) == ["unknown-cadre"]
    assert codes(desk.obey([appoint("2"), transfer("1")])) == ["done", "done"]


# --- bad input ----------------------------------------------------------------------------------

BAD = {
    "malformed JSON": (b'{"cadre": "cb-1"', "malformed"),
    "no JSON": (b"", "malformed"),
    "another shape": (b"[]", "malformed"),
    "invalid UTF-8": (b'{"cadre": "cb-\xff", "department": "a"}', "malformed"),
    "half a surrogate pair": (b'{"cadre": "\\ud800", "department": "a"}', "malformed"),
    "a wrong type": (b'{"cadre": 1, "department": "a"}', "malformed"),
    "a wrong word": (b'{"cadre": "cb-1", "department": "a", "role": "king"}', "malformed"),
    "an unknown field": (b'{"cadre": "cb-1", "department": "a", "salary": 5}', "malformed"),
    "a missing field": (b'{"cadre": "cb-1"}', "malformed"),
    "a blank key": (b'{"cadre": " ", "department": "a"}', "malformed"),
    "a day of no calendar": (
        b'{"cadre": "c", "department": "a", "from": "2019-02-29"}',
        "malformed",
    ),
    "deep nesting": (b"[" * 100_000, "malformed"),
    "deep nesting inside": (b'{"cadre": ' + b'{"a":' * 100_000, "malformed"),
    "too large": (b" " * (LARGEST + 1), "too-large"),
}


@pytest.mark.parametrize(("body", "code"), BAD.values(), ids=BAD)
def test_bad_content_has_its_code_and_harms_no_neighbour(
    ledger: Ledger, body: bytes, code: str
) -> None:
    desk = desk_over(ledger)
    bad = request("bad", "appoint-cadre", body)
    assert codes(desk.obey([bad])) == [code]
    assert codes(desk.obey([appoint("1"), bad, register("2")])) == ["done", code, "done"]
    assert len(recorded(ledger)) == 2


def test_malformed_content_is_refused_with_the_path_of_each_fault(ledger: Ledger) -> None:
    [answer] = desk_over(ledger).obey([request("1", "appoint-cadre", {"cadre": 7})])
    assert isinstance(answer, No)
    assert [fault["path"] for fault in answer.detail["faults"]] == ["cadre", "department"]


def test_a_body_of_exactly_the_largest_size_is_read(ledger: Ledger) -> None:
    body = appoint("1").body
    padded = replace(appoint("1"), body=body + b" " * (LARGEST - len(body)))
    assert codes(desk_over(ledger).obey([padded])) == ["done"]


def test_an_unknown_command_is_said_to_be_unknown(ledger: Ledger) -> None:
    assert codes(desk_over(ledger).obey([request("1", "log-visit", {})])) == ["unknown-command"]


@pytest.mark.parametrize("id", ["", "  ", "x" * 201])
def test_a_command_without_an_id_is_malformed(ledger: Ledger, id: str) -> None:
    [answer] = desk_over(ledger).obey([appoint(id)])
    assert isinstance(answer, No)
    assert answer.detail["faults"][0]["path"] == "id"
    assert recorded(ledger) == []


@pytest.mark.parametrize("actor", ["", "\t", "x" * 201])
def test_a_command_without_an_actor_is_malformed(ledger: Ledger, actor: str) -> None:
    [answer] = desk_over(ledger).obey([replace(appoint("1"), actor=actor)])
    assert isinstance(answer, No)
    assert answer.detail["faults"][0]["path"] == "actor"


# --- neighbours ---------------------------------------------------------------------------------


def test_a_refused_command_harms_no_neighbour(ledger: Ledger) -> None:
    desk = desk_over(ledger)
    requests = [
        appoint("1"),
        appoint("2", department="ban-b"),
        leave("3"),
        leave("4", cadre="cb-9"),
        transfer("5"),
    ]
    assert codes(desk.obey(requests)) == ["done", "duplicate-id", "done", "duplicate-id", "done"]
    assert [command for _, _, command in recorded(ledger)] == ["1", "3", "5"]


def test_commands_of_one_batch_are_decided_one_upon_the_other(ledger: Ledger) -> None:
    requests = [appoint("1"), leave("2"), appoint("3", "cb-2"), leave("4", cadre="cb-2")]
    assert codes(desk_over(ledger).obey(requests)) == ["done", "done", "done", "duplicate-id"]


def test_an_empty_batch_has_no_answers(ledger: Ledger) -> None:
    assert desk_over(ledger).obey([]) == []
