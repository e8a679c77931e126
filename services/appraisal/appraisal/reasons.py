"""The sentences in which an assessment explains itself, to a cadre, in both languages.

Each says the numbers, what is missing, and by when: dates as dd/mm/yyyy in Vietnamese and
as ISO in English. Days come in half-days.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Literal

from msgspec import Struct

from shared.values import Level, Portion


class Reason(Struct, frozen=True, gc=False):
    """Lý do: one sentence in Vietnamese and in English."""

    vi: str
    en: str

    def as_json(self) -> dict[str, str]:
        """Both, by language."""
        return {"vi": self.vi, "en": self.en}


LEVEL_VI = {
    Level.BRANCH: "chi đoàn",
    Level.COMMUNE: "xã",
    Level.DISTRICT: "huyện",
    Level.PROVINCE: "tỉnh",
}


def number(halves: int) -> int | float:
    """Half-days as a number of days: 60, 47.5."""
    return halves / 2 if halves % 2 else halves // 2


@lru_cache(maxsize=4096)
def _vi(day: date) -> str:
    return f"{day.day:02}/{day.month:02}/{day.year:04}"


_en = lru_cache(maxsize=4096)(date.isoformat)


def _vi_number(halves: int) -> str:
    return str(number(halves)).replace(".", ",")


QUARTER_VI = {"1": "I", "2": "II", "3": "III", "4": "IV"}


def period(shape: Literal["quarter", "month", "visit"], about: str) -> Reason:
    """How a period is called inside a sentence: quý I/2019, tháng 01/2019, lượt đi lv-1."""
    match shape:
        case "quarter":
            return Reason(f"quý {QUARTER_VI[about[-1]]}/{about[:4]}", about)
        case "month":
            return Reason(f"tháng {about[5:]}/{about[:4]}", about)
        case "visit":
            return Reason(f"lượt đi {about}", f"visit {about}")


# --- status ---------------------------------------------------------------------------------

NOT_IN_POPULATION = Reason(
    "Không thuộc đối tượng áp dụng của chế độ.",
    "Not in the population that the regime covers.",
)
NOT_EMPLOYED_IN_WINDOW = Reason(
    "Không công tác ngày nào trong thời gian thực hiện.",
    "Employed on no date of the window.",
)


def exempt(kind: str, from_: date, to: date, days: int, at_least: int) -> Reason:
    """The leave that exempts."""
    return Reason(
        f"Được miễn: nghỉ {kind} từ {_vi(from_)} đến {_vi(to)}, {days} ngày, "
        f"đủ mức tối thiểu {at_least} ngày.",
        f"Exempt: {kind} leave from {from_} to {to}, {days} days, at least {at_least} needed.",
    )


# --- conditions -----------------------------------------------------------------------------


def days(credited: int, target: int, window_to: date, closes_on: date, closed: bool) -> Reason:
    """The whole target."""
    return _count(
        f"Đã được tính {_vi_number(credited)}/{_vi_number(target)} ngày",
        f"{number(credited)} of {number(target)} days are credited",
        max(0, target - credited),
        window_to,
        closes_on,
        closed,
    )


def level(
    level: Level, own: int, filled: int, owed: int, window_to: date, closes_on: date, closed: bool
) -> Reason:
    """One level's quota."""
    vi = f"Cấp {LEVEL_VI[level]} có {_vi_number(own)}/{_vi_number(owed)} ngày"
    en = f"{number(own)} of {number(owed)} days are at {level} level"
    if filled:
        vi += f", được bù {_vi_number(filled)} ngày dôi dư từ cấp dưới"
        en += f", {number(filled)} more are filled from lower levels' surplus"
    return _count(vi, en, max(0, owed - own - filled), window_to, closes_on, closed)


def _count(
    vi: str, en: str, missing: int, window_to: date, closes_on: date, closed: bool
) -> Reason:
    if not missing:
        return Reason(f"{vi}.", f"{en}.")
    if closed:
        return Reason(
            f"{vi}; còn thiếu {_vi_number(missing)} ngày, đã hết hạn từ ngày {_vi(closes_on)}.",
            f"{en}; {number(missing)} are missing, and the year closed on {closes_on}.",
        )
    return Reason(
        f"{vi}; còn thiếu {_vi_number(missing)} ngày, phải đi chậm nhất ngày {_vi(window_to)} "
        f"và được tính trước ngày {_vi(closes_on)}.",
        f"{en}; {number(missing)} are missing: go by {window_to} and be credited "
        f"before {closes_on}.",
    )


def plan(quarter: str, approved_on: date | None, due: date, overdue: bool) -> Reason:
    """The quarter's plan."""
    name = period("quarter", quarter)
    vi, en = f"Kế hoạch {name.vi}", f"The plan of {name.en}"
    if approved_on is not None:
        return Reason(
            f"{vi} có dòng được phê duyệt ngày {_vi(approved_on)}.",
            f"{en} has a line approved on {approved_on}.",
        )
    if overdue:
        return Reason(
            f"{vi} không có dòng nào được phê duyệt; quý đã hết ngày {_vi(due)}.",
            f"{en} has no approved line; the quarter ended on {due}.",
        )
    return Reason(
        f"{vi} chưa có dòng nào được phê duyệt; hạn cuối là ngày {_vi(due)}.",
        f"{en} has no approved line yet; one is needed by {due}.",
    )


def report(about: Reason) -> Reason:
    """How the outcome report of a period is called at the beginning of a sentence."""
    return Reason(f"Báo cáo thu hoạch {about.vi}", f"The outcome report of {about.en}")


def product(visit: str) -> Reason:
    """How a product report is called at the beginning of a sentence."""
    return Reason(f"Báo cáo sản phẩm lượt đi {visit}", f"The product report of visit {visit}")


def accepted(paper: Reason, submitted_on: date, accepted_on: date) -> Reason:
    """A report that is accepted, and counts."""
    return Reason(
        f"{paper.vi} nộp ngày {_vi(submitted_on)}, được nghiệm thu ngày {_vi(accepted_on)}.",
        f"{paper.en} was submitted on {_en(submitted_on)} and accepted on {_en(accepted_on)}.",
    )


def too_late(paper: Reason, submitted_on: date, due: date) -> Reason:
    """A report that is accepted, but was submitted late where that fails."""
    return Reason(
        f"{paper.vi} nộp ngày {_vi(submitted_on)}, sau hạn {_vi(due)}: nộp muộn không được tính.",
        f"{paper.en} was submitted on {submitted_on}, after {due}: a late one does not count.",
    )


def owed(
    paper: Reason, submitted_on: date | None, returned_on: date | None, due: date, overdue: bool
) -> Reason:
    """A report that is not accepted: where it is now, and its date due."""
    if submitted_on is None:
        vi, en = "chưa nộp", "is not submitted"
    elif returned_on is None:
        vi = f"nộp ngày {_vi(submitted_on)}, chưa được nghiệm thu"
        en = f"was submitted on {submitted_on} and is not accepted"
    else:
        vi = f"bị trả lại ngày {_vi(returned_on)}, chưa nộp lại"
        en = f"was returned on {returned_on} and is not submitted again"
    if overdue:
        return Reason(
            f"{paper.vi} {vi}; đã quá hạn nghiệm thu ngày {_vi(due)}.",
            f"{paper.en} {en}; its acceptance was due by {due}.",
        )
    return Reason(
        f"{paper.vi} {vi}; phải được nghiệm thu chậm nhất ngày {_vi(due)}.",
        f"{paper.en} {en}; it must be accepted by {due}.",
    )


# --- why a visit or a date is not credited ----------------------------------------------------

NOT_CONFIRMED = Reason(
    "Lượt đi chưa được xác nhận; chế độ chỉ tính lượt đã xác nhận.",
    "The visit is not confirmed; the regime credits confirmed visits only.",
)
HALF_DAY = Reason(
    "Lượt đi nửa ngày; chế độ chỉ tính cả ngày.",
    "A half-day visit; the regime credits whole days only.",
)
NOT_EMPLOYED = Reason("Ngày ngoài thời gian công tác.", "The date is outside the employment.")
ON_LEAVE = Reason("Ngày trong thời gian nghỉ.", "The date is on leave.")
WEEKEND = Reason(
    "Thứ bảy, chủ nhật; chế độ chỉ tính ngày làm việc.",
    "A Saturday or Sunday; the regime credits working days only.",
)
HOLIDAY = Reason(
    "Ngày lễ; chế độ chỉ tính ngày làm việc.",
    "A holiday; the regime credits working days only.",
)


def voided(on: date) -> Reason:
    """The visit was voided."""
    return Reason(f"Lượt đi đã bị hủy ngày {_vi(on)}.", f"The visit was voided on {on}.")


def kind_does_not_count(kind: str) -> Reason:
    """The regime does not count the kind, or no longer has it."""
    return Reason(
        f"Chế độ không tính loại hình {kind}.", f"The regime does not count the kind {kind}."
    )


def no_evidence(needed: Sequence[str]) -> Reason:
    """The evidence is missing, of another kind, or without a number."""
    return Reason(
        f"Thiếu chứng từ có số, thuộc loại: {', '.join(needed)}.",
        f"Evidence with a number is missing, of the kind: {', '.join(needed)}.",
    )


def not_planned(line: str) -> Reason:
    """The visit has no line, or its line is not approved."""
    if not line:
        return Reason(
            "Lượt đi ngoài kế hoạch; chế độ chỉ tính lượt đi theo kế hoạch đã duyệt.",
            "The visit has no plan line; the regime credits planned visits only.",
        )
    return Reason(
        f"Dòng kế hoạch {line} chưa được phê duyệt.", f"The plan line {line} is not approved."
    )


def no_accepted_report(about: Reason) -> Reason:
    """No accepted report covers the date."""
    paper = report(about)
    return Reason(f"{paper.vi} chưa được nghiệm thu.", f"{paper.en} is not accepted.")


def outside_window(first: date, last: date) -> Reason:
    """The date is outside the window."""
    return Reason(
        f"Ngày ngoài thời gian thực hiện, từ {_vi(first)} đến {_vi(last)}.",
        f"The date is outside the window, {first} to {last}.",
    )


def slot_taken(slot: Portion, holder: str) -> Reason:
    """Another visit, logged before, has the half-day."""
    vi = "Buổi sáng" if slot is Portion.MORNING else "Buổi chiều"
    return Reason(
        f"{vi} đã tính cho lượt đi {holder}, được ghi trước.",
        f"The {slot} is credited to visit {holder}, logged before.",
    )
