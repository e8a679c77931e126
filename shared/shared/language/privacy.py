"""The words of personal data (bảo vệ dữ liệu cá nhân): requests, answers, and erasure.

Planning, which keeps the roster, records them. Streams: ``privacy/<cadre>`` and
``deadlines/privacy``. Law 91/2025/QH15: who is concerned may ask to see, correct or erase what
is held on them; it is answered in time, logged, and refused with a reason where a duty stands.
"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from pydantic import Field

from shared.messages import Command, Fact
from shared.values import Day, Key, Personal, Said, Text

PRIVACY = "privacy/"
"""How the streams begin that say who is erased."""
DEADLINES = "deadlines/privacy"


class RequestKind(StrEnum):
    """Loại yêu cầu: xem, chỉnh sửa, xoá dữ liệu."""

    ACCESS = "access"
    CORRECTION = "correction"
    ERASURE = "erasure"


class Outcome(StrEnum):
    """Kết quả giải quyết yêu cầu: chấp nhận, từ chối."""

    GRANTED = "granted"
    REFUSED = "refused"


class PrivacyCommand(Command):
    """Lệnh về dữ liệu cá nhân."""

    service: ClassVar[str] = "planning"


class SetDeadlines(PrivacyCommand):
    """Đặt thời hạn giải quyết yêu cầu: days by kind of request, with the legal basis.

    They hold for requests received ``from`` the day on. ``number``, ``date`` and ``issuer`` name
    the legal basis (căn cứ pháp lý).
    """

    number: Said
    date: Day
    issuer: Said
    from_: Day = Field(alias="from")
    access_days: int = Field(ge=1, le=366)
    correction_days: int = Field(ge=1, le=366)
    erasure_days: int = Field(ge=1, le=366)

    @property
    def at(self) -> str:
        return DEADLINES


class OfPerson(PrivacyCommand):
    """A command on one person's data."""

    cadre: Key

    @property
    def at(self) -> str:
        return f"{PRIVACY}{self.cadre}"


class RecordRequest(OfPerson):
    """Ghi yêu cầu về dữ liệu cá nhân: who is concerned asks; it is due as the deadlines say."""

    request: Key
    kind: RequestKind
    received_on: Day
    text: Text = ""


class AnswerRequest(PrivacyCommand):
    """Trả lời yêu cầu về dữ liệu cá nhân: granted, or refused with the reason."""

    request: Key
    outcome: Outcome
    answer: Said
    by: Key
    on: Day

    @property
    def at(self) -> str:
        return f"request/{self.request}"


class RequestErasure(OfPerson):
    """Đề nghị xoá dữ liệu cá nhân: the first of two persons.

    The ``reason`` justifies the erasure and outlives it: it names nobody.
    """

    by: Key
    on: Day
    reason: Said


class ApproveErasure(OfPerson):
    """Phê duyệt xoá dữ liệu cá nhân: the second person; then the key is destroyed for good."""

    by: Key
    on: Day


class FinishErasure(OfPerson):
    """Ghi nhận đã huỷ khoá: said by the program itself, once the key is destroyed."""


class DeadlinesSet(Fact):
    """Đã đặt thời hạn giải quyết yêu cầu."""

    type: ClassVar[str] = "privacy.deadlines-set.v1"
    number: Said
    date: Day
    issuer: Said
    from_: Day = Field(alias="from")
    access_days: int
    correction_days: int
    erasure_days: int

    @property
    def stream(self) -> str:
        return DEADLINES

    @property
    def partition(self) -> str:
        return self.stream


class PrivacyFact(Fact):
    """A fact about one person's data."""

    cadre: Key

    @property
    def stream(self) -> str:
        return f"{PRIVACY}{self.cadre}"

    @property
    def partition(self) -> str:
        return self.cadre


class RequestRecorded(PrivacyFact):
    """Đã ghi yêu cầu; ``basis`` is the legal basis of the day when it is due."""

    type: ClassVar[str] = "privacy.request-recorded.v1"
    request: Key
    kind: RequestKind
    received_on: Day
    text: Personal[Text]
    due_on: Day
    basis: str

    @property
    def names(self) -> tuple[str, ...]:
        return (f"request/{self.request}",)


class RequestAnswered(PrivacyFact):
    """Đã trả lời yêu cầu."""

    type: ClassVar[str] = "privacy.request-answered.v1"
    request: Key
    outcome: Outcome
    answer: Personal[Said]
    by: Key
    on: Day


class ErasureRequested(PrivacyFact):
    """Đã đề nghị xoá; the ``reason`` is not sealed: it justifies the erasure and outlives it."""

    type: ClassVar[str] = "privacy.erasure-requested.v1"
    by: Key
    on: Day
    reason: Said


class ErasureApproved(PrivacyFact):
    """Đã phê duyệt xoá: from here on the key may be destroyed, and is, however often we crash."""

    type: ClassVar[str] = "privacy.erasure-approved.v1"
    by: Key
    on: Day


class PersonErased(PrivacyFact):
    """Đã huỷ khoá: whatever was sealed about this person reads as erased everywhere."""

    type: ClassVar[str] = "privacy.person-erased.v1"
