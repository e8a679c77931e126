"""The pages of the organisation department and the standing body, before a real suite."""

from __future__ import annotations

import asyncio
import io
import re
import zipfile
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import httpx2
import pytest
from openpyxl import Workbook
from sqlalchemy import select

from browsing import Browser, Serving, hidden
from papers import beside, fields
from portal import imports
from portal.imports import ROWS, UNPACKED
from portal.pages import consolidated
from portal.pages.province import shade, total
from portal.reminding import REMINDERS
from shared.bus import Bus
from shared.clock import today
from shared.language.planning import (
    AppointCadre,
    ConsolidatePlans,
    DelegateAuthority,
    DraftLine,
    ForwardPlans,
    SubmitPlan,
)
from shared.values import Role
from suite.conftest import BAC_NINH, Up, heads

ORGANISATION, STANDING, ANOTHER, LEADER, CADRE = (
    "cb-0003",
    "cb-0001",
    "cb-0002",
    "cb-0007",
    "cb-0008",
)
DEPARTMENT = "ban-truong-hoc"


def text(page: httpx2.Response) -> str:
    """What a page says, without its tags, in one line."""
    main = page.text.partition('<main id="main">')[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def located(answer: httpx2.Response) -> str:
    """Where a form that was obeyed sends its person on."""
    assert answer.status_code == 303, text(answer)
    return answer.headers["Location"]


# --- the province -----------------------------------------------------------------------------


async def test_the_province_says_what_the_lists_say(portal: Serving, suite: Up) -> None:
    async with await suite.bus() as bus:  # the view has come up to what was imported
        await bus.ask("appraisal", "standings", heard=await heads(bus), year=2019, limit=1)
    browser = await portal.signed_in_as(ORGANISATION)
    said = text(await browser.get("/province?year=2019"))
    async with await suite.bus() as bus:
        rows = await bus.pages("appraisal", "standings", year=2019)
        units = await bus.ask("visits", "unit-months", year=2019, limit=1)
        nobody = await bus.ask("visits", "unit-months", year=2019, visited=False, limit=500)
    fulfilled = sum(one["status"] == "fulfilled" for one in rows)
    late = sum(one["late_since"] is not None for one in rows)
    assert f"{len(rows)} cán bộ" in said
    assert f"{fulfilled} hoàn thành" in said
    assert f"Đang chậm {late} cán bộ" in said
    assert f"{units['visits']} lượt đi, {units['visited']} cơ sở" in said
    assert units["rows"][0]["name"] in said
    assert f"Cơ sở chưa có ai về trong năm ({len(nobody['rows'])})" in said


async def test_of_a_department_without_a_target_no_share_is_told(
    portal: Serving, suite: Up
) -> None:
    async with await suite.bus() as bus:
        said = {"cadre": "cb-of-12", "department": "ban-moi-lap", "role": "cadre"}
        other = AppointCadre.model_validate({**said, "from": "2021-01-01"})
        done = await bus.obey(other, "test_office_pages cb-of-12")
        heard = {done.service: done.position}
        await bus.ask("appraisal", "standings", heard=heard, year=2019, limit=1)
    browser = await portal.signed_in_as(ORGANISATION)
    page = text(await browser.get("/province?year=2019"))
    assert "ban-moi-lap 1 0 0 0 – –" in page


async def test_a_unit_is_found_without_accents_and_the_next_page_goes_on(portal: Serving) -> None:
    browser = await portal.signed_in_as(STANDING)
    found = text(await browser.get("/province?year=2019&search=gia+binh"))
    assert "Đoàn Huyện Gia Bình" in found
    assert "Đoàn Huyện Quế Võ" not in found
    first = await browser.get("/province?year=2019")
    [following] = re.findall(r'href="([^"]+)#heat" rel="next"', first.text)
    second = await browser.get(unescape(following))
    name = re.compile(r'<th scope="row">([^<]+) <small>')
    assert len(name.findall(first.text)) == 25
    assert not set(name.findall(first.text)) & set(name.findall(second.text))


async def test_who_is_neither_does_not_see_the_province(portal: Serving) -> None:
    for cadre in (CADRE, LEADER):
        browser = await portal.signed_in_as(cadre)
        for page in ("/province", "/chase", "/inputs", "/roster", "/plans/2019-Q1", "/audit"):
            answer = await browser.get(f"{page}?year=2019")
            assert answer.status_code == 403, page
            assert "Cán bộ 0025" not in answer.text


def test_departments_together_are_their_sums() -> None:
    sums = {"credited": 1.5, "target": 60, "shortfall": 58.5}
    one = {"department": "a", "cadres": 2, "late": 1, "status": {"in_progress": 2}, **sums}
    other = {"department": "b", "cadres": 1, "late": 0, "status": {"exempt": 1}, **sums}
    found = total([one, other])
    assert (found["cadres"], found["late"], found["credited"]) == (3, 1, 3.0)
    assert found["status"] == {"in_progress": 2, "exempt": 1}


def test_shades_are_in_proportion_and_nothing_has_none() -> None:
    assert [shade(count, 10) for count in (0, 1, 2, 3, 5, 9, 10)] == [0, 1, 1, 2, 3, 5, 5]
    assert shade(0, 0) == 0


# --- the late ---------------------------------------------------------------------------------


async def test_the_late_are_told_with_what_they_owe_and_marked_to_be_reminded(
    portal: Serving,
) -> None:
    browser = await portal.signed_in_as(ORGANISATION)
    page = await browser.get(f"/chase?year=2019&department={DEPARTMENT}")
    assert "Cán bộ 0025" in text(page)
    assert "chưa được nghiệm thu; đã quá hạn" in text(page)
    assert "Cán bộ 0006" not in text(page)  # of another department
    held = hidden(page.text, "/chase/remind")
    answer = await browser.post(
        "/chase/remind", data={**held, "cadre": ["cb-0025", "cb-0046"], "department": DEPARTMENT}
    )
    told = text(await browser.get(located(answer)))
    assert "2 cán bộ đã được đánh dấu" in told
    assert told.count(f"{today():%d/%m/%Y}") >= 2


async def test_the_standing_body_reads_the_late_and_marks_nobody(portal: Serving) -> None:
    browser = await portal.signed_in_as(STANDING)
    page = await browser.get("/chase?year=2019")
    assert 'name="cadre"' not in page.text
    held = hidden(page.text, "/chase/remind")
    answer = await browser.post("/chase/remind", data={**held, "cadre": ["cb-0044"]})
    assert answer.status_code == 403


async def test_who_is_on_no_roster_is_told_and_not_marked(portal: Serving) -> None:
    browser = await portal.signed_in_as(ORGANISATION)
    held = hidden((await browser.get("/chase?year=2019")).text, "/chase/remind")
    cadres = ["cb-9999", "x" * 5000, "cb-0044"]
    page = await browser.post("/chase/remind", data={**held, "cadre": cadres})
    assert page.status_code == 422
    assert "1 cán bộ đã được đánh dấu" in text(page)
    assert "chưa nhắc: cb-9999, x" in text(page)
    assert "x" * 100 not in page.text
    many = [f"cb-{number}" for number in range(501)]
    page = await browser.post("/chase/remind", data={**held, "cadre": many})
    assert page.status_code == 422
    assert "nhiều nhất 500 cán bộ" in text(page)
    with portal.state.store.begin() as db:
        assert set(db.execute(select(REMINDERS.c.cadre)).scalars()) == {"cb-0044"}


# --- consolidated plans -----------------------------------------------------------------------


async def submitted(bus: Bus, cadre: str, department: str, role: Role, quarter: str) -> None:
    """A cadre of these tests' own, whose plan of a quarter of 2019 was handed in."""
    await bus.obey(AppointCadre(cadre=cadre, name=cadre, department=department, role=role))
    month = {"1": 1, "2": 4, "3": 7, "4": 10}[quarter[-1]]
    day = date(2019, month, 5)
    said: dict[str, Any] = {
        "line": f"dk-{cadre}",
        "cadre": cadre,
        "quarter": quarter,
        "unit": "X09163",
    }
    await bus.obey(
        DraftLine.model_validate({**said, "kind": "thematic", "from": day, "to": day, "topic": ""})
    )
    await bus.obey(SubmitPlan(cadre=cadre, quarter=quarter, on=day))


async def up_to_organisation(bus: Bus, department: str, leader: str, quarter: str) -> int:
    day = date(2019, {"1": 1, "2": 4, "3": 7, "4": 10}[quarter[-1]], 6)
    act: dict[str, Any] = {
        "quarter": quarter,
        "step": 0,
        "department": department,
        "by": leader,
        "on": day,
    }
    await bus.obey(ConsolidatePlans(**act))
    return (await bus.obey(ForwardPlans(**act))).position


async def test_a_plan_goes_through_the_organisation_department_to_the_standing_body(
    portal: Serving, suite: Up
) -> None:
    async with await suite.bus() as bus:
        for cadre, role in (
            ("cb-of-1", Role.CADRE),
            ("cb-of-2", Role.CADRE),
            ("cb-of-3", Role.STANDING),
            ("cb-of-4", Role.DEPARTMENT_LEADER),
        ):
            await submitted(bus, cadre, "ban-thu", role, "2019-Q3")
        await up_to_organisation(bus, "ban-thu", "cb-of-4", "2019-Q3")
        await submitted(bus, "cb-of-7", "ban-nua", Role.DEPARTMENT_LEADER, "2019-Q3")
        await up_to_organisation(bus, "ban-nua", "cb-of-7", "2019-Q3")
    at = "/plans/2019-Q3"
    day = {"on": "2019-07-07"}
    organisation = await portal.signed_in_as(ORGANISATION)
    page = await organisation.get(f"{at}?year=2019&department=ban-thu")
    assert "Toàn đơn vị: 5 kế hoạch chờ" in text(page)
    assert "Đoàn Phường Vũ Ninh · Đi cơ sở theo chuyên đề" in text(page)

    # one is returned, with a reason; without one it is not
    held = hidden(page.text, f"{at}/return-some")
    some = {**held, **day, "cadre": "cb-of-2"}
    refused = await organisation.post(f"{at}/return-some", data={**some, "reason": ""})
    assert refused.status_code == 422
    assert "cb-of-2: reason" in text(refused)
    assert beside(refused.text, "reason-return-some") == "Chưa điền ô này."
    assert 'value="cb-of-2" checked' in refused.text
    again = {**some, **hidden(refused.text, f"{at}/return-some"), "reason": "chưa sát cơ sở"}
    done = located(await organisation.post(f"{at}/return-some", data=again))
    returned = (await organisation.get(done)).text.partition('href="/cadres/cb-of-2"')[2]
    assert "đã trả lại" in returned.partition("</tr>")[0]

    # consolidated, twice by a double press, and forwarded
    answer = await organisation.send_form(at, f"{at}/consolidate", **day)
    assert "Đã tổng hợp" in text(await organisation.get(located(answer)))
    early = await organisation.send_form(at, f"{at}/forward", on="2019-07-01")
    assert early.status_code == 422
    assert "Chưa ghi được" in text(early)
    located(await organisation.send_form(at, f"{at}/forward", **day))
    assert "Chưa có kế hoạch nào tới bước này" in text(await organisation.get(at))

    # the standing body approves all but the approver's own
    at = "/approval/2019-Q3"
    standing = await portal.signed_in_as("cb-of-3")
    located(await standing.get("/approval?year=2019"))
    shown = text(await standing.get(at))
    assert "4 kế hoạch chờ" in shown
    assert "Kế hoạch của chính đồng chí không nằm trong lần phê duyệt này" in shown
    assert "Chỉ phê duyệt" not in shown
    theirs = f"{at}?department=ban-nua"
    assert "Chỉ phê duyệt 1 kế hoạch của ban-nua" in text(await standing.get(theirs))
    back = await standing.send_form(theirs, f"{at}/return-of", on="2019-07-08", reason="")
    assert back.status_code == 422
    [spot] = re.findall(r'href="#f-(reason-return-of[^"]*)"', back.text)
    assert beside(back.text, spot) == "Chưa điền ô này."
    assert re.search(rf'<textarea id="f-{spot}" [^>]*aria-describedby="e-{spot}"', back.text)
    ids = re.findall(r'\bid="([^"]+)"', back.text)
    assert len(ids) == len(set(ids))
    done = located(await standing.send_form(theirs, f"{at}/approve-of", on="2019-07-08"))
    assert "Đã phê duyệt kế hoạch của Ban" in text(await standing.get(done))
    assert "3 kế hoạch chờ" in text(await standing.get(at))
    located(await standing.send_form(at, f"{at}/approve", on="2019-07-08"))
    shown = text(await standing.get(at))
    assert "1 kế hoạch chờ" in shown
    own = await standing.send_form(at, f"{at}/approve", on="2019-07-08")
    assert own.status_code == 422
    assert "Không ai tự xác nhận" in text(own)

    other = await portal.signed_in_as(STANDING)
    back = await other.send_form(at, f"{at}/return", on="2019-07-09", reason="thiếu chuyên đề")
    assert "Đã trả lại" in text(await other.get(located(back)))
    async with await suite.bus() as bus:
        asked: dict[str, Any] = {"quarter": "2019-Q3", "cadre": "cb-of-1"}
        [line] = (await bus.ask("planning", "plan", **asked))["lines"]
        assert line["approved_on"] == "2019-07-08"
        [returned] = (await bus.ask("planning", "plan", **{**asked, "cadre": "cb-of-2"}))["lines"]
        assert (returned["in_chain"], returned["approved_on"]) == (False, None)


async def test_who_holds_a_delegation_approves_for_the_standing_body_but_not_their_own(
    portal: Serving, suite: Up
) -> None:
    day = today()
    async with await suite.bus() as bus:
        for cadre in ("cb-of-21", "cb-of-22"):
            await submitted(bus, cadre, "ban-thay", Role.DEPARTMENT_LEADER, "2019-Q2")
        await up_to_organisation(bus, "ban-thay", "cb-of-21", "2019-Q2")
        act: dict[str, Any] = {
            "quarter": "2019-Q2",
            "step": 1,
            "by": ORGANISATION,
            "of": "ban-thay",
        }
        await bus.obey(ConsolidatePlans(**act, on=date(2019, 4, 7)))
        await bus.obey(ForwardPlans(**act, on=date(2019, 4, 7)))
        delegation = {
            "cadre": ANOTHER,
            "to": "cb-of-22",
            "from": day,
            "until": day,
            "reason": "họp",
        }
        await bus.obey(DelegateAuthority.model_validate(delegation))
    delegate = await portal.signed_in_as("cb-of-22")
    here = f"?for={ANOTHER}"
    assert f'href="/approval{here}"' in (await delegate.get(f"/waiting{here}")).text
    at = "/approval/2019-Q2"
    theirs = f"{at}{here}&department=ban-thay"
    page = await delegate.get(theirs)
    assert "Đang làm thay" in text(page)
    assert "Chỉ phê duyệt 1 kế hoạch của ban-thay" in text(page)
    done = located(await delegate.send_form(theirs, f"{at}/approve-of", on=day.isoformat()))
    assert f"for={ANOTHER}" in done
    assert "Đã phê duyệt kế hoạch của Ban" in text(await delegate.get(done))
    async with await suite.bus() as bus:
        plans = await bus.ask("planning", "plans", quarter="2019-Q2", department="ban-thay")
    approved = {one["cadre"]: bool(one["lines"][0]["approved_on"]) for one in plans["rows"]}
    assert approved == {"cb-of-21": True, "cb-of-22": False}
    told = suite.run("audit", "history", "cb-of-21", "--json")
    assert f"cb-of-22 for {ANOTHER}" in told.stdout, told.stdout + told.stderr
    alone = await delegate.get(at)
    assert "Phê duyệt 1 kế hoạch" not in text(alone)


async def test_the_lines_of_a_department_come_page_by_page(
    portal: Serving, suite: Up, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consolidated, "_PAGE", 3)
    async with await suite.bus() as bus:
        asked: dict[str, Any] = {"quarter": "2019-Q1", "department": DEPARTMENT}
        every = [one["cadre"] for one in await bus.pages("planning", "plans", **asked)]
    browser = await portal.signed_in_as(ORGANISATION)
    at: str | None = f"/plans/2019-Q1?year=2019&department={DEPARTMENT}"
    seen: list[str] = []
    while at:
        page = (await browser.get(at)).text
        lines = page.partition('<h2 id="lines">')[2]
        found = re.findall(r'href="/cadres/([^"]+)"', lines)
        assert 0 < len(found) <= 3
        seen += found
        further = re.search(r'href="([^"]+)#lines" rel="next"', page)
        at = unescape(further[1]) if further else None
    assert seen == every
    assert len(every) > 3


async def test_a_form_of_another_session_and_an_act_unknown_are_refused(portal: Serving) -> None:
    browser = await portal.signed_in_as(ORGANISATION)
    await browser.get("/plans/2019-Q1?year=2019")
    stranger = {"csrf": "x", "step": "1", "on": "2019-02-01"}
    assert (await browser.post("/plans/2019-Q1/consolidate", data=stranger)).status_code == 403
    page = await browser.get("/chase")
    held = hidden(page.text, "/chase/remind")
    assert (await browser.post("/plans/2019-Q1/burn", data=held)).status_code == 404
    assert (await browser.get("/plans/2019-Q9")).status_code == 404


async def test_what_lies_at_a_step_is_told_of_one_department_alone(suite: Up) -> None:
    async with await suite.bus() as bus:
        await submitted(bus, "cb-of-5", "ban-mot", Role.DEPARTMENT_LEADER, "2019-Q4")
        await submitted(bus, "cb-of-6", "ban-hai", Role.DEPARTMENT_LEADER, "2019-Q4")
        await up_to_organisation(bus, "ban-mot", "cb-of-5", "2019-Q4")
        await up_to_organisation(bus, "ban-hai", "cb-of-6", "2019-Q4")
        asked: dict[str, Any] = {"quarter": "2019-Q4", "step": 1}
        whole = await bus.ask("planning", "consolidated", **asked)
        some = await bus.ask("planning", "consolidated", **asked, of="ban-mot")
    assert {"cb-of-5", "cb-of-6"} <= {one["cadre"] for one in whole["plans"]}
    assert [one["cadre"] for one in some["plans"]] == ["cb-of-5"]


# --- the roster and the units -----------------------------------------------------------------


async def test_a_cadre_is_appointed_moved_and_departs(portal: Serving) -> None:
    browser = await portal.signed_in_as(ORGANISATION)
    new = {"cadre": "cb-of-9", "name": "Đỗ Mới", "department": "van-phong", "role": "cadre"}
    kept = {**new, "duty": "union", "employment": "civil_servant", "position": ""}
    wrong = await browser.send_form("/roster", "/roster/appoint", **{**kept, "cadre": ""})
    assert wrong.status_code == 422
    assert 'value="Đỗ Mới"' in wrong.text  # what was typed is not lost
    answer = await browser.send_form("/roster", "/roster/appoint", **kept)
    at = "/roster/cb-of-9"
    assert located(answer).startswith(at)
    found = await browser.get("/roster?search=do+moi")
    assert "cb-of-9" in text(found)
    assert "cb-0004" not in text(found)

    for act, typed in (
        ("transfer", {"department": DEPARTMENT, "on": "2026-01-05"}),
        ("grant", {"role": "department_leader", "on": "2026-01-06"}),
        ("assign", {"unit": "X09163"}),
        ("leave", {"leave": "np-of-9", "kind": "om", "from": "2026-02-01", "to": "2026-02-03"}),
    ):
        located(await browser.send_form(at, f"{at}/{act}", recorded_on="2026-02-04", **typed))
    shown = text(await browser.get(at))
    for said in (DEPARTMENT, "lãnh đạo Ban/Văn phòng", "Đoàn Phường Vũ Ninh", "01/02/2026"):
        assert said in shown
    unknown = await browser.send_form(at, f"{at}/assign", unit="khong-co")
    assert unknown.status_code == 422
    assert 'id="e-f-assign-unit"' in unknown.text  # the reason stands beside the field
    located(await browser.send_form(at, f"{at}/depart", to="2026-12-31"))
    assert "31/12/2026" in text(await browser.get(at))
    nobody = await browser.get("/roster/cb-khong-co")
    assert nobody.status_code == 404


async def test_a_department_that_is_there_is_proposed(portal: Serving) -> None:
    browser = await portal.signed_in_as(ORGANISATION)
    for page, act in (("/roster", "appoint"), ("/roster/cb-0009", "transfer")):
        shown = (await browser.get(page)).text
        [field] = re.findall(rf'<input id="f-{act}-department"[^>]*>', shown)
        assert f'list="l-f-{act}-department"' in field
        [proposed] = re.findall(rf'<datalist id="l-f-{act}-department">(.*?)</datalist>', shown)
        assert {"van-phong", DEPARTMENT} <= set(re.findall('value="([^"]+)"', proposed))


async def test_who_may_nothing_is_shown_what_was_refused_and_nothing_else(portal: Serving) -> None:
    browser = await portal.signed_in_as(CADRE)
    at = f"/roster/{CADRE}"
    assert 'class="act"' not in (await browser.get(at)).text
    said = {"csrf": await browser.csrf(), "department": "van-phong", "on": "2026-01-05"}
    page = await browser.post(f"{at}/transfer", data=said)
    assert page.status_code == 422
    assert "Chưa ghi được" in text(page)
    assert set(re.findall(rf'action="{at}/([a-z-]+)"', page.text)) == {"transfer"}


async def test_only_the_standing_body_gives_high_roles(portal: Serving) -> None:
    browser = await portal.signed_in_as(ORGANISATION)
    at = "/roster/cb-0009"
    answer = await browser.send_form(at, f"{at}/grant", role="standing", on="2026-01-06")
    assert answer.status_code == 422
    assert "không cho phép" in text(answer)


async def test_a_unit_is_registered_and_closed(portal: Serving) -> None:
    browser = await portal.signed_in_as(ORGANISATION)
    new = {"unit": "X-of-1", "name": "Đoàn xã Thử Nghiệm", "level": "commune"}
    wrong = await browser.send_form("/units", "/units/register", **{**new, "name": " "})
    assert wrong.status_code == 422
    located(await browser.send_form("/units", "/units/register", **new))
    found = await browser.get("/units?search=thu+nghiem")
    assert "Đoàn xã Thử Nghiệm" in text(found)
    shown = "/units?search=X-of-1&close=X-of-1"
    located(await browser.send_form(shown, "/units/close", to="2025-06-30"))
    assert "30/06/2025" in text(await browser.get("/units?search=X-of-1"))
    standing = await portal.signed_in_as(STANDING)
    assert "/units/register" not in (await standing.get("/units")).text


# --- inputs and the end of the year -----------------------------------------------------------


async def issued(bus: Bus, cadre: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await bus.ask("appraisal", "year", cadre=cadre, year=2019))[
        "inputs"
    ]
    return found


async def test_inputs_are_issued_for_the_chosen_and_for_a_department_but_not_ones_own(
    portal: Serving, suite: Up
) -> None:
    async def counted() -> dict[str, int]:
        async with await suite.bus() as bus:
            rows = await bus.pages("appraisal", "standings", year=2019, department="ban-to-chuc")
            return {one["cadre"]: len(await issued(bus, one["cadre"])) for one in rows}

    before = await counted()  # other tests of this suite issue some, too
    browser = await portal.signed_in_as(ORGANISATION)
    page = await browser.get("/inputs?year=2019&department=ban-to-chuc")
    held = {**hidden(page.text, "/inputs/issue"), "on": "2020-01-20"}
    one = {**held, "cadre": "cb-0018"}
    for _ in range(2):  # pressed twice
        located(await browser.post("/inputs/issue", data=one))
    assert await counted() == {**before, "cb-0018": before["cb-0018"] or 1}
    page = await browser.get("/inputs?department=ban-to-chuc")
    held = {**hidden(page.text, "/inputs/issue"), "on": "2020-01-20", "all": "yes"}
    located(await browser.post("/inputs/issue", data=held))
    after = {cadre: count or 1 for cadre, count in before.items()}
    assert await counted() == {**after, ORGANISATION: before[ORGANISATION]}
    nobody = await browser.post(
        "/inputs/issue",
        data={**hidden((await browser.get("/inputs")).text, "/inputs/issue"), "on": "2020-01-20"},
    )
    assert nobody.status_code == 422
    async with await suite.bus() as bus:  # what the page is told of many is what each one's year is
        told = await bus.ask("appraisal", "issued", cadres=[*after, "nobody"], year=2019)
        for cadre in after:
            year = await bus.ask("appraisal", "year", cadre=cadre, year=2019)
            theirs = {**told["years"][cadre], "closed": told["closed"]}
            assert year == {**theirs, "classification": year["classification"]}
        assert told["years"]["nobody"] == {"inputs": [], "revoked": []}


async def test_an_input_is_issued_again_with_a_reason_and_a_classification_recorded(
    portal: Serving, suite: Up
) -> None:
    browser = await portal.signed_in_as(STANDING)
    at = "/inputs/cb-0012"
    located(await browser.send_form(f"{at}?year=2019", f"{at}/issue", on="2020-01-20"))
    without = await browser.send_form(at, f"{at}/reissue", on="2020-01-21", reason=" ")
    assert without.status_code == 422
    located(
        await browser.send_form(at, f"{at}/reissue", on="2020-01-21", reason="đính chính lượt đi")
    )
    assert "đính chính lượt đi" in text(await browser.get(at))
    organisation = await portal.signed_in_as(ORGANISATION)
    said = {"classification": "good", "initiative": "yes", "discipline": "no"}
    located(
        await organisation.send_form(
            f"{at}?year=2019", f"{at}/classify", recorded_on="2020-01-22", **said
        )
    )
    async with await suite.bus() as bus:
        assert len(await issued(bus, "cb-0012")) == 2
        rows = await bus.pages("appraisal", "rows", file="appraisals.csv", year=2019)
    assert {
        "cadre": "cb-0012",
        "recorded_on": "2020-01-22",
        **said,
    } in rows


async def test_a_year_is_closed_and_reopened_with_a_reason(portal: Serving) -> None:
    browser = await portal.signed_in_as(STANDING)
    located(await browser.send_form("/inputs?year=2019", "/inputs/close", on="2020-02-01"))
    try:
        shown = await browser.get("/inputs")
        assert "sổ đã khóa" in text(shown)
        assert 'name="cadre"' not in shown.text
        without = await browser.send_form("/inputs", "/inputs/reopen", on="2020-02-02", reason="")
        assert without.status_code == 422
    finally:
        located(
            await browser.send_form(
                "/inputs", "/inputs/reopen", on="2020-02-02", reason="ghi bổ sung"
            )
        )
    assert "sổ đang mở" in text(await browser.get("/inputs"))


# --- the regime -------------------------------------------------------------------------------

REGIME = (BAC_NINH / "regime.yaml").read_text()


async def test_what_another_regime_would_change_is_shown_and_nothing_written(
    portal: Serving, suite: Up
) -> None:
    browser = await portal.signed_in_as(ORGANISATION)
    async with await suite.bus() as bus:
        before = await heads(bus)
        page = await browser.send_form(
            "/regime?year=2019",
            "/regime/what-if",
            text=REGIME.replace("days: 60", "days: 90"),
            as_of="2020-01-31",
        )
        assert page.status_code == 200
        after = await heads(bus)
    assert before == after
    shown = re.search(r"Cán bộ 0008 ban-truong-hoc (.*?) Cán bộ", text(page))
    assert shown is not None
    assert shown[1] == "Chỉ tiêu 60 90"
    assert "hoàn thành chưa hoàn thành" in text(page)  # whose 60 days no longer suffice


async def test_a_file_that_is_no_regime_is_told_path_by_path(portal: Serving) -> None:
    browser = await portal.signed_in_as(ORGANISATION)
    page = await browser.send_form("/regime?year=2019", "/regime/what-if", text="regime: x")
    assert page.status_code == 422
    assert "target: " in text(page).replace(" :", ":")
    packed = {"file": ("regime.yaml", b"\xff\xfe", "text/yaml")}
    page = await browser.send_form("/regime", "/regime/what-if", files=packed)
    assert "không phải văn bản UTF-8" in text(page)
    page = await browser.send_form("/regime", "/regime/what-if", text="no regime")
    assert "(file) : phải là nhóm các mục có tên" in text(page)


async def test_an_unreadable_day_leaves_the_form_as_it_was_typed(portal: Serving) -> None:
    browser = await portal.signed_in_as(ORGANISATION)
    said = {"text": REGIME, "as_of": "31/01/2020"}
    page = await browser.send_form("/regime?year=2019", "/regime/what-if", **said)
    assert page.status_code == 422
    assert beside(page.text, "as_of") == "Ngày không đúng; hãy chọn lại ngày."
    again = fields(page.text, "/regime/what-if")
    assert (again["text"].strip(), again["as_of"]) == (REGIME.strip(), "31/01/2020")


async def test_a_regime_that_is_too_large_is_not_cut_short(portal: Serving) -> None:
    browser = await portal.signed_in_as(ORGANISATION)
    long = REGIME + "#" * 50_000
    file = {"file": ("regime.yaml", long.encode(), "text/yaml")}
    sent = await browser.send_form("/regime?year=2019", "/regime/what-if", files=file)
    typed = await browser.send_form("/regime", "/regime/what-if", text=long)
    held = hidden((await browser.get("/regime")).text, "/regime/what-if")
    enacted = await browser.post("/regime/enact", data={**held, "text": long})
    for page in (sent, typed, enacted):
        assert page.status_code == 422
        assert "50000" in text(page)


async def test_a_regime_whose_window_has_no_day_of_its_year_is_not_enacted(
    portal: Serving, suite: Up
) -> None:
    browser = await portal.signed_in_as(ORGANISATION)
    never = REGIME.replace("year: 2019", "year: 2009")
    held = hidden((await browser.get("/regime?year=2019")).text, "/regime/what-if")
    for act in ("enact", "amend"):
        said = {**held, "text": never, "on": "2009-01-01", "reason": "thử"}
        page = await browser.post(f"/regime/{act}", data=said)
        assert page.status_code == 422
        assert "không có ngày nào của năm 2009" in text(page)
    async with await suite.bus() as bus:
        assert 2009 not in (await bus.ask("planning", "years"))["years"]


async def test_a_regime_is_enacted_and_amended_from_its_file(portal: Serving, suite: Up) -> None:
    browser = await portal.signed_in_as(ORGANISATION)
    earlier = REGIME.replace("2020-", "2017-").replace("2019-", "2016-").replace("2019", "2016")
    file = {"file": ("regime.yaml", earlier.encode(), "text/yaml")}
    page = await browser.send_form("/regime?year=2019", "/regime/what-if", files=file)
    assert "chưa có chế độ nào" in text(page)
    held = hidden(page.text, "/regime/enact")
    # a hidden field of several lines is not in what hidden() reads
    answer = await browser.post("/regime/enact", data={**held, "text": earlier})
    assert "Đã ban hành" in text(await browser.get(located(answer)))
    amended = earlier.replace("days: 60", "days: 50")
    page = await browser.send_form("/regime?year=2016", "/regime/what-if", text=amended)
    held = {**hidden(page.text, "/regime/amend"), "text": amended, "on": "2016-06-01"}
    assert (await browser.post("/regime/amend", data=held)).status_code == 422
    located(await browser.post("/regime/amend", data={**held, "reason": "theo hướng dẫn mới"}))
    async with await suite.bus() as bus:
        found = await bus.ask("planning", "regime", year=2016)
    assert (found["version"], found["regime"]["target"]["days"]) == (2, 50)
    leader = await portal.signed_in_as(LEADER)
    assert "/regime/what-if" not in (await leader.get("/regime?year=2019")).text


# --- importing --------------------------------------------------------------------------------

_CADRES = (
    "cadre,name,department,position,role,duty,employment,from,to\n"
    "cb-nhap-1,Nhập Một,ban-nhap,,cadre,union,civil_servant,,\n"
    "cb-nhap-2,Nhập Hai,ban-nhap,,chief,union,civil_servant,,\n"
    "cb-nhap-3,Nhập Ba,ban-nhap,,standing,union,civil_servant,,\n"
)
_UNITS = "unit,name,level,parent,code,from,to\nX-nhap-1,Xã Nhập,commune,,,,\n"


def register(year: int) -> dict[str, str]:
    """A small register of a year of its own."""
    text = REGIME.replace("2020-", f"{year + 1}-").replace("2019", str(year))
    return {"regime.yaml": text, "cadres.csv": _CADRES, "units.csv": _UNITS}


def packed(files: dict[str, str], inside: str = "") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(inside + name, content)
    return buffer.getvalue()


async def imported(browser: Browser, content: bytes, name: str) -> httpx2.Response:
    """The page of an import that is over."""
    answer = await browser.send_form("/import", "/import", files={"file": (name, content)})
    where = located(answer)
    for _ in range(300):
        page = await browser.get(where)
        if "Refresh" not in page.headers:
            return page
        await asyncio.sleep(0.1)
    raise AssertionError("the import does not end")


async def test_an_import_records_the_good_rows_and_names_each_bad_one(
    portal: Serving, suite: Up
) -> None:
    browser = await portal.signed_in_as(ORGANISATION)
    content = packed(register(2015), "so-2015/")
    page = await imported(browser, content, "so.zip")
    said = text(page)
    assert "đã nhập xong" in said
    assert "Dòng bị từ chối (2)" in said
    assert "cadres.csv 3 malformed" in said
    assert "(role: phải là một trong: 'cadre', 'department_leader'" in said
    assert "cadres.csv 4 not-permitted" in said  # the standing body alone gives that role
    async with await suite.bus() as bus:
        person = await bus.ask("planning", "person", cadre="cb-nhap-1")
        assert person["name"] == "Nhập Một"
        before = await heads(bus)
        again = await imported(browser, content, "so.zip")
        after = await heads(bus)
    assert "Dòng bị từ chối (2)" in text(again)
    assert after["visits"] == before["visits"]
    assert after["planning"] - before["planning"] <= 1  # the denial of the same row
    other = await portal.signed_in_as("cb-0018")
    assert (await other.get(page.url.path)).status_code == 404


async def test_a_workbook_is_imported_too(portal: Serving) -> None:
    book = Workbook()
    files = register(2014)
    sheet = book.create_sheet("regime")
    for line in files.pop("regime.yaml").splitlines():
        sheet.append([line])
    for name, content in files.items():
        sheet = book.create_sheet(name.removesuffix(".csv"))
        for line in content.splitlines():
            sheet.append(line.split(","))
    buffer = io.BytesIO()
    book.save(buffer)
    browser = await portal.signed_in_as(ORGANISATION)
    said = text(await imported(browser, buffer.getvalue(), "so.xlsx"))
    assert "đã nhập xong" in said
    assert "Dòng bị từ chối (2)" in said


async def test_a_register_of_too_many_rows_or_bytes_is_refused_as_a_whole(
    portal: Serving, suite: Up
) -> None:
    browser = await portal.signed_in_as(ORGANISATION)
    header, _, _ = _CADRES.partition("\n")
    many = packed({**register(2013), "cadres.csv": f"{header}\n" + "a\n" * (ROWS + 100)})
    large = packed({**register(2013), "units.csv": "a" * (UNPACKED + 1)})
    workbook = Workbook(write_only=True)
    for name in ("cadres", "units"):
        sheet = workbook.create_sheet(name)
        for _ in range(ROWS // 2 + 100):
            sheet.append(["a"])
    buffer = io.BytesIO()
    workbook.save(buffer)
    sent = ((many, "so.zip"), (large, "so.zip"), (buffer.getvalue(), "so.xlsx"))
    for content, name in sent:
        page = await browser.send_form("/import", "/import", files={"file": (name, content)})
        assert page.status_code == 422
        assert "100 nghìn dòng" in beside(page.text, "file")
        assert "dicoso import" in beside(page.text, "file")
    async with await suite.bus() as bus:
        assert 2013 not in (await bus.ask("planning", "years"))["years"]


async def test_of_many_refusals_some_are_kept_and_all_are_counted(
    portal: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "_KEPT_REFUSALS", 5)
    browser = await portal.signed_in_as(ORGANISATION)
    bad = "".join(f"cb-nhap-{number}\n" for number in range(30))
    content = packed({**register(2012), "cadres.csv": _CADRES + bad})
    page = await imported(browser, content, "so.zip")
    said = text(page)
    assert "Dòng bị từ chối (32)" in said
    assert len(re.findall(r"cadres\.csv \d+ (?:malformed|not-permitted)", said)) == 5
    assert "và 27 dòng nữa" in said
    assert "32 dòng bị từ chối" in text(await browser.get("/import"))


async def test_two_files_of_one_name_are_refused_neither_is_taken(portal: Serving) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in register(2011).items():
            archive.writestr(name, content)
        archive.writestr("a/cadres.csv", _CADRES)
    browser = await portal.signed_in_as(ORGANISATION)
    files = {"file": ("so.zip", buffer.getvalue())}
    page = await browser.send_form("/import", "/import", files=files)
    assert page.status_code == 422
    assert beside(page.text, "file").startswith("cadres.csv: tệp nén có hai tệp cùng tên")


async def test_what_is_no_register_is_refused_with_what_to_do(
    portal: Serving, tmp_path: Path
) -> None:
    browser = await portal.signed_in_as(ORGANISATION)
    for content, name in ((b"not a zip", "so.zip"), (b"", "so.zip")):
        page = await browser.send_form("/import", "/import", files={"file": (name, content)})
        assert page.status_code == 422
        assert "không phải tệp ZIP hay XLSX" in text(page)
    empty = packed({"../../regime.txt": "x"})
    page = await browser.send_form("/import", "/import", files={"file": ("so.zip", empty)})
    assert page.status_code == 422
    assert "missing-file" in text(page)
    standing = await portal.signed_in_as(STANDING)
    page = await standing.get("/import")
    assert 'type="file"' not in page.text
    for other in (
        standing,
        await portal.signed_in_as("cb-0006"),
        await portal.signed_in_as("cb-0018"),
    ):
        assert (await other.get("/import")).status_code == 403
