"""What a page says, in the language of whoever reads it: Vietnamese first, English on request."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Literal, NamedTuple, get_args
from zoneinfo import ZoneInfo

from shared.values import Classification, Level, Portion, Role

Language = Literal["vi", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
_HERE = ZoneInfo("Asia/Ho_Chi_Minh")


class Said(NamedTuple):
    """A sentence in both languages."""

    vi: str
    en: str

    def to(self, language: Language) -> str:
        """The sentence as its reader reads it."""
        return self.vi if language == "vi" else self.en


NAMES: Mapping[str, Said] = {
    # roles
    Role.CADRE: Said("cán bộ", "cadre"),
    Role.DEPARTMENT_LEADER: Said("lãnh đạo Ban/Văn phòng", "department leader"),
    Role.ORGANISATION: Said("Ban Tổ chức", "organisation department"),
    Role.STANDING: Said("Thường trực", "standing body"),
    "auditor": Said("kiểm toán", "auditor"),
    "operations": Said("vận hành", "operations"),
    # levels
    Level.BRANCH: Said("chi đoàn", "branch"),
    Level.COMMUNE: Said("xã", "commune"),
    Level.DISTRICT: Said("huyện", "district"),
    Level.PROVINCE: Said("tỉnh", "province"),
    # portions of a day
    Portion.FULL: Said("cả ngày", "whole day"),
    Portion.MORNING: Said("buổi sáng", "morning"),
    Portion.AFTERNOON: Said("buổi chiều", "afternoon"),
    # status of a year
    "fulfilled": Said("hoàn thành", "fulfilled"),
    "unfulfilled": Said("chưa hoàn thành", "unfulfilled"),
    "in_progress": Said("đang thực hiện", "in progress"),
    "exempt": Said("được miễn", "exempt"),
    "not_covered": Said("không thuộc diện", "not covered"),
    # states of a condition
    "met": Said("đạt", "met"),
    "unmet": Said("không đạt", "unmet"),
    "pending": Said("chưa tới hạn", "pending"),
    # classification
    Classification.EXCELLENT: Said("hoàn thành xuất sắc nhiệm vụ", "excellent"),
    Classification.GOOD: Said("hoàn thành tốt nhiệm vụ", "good"),
    Classification.COMPLETED: Said("hoàn thành nhiệm vụ", "completed"),
    Classification.NOT_COMPLETED: Said("không hoàn thành nhiệm vụ", "not completed"),
    # evidence and answers
    "travel_order": Said("công lệnh", "travel order"),
    "decision": Said("quyết định", "decision"),
    # headings of outcome reports, as the founding text names them
    "contribution_to_cadre": Said(
        "Kết quả đối với bản thân cán bộ", "What it contributed to the cadre"
    ),
    "contribution_to_unit_work": Said(
        "Kết quả đối với công tác của đơn vị", "What it contributed to the unit's work"
    ),
    "difficulties": Said("Khó khăn, vướng mắc", "Difficulties and obstacles"),
    "yes": Said("có", "yes"),
    "no": Said("không", "no"),
    "union": Said("làm công tác Đoàn", "union work"),
    "support": Said("phục vụ", "support"),
    "civil_servant": Said("công chức", "civil servant"),
    "contract": Said("hợp đồng", "contract"),
}
"""How the words of the register are called on a page."""

_NEEDS: Mapping[str, Said] = {
    "regime_fulfilled": Said("hoàn thành chế độ đi cơ sở", "the regime fulfilled"),
    "initiative": Said("có sáng kiến", "an initiative"),
    "no_discipline": Said("không bị kỷ luật", "no discipline"),
}
_AT_LEAST = Said("được xếp loại “{least}” trở lên", "classified “{least}” or better")


def lacking(needs: Iterable[str], language: Language) -> str:
    """Which needs of a commendation fail, as people say it."""
    return ", ".join(_need(one, language) for one in needs)


def _need(need: str, language: Language) -> str:
    if said := _NEEDS.get(need):
        return said.to(language)
    return _AT_LEAST.to(language).format(least=named(need.partition(":")[2], language))


FIELDS: Mapping[str, Said] = {
    "reason": Said("Lý do", "Reason"),
    "unit": Said("Cơ sở", "Base unit"),
    "kind": Said("Loại hình", "Kind"),
    "line": Said("Dòng kế hoạch", "Plan line"),
    "topic": Said("Nội dung", "Topic"),
    "text": Said("Nội dung", "Content"),
    "answer": Said("Trả lời", "Answer"),
    "evidence": Said("Loại minh chứng", "Evidence"),
    "evidence_no": Said("Số minh chứng", "Number of the evidence"),
    "portion": Said("Phần ngày", "Part of the day"),
    "file": Said("Tệp", "File"),
    "from": Said("Từ ngày", "From"),
    "to": Said("Đến ngày", "To"),
    "until": Said("Đến hết ngày", "Until"),
    "on": Said("Ngày", "Day"),
    "day": Said("Ngày", "Day"),
    "logged_on": Said("Ngày ghi", "Logged on"),
    "submitted_on": Said("Ngày nộp", "Handed in on"),
    "voided_on": Said("Ngày hủy", "Voided on"),
    "raised_on": Said("Ngày nêu", "Raised on"),
    "answered_on": Said("Ngày trả lời", "Answered on"),
    "escalated_on": Said("Ngày báo cáo lên", "Escalated on"),
    "escalated_to": Said("Nơi nhận", "Escalated to"),
}
"""How the fields of forms are called where the field itself is not in sight."""


def called(field: str, language: Language) -> str:
    """A field's name; of a section of a report its heading, empty for one without a name."""
    if said := FIELDS.get(field):
        return said.to(language)
    section, _, heading = field.partition(".")
    return named(heading, language) if section == "sections" else ""


_ROMAN = {"1": "I", "2": "II", "3": "III", "4": "IV"}


def named(word: str, language: Language) -> str:
    """How a word of the register is called; a word of a regime's own stays as it is."""
    found = NAMES.get(word)
    return found.to(language) if found else word.replace("_", " ")


def day(value: date | str | None) -> str:
    """A date as people write it, 05/03/2019; empty for none."""
    if not value:
        return ""
    if isinstance(value, str):
        value = date.fromisoformat(value[:10])
    return f"{value.day:02}/{value.month:02}/{value.year:04}"


def moment(value: str | None) -> str:
    """A moment of recording on the clock of Việt Nam: 17:30 05/03/2019."""
    if not value:
        return ""
    here = datetime.fromisoformat(value).astimezone(_HERE)
    return f"{here.hour:02}:{here.minute:02} {day(here.date())}"


def number(value: float, language: Language) -> str:
    """A number of days: 41,5 in Vietnamese, 41.5 in English."""
    text = f"{value:g}"
    return text.replace(".", ",") if language == "vi" else text


def period(value: str, language: Language) -> str:
    """A quarter or month as people call it: quý I/2019, tháng 01/2019."""
    year, _, part = value.partition("-")
    if part.startswith("Q") and part[1:] in _ROMAN:
        return f"quý {_ROMAN[part[1:]]}/{year}" if language == "vi" else f"{part} {year}"
    if len(part) == 2 and part.isdigit():
        return f"tháng {part}/{year}" if language == "vi" else f"{year}-{part}"
    return value


def titled(title: Mapping[str, Any], language: Language) -> str:
    """A title of a regime, ``{vi, en}``."""
    return str(title[language])
