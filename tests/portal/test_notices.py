"""From the fact or the day to the page, the letter and the calendar, before a real suite."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from browsing import Serve, Serving
from mail_server import MailServer, link_of, text_of
from noticing_office import AN, BINH, CHI, DUNG, Acts, Clock, Told
from portal.app import create_app
from portal.owed import owed
from portal.settings import Settings
from shared.language.planning import DelegateAuthority, DraftLine, ReturnPlan, SubmitPlan
from shared.language.privacy import ApproveErasure, RequestErasure
from suite.conftest import Up

HOME = "an@tinhdoan.example.vn"
_NUMBERS = count(1)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """A suite with the year of four people."""
    up = Up(tmp_path_factory.mktemp("office") / "data")
    asyncio.run(Acts(up).found())
    yield up
    up.down()


@pytest.fixture
def acts(office: Up) -> Acts:
    return Acts(office)


@pytest.fixture
def mail() -> Iterator[MailServer]:
    server = MailServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def clock() -> Clock:
    return Clock(date(2019, 4, 1))


@pytest.fixture
async def told(office: Up, mail: MailServer, clock: Clock, tmp_path: Path) -> AsyncIterator[Told]:
    """A portal that tells, by the clock of the test, and sends letters."""
    async with AsyncExitStack() as stack:
        store = f"sqlite:///{tmp_path / 'portal.sqlite'}"
        settings = Settings(
            nats=office.nats, data=office.data, portal_store=store, **mail.settings()
        )
        app = create_app(settings, clock)
        await stack.enter_async_context(app.router.lifespan_context(app))
        found = Told(Serving(app, stack, settings.url))
        await found.step()
        yield found


def paper(name: str) -> str:
    """An id of a test's own."""
    return f"{name}-{next(_NUMBERS)}"


async def letters(mail: MailServer, told: Told, number: int) -> list[Any]:
    """The letters that were taken, once there are so many; the portal's own task may be first."""
    async with asyncio.timeout(30):
        while len(mail.taken) < number:
            await told.step()
            await asyncio.sleep(0.05)
    return [message for _, message in mail.taken]


# --- from a fact ----------------------------------------------------------------------------------


async def test_who_gets_a_report_back_is_told_why_in_the_portal_and_by_a_letter(
    told: Told, acts: Acts, mail: MailServer, clock: Clock
) -> None:
    an = await told.account(AN, HOME)
    browser, report = await told.browser(AN), paper("bc")
    await acts.hand_in(report, "2019-Q1", "2019-04-01")
    await acts.send_back(report, "2019-04-02", "Thiếu số liệu cơ sở")
    [message] = await letters(mail, told, 1)
    page = (await browser.get("/notices")).text
    assert "Báo cáo thu hoạch quý I/2019 bị trả lại ngày 02/04/2019" in page
    assert "Lý do: Thiếu số liệu cơ sở" in page
    assert told.noticing.notices.unread(an.account) == 1
    assert mail.taken[0][0] == HOME
    assert "Thiếu số liệu cơ sở" in text_of(message)
    html = message.get_body(("html",))
    assert html is not None
    assert "Thiếu số liệu cơ sở" in html.get_content()
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert b"\r\nList-Unsubscribe: <http://127.0.0.1:8080/notices/stop/" in mail.raw[0]
    opened = await browser.get(link_of(message, "/notices/1"))
    assert (opened.status_code, opened.headers["location"]) == (303, "/reports?year=2019")
    assert told.noticing.notices.unread(an.account) == 0
    assert (await browser.get(opened.headers["location"])).status_code == 200
    other = await told.browser(BINH)
    assert (await other.get(link_of(message, "/notices/1"))).status_code == 404
    assert "Thiếu số liệu" not in (await other.get("/notices")).text


async def test_a_notice_is_made_once_however_often_it_is_heard(told: Told, acts: Acts) -> None:
    an, report = await told.account(AN), paper("bc")
    await acts.hand_in(report, "2019-Q2", "2019-07-01")
    await acts.send_back(report, "2019-07-02", "Một lần")
    await asyncio.gather(*(told.step() for _ in range(5)))
    assert told.kinds(an) == [("returned", "report-returned")]


async def test_a_returned_plan_and_a_delegation_are_told_those_they_concern(
    told: Told, acts: Acts
) -> None:
    an, binh = await told.account(AN), await told.account(BINH)
    line = {"line": paper("dk"), "cadre": AN, "quarter": "2019-Q3", "unit": "X1"}
    line |= {"kind": "regular", "from": "2019-08-05", "to": "2019-08-06"}
    await acts.obey(
        DraftLine.model_validate(line),
        SubmitPlan.model_validate({"cadre": AN, "quarter": "2019-Q3", "on": "2019-07-01"}),
        ReturnPlan.model_validate(
            {"cadre": AN, "quarter": "2019-Q3", "by": BINH, "on": "2019-07-02", "reason": "Trùng"}
        ),
        DelegateAuthority.model_validate(
            {"cadre": DUNG, "to": BINH, "from": "2019-07-01", "until": "2019-07-31", "reason": "-"}
        ),
    )
    await told.step()
    assert told.kinds(an) == [("returned", "plan-returned")]
    assert ("delegation", "authority-delegated") in told.kinds(binh)


async def test_a_reminder_of_the_organisation_department_reaches_whom_it_marks(
    told: Told, acts: Acts, mail: MailServer, clock: Clock
) -> None:
    an = await told.account(AN, HOME)
    await told.account(CHI)
    browser = await told.browser(CHI)
    csrf = await browser.csrf()
    for _ in range(2):  # pressed twice, it is one
        sent = {"csrf": csrf, "cadre": AN, "command_id": "x"}
        assert (await browser.post("/chase/remind?year=2019", data=sent)).status_code == 303
    await letters(mail, told, 1)
    await told.step()
    assert [kind for kind, _ in told.kinds(an)].count("reminder") == 1
    assert len(mail.taken) == 1


async def test_what_was_recorded_before_notices_were_kept_is_told_nobody(
    serve: Serve, office: Up, acts: Acts
) -> None:
    report = paper("bc")
    await acts.hand_in(report, "2019-Q4", "2020-01-02")
    await acts.send_back(report, "2020-01-03", "Chuyện cũ")
    portal = Told(await serve(nats=office.nats, data=office.data))
    an = await portal.account(AN)
    await portal.step()
    assert portal.kinds(an) == []


async def test_of_the_erased_nothing_is_kept(told: Told, acts: Acts) -> None:
    cadre = paper("cb-xoa")
    from shared.language.planning import AppointCadre

    appointed = {"cadre": cadre, "department": "van-phong", "name": "Người Xin Xoá"}
    appointed |= {"from": "2015-01-01", "to": "2015-12-31"}  # no duty to keep what is theirs stands
    await acts.obey(AppointCadre.model_validate(appointed))
    account, report = await told.account(cadre), paper("bc")
    await acts.hand_in(report, "2019-Q1", "2019-04-01", cadre)
    await acts.send_back(report, "2019-04-02", "Về người xin xoá")
    await told.step()
    assert told.kinds(account) == [("returned", "report-returned")]
    said = {"cadre": cadre, "on": "2019-05-01"}
    await acts.obey(
        RequestErasure.model_validate({**said, "by": CHI, "reason": "Theo yêu cầu"}),
        ApproveErasure.model_validate({**said, "by": DUNG}),
    )
    async with asyncio.timeout(30):
        while told.kinds(account):
            await told.step()
            await asyncio.sleep(0.1)


async def test_of_a_closed_account_no_address_and_no_notice_is_kept(
    told: Told, mail: MailServer, clock: Clock
) -> None:
    from portal.notices.deciding import Notice
    from portal.store import METADATA

    an = await told.account(AN, HOME)
    notice = Notice("k", AN, "reminder", "reminder", {"year": "2019"}, "/")
    told.noticing.notices.tell([an], notice, clock())
    await letters(mail, told, 1)
    told.noticing.calendars.renew(an.account, clock())
    told.portal.state.inviting.close(an.account)
    tables = [
        one for one in METADATA.sorted_tables if "account" in one.c and one.name != "accounts"
    ]
    with told.portal.state.store.begin() as db:
        left = {
            one.name: db.execute(one.select().where(one.c.account == an.account)).first()
            for one in tables
        }
    assert set(left.values()) == {None}, left


# --- from the day ---------------------------------------------------------------------------------


async def test_a_report_is_due_soon_then_overdue_and_each_is_told_once(
    told: Told, acts: Acts, clock: Clock
) -> None:
    from shared.language.planning import AppointCadre

    cadre = paper("cb-ngay")
    await acts.obey(AppointCadre.model_validate({"cadre": cadre, "department": "van-phong"}))
    await acts.log(paper("lv"), "2019-03-04", cadre)
    account = await told.account(cadre)

    async def on(day: str) -> list[str]:
        clock.to(date.fromisoformat(day))
        await asyncio.gather(told.step(), told.step())
        return [what for _, what in told.kinds(account) if what.startswith("report/")]

    assert await on("2019-04-02") == []
    assert await on("2019-04-03") == ["report/soon"]
    assert await on("2019-04-04") == ["report/soon"]
    assert await on("2019-04-10") == ["report/soon", "report/last"]
    assert await on("2019-04-11") == ["report/soon", "report/last", "report/overdue"]
    assert await on("2019-04-20") == ["report/soon", "report/last", "report/overdue"]
    link = told.noticing.notices.page(account.account, None, 1)[0].link
    browser = await told.browser(cadre)
    assert (await browser.get(link)).status_code == 200


async def test_who_was_down_for_weeks_tells_the_newest_stage_alone(
    told: Told, acts: Acts, clock: Clock
) -> None:
    from shared.language.planning import AppointCadre

    cadre = paper("cb-lau")
    await acts.obey(AppointCadre.model_validate({"cadre": cadre, "department": "van-phong"}))
    await acts.log(paper("lv"), "2019-03-04", cadre)
    account = await told.account(cadre)
    clock.to(date(2019, 4, 15))
    await told.step()
    stages = [what for _, what in told.kinds(account)]
    assert stages.count("report/overdue") == 1
    assert not {"report/soon", "report/last"} & set(stages)


async def test_nobody_is_told_of_their_day_before_the_morning(
    told: Told, acts: Acts, clock: Clock
) -> None:
    account = await told.account(AN)
    clock.now = datetime.fromisoformat("2019-04-09T06:59:00+07:00")
    await told.step()
    before = told.kinds(account)
    clock.now += timedelta(minutes=1)
    await told.step()
    assert before == []
    assert told.kinds(account)


async def test_a_leader_is_told_once_of_all_that_waits(
    told: Told, acts: Acts, clock: Clock, mail: MailServer
) -> None:
    binh = await told.account(BINH, "binh@tinhdoan.example.vn")
    for _ in range(3):
        await acts.log(paper("lv"), "2019-03-11")

    def waits() -> list[str]:
        page = told.noticing.notices.page(binh.account, None, 50)
        return [one.told["count"] for one in reversed(page) if one.kind == "waiting"]

    clock.to(date(2019, 4, 12))
    await told.step()
    first = waits()[-1]
    assert int(first) >= 3
    once = waits()
    clock.to(date(2019, 4, 13))
    await told.step()
    assert waits() == once
    await acts.log(paper("lv"), "2019-03-12")
    clock.to(date(2019, 4, 14))
    await told.step()
    assert waits() == [*once, str(int(first) + 1)]
    days = [text_of(message) for to, message in mail.taken if to.startswith("binh")]
    assert sum("chờ bạn giải quyết" in one for one in days) == len(waits())


# --- preferences and addresses --------------------------------------------------------------------


async def test_nothing_is_sent_to_an_address_before_its_link_was_pressed(
    told: Told, acts: Acts, mail: MailServer
) -> None:
    an = await told.account(AN)
    browser, report = await told.browser(AN), paper("bc")
    told.noticing.accounts.write_to(an.account, HOME)
    await acts.hand_in(report, "2019-Q2", "2019-07-01")
    await acts.send_back(report, "2019-07-02", "Chưa gửi đi đâu")
    await told.step()
    assert mail.taken == []
    answer = await browser.send_form("/notices/preferences", "/notices/address")
    assert answer.headers["location"].endswith("done=asked")
    again = await browser.send_form("/notices/preferences", "/notices/address")
    assert again.headers["location"].endswith("done=not-asked")
    [message] = await letters(mail, told, 1)
    assert message["List-Unsubscribe"] is None
    link = link_of(message, "/notices/confirm/")
    anybody = await told.portal.browser()
    assert HOME in (await anybody.get(link)).text
    assert told.noticing.addresses.of(_with(an, HOME)).state == "asked"
    assert (await anybody.post(link, data={"confirm": "yes"})).status_code == 200
    assert told.noticing.addresses.of(_with(an, HOME)).state == "confirmed"
    told.noticing.accounts.write_to(an.account, "other@example.vn")
    assert (await anybody.post(link, data={"confirm": "yes"})).status_code == 200
    assert told.noticing.addresses.of(_with(an, "other@example.vn")).state == "unconfirmed"


def _with(account: Any, email: str) -> Any:
    from dataclasses import replace

    return replace(account, email=email)


async def test_one_click_stops_the_letters_of_a_kind_and_no_look_does(
    told: Told, acts: Acts, mail: MailServer
) -> None:
    an, report = await told.account(AN, HOME), paper("bc")
    await acts.hand_in(report, "2019-Q2", "2019-07-01")
    await acts.send_back(report, "2019-07-02", "Lần một")
    [message] = await letters(mail, told, 1)
    link, anybody = link_of(message, "/notices/stop/"), await told.browser(AN)
    await anybody.get(link)
    assert told.noticing.preferences.of(an)["returned"] == "mail"
    answer = await anybody.post(link, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert told.noticing.preferences.of(an)["returned"] == "portal"
    await acts.hand_in(report, "2019-Q2", "2019-07-03")
    await acts.send_back(report, "2019-07-04", "Lần hai")
    await told.step()
    assert told.kinds(an) == [("returned", "report-returned")] * 2
    assert len(mail.taken) == 1
    assert (await anybody.post(link[:-2], data={})).status_code == 404


async def test_everybody_is_told_as_they_have_chosen(
    told: Told, acts: Acts, mail: MailServer, clock: Clock
) -> None:
    an, browser = await told.account(AN, HOME), await told.browser(AN)
    chosen = {"returned": "digest", "accepted": "none", "overdue": "none"}
    await browser.send_form("/notices/preferences", "/notices/preferences", **chosen)
    ways = told.noticing.preferences.of(an)
    assert (ways["returned"], ways["accepted"], ways["overdue"]) == ("digest", "none", "mail")
    await told.step()  # the letter of this day has gone, if there was any
    mail.taken.clear()
    for number in ("2019-Q1", "2019-Q2"):
        report = paper("bc")
        await acts.hand_in(report, number, "2019-07-01")
        await acts.send_back(report, "2019-07-02", f"Lý do {number}")
    await told.step()
    assert mail.taken == []
    clock.to(clock.now.date() + timedelta(days=1))
    [message] = await letters(mail, told, 1)
    assert "Lý do 2019-Q1" in text_of(message)
    assert "Lý do 2019-Q2" in text_of(message)


async def test_without_a_mail_server_the_page_says_so(serve: Serve) -> None:
    portal = await serve()
    browser = await portal.signed_in_as("cb-0009")
    assert "chưa nối máy chủ thư" in (await browser.get("/notices")).text
    page = await browser.get("/notices/preferences")
    assert "chưa nối máy chủ thư" in page.text
    refused = await browser.send_form("/notices/preferences", "/notices/preferences")
    assert refused.status_code == 303
    csrf = await browser.csrf()
    assert (await browser.post("/notices/address", data={"csrf": csrf})).status_code == 404


# --- pages ----------------------------------------------------------------------------------------


async def test_the_header_counts_what_is_unread_and_older_pages_follow(
    told: Told, clock: Clock
) -> None:
    from portal.notices.deciding import Notice

    an, browser = await told.account(AN), await told.browser(AN)
    for number in range(70):
        one = Notice(f"k/{number}", AN, "reminder", "reminder", {"year": str(number)}, "/")
        told.noticing.notices.tell([an], one, clock())
        told.noticing.notices.tell([an], one, clock())
    page = (await browser.get("/notices")).text
    assert "<strong>70<span" in page
    assert page.count('class="card unread"') == 30
    older = page.rpartition("/notices?before=")[2].partition('"')[0]
    rest = (await browser.get(f"/notices?before={older}")).text
    assert "của năm 39 " in rest
    assert "của năm 40 " not in rest
    first = told.noticing.notices.page(an.account, None, 1)[0].id
    csrf = await browser.csrf()
    await browser.post(f"/notices/{first}/read", data={"csrf": csrf})
    assert told.noticing.notices.unread(an.account) == 69
    stranger = await told.browser(BINH)
    await stranger.post(f"/notices/{first - 1}/read", data={"csrf": await stranger.csrf()})
    assert told.noticing.notices.unread(an.account) == 69
    await browser.post("/notices/read", data={"csrf": csrf})
    assert told.noticing.notices.unread(an.account) == 0


async def test_the_page_is_told_of_a_new_notice(told: Told, acts: Acts) -> None:
    an, browser = await told.account(AN), await told.browser(AN)
    assert 'data-watch="notices"' in (await browser.get("/notices")).text
    from portal.watching import Watcher

    watching = told.noticing.watching
    mine = Watcher(frozenset({f"notices:{an.account}"}), "s")
    with watching.watch(mine, 0):
        report = paper("bc")
        await acts.hand_in(report, "2019-Q1", "2019-04-01")
        await acts.send_back(report, "2019-04-02", "Mới")
        await told.step()
        assert await mine.changed(10)


async def test_to_tell_everybody_asks_nothing_that_they_may_not(
    told: Told, acts: Acts, clock: Clock, office: Up
) -> None:
    """A denial is recorded, and would stand under the name of who asked nothing."""
    people = [await told.account(one) for one in (AN, BINH, CHI, DUNG)]
    for day in ("2019-04-09", "2019-07-05", "2019-12-20", "2020-01-15"):
        clock.to(date.fromisoformat(day))
        await told.step()
        assert told.noticing.notices.told_for(clock.today) >= {one.account for one in people}
    browser = await told.portal.browser()
    for one in people:
        secret = told.noticing.calendars.renew(one.account, clock())
        assert (await browser.get(f"/calendar/{secret}.ics")).status_code == 200
    async with await office.bus() as bus:
        for service in ("planning", "visits", "appraisal"):
            found = (await bus.ask(service, "denials"))["rows"]
            assert found == []


# --- the calendar ---------------------------------------------------------------------------------


async def test_the_calendar_says_what_is_owed_and_planned(
    told: Told, acts: Acts, clock: Clock
) -> None:
    an, browser = await told.account(AN), await told.browser(AN)
    await acts.log(paper("lv"), "2019-02-11")
    line = {"line": paper("dk"), "cadre": AN, "quarter": "2019-Q2", "unit": "X1"}
    line |= {"kind": "regular", "from": "2019-05-06", "to": "2019-05-08", "topic": "Khảo sát"}
    await acts.obey(DraftLine.model_validate(line))
    shown = await browser.send_form("/notices/preferences", "/notices/calendar")
    address = shown.text.partition('id="feed" value="')[2].partition('"')[0]
    path = "/calendar/" + address.rpartition("/calendar/")[2]
    anybody = await told.portal.browser()
    answer = await anybody.get(path)
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    head = await anybody.head(path)
    assert (head.status_code, head.headers["etag"]) == (200, answer.headers["etag"])
    assert head.content == b""
    feed = Calendar.from_ical(answer.content)
    events = {str(one["URL"]): one for one in feed.walk("VEVENT")}
    asks = told.noticing.theirs(an)
    of: dict[str, Any] = {"cadre": AN, "year": 2019}
    assessed = await asks.bus.ask("appraisal", "assess", **of, as_of=clock.now.date().isoformat())
    for what, path_of in (("report", "/reports/of/"), ("product", "/reports/product/")):
        rows = (await asks.bus.ask("visits", f"{what}s", **of))["rows"]
        due = {one.about: one.due for one in owed(what, assessed, rows) if one.due}
        got = {
            url.partition(path_of)[2].partition("?")[0]: str(one.decoded("DTSTART"))
            for url, one in events.items()
            if path_of in url
        }
        assert got == due
    assert "2019-Q1" in {one.partition("/of/")[2][:7] for one in events}
    planned = [one for one in feed.walk("VEVENT") if "Đoàn xã A" in str(one["SUMMARY"])]
    [visit] = [one for one in planned if one.decoded("DTSTART").month == 5]
    assert (visit.decoded("DTSTART"), visit.decoded("DTEND")) == (
        date(2019, 5, 6),
        date(2019, 5, 9),
    )
    assert str(feed["REFRESH-INTERVAL"].params["VALUE"]) == "DURATION"
    same = await anybody.get(path, headers={"If-None-Match": answer.headers["etag"]})
    assert same.status_code == 304
    clock.now += timedelta(hours=3)
    assert (await anybody.get(path)).content == answer.content
    from shared.language.planning import AmendLine

    moved = {name: line[name] for name in ("line", "unit", "kind")}
    amended = AmendLine.model_validate({**moved, "from": "2019-05-07", "to": "2019-05-08"})
    await acts.obey(amended)
    changed = Calendar.from_ical((await anybody.get(path)).content)
    [again] = [one for one in changed.walk("VEVENT") if one["UID"] == visit["UID"]]
    assert (visit["SEQUENCE"], again["SEQUENCE"]) == (0, 1)
    assert again.decoded("LAST-MODIFIED") > visit.decoded("LAST-MODIFIED")
    others = [one for one in changed.walk("VEVENT") if one["UID"] != visit["UID"]]
    assert {one["SEQUENCE"] for one in others} == {0}


async def test_a_calendars_old_address_and_anothers_guess_give_nothing(told: Told) -> None:
    an, browser = await told.account(AN), await told.browser(AN)
    calendars, now = told.noticing.calendars, told.noticing.clock()
    old = calendars.renew(an.account, now)
    assert (await browser.get(f"/calendar/{old}.ics")).status_code == 200
    new = calendars.renew(an.account, now)
    for secret in (old, new[:-1], "", "x" * 43):
        assert (await browser.get(f"/calendar/{secret}.ics")).status_code == 404
    assert (await browser.get(f"/calendar/{new}.ics")).status_code == 200
    told.noticing.accounts.close(an.account)
    assert (await browser.get(f"/calendar/{new}.ics")).status_code == 404
    told.noticing.accounts.reopen(an.account)
    calendars.stop(an.account)
    assert (await browser.get(f"/calendar/{new}.ics")).status_code == 404
