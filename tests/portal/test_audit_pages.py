"""The pages of the auditor and of operations, before a real suite."""

from __future__ import annotations

import asyncio
import re
from contextlib import AsyncExitStack, ExitStack
from html import unescape
from pathlib import Path
from typing import Any

import httpx2
import pytest

from browsing import Serving, hidden
from bus.processes import asking, service
from conftest import Nats
from portal.app import create_app
from portal.pages.audit import changed, contradicting
from portal.pages.ops import behind
from portal.settings import Settings
from shared.language.planning import AppointCadre, EnactRegime
from shared.regime import read_regime
from shared.services import SERVICES
from suite.conftest import BAC_NINH, Up
from suite.test_parking import NEXT, promote

CADRE = "cb-0010"


def text(page: httpx2.Response) -> str:
    """What a page says, without its tags, in one line."""
    main = page.text.partition('<main id="main">')[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


# --- auditing ---------------------------------------------------------------------------------


async def test_an_auditor_finds_a_cadre_and_reads_what_was_recorded(
    portal: Serving, suite: Up
) -> None:
    browser = await portal.signed_in_as(office="auditor")
    assert "/audit/cb-0010" in (await browser.get("/audit?year=2019&search=can+bo+0010")).text
    said = text(await browser.get(f"/audit/{CADRE}?year=2019&as-of=2020-01-31"))
    async with await suite.bus() as bus:
        told = await bus.ask("appraisal", "history", cadre=CADRE, year=2019, as_of="2020-01-31")
        entry = (await bus.ask("visits", "entries", after=told_position(told) - 1, limit=1))[
            "entries"
        ][0]
    assert f"Lịch sử ({len(told['events'])})" in said
    logged = next(one for one in told["events"] if one["type"] == "visits.visit-logged.v1")
    assert logged["vi"] in said
    assert f"visits #{logged['position']}" in said
    # the position is that of the entry in its owner's ledger
    assert (entry["type"], entry["data"]["cadre"]) == (logged["type"], CADRE)
    confirmed = next(
        one
        for one in told["events"]
        if one["type"] == "visits.visit-confirmed.v1" and one["who"].startswith("cb-")
    )
    assert confirmed["authority"]["role"] in ("department_leader", "organisation", "standing")
    assert confirmed["authority"]["vi"] in said


def told_position(told: dict[str, list[dict[str, int | str]]]) -> int:
    first = next(one for one in told["events"] if one["type"] == "visits.visit-logged.v1")
    return int(first["position"])


async def test_as_of_an_earlier_day_less_is_done_and_known(portal: Serving, suite: Up) -> None:
    browser = await portal.signed_in_as(office="auditor")
    now = text(await browser.get(f"/audit/{CADRE}?year=2019&as-of=2020-01-31"))
    then = text(await browser.get(f"/audit/{CADRE}?year=2019&as-of=2019-03-31"))
    number = re.compile(r"Lịch sử \((\d+)\)")
    (before,), (after,) = number.findall(then), number.findall(now)
    assert 0 < int(before) < int(after)
    async with await suite.bus() as bus:
        asked: dict[str, Any] = {"cadre": CADRE, "year": 2019, "as_of": "2019-03-31"}
        found = (await bus.ask("appraisal", "assess", **asked))["assessment"]
    days = str(found["credited"]).replace(".", ",")
    assert f"{days} / {found['target']:g} ngày" in then
    for early in ("known-at=2001-01-01", "known-at=2001-01-01&why=true&from=2019-03-31"):
        page = await browser.get(f"/audit/{CADRE}?year=2019&{early}")
        assert page.status_code == 200  # nothing at all was recorded by then
        assert "Đến ngày đã chọn chưa ghi gì để kết luận" in text(page)
        assert 'name="known-at" type="date" value="2001-01-01"' in page.text
        assert "Cán bộ" in text(page)
    nobody = await browser.get("/audit/cb-khong-co?year=2019&known-at=2001-01-01")
    assert nobody.status_code == 404
    wrong = await browser.get(f"/audit/{CADRE}?year=2019&from=yesterday&to=2019-12-31")
    assert wrong.status_code == 422
    assert 'id="e-from"' in wrong.text


async def test_what_changed_between_two_days(portal: Serving, suite: Up) -> None:
    browser = await portal.signed_in_as(office="auditor")
    said = text(await browser.get(f"/audit/{CADRE}?year=2019&from=2019-03-31&to=2019-06-30"))
    async with await suite.bus() as bus:
        one, other = [
            (await bus.ask("appraisal", "assess", cadre=CADRE, year=2019, as_of=day))["assessment"]
            for day in ("2019-03-31", "2019-06-30")
        ]
    days = [f"{found['credited']:g}".replace(".", ",") for found in (one, other)]
    assert f"Được tính {days[0]} {days[1]}" in said
    same = text(await browser.get(f"/audit/{CADRE}?year=2019&from=2019-03-31&to=2019-03-31"))
    assert "Không có gì thay đổi" in same


def test_two_verdicts_differ_in_what_they_say() -> None:
    before = {
        "status": "in_progress",
        "target": 60,
        "credited": 10,
        "shortfall": 50,
        "conditions": [{"id": "days", "state": "pending"}, {"id": "plan:q", "state": "met"}],
        "commendation": {"a": {"eligible": False}},
    }
    after = {
        **before,
        "credited": 12.5,
        "conditions": [
            {"id": "days", "state": "pending", "reason": "another"},
            {"id": "report:q", "state": "met"},
        ],
        "commendation": {"a": {"eligible": True}},
    }
    found = changed(before, after)
    assert found["numbers"] == [("credited", 10, 12.5)]
    assert [name for name, _, _ in found["conditions"]] == ["plan:q", "report:q"]
    assert found["titles"] == [("a", False, True)]
    assert changed(before, before) == {"numbers": [], "conditions": [], "titles": []}


async def test_why_names_each_half_day_with_its_entries(portal: Serving, suite: Up) -> None:
    browser = await portal.signed_in_as(office="auditor")
    page = await browser.get(f"/audit/{CADRE}?year=2019&as-of=2019-06-30&why=true")
    async with await suite.bus() as bus:
        asked: dict[str, Any] = {"cadre": CADRE, "year": 2019, "as_of": "2019-06-30"}
        found = (await bus.ask("appraisal", "assess", **asked))["assessment"]
    assert f"từng nửa ngày được tính ({int(2 * found['credited'])})" in text(page)
    assert re.search(r"logged: visits #\d+; confirmed: visits #\d+", text(page))


async def test_denials_are_listed_and_checkpoints_shown(portal: Serving) -> None:
    cadre = await portal.signed_in_as("cb-0014")
    assert (await cadre.get("/cadres/cb-0001?year=2019")).status_code == 403
    browser = await portal.signed_in_as(office="auditor")
    said = text(await browser.get("/audit/denials?of=appraisal"))
    assert "cb-0014 assess cb-0001 not-permitted" in said
    page = await browser.get("/audit/logs")
    assert page.status_code == 200
    assert "dicoso audit verify" in text(page)
    for path in ("/audit/denials", "/audit/logs", f"/audit/{CADRE}", "/ops"):
        assert (await cadre.get(f"{path}?year=2019")).status_code == 403, path


def test_two_roots_of_one_size_contradict_one_another() -> None:
    seen = [
        {"log": "visits", "size": 7, "root": "a"},
        {"log": "visits", "size": 8, "root": "b"},
        {"log": "planning", "size": 7, "root": "a"},
    ]
    assert contradicting(seen) == set()
    assert contradicting([*seen, {"log": "visits", "size": 7, "root": "c"}]) == {"visits"}


async def test_an_auditor_reads_everything_and_does_nothing(portal: Serving) -> None:
    browser = await portal.signed_in_as(office="auditor")
    for path in ("/province", "/chase", "/inputs", "/roster", "/units", "/regime", "/ops"):
        page = await browser.get(f"{path}?year=2019")
        assert page.status_code == 200, path
        forms = re.findall(r'<form method="post" action="([^"]+)"', page.text)
        assert {one for one in forms if one not in ("/language", "/sign-out")} <= {
            "/chase/remind",  # of no one: the list has nothing to tick
            "/inputs/issue",
        }, path
    held = hidden((await browser.get("/chase?year=2019")).text, "/chase/remind")
    acts = {
        "/units/close": {"unit": "X09163", "to": "2030-01-01"},
        "/roster/cb-0009/depart": {"to": "2030-01-01"},
        "/inputs/close": {"on": "2020-02-01"},
        "/ops/visits/rebuild": {"view": "waiting"},
    }
    for path, typed in acts.items():
        answer = await browser.post(path, data={**held, **typed})
        assert answer.status_code == 422, path
        assert "Chưa ghi được" in text(answer), path


# --- operations -------------------------------------------------------------------------------


async def test_operations_see_every_service_and_have_a_view_built_again(
    portal: Serving, suite: Up
) -> None:
    browser = await portal.signed_in_as(office="operations")
    said = text(await browser.get("/ops"))
    for name in SERVICES:
        assert f"{name} đang trả lời" in said
    for view in ("lists", "waiting", "unit_months", "standing"):
        assert view in said
    async with await suite.bus() as bus:
        before = await bus.ask("visits", "view", view="unit_months")
        page = await browser.get("/ops")
        held = {**hidden(page.text, "/ops/visits/rebuild"), "view": "unit_months"}
        assert (await browser.post("/ops/visits/rebuild", data=held)).status_code == 303
        async with asyncio.timeout(30):
            while True:
                after = await bus.ask("visits", "view", view="unit_months")
                if after["live"]["build"] > before["live"]["build"]:
                    break
                await asyncio.sleep(0.05)
    assert after["live"]["rows"] == before["live"]["rows"]
    unknown = await browser.post("/ops/visits/rebuild", data={**held, "view": "none"})
    assert unknown.status_code == 422
    assert (await browser.get("/province?year=2019")).status_code == 403


def test_how_far_behind_a_service_is() -> None:
    positions = {"planning": 7, "visits": 9, "appraisal": 3}
    heads = {"planning": 10, "visits": 9, "appraisal": 3}
    assert behind(positions, heads, {"service": "visits"}) == {"planning": 3, "appraisal": 0}


async def test_a_service_that_does_not_answer_is_shown_so(own_nats: Nats, tmp_path: Path) -> None:
    with service("planning", own_nats.url, tmp_path / "data"):
        async with asking(own_nats.url) as bus:
            await bus.ask("planning", "ready")
        async with alone(own_nats.url, tmp_path / "data") as portal:
            browser = await portal.signed_in_as(office="operations")
            said = text(await browser.get("/ops"))
    assert "planning đang trả lời" in said
    assert "visits không trả lời" in said


def alone(nats: str, data: Path) -> _Alone:
    return _Alone(nats, data)


class _Alone:
    """A portal before services of a test's own."""

    def __init__(self, nats: str, data: Path) -> None:
        self._settings = Settings(nats=nats, data=data)
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Serving:
        app = create_app(self._settings)
        await self._stack.enter_async_context(app.router.lifespan_context(app))
        return Serving(app, self._stack, self._settings.url)

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()


async def test_parked_facts_are_shown_retried_and_skipped_with_a_reason(
    own_nats: Nats, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, data = tmp_path / "tomorrow", tmp_path / "data"
    folder.mkdir()
    (folder / "planning_next.py").write_text(NEXT.format(name="planning"))
    monkeypatch.setenv("PYTHONPATH", str(folder))
    with ExitStack() as stack:
        for name in ("planning_next", "visits", "appraisal"):
            stack.enter_context(service(name, own_nats.url, data))
        async with asking(own_nats.url) as bus:
            await bus.obey(EnactRegime(regime=read_regime((BAC_NINH / "regime.yaml").read_text())))
            await bus.obey(AppointCadre(cadre="cb-an", department="ban-a"))
            promote(data / "planning.sqlite")
            head = (await bus.obey(AppointCadre(cadre="cb-binh", department="ban-a"))).position
            await bus.ask("visits", "ready", heard={"planning": head})
            await bus.ask("appraisal", "ready", heard={"planning": head})
        async with alone(own_nats.url, data) as portal:
            browser = await portal.signed_in_as(office="operations")
            page = await browser.get("/ops")
            assert text(page).count("planning #3") >= 2
            held = hidden(page.text, "/ops/visits/retry")
            still = await browser.post("/ops/visits/retry", data=held)
            assert still.status_code == 422
            at = "/ops/visits/parked/planning/3"
            assert "department: ban-b" in text(await browser.get(at))
            without = await browser.send_form(at, "/ops/visits/skip", reason=" ")
            assert without.status_code == 422
            done = await browser.send_form(at, "/ops/visits/skip", reason="không cần ở đây")
            assert done.status_code == 303
            left = await browser.get("/ops")
            assert "/ops/visits/parked" not in left.text
            assert "/ops/appraisal/parked" in left.text
            assert (await browser.get(at)).status_code == 404
