"""A quarter's work in a real browser: planned, approved, gone, confirmed, reported, accepted.

The portal and the suite are processes; the browser is the system's Chromium. Steps of the
organisation department and the standing body go over the bus; ``test_a_year_in_a_browser.py`` has
the whole year, by everybody.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page

from browsing import PASSWORD
from console.suite import free_port
from looking import chromium
from noticing_office import SECTIONS
from papers import PDF, diary, obeyed, rows
from portal.accounts import Accounts
from portal.store import Store
from shared.bus import Bus
from shared.language.planning import (
    ApprovePlans,
    ConsolidatePlans,
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
QUARTER = "2019-Q2"
"""For which the register has no report of the cadre."""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Up, str]]:
    """A suite with its portal, the year of Bắc Ninh, two accounts; and the portal's address."""
    data, port = tmp_path_factory.mktemp("whole") / "data", free_port()
    up = Up(data, "--portal-port", str(port))
    assert up.run("import", BAC_NINH).returncode == 0
    store = Store(f"sqlite:///{data / 'portal.sqlite'}")
    for cadre in (CADRE, LEADER):
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
