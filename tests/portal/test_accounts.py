"""Accounts: invited, begun anew, changed and closed."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from browsing import PASSWORD, Serving
from portal.accounts import Accounts
from portal.invitations import GOOD_FOR
from portal.pages.account import browser_name
from portal.passwords import Fault, fault
from portal.sessions import Sessions
from portal.store import Store
from shared.clock import today
from shared.language.planning import DelegateAuthority, WithdrawDelegation
from suite.conftest import Up

NEW = "một mật khẩu mới, dài hơn"


def invited(portal: Serving, login: str = "mai", cadre: str = "cb-0013") -> str:
    """The path of a new invitation."""
    _, token = portal.state.inviting.invite(login, datetime.now(UTC), cadre=cadre)
    return f"/invitations/{token}"


# --- invitations ------------------------------------------------------------------------------


async def test_an_invitation_sets_a_password_once_and_signs_in(portal: Serving) -> None:
    path = invited(portal)
    browser = await portal.browser()
    for _ in range(2):
        assert "mai" in (await browser.get(path)).text, "looking at it uses nothing up"
    answer = await browser.send_form(path, password=NEW, again=NEW)
    assert answer.headers["location"] == "/"
    assert (await browser.get("/account")).status_code == 200
    assert (await (await portal.browser()).get(path)).status_code == 404
    other = await portal.browser()
    signed = await other.send_form("/sign-in", "/sign-in", login="mai", password=NEW)
    assert signed.status_code == 303


async def test_the_store_holds_no_invitation_that_could_be_taken_up(
    portal: Serving, tmp_path_factory: pytest.TempPathFactory
) -> None:
    token = invited(portal).rpartition("/")[2]
    browser = await portal.signed_in_as("cb-0014")
    path = portal.state.settings.store.removeprefix("sqlite:///")
    stored = b"".join(
        open(path + end, "rb").read()  # noqa: ASYNC230, SIM115
        for end in ("", "-wal")
    )
    assert b"cb-0013" in stored
    assert token.encode() not in stored
    assert browser.cookies["dicoso"].encode() not in stored
    assert PASSWORD.encode() not in stored


async def test_an_invitation_is_good_for_seven_days(portal: Serving) -> None:
    now = datetime.now(UTC)
    account = portal.state.accounts.make("mai", cadre="cb-0013")
    token = portal.state.invitations.invite(account, now - GOOD_FOR - timedelta(seconds=1))
    assert (await (await portal.browser()).get(f"/invitations/{token}")).status_code == 404
    token = portal.state.invitations.invite(account, now - GOOD_FOR + timedelta(minutes=1))
    assert (await (await portal.browser()).get(f"/invitations/{token}")).status_code == 200


async def test_a_new_invitation_ends_the_former_one(portal: Serving) -> None:
    first, second = invited(portal), invited(portal)
    browser = await portal.browser()
    assert (await browser.get(first)).status_code == 404
    assert (await browser.get(second)).status_code == 200


async def test_of_two_who_take_it_up_at_once_one_does(portal: Serving) -> None:
    token = invited(portal).rpartition("/")[2]
    now = datetime.now(UTC)
    took = [portal.state.invitations.take(token, now) for _ in range(2)]
    assert took.count(None) == 1


async def test_whoever_forgot_the_password_is_invited_anew_and_former_sessions_end(
    portal: Serving,
) -> None:
    old = await portal.signed_in_as("cb-0013")
    path = invited(portal, "cb-0013")
    still = await (await portal.browser()).send_form(
        "/sign-in", "/sign-in", login="cb-0013", password=PASSWORD
    )
    assert still.status_code == 303, "until it is taken up the former password is good"
    await (await portal.browser()).send_form(path, password=NEW, again=NEW)
    assert (await old.get("/account")).status_code == 303
    refused = await (await portal.browser()).send_form(
        "/sign-in", "/sign-in", login="cb-0013", password=PASSWORD
    )
    assert refused.status_code == 403


async def test_an_invitation_is_taken_up_by_its_own_page_alone(portal: Serving) -> None:
    path = invited(portal)
    browser = await portal.browser()
    answer = await browser.post(path, data={"password": NEW, "again": NEW})
    assert answer.status_code == 403
    assert (await browser.get(path)).status_code == 200, "and it is still good"


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("ngắn quá", "short"),
        ("mười một ký", "short"),
        ("x" * 11 + "y" * 300, "long"),
        ("aaaaaaaaaaaaaaa", "common"),
        ("abababababababab", "common"),
        ("123456789012", "common"),
        ("qwertyuiop123", "common"),
        ("Password12345!", "common"),
        ("matkhau@2026!!", "common"),
        ("doanthanhnien2019", "common"),
        ("nguyen.thi.mai", "login"),
        ("xx-nguyen.thi.mai-xx", "login"),
        ("một câu dài dễ nhớ", None),
        ("84736251940372", None),
        ("trời xanh matkhau 12", None),
    ],
)
def test_what_a_password_must_be(password: str, why: Fault | None) -> None:
    assert fault(password, "nguyen.thi.mai") == why


async def test_a_password_that_is_refused_leaves_the_invitation_good(portal: Serving) -> None:
    path = invited(portal)
    browser = await portal.browser()
    for password, again in (("ngắn", "ngắn"), ("password1234", "password1234"), (NEW, NEW + "!")):
        answer = await browser.send_form(path, password=password, again=again)
        assert answer.status_code == 422
        assert 'role="alert"' in answer.text
    assert (await browser.send_form(path, password=NEW, again=NEW)).status_code == 303


# --- my account -------------------------------------------------------------------------------


async def test_a_changed_password_ends_all_other_sessions(portal: Serving) -> None:
    here, there = await portal.signed_in_as("cb-0013"), await portal.signed_in_as("cb-0013")
    answer = await here.send_form(
        "/account", "/account/password", old=PASSWORD, password=NEW, again=NEW
    )
    assert answer.headers["location"] == "/account?done=password"
    assert (await here.get("/account")).status_code == 200
    assert (await there.get("/account")).status_code == 303


async def test_a_password_is_not_changed_by_whoever_does_not_know_it(portal: Serving) -> None:
    browser = await portal.signed_in_as("cb-0013")
    wrong = {"old": "không phải cái này", "password": NEW, "again": NEW}
    for _ in range(5):
        answer = await browser.send_form("/account", "/account/password", **wrong)
        assert answer.status_code == 403
    answer = await browser.send_form("/account", "/account/password", **wrong | {"old": PASSWORD})
    assert answer.status_code == 429, "nor found out by trying"


async def test_the_address_is_changed_with_the_password_alone(portal: Serving) -> None:
    browser = await portal.signed_in_as("cb-0013")
    mine = portal.state.accounts.of_login("cb-0013")
    assert mine is not None
    for email, password, status in (
        ("mai@example.vn", "sai mật khẩu", 403),
        ("mai.example.vn", PASSWORD, 422),
        ("mai@example.vn", PASSWORD, 303),
    ):
        answer = await browser.send_form(
            "/account", "/account/email", email=email, password=password
        )
        assert answer.status_code == status
    found = portal.state.accounts.find(mine.account)
    assert found is not None
    assert found.email == "mai@example.vn"


async def test_sessions_are_shown_and_all_ended_at_once(portal: Serving) -> None:
    here, there = await portal.signed_in_as("cb-0013"), await portal.signed_in_as("cb-0013")
    page = await here.get("/account")
    assert len(re.findall(r"<td data-label=\"Bắt đầu\">", page.text)) == 2
    assert page.text.count("phiên này") == 1
    await here.send_form("/account", "/account/sign-out-everywhere")
    for browser in (here, there):
        assert (await browser.get("/account")).status_code == 303


@pytest.mark.parametrize(
    ("told", "named"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Firefox · Windows",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/150.0.0.0 Safari/537.36", "Chrome · Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/150.0 Safari/537.36 Edg/150.0", "Edge · Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0) Version/19.0 Safari/604.1", "Safari · iPhone"),
        ("curl/8.1", "curl/8.1"),
        ("", "?"),
    ],
)
def test_a_browser_is_called_as_people_call_it(told: str, named: str) -> None:
    assert browser_name(told) == named


async def test_the_language_is_chosen_for_good(portal: Serving) -> None:
    browser = await portal.signed_in_as("cb-0013")
    await browser.send_form("/account", "/language", language="en", to="/account")
    page = await browser.get("/account")
    assert "Sign out everywhere" in page.text
    assert "Đăng xuất ở mọi nơi" not in page.text


async def test_a_session_ends_when_unused_and_in_any_case_after_a_week(portal: Serving) -> None:
    account = portal.state.accounts.make("mai", cadre="cb-0013", password=PASSWORD)
    sessions, began = portal.state.sessions, datetime(2026, 3, 5, tzinfo=UTC)
    token = sessions.open(account, began)
    assert sessions.find(token, began + timedelta(hours=12, seconds=1)) is None
    token, now = sessions.open(account, began), began
    while now < began + timedelta(days=7):
        assert sessions.find(token, now) is not None
        now += timedelta(hours=11)
    assert sessions.find(token, now) is None


def test_a_session_remembers_what_was_done_in_each_service(tmp_path: Path) -> None:
    store, now = Store(f"sqlite:///{tmp_path / 'portal.sqlite'}"), datetime.now(UTC)
    sessions = Sessions(store, 12, 12)
    token = sessions.open(Accounts(store).make("mai", cadre="cb-0013"), now)
    session = sessions.find(token, now)
    assert session is not None
    for service, position in (("planning", 7), ("visits", 3), ("planning", 5)):
        sessions.remember(session, service, position)
    found = sessions.find(token, now)
    assert found is not None
    assert found.after == {"planning": 7, "visits": 3}


# --- the organisation department ----------------------------------------------------------------


async def test_the_organisation_department_invites_a_cadre_who_then_sees_their_year(
    portal: Serving,
) -> None:
    organisation = await portal.signed_in_as("cb-0003")
    listed = await organisation.get("/accounts?search=0020")
    assert "Cán bộ 0020" in listed.text
    assert "Cán bộ 0021" not in listed.text
    page = await organisation.send_form("/accounts?search=0020", "/accounts/invite")
    [path] = re.findall(r'value="[^"]*(/invitations/[^"]+)"', page.text)
    cadre = await portal.browser()
    assert (await cadre.send_form(path, password=NEW, again=NEW)).status_code == 303
    assert "Cán bộ 0020" in (await cadre.get("/?year=2019")).text
    assert "đang dùng" in (await organisation.get("/accounts?search=0020")).text


async def test_a_closed_account_is_out_at_once_and_may_be_invited_again(portal: Serving) -> None:
    cadre = await portal.signed_in_as("cb-0020")
    path = invited(portal, "cb-0020", "cb-0020")
    organisation = await portal.signed_in_as("cb-0003")
    await organisation.send_form("/accounts?search=0020", "/accounts/close")
    assert (await cadre.get("/account")).status_code == 303
    assert (await (await portal.browser()).get(path)).status_code == 404
    refused = await (await portal.browser()).send_form(
        "/sign-in", "/sign-in", login="cb-0020", password=PASSWORD
    )
    assert refused.status_code == 403
    page = await organisation.send_form("/accounts?search=0020", "/accounts/invite")
    [path] = re.findall(r'value="[^"]*(/invitations/[^"]+)"', page.text)
    assert (await cadre.send_form(path, password=NEW, again=NEW)).status_code == 303


@pytest.mark.parametrize("who", ["cb-0013", "cb-0004", "cb-0001", "auditor", "operations"])
async def test_nobody_else_invites(portal: Serving, who: str) -> None:
    if who.startswith("cb-"):
        browser = await portal.signed_in_as(who)
    else:
        browser = await portal.signed_in_as(office=who)  # type: ignore[arg-type]
    assert (await browser.get("/accounts")).status_code == 403
    form = {"csrf": await browser.csrf(), "cadre": "cb-0020"}
    assert (await browser.post("/accounts/invite", data=form)).status_code == 403
    assert portal.state.accounts.of_login("cb-0020") is None


async def test_nobody_invites_or_closes_those_above_or_of_offices(portal: Serving) -> None:
    accounts = portal.state.accounts
    standing = accounts.make("standing", cadre="cb-0001", password=PASSWORD)
    auditor = accounts.make("audit", office="auditor", password=PASSWORD)
    browser = await portal.signed_in_as("cb-0003")
    csrf = await browser.csrf()
    for path, typed in (
        ("/accounts/invite", {"cadre": "cb-0001"}),
        ("/accounts/close", {"account": standing}),
        ("/accounts/close", {"account": auditor}),
    ):
        answer = await browser.post(path, data={"csrf": csrf, **typed})
        assert answer.status_code in (403, 404), path
    assert accounts.find(standing)
    assert accounts.find(auditor)


async def test_nobody_invites_who_may_act_for_those_above(portal: Serving, suite: Up) -> None:
    day = today()
    delegation = {"cadre": "cb-0002", "to": "cb-0021", "from": day, "until": day, "reason": "họp"}
    organisation = await portal.signed_in_as("cb-0003")
    form = {"csrf": await organisation.csrf(), "cadre": "cb-0021"}
    async with await suite.bus() as bus:
        await bus.obey(DelegateAuthority.model_validate(delegation))
        answer = await organisation.post("/accounts/invite", data=form)
        assert answer.status_code == 403
        withdrawn = {"cadre": "cb-0002", "to": "cb-0021", "on": day, "reason": "đã về"}
        await bus.obey(WithdrawDelegation.model_validate(withdrawn))
    assert (await organisation.post("/accounts/invite", data=form)).status_code == 200


async def test_what_the_portal_denies_stands_on_record(portal: Serving, suite: Up) -> None:
    browser = await portal.signed_in_as("cb-0022")
    form = {"csrf": await browser.csrf(), "cadre": "cb-0020"}
    assert (await browser.post("/accounts/invite", data=form)).status_code == 403
    assert (await browser.get("/waiting?for=cb-0004")).status_code == 403
    assert (await browser.post("/accounts/invite", data={"cadre": "cb-0020"})).status_code == 403
    async with await suite.bus() as bus:
        rows = (await bus.ask("planning", "denials", limit=500))["rows"]
    told = [(one["what"], one["for"], one["code"]) for one in rows if one["asker"] == "cb-0022"]
    assert sorted(told) == [
        ("GET /waiting", "cb-0004", "not-permitted"),
        ("POST /accounts/invite", "", "not-permitted"),
    ]


async def test_of_two_accounts_of_one_cadre_each_is_shown_and_closed_by_itself(
    portal: Serving,
) -> None:
    first = await portal.signed_in_as("cb-0020")
    second = portal.state.accounts.make("dien-thoai", cadre="cb-0020", password=NEW)
    organisation = await portal.signed_in_as("cb-0003")
    listed = (await organisation.get("/accounts?search=0020")).text
    assert "<strong>cb-0020</strong>" in listed
    assert "<strong>dien-thoai</strong>" in listed
    form = {"csrf": await organisation.csrf()}
    await organisation.post("/accounts/close", data={**form, "account": second})
    assert (await first.get("/account")).status_code == 200
    anew = {**form, "cadre": "cb-0020", "account": second}
    assert "dien-thoai" in (await organisation.post("/accounts/invite", data=anew)).text
