"""What notices say (lời thông báo): the sentences, in the language of who reads them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from portal.language import Language, Said, day, period


class Spoken(NamedTuple):
    """A notice in one language: what it is about, and what there is to say beyond that."""

    title: str
    text: str


_REASON = Said("Lý do: {reason}", "Reason: {reason}")
SENTENCES: Mapping[str, tuple[Said, Said | None]] = {
    "plan-returned": (
        Said(
            "Kế hoạch {quarter} bị trả lại ngày {on}", "The plan of {quarter} was returned on {on}"
        ),
        _REASON,
    ),
    "plan-approved": (
        Said(
            "Kế hoạch {quarter} được phê duyệt ngày {on}",
            "The plan of {quarter} was approved on {on}",
        ),
        None,
    ),
    "visit-confirmed": (
        Said(
            "Lượt đi {visit} được xác nhận ngày {confirmed_on}",
            "Visit {visit} was confirmed on {confirmed_on}",
        ),
        None,
    ),
    "visit-voided": (
        Said("Lượt đi {visit} bị hủy ngày {voided_on}", "Visit {visit} was voided on {voided_on}"),
        _REASON,
    ),
    "report-returned": (
        Said(
            "Báo cáo thu hoạch {period} bị trả lại ngày {on}",
            "The outcome report of {period} was returned on {on}",
        ),
        _REASON,
    ),
    "report-accepted": (
        Said(
            "Báo cáo thu hoạch {period} được nghiệm thu ngày {accepted_on}",
            "The outcome report of {period} was accepted on {accepted_on}",
        ),
        None,
    ),
    "product-returned": (
        Said(
            "Báo cáo sản phẩm của lượt đi {visit} bị trả lại ngày {on}",
            "The product report of visit {visit} was returned on {on}",
        ),
        _REASON,
    ),
    "product-accepted": (
        Said(
            "Báo cáo sản phẩm của lượt đi {visit} được nghiệm thu ngày {accepted_on}",
            "The product report of visit {visit} was accepted on {accepted_on}",
        ),
        None,
    ),
    "difficulty-answered": (
        Said(
            "Khó khăn đã nêu được trả lời ngày {answered_on}",
            "A difficulty that you raised was answered on {answered_on}",
        ),
        Said("Trả lời: {answer}", "Answer: {answer}"),
    ),
    "difficulty-escalated": (
        Said(
            "Khó khăn đã nêu được báo cáo lên cấp trên ngày {escalated_on}",
            "A difficulty that you raised was escalated on {escalated_on}",
        ),
        Said("Nơi nhận: {escalated_to}", "To: {escalated_to}"),
    ),
    "input-issued": (
        Said(
            "Đầu vào đánh giá năm {year} được phát hành ngày {on}",
            "The appraisal input of {year} was issued on {on}",
        ),
        None,
    ),
    "input-reissued": (
        Said(
            "Đầu vào đánh giá năm {year} được phát hành lại ngày {on}",
            "The appraisal input of {year} was issued anew on {on}",
        ),
        None,
    ),
    "authority-delegated": (
        Said(
            "Bạn được ủy quyền từ {from} đến {until}",
            "You were delegated to act from {from} until {until}",
        ),
        Said("Người ủy quyền: {cadre}", "By: {cadre}"),
    ),
    "delegation-withdrawn": (
        Said("Ủy quyền cho bạn chấm dứt từ {on}", "A delegation to you ends from {on} on"),
        None,
    ),
    "reminder": (
        Said(
            "Ban Tổ chức nhắc: có việc của năm {year} đã quá hạn",
            "The organisation department reminds you: something of {year} is overdue",
        ),
        None,
    ),
    "waiting": (
        Said("{count} việc chờ bạn giải quyết", "{count} things wait for you"),
        Said(
            "Xác nhận lượt đi, nghiệm thu báo cáo, trả lời khó khăn hoặc kế hoạch đã nộp.",
            "Visits to confirm, reports to accept, difficulties to answer, plans handed in.",
        ),
    ),
    "webhook-disabled": (
        Said("Đã ngừng chuyển webhook của {program}", "A webhook of {program} was disabled"),
        Said("Tới {url}: {why}", "To {url}: {why}"),
    ),
}
"""Of each notice its title, and what it says besides where that is known."""

_OF: Mapping[str, Said] = {
    "plan": Said("Kế hoạch {about}", "The plan of {about}"),
    "report": Said("Báo cáo thu hoạch {about}", "The outcome report of {about}"),
    "product": Said("Báo cáo sản phẩm của lượt đi {about}", "The product report of visit {about}"),
    "days": Said("Chỉ tiêu ngày đi cơ sở năm {about}", "The field days of {about}"),
}
_STAGE: Mapping[str, Said] = {
    "soon": Said("sắp tới hạn {due}", "is due on {due}"),
    "last": Said("chỉ còn tới {due}", "is due very soon: {due}"),
    "overdue": Said("đã quá hạn {due}", "is overdue since {due}"),
}
_MISSING = Said("Còn thiếu {missing} ngày.", "{missing} days are missing.")


def say(what: str, told: Mapping[str, str], language: Language) -> Spoken:
    """A notice in a language."""
    about, _, stage = what.partition("/")
    if stage:
        title = Said(*(f"{of} {when}" for of, when in zip(_OF[about], _STAGE[stage], strict=True)))
        text: Said | None = _MISSING if "missing" in told else None
    else:
        title, text = SENTENCES[what]
    named = {name: _named(name, value, language) for name, value in told.items()}
    more = text.to(language) if text else ""
    try:
        more = more.format(**named)
    except KeyError:  # such as the answer of a register's row: there is none
        more = ""
    return Spoken(title.to(language).format_map(_Blank(named)), more)


class _Blank(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return "…"


_DAYS = {"on", "from", "until", "due"}


def _named(name: str, value: str, language: Language) -> str:
    if name in _DAYS or name.endswith("_on"):
        return day(value)
    return period(value, language) if name in ("quarter", "period", "about") else value


def deadline_said(what: str, about: str, language: Language) -> str:
    """What is due, for a calendar."""
    return _OF[what].to(language).format(about=period(about, language))
