"""Every word of the visits service: the diary, the reports, the difficulties.

Sổ đi cơ sở, báo cáo thu hoạch, báo cáo sản phẩm, khó khăn vướng mắc. Streams:
``diary/<year>/<cadre>``, ``report/<report>``, ``product/<product>``,
``difficulty/<difficulty>``.
"""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from shared.messages import Command, Fact
from shared.values import Day, Key, Level, LowerWord, Personal, Portion, Said, Text

Evidence = LowerWord | None
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""SHA-256 of a file's content, hexadecimal."""
MediaType = Annotated[str, StringConstraints(pattern=r"^[a-z]+/[a-z0-9.+-]{1,100}$")]
"""The kind of a file, such as ``application/pdf``."""
Size = Annotated[int, Field(ge=1, lt=2**53)]
"""The length of a file in bytes."""


class VisitsCommand(Command):
    """Lệnh của dịch vụ đi cơ sở."""

    service: ClassVar[str] = "visits"


# --- the diary ------------------------------------------------------------------------------


class LogVisit(VisitsCommand):
    """Ghi một lượt đi cơ sở.

    ``year`` is the regime's year; where it is left out, the year of the first day.
    """

    visit: Key
    cadre: Key
    unit: Key
    kind: Key
    line: Text = ""
    from_: Day = Field(alias="from")
    to: Day
    portion: Portion = Portion.FULL
    evidence: Evidence = None
    evidence_no: Text = ""
    logged_on: Day
    year: int | None = None

    @property
    def filed(self) -> int:
        """The regime's year under which the visit is filed."""
        return self.year or self.from_.year

    @property
    def at(self) -> str:
        return f"diary/{self.filed}/{self.cadre}"


class EnterVisit(LogVisit):
    """Ghi một lượt đi cơ sở từ sổ: a register's row, all its acts or none."""

    confirmed_on: Day | None = None
    confirmed_by: Key | None = None
    voided_on: Day | None = None


class OfVisit(VisitsCommand):
    """A command on one logged visit."""

    visit: Key

    @property
    def at(self) -> str:
        return f"visit/{self.visit}"


class ConfirmVisit(OfVisit):
    """Xác nhận lượt đi: by someone above the cadre, or by the visited unit itself."""

    confirmed_by: Key
    confirmed_on: Day


class CorrectVisit(OfVisit):
    """Đính chính lượt đi: supersedes what was logged, and needs confirming again."""

    unit: Key
    kind: Key
    line: Text = ""
    from_: Day = Field(alias="from")
    to: Day
    portion: Portion = Portion.FULL
    evidence: Evidence = None
    evidence_no: Text = ""
    on: Day
    reason: Said


class VoidVisit(OfVisit):
    """Hủy lượt đi đã ghi, with a reason; the record stays."""

    voided_on: Day
    reason: Said


class AttachEvidence(OfVisit):
    """Kèm tệp minh chứng vào lượt đi: the scanned order or decision, named by its content.

    The file lies outside the ledger; ``key`` opens it (AES-256-GCM) and is a personal text, so
    that who is erased takes it along. ``key`` is empty where the file is kept otherwise.
    """

    digest: Digest
    name: Said
    media_type: MediaType
    size: Size
    key: Text = ""
    on: Day


# --- reports --------------------------------------------------------------------------------


class OfReport(VisitsCommand):
    """A command on one outcome report (báo cáo thu hoạch)."""

    report: Key

    @property
    def at(self) -> str:
        return f"report/{self.report}"


class SubmitReport(OfReport):
    """Nộp báo cáo thu hoạch: the text under each heading that the regime names.

    ``period`` is a quarter, a month, or a visit, as the regime says.
    """

    cadre: Key
    period: Key
    submitted_on: Day
    sections: dict[Key, Said]
    year: int | None = None


class EnterReport(OfReport):
    """Ghi báo cáo thu hoạch từ sổ: a register's row, all its acts or none."""

    cadre: Key
    period: Key
    submitted_on: Day
    accepted_on: Day | None = None
    accepted_by: Key | None = None
    year: int


class ReturnReport(OfReport):
    """Trả lại báo cáo thu hoạch để làm lại."""

    by: Key
    on: Day
    reason: Said


class AcceptReport(OfReport):
    """Nghiệm thu báo cáo thu hoạch: by someone above the author."""

    accepted_by: Key
    accepted_on: Day


class OfProduct(VisitsCommand):
    """A command on one product report (báo cáo sản phẩm chuyên đề)."""

    product: Key

    @property
    def at(self) -> str:
        return f"product/{self.product}"


class SubmitProduct(OfProduct):
    """Nộp báo cáo sản phẩm của một lượt đi theo chuyên đề."""

    visit: Key
    submitted_on: Day
    text: Said


class EnterProduct(OfProduct):
    """Ghi báo cáo sản phẩm từ sổ: a register's row, all its acts or none."""

    visit: Key
    submitted_on: Day
    accepted_on: Day | None = None
    accepted_by: Key | None = None


class ReturnProduct(OfProduct):
    """Trả lại báo cáo sản phẩm để làm lại."""

    by: Key
    on: Day
    reason: Said


class AcceptProduct(OfProduct):
    """Nghiệm thu báo cáo sản phẩm: by someone above the author."""

    accepted_by: Key
    accepted_on: Day


# --- difficulties ---------------------------------------------------------------------------


class OfDifficulty(VisitsCommand):
    """A command on one difficulty (khó khăn, vướng mắc)."""

    difficulty: Key

    @property
    def at(self) -> str:
        return f"difficulty/{self.difficulty}"


class RaiseDifficulty(OfDifficulty):
    """Nêu khó khăn, vướng mắc gặp ở cơ sở."""

    cadre: Key
    period: Key
    unit: Key
    text: Said
    raised_on: Day
    year: int | None = None


class EnterDifficulty(OfDifficulty):
    """Ghi khó khăn, vướng mắc từ sổ: a register's row, all its acts or none."""

    cadre: Key
    period: Key
    unit: Key
    text: Said
    raised_on: Day
    escalated_on: Day | None = None
    escalated_to: Said | None = None
    answered_on: Day | None = None
    year: int


class EscalateDifficulty(OfDifficulty):
    """Báo cáo khó khăn lên cấp có thẩm quyền."""

    escalated_to: Said
    escalated_on: Day


class AnswerDifficulty(OfDifficulty):
    """Trả lời khó khăn, vướng mắc."""

    answer: Said
    answered_on: Day


class CloseDifficulty(OfDifficulty):
    """Kết thúc khó khăn đã được trả lời."""

    on: Day


# --- facts: the diary -------------------------------------------------------------------------


class DiaryFact(Fact):
    """A fact of one cadre's diary of one year."""

    visit: Key
    cadre: Key
    year: int

    @property
    def stream(self) -> str:
        return f"diary/{self.year}/{self.cadre}"

    @property
    def partition(self) -> str:
        return self.cadre


class TripFact(DiaryFact):
    """A fact that says what a visit was; ``level`` is the unit's level then."""

    unit: Key
    level: Level
    kind: Key
    line: Text
    from_: Day = Field(alias="from")
    to: Day
    portion: Portion
    evidence: Evidence
    evidence_no: Text


class VisitLogged(TripFact):
    """Đã ghi lượt đi; ``level`` is the unit's level when it was logged."""

    type: ClassVar[str] = "visits.visit-logged.v1"
    logged_on: Day

    @property
    def names(self) -> tuple[str, ...]:
        return (f"visit/{self.visit}",)


class VisitConfirmed(DiaryFact):
    """Đã xác nhận lượt đi."""

    type: ClassVar[str] = "visits.visit-confirmed.v1"
    confirmed_by: Key
    confirmed_on: Day


class VisitCorrected(TripFact):
    """Đã đính chính lượt đi: from ``on`` this stands instead, not yet confirmed."""

    type: ClassVar[str] = "visits.visit-corrected.v1"
    on: Day
    reason: Personal[Said]


class VisitVoided(DiaryFact):
    """Đã hủy lượt đi."""

    type: ClassVar[str] = "visits.visit-voided.v1"
    voided_on: Day
    reason: Personal[Said]


class EvidenceAttached(DiaryFact):
    """Đã kèm tệp minh chứng: which file it is anybody can prove who has it."""

    type: ClassVar[str] = "visits.evidence-attached.v1"
    digest: Digest
    name: Personal[Said]
    media_type: MediaType
    size: Size
    key: Personal[Text]
    on: Day


# --- facts: reports -----------------------------------------------------------------------------


class ReportFact(Fact):
    """A fact of one outcome report."""

    report: Key
    cadre: Key
    year: int

    @property
    def stream(self) -> str:
        return f"report/{self.report}"

    @property
    def partition(self) -> str:
        return self.cadre


class ReportSubmitted(ReportFact):
    """Đã nộp báo cáo thu hoạch (again, after it was returned)."""

    type: ClassVar[str] = "visits.report-submitted.v1"
    period: Key
    submitted_on: Day
    sections: dict[Key, Personal[Said]]


class ReportReturned(ReportFact):
    """Đã trả lại báo cáo thu hoạch."""

    type: ClassVar[str] = "visits.report-returned.v1"
    by: Key
    on: Day
    reason: Personal[Said]


class ReportAccepted(ReportFact):
    """Đã nghiệm thu báo cáo thu hoạch."""

    type: ClassVar[str] = "visits.report-accepted.v1"
    accepted_by: Key
    accepted_on: Day


class ProductFact(Fact):
    """A fact of one product report."""

    product: Key
    visit: Key
    cadre: Key
    year: int

    @property
    def stream(self) -> str:
        return f"product/{self.product}"

    @property
    def partition(self) -> str:
        return self.cadre


class ProductSubmitted(ProductFact):
    """Đã nộp báo cáo sản phẩm (again, after it was returned)."""

    type: ClassVar[str] = "visits.product-submitted.v1"
    submitted_on: Day
    text: Personal[Text]


class ProductReturned(ProductFact):
    """Đã trả lại báo cáo sản phẩm."""

    type: ClassVar[str] = "visits.product-returned.v1"
    by: Key
    on: Day
    reason: Personal[Said]


class ProductAccepted(ProductFact):
    """Đã nghiệm thu báo cáo sản phẩm."""

    type: ClassVar[str] = "visits.product-accepted.v1"
    accepted_by: Key
    accepted_on: Day


# --- facts: difficulties ------------------------------------------------------------------------


class DifficultyFact(Fact):
    """A fact of one difficulty."""

    difficulty: Key
    cadre: Key
    year: int

    @property
    def stream(self) -> str:
        return f"difficulty/{self.difficulty}"

    @property
    def partition(self) -> str:
        return self.cadre


class DifficultyRaised(DifficultyFact):
    """Đã nêu khó khăn, vướng mắc."""

    type: ClassVar[str] = "visits.difficulty-raised.v1"
    period: Key
    unit: Key
    text: Personal[Said]
    raised_on: Day


class DifficultyEscalated(DifficultyFact):
    """Đã báo cáo lên cấp có thẩm quyền."""

    type: ClassVar[str] = "visits.difficulty-escalated.v1"
    escalated_to: Personal[Said]
    escalated_on: Day


class DifficultyAnswered(DifficultyFact):
    """Đã được trả lời; ``answer`` is empty for a register's row."""

    type: ClassVar[str] = "visits.difficulty-answered.v1"
    answer: Personal[Text]
    answered_on: Day


class DifficultyClosed(DifficultyFact):
    """Đã kết thúc."""

    type: ClassVar[str] = "visits.difficulty-closed.v1"
    on: Day
