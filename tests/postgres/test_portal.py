"""What the portal keeps of its own, on PostgreSQL as in a file."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from portal.accounts import Accounts, LoginTaken
from portal.attempts import Attempts
from portal.identities import Identities
from portal.invitations import GOOD_FOR, Invitations
from portal.inviting import Inviting
from portal.notices.forgetting import Forgetting
from portal.openid_flows import Identity
from portal.sessions import Sessions
from portal.settings import Settings
from portal.store import Store

NOW = datetime(2026, 3, 5, 12, tzinfo=UTC)


@pytest.fixture(params=["postgresql", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store of each kind."""
    if request.param == "postgresql":
        url = Settings(portal_store=request.getfixturevalue("database")).store
        assert url.startswith("postgresql+psycopg://")
    else:
        url = Settings(data=tmp_path).store
    one = Store(url)
    yield one
    one.close()


def test_an_account_lives_and_is_closed(store: Store) -> None:
    accounts = Accounts(store)
    identities = Identities(store, accounts, "")
    sessions = Sessions(store, 12, 168)
    inviting = Inviting(accounts, Invitations(store), sessions, identities, Forgetting(store))
    account, token = inviting.invite("Mai", NOW, cadre="cb-0013", email="Mai@example.vn")
    with pytest.raises(LoginTaken):
        accounts.make("MAI")
    assert inviting.invitations.account(token, NOW + GOOD_FOR) is None
    assert inviting.invitations.take(token, NOW) == account.account
    assert inviting.invitations.take(token, NOW) is None
    accounts.set_password(account.account, "một câu dài dễ nhớ")
    assert accounts.check(" mai", "một câu dài dễ nhớ")
    claims = {"email": "mai@example.vn", "email_verified": True}
    identity = Identity("https://id.example", "s-1", claims, "/")
    for _ in range(2):
        assert identities.account(identity, NOW) == accounts.find(account.account)
    held = sessions.open(account.account, NOW, "x" * 999)
    session = sessions.find(held, NOW + timedelta(hours=1))
    assert session is not None
    sessions.remember(session, "visits", 7)
    [session] = sessions.of(account.account, NOW + timedelta(hours=1))
    assert session.after == {"visits": 7}
    assert session.began == NOW
    inviting.close(account.account)
    assert accounts.check("mai", "một câu dài dễ nhớ") is None
    assert identities.account(identity, NOW) is None
    assert sessions.find(held, NOW) is None
    [closed] = accounts.all()
    assert (closed.closed, closed.has_password, closed.email) == (True, False, "")


def test_a_thousand_tries_at_once_are_a_thousand(store: Store) -> None:
    attempts = Attempts(store)
    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(lambda n: attempts.count("mai", f"10.0.0.{n}", NOW), range(64)))
    assert waits.count(None) == 5
    assert set(waits) == {None, NOW + timedelta(minutes=1)}
    attempts.forgive("mai", "10.0.0.1", NOW)
    assert attempts.count("mai", "10.0.0.1", NOW) is None


def test_it_is_opened_again_with_what_it_held(store: Store, tmp_path: Path) -> None:
    Accounts(store).make("mai", cadre="cb-0013")
    again = Store(str(store.url))
    assert [one.login for one in Accounts(again).all()] == ["mai"]
    again.answers()
    again.close()
