"""What pages say, before any page: lines, quarters, what is owed, drafts, files, faults, ids."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from papers import PDF
from portal.drafting import draft
from portal.evidence import EvidenceFiles, media_type
from portal.faults import say_fault, say_refusal
from portal.naming import further, new_key
from portal.owed import inside, owed, periods
from portal.plan_lines import lines_of, moved
from portal.quarters import a_quarter_later, before, current, plan_due, quarters
from portal.visits_told import by_month, visits_told
from shared.refused import Refused
from shared.regime import Regime, read_regime
from shared.sealing import PERSONAL
from suite.conftest import BAC_NINH

REGIME = read_regime((BAC_NINH / "regime.yaml").read_text(encoding="utf-8"))


def windowed(first: str, last: str, due_day: int = 10) -> Regime:
    document = REGIME.model_dump(by_alias=True)
    document["window"] = {"from": first, "to": last}
    document["planning"] |= {"due_day": due_day}
    return Regime.model_validate(document)


# --- quarters ---------------------------------------------------------------------------------


def test_the_quarters_are_those_that_the_window_touches() -> None:
    assert quarters(REGIME) == ["2019-Q1", "2019-Q2", "2019-Q3", "2019-Q4"]
    assert quarters(windowed("2019-03-31", "2019-10-01")) == quarters(REGIME)
    assert quarters(windowed("2019-04-01", "2019-06-30")) == ["2019-Q2"]


@pytest.mark.parametrize(
    ("day", "later"),
    [
        ("2019-01-31", "2019-04-30"),
        ("2019-05-05", "2019-08-05"),
        ("2019-11-30", "2020-02-29"),
        ("2019-12-31", "2020-03-31"),
    ],
)
def test_a_quarter_later_is_three_months_on(day: str, later: str) -> None:
    assert a_quarter_later(date.fromisoformat(day)).isoformat() == later


def test_the_quarter_before_and_the_current_one() -> None:
    assert (before("2019-Q1"), before("2019-Q3")) == ("2018-Q4", "2019-Q2")
    every = quarters(REGIME)
    days = (date(2019, 5, 1), date(2026, 1, 1), date(2018, 1, 1))
    assert [current(every, day) for day in days] == ["2019-Q2", "2019-Q4", "2019-Q1"]


def test_a_plan_is_due_on_the_regimes_day_of_the_first_month_that_may_be_shorter() -> None:
    assert plan_due("2019-Q2", REGIME) == date(2019, 4, 10)
    assert plan_due("2019-Q2", windowed("2019-01-01", "2019-12-31", 31)) == date(2019, 4, 30)


# --- lines ------------------------------------------------------------------------------------


def line(key: str = "dk-1", **other: Any) -> dict[str, Any]:
    told = {
        "line": key,
        "unit": "X1",
        "kind": "regular",
        "from": "2019-02-04",
        "to": "2019-02-05",
        "topic": "Khảo sát",
        "submitted_on": None,
        "approved_on": None,
        "in_chain": False,
        "changed": True,
        "versions": 1,
        "wanted": None,
        "dropping": None,
        "returned": None,
    }
    return {**told, **other}


BACK = {"on": "2019-01-05", "by": "ai", "reason": "Trùng lịch"}
CHANGE = {"unit": "X2", "kind": "regular", "from": "2019-02-06", "to": "2019-02-06", "topic": ""}


@pytest.mark.parametrize(
    ("told", "state"),
    [
        (line(), "draft"),
        (line(in_chain=True, submitted_on="2019-01-04"), "in_chain"),
        (line(submitted_on="2019-01-04", returned=BACK), "returned"),
        (line(approved_on="2019-01-10", changed=False), "approved"),
        (line(approved_on="2019-01-10", wanted=CHANGE), "approved"),
        (line(approved_on="2019-01-10", dropping="Đã huỷ"), "approved"),
        (line(approved_on="2019-01-10", wanted=CHANGE, returned=BACK), "returned"),
    ],
)
def test_how_far_a_line_has_come(told: dict[str, Any], state: str) -> None:
    [found] = lines_of({"lines": [told]})
    assert found.state == state


def test_a_line_in_the_chain_says_where_and_a_changed_one_what_it_shall_say() -> None:
    lies = [{"step": 1, "place": "*", "lines": ["dk-1"], "since": "2019-01-07"}]
    [found] = lines_of({"lines": [line(wanted=CHANGE, in_chain=True)], "lies": lies})
    assert (found.state, found.step, found.since) == ("in_chain", 1, "2019-01-07")
    assert found.says["unit"] == "X2"


def test_moved_lines_keep_all_but_their_dates_and_what_is_to_go_stays() -> None:
    lines = lines_of({"lines": [line(), line("dk-2", approved_on="2019-01-10", dropping="-")]})
    [found] = moved(lines)
    assert (found["line"], found["from"], found["to"]) == ("dk-1", "2019-05-04", "2019-05-05")
    assert (found["unit"], found["topic"]) == ("X1", "Khảo sát")


# --- what is owed -----------------------------------------------------------------------------


def assessed(**due: str) -> dict[str, Any]:
    ids = [one.replace("_", ":", 1).replace("_", "-") for one in due]
    reason = {"vi": "-", "en": "-"}
    conditions = [{"id": one, "state": "pending", "reason": reason} for one in ids]
    return {
        "assessment": {"conditions": [*conditions, {"id": "days", "state": "unmet", "reason": {}}]},
        "due": dict(zip(ids, due.values(), strict=True)),
    }


def paper(key: str, period: str, state: str, on: str = "2019-04-01") -> dict[str, Any]:
    return {"report": key, "period": period, "state": state, "submitted_on": on}


def test_what_is_owed_comes_by_its_due_date_with_the_report_that_counts() -> None:
    conditions = assessed(report_2019_Q2="2019-07-10", report_2019_Q1="2019-04-10")
    papers = [
        paper("bc-1", "2019-Q1", "accepted"),
        paper("bc-2", "2019-Q1", "returned", "2019-04-09"),
        paper("bc-3", "2019-Q4", "submitted"),
    ]
    found = owed("report", conditions, papers)
    assert [(one.about, one.due, one.paper and one.paper["report"], one.open) for one in found] == [
        ("2019-Q1", "2019-04-10", "bc-1", False),
        ("2019-Q2", "2019-07-10", None, True),
        ("2019-Q4", None, "bc-3", False),
    ]


def test_the_months_of_a_monthly_regime_and_what_lies_inside_a_period() -> None:
    assert periods("month", ["2019-Q1"]) == ["2019-01", "2019-02", "2019-03"]
    visit = {"visit": "lv-1", "from": "2019-03-31", "to": "2019-04-01", "voided_on": ""}
    asked = ("2019-Q1", "2019-Q2", "2019-04", "2019-05", "lv-1", "lv-2")
    assert [one for one in asked if inside(visit, one)] == [
        "2019-Q1",
        "2019-Q2",
        "2019-04",
        "lv-1",
    ]
    assert not inside({**visit, "voided_on": "2019-04-02"}, "2019-Q1")


def test_a_draft_tells_the_visits_and_under_its_own_heading_the_difficulties() -> None:
    visit = {"unit": "X1", "kind": "regular", "line": "dk-1", "from": "2019-02-04"}
    raised = {"unit": "X1", "text": "Thiếu phòng", "answer": "Đã bố trí"}
    named = {"X1": "Đoàn xã A"}, {"dk-1": "Khảo sát"}, {"regular": "Thường xuyên"}
    headings = ("contribution", "kho_khan_vuong_mac")
    found = draft(headings, [{**visit, "to": "2019-02-05"}], [raised], *named, "vi")
    expected = "- 04/02/2019–05/02/2019; Đoàn xã A; Thường xuyên; nội dung: Khảo sát; kết quả: "
    assert found["contribution"] == expected
    assert found["kho_khan_vuong_mac"] == "- Đoàn xã A: Thiếu phòng (trả lời: Đã bố trí)"
    none = draft(headings, [], [], {}, {}, {}, "vi")
    assert none["kho_khan_vuong_mac"] == "Không phát sinh khó khăn, vướng mắc."


# --- visits -----------------------------------------------------------------------------------


def test_a_visit_is_told_with_its_days_and_each_reason_once() -> None:
    row = {"visit": "lv-1", "from": "2019-03-05", "confirmed_on": "", "voided_on": ""}
    more = {"lv-1": {"voided_why": "", "corrected_why": "", "files": []}}
    why = {"vi": "Ngày nghỉ", "en": "A leave"}
    denials = [
        {"visit": "lv-1", "date": day, "reason": why} for day in ("2019-03-05", "2019-03-06")
    ]
    credits = [{"visit": "lv-1"}] * 3
    diary = {"visits": [row], "more": more}
    [told] = visits_told(diary, {"credits": credits, "denials": denials})
    assert (told.days, told.state) == (1.5, "logged")
    assert told.why_not == ((why, ("2019-03-05", "2019-03-06")),)
    assert list(by_month([told])) == [date(2019, 3, 1)]


# --- evidence ---------------------------------------------------------------------------------


def test_a_file_is_kept_once_sealed_and_opened_by_its_key_alone(tmp_path: Path) -> None:
    files = EvidenceFiles(tmp_path)
    kept = files.keep(PDF)
    assert files.keep(PDF) == kept
    [path] = [one for one in tmp_path.rglob("*") if one.is_file()]
    assert path.name == kept.digest
    assert PDF not in path.read_bytes()
    assert files.open(kept.digest, kept.key) == PDF
    other = files.keep(PDF + b" ")
    for digest, key in (
        (kept.digest, other.key),
        (kept.digest, ""),
        (kept.digest, "(đã xoá · erased)"),
        ("0" * 64, kept.key),
        ("../../etc/passwd", kept.key),
    ):
        assert files.open(digest, key) is None
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    assert files.open(kept.digest, kept.key) is None


def test_a_file_goes_with_its_person() -> None:
    assert {"name", "key"} <= set(PERSONAL["visits.evidence-attached.v1"])


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PDF, "application/pdf"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"<html>", ""),
        (b"MZ\x90", ""),
        (b"GIF89a", ""),
        (b"", ""),
    ],
)
def test_a_file_is_what_its_content_says(content: bytes, kind: str) -> None:
    assert media_type(content) == kind


# --- words ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("Field required", "Chưa điền ô này."),
        ("must not be empty", "Chưa điền ô này."),
        ("a date must be written YYYY-MM-DD", "Ngày không đúng; hãy chọn lại ngày."),
        ("String should have at most 1000 characters", "Dài quá 1000 ký tự."),
        ("Input should be 'full' or 'morning'", "Hãy chọn một mục có trong danh sách."),
        ("Input should be a valid dictionary or instance of Regime", "phải là nhóm các mục có tên"),
        ("two sheets hold this file; remove one", "có hai trang cho tệp này; hãy bỏ một"),
        ("something new", "something new"),
    ],
)
def test_a_models_sentence_is_said_in_vietnamese(reason: str, said: str) -> None:
    assert say_fault(reason, "vi") == said


def test_a_refusal_tells_its_details_as_people_write_them() -> None:
    refused = Refused("out-of-turn", on="2019-03-01", submitted_on=date(2019, 3, 2), missing="x")
    assert say_refusal(refused, "vi").endswith("(ngày 01/03/2019, ngày nộp 02/03/2019)")
    assert say_refusal(refused, "vi", "on").endswith(" (ngày nộp 02/03/2019)")
    needs = say_refusal(Refused("not-authorised", needs="standing"), "vi")
    assert needs.endswith("(cần chức trách Thường trực)")


def test_the_same_form_makes_the_same_ids() -> None:
    assert new_key("lv", "a") == new_key("lv", "a") != new_key("lv", "b")
    assert new_key("lv", "a")[3:] != new_key("bc", "a")[3:]
    assert len(new_key("lv", "a")) == 11
    assert further("a", "visit/lv-1") != further("a", "visit/lv-2")
