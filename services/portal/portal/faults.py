"""Why something was refused, as people say it: the models' sentences, and the services' details."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from portal.language import Language, Said, day, named
from shared.language.faults import in_vietnamese
from shared.language.refusals import say
from shared.refused import Refused

AHEAD = "this day has not come yet"
"""Said of the day of an act."""
_SAID: Mapping[str, Said] = {
    r"Field required|is missing|must not be empty|String should have at least 1 character": Said(
        "Chưa điền ô này.", "This is empty."
    ),
    r"a date must be written YYYY-MM-DD": Said(
        "Ngày không đúng; hãy chọn lại ngày.", "This is no date; choose one."
    ),
    r"String should have at most (\d+) characters?": Said(
        "Dài quá {0} ký tự.", "Longer than {0} characters."
    ),
    r"Input should be (?!a valid|less|greater)(.+)": Said(
        "Hãy chọn một mục có trong danh sách.", "Choose one of the list."
    ),
    r"Input should be a valid (?:integer|number).*": Said(
        "Phải là một con số.", "This must be a number."
    ),
    r"Input should be (?:greater|less) than(?: or equal to)? (\d+)": Said(
        "Con số nằm ngoài giới hạn ({0}).", "The number is out of bounds ({0})."
    ),
    AHEAD: Said("Ngày này chưa tới.", "This day has not come yet."),
    r"must be one lower-case word": Said(
        "Phải là một từ viết thường, không dấu cách.", "This must be one lower-case word."
    ),
    r"must not hold a NUL character": Said(
        "Có ký tự không hợp lệ.", "It has a character that is not allowed."
    ),
    r"String should match pattern.*": Said("Sai dạng.", "It has the wrong shape."),
    r"must be a quarter such as (.+)": Said("Phải là một quý.", "This must be a quarter."),
    r"must be a month such as (.+)": Said("Phải là một tháng.", "This must be a month."),
    r"is not one of the regime's headings": Said(
        "Chế độ không có mục này; hãy tải lại trang.",
        "The regime has no such heading; load the page again.",
    ),
    r"Extra inputs are not permitted": Said("Không có ô này.", "There is no such field."),
}


def say_fault(reason: str, language: Language) -> str:
    """A reason in the reader's language, as a form says it where a form can raise it."""
    for pattern, said in _SAID.items():
        if found := re.fullmatch(pattern, reason):
            return said.to(language).format(*found.groups())
    return say_plainly(reason, language)


def say_plainly(reason: str, language: Language) -> str:
    """The same of a file, whose reader may have to know what can be written there."""
    return in_vietnamese(reason) if language == "vi" else reason


# --- what the services refuse -----------------------------------------------------------------

_DETAILS: Mapping[str, Said] = {
    "on": Said("ngày", "day"),
    "from": Said("từ", "from"),
    "to": Said("đến", "to"),
    "logged_on": Said("ngày ghi", "logged on"),
    "confirmed_on": Said("ngày xác nhận", "confirmed on"),
    "voided_on": Said("ngày hủy", "voided on"),
    "submitted_on": Said("ngày nộp", "handed in on"),
    "returned_on": Said("ngày trả lại", "returned on"),
    "accepted_on": Said("ngày nghiệm thu", "accepted on"),
    "approved_on": Said("ngày duyệt", "approved on"),
    "raised_on": Said("ngày nêu", "raised on"),
    "escalated_on": Said("ngày báo cáo lên", "escalated on"),
    "answered_on": Said("ngày trả lời", "answered on"),
    "closed_on": Said("ngày kết thúc", "closed on"),
    "not_before": Said("không trước ngày", "not before"),
    "needs": Said("cần chức trách", "needs"),
    "cadre": Said("cán bộ", "cadre"),
    "by": Said("người thực hiện", "by"),
    "unit": Said("cơ sở", "unit"),
    "year": Said("năm", "year"),
    "quarter": Said("quý", "quarter"),
}
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def say_refusal(refused: Refused, language: Language, beside: str = "") -> str:
    """The refusal's sentence, with such details as a person has a use for.

    What it stands ``beside`` need not be told.
    """
    sentence = say(refused.code)[language]
    more = [
        f"{said.to(language)} {_value(refused.detail[name], language)}"
        for name, said in _DETAILS.items()
        if name != beside and refused.detail.get(name)
    ]
    return f"{sentence} ({', '.join(more)})" if more else sentence


def _value(value: Any, language: Language) -> str:
    text = str(value)
    if _ISO.fullmatch(text):
        return day(text)
    known = named(text, language)
    return known if known != text.replace("_", " ") else text
