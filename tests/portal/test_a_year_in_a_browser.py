"""The year 2019 of a small office, played in a real browser by everybody who lives with it.

An auditor, operations, and the first of the organisation department and of the standing body are
let in from the console, as README says; all else is clicked and typed. At the end the HR system
pulls over HTTP what the console prints.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import Browser

from console.suite import free_port
from looking import chromium
from persons.cadre import Cadre
from persons.leader import Leader
from persons.office import Organisation, Standing
from persons.outside import Auditor, HrSystem, Operations
from shared.clock import today
from suite.conftest import BAC_NINH, Up

REGIME = (BAC_NINH / "regime.yaml").read_text()
AMENDED = REGIME.replace("days: 60", "days: 58", 1)
OFFICE = ("cb-an", "cb-ha", "cb-binh", "cb-chi", "cb-dung")
AT_THE_END = "2020-01-31"


@pytest.fixture
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Up, str]]:
    """An empty suite with its portal, and the portal's address."""
    port = free_port()
    up = Up(tmp_path_factory.mktemp("year") / "data", "--portal-port", str(port))
    yield up, f"http://127.0.0.1:{port}"
    up.down()


@pytest.mark.long
async def test_a_year_of_a_small_office_by_everybody_in_it(whole: tuple[Up, str]) -> None:
    up, url = whole
    async with chromium() as browser:
        chi, dung, auditor, operations = await first_let_in(up, browser, url)
        await chi.try_regime(REGIME)
        await chi.press("Ban hành")
        await chi.register_unit("X09163", "Đoàn Phường Vũ Ninh", "xã")
        await chi.register_unit("X09166", "Đoàn Phường Đáp Cầu", "xã")
        binh, an, ha = await the_others(chi, browser, url)

        await first_quarter(an, ha, binh, chi, dung)
        await second_quarter(an, binh, chi, dung)
        await third_quarter(an, ha, binh, chi, dung)
        await fourth_quarter(an, binh, chi, dung)
        await the_years_end(chi, dung)

        key = await chi.make_key("phan-mem-nhan-su", "inputs:read", "assessments:read")
        await pulled_as_printed(up, HrSystem(url, key))
        await looked_at_from_outside(auditor, operations)


async def first_let_in(
    up: Up, browser: Browser, url: str
) -> tuple[Organisation, Standing, Auditor, Operations]:
    """From the console: those whom nobody inside can let in."""
    for cadre, name, department, role in (
        ("cb-chi", "Lê Chi", "ban-to-chuc", "organisation"),
        ("cb-dung", "Phạm Dũng", "thuong-truc", "standing"),
    ):
        said = ("--name", name, "--department", department, "--role", role, "--from", "2019-01-01")
        printed(up, "cadre", "appoint", cadre, *said)
    links = [
        printed(up, "portal", "invite", *who).strip()
        for who in (("cb-chi",), ("cb-dung",), ("--office", "auditor"), ("--office", "operations"))
    ]
    return (
        await Organisation.invited(browser, url, links[0]),
        await Standing.invited(browser, url, links[1]),
        await Auditor.invited(browser, url, links[2]),
        await Operations.invited(browser, url, links[3]),
    )


async def the_others(chi: Organisation, browser: Browser, url: str) -> tuple[Leader, Cadre, Cadre]:
    """The organisation department appoints and invites the rest of the office."""
    leads, cadre = "lãnh đạo Ban/Văn phòng", "cán bộ"
    await chi.appoint("cb-binh", "Trần Bình", "van-phong", leads, "2019-01-01")
    await chi.appoint("cb-an", "Nguyễn An", "van-phong", cadre, "2019-01-01")
    await chi.act("Phân công phụ trách cơ sở", {"Mã cơ sở": "X09163", "Từ ngày": "2019-01-01"})
    await chi.appoint("cb-ha", "Vũ Hà", "van-phong", cadre, "2019-01-01")
    return (
        await Leader.invited(browser, url, await chi.invite("Trần Bình")),
        await Cadre.invited(browser, url, await chi.invite("Nguyễn An")),
        await Cadre.invited(browser, url, await chi.invite("Vũ Hà")),
    )


async def first_quarter(
    an: Cadre, ha: Cadre, binh: Leader, chi: Organisation, dung: Standing
) -> None:
    """A plan, a product and a report are returned and handed in again; a visit is corrected."""
    quarter = "2019-Q1"
    dates = {"first": "2019-03-04", "last": "2019-03-19"}
    await an.plan(
        quarter, unit="vu ninh", kind="Đi cơ sở theo chuyên đề", topic="Chi đoàn", **dates
    )
    await an.hand_in(quarter, "2019-01-04")
    dates = {"first": "2019-03-11", "last": "2019-03-12"}
    await ha.plan(quarter, unit="dap cau", kind="Đi cơ sở thường xuyên", topic="?", **dates)
    await ha.hand_in(quarter, "2019-01-04")
    await binh.return_plan(quarter, "Vũ Hà", "Nêu rõ nội dung", "2019-01-06")
    await ha.open(f"/plan/{quarter}")
    await ha.reads("Nêu rõ nội dung")
    await ha.change(quarter, **{"Nội dung, chuyên đề": "Kiểm tra sổ chi đoàn"})
    await ha.hand_in(quarter, "2019-01-07")
    await binh.carry(quarter, "2019-01-08")
    await chi.carry(quarter, "2019-01-09")
    await dung.carry(quarter, "2019-01-10")

    visit = await an.log(quarter, "12-CL/TĐTN", "2019-03-20")
    await binh.confirm(visit, "2019-03-21")
    await an.correct(visit, "2019-03-18", "Về sớm một ngày", "2019-03-22")
    await binh.confirm(visit, "2019-03-23")
    await an.product(visit, "Khảo sát", "2019-03-25")
    await binh.return_report("lượt đi 04/03", "Thiếu số liệu", "2019-03-26")
    await an.product(visit, "Khảo sát ba chi đoàn, 41 đoàn viên", "2019-03-27")
    await binh.accept("lượt đi 04/03", "41 đoàn viên", "2019-03-28")
    await an.report(quarter, "Nắm chắc cơ sở.", "2019-04-02")
    await binh.return_report("quý I/2019", "Nêu kết quả", "2019-04-03")
    await an.report(quarter, "Ba chi đoàn sinh hoạt lại.", "2019-04-04")
    await binh.accept("quý I/2019", "Ba chi đoàn sinh hoạt lại.", "2019-04-05")


async def second_quarter(an: Cadre, binh: Leader, chi: Organisation, dung: Standing) -> None:
    """The plan is copied; a visit logged by mistake is voided; a difficulty is solved."""
    quarter = "2019-Q2"
    await an.copy(quarter)
    await an.change(
        quarter,
        **{"Loại hình": "Đi cơ sở thường xuyên", "Từ ngày": "2019-06-03", "Đến ngày": "2019-06-17"},
    )
    await an.hand_in(quarter, "2019-04-08")
    await binh.carry(quarter, "2019-04-09")
    await chi.carry(quarter, "2019-04-10")
    await dung.carry(quarter, "2019-04-11")
    mistaken = await an.log(quarter, "30-CL/TĐTN", "2019-06-18")
    await an.void(mistaken, "Ghi nhầm số công lệnh", "2019-06-18")
    await binh.confirm(await an.log(quarter, "31-CL/TĐTN", "2019-06-18"), "2019-06-19")
    await an.raise_difficulty("vu ninh", "quý II/2019", "Nhà văn hóa đang sửa", "2019-06-19")
    await binh.answer("Vũ Ninh", "Ban Thường vụ", "Mượn hội trường phường", "2019-06-25")
    await an.close_difficulty("Mượn hội trường phường", "2019-06-28")
    await an.report(quarter, "Đã mượn được hội trường.", "2019-07-02")
    await binh.accept("quý II/2019", "Đã mượn được hội trường.", "2019-07-03")


async def third_quarter(
    an: Cadre, ha: Cadre, binh: Leader, chi: Organisation, dung: Standing
) -> None:
    """One is ill; the leader is away and another acts for them, once.

    A delegation holds on the day of the act, and on the day that it is recorded: today.
    """
    quarter = "2019-Q3"
    await chi.open("/roster/cb-ha")
    ill = {"Mã lần nghỉ": "nv-1", "Loại": "om", "Từ ngày": "2019-07-01", "Đến hết": "2019-09-30"}
    await chi.act("Ghi lần nghỉ", {**ill, "Ngày ghi": "2019-07-01"})
    await binh.delegate("Vũ Hà [cb-ha]", "2019-09-15", f"{today() + timedelta(days=9)}", "Đi học")
    await an.copy(quarter)
    await an.hand_in(quarter, "2019-07-04")
    await binh.carry(quarter, "2019-07-05")
    await chi.carry(quarter, "2019-07-06")
    await dung.carry(quarter, "2019-07-07")
    visit = await an.log(quarter, "52-CL/TĐTN", "2019-09-20")
    for _ in range(50):  # a person's file is remembered for some seconds
        await ha.page.goto("/")
        if await ha.page.get_by_role("link", name="Việc chờ", exact=True).count():
            break
        await asyncio.sleep(0.2)
    await Leader(ha.page, "").confirm(visit, "2019-09-21", for_="cb-binh")
    await an.report(quarter, "Chi đoàn tự sinh hoạt.", "2019-10-02")
    await binh.accept("quý III/2019", "Chi đoàn tự sinh hoạt.", "2019-10-03")


async def fourth_quarter(an: Cadre, binh: Leader, chi: Organisation, dung: Standing) -> None:
    """The regime is amended after a look at what it changes; a unit is closed."""
    quarter = "2019-Q4"
    await chi.try_regime(AMENDED, "2019-12-31")
    await chi.reads("có kết quả khác")
    await chi.fill({"Có hiệu lực từ ngày": "2019-10-01", "Lý do": "Đại hội"})
    await chi.press("Sửa đổi")
    await chi.open("/units?search=dap+cau")
    await chi.follow("Giải thể, sáp nhập")
    await chi.act("Giải thể, sáp nhập", {"Ngày cuối": "2019-11-30"})
    await an.copy(quarter)
    await an.hand_in(quarter, "2019-10-04")
    await binh.carry(quarter, "2019-10-05")
    await chi.carry(quarter, "2019-10-06")
    await dung.carry(quarter, "2019-10-07")
    await binh.confirm(await an.log(quarter, "77-CL/TĐTN", "2019-12-20"), "2019-12-21")
    await an.report(quarter, "Bốn quý đủ.", "2020-01-03")
    await binh.accept("quý IV/2019", "Bốn quý đủ.", "2020-01-04")
    await chi.remind("Vũ Hà")


async def the_years_end(chi: Organisation, dung: Standing) -> None:
    """Ratings are recorded, inputs issued, each by somebody else, and the year is closed."""
    await chi.classify("cb-an", "hoàn thành tốt nhiệm vụ", "2020-01-10")
    await chi.classify("cb-ha", "hoàn thành nhiệm vụ", "2020-01-10")
    await chi.issue_department("van-phong", AT_THE_END)
    await chi.issue("cb-dung", AT_THE_END)
    await dung.issue("cb-chi", AT_THE_END)
    await dung.close_year(AT_THE_END)


async def pulled_as_printed(up: Up, hr: HrSystem) -> None:
    """The HR system reads over HTTP what the console prints, of everybody."""
    issued = {one["cadre"] for one in (await hr.pull("/inputs", year=2019))["data"]}
    assert issued == set(OFFICE)
    verdicts: dict[str, dict[str, Any]] = {}
    for cadre in OFFICE:
        args = ("assess", "--cadre", cadre, "--year", "2019", "--as-of", AT_THE_END, "--json")
        verdicts[cadre] = json.loads(printed(up, *args))
        assert await hr.pull(f"/assessments/2019/{cadre}", as_of=AT_THE_END) == verdicts[cadre]
        one = await hr.pull(f"/inputs/2019/{cadre}")
        shown = json.loads(printed(up, "input", "show", cadre, "--year", "2019", "--json"))
        assert one["assessment"] == shown["inputs"][-1]["assessment"] == verdicts[cadre]
    an, ha = verdicts["cb-an"], verdicts["cb-ha"]
    assert (an["status"], an["credited"], an["target"]) == ("fulfilled", 60, 58)
    assert an["commendation"]["lao_dong_tien_tien"]["eligible"]
    assert (ha["status"], ha["credited"], ha["target"]) == ("unfulfilled", 0, 43.5)


async def looked_at_from_outside(auditor: Auditor, operations: Operations) -> None:
    """The auditor reads what was done, as whom, and why it counts; operations see all is well."""
    asked = {"Tính đến ngày": "2019-12-31", "So từ ngày": "2019-03-31", "với ngày": "2019-12-31"}
    told = await auditor.look_into("Nguyễn An", **asked)
    for expected in ("cb-ha for cb-binh", "Về sớm một ngày", "Ghi nhầm số công lệnh", "12-CL/TĐTN"):
        assert expected in told
    assert await operations.services() == 3


def printed(up: Up, *arguments: str) -> str:
    """What the console prints."""
    done = up.run(*arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
