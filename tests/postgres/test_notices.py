"""Notices on PostgreSQL: made once by whoever comes first, positions and days, letters."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from threading import Barrier

import pytest
from sqlalchemy import Connection

from portal.accounts import Account, Accounts
from portal.notices.calendars import Calendars
from portal.notices.deciding import Notice
from portal.notices.keeping import Notices
from portal.notices.outbox import Outbox
from portal.settings import Settings
from portal.store import Store
from portal.webhooks.lease import LETTERS, WEBHOOKS, Lease

NOW = datetime(2019, 4, 5, 1, tzinfo=UTC)
PORTALS = 6


@pytest.fixture
def url(database: str) -> str:
    return Settings(portal_store=database).store


def an(url: str) -> Account:
    accounts = Accounts(Store(url))
    accounts.make("cb-an", cadre="cb-an", email="an@example.vn")
    found = accounts.of_login("cb-an")
    assert found is not None
    return found


def nothing(_: Connection) -> None:
    """Forget nothing."""


def returned(number: int) -> Notice:
    told = {"quarter": "2019-Q1", "on": "2019-04-05"}
    key = f"planning:{number}"
    return Notice(key, "cb-an", "returned", "plan-returned", told, "/plan/2019-Q1")


def test_of_portals_that_hear_the_same_facts_at_once_one_makes_the_notices(url: str) -> None:
    account = an(url)
    portals = [Notices(Store(url), True) for _ in range(PORTALS)]
    assert portals[0].positions({"planning": 10}) == {"planning": 10}
    start = Barrier(PORTALS)

    def hear(portal: Notices) -> set[str] | None:
        start.wait()
        made = [(account, returned(number)) for number in range(11, 21)]
        return portal.hear("planning", 10, 20, made, nothing, NOW)

    with ThreadPoolExecutor(PORTALS) as pool:
        told = list(pool.map(hear, portals))
    assert [one for one in told if one is not None] == [{account.account}]
    assert len(portals[0].page(account.account, None, 100)) == 10
    assert len(Outbox(Store(url)).due(NOW, 100)) == 10
    assert portals[0].positions({"planning": 99, "visits": 5}) == {"planning": 20, "visits": 5}


def test_of_portals_that_tell_the_same_day_at_once_one_tells(url: str) -> None:
    account, day = an(url), date(2019, 4, 5)
    portals = [Notices(Store(url), True) for _ in range(PORTALS)]
    start = Barrier(PORTALS)

    def tell(portal: Notices) -> bool:
        start.wait()
        return portal.tell_day(account, day, [returned(1), returned(2)], 3, day, NOW)

    with ThreadPoolExecutor(PORTALS) as pool:
        assert sorted(pool.map(tell, portals)) == [False] * (PORTALS - 1) + [True]
    assert portals[0].unread(account.account) == 2
    assert portals[0].told_for(day) == {account.account}
    waited = portals[0].waited(account.account)
    assert waited is not None
    assert (waited.on, waited.count) == (day, 3)
    portals[0].mark_read(account.account, NOW)
    assert portals[0].unread(account.account) == 0


def test_what_fails_half_way_makes_nothing_and_moves_nothing(url: str) -> None:
    account, portal = an(url), Notices(Store(url), True)
    portal.positions({"planning": 10})
    broken = Notice("k" * 2000, "cb-an", "returned", "plan-returned", {}, "/")  # no column holds it
    with pytest.raises(Exception, match="too long"):
        portal.hear("planning", 10, 12, [(account, returned(1)), (account, broken)], nothing, NOW)
    assert portal.page(account.account, None, 10) == []
    assert Outbox(Store(url)).due(NOW, 10) == []
    assert portal.positions({"planning": 99}) == {"planning": 10}


def test_a_works_lease_is_its_own(url: str) -> None:
    one, two = Lease(Store(url), LETTERS), Lease(Store(url), LETTERS)
    assert one.hold(NOW)
    assert not two.hold(NOW)
    assert Lease(Store(url), WEBHOOKS).hold(NOW)
    one.release(NOW)
    assert two.hold(NOW)


def test_an_event_that_says_something_else_is_one_revision_more(url: str) -> None:
    calendars = Calendars(Store(url))
    first = calendars.revised("a", {"u": "x", "v": "y"}, NOW)
    again = calendars.revised("a", {"u": "x", "v": "z"}, NOW.replace(hour=2))
    assert again["u"] == first["u"]
    assert (again["v"].sequence, again["v"].modified) == (1, NOW.replace(hour=2))
