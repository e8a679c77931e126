"""The cadre's pages: plan, visits, reports, difficulties."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from operator import itemgetter
from typing import Any

import pytest

from browsing import Browser, Serving
from papers import PDF, beside, diary, fields, fill, lines, obeyed, rows, send
from portal.evidence import EvidenceFiles
from portal.language import lacking
from shared.bus import Bus
from shared.language.planning import ReturnPlan
from shared.language.visits import AnswerDifficulty, ReturnProduct, ReturnReport
from suite.conftest import Up

PAGES = (
    "/plan/2019-Q2",
    "/plan/2019-Q2/new",
    "/plan/2019-Q2/copy",
    "/plan/2019-Q2/lines/dk-00206",
    "/visits",
    "/visits/new",
    "/visits/new?line=dk-00208",
    "/visits/lv-00245",
    "/visits/lv-00245/correct",
    "/reports",
    "/reports/of/2019-Q2",
    "/reports/product/lv-00247",
    "/difficulties",
)


@pytest.fixture
async def bus(suite: Up) -> AsyncIterator[Bus]:
    async with await suite.bus() as bus:
        yield bus


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", ["vi", "en"])
async def test_a_cadre_opens_their_pages(portal: Serving, page: str, language: str) -> None:
    browser = await portal.signed_in_as("cb-0013")
    await browser.send_form("/", "/language", language=language, to="/")
    shown = await browser.get(page)
    assert shown.status_code == 200, shown.text
    assert shown.text.count("<h1") == 1
    ids = re.findall(r'\bid="([^"]+)"', shown.text)
    assert len(ids) == len(set(ids)), sorted(one for one in ids if ids.count(one) > 1)


async def test_what_is_not_there_is_not_found(portal: Serving) -> None:
    browser = await portal.signed_in_as("cb-0013")
    for page in ("/plan/2018-Q4", "/plan/never", "/visits/lv-none", "/reports/of/2019-13"):
        assert (await browser.get(page)).status_code == 404


# --- the plan ---------------------------------------------------------------------------------

LINE = {
    "unit": "phuong vu ninh 09163",
    "kind": "regular",
    "from_": "2019-11-04",
    "to": "2019-11-05",
    "topic": "Khảo sát chi đoàn",
}


async def test_a_line_is_drafted_by_the_unaccented_name_of_its_unit_and_handed_in(
    portal: Serving, bus: Bus
) -> None:
    browser = await portal.signed_in_as("cb-0008")
    before = len(await lines(bus, "cb-0008", "2019-Q4"))
    answer = await fill(browser, "/plan/2019-Q4/new", **{**LINE, "unit": "doan phuong vu ninh"})
    assert answer.status_code == 303, answer.text
    drafted = (await lines(bus, "cb-0008", "2019-Q4"))[before:]
    assert [(one["unit"], one["submitted_on"]) for one in drafted] == [("X09163", None)]

    page = (await browser.get("/plan/2019-Q4")).text
    assert "Khảo sát chi đoàn" in page
    assert "10/10/2019" in page  # due on the regime's day of the quarter's first month
    sent = fields(page, "/plan/2019-Q4/submit")
    for _ in range(2):  # a double click
        answer = await browser.post("/plan/2019-Q4/submit", data={**sent, "on": "2019-10-03"})
        assert answer.status_code == 303
    found = await bus.ask("planning", "plan", cadre="cb-0008", quarter="2019-Q4")
    assert [one["step"] for one in found["lies"]] == [0]
    page = (await browser.get("/plan/2019-Q4")).text
    assert "đang trình" in page
    assert "1/3: lãnh đạo Ban/Văn phòng" in page

    await obeyed(
        bus,
        ReturnPlan,
        cadre="cb-0008",
        quarter="2019-Q4",
        by="cb-0007",
        on="2019-10-04",
        reason="Trùng lịch họp",
    )
    page = (await browser.get("/plan/2019-Q4")).text
    assert "bị trả lại" in page
    assert "Trùng lịch họp" in page
    assert "Cán bộ 0007" in page


async def test_a_form_that_is_sent_twice_drafts_one_line(portal: Serving, bus: Bus) -> None:
    browser = await portal.signed_in_as("cb-0009")
    before = len(await lines(bus, "cb-0009", "2019-Q4"))
    page = (await browser.get("/plan/2019-Q4/new")).text
    for _ in range(2):
        answer = await send(browser, page, "/plan/2019-Q4/new", **{**LINE, "unit": "X09163"})
        assert answer.status_code == 303, answer.text
    assert len(await lines(bus, "cb-0009", "2019-Q4")) == before + 1


async def test_a_refused_line_comes_back_as_it_was_typed_with_the_reason_beside_its_field(
    portal: Serving,
) -> None:
    browser = await portal.signed_in_as("cb-0009")
    answer = await fill(
        browser, "/plan/2019-Q4/new", **{**LINE, "unit": "X09163", "to": "2019-11-01"}
    )
    assert answer.status_code == 422
    assert "Ngày bắt đầu sau ngày kết thúc" in beside(answer.text, "to")
    shown = fields(answer.text, "/plan/2019-Q4/new")
    assert (shown["topic"], shown["from"], shown["to"]) == (
        "Khảo sát chi đoàn",
        "2019-11-04",
        "2019-11-01",
    )
    again = await send(browser, answer.text, "/plan/2019-Q4/new", to="2019-11-04")
    assert again.status_code == 303


async def test_empty_fields_are_named_in_vietnamese(portal: Serving) -> None:
    browser = await portal.signed_in_as("cb-0009")
    answer = await fill(browser, "/plan/2019-Q4/new", topic="Giữ lại")
    assert answer.status_code == 422
    assert beside(answer.text, "kind") == "Chưa điền ô này."
    assert beside(answer.text, "from") == "Chưa điền ô này."
    assert beside(answer.text, "unit")
    assert fields(answer.text, "/plan/2019-Q4/new")["topic"] == "Giữ lại"
    assert '<a href="#f-kind">Loại hình: Chưa điền ô này.</a>' in answer.text


@pytest.mark.parametrize("page", ["/plan/2019-Q4/new", "/visits/new"])
async def test_all_that_is_wrong_is_told_at_once(portal: Serving, page: str) -> None:
    browser = await portal.signed_in_as("cb-0009")
    dates = {"from_": "2019-11-04", "to": "2019-11-01"}
    answer = await fill(browser, page, unit="không có đâu", **dates)
    assert answer.status_code == 422
    assert "Không tìm thấy cơ sở" in beside(answer.text, "unit")
    assert beside(answer.text, "kind") == "Chưa điền ô này."
    assert "Ngày bắt đầu sau ngày kết thúc" in beside(answer.text, "to")
    empty = await fill(browser, page)
    assert [bool(beside(empty.text, one)) for one in ("unit", "kind", "from", "to")] == [True] * 4


async def test_of_several_units_one_is_chosen(portal: Serving, bus: Bus) -> None:
    browser = await portal.signed_in_as("cb-0009")
    answer = await fill(browser, "/plan/2019-Q3/new", **{**LINE, "unit": "vu ninh"})
    assert answer.status_code == 422
    assert "Chi đoàn thôn 1, Phường Vũ Ninh" in answer.text
    chosen = "Chi đoàn thôn 1, Phường Vũ Ninh [B09163]"
    answer = await send(browser, answer.text, "/plan/2019-Q3/new", unit_found=chosen)
    assert answer.status_code == 303
    assert "B09163" in {one["unit"] for one in await lines(bus, "cb-0009", "2019-Q3")}


async def test_a_unit_whose_name_is_not_that_of_its_key_is_not_taken(
    portal: Serving, bus: Bus
) -> None:
    browser = await portal.signed_in_as("cb-0009")
    before = await lines(bus, "cb-0009", "2019-Q3")
    line = {**LINE, "from_": "2019-09-04", "to": "2019-09-05"}
    page = "/plan/2019-Q3/new"
    mixed = await fill(browser, page, **{**line, "unit": "Đoàn Phường Thị Cầu [X09163]"})
    assert mixed.status_code == 422
    assert "X09163 là của Đoàn Phường Vũ Ninh" in beside(mixed.text, "unit")
    assert "Thị Cầu" in mixed.text.partition("<fieldset>")[2]  # both are offered
    assert await lines(bus, "cb-0009", "2019-Q3") == before
    for same in ("doan phuong  VU NINH [X09163]", "[X09163]"):
        answer = await send(browser, mixed.text, page, unit=same)
        assert answer.status_code == 303, answer.text


async def test_the_last_quarters_lines_are_copied_a_quarter_later_once(
    portal: Serving, bus: Bus
) -> None:
    browser = await portal.signed_in_as("cb-0011")
    former = sorted(await lines(bus, "cb-0011", "2019-Q2"), key=itemgetter("from", "line"))
    before = {one["line"] for one in await lines(bus, "cb-0011", "2019-Q3")}
    page = (await browser.get("/plan/2019-Q3/copy")).text
    assert page.count('name="line"') == len(former) > 1
    sent: dict[str, Any] = fields(page, "/plan/2019-Q3/copy")
    sent["line"] = [one["line"] for one in former[1:]]
    for _ in range(2):
        answer = await browser.post("/plan/2019-Q3/copy", data=sent)
        assert answer.status_code == 303, answer.text
    new = [one for one in await lines(bus, "cb-0011", "2019-Q3") if one["line"] not in before]
    assert [(one["unit"], one["topic"]) for one in new] == [
        (one["unit"], one["topic"]) for one in former[1:]
    ]
    assert all(one["from"][5:7] in ("07", "08", "09") for one in new)
    page = (await browser.get("/plan/2019-Q3/copy")).text  # what is there is told, not offered
    assert page.count('name="line"') == 1
    assert page.count("đã có trong quý này") == len(former) - 1
    answer = await send(browser, page, "/plan/2019-Q3/copy", line=sent["line"])
    assert answer.status_code == 303
    assert len(await lines(bus, "cb-0011", "2019-Q3")) == len(before) + len(new)


async def test_a_draft_is_amended_and_dropped(portal: Serving, bus: Bus) -> None:
    browser = await portal.signed_in_as("cb-0015")
    before = {one["line"] for one in await lines(bus, "cb-0015", "2019-Q4")}
    await fill(browser, "/plan/2019-Q4/new", **{**LINE, "unit": "X09163"})
    [line] = {one["line"] for one in await lines(bus, "cb-0015", "2019-Q4")} - before
    page = f"/plan/2019-Q4/lines/{line}"
    assert (await fill(browser, page, topic="Nội dung khác")).status_code == 303
    now = {one["line"]: one["topic"] for one in await lines(bus, "cb-0015", "2019-Q4")}
    assert now[line] == "Nội dung khác"
    refused = await fill(browser, page, f"{page}/drop", reason=" ")
    assert refused.status_code == 422
    assert beside(refused.text, "reason") == "Chưa điền ô này."
    assert (await fill(browser, page, f"{page}/drop", reason="Đã huỷ")).status_code == 303
    assert {one["line"] for one in await lines(bus, "cb-0015", "2019-Q4")} == before


async def test_a_line_that_was_changed_meanwhile_is_not_overwritten_without_a_word(
    portal: Serving, bus: Bus
) -> None:
    browser = await portal.signed_in_as("cb-0016")
    before = {one["line"] for one in await lines(bus, "cb-0016", "2019-Q4")}
    await fill(browser, "/plan/2019-Q4/new", **{**LINE, "unit": "X09163"})
    [line] = {one["line"] for one in await lines(bus, "cb-0016", "2019-Q4")} - before
    page = f"/plan/2019-Q4/lines/{line}"

    async def topic() -> str:
        found = {one["line"]: one["topic"] for one in await lines(bus, "cb-0016", "2019-Q4")}
        return str(found[line])

    first, second = (await browser.get(page)).text, (await browser.get(page)).text
    for _ in range(2):  # a double click is no change by another
        assert (await send(browser, first, page, topic="Bản một")).status_code == 303
    told = await send(browser, second, page, topic="Bản hai")
    assert told.status_code == 422
    assert "vừa được sửa ở nơi khác" in told.text
    assert "04/11/2019–05/11/2019, Bản một" in told.text
    assert fields(told.text, page)["topic"] == "Bản hai"
    assert await topic() == "Bản một"
    assert (await send(browser, told.text, page)).status_code == 303
    assert await topic() == "Bản hai"


# --- visits -----------------------------------------------------------------------------------

VISIT = {
    "unit": "X09163",
    "kind": "regular",
    "from_": "2019-12-02",
    "to": "2019-12-03",
    "evidence": "travel_order",
    "evidence_no": "99-CL/TĐTN",
    "logged_on": "2019-12-04",
}


async def logged(browser: Browser, bus: Bus, cadre: str, **typed: Any) -> str:
    """Log a visit on the page; its id."""
    files = typed.pop("files", None)
    answer = await fill(browser, "/visits/new", files=files, **{**VISIT, **typed})
    assert answer.status_code == 303, answer.text
    visit: str = answer.headers["location"].removeprefix("/visits/")
    assert visit in await diary(bus, cadre)
    return visit


async def test_a_visit_is_logged_with_its_file_which_only_those_above_may_have(
    portal: Serving, bus: Bus
) -> None:
    browser = await portal.signed_in_as("cb-0012")
    files = {"file": ("Công lệnh 99.pdf", PDF, "application/pdf")}
    visit = await logged(browser, bus, "cb-0012", files=files)
    [file] = (await diary(bus, "cb-0012"))[visit]["files"]
    assert (file["name"], file["size"], file["media_type"]) == (
        "Công lệnh 99.pdf",
        len(PDF),
        "application/pdf",
    )
    path = f"/visits/{visit}/files/{file['digest']}"
    got = await browser.get(path)
    assert got.content == PDF
    assert got.headers["content-disposition"].startswith("attachment;")
    assert "C%C3%B4ng%20l%E1%BB%87nh%2099.pdf" in got.headers["content-disposition"]
    assert got.headers["x-content-type-options"] == "nosniff"

    kept = portal.state.settings.data / "evidence" / file["digest"][:2] / file["digest"]
    assert PDF not in kept.read_bytes()  # sealed: whoever copies the folder has nothing
    leader, other = await portal.signed_in_as("cb-0005"), await portal.signed_in_as("cb-0013")
    assert (await leader.get(f"{path}?cadre=cb-0012")).content == PDF
    assert (await other.get(f"{path}?cadre=cb-0012")).status_code == 403
    assert (await other.get(path)).status_code == 404


async def test_a_file_is_judged_by_its_content_and_the_rest_of_the_form_stays(
    portal: Serving, bus: Bus
) -> None:
    browser = await portal.signed_in_as("cb-0014")
    before = await diary(bus, "cb-0014")
    files = {"file": ("minh-chung.pdf", b"<script>alert(1)</script>", "application/pdf")}
    answer = await fill(browser, "/visits/new", files=files, **VISIT)
    assert answer.status_code == 422
    assert "Chỉ nhận tệp PDF" in beside(answer.text, "file")
    assert fields(answer.text, "/visits/new")["evidence_no"] == "99-CL/TĐTN"
    large = {"file": ("lon.pdf", b"%PDF-" + bytes(10 * 1024 * 1024), "application/pdf")}
    answer = await send(browser, answer.text, "/visits/new", files=large)
    assert answer.status_code == 422
    assert "10 MB" in beside(answer.text, "file")
    assert await diary(bus, "cb-0014") == before


async def test_a_refused_form_still_has_its_file(portal: Serving, bus: Bus) -> None:
    browser = await portal.signed_in_as("cb-0014")
    files = {"file": ("anh.png", b"\x89PNG\r\n\x1a\n" + bytes(20), "image/png")}
    early = {**VISIT, "logged_on": "2019-12-01"}
    answer = await fill(browser, "/visits/new", files=files, **early)
    assert answer.status_code == 422
    assert "trước ngày cuối" in beside(answer.text, "to")
    assert "anh.png" in answer.text
    answer = await send(browser, answer.text, "/visits/new", logged_on="2019-12-04")
    assert answer.status_code == 303
    visit = answer.headers["location"].removeprefix("/visits/")
    assert [one["name"] for one in (await diary(bus, "cb-0014"))[visit]["files"]] == ["anh.png"]


async def test_a_file_that_is_not_held_is_no_evidence(portal: Serving, bus: Bus) -> None:
    browser = await portal.signed_in_as("cb-0014")
    visit = await logged(browser, bus, "cb-0014", evidence_no="100-CL/TĐTN")
    page = (await browser.get(f"/visits/{visit}")).text
    forged = {"key": "x", "media_type": "text/html", "size": 1, "name": "../../x.html"}
    for digest in ("0" * 64, "no digest"):
        kept = json.dumps({"digest": digest, **forged})
        answer = await send(browser, page, f"/visits/{visit}/files", kept_file=kept)
        assert answer.status_code == 422
        assert "không còn ở đây" in beside(answer.text, "file")
        assert "kept_file" not in fields(answer.text, f"/visits/{visit}/files")
        answer = await fill(browser, "/visits/new", **VISIT, kept_file=kept)
        assert answer.status_code == 422
        assert "không còn ở đây" in beside(answer.text, "file")
    assert (await diary(bus, "cb-0014"))[visit]["files"] == []

    held = EvidenceFiles(portal.state.settings.data / "evidence").keep(PDF)
    kept = json.dumps({**forged, "digest": held.digest, "key": held.key})
    answer = await send(browser, page, f"/visits/{visit}/files", kept_file=kept)
    assert answer.status_code == 303
    [file] = (await diary(bus, "cb-0014"))[visit]["files"]
    told = (file["media_type"], file["size"], file["name"])
    assert told == ("application/pdf", len(PDF), "x.html")


async def test_logging_twice_logs_once(portal: Serving, bus: Bus) -> None:
    browser = await portal.signed_in_as("cb-0014")
    before = len(await diary(bus, "cb-0014"))
    page = (await browser.get("/visits/new")).text
    for _ in range(2):
        files = {"file": ("cl.pdf", PDF, "application/pdf")}
        answer = await send(browser, page, "/visits/new", files=files, **VISIT)
        assert answer.status_code == 303, answer.text
    visits = await diary(bus, "cb-0014")
    assert len(visits) == before + 1
    assert len(visits[answer.headers["location"].removeprefix("/visits/")]["files"]) == 1


async def test_an_approved_line_fills_in_the_form(portal: Serving) -> None:
    browser = await portal.signed_in_as("cb-0013")
    shown = fields((await browser.get("/visits/new?line=dk-00208")).text, "/visits/new")
    assert (shown["line"], shown["kind"], shown["from"], shown["to"]) == (
        "dk-00208",
        "thematic",
        "2019-06-02",
        "2019-06-04",
    )
    assert shown["unit"].endswith("[X09340]")
    page = (await browser.get("/visits/new?line=dk-00208")).text
    assert re.search(r'value="dk-00208" selected>02/06/2019–04/06/2019 · ', page)


async def test_what_a_title_lacks_is_said_in_words(portal: Serving) -> None:
    browser = await portal.signed_in_as("cb-0013")
    page = (await browser.get("/?year=2019")).text
    titles = page.partition('id="titles"')[2]
    assert "(có sáng kiến, hoàn thành chế độ đi cơ sở)" in titles
    needs = ("classification:good", "no_discipline")
    assert (
        lacking(needs, "vi") == "được xếp loại “hoàn thành tốt nhiệm vụ” trở lên, không bị kỷ luật"
    )
    assert lacking(needs, "en") == "classified “good” or better, no discipline"


async def test_a_refusal_names_nobody_who_asked(portal: Serving) -> None:
    browser = await portal.signed_in_as("cb-0013")
    refused = await browser.get("/cadres/cb-0012?year=2019")
    assert refused.status_code == 403
    assert "không cho phép việc này" in refused.text
    assert "asker" not in refused.text


async def test_a_visit_is_corrected_then_voided(portal: Serving, bus: Bus) -> None:
    browser = await portal.signed_in_as("cb-0014")
    visit = await logged(
        browser, bus, "cb-0014", from_="2019-12-09", to="2019-12-09", logged_on="2019-12-10"
    )
    page = f"/visits/{visit}"
    late = {"reason": "Ghi nhầm buổi", "portion": "morning"}
    assert (await fill(browser, f"{page}/correct", on="2019-12-01", **late)).status_code == 422
    answer = await fill(browser, f"{page}/correct", on="2019-12-20", **late)
    assert answer.status_code == 303, answer.text
    assert "Ghi nhầm buổi" in (await browser.get(page)).text
    answer = await fill(browser, page, f"{page}/void", reason="Không đi", voided_on="2019-12-21")
    assert answer.status_code == 303, answer.text
    one = (await diary(bus, "cb-0014"))[visit]
    assert (one["portion"], one["voided_on"], one["voided_why"]) == (
        "morning",
        "2019-12-21",
        "Không đi",
    )
    assert "đã hủy" in (await browser.get(page)).text


async def test_the_list_says_what_is_credited_and_why_not(portal: Serving) -> None:
    browser = await portal.signed_in_as("cb-0013")
    page = (await browser.get("/visits")).text
    assert page.count("/visits/lv-") >= 19
    assert "chờ xác nhận" in page
    assert "Cán bộ 0005" in page  # who confirmed
    assert 'class="why"' in page


# --- reports ----------------------------------------------------------------------------------


QUARTER = "2019-Q1"
"""For which the register has no report of cb-0015."""


async def test_a_report_is_drafted_of_what_was_logged_returned_and_handed_in_again(
    portal: Serving, bus: Bus
) -> None:
    browser = await portal.signed_in_as("cb-0015")
    visit = await logged(
        browser, bus, "cb-0015", from_="2019-01-15", to="2019-01-16", logged_on="2019-01-17"
    )
    raised = await fill(
        browser,
        "/difficulties",
        unit="X09163",
        period=QUARTER,
        text="Thiếu phòng họp",
        raised_on="2019-01-20",
    )
    assert raised.status_code == 303, raised.text
    page = f"/reports/of/{QUARTER}"
    shown = fields((await browser.get(page)).text, page)
    assert "15/01/2019–16/01/2019" in shown["sections.contribution_to_unit_work"]
    assert "Đoàn Phường Vũ Ninh" in shown["sections.contribution_to_cadre"]
    assert "Thiếu phòng họp" in shown["sections.difficulties"]
    assert visit not in shown["sections.difficulties"]

    empty = await fill(browser, page, **{"sections.difficulties": " "})
    assert empty.status_code == 422
    assert beside(empty.text, "sections.difficulties") == "Chưa điền ô này."
    for _ in range(2):
        sent = {"submitted_on": "2019-04-02", "command_id": "twice-report-15"}
        assert (await browser.post(page, data={**shown, **sent})).status_code == 303
    [report] = [one for one in await rows(bus, "reports", "cb-0015") if one["period"] == QUARTER]
    await obeyed(
        bus,
        ReturnReport,
        report=report["report"],
        by="cb-0007",
        on="2019-04-03",
        reason="Viết rõ hơn",
    )
    assert "Viết rõ hơn" in (await browser.get("/reports")).text
    answer = await fill(
        browser, page, submitted_on="2019-04-04", **{"sections.contribution_to_cadre": "Đã rõ"}
    )
    assert answer.status_code == 303, answer.text
    [again] = [one for one in await rows(bus, "reports", "cb-0015") if one["period"] == QUARTER]
    assert (again["report"], again["state"]) == (report["report"], "submitted")
    assert again["sections"]["contribution_to_cadre"] == "Đã rõ"


async def test_a_product_is_handed_in_returned_and_handed_in_again(
    portal: Serving, bus: Bus
) -> None:
    browser = await portal.signed_in_as("cb-0012")
    visit = await logged(browser, bus, "cb-0012", kind="thematic", to="2019-12-02")
    assert visit in (await browser.get("/reports")).text
    page = f"/reports/product/{visit}"
    empty = await fill(browser, page)
    assert empty.status_code == 422
    assert beside(empty.text, "text") == "Chưa điền ô này."
    answer = await fill(browser, page, text="Bộ câu hỏi", submitted_on="2019-12-10")
    assert answer.status_code == 303, answer.text
    [product] = [one for one in await rows(bus, "products", "cb-0012") if one["visit"] == visit]
    await obeyed(
        bus,
        ReturnProduct,
        product=product["product"],
        by="cb-0005",
        on="2019-12-11",
        reason="Bổ sung",
    )
    assert "Bổ sung" in (await browser.get(page)).text
    answer = await fill(browser, page, text="Bộ câu hỏi đủ", submitted_on="2019-12-12")
    assert answer.status_code == 303
    [again] = [one for one in await rows(bus, "products", "cb-0012") if one["visit"] == visit]
    assert (again["product"], again["text"], again["state"]) == (
        product["product"],
        "Bộ câu hỏi đủ",
        "submitted",
    )


# --- difficulties -----------------------------------------------------------------------------


async def test_a_difficulty_is_raised_escalated_answered_and_closed(
    portal: Serving, bus: Bus
) -> None:
    browser = await portal.signed_in_as("cb-0017")
    before = {one["difficulty"] for one in await rows(bus, "difficulties", "cb-0017")}
    said = {"unit": "X09163", "period": "2019-Q3", "text": "Thiếu kinh phí"}
    page = (await browser.get("/difficulties")).text
    for _ in range(2):
        answer = await send(browser, page, "/difficulties", **said, raised_on="2019-08-01")
        assert answer.status_code == 303, answer.text
    new = {one["difficulty"] for one in await rows(bus, "difficulties", "cb-0017")} - before
    [key] = new
    action = f"/difficulties/{key}/escalate"
    early = {"escalated_to": "Ban Thường vụ", "escalated_on": "2019-07-01"}
    refused = await fill(browser, "/difficulties", action, **early)
    assert refused.status_code == 422
    assert fields(refused.text, action)["escalated_to"] == "Ban Thường vụ"
    answer = await send(browser, refused.text, action, escalated_on="2019-08-02")
    assert answer.status_code == 303
    await obeyed(
        bus, AnswerDifficulty, difficulty=key, answer="Sẽ cấp bổ sung", answered_on="2019-08-20"
    )
    assert "Sẽ cấp bổ sung" in (await browser.get("/difficulties")).text
    answer = await fill(browser, "/difficulties", f"/difficulties/{key}/close", on="2019-08-21")
    assert answer.status_code == 303
    [closed] = [
        one for one in await rows(bus, "difficulties", "cb-0017") if one["difficulty"] == key
    ]
    assert closed["state"] == "closed"
