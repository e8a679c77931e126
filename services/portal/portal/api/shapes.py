"""The shapes of what the API answers, as its OpenAPI document tells them."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from portal.api.problems import ProblemDetails, Reason
from shared.values import Classification, Day, Duty, Employment, Level, Portion, Role, YesNo

Status = Literal["fulfilled", "unfulfilled", "in_progress", "exempt", "not_covered"]


class Shape(BaseModel):
    """The ground of all: by its names in JSON."""

    model_config = ConfigDict(populate_by_name=True)


class PageShape(Shape):
    """A page of a list."""

    next: str | None = Field(description="The address of the next page; null at the end.")


# --- assessments ------------------------------------------------------------------------------


class Condition(Shape):
    """One condition of the regime and how it stands."""

    id: str
    state: Literal["met", "unmet", "pending"]
    reason: Reason


class Title(Shape):
    """Whether a cadre may be proposed for a title, and which needs fail."""

    eligible: bool
    unmet: list[str]


class Assessment(Shape):
    """Kết quả thực hiện chế độ: as `dicoso assess --json` prints it (DOMAIN.md §6).

    Numbers are days, multiples of 0.5; maps leave out what is zero.
    """

    cadre: str
    year: int
    regime: str
    as_of: Day
    status: Status
    target: float
    credited: float
    shortfall: float
    by_level: dict[str, float]
    by_kind: dict[str, float]
    by_quarter: dict[str, float]
    conditions: list[Condition]
    commendation: dict[str, Title]


class AssessmentPage(PageShape):
    """A page of assessments, in the order of the cadres' keys."""

    data: list[Assessment]
    unreadable: list[str] = Field(
        description="Cadres of this page who cannot be judged; tell who operates dicoso."
    )


class Eligibility(Shape):
    """Điều kiện xét thi đua, khen thưởng của một cán bộ, by title of the regime."""

    cadre: str
    name: str
    department: str
    year: int
    as_of: Day
    status: Status
    titles: dict[str, Title]


class EligibilityPage(PageShape):
    """A page of who may be proposed for which title."""

    data: list[Eligibility]


# --- inputs -----------------------------------------------------------------------------------


class InputRow(Shape):
    """Đầu vào đã phát hành: the one in force of one cadre and year."""

    position: int = Field(description="Where it stands in the appraisal ledger.")
    recorded_at: str
    cadre: str
    name: str
    department: str
    year: int
    issued_on: Day
    issued_by: str
    status: Status
    target: float
    credited: float
    shortfall: float
    digest: str
    supersedes: str | None = Field(description="The digest of the former input, where reissued.")


class InputPage(PageShape):
    """A page of inputs, in the order in which they were issued."""

    data: list[InputRow]
    position: int = Field(
        description="Up to where all is told: the `changed_since` of the next time."
    )


class EvidenceVisit(Shape):
    """Lượt đi cơ sở: as it stood when the input was issued, and how much of it is credited."""

    visit: str
    unit: str
    kind: str
    from_: Day = Field(alias="from")
    to: Day
    portion: Portion
    evidence: str
    evidence_no: str
    logged_on: Day
    confirmed_on: Day | None
    confirmed_by: str | None
    voided_on: Day | None
    credited: float = Field(description="Days of it that count.")


class EvidenceReport(Shape):
    """Báo cáo thu hoạch: for which period, or visit, and when accepted."""

    report: str
    period: str
    submitted_on: Day
    accepted_on: Day | None


class EvidenceProduct(Shape):
    """Báo cáo sản phẩm chuyên đề."""

    product: str
    visit: str
    submitted_on: Day
    accepted_on: Day | None


class Evidence(Shape):
    """What an input was computed from."""

    visits: list[EvidenceVisit]
    reports: list[EvidenceReport]
    products: list[EvidenceProduct]
    positions: dict[str, int] = Field(description="How far each ledger was known.")
    agrees: bool = Field(description="Whether judging it again from the ledgers gives the same.")


class Input(Shape):
    """Đầu vào kiểm điểm, đánh giá, xếp loại: the assessment, issued and frozen.

    `digest` is the SHA-256 of `assessment`, `regime_version` and `evidence.positions` as
    canonical JSON (keys sorted, no spaces, UTF-8).
    """

    cadre: str
    name: str
    year: int
    number: int = Field(description="Which one of the cadre's inputs of the year, from 1.")
    of: int
    assessment: Assessment
    regime_version: int
    digest: str
    supersedes: str | None
    reason: str | None = Field(description="Why it was issued anew.")
    issued_on: Day
    issued_by: str
    recorded_at: str
    evidence: Evidence


# --- the roster -------------------------------------------------------------------------------


class CadreRow(Shape):
    """Cán bộ, as the roster has them on the day."""

    cadre: str
    name: str
    department: str
    position: str
    role: Role
    from_: Day | None = Field(alias="from")
    to: Day | None
    employed: bool


class CadrePage(PageShape):
    """A page of cadres, in the order of their keys."""

    data: list[CadreRow]


class Cadre(CadreRow):
    """One cadre, with postings, roles, units in charge and leave."""

    duty: Duty
    employment: Employment
    postings: list[dict[str, Any]]
    roles: list[dict[str, Any]]
    units: list[dict[str, Any]]
    leaves: list[dict[str, Any]]


class DepartmentRow(Shape):
    """Ban, Văn phòng: how many work there today, and who leads."""

    department: str
    cadres: int
    leaders: list[str]


class DepartmentPage(PageShape):
    """Every department."""

    data: list[DepartmentRow]


class UnitRow(Shape):
    """Cơ sở: a branch, commune, school or district union."""

    unit: str
    name: str
    level: Level
    from_: Day | None = Field(alias="from")
    to: Day | None


class UnitPage(PageShape):
    """A page of base units, in the order of their keys."""

    data: list[UnitRow]


# --- what is handed in ------------------------------------------------------------------------


class Done(Shape):
    """It is obeyed and on disk. The same `Idempotency-Key` again gives the same answer."""

    service: str
    version: int
    position: int


class DoneAnswer(Shape):
    """The answer to an act."""

    done: Done


class Classified(Shape):
    """Kết quả xếp loại do bên ngoài ghi: the year's rating of one cadre."""

    model_config = ConfigDict(extra="forbid")

    classification: Classification
    initiative: YesNo
    discipline: YesNo
    recorded_on: Day


class ClassifiedRow(Classified):
    """The same, with whose and of which year."""

    cadre: str = Field(min_length=1, max_length=1000)
    year: int = Field(ge=1, le=9999)


class ClassifiedRows(Shape):
    """Many results at once; each is recorded or refused by itself."""

    model_config = ConfigDict(extra="forbid")

    classifications: list[ClassifiedRow] = Field(min_length=1, max_length=500)


class RowAnswer(Shape):
    """What became of one row: exactly one of `done` and `problem`."""

    cadre: str
    year: int
    done: Done | None = None
    problem: ProblemDetails | None = None


class RowAnswers(Shape):
    """What became of each row, in the order sent."""

    results: list[RowAnswer]
    refused: int = Field(description="How many rows were refused.")


# --- events and webhooks ----------------------------------------------------------------------


class Event(Shape):
    """A fact as a CloudEvent 1.0 (structured JSON)."""

    model_config = ConfigDict(extra="allow")

    specversion: Literal["1.0"]
    id: str = Field(description="`<service>:<position>`: stable, and unique for ever.")
    source: str
    type: str
    subject: str
    time: str
    partitionkey: str = Field(description="Facts of one key are in order; mostly the cadre.")
    sequence: str = Field(description="The ledger position.")
    data: dict[str, Any] | None = Field(
        default=None,
        description="The fact; left out where it is about dicoso itself (denials, parking).",
    )


class Events(Shape):
    """Facts behind a position, without gaps."""

    events: list[Event]
    next: int = Field(description="The `after` of the next time.")
    head: int = Field(description="The last position of the ledger.")
