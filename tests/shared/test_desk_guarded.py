"""The desk before those who are signed in: judged upon what stands, denials in the same commit."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from eventsourcing.persistence import OperationalError
from pydantic_core import to_json

from judged import asker
from planning.service import SPEC
from shared.asker import Office
from shared.desk import Desk, Request
from shared.guard import Guard
from shared.ledger import Ledger
from shared.rights import Rights, everybody

from .desks import appoint, codes, desk_over, register
from .making import THEN

TODAY = date(2019, 3, 10)
NOW = "2019-03-10T05:00:00.000000Z"


def guarded(ledger: Ledger, rights: Rights = SPEC.rights) -> Desk:
    inside = SPEC.open(ledger)
    guard = Guard(rights, inside.shelf, inside.known, lambda: TODAY, lambda: NOW)
    known = inside.known
    return Desk("planning", ledger, inside.shelf, SPEC.obeys, known, lambda: THEN, guard=guard)


def signed(
    id: str, name: str, content: dict[str, Any], cadre: str = "", office: Office = ""
) -> Request:
    who = asker(cadre, office=office)
    return Request(name, to_json(content), id, who.name, asker=who)


def grant(id: str, by: str, cadre: str, role: str) -> Request:
    return signed(id, "grant-role", {"cadre": cadre, "role": role, "on": "2019-03-01"}, by)


def unit(id: str, by: str, key: str = "X1") -> Request:
    return signed(id, "register-unit", {"unit": key, "name": "Xã", "level": "commune"}, by)


@pytest.fixture
def desk(ledger: Ledger) -> Desk:
    desk = guarded(ledger)
    roles = {"cb-1": "cadre", "cb-thu": "standing", "cb-to": "organisation"}
    for cadre, role in roles.items():
        content = {"cadre": cadre, "department": "ban-a", "role": role}
        request = Request("appoint-cadre", to_json(content), f"a-{cadre}", "operator")
        assert codes(desk.obey([request])) == ["done"]
    return desk


def entries(ledger: Ledger) -> list[tuple[str, str, str]]:
    """Stream, actor and command of what was recorded after the roster."""
    found = ledger.entries(3, 500)
    return [(one.stream, one.actor, one.command) for one in found]


def test_a_denied_neighbour_harms_nobody_and_is_recorded_beside(desk: Desk, ledger: Ledger) -> None:
    answers = desk.obey([unit("1", "cb-to", "X1"), unit("2", "cb-1", "X2"), register("3", "X3")])
    assert codes(answers) == ["done", "not-permitted", "done"]
    assert entries(ledger) == [
        ("unit/X1", "cb-to", "1"),
        ("denials/cb-1", "cb-1", "2"),
        ("unit/X3", "test", "3"),
    ]
    assert [getattr(one, "position", 0) for one in answers] == [4, 0, 6]


def test_each_is_judged_upon_what_the_one_before_did(desk: Desk, ledger: Ledger) -> None:
    batch = [
        unit("1", "cb-1"),
        grant("2", "cb-thu", "cb-1", "organisation"),
        unit("3", "cb-1"),
        grant("4", "cb-thu", "cb-1", "cadre"),
        unit("5", "cb-1", "X5"),
    ]
    assert codes(desk.obey(batch)) == ["not-permitted", "done", "done", "done", "not-permitted"]


def test_the_same_command_again_is_answered_as_it_was(desk: Desk, ledger: Ledger) -> None:
    batch = [grant("2", "cb-thu", "cb-1", "organisation"), unit("3", "cb-1")]
    first = desk.obey(batch)
    assert codes(desk.obey([grant("4", "cb-thu", "cb-1", "cadre")])) == ["done"]
    assert desk.obey([unit("3", "cb-1")]) == [first[1]]


def test_what_cannot_be_recorded_is_not_permitted_either(
    desk: Desk, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> list[int]:
        raise OperationalError("database or disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(ledger, "append", full)
        assert codes(desk.obey([unit("1", "cb-1"), unit("2", "cb-to")])) == ["unavailable"] * 2
    assert entries(ledger) == []
    assert codes(desk.obey([unit("1", "cb-1")])) == ["not-permitted"]
    assert entries(ledger) == [("denials/cb-1", "cb-1", "1")]


def test_what_is_malformed_is_no_denial(desk: Desk, ledger: Ledger) -> None:
    wrong = signed("1", "register-unit", {"unit": 7}, "cb-1")
    unknown = signed("2", "dance", {}, "cb-1")
    assert codes(desk.obey([wrong, unknown])) == ["malformed", "unknown-command"]
    assert entries(ledger) == []


def test_a_desk_without_rights_obeys_nobody_who_is_signed_in(ledger: Ledger) -> None:
    desk = desk_over(ledger)
    assert codes(desk.obey([appoint("1"), unit("2", "cb-1")])) == ["done", "not-permitted"]


def test_a_table_without_a_rule_permits_nobody(ledger: Ledger) -> None:
    desk = guarded(ledger, Rights({}, {"ready": everybody}))
    assert codes(desk.obey([unit("1", "cb-1")])) == ["not-permitted"]


def test_an_office_stands_on_record_with_its_account(desk: Desk, ledger: Ledger) -> None:
    content = {"cadre": "cb-9", "department": "ban-a"}
    assert codes(desk.obey([signed("1", "appoint-cadre", content, office="hr")])) == ["done"]
    denied = {**content, "cadre": "cb-8", "role": "standing"}
    answers = desk.obey([signed("2", "appoint-cadre", denied, office="hr")])
    assert codes(answers) == ["not-permitted"]
    assert entries(ledger) == [("cadre/cb-9", "hr:hr.x", "1"), ("denials/hr:hr.x", "hr:hr.x", "2")]
