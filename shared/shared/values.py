"""The values that words are made of: keys, days, quarters and the listed words of DOMAIN.md §4.

What every word of a ledger is checked for when it is read is checked by pydantic-core itself:
no Python runs per value (docs/decisions/0010).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Annotated, Any, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, GetCoreSchemaHandler, GetJsonSchemaHandler, StringConstraints
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_BLANK = (  # what str.strip takes away
    r"\x09-\x0d\x1c-\x20\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}"
    r"\x{3000}"
)


def iso_day(value: Any) -> date:
    """A date exactly as ``YYYY-MM-DD``; every other spelling is refused (DOMAIN.md §4)."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str) and _ISO_DAY.fullmatch(value):
        return date.fromisoformat(value)
    raise ValueError("a date must be written YYYY-MM-DD")


def utc_text(moment: datetime) -> str:
    """A moment as entries are stamped with it: RFC 3339 in UTC, microseconds."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _moment(value: Any) -> str:
    """A moment as :func:`utc_text`; of a mere day its end in Việt Nam."""
    why = "a moment must be written 2019-05-02T17:30:00+07:00, or as a day, 2019-05-02"
    try:
        if isinstance(value, str) and _ISO_DAY.fullmatch(value):
            end = datetime.combine(date.fromisoformat(value), time.max)
            return utc_text(end.replace(tzinfo=ZoneInfo("Asia/Ho_Chi_Minh")))
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise ValueError(why) from error
    if moment.tzinfo is None:
        raise ValueError(why)
    return utc_text(moment)


def _lower_word(value: str) -> str:
    composed = unicodedata.normalize("NFC", value)
    if value != value.lower() or not re.fullmatch(r"[^\W\d_][\w-]*", composed):
        raise ValueError("must be one lower-case word")
    return value


def _or_say(schema: CoreSchema, why: str) -> CoreSchema:
    return core_schema.custom_error_schema(
        schema, "value_error", custom_error_context={"error": why}
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Also:
    """A check after those of the type; the JSON Schema stays that of the type."""

    check: CoreSchema

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.chain_schema([handler(source), self.check])

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return handler(schema["steps"][0])


_NO_NUL = _Also(
    _or_say(core_schema.str_schema(pattern=r"^[^\x00]*$"), "must not hold a NUL character")
)
_NOT_BLANK = _Also(_or_say(core_schema.str_schema(pattern=f"[^{_BLANK}]"), "must not be empty"))
_LOWER_WORD = _Also(
    _or_say(
        core_schema.union_schema(
            [
                core_schema.str_schema(pattern=r"^[a-z][a-z0-9_-]*$"),
                core_schema.no_info_plain_validator_function(_lower_word),
            ],
            mode="left_to_right",
        ),
        "must be one lower-case word",
    )
)


class _IsoDay:
    """:func:`iso_day` of a JSON text; of a date or a text in Python."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        text = core_schema.chain_schema(
            [
                core_schema.str_schema(strict=True, pattern=f"^{_ISO_DAY.pattern}$"),
                handler(source),
            ]
        )
        either = core_schema.union_schema(
            [core_schema.date_schema(strict=True), text], mode="left_to_right"
        )
        return _or_say(
            core_schema.json_or_python_schema(
                json_schema=text,
                python_schema=either,
                serialization=core_schema.simple_ser_schema("date"),
            ),
            "a date must be written YYYY-MM-DD",
        )

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return handler(core_schema.date_schema())


SEALED = "sealed:1:"
"""How a sealed text begins (``sealing.py``)."""


class PersonalMark:
    """Marks a text about a person; one that is sealed may be longer than the text itself."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        sealed = core_schema.str_schema(pattern=f"^{SEALED}")
        return core_schema.union_schema([handler(source), sealed], mode="left_to_right")

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {**handler(schema["choices"][0]), "x-personal": True}


T = TypeVar("T")
Personal = Annotated[T, PersonalMark()]
"""A text about a person (dữ liệu cá nhân): in a ledger it is sealed with the key of the fact's
``cadre``, and it can be erased (docs/decisions/0013)."""
Day = Annotated[date, _IsoDay()]
"""A calendar date in Asia/Ho_Chi_Minh."""
Moment = Annotated[str, BeforeValidator(_moment)]
"""A moment of recording, in UTC as ledgers write it; a day stands for its end in Việt Nam."""
Key = Annotated[str, StringConstraints(max_length=1_000), _NO_NUL, _NOT_BLANK]
"""The opaque key of a person or thing, such as ``cb-0042``."""
Text = Annotated[str, StringConstraints(max_length=100_000), _NO_NUL]
"""Free text; may be empty."""
Said = Annotated[Text, _NOT_BLANK]
"""Free text that must not be empty: a reason, an answer."""
LowerWord = Annotated[str, StringConstraints(max_length=1_000), _LOWER_WORD]
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
