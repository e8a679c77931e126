"""The pages of those above: the department, its plans, what waits, delegation."""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from browsing import Serving
from papers import PDF, beside, diary, fields, fill, lines, obeyed, rows, send
from shared.bus import Bus
from shared.clock import today
from shared.language.planning import DelegateAuthority, DraftLine, SubmitPlan
from shared.language.visits import LogVisit, RaiseDifficulty, SubmitProduct, SubmitReport
from suite.conftest import Up

LEADER = "cb-0006"
"""Leads ban-phong-trao, where cb-0022, cb-0027 and cb-0030 work."""
PAGES = (
    "/department",
    "/department?search=can+bo+0022&sort=lateness",
    "/department/plan/2019-Q2",
    "/waiting",
    "/delegation",
)


@pytest.fixture
async def bus(suite: Up) -> AsyncIterator[Bus]:
    async with await suite.bus() as bus:
        yield bus


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", ["vi", "en"])
async def test_a_leader_opens_their_pages(portal: Serving, page: str, language: str) -> None:
    browser = await portal.signed_in_as(LEADER)
    await browser.send_form("/", "/language", language=language, to="/")
    shown = await browser.get(page)
    assert shown.status_code == 200, shown.text
    assert shown.text.count("<h1") == 1
    ids = re.findall(r'\bid="([^"]+)"', shown.text)
    assert len(ids) == len(set(ids)), sorted(one for one in ids if ids.count(one) > 1)


async def test_who_judges_nobody_has_none_of_them(portal: Serving) -> None:
    browser = await portal.signed_in_as("cb-0022")
    for page in PAGES:
        assert (await browser.get(page)).status_code == 403


async def test_the_department_is_searched_without_accents_and_holds_its_own_people_alone(
    portal: Serving,
) -> None:
    browser = await portal.signed_in_as(LEADER)
    whole = (await browser.get("/department")).text
    found = set(re.findall(r'href="/cadres/(cb-\d+)"', whole))
    assert {"cb-0022", "cb-0027", "cb-0030"} <= found
    assert "cb-0012" not in found
    one = (await browser.get("/department?search=can+bo+0027")).text
    assert re.findall(r'href="/cadres/(cb-\d+)"', one) == ["cb-0027"]
    long = await browser.get(f"/department?search={'x' * 150}")
    assert long.status_code == 200
    assert f'maxlength="100" value="{"x" * 100}"' in long.text


# --- plans ------------------------------------------------------------------------------------


async def handed_in(bus: Bus, cadre: str, quarter: str) -> str:
    """A line drafted and handed in; its key."""
    line = f"dk-{uuid4().hex[:8]}"
    first = {"2019-Q3": "2019-09-24", "2019-Q4": "2019-12-24"}[quarter]
    said: dict[str, Any] = {"from": first, "to": first}
    said = {**said, "line": line, "unit": "X09163", "kind": "regular"}
    await obeyed(bus, DraftLine, cadre=cadre, quarter=quarter, **said)
    await obeyed(bus, SubmitPlan, cadre=cadre, quarter=quarter, on="2019-09-01")
    return line


async def lying(bus: Bus, cadre: str, quarter: str) -> list[int]:
    found = await bus.ask("planning", "plan", cadre=cadre, quarter=quarter)
    return [one["step"] for one in found["lies"]]


async def test_plans_are_consolidated_and_forwarded_once(portal: Serving, bus: Bus) -> None:
    await handed_in(bus, "cb-0022", "2019-Q4")
    browser = await portal.signed_in_as(LEADER)
    page = (await browser.get("/department/plan/2019-Q4")).text
    assert "Cán bộ 0022" in page
    for _ in range(2):
        path = "/department/plan/2019-Q4/consolidate"
        answer = await send(browser, page, path, on="2020-01-02")
        assert answer.status_code == 303, answer.text
    assert await lying(bus, "cb-0022", "2019-Q4") == [0]
    path = "/department/plan/2019-Q4/forward"
    early = await fill(browser, "/department/plan/2019-Q4", path, on="2019-12-01")
    assert early.status_code == 422
    assert fields(early.text, path)["on"] == "2019-12-01"
    assert beside(early.text, "on-a0")
    answer = await send(browser, early.text, path, on="2020-01-03")
    assert answer.status_code == 303
    assert await lying(bus, "cb-0022", "2019-Q4") == [1]


async def test_one_plan_is_returned_with_a_reason_and_then_all(portal: Serving, bus: Bus) -> None:
    mine = {one: await handed_in(bus, one, "2019-Q3") for one in ("cb-0022", "cb-0027", "cb-0030")}
    browser = await portal.signed_in_as(LEADER)
    page, path = "/department/plan/2019-Q3", "/department/plan/2019-Q3/of/cb-0022/return"
    empty = await fill(browser, page, path, reason=" ", on="2019-09-05")
    assert empty.status_code == 422
    assert beside(empty.text, "reason-cb-0022") == "Chưa điền ô này."
    answer = await send(browser, empty.text, path, reason="Sai cơ sở")
    assert answer.status_code == 303
    assert await lying(bus, "cb-0022", "2019-Q3") == []
    assert await lying(bus, "cb-0027", "2019-Q3") == [0]
    back = {one["line"]: one["returned"] for one in await lines(bus, "cb-0022", "2019-Q3")}
    assert back[mine["cb-0022"]]["reason"] == "Sai cơ sở"
    answer = await fill(browser, page, f"{page}/return", reason="Làm lại cả", on="2019-09-06")
    assert answer.status_code == 303, answer.text
    assert await lying(bus, "cb-0027", "2019-Q3") == await lying(bus, "cb-0030", "2019-Q3") == []


# --- what waits -------------------------------------------------------------------------------


async def went(bus: Bus, cadre: str, **other: Any) -> str:
    """A visit that is logged; its key."""
    visit = f"lv-{uuid4().hex[:8]}"
    said = {"unit": "X09163", "kind": "regular", "from": "2019-12-16", "to": "2019-12-16"}
    logged = {**said, "logged_on": "2019-12-17", **other}
    await obeyed(bus, LogVisit, visit=visit, cadre=cadre, **logged)
    return visit


async def reported(bus: Bus, cadre: str, text: str = "Đã hướng dẫn chi đoàn") -> str:
    report = f"bc-{uuid4().hex[:8]}"
    headings = ("contribution_to_cadre", "contribution_to_unit_work", "difficulties")
    sections = dict.fromkeys(headings, text)
    said: dict[str, Any] = {"period": "2019-Q4", "submitted_on": "2020-01-02"}
    said["sections"] = sections
    await obeyed(bus, SubmitReport, report=report, cadre=cadre, **said)
    return report


async def test_many_are_accepted_at_once_each_an_act_of_its_own(portal: Serving, bus: Bus) -> None:
    visits = [await went(bus, "cb-0027") for _ in range(2)]
    early = await went(bus, "cb-0027", logged_on="2020-03-01")
    product = f"sp-{uuid4().hex[:8]}"
    said = {"submitted_on": "2019-12-20", "text": "Sản phẩm"}
    await obeyed(bus, SubmitProduct, product=product, visit=visits[0], **said)
    report = await reported(bus, "cb-0027")
    browser = await portal.signed_in_as(LEADER)
    page = (await browser.get("/waiting")).text
    assert "Đã hướng dẫn chi đoàn" in page
    assert "lượt đi 16/12/2019, Đoàn Phường Vũ Ninh" in page  # what the product is of
    sent = fields(page, "/waiting") | {"on": "2020-01-05"}
    picked = {"visit": [*visits, early], "report": [report], "product": [product]}
    told = [await browser.post("/waiting", data={**sent, **picked}) for _ in range(2)]
    for answer in told:  # a double click tells the same twice
        assert answer.status_code == 200
        assert answer.text.count("✓") == 4
        assert answer.text.count("✗") == 1
        assert f"<code>{early}</code>: Việc này chưa tới lượt" in answer.text
    confirmed = {one: row["confirmed_by"] for one, row in (await diary(bus, "cb-0027")).items()}
    assert [confirmed[one] for one in (*visits, early)] == [LEADER, LEADER, ""]
    states = {one["report"]: one["state"] for one in await rows(bus, "reports", "cb-0027")}
    assert states[report] == "accepted"
    assert visits[0] not in told[0].text.partition('id="waiting"')[2]
    assert re.findall(r'value="([^"]+)" checked', told[0].text) == [early]


async def test_what_a_refused_day_left_undone_stays_picked(portal: Serving, bus: Bus) -> None:
    visits = [await went(bus, "cb-0022", logged_on="2019-12-18") for _ in range(2)]
    report = await reported(bus, "cb-0022")
    browser = await portal.signed_in_as(LEADER)
    sent = fields((await browser.get("/waiting")).text, "/waiting") | {"on": "2019-12-17"}
    answer = await browser.post("/waiting", data={**sent, "visit": visits, "report": [report]})
    picked = re.findall(r'value="([^"]+)" checked', answer.text)
    assert sorted(picked) == sorted([*visits, report])
    sent = fields(answer.text, "/waiting") | {"on": "2020-01-05"}
    again = await browser.post("/waiting", data={**sent, "visit": visits, "report": [report]})
    assert (again.text.count("✓"), again.text.count(" checked")) == (3, 0)


async def test_a_report_is_returned_with_a_reason(portal: Serving, bus: Bus) -> None:
    report = await reported(bus, "cb-0030", "Quá ngắn")
    browser = await portal.signed_in_as(LEADER)
    page = f"/waiting/report/{report}/return?cadre=cb-0030&year=2019"
    action = f"/waiting/report/{report}/return?year=2019&cadre=cb-0030"
    assert "Quá ngắn" in (await browser.get(page)).text
    empty = await fill(browser, page, action, reason="", on="2020-01-06")
    assert empty.status_code == 422
    assert beside(empty.text, "reason") == "Chưa điền ô này."
    answer = await send(browser, empty.text, action, reason="Nêu rõ kết quả")
    assert answer.status_code == 303
    found = {one["report"]: one for one in await rows(bus, "reports", "cb-0030")}
    assert found[report]["returned_why"] == "Nêu rõ kết quả"


async def test_a_difficulty_is_escalated_and_answered(portal: Serving, bus: Bus) -> None:
    key = f"kk-{uuid4().hex[:8]}"
    said = {"period": "2019-Q4", "unit": "X09163", "text": "Thiếu sân", "raised_on": "2019-12-01"}
    await obeyed(bus, RaiseDifficulty, difficulty=key, cadre="cb-0022", **said)
    browser = await portal.signed_in_as(LEADER)
    assert "Thiếu sân" in (await browser.get("/waiting")).text
    page = f"/waiting/difficulties/{key}?cadre=cb-0022&year=2019"
    to = {"escalated_to": "Ban Thường vụ", "escalated_on": "2019-12-02"}
    action = f"/waiting/difficulties/{key}/escalate?year=2019&cadre=cb-0022"
    assert (await fill(browser, page, action, **to)).status_code == 303
    action = f"/waiting/difficulties/{key}/answer?year=2019&cadre=cb-0022"
    empty = await fill(browser, page, action, answer=" ", answered_on="2019-12-03")
    assert empty.status_code == 422
    assert beside(empty.text, "answer-a") == "Chưa điền ô này."
    assert (await send(browser, empty.text, action, answer="Đã bố trí")).status_code == 303
    found = {one["difficulty"]: one for one in await rows(bus, "difficulties", "cb-0022")}
    assert (found[key]["answer"], found[key]["escalated_to"]) == ("Đã bố trí", "Ban Thường vụ")


async def test_the_organisation_department_sees_leaders_and_not_its_own(
    portal: Serving, bus: Bus
) -> None:
    of_leader, of_own = await went(bus, LEADER), await went(bus, "cb-0003")
    browser = await portal.signed_in_as("cb-0003")
    page = (await browser.get("/waiting?department=ban-phong-trao")).text
    assert of_leader in page
    page = (await browser.get("/waiting?department=ban-to-chuc")).text
    assert of_own not in page
    standing = await portal.signed_in_as("cb-0001")
    assert of_own in (await standing.get("/waiting?department=ban-to-chuc")).text
    leader = await portal.signed_in_as(LEADER)
    assert of_leader not in (await leader.get("/waiting")).text


async def test_another_departments_leader_cannot_accept(portal: Serving, bus: Bus) -> None:
    visit = await went(bus, "cb-0022")
    browser = await portal.signed_in_as("cb-0005")
    sent = fields((await browser.get("/waiting")).text, "/waiting")
    answer = await browser.post("/waiting", data={**sent, "on": "2020-01-05", "visit": [visit]})
    assert "✗" in answer.text
    assert (await diary(bus, "cb-0022"))[visit]["confirmed_by"] == ""


# --- delegation -------------------------------------------------------------------------------


async def test_who_holds_a_delegation_acts_for_the_leader_and_it_stays_on_record(
    portal: Serving, bus: Bus, suite: Up
) -> None:
    leader, delegate = await portal.signed_in_as("cb-0004"), await portal.signed_in_as("cb-0009")
    assert (await delegate.get("/waiting")).status_code == 403
    day = today()
    said = {"to_": "Cán bộ 0009 [cb-0009]", "reason": "Đi học"}
    dates = {"from_": day.isoformat(), "until": (day + timedelta(days=5)).isoformat()}
    wrong = {**dates, "until": (day - timedelta(days=5)).isoformat()}
    refused = await fill(leader, "/delegation", **said, **wrong)
    assert refused.status_code == 422
    assert "Ngày bắt đầu sau ngày kết thúc" in beside(refused.text, "until")
    assert fields(refused.text, "/delegation")["reason"] == "Đi học"
    for _ in range(2):
        answer = await send(leader, refused.text, "/delegation", until=dates["until"])
        assert answer.status_code == 303, answer.text
    assert "đang hiệu lực" in (await leader.get("/delegation")).text

    visit = await went(bus, "cb-0014", logged_on="2019-12-18")
    own = await went(bus, "cb-0009", logged_on="2019-12-18")
    portal.app.state.persons.clear()  # a person is remembered for five seconds
    page = (await delegate.get("/waiting?for=cb-0004")).text
    assert "Đang làm thay" in page
    assert visit in page
    assert own not in page
    sent = fields(page, "/waiting")
    assert sent["for"] == "cb-0004"
    picked = {**sent, "visit": [visit, own], "on": day.isoformat()}
    answer = await delegate.post("/waiting", data=picked)
    assert answer.status_code == 200
    assert (answer.text.count("✓"), answer.text.count("✗")) == (1, 1)
    assert (await diary(bus, "cb-0014"))[visit]["confirmed_by"] == "cb-0004"
    assert (await diary(bus, "cb-0009"))[own]["confirmed_by"] == ""
    told = suite.run("audit", "history", visit, "--json")
    assert "cb-0009 for cb-0004" in told.stdout, told.stdout + told.stderr
    assert (await delegate.get("/department/plan/2019-Q4?for=cb-0004")).status_code == 200

    path = "/delegation/withdraw"
    refused = await fill(leader, "/delegation", path, reason=" ")
    assert refused.status_code == 422
    answer = await send(leader, refused.text, path, reason="Đã về", on=day.isoformat())
    assert answer.status_code == 303, answer.text
    portal.app.state.persons.clear()
    assert (await delegate.get("/waiting?for=cb-0004")).status_code == 403


async def test_a_delegate_reads_what_they_are_to_decide(portal: Serving, bus: Bus) -> None:
    said = {"cadre": LEADER, "to": "cb-0030", "reason": "Đi công tác"}
    dates = {"from": today().isoformat(), "until": today().isoformat()}
    await obeyed(bus, DelegateAuthority, **said, **dates)
    cadre = await portal.signed_in_as("cb-0027")
    visit, report = await went(bus, "cb-0027"), await reported(bus, "cb-0027")
    page, action = f"/visits/{visit}", f"/visits/{visit}/files"
    file = {"file": ("cl.pdf", PDF, "application/pdf")}
    assert (await fill(cadre, page, action, files=file, on="2019-12-18")).status_code == 303

    delegate = await portal.signed_in_as("cb-0030")
    at = f"/waiting?for={LEADER}"
    wanted = {
        at: rf"(?:/visits/{visit}|/papers/report/cb-0027/{report})[/?]",
        f"/department?for={LEADER}": "/cadres/cb-0027",
        f"/department/plan/2019-Q4?for={LEADER}": "/papers/plan/2019-Q4",
    }
    for shown, links in wanted.items():
        text = (await delegate.get(shown)).text
        found = re.findall(rf'href="({links}[^"]*)"', text)
        assert len(found) == (3 if shown == at else 1), found
        for link in map(html.unescape, found):
            answer = await delegate.get(link)
            assert answer.status_code == 200, (link, answer.text)
            further = re.findall(r'href="(/(?:cadres|papers|visits)/[^"]+)"', answer.text)
            for one in map(html.unescape, further):
                assert (await delegate.get(one)).status_code == 200, one
            blind = re.sub(r"[?&]for=[^&]*", "", link)
            assert (await delegate.get(blind)).status_code == 403, blind
    stranger = await portal.signed_in_as("cb-0022")
    assert (await stranger.get(f"/cadres/cb-0027?for={LEADER}")).status_code == 403


async def test_a_file_is_at_hand_where_the_visit_waits(portal: Serving, bus: Bus) -> None:
    cadre = await portal.signed_in_as("cb-0030")
    visit = await went(bus, "cb-0030")
    files = {"file": ("cl.pdf", PDF, "application/pdf")}
    page, action = f"/visits/{visit}", f"/visits/{visit}/files"
    empty = await fill(cadre, page, action, on="2019-12-18")
    assert empty.status_code == 422
    assert beside(empty.text, "file") == "Chưa chọn tệp."
    answer = await send(cadre, empty.text, action, files=files)
    assert answer.status_code == 303, answer.text
    leader = await portal.signed_in_as(LEADER)
    found = re.search(rf'href="(/visits/{visit}/files/[^"]+)"', (await leader.get("/waiting")).text)
    assert found is not None
    assert (await leader.get(found[1].replace("&amp;", "&"))).content == PDF
