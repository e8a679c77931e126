"""A quarter's work in a real browser: planned, approved, gone, confirmed, reported, accepted.

The portal and the suite are processes; the browser is the system's Chromium. Steps of the
organisation department and the standing body go over the bus; ``test_a_year_in_a_browser.py`` has
the whole year, by everybody.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, Response, Route

from browsing import PASSWORD
from console.suite import free_port
from looking import chromium
from noticing_office import SECTIONS
from papers import PDF, diary, obeyed, rows
from portal.accounts import Accounts
from portal.store import Store
from shared.bus import Bus
from shared.clock import today
from shared.language.planning import (
    ApprovePlans,
    ConsolidatePlans,
    DelegateAuthority,
    DraftLine,
    ForwardPlans,
    SubmitPlan,
)
from shared.language.visits import (
    AcceptReport,
    ConfirmVisit,
    LogVisit,
    ReturnReport,
    SubmitReport,
)
from suite.conftest import BAC_NINH, Up

CADRE, LEADER, ORGANISATION, STANDING = "cb-0014", "cb-0004", "cb-0003", "cb-0001"
DELEGATE, ANOTHER = "cb-0009", "cb-0029"
"""Of the same department; what the tests after the first record is of the other."""
OWING = "cb-0015"
"""Whose report of 2019-Q1 the register does not have."""
QUARTER = "2019-Q2"
"""For which the register has no report of the cadre."""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Up, str]]:
    """A suite with its portal, the year of Bắc Ninh, two accounts; and the portal's address."""
    data, port = tmp_path_factory.mktemp("whole") / "data", free_port()
    up = Up(data, "--portal-port", str(port))
    assert up.run("import", BAC_NINH).returncode == 0
    store = Store(f"sqlite:///{data / 'portal.sqlite'}")
    for cadre in (CADRE, LEADER, DELEGATE, ANOTHER, OWING):
        Accounts(store).make(cadre, cadre=cadre, password=PASSWORD)
    store.close()
    yield up, f"http://127.0.0.1:{port}"
    up.down()


@pytest.fixture(scope="module")
def twin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """Another suite with the same year, that nobody opens a page of."""
    up = Up(tmp_path_factory.mktemp("twin") / "data")
    assert up.run("import", BAC_NINH).returncode == 0
    yield up
    up.down()


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as one:
        yield one


async def signed_in(browser: Browser, url: str, cadre: str, **options: Any) -> Page:
    context = await browser.new_context(base_url=url, locale="vi-VN", **options)
    page = await context.new_page()
    page.set_default_timeout(60_000)
    await page.goto("/sign-in")
    await page.get_by_label("Tên đăng nhập").fill(cadre)
    await page.get_by_label("Mật khẩu").fill(PASSWORD)
    await page.get_by_role("button", name="Đăng nhập", exact=True).click()
    await page.wait_for_url(f"{url}/")
    return page


async def press(page: Page, name: str, where: str) -> None:
    """Press a button and wait until the page at this address is shown."""
    await page.get_by_role("button", name=name).click()
    await page.wait_for_url(where)
    await page.get_by_role("heading", level=1).wait_for()


async def test_a_quarter_from_the_plan_to_the_accepted_report(
    whole: tuple[Up, str], twin: Up, browser: Browser, tmp_path: Path
) -> None:
    up, url = whole
    async with await up.bus() as bus:
        before = await assessed(bus)
        cadre, leader = await asyncio.gather(
            signed_in(browser, url, CADRE), signed_in(browser, url, LEADER)
        )
        await plan(cadre, url)
        await decide(leader, url)
        [line] = await approve(bus)
        visit = await go(cadre, url, line, tmp_path)
        await confirm(leader, url, visit)
        await report(cadre, url)
        await accept(leader, url)

        one = (await diary(bus, CADRE))[visit]
        assert (one["line"], one["confirmed_by"]) == (line, LEADER)
        assert [file["name"] for file in one["files"]] == ["cong-lenh.pdf"]
        accepted = [one for one in await rows(bus, "reports", CADRE) if one["period"] == QUARTER]
        assert [one["accepted_by"] for one in accepted] == [LEADER]
        assert "Đã giúp chi đoàn" in str(accepted[0]["sections"])

        assessment = await assessed(bus)
        assert assessment["credited"] == before["credited"] + 2
        # Whoever does the same on the bus alone is judged the same.
        async with await twin.bus() as other:
            await on_the_bus(other, one, accepted[0])
            assert await assessed(other) == assessment
        # And that is what the page shows.
        await cadre.goto("/?year=2019")
        shown = await cadre.locator(".big").inner_text()
        assert shown.split("/")[0].strip() == f"{assessment['credited']:g}".replace(".", ",")


async def test_a_notice_appears_on_the_page_that_is_open_and_in_its_header(
    whole: tuple[Up, str], browser: Browser
) -> None:
    up, url = whole
    page = await signed_in(browser, url, CADRE)
    async with await up.bus() as bus, page.expect_request("**/changes?of=notices*"):
        await page.goto("/notices")
        paper = {"report": "bc-hien-ngay", "cadre": CADRE, "period": "2019-Q1"}
        await obeyed(bus, SubmitReport, **paper, sections=SECTIONS, submitted_on="2019-04-01")
        back = {"by": LEADER, "on": "2019-04-02", "reason": "Thiếu danh sách"}
        await obeyed(bus, ReturnReport, report="bc-hien-ngay", **back)
        item = page.locator("li.unread", has_text="Lý do: Thiếu danh sách")
        await item.wait_for()
    before = await page.locator("#unread").inner_text()
    assert "chưa đọc" in before
    await item.get_by_role("link", name="Tới việc này").press("Enter")
    await page.wait_for_url(f"{url}/reports?year=2019")
    assert await page.locator("#unread").inner_text() != before


@pytest.mark.long
async def test_seven_pages_are_open_and_the_one_that_is_shown_again_catches_up(
    whole: tuple[Up, str], browser: Browser
) -> None:
    up, url = whole
    first = await signed_in(browser, url, LEADER)
    await first.goto("/waiting?year=2019")
    tabs = [first]
    for _ in range(7):  # browsers allow six connections to a host
        await seen(tabs[-1], "hidden")
        tabs.append(await first.context.new_page())
        await tabs[-1].goto("/waiting?year=2019")
        await tabs[-1].get_by_role("heading", level=1).wait_for()
    async with await up.bus() as bus:
        await went(bus, "lv-khi-an")
        await tabs[-1].locator('input[value="lv-khi-an"]').wait_for()
    assert await first.locator('input[value="lv-khi-an"]').count() == 0
    await seen(tabs[-1], "hidden")
    await seen(first, "visible")
    await first.locator('input[value="lv-khi-an"]').wait_for()
    assert not await first.locator("#lost").is_visible()


async def test_every_format_of_a_paper_is_downloaded_one_after_the_other(
    whole: tuple[Up, str], browser: Browser
) -> None:
    _, url = whole
    page = await signed_in(browser, url, CADRE)
    await page.goto(f"/papers/year/{CADRE}?year=2019")
    for kind in ("PDF", "DOCX", "PDF"):
        async with page.expect_download() as downloading:
            await page.get_by_role("button", name=f"Tải {kind}").click()
        assert (await downloading.value).suggested_filename.endswith(f".{kind.lower()}")


async def test_the_page_of_who_acts_for_another_changes_by_itself(
    whole: tuple[Up, str], browser: Browser
) -> None:
    up, url = whole
    async with await up.bus() as bus:
        said: dict[str, Any] = {"cadre": LEADER, "to": DELEGATE, "reason": "Đi học"}
        dates = {"from": today().isoformat(), "until": (today() + timedelta(2)).isoformat()}
        await obeyed(bus, DelegateAuthority, **said, **dates)
        page = await signed_in(browser, url, DELEGATE)
        for at in ("/waiting", "/department", f"/department/plan/{QUARTER}"):
            async with page.expect_response(f"**/changes?*for={LEADER}*") as watching:
                await page.goto(f"{at}?for={LEADER}&year=2019")
            assert (await watching.value).status == 200
        await page.goto(f"/waiting?for={LEADER}&year=2019")
        await went(bus, "lv-duoc-uy-quyen")
        await page.locator('input[value="lv-duoc-uy-quyen"]').wait_for()
    assert not await page.locator("#lost").is_visible()


async def test_a_page_that_may_not_watch_asks_no_more_and_has_lost_no_connection(
    whole: tuple[Up, str], browser: Browser
) -> None:
    _, url = whole
    page = await signed_in(browser, url, CADRE)
    asked: list[str] = []

    async def refuse(route: Route) -> None:
        asked.append(route.request.url)
        await route.fulfill(status=403)

    await page.route("**/changes?*", refuse)
    await page.clock.install()
    async with page.expect_response(refused_fetch):
        await page.goto("/visits?year=2019")
    before = len(asked)
    await page.clock.run_for(120_000)
    await page.evaluate("fetch('/static/mark.svg')")
    assert len(asked) == before
    assert not await page.locator("#lost").is_visible()


def refused_fetch(answer: Response) -> bool:
    """Why a stream was refused, which an EventSource does not tell."""
    return answer.status == 403 and answer.request.resource_type == "fetch"


async def test_a_report_that_is_read_stays_open_and_nothing_else_opens(
    whole: tuple[Up, str], browser: Browser
) -> None:
    up, url = whole
    page = await signed_in(browser, url, LEADER)
    async with await up.bus() as bus:
        await handed_in(bus, "bc-dang-doc", "2019-Q3", "2019-10-03")
        await page.goto("/waiting?year=2019")
        reading = page.locator('details[data-key="report/bc-dang-doc"]')
        await reading.locator("summary").click()
        # As a browser does that comes back to a page: nobody is told that it is ticked.
        await reading.locator("input").evaluate("one => { one.checked = true; }")
        await handed_in(bus, "bc-truoc", "2019-Q2", "2019-07-03")  # waits longer: comes before
        earlier = page.locator('details[data-key="report/bc-truoc"]')
        await earlier.wait_for()
    assert await reading.get_attribute("open") is not None
    assert await reading.locator("input").is_checked()
    assert await page.locator("main details[open]").count() == 1
    assert await page.locator("main input:checked").count() == 1


async def test_what_is_typed_is_held_back_while_the_connection_is_lost(
    whole: tuple[Up, str], browser: Browser
) -> None:
    _, url = whole
    page = await signed_in(browser, url, ANOTHER)
    await page.route("**/changes?*", lambda route: route.abort())
    await page.goto(f"/plan/{QUARTER}/new?year=2019")
    await page.get_by_text("Mất kết nối; trang này có thể đã cũ").wait_for()
    await page.get_by_label("Cơ sở").fill("doan phuong vu ninh")
    await page.get_by_label("Loại hình").select_option("regular")
    await page.get_by_label("Từ ngày").fill("2019-06-24")
    await page.get_by_label("Đến ngày").fill("2019-06-24")
    topic = page.get_by_label("Nội dung, chuyên đề")
    await topic.fill("Không được mất")
    await page.get_by_role("button", name="Ghi dòng").click()
    held = page.get_by_role("alert").get_by_text("Chưa gửi được vì mất kết nối")
    await held.wait_for()
    assert page.url.startswith(f"{url}/plan/{QUARTER}/new")
    await page.unroute("**/changes?*")
    await held.wait_for(state="hidden")
    assert not await page.locator("#lost").is_visible()
    assert await topic.input_value() == "Không được mất"
    await press(page, "Ghi dòng", f"{url}/plan/{QUARTER}")
    await page.get_by_text("Không được mất").wait_for()


@pytest.mark.long
async def test_what_is_too_large_is_refused_before_it_is_sent(
    whole: tuple[Up, str], browser: Browser
) -> None:
    _, url = whole
    page = await signed_in(browser, url, OWING)
    await page.goto("/visits/new?year=2019")
    assert await page.get_by_label("Số minh chứng").get_attribute("maxlength") == "1000"
    file = page.get_by_label("Tệp minh chứng")
    large = {"name": "a.pdf", "mimeType": "application/pdf", "buffer": PDF + bytes(10 * 2**20)}
    await file.set_input_files(large)  # type: ignore[arg-type]
    beside = page.locator(".field.wrong").get_by_role("alert")
    assert await beside.inner_text() == "Tệp lớn quá 10 MB."
    assert await file.evaluate("one => !one.form.checkValidity() && !one.validity.valid")
    await file.set_input_files({**large, "buffer": PDF})  # type: ignore[arg-type]
    assert await beside.count() == 0
    assert await file.evaluate("one => one.validity.valid")

    await page.goto("/reports/of/2019-Q1?year=2019")
    areas = page.locator("textarea")
    assert await areas.first.get_attribute("maxlength") == "100000"
    for at in range(await areas.count()):
        await areas.nth(at).fill("ế" * 90_000)
    await page.get_by_label("Ngày nộp").fill("2019-07-05")
    await page.get_by_role("button", name="Nộp báo cáo").click()
    await page.get_by_text("Chưa gửi: nội dung quá dài").wait_for()
    assert len(await areas.first.input_value()) == 90_000


@pytest.mark.long
async def test_unbroken_text_widens_no_page(whole: tuple[Up, str], browser: Browser) -> None:
    up, url = whole
    pages = ("/visits/lv-dai", "/visits", f"/plan/{QUARTER}", "/", "/plan/2019-Q3")
    async with await up.bus() as bus:
        await went(bus, "lv-dai", evidence_no="7" * 300)
        line: dict[str, Any] = {"unit": "X09163", "kind": "regular", "topic": "n" * 5000}
        dates = {"from": "2019-09-18", "to": "2019-09-18"}
        who = {"cadre": ANOTHER, "quarter": "2019-Q3", "line": "dk-dai"}
        await obeyed(bus, DraftLine, **who, **line, **dates)
        await obeyed(bus, SubmitPlan, cadre=ANOTHER, quarter="2019-Q3", on="2019-06-20")
    cadre, leader = await signed_in(browser, url, ANOTHER), await signed_in(browser, url, LEADER)
    wide = [
        (at, width, found)
        for width in (1200, 390)
        for page, every in ((cadre, pages), (leader, ("/waiting", "/department/plan/2019-Q3")))
        for at in every
        if (found := await width_of(page, at, width)) > width
    ]
    assert not wide


async def width_of(page: Page, at: str, width: int) -> int:
    await page.set_viewport_size({"width": width, "height": 844})
    await page.goto(f"{at}{'&' if '?' in at else '?'}year=2019")
    found: int = await page.evaluate("document.scrollingElement.scrollWidth")
    return found


async def test_what_a_phone_and_paper_show(whole: tuple[Up, str], browser: Browser) -> None:
    up, url = whole
    async with await up.bus() as bus:
        await handed_in(bus, "bc-tren-dien-thoai", "2019-Q1", "2019-04-03")
        await went(bus, "lv-chuyen-de", kind="thematic")
    leader = await signed_in(browser, url, LEADER, viewport={"width": 390, "height": 844})
    await leader.goto("/waiting?year=2019")
    summary = leader.locator("details.item summary").first
    at_top = "one => one.querySelector('strong').getBoundingClientRect().top"
    inside = await summary.evaluate(f"one => ({at_top})(one) - one.getBoundingClientRect().top")
    assert inside < 20  # beside the mark, not on a line below it

    cadre = await signed_in(browser, url, ANOTHER)
    await cadre.goto("/reports?year=2019")
    labels = "rows => rows.map((one) => one.querySelector('td').dataset.label)"
    products = cadre.locator("[aria-labelledby=products] tbody tr")
    assert set(await products.evaluate_all(labels)) == {"Lượt đi"}
    await cadre.goto("/?year=2019")
    mine = cadre.get_by_text(f"({ANOTHER}) · van-phong")
    assert not await mine.is_visible()
    await cadre.emulate_media(media="print")
    assert await mine.is_visible()


async def seen(page: Page, how: str) -> None:
    """Show or hide a tab: to Chromium without a window all are seen."""
    await page.evaluate(
        """how => {
          const hidden = { value: how === "hidden", configurable: true };
          Object.defineProperty(document, "hidden", hidden);
          document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
        }""",
        how,
    )


async def went(bus: Bus, visit: str, **said: Any) -> None:
    """A visit that waits for its confirmation."""
    known: dict[str, Any] = {"unit": "X09163", "kind": "regular", "evidence": "travel_order"}
    dates = {"from": "2019-08-06", "to": "2019-08-06", "logged_on": "2019-08-07"}
    known |= {"evidence_no": "12-CL/TĐTN", **dates, **said}
    await obeyed(bus, LogVisit, visit=visit, cadre=ANOTHER, **known)


async def handed_in(bus: Bus, report: str, period: str, on: str) -> None:
    paper = {"report": report, "cadre": ANOTHER, "period": period, "sections": SECTIONS}
    await obeyed(bus, SubmitReport, **paper, submitted_on=on)


async def on_the_bus(bus: Bus, visit: dict[str, Any], report: dict[str, Any]) -> None:
    """The same acts without a page."""
    said: dict[str, Any] = {"unit": "X09163", "kind": "regular"}
    days = {"from": "2019-06-18", "to": "2019-06-19"}
    who: dict[str, Any] = {"cadre": CADRE, "quarter": QUARTER}
    line = {"line": visit["line"], "topic": "Sinh hoạt cùng chi đoàn"}
    await obeyed(bus, DraftLine, **who, **said, **days, **line)
    await obeyed(bus, SubmitPlan, **who, on="2019-06-01")
    step: dict[str, Any] = {"quarter": QUARTER, "department": "van-phong", "by": LEADER}
    await obeyed(bus, ConsolidatePlans, step=0, on="2020-01-02", **step)
    await obeyed(bus, ForwardPlans, step=0, on="2020-01-03", **step)
    await approve(bus)
    evidence = {"evidence": "travel_order", "evidence_no": "777-CL/TĐTN"}
    named = {"visit": visit["visit"], "cadre": CADRE, "line": visit["line"]}
    await obeyed(bus, LogVisit, **named, **said, **days, **evidence, logged_on="2019-06-20")
    by = {"confirmed_by": LEADER, "confirmed_on": "2019-06-21"}
    await obeyed(bus, ConfirmVisit, visit=visit["visit"], **by)
    paper = {"report": report["report"], "cadre": CADRE, "period": QUARTER}
    told = {"sections": report["sections"], "submitted_on": "2019-07-05"}
    await obeyed(bus, SubmitReport, **paper, **told)
    by = {"accepted_by": LEADER, "accepted_on": "2019-07-06"}
    await obeyed(bus, AcceptReport, report=report["report"], **by)


async def assessed(bus: Bus) -> dict[str, Any]:
    """As the last day of that year's books has it, with all that was done before."""
    heard = {one: await head(bus, one) for one in ("planning", "visits")}
    found = await bus.ask(
        "appraisal", "assess", heard=heard, cadre=CADRE, year=2019, as_of="2020-01-31"
    )
    assessment: dict[str, Any] = found["assessment"]
    return assessment


async def head(bus: Bus, service: str) -> int:
    position: int = (await bus.ask(service, "ready"))["positions"][service]
    return position


async def plan(page: Page, url: str) -> None:
    """The cadre drafts a line and hands the plan in; a double click does it once."""
    await page.goto(f"/plan/{QUARTER}/new?year=2019")
    await page.get_by_label("Cơ sở").fill("doan phuong vu ninh")
    await page.get_by_label("Loại hình").select_option("regular")
    await page.get_by_label("Từ ngày").fill("2019-06-18")
    await page.get_by_label("Đến ngày").fill("2019-06-19")
    await page.get_by_label("Nội dung, chuyên đề").fill("Sinh hoạt cùng chi đoàn")
    await press(page, "Ghi dòng", f"{url}/plan/{QUARTER}")
    assert await page.get_by_text("dự thảo").count() == 1
    await page.get_by_label("Ngày nộp").fill("2019-06-01")
    await page.get_by_role("button", name="Nộp kế hoạch").dblclick()
    await page.get_by_text("đang trình").wait_for()


async def decide(page: Page, url: str) -> None:
    """The leader consolidates the department's plans and forwards them."""
    where = f"{url}/department/plan/{QUARTER}"
    await page.goto(f"/department/plan/{QUARTER}?year=2019")
    await page.get_by_text("Sinh hoạt cùng chi đoàn").first.wait_for()
    await page.locator("#f-on-a0").fill("2020-01-02")
    await press(page, "Tổng hợp", where)
    await page.locator("#f-on-a0").fill("2020-01-03")
    await press(page, "Trình lên bước kế tiếp", where)
    await page.get_by_text("Không có kế hoạch nào ở bước này").wait_for()


async def approve(bus: Bus) -> list[str]:
    """The organisation department and the standing body; the lines that are approved by it."""
    whole: dict[str, Any] = {"quarter": QUARTER}
    await obeyed(bus, ConsolidatePlans, step=1, by=ORGANISATION, on="2020-01-04", **whole)
    await obeyed(bus, ForwardPlans, step=1, by=ORGANISATION, on="2020-01-05", **whole)
    await obeyed(bus, ApprovePlans, step=2, by=STANDING, on="2020-01-06", **whole)
    found = await bus.ask("planning", "plan", cadre=CADRE, quarter=QUARTER)
    return [one["line"] for one in found["lines"] if one["approved_on"] == "2020-01-06"]


async def go(page: Page, url: str, line: str, folder: Path) -> str:
    """The cadre logs the visit after the approved line, with the order's scan; its key."""
    scan = folder / "cong-lenh.pdf"
    await asyncio.to_thread(scan.write_bytes, PDF)
    await page.goto(f"/visits/new?year=2019&line={line}")
    assert await page.get_by_label("Từ ngày").input_value() == "2019-06-18"
    await page.get_by_label("Loại minh chứng").select_option("travel_order")
    await page.get_by_label("Số minh chứng").fill("777-CL/TĐTN")
    await page.get_by_label("Ngày ghi").fill("2019-06-20")
    await page.get_by_label("Tệp minh chứng").set_input_files(scan)
    await press(page, "Ghi lượt đi", f"{url}/visits/lv-*")
    await page.get_by_text("chờ xác nhận").wait_for()
    async with page.expect_download() as downloading:
        await page.get_by_role("link", name="cong-lenh.pdf").click()
    await (await downloading.value).save_as(folder / "saved.pdf")
    assert await asyncio.to_thread((folder / "saved.pdf").read_bytes) == PDF
    return page.url.rpartition("/")[2]


async def confirm(page: Page, url: str, visit: str) -> None:
    """The leader confirms it."""
    await page.goto("/waiting?year=2019")
    await page.locator(f'input[name="visit"][value="{visit}"]').check()
    await page.get_by_label("Ngày xác nhận").fill("2019-06-21")
    await page.get_by_role("button", name="Xác nhận, nghiệm thu").click()
    await page.get_by_role("status", name="Kết quả").get_by_text("đã xác nhận").wait_for()


async def report(page: Page, url: str) -> None:
    """The cadre writes the outcome report from what was logged."""
    await page.goto(f"/reports/of/{QUARTER}?year=2019")
    field = page.locator('textarea[name="sections.contribution_to_unit_work"]')
    drafted = await field.input_value()
    assert "18/06/2019–19/06/2019" in drafted
    assert "Sinh hoạt cùng chi đoàn" in drafted
    await field.fill(f"{drafted}\nĐã giúp chi đoàn lập sổ.")
    await page.get_by_label("Ngày nộp").fill("2019-07-05")
    await press(page, "Nộp báo cáo", f"{url}/reports")


async def accept(page: Page, url: str) -> None:
    """The leader opens the report, reads it and accepts it."""
    await page.goto("/waiting?year=2019")
    item = page.locator("details", has_text="quý II/2019").filter(has_text=CADRE)
    await item.locator("summary").click()
    await item.get_by_text("Đã giúp chi đoàn lập sổ.").wait_for()
    await item.get_by_label("Nghiệm thu báo cáo này").check()
    await page.get_by_label("Ngày xác nhận").fill("2019-07-06")
    await page.get_by_role("button", name="Xác nhận, nghiệm thu").click()
    await page.get_by_role("status", name="Kết quả").get_by_text("đã nghiệm thu").wait_for()
