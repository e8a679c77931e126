"""What is asked in the tests of the visits service, and the facts it leads to.

Each has a plain content, and another where it is named: ``log(unit="X2")``. The cadre is
cb-1; ``enter_…`` is the register's row of the same thing, accepted or confirmed.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from shared.language.visits import (
    AcceptProduct,
    AcceptReport,
    AnswerDifficulty,
    AttachEvidence,
    CloseDifficulty,
    ConfirmVisit,
    CorrectVisit,
    DifficultyAnswered,
    DifficultyClosed,
    DifficultyEscalated,
    DifficultyRaised,
    EnterDifficulty,
    EnterProduct,
    EnterReport,
    EnterVisit,
    EscalateDifficulty,
    EvidenceAttached,
    LogVisit,
    ProductAccepted,
    ProductReturned,
    ProductSubmitted,
    RaiseDifficulty,
    ReportAccepted,
    ReportReturned,
    ReportSubmitted,
    ReturnProduct,
    ReturnReport,
    SubmitProduct,
    SubmitReport,
    VisitConfirmed,
    VisitCorrected,
    VisitLogged,
    VisitVoided,
    VoidVisit,
)
from shared.values import Level, Portion

from .world import REGIME, day

# --- visits -----------------------------------------------------------------------------------

CONFIRMED_ON, CORRECTED_ON, VOIDED_ON = day(3, 12), day(3, 15), day(3, 20)

_VISIT: dict[str, Any] = {"visit": "lv-1", "cadre": "cb-1", "year": 2019}
_TRIP: dict[str, Any] = {
    "unit": "X1",
    "kind": "regular",
    "line": "dk-1",
    "from_": day(3, 5),
    "to": day(3, 6),
    "portion": Portion.FULL,
    "evidence": "decision",
    "evidence_no": "1-QĐ",
}


def log(**other: Any) -> LogVisit:
    content = {"visit": "lv-1", "cadre": "cb-1", **_TRIP, "logged_on": day(3, 8)}
    return LogVisit(**content | other)


def logged(**other: Any) -> VisitLogged:
    content = {**_VISIT, **_TRIP, "logged_on": day(3, 8), "level": Level.COMMUNE}
    return VisitLogged(**content | other)


def trip(**other: Any) -> dict[str, Any]:
    """What a correction tells, with other content where it is named."""
    return _TRIP | other


def confirm(by: str = "ld-a", on: date = CONFIRMED_ON) -> ConfirmVisit:
    return ConfirmVisit(visit="lv-1", confirmed_by=by, confirmed_on=on)


def confirmed(by: str = "ld-a", on: date = CONFIRMED_ON) -> VisitConfirmed:
    return VisitConfirmed(**_VISIT, confirmed_by=by, confirmed_on=on)


_CORRECTION: dict[str, Any] = trip(to=day(3, 5), portion=Portion.MORNING) | {
    "on": CORRECTED_ON,
    "reason": "Chỉ đi buổi sáng",
}


def correct(**other: Any) -> CorrectVisit:
    return CorrectVisit(**{"visit": "lv-1"} | _CORRECTION | other)


def corrected(**other: Any) -> VisitCorrected:
    return VisitCorrected(**_VISIT | _CORRECTION | {"level": Level.COMMUNE} | other)


def void(on: date = VOIDED_ON, reason: str = "Ghi nhầm") -> VoidVisit:
    return VoidVisit(visit="lv-1", voided_on=on, reason=reason)


def voided(on: date = VOIDED_ON, reason: str = "Ghi nhầm") -> VisitVoided:
    return VisitVoided(**_VISIT, voided_on=on, reason=reason)


def attach(digest: str = "0" * 64, on: date = CONFIRMED_ON) -> AttachEvidence:
    return AttachEvidence(visit="lv-1", digest=digest, on=on, **_FILE)


def attached(digest: str = "0" * 64, on: date = CONFIRMED_ON) -> EvidenceAttached:
    return EvidenceAttached(**_VISIT, digest=digest, on=on, **_FILE)


_FILE: dict[str, Any] = {
    "name": "Công lệnh 12.pdf",
    "media_type": "application/pdf",
    "size": 812,
    "key": "k",
}


def enter(**other: Any) -> EnterVisit:
    acts = {"confirmed_by": "ld-a", "confirmed_on": CONFIRMED_ON, "voided_on": None}
    return EnterVisit(**log().model_dump(by_alias=False) | acts | other)


# --- outcome reports --------------------------------------------------------------------------

SECTIONS = dict.fromkeys(REGIME.reports.headings, "Đã giúp chi đoàn lập sổ.")
SUBMITTED_ON, RETURNED_ON, ACCEPTED_ON = day(4, 3), day(4, 5), day(4, 7)
_REPORT: dict[str, Any] = {"report": "bc-1", "cadre": "cb-1", "year": 2019}
_QUARTER: dict[str, Any] = {"period": "2019-Q1", "submitted_on": SUBMITTED_ON}


def submit(**other: Any) -> SubmitReport:
    content = {"report": "bc-1", "cadre": "cb-1", "sections": SECTIONS}
    return SubmitReport(**_QUARTER | content | other)


def submitted(**other: Any) -> ReportSubmitted:
    return ReportSubmitted(**_REPORT | _QUARTER | {"sections": SECTIONS} | other)


def return_(by: str = "ld-a", on: date = RETURNED_ON, reason: str = "Sơ sài") -> ReturnReport:
    return ReturnReport(report="bc-1", by=by, on=on, reason=reason)


def returned(by: str = "ld-a", on: date = RETURNED_ON, reason: str = "Sơ sài") -> ReportReturned:
    return ReportReturned(**_REPORT, by=by, on=on, reason=reason)


def accept(by: str = "ld-a", on: date = ACCEPTED_ON) -> AcceptReport:
    return AcceptReport(report="bc-1", accepted_by=by, accepted_on=on)


def accepted(by: str = "ld-a", on: date = ACCEPTED_ON, **other: Any) -> ReportAccepted:
    return ReportAccepted(**_REPORT | other, accepted_by=by, accepted_on=on)


def enter_report(**other: Any) -> EnterReport:
    acceptance = {"accepted_by": "ld-a", "accepted_on": ACCEPTED_ON}
    return EnterReport(**_REPORT | _QUARTER | acceptance | other)


# --- product reports --------------------------------------------------------------------------

_PRODUCT: dict[str, Any] = {"product": "sp-1", "visit": "lv-1", "cadre": "cb-1", "year": 2019}
_OFFER: dict[str, Any] = {"product": "sp-1", "visit": "lv-1", "submitted_on": SUBMITTED_ON}


def submit_product(**other: Any) -> SubmitProduct:
    return SubmitProduct(**_OFFER | {"text": "Khảo sát"} | other)


def product_submitted(**other: Any) -> ProductSubmitted:
    content = {"submitted_on": SUBMITTED_ON, "text": "Khảo sát"}
    return ProductSubmitted(**_PRODUCT | content | other)


def return_product(
    by: str = "ld-a", on: date = RETURNED_ON, reason: str = "Sơ sài"
) -> ReturnProduct:
    return ReturnProduct(product="sp-1", by=by, on=on, reason=reason)


def product_returned(
    by: str = "ld-a", on: date = RETURNED_ON, reason: str = "Sơ sài"
) -> ProductReturned:
    return ProductReturned(**_PRODUCT, by=by, on=on, reason=reason)


def accept_product(by: str = "ld-a", on: date = ACCEPTED_ON) -> AcceptProduct:
    return AcceptProduct(product="sp-1", accepted_by=by, accepted_on=on)


def product_accepted(by: str = "ld-a", on: date = ACCEPTED_ON) -> ProductAccepted:
    return ProductAccepted(**_PRODUCT, accepted_by=by, accepted_on=on)


def enter_product(**other: Any) -> EnterProduct:
    acceptance = {"accepted_by": "ld-a", "accepted_on": ACCEPTED_ON}
    return EnterProduct(**_OFFER | acceptance | other)


# --- difficulties -----------------------------------------------------------------------------

RAISED_ON, ESCALATED_ON, ANSWERED_ON, CLOSED_ON = day(3, 10), day(3, 14), day(3, 20), day(3, 25)
_ID: dict[str, Any] = {"difficulty": "kk-1", "cadre": "cb-1", "year": 2019}
_MATTER: dict[str, Any] = {
    "difficulty": "kk-1",
    "cadre": "cb-1",
    "period": "2019-Q1",
    "unit": "X1",
    "text": "Thiếu sân",
    "raised_on": RAISED_ON,
}


def raise_(**other: Any) -> RaiseDifficulty:
    return RaiseDifficulty(**_MATTER | other)


def raised(**other: Any) -> DifficultyRaised:
    return DifficultyRaised(**_MATTER | {"year": 2019} | other)


def escalate(to: str = "Ban Thường vụ", on: date = ESCALATED_ON) -> EscalateDifficulty:
    return EscalateDifficulty(difficulty="kk-1", escalated_to=to, escalated_on=on)


def escalated(to: str = "Ban Thường vụ", on: date = ESCALATED_ON) -> DifficultyEscalated:
    return DifficultyEscalated(**_ID, escalated_to=to, escalated_on=on)


def answer(answer: str = "Sẽ xây sân", on: date = ANSWERED_ON) -> AnswerDifficulty:
    return AnswerDifficulty(difficulty="kk-1", answer=answer, answered_on=on)


def answered(answer: str = "Sẽ xây sân", on: date = ANSWERED_ON) -> DifficultyAnswered:
    return DifficultyAnswered(**_ID, answer=answer, answered_on=on)


def close(on: date = CLOSED_ON) -> CloseDifficulty:
    return CloseDifficulty(difficulty="kk-1", on=on)


def closed(on: date = CLOSED_ON) -> DifficultyClosed:
    return DifficultyClosed(**_ID, on=on)


def enter_difficulty(**other: Any) -> EnterDifficulty:
    acts = {
        "escalated_to": "Ban Thường vụ",
        "escalated_on": ESCALATED_ON,
        "answered_on": ANSWERED_ON,
    }
    return EnterDifficulty(**_MATTER | {"year": 2019} | acts | other)
