"""Every fact in words (kể lại bằng lời): what was done, in Vietnamese and in English.

A sentence names the fact's own fields in braces. A test holds that there is one for each word
that can be recorded.
"""

from __future__ import annotations

from datetime import date
from enum import Enum
from functools import cache
from string import Formatter
from typing import Any

from shared.messages import Fact

SENTENCES: dict[str, tuple[str, str]] = {
    # planning
    "planning.cadre-appointed.v1": (
        "Tiếp nhận cán bộ {cadre} về {department}, chức trách {role}",
        "{cadre} was appointed to {department} as {role}",
    ),
    "planning.cadre-transferred.v1": (
        "Điều động {cadre} về {department}",
        "{cadre} was transferred to {department}",
    ),
    "planning.cadre-departed.v1": (
        "{cadre} thôi công tác, ngày cuối {to}",
        "{cadre} departed, the last day being {to}",
    ),
    "planning.role-granted.v1": ("Giao {cadre} chức trách {role}", "{cadre} was made {role}"),
    "planning.role-withdrawn.v1": (
        "Thôi giao chức trách cho {cadre}: {reason}",
        "The role of {cadre} was withdrawn: {reason}",
    ),
    "planning.unit-assigned.v1": (
        "Phân công {cadre} phụ trách cơ sở {unit}",
        "{cadre} was put in charge of {unit}",
    ),
    "planning.leave-recorded.v1": (
        "Ghi lần nghỉ {leave} của {cadre}: {kind}, {from_} đến {to}",
        "Leave {leave} of {cadre} was recorded: {kind}, {from_} to {to}",
    ),
    "planning.leave-corrected.v1": (
        "Đính chính lần nghỉ {leave}: {kind}, {from_} đến {to}; {reason}",
        "Leave {leave} was corrected: {kind}, {from_} to {to}; {reason}",
    ),
    "planning.authority-delegated.v1": (
        "{cadre} ủy quyền cho {to}, {from_} đến {until}: {reason}",
        "{cadre} delegated authority to {to}, {from_} to {until}: {reason}",
    ),
    "planning.delegation-withdrawn.v1": (
        "{cadre} thôi ủy quyền cho {to}: {reason}",
        "{cadre} withdrew the delegation to {to}: {reason}",
    ),
    "planning.unit-registered.v1": (
        "Đăng ký cơ sở {unit} ({name}), cấp {level}",
        "Unit {unit} ({name}) was registered at {level} level",
    ),
    "planning.unit-closed.v1": (
        "Cơ sở {unit} giải thể hoặc sáp nhập, ngày cuối {to}",
        "Unit {unit} was closed, the last day being {to}",
    ),
    "planning.regime-enacted.v1": ("Ban hành chế độ của năm", "The year's regime was enacted"),
    "planning.regime-amended.v1": (
        "Sửa đổi chế độ của năm: {reason}",
        "The year's regime was amended: {reason}",
    ),
    "planning.line-drafted.v1": (
        "Lập dòng kế hoạch {line}: {unit}, {kind}, {from_} đến {to}",
        "Plan line {line} was drafted: {unit}, {kind}, {from_} to {to}",
    ),
    "planning.line-amended.v1": (
        "Sửa dòng kế hoạch {line}: {unit}, {kind}, {from_} đến {to}",
        "Plan line {line} was amended: {unit}, {kind}, {from_} to {to}",
    ),
    "planning.line-dropped.v1": (
        "Bỏ dòng kế hoạch {line}: {reason}",
        "Plan line {line} was dropped: {reason}",
    ),
    "planning.plan-submitted.v1": (
        "Nộp kế hoạch quý {quarter}: {lines}",
        "The plan of {quarter} was submitted: {lines}",
    ),
    "planning.plan-returned.v1": (
        "Trả lại kế hoạch quý {quarter}: {lines}; {reason}",
        "The plan of {quarter} was returned: {lines}; {reason}",
    ),
    "planning.plan-approved.v1": (
        "Phê duyệt kế hoạch quý {quarter}: {lines}",
        "The plan of {quarter} was approved: {lines}",
    ),
    "planning.plan-received.v1": (
        "Kế hoạch của {cadre} tới bước {step} ({place})",
        "The plan of {cadre} reached step {step} ({place})",
    ),
    "planning.plan-withdrawn.v1": (
        "Kế hoạch của {cadre} rời bước {step} ({place})",
        "The plan of {cadre} left step {step} ({place})",
    ),
    "planning.plans-consolidated.v1": (
        "Tổng hợp kế hoạch chung quý {quarter}, bước {step} ({place})",
        "The plans of {quarter} were consolidated at step {step} ({place})",
    ),
    "planning.plans-forwarded.v1": (
        "Trình kế hoạch chung quý {quarter} từ bước {step} ({place})",
        "The plans of {quarter} were forwarded from step {step} ({place})",
    ),
    "planning.plans-returned.v1": (
        "Trả lại kế hoạch chung quý {quarter}, bước {step}: {reason}",
        "The plans of {quarter} were returned at step {step}: {reason}",
    ),
    "planning.plans-approved.v1": (
        "Phê duyệt kế hoạch chung quý {quarter}, bước {step}",
        "The plans of {quarter} were approved at step {step}",
    ),
    # planning: personal data
    "privacy.deadlines-set.v1": (
        "Đặt thời hạn giải quyết yêu cầu theo {number}",
        "The deadlines of requests were set by {number}",
    ),
    "privacy.request-recorded.v1": (
        "Ghi yêu cầu {request} của {cadre}: {kind}, hạn {due_on}",
        "Request {request} of {cadre} was recorded: {kind}, due {due_on}",
    ),
    "privacy.request-answered.v1": (
        "Trả lời yêu cầu {request}: {outcome}; {answer}",
        "Request {request} was answered: {outcome}; {answer}",
    ),
    "privacy.erasure-requested.v1": (
        "Đề nghị xoá dữ liệu cá nhân của {cadre}: {reason}",
        "The erasure of {cadre}'s personal data was asked for: {reason}",
    ),
    "privacy.erasure-approved.v1": (
        "Phê duyệt xoá dữ liệu cá nhân của {cadre}",
        "The erasure of {cadre}'s personal data was approved",
    ),
    "privacy.person-erased.v1": (
        "Đã huỷ khoá của {cadre}: không ai đọc lại được",
        "The key of {cadre} was destroyed: nobody reads it again",
    ),
    # every service: the others' logs
    "log.checkpoint-seen.v1": (
        "Thấy mốc đã ký của sổ {upstream}: {size} bút toán",
        "A signed checkpoint of {upstream} was seen: {size} entries",
    ),
    # every service: who was denied what
    "rights.access-denied.v1": (
        "Từ chối {asker} ({account}): {what} {about}, {code}",
        "{asker} ({account}) was denied: {what} {about}, {code}",
    ),
    # visits
    "visits.visit-logged.v1": (
        "Ghi lượt đi {visit}: {unit}, {kind}, {from_} đến {to}, {evidence} {evidence_no}",
        "Visit {visit} was logged: {unit}, {kind}, {from_} to {to}, {evidence} {evidence_no}",
    ),
    "visits.visit-confirmed.v1": ("Xác nhận lượt đi {visit}", "Visit {visit} was confirmed"),
    "visits.visit-corrected.v1": (
        "Đính chính lượt đi {visit}: {unit}, {kind}, {from_} đến {to}; {reason}",
        "Visit {visit} was corrected: {unit}, {kind}, {from_} to {to}; {reason}",
    ),
    "visits.visit-voided.v1": (
        "Hủy lượt đi {visit}: {reason}",
        "Visit {visit} was voided: {reason}",
    ),
    "visits.evidence-attached.v1": (
        "Kèm tệp minh chứng {name} vào lượt đi {visit}, SHA-256 {digest}",
        "Evidence file {name} was attached to visit {visit}, SHA-256 {digest}",
    ),
    "visits.report-submitted.v1": (
        "Nộp báo cáo thu hoạch {report} về {period}",
        "Outcome report {report} about {period} was submitted",
    ),
    "visits.report-returned.v1": (
        "Trả lại báo cáo thu hoạch {report}: {reason}",
        "Outcome report {report} was returned: {reason}",
    ),
    "visits.report-accepted.v1": (
        "Nghiệm thu báo cáo thu hoạch {report}",
        "Outcome report {report} was accepted",
    ),
    "visits.product-submitted.v1": (
        "Nộp báo cáo sản phẩm {product} của lượt đi {visit}",
        "Product report {product} of visit {visit} was submitted",
    ),
    "visits.product-returned.v1": (
        "Trả lại báo cáo sản phẩm {product}: {reason}",
        "Product report {product} was returned: {reason}",
    ),
    "visits.product-accepted.v1": (
        "Nghiệm thu báo cáo sản phẩm {product}",
        "Product report {product} was accepted",
    ),
    "visits.difficulty-raised.v1": (
        "Nêu khó khăn {difficulty} ở {unit}: {text}",
        "Difficulty {difficulty} at {unit} was raised: {text}",
    ),
    "visits.difficulty-escalated.v1": (
        "Báo cáo khó khăn {difficulty} lên {escalated_to}",
        "Difficulty {difficulty} was escalated to {escalated_to}",
    ),
    "visits.difficulty-answered.v1": (
        "Trả lời khó khăn {difficulty}: {answer}",
        "Difficulty {difficulty} was answered: {answer}",
    ),
    "visits.difficulty-closed.v1": (
        "Kết thúc khó khăn {difficulty}",
        "Difficulty {difficulty} was closed",
    ),
    # appraisal
    "appraisal.classification-recorded.v1": (
        "Ghi xếp loại của {cadre}: {classification}, sáng kiến {initiative}, kỷ luật {discipline}",
        "{cadre} was classified {classification}, initiative {initiative}, discipline {discipline}",
    ),
    "appraisal.input-issued.v1": (
        "Phát hành đầu vào đánh giá của {cadre}, mã {digest}",
        "The appraisal input of {cadre} was issued, digest {digest}",
    ),
    "appraisal.input-reissued.v1": (
        "Phát hành lại đầu vào đánh giá của {cadre}, mã {digest}: {reason}",
        "The appraisal input of {cadre} was reissued, digest {digest}: {reason}",
    ),
    "appraisal.commendation-revoked.v1": (
        "Hủy danh hiệu {title} của {cadre}: {reason}",
        "The title {title} of {cadre} was revoked: {reason}",
    ),
    "appraisal.year-closed.v1": ("Khóa sổ năm {year}", "The year {year} was closed"),
    "appraisal.year-reopened.v1": (
        "Mở lại sổ năm {year}: {reason}",
        "The year {year} was reopened: {reason}",
    ),
    # parking
    "parking.fact-parked.v1": (
        "Tạm gác sự kiện {upstream} #{position}: {why}",
        "Fact {upstream} #{position} was parked: {why}",
    ),
    "parking.parked-heard.v1": (
        "Đã nghe lại sự kiện {upstream} #{position}",
        "Parked fact {upstream} #{position} was heard",
    ),
    "parking.parked-skipped.v1": (
        "Bỏ qua sự kiện {upstream} #{position}: {reason}",
        "Parked fact {upstream} #{position} was skipped: {reason}",
    ),
}

ROLES = {
    "cadre": ("cán bộ", "cadre"),
    "department_leader": ("lãnh đạo Ban/Văn phòng", "department leader"),
    "organisation": ("Ban Tổ chức", "organisation department"),
    "standing": ("Thường trực", "standing body"),
}
"""The roles, as people call them."""

_LONGEST = 120


def tell(fact: Fact) -> dict[str, str]:
    """The fact in words, ``{"vi", "en"}``."""
    vi, en = SENTENCES.get(fact.type, (fact.type, fact.type))
    return {"vi": _filled(vi, fact, 0), "en": _filled(en, fact, 1)}


@cache
def fields_of(sentence: str) -> frozenset[str]:
    """The fields that a sentence names."""
    return frozenset(name for _, name, _, _ in Formatter().parse(sentence) if name)


def _filled(sentence: str, fact: Fact, language: int) -> str:
    said = {name: _said(getattr(fact, name), language) for name in fields_of(sentence)}
    return " ".join(sentence.format(**said).split()).rstrip(" ,:;")


def _said(value: Any, language: int) -> str:
    match value:
        case None:
            return ""
        case Enum():
            return ROLES.get(str(value.value), (str(value.value),) * 2)[language]
        case date():
            return value.strftime("%d/%m/%Y") if language == 0 else value.isoformat()
        case tuple():
            return ", ".join(map(str, value))
        case _:
            text = str(value)
            return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
