"""The model of ``regime.yaml`` (chế độ): one organisation's rules for one year.

Every key is required and unknown keys are refused (DOMAIN.md §5). This module knows the
shape and the few sentences that make a file contradict itself; what the values *mean* is
the services' business.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationError,
    model_validator,
)

from shared.refused import Refused
from shared.values import (
    Classification,
    Day,
    Duty,
    Employment,
    Key,
    Level,
    LowerWord,
    Role,
    Said,
)


def _half_days(value: Decimal) -> Decimal:
    if value < 0 or value % Decimal("0.5"):
        raise ValueError("must be a multiple of 0.5, not negative")
    return value


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (OSError, ValueError) as error:
        raise ValueError("must be a time zone such as Asia/Ho_Chi_Minh") from error
    return value


def _need(value: str) -> str:
    plain = ("regime_fulfilled", "initiative", "no_discipline")
    graded = [f"classification:{c.value}" for c in Classification]
    if value not in (*plain, *graded):
        raise ValueError(f"must be one of {', '.join((*plain, *graded))}")
    return value


def _number(value: Any) -> Decimal:
    """A number of the file as an exact decimal; words and booleans are refused."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise ValueError("must be a number of days")
    return Decimal(str(value))


def plain_number(value: Decimal) -> int | float:
    """An exact half-day number as JSON and YAML write it: 60, 47.5."""
    return int(value) if value == int(value) else float(value)


HalfDays = Annotated[
    Decimal,
    Field(allow_inf_nan=False, max_digits=8),
    BeforeValidator(_number),
    AfterValidator(_half_days),
    PlainSerializer(plain_number, when_used="json"),
]
"""Days as an exact multiple of 0.5."""
Whole = Annotated[int, Field(strict=True, ge=0)]
Flag = Annotated[bool, Field(strict=True)]


class Part(BaseModel):
    """The common ground of the regime's parts."""

    model_config = ConfigDict(frozen=True, extra="forbid", serialize_by_alias=True)


class Title(Part):
    """A name in Vietnamese and English."""

    vi: Said
    en: Said


class LegalBasis(Part):
    """Căn cứ pháp lý: number, date and issuer of a document."""

    number: Said
    date: Day
    issuer: Said


class Window(Part):
    """Thời gian thực hiện: only dates inside count, both ends included."""

    from_: Day = Field(alias="from")
    to: Day


class Population(Part):
    """Đối tượng áp dụng: who is covered."""

    employment: tuple[Employment, ...]
    duty: tuple[Duty, ...]


class Exemption(Part):
    """Miễn thực hiện: a kind of leave that exempts from a length on, in days."""

    leave: LowerWord
    at_least_days: Whole


class Target(Part):
    """Chỉ tiêu ngày: in days, whole and by level."""

    days: HalfDays
    by_level: dict[Level, HalfDays]
    surplus: Literal["none", "upward", "any"]
    proration: Literal["none", "months", "days"]
    exempt: tuple[Exemption, ...]


class Credit(Part):
    """Cách tính ngày: from which act, which days, with what evidence."""

    from_: Literal["logged", "confirmed", "accepted"] = Field(alias="from")
    days: Literal["calendar", "working"]
    half_days: Flag
    unplanned: Literal["counts", "never"]
    evidence: tuple[LowerWord, ...]


class Kind(Part):
    """Loại hình đi cơ sở."""

    id: Key
    title: Title
    counts: Flag
    product: Flag
    product_due_days: Whole


class Step(Part):
    """Một bước của quy trình duyệt kế hoạch."""

    step: Literal["consolidate", "approve"]
    by: Role
    scope: Literal["department", "organisation"]


class Planning(Part):
    """Lập kế hoạch quý: ``due_day`` of the quarter's first month, and the chain."""

    due_day: Annotated[int, Field(strict=True, ge=1, le=31)]
    required: Flag
    chain: tuple[Step, ...]


class Reports(Part):
    """Báo cáo thu hoạch: for which period, when owed, when due."""

    period: Literal["quarter", "month", "visit"]
    required: Literal["always", "active"]
    due_days: Whole
    late: Literal["counts", "fails"]
    headings: tuple[Key, ...]


class Commendation(Part):
    """Danh hiệu thi đua and the conditions it needs."""

    title: Key
    name: Title
    needs: tuple[Annotated[str, AfterValidator(_need)], ...]
    exempt_counts: Flag


class Regime(Part):
    """Chế độ đi công tác cơ sở of one organisation and one year."""

    regime: Key
    organisation: Key
    title: Title
    legal_basis: tuple[LegalBasis, ...]
    year: Annotated[int, Field(strict=True, ge=1900, le=9999)]
    timezone: Annotated[str, AfterValidator(_zone)]
    window: Window
    closes_on: Day
    holidays: tuple[Day, ...]
    population: Population
    target: Target
    credit: Credit
    kinds: tuple[Kind, ...]
    planning: Planning
    reports: Reports
    commendation: tuple[Commendation, ...]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.window.from_ > self.window.to:
            raise ValueError("window: from must not be after to")
        for path, ids in (
            ("kinds", [kind.id for kind in self.kinds]),
            ("commendation", [award.title for award in self.commendation]),
            ("reports.headings", list(self.reports.headings)),
        ):
            twice = sorted(one for one, times in Counter(ids).items() if times > 1)
            if twice:
                raise ValueError(f"{path}: named twice: {', '.join(twice)}")
        return self

    def kind(self, id: str) -> Kind | None:
        """The kind of trip with that id, if the regime has it."""
        return next((kind for kind in self.kinds if kind.id == id), None)

    def concerns(self, filed: int, first: date, last: date) -> bool:
        """Whether a leave belongs to the regime's year: filed under it, or reaching into it."""
        begins = min(self.window.from_, date(self.year, 1, 1))
        ends = max(self.window.to, date(self.year, 12, 31))
        return filed == self.year or (first <= ends and last >= begins)

    def exemption(self, leave: str, days: int) -> Exemption | None:
        """What exempts by a leave of this kind and whole length (DOMAIN.md §6, "Covered")."""
        for rule in self.target.exempt:
            if leave == rule.leave and days >= rule.at_least_days:
                return rule
        return None


class _OnceLoader(yaml.SafeLoader):
    """YAML's safe loader, refusing a key that is given twice; dates stay the text they are."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - PyYAML's own way
        first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        seen = set[Hashable]()
        for key in keys:
            if not isinstance(key, Hashable):
                continue  # refused by YAML's own loader
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"key given twice: {key}", node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep)


_UNREADABLE = (
    yaml.YAMLError,
    ValueError,
    TypeError,
    RecursionError,
    AttributeError,
    LookupError,
)
"""What PyYAML raises on texts that are none: the last two on tags such as ``!!bool x``."""
_MOST_FAULTS = 50
_LONGEST_PATH = 200


def faults(error: ValidationError) -> list[dict[str, str]]:
    """The faults of a document as ``{"path", "reason"}``, the path with dots; the first 50."""
    found = []
    for one in error.errors(include_url=False, include_context=False, include_input=False)[
        :_MOST_FAULTS
    ]:
        where = ".".join(str(part) for part in one["loc"])
        reason = one["msg"].removeprefix("Value error, ")
        if not where and one["type"] == "value_error" and ": " in reason:
            where, reason = reason.split(": ", 1)
        found.append({"path": where[:_LONGEST_PATH] or "(file)", "reason": reason})
    return found


def read_regime(text: str) -> Regime:
    """The regime in a YAML text.

    Raises Refused ``malformed`` with ``faults``: a list of ``{"path", "reason"}``.
    """
    try:
        document = yaml.load(text, Loader=_OnceLoader)  # noqa: S506 - a SafeLoader
        return Regime.model_validate(document)
    except ValidationError as error:
        raise Refused("malformed", faults=faults(error)) from error
    except _UNREADABLE as error:
        raise Refused(
            "malformed", faults=[{"path": "(file)", "reason": " ".join(str(error).split())}]
        ) from error


def write_regime(regime: Regime) -> str:
    """The regime as the YAML text that :func:`read_regime` reads back."""
    document = regime.model_dump(mode="python", by_alias=True)
    return yaml.safe_dump(_plain(document), allow_unicode=True, sort_keys=False)


def _plain(value: Any) -> Any:
    """What YAML can write: enums as words, tuples as lists, whole decimals as integers."""
    match value:
        case dict():
            return {_plain(k): _plain(v) for k, v in value.items()}
        case list() | tuple():
            return [_plain(v) for v in value]
        case Decimal():
            return plain_number(value)
        case str():
            return str.__str__(value)
        case _:
            return value
