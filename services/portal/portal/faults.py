"""What is wrong with a field, as people say it: the sentences of the models, put into words."""

from __future__ import annotations

import re
from collections.abc import Mapping

from portal.language import Language, Said

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
    """A model's reason in the reader's language; one that is not known stays as it is."""
    for pattern, said in _SAID.items():
        if found := re.fullmatch(pattern, reason):
            return said.to(language).format(*found.groups())
    return reason
