"""Every word of the appraisal service: classification, inputs, closing, revocation.

Đánh giá, xếp loại, thi đua khen thưởng. Streams: ``year/<year>/<cadre>`` (hồ sơ năm) and
``closing/<year>``.
"""

from __future__ import annotations

from typing import Any, ClassVar

from shared.messages import Command, Fact
from shared.values import Classification, Day, Key, Personal, Said, YesNo


class AppraisalCommand(Command):
    """Lệnh của dịch vụ đánh giá."""

    service: ClassVar[str] = "appraisal"


class OfYear(AppraisalCommand):
    """A command on one cadre's year (hồ sơ năm)."""

    cadre: Key
    year: int

    @property
    def at(self) -> str:
        return f"year/{self.year}/{self.cadre}"


class RecordClassification(OfYear):
    """Ghi kết quả xếp loại, sáng kiến, kỷ luật của năm: they come from outside."""

    classification: Classification
    initiative: YesNo
    discipline: YesNo
    recorded_on: Day


class IssueInput(OfYear):
    """Phát hành đầu vào kiểm điểm, đánh giá, xếp loại: the assessment, frozen."""

    by: Key
    on: Day


class ReissueInput(OfYear):
    """Phát hành lại đầu vào sau đính chính; the former one stays on record."""

    by: Key
    on: Day
    reason: Said


class RevokeCommendation(OfYear):
    """Hủy danh hiệu khen thưởng (Luật Thi đua, khen thưởng 2022)."""

    title: Key
    by: Key
    on: Day
    reason: Said


class OfClosing(AppraisalCommand):
    """A command on the organisation's whole year."""

    year: int
    by: Key
    on: Day

    @property
    def at(self) -> str:
        return f"closing/{self.year}"


class CloseYear(OfClosing):
    """Khóa sổ năm: nothing more of that year is recorded."""


class ReopenYear(OfClosing):
    """Mở lại sổ năm, with a reason."""

    reason: Said


class YearFact(Fact):
    """A fact of one cadre's year."""

    cadre: Key
    year: int

    @property
    def stream(self) -> str:
        return f"year/{self.year}/{self.cadre}"

    @property
    def partition(self) -> str:
        return self.cadre


class ClassificationRecorded(YearFact):
    """Đã ghi kết quả xếp loại, sáng kiến, kỷ luật."""

    type: ClassVar[str] = "appraisal.classification-recorded.v1"
    classification: Classification
    initiative: YesNo
    discipline: YesNo
    recorded_on: Day


class InputIssued(YearFact):
    """Đã phát hành đầu vào.

    ``assessment`` as DOMAIN.md §6 gives it; ``regime_version`` counts from 1;
    ``positions`` are the ledger positions heard when it was computed; ``digest`` is the
    SHA-256 of the assessment, the regime version and the positions as canonical JSON.
    """

    type: ClassVar[str] = "appraisal.input-issued.v1"
    assessment: dict[str, Any]
    regime_version: int
    positions: dict[str, int]
    digest: str
    by: Key
    on: Day


class InputReissued(InputIssued):
    """Đã phát hành lại đầu vào sau đính chính; ``supersedes`` is the former digest."""

    type: ClassVar[str] = "appraisal.input-reissued.v1"
    supersedes: str
    reason: Personal[Said]


class CommendationRevoked(YearFact):
    """Đã hủy danh hiệu khen thưởng."""

    type: ClassVar[str] = "appraisal.commendation-revoked.v1"
    title: Key
    by: Key
    on: Day
    reason: Personal[Said]


class ClosingFact(Fact):
    """A fact of the organisation's whole year."""

    year: int
    by: Key
    on: Day

    @property
    def stream(self) -> str:
        return f"closing/{self.year}"

    @property
    def partition(self) -> str:
        return self.stream


class YearClosed(ClosingFact):
    """Đã khóa sổ năm."""

    type: ClassVar[str] = "appraisal.year-closed.v1"


class YearReopened(ClosingFact):
    """Đã mở lại sổ năm."""

    type: ClassVar[str] = "appraisal.year-reopened.v1"
    reason: Said
