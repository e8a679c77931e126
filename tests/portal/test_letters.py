"""Letters go out at least once, to real mail servers: away, busy, refusing, with STARTTLS."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import SecretStr

from browsing import Serve
from calling import portal_process, start_portal
from mail_server import MailServer, link_of, text_of
from noticing_office import SECTIONS, Acts, Clock
from portal.accounts import Account, Accounts
from portal.notices.addresses import Addresses
from portal.notices.deciding import Notice
from portal.notices.keeping import Notices
from portal.notices.letters import compose, of_address
from portal.notices.links import Links
from portal.notices.mailing import GIVEN_UP, Mailer, backoff
from portal.notices.outbox import Outbox
from portal.settings import Settings
from portal.store import Store
from portal.webhooks.carrying import utc_clock
from portal.webhooks.lease import LASTS, LETTERS, Lease
from shared.clock import today
from shared.language.visits import ReturnReport, SubmitReport
from suite.conftest import Up

HOME = "an@tinhdoan.example.vn"


class Desk:
    """A portal's letters on a store, by a clock that is moved by hand."""

    def __init__(self, url: str, clock: Clock, **settings: Any) -> None:
        self.clock = clock
        store = Store(url)
        self.settings = Settings(**settings)
        self.accounts, self.addresses = Accounts(store), Addresses(store)
        self.notices, self.outbox = Notices(store, True), Outbox(store)
        self.mailer = Mailer(
            self.settings,
            self.accounts,
            self.notices,
            self.outbox,
            self.addresses,
            Links(store),
            Lease(store, LETTERS),
            clock,
        )

    def account(self, login: str, email: str) -> Account:
        found = self.accounts.of_login(login)
        if found is None:
            self.accounts.make(login, cadre=login, email=email)
            found = self.accounts.of_login(login)
        assert found is not None
        if self.addresses.of(found).state != "confirmed":
            self.addresses.ask(found, self.clock())
            assert self.addresses.confirm(found.account, email, self.clock())
        return found

    def tell(self, account: Account, number: int = 1) -> None:
        told = {"quarter": "2019-Q1", "on": "2019-04-05", "reason": f"Lý do số {number}"}
        notice = Notice(
            f"planning:{number}", account.cadre, "returned", "plan-returned", told, "/plan/2019-Q1"
        )
        self.notices.tell([account], notice, self.clock())

    async def send(self) -> None:
        while await self.mailer.step():
            pass

    async def later(self, passed: timedelta, every: timedelta) -> None:
        end = self.clock.now + passed
        while self.clock.now < end:
            self.clock.now += every
            await self.send()

    @property
    def failing(self) -> list[tuple[str, str]]:
        return [(one.state, one.address) for one in self.outbox.failing(10)]


@pytest.fixture
def clock() -> Clock:
    return Clock(date(2019, 4, 5))


@pytest.fixture
def mail() -> Iterator[MailServer]:
    server = MailServer()
    yield server
    server.stop()


@pytest.fixture
def store(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'portal.sqlite'}"


async def test_a_busy_server_is_asked_again_and_the_letter_arrives_once(
    mail: MailServer, store: str, clock: Clock
) -> None:
    mail.start()
    desk = Desk(store, clock, **mail.settings())
    an = desk.account("cb-an", HOME)
    desk.tell(an)
    mail.answers.extend(["451 4.7.1 later", "450 4.2.1 later"])
    await desk.send()
    assert mail.taken == []
    assert desk.failing == [("pending", HOME)]
    await desk.later(timedelta(minutes=5), timedelta(seconds=20))
    [(to, message)] = mail.taken
    assert to == HOME
    assert "Lý do số 1" in text_of(message)
    assert desk.failing == []


async def test_a_server_that_was_away_for_a_day_gets_everything(
    mail: MailServer, store: str, clock: Clock
) -> None:
    desk = Desk(store, clock, **mail.settings())
    an = desk.account("cb-an", HOME)
    for number in range(5):
        desk.tell(an, number)
    await desk.later(timedelta(days=1), timedelta(minutes=30))
    assert {one.state for one in desk.outbox.failing(10)} == {"pending"}
    mail.start()
    await desk.later(timedelta(hours=8), timedelta(minutes=10))
    assert len(mail.taken) == 5
    ids = [message["Message-ID"] for _, message in mail.taken]
    assert len(set(ids)) == 5


async def test_what_cannot_be_sent_for_days_is_given_up(
    mail: MailServer, store: str, clock: Clock
) -> None:
    desk = Desk(store, clock, **mail.settings())
    desk.tell(desk.account("cb-an", HOME))
    await desk.later(GIVEN_UP + timedelta(hours=5), timedelta(hours=1))
    assert desk.failing == [("given-up", HOME)]
    mail.start()
    await desk.later(timedelta(hours=5), timedelta(hours=1))
    assert mail.taken == []


async def test_a_refusal_for_good_is_not_tried_again_and_its_reader_is_told(
    mail: MailServer, store: str, clock: Clock
) -> None:
    mail.start()
    mail.nobody.add(HOME)
    desk = Desk(store, clock, **mail.settings())
    an, binh = desk.account("cb-an", HOME), desk.account("cb-binh", "binh@example.vn")
    desk.tell(an)
    desk.tell(binh)
    await desk.send()
    assert desk.failing == [("refused", HOME)]
    assert [to for to, _ in mail.taken] == ["binh@example.vn"]
    address = desk.addresses.of(an)
    assert (address.state, address.why[:9]) == ("refused", "550 5.1.1")
    mail.nobody.clear()
    desk.tell(an, 2)
    await desk.later(timedelta(days=1), timedelta(hours=1))
    assert [to for to, _ in mail.taken] == ["binh@example.vn"]
    assert desk.addresses.ask(an, clock())
    await desk.send()
    link = link_of(mail.taken[-1][1], "/notices/confirm/").rpartition("/")[2]
    assert Links(Store(store)).find(link, "confirm", clock()) is not None


@pytest.mark.long
async def test_letters_go_by_starttls_with_a_password(
    store: str, clock: Clock, tmp_path: Path
) -> None:
    mail = MailServer(tmp_path)
    mail.start()
    try:
        wrong = Desk(store, clock, **mail.settings(smtp_password="sai"))
        wrong.tell(wrong.account("cb-an", HOME))
        await wrong.send()
        [failed] = wrong.outbox.failing(10)
        assert failed.state == "pending"  # it is no fault of the letter
        assert "sai" not in failed.why
        unknown = Desk(store, clock, **mail.settings(smtp_ca=None))
        clock.now += LASTS + timedelta(hours=1)
        await unknown.send()
        assert mail.taken == []
        right = Desk(store, clock, **mail.settings())
        clock.now += LASTS + timedelta(hours=1)
        await right.send()
        assert [to for to, _ in mail.taken] == [HOME]
    finally:
        mail.stop()


async def test_of_several_processes_one_sends_and_a_repeat_is_known_by_its_id(
    mail: MailServer, store: str, clock: Clock
) -> None:
    mail.start()
    one, two = (Desk(store, clock, **mail.settings()) for _ in range(2))
    an = one.account("cb-an", HOME)
    for number in range(6):
        one.tell(an, number)
        two.tell(an, number)
    assert len(one.notices.page(an.account, None, 50)) == 6
    await one.send()
    await two.send()
    assert len(mail.taken) == 6
    assert one.outbox.counts()["sent"] >= 6
    # Killed after the server took it and before that was written down: it goes again.
    from sqlalchemy import update

    from portal.notices.outbox import OUTBOX

    with Store(store).begin() as db:
        db.execute(update(OUTBOX).values(state="pending"))
    clock.now += LASTS * 2
    await two.send()
    ids = [str(message["Message-ID"]) for _, message in mail.taken]
    assert (len(ids), len(set(ids))) == (12, 6)


async def test_no_letter_goes_to_an_address_that_is_not_confirmed(
    mail: MailServer, store: str, clock: Clock
) -> None:
    mail.start()
    desk = Desk(store, clock, **mail.settings())
    an = desk.account("cb-an", HOME)
    desk.tell(an)
    desk.accounts.write_to(an.account, "new@example.vn")
    await desk.send()
    assert mail.taken == []
    assert desk.outbox.counts()["dropped"] >= 1


def test_what_is_typed_cannot_break_out_of_a_header() -> None:
    writing = of_address("https://x/notices/confirm/t", "vi")
    for bad in ("an@example.vn\nBcc: x@y", "an@example.vn, b@c", "an", ""):
        with pytest.raises(ValueError, match="no address"):
            compose(writing, "0" * 32, "a@b.vn", bad, "https://x", "vi", Clock(date(2019, 4, 5))())


def test_the_settings_of_a_mail_server_need_a_sender_and_hide_the_password() -> None:
    with pytest.raises(ValueError, match="DICOSO_SMTP_FROM"):
        Settings(smtp_host="mail")
    settings = Settings(smtp_host="mail", smtp_from="a@b.vn", smtp_password=SecretStr("bí mật"))
    assert "bí mật" not in repr(settings)


def test_tries_come_less_and_less_often() -> None:
    waits = [backoff(number) for number in range(1, 40)]
    assert waits == sorted(waits)
    assert waits[0] == timedelta(minutes=1)
    assert waits[-1] == timedelta(hours=4)


# --- processes ------------------------------------------------------------------------------------


def _environment(mail: MailServer) -> dict[str, str]:
    return {f"DICOSO_{name.upper()}": str(value) for name, value in mail.settings().items()}


@pytest.mark.long
async def test_killed_between_the_notice_and_its_letter_the_next_portal_sends_it(
    suite: Up, mail: MailServer, store: str
) -> None:
    desk = Desk(store, Clock(today()), **mail.settings())
    an, reason = desk.account("cb-0009", HOME), "Bị ngắt giữa chừng"
    await desk.send()
    mail.start()
    held = Lease(Store(store), LETTERS)  # so the portal makes the notice and sends nothing
    assert held.hold(utc_clock() + timedelta(days=1))
    first, _ = start_portal(suite, store, **_environment(mail))
    await _heard(desk)
    await _returned(suite, "bc-ngat", "cb-0009", reason)
    await until(lambda: bool(desk.notices.page(an.account, None, 1)))
    first.kill()
    first.wait()
    assert mail.taken == []
    held.release(utc_clock())
    with portal_process(suite, store, **_environment(mail)):
        await until(lambda: bool(mail.taken))
    [(to, message)] = mail.taken
    assert to == HOME
    assert reason in text_of(message)
    assert len(desk.notices.page(an.account, None, 10)) == 1


@pytest.mark.long
async def test_two_portals_on_one_store_tell_and_send_once(
    suite: Up, mail: MailServer, store: str
) -> None:
    desk = Desk(store, Clock(today()), **mail.settings())
    an = desk.account("cb-0014", HOME)
    mail.start()
    environment = _environment(mail)
    with portal_process(suite, store, **environment), portal_process(suite, store, **environment):
        await _heard(desk)
        for number in range(6):
            await _returned(suite, f"bc-hai-{number}", "cb-0014", f"Lý do số {number}")
        await until(lambda: len(mail.taken) >= 6)
        await asyncio.sleep(3)  # in which another one might tell or send them, too
    assert len(desk.notices.page(an.account, None, 50)) == 6
    texts = sorted(text_of(message) for _, message in mail.taken)
    reasons = [one.partition("Lý do: ")[2].splitlines()[0] for one in texts]
    assert sorted(reasons) == [f"Lý do số {number}" for number in range(6)]


async def _heard(desk: Desk) -> None:
    """Until a portal knows from where on it hears."""
    await until(lambda: len(desk.notices.positions({})) == 3)


async def _returned(suite: Up, report: str, cadre: str, reason: str) -> None:
    said: dict[str, Any] = {"report": report, "cadre": cadre, "period": "2019-Q1"}
    said |= {"submitted_on": "2019-04-01", "sections": SECTIONS}
    back = {"report": report, "by": "cb-0004", "on": "2019-04-02", "reason": reason}
    await Acts(suite).obey(SubmitReport.model_validate(said), ReturnReport.model_validate(back))


async def until(so: Callable[[], bool]) -> None:
    """Wait for what processes do."""
    async with asyncio.timeout(60):
        while not so():  # noqa: ASYNC110 - of processes of their own
            await asyncio.sleep(0.1)


# --- what is sent while somebody waits ------------------------------------------------------------


async def test_an_invitation_is_sent_where_an_address_is_known(
    serve: Serve, mail: MailServer
) -> None:
    mail.start()
    portal = await serve(**mail.settings())
    browser = await portal.signed_in_as("cb-0003")
    csrf = await browser.csrf()
    sent = {"csrf": csrf, "cadre": "cb-0010", "email": "moi@example.vn"}
    page = await browser.post("/accounts/invite", data=sent)
    assert "Thư mời đã gửi tới moi@example.vn" in page.text
    [(to, message)] = mail.taken
    assert to == "moi@example.vn"
    link = link_of(message, "/invitations/")
    assert (await (await portal.browser()).get(link)).status_code == 200
    mail.stop()
    page = await browser.post("/accounts/invite", data=sent)
    assert "Chưa gửi được thư mời" in page.text
    assert "/invitations/" in page.text


async def test_who_made_a_programs_key_is_told_that_its_webhook_is_disabled(
    serve: Serve,
) -> None:
    portal = await serve()
    browser = await portal.signed_in_as("cb-0003")
    account = portal.state.accounts.of_login("cb-0003")
    assert account is not None
    webhook: Any = SimpleNamespace(webhook="wh_1", name="hr-system", url="https://hr.example.vn")
    portal.app.state.notices.webhook_disabled([account.account] * 2, webhook, "410 Gone")
    page = (await browser.get("/notices")).text
    assert page.count('class="card unread"') == 1
    assert "Đã ngừng chuyển webhook của hr-system" in page
    assert "Tới https://hr.example.vn: 410 Gone" in page


async def test_operations_sees_what_was_refused(
    serve: Serve, mail: MailServer, store: str, tmp_path: Path
) -> None:
    mail.start()
    mail.nobody.add(HOME)
    desk = Desk(store, Clock(today()), **mail.settings())
    desk.tell(desk.account("cb-an", HOME))
    await desk.send()
    portal = await serve(**mail.settings())
    browser = await portal.signed_in_as(office="operations")
    page = (await browser.get("/ops")).text
    assert HOME in page
    assert "550 5.1.1 nobody of this name" in page


def test_a_portal_that_sends_nothing_does_not_carry_what_it_would_send_with() -> None:
    heavy = "('aiosmtplib', 'icalendar')"
    asked = f"import portal.app, sys; print([one for one in {heavy} if one in sys.modules])"
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
