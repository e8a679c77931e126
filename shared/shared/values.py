"""The values that words are made of: keys, days, quarters and the listed words of DOMAIN.md §4."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, StringConstraints

_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def iso_day(value: Any) -> date:
    """A date exactly as ``YYYY-MM-DD``; every other spelling is refused (DOMAIN.md §4)."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str) and _ISO_DAY.fullmatch(value):
        return date.fromisoformat(value)
    raise ValueError("a date must be written YYYY-MM-DD")


def _not_blank(value: str) -> str:
    if not value.strip():
        raise ValueError("must not be empty")
    return value


def _no_nul(value: str) -> str:
    if "\0" in value:
        raise ValueError("must not hold a NUL character")
    return value


def _lower_word(value: str) -> str:
    composed = unicodedata.normalize("NFC", value)
    if value != value.lower() or not re.fullmatch(r"[^\W\d_][\w-]*", composed):
        raise ValueError("must be one lower-case word")
    return value


Day = Annotated[date, BeforeValidator(iso_day)]
"""A calendar date in Asia/Ho_Chi_Minh."""
Key = Annotated[
    str, StringConstraints(max_length=1_000), AfterValidator(_no_nul), AfterValidator(_not_blank)
]
"""The opaque key of a person or thing, such as ``cb-0042``."""
Text = Annotated[str, StringConstraints(max_length=100_000), AfterValidator(_no_nul)]
"""Free text; may be empty."""
Said = Annotated[Text, AfterValidator(_not_blank)]
"""Free text that must not be empty: a reason, an answer."""
LowerWord = Annotated[str, StringConstraints(max_length=1_000), AfterValidator(_lower_word)]
"""Any lower-case word: a kind of leave or of evidence."""
Quarter = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{3}-Q[1-4]$")]
"""A quarter of a year (quý), ``2019-Q1``."""


class Role(StrEnum):
    """Chức trách in the regime, in order of authority."""

    CADRE = "cadre"
    DEPARTMENT_LEADER = "department_leader"
    ORGANISATION = "organisation"
    STANDING = "standing"

    @property
    def rank(self) -> int:
        """The place in the order of authority, 0 the lowest."""
        return list(Role).index(self)


class Duty(StrEnum):
    """Công việc: union work (làm công tác Đoàn) or support (phục vụ)."""

    UNION = "union"
    SUPPORT = "support"


class Employment(StrEnum):
    """Biên chế: civil servant (công chức) or contract staff (hợp đồng)."""

    CIVIL_SERVANT = "civil_servant"
    CONTRACT = "contract"


class Level(StrEnum):
    """Cấp của cơ sở, lowest to highest: chi đoàn, xã, huyện, tỉnh."""

    BRANCH = "branch"
    COMMUNE = "commune"
    DISTRICT = "district"
    PROVINCE = "province"


class Portion(StrEnum):
    """Phần ngày: the whole day, the morning or the afternoon."""

    FULL = "full"
    MORNING = "morning"
    AFTERNOON = "afternoon"


class Classification(StrEnum):
    """Mức xếp loại, best first."""

    EXCELLENT = "excellent"
    GOOD = "good"
    COMPLETED = "completed"
    NOT_COMPLETED = "not_completed"


class YesNo(StrEnum):
    """Có hay không."""

    YES = "yes"
    NO = "no"
