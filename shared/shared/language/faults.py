"""Why a value is refused (lý do sai dạng), in Vietnamese: what models and files say in English.

Each sentence is about the value that its path names: ``role: phải là một trong: …``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_KINDS: Mapping[str, str] = {
    "string": "chữ",
    "integer": "số nguyên",
    "number": "số",
    "decimal": "số",
    "boolean": "true hoặc false",
    "tuple": "danh sách",
    "list": "danh sách",
    "dictionary": "nhóm các mục có tên",
    "date": "ngày",
}
_VIETNAMESE: Mapping[str, str] = {
    # pydantic
    r"Field required|is missing": "chưa có",
    r"must not be empty|String should have at least 1 character": "không được để trống",
    r"Extra inputs are not permitted": "không có mục này",
    r"Input should be greater than or equal to (\S+)": "phải từ {0} trở lên",
    r"Input should be less than or equal to (\S+)": "phải từ {0} trở xuống",
    r"Input should be greater than (\S+)": "phải lớn hơn {0}",
    r"Input should be less than (\S+)": "phải nhỏ hơn {0}",
    r"Input should be a finite number": "phải là số hữu hạn",
    r"Input should be ('.*') or ('.*')": "phải là một trong: {0} hoặc {1}",
    r"Input should be ('.*')": "phải là {0}",
    r"String should have at most (\d+) characters?": "dài quá {0} ký tự",
    r"String should match pattern .*": "sai dạng",
    r"Decimal input should have no more than (\d+) digits in total": "có quá {0} chữ số",
    r"(?:Tuple|List) should have at most (\d+) items?.*": "có quá {0} mục",
    # what may be said at all
    r"a date must be written YYYY-MM-DD": "ngày phải viết theo dạng YYYY-MM-DD",
    r"a moment must be written (\S+), or as a day, (\S+)": "thời điểm phải viết như {0} hoặc {1}",
    r"must be one lower-case word": "phải là một từ viết thường",
    r"must not hold a NUL character|holds a NUL character": "có ký tự NUL",
    r"must be a quarter such as (\S+)": "phải là một quý, như {0}",
    r"must be a month such as (\S+)": "phải là một tháng, như {0}",
    r"is not one of the regime's headings": "chế độ không có mục này",
    # the regime
    r"must be a multiple of 0.5, not negative": "phải là bội số của 0,5 và không âm",
    r"must be a time zone such as (\S+)": "phải là một múi giờ, như {0}",
    r"must be one of (.+)": "phải là một trong: {0}",
    r"must be a number of days": "phải là một số ngày",
    r"from must not be after to": "ngày đầu (from) không được sau ngày cuối (to)",
    r"named twice: (.+)": "ghi hai lần: {0}",
    r"key given twice: (.+?) in .*, line (\d+), .*": "mục ghi hai lần: {0}, ở dòng {1}",
    r"(?:while|expected|found|mapping|could not) .*, line (\d+), column (\d+).*": (
        "không đọc được như YAML, ở dòng {0}, cột {1}"
    ),
    r"unacceptable character .*": "có ký tự không được có trong YAML",
    # the files of a register
    r"(\d+) cells instead of (\d+)": "có {0} ô thay vì {1}",
    r"(\d+) cells: no file has so many columns": "có {0} ô: không tệp nào có nhiều cột như vậy",
    r"longer than (\d+) characters": "dài quá {0} ký tự",
    r"not UTF-8 text: .* at byte (\d+)": "không phải văn bản UTF-8, sai ở byte thứ {0}",
    r"not UTF-8 text: .*": "không phải văn bản UTF-8",
    r"cannot be read: .*": "không đọc được",
    r"broken quoting: .*": "dấu ngoặc kép không khớp",
    r"two sheets hold this file; remove one": "có hai trang cho tệp này; hãy bỏ một",
    r"two files of the archive have this name; remove one": (
        "tệp nén có hai tệp cùng tên này; hãy bỏ một"
    ),
    r"not a readable XLSX workbook: .*": "không phải sổ XLSX đọc được",
    r"neither a ZIP nor an XLSX file: .*": "không phải tệp ZIP hay XLSX",
}


def in_vietnamese(reason: str) -> str:
    """A reason in Vietnamese; one that is not known stays as it is."""
    if kind := re.fullmatch(r"Input should be a valid (\w+)(?: or instance of \w+|,.*)?", reason):
        return f"phải là {_KINDS.get(kind[1], kind[1])}"
    for pattern, said in _VIETNAMESE.items():
        if found := re.fullmatch(pattern, reason, re.DOTALL):
            return said.format(*found.groups())
    return reason
