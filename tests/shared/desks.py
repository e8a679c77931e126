"""Planning's desk over a ledger, and the commands laid on it."""

from __future__ import annotations

from typing import Any

from pydantic_core import to_json

from planning.service import SPEC
from shared.answers import Done, No
from shared.deciding import Decider
from shared.desk import Desk, Request
from shared.ledger import Ledger
from shared.messages import Command

from .making import THEN

Deciders = dict[type[Command], Decider[Any]]


def desk_over(ledger: Ledger, **instead: Decider[Any]) -> Desk:
    """Planning's desk; ``instead`` names deciders that take the place of planning's."""
    inside = SPEC.open(ledger)
    obeys: Deciders = {
        word: instead.get(decider.name, decider) for word, decider in SPEC.obeys.items()
    }
    return Desk("planning", ledger, inside.shelf, obeys, inside.known, lambda: THEN)


def request(id: str, name: str, content: dict[str, Any] | bytes, actor: str = "test") -> Request:
    body = content if isinstance(content, bytes) else to_json(content)
    return Request(name, body, id, actor)


def appoint(id: str, cadre: str = "cb-1", department: str = "ban-a") -> Request:
    return request(id, "appoint-cadre", {"cadre": cadre, "department": department})


def transfer(id: str, cadre: str = "cb-1", department: str = "ban-b") -> Request:
    content = {"cadre": cadre, "department": department, "on": "2019-02-01"}
    return request(id, "transfer-cadre", content)


def leave(id: str, key: str = "nv-1", cadre: str = "cb-1") -> Request:
    days = dict.fromkeys(("from", "to", "recorded_on"), "2019-03-01")
    content = {"leave": key, "cadre": cadre, "kind": "sick", **days}
    return request(id, "record-leave", content)


def register(id: str, unit: str = "X1", name: str = "Xã đoàn") -> Request:
    return request(id, "register-unit", {"unit": unit, "name": name, "level": "commune"})


def codes(answers: list[Done | No]) -> list[str]:
    """What was answered in short: ``done``, or the code of the refusal."""
    return [answer.code if isinstance(answer, No) else "done" for answer in answers]


def recorded(ledger: Ledger) -> list[tuple[str, int, str]]:
    """Every own entry in short: stream, version, command."""
    return [(one.stream, one.version, one.command) for one in ledger.all_entries()]
