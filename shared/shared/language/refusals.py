"""Every code with which dicoso refuses, in the order in which the first one wins.

The register's codes stand in DOMAIN.md §4, in that order; the others are the bus's own.
Each has a sentence for people, in Vietnamese and English, that says what to do.
"""

from __future__ import annotations

from typing import Any

SENTENCES: dict[str, tuple[str, str]] = {
    # the bus and the file, before anything is looked at
    "too-large": (
        "Thông điệp quá lớn; hãy chia nhỏ.",
        "The message is too large; send less at once.",
    ),
    "unknown-command": (
        "Không có lệnh này; xem dicoso --help.",
        "There is no such command; see dicoso --help.",
    ),
    "not-signed-in": (
        "Phiên đăng nhập không còn hiệu lực; hãy đăng nhập lại.",
        "You are not signed in, or no longer; sign in again.",
    ),
    "not-permitted": (
        "Chức trách hiện nay của người hỏi không cho phép việc này; đã ghi lại.",
        "The role held today does not permit this; that it was tried is on record.",
    ),
    "unknown-view": (
        "Không có danh sách này.",
        "There is no such view.",
    ),
    "missing-file": (
        "Thiếu tệp bắt buộc của sổ; hãy thêm vào.",
        "A file the register must have is missing; add it.",
    ),
    "unknown-column": (
        "Tệp có cột lạ; hãy bỏ cột đó.",
        "The file has a column nobody knows; remove it.",
    ),
    "missing-column": (
        "Tệp thiếu cột; hãy thêm cột đó.",
        "The file lacks a column; add it.",
    ),
    # DOMAIN.md §4, in its order
    "malformed": (
        "Nội dung sai dạng; hãy sửa theo chi tiết kèm theo.",
        "The content has the wrong shape; correct what the detail names.",
    ),
    "duplicate-id": (
        "Mã này đã có với nội dung khác; hãy dùng mã mới, hoặc đính chính mục đã có.",
        "This id is already there with other content; use a new id or correct the one there.",
    ),
    "unknown-cadre": (
        "Không có cán bộ này trong sổ; hãy kiểm tra mã hoặc tiếp nhận trước.",
        "No such cadre is on the roster; check the key or appoint the cadre first.",
    ),
    "unknown-unit": (
        "Không có cơ sở này trong sổ; hãy kiểm tra mã hoặc đăng ký trước.",
        "No such unit is registered; check the key or register the unit first.",
    ),
    "unknown-kind": (
        "Chế độ của năm không có loại hình này; hãy chọn loại hình có trong chế độ.",
        "The year's regime has no such kind; choose one that it has.",
    ),
    "unknown-line": (
        "Cán bộ này không có dòng kế hoạch đó; hãy kiểm tra mã dòng.",
        "This cadre has no such plan line; check the line's id.",
    ),
    "unknown-visit": (
        "Không có lượt đi này, hoặc là của người khác; hãy kiểm tra mã lượt đi.",
        "There is no such visit, or it is another cadre's; check the visit's id.",
    ),
    "unknown-entry": (
        "Không có bút toán này ở vị trí đó; hãy quét lại mã QR của văn bản.",
        "There is no such entry at that position; scan the paper's QR code again.",
    ),
    "unknown-regime": (
        "Chưa ban hành chế độ của năm này; hãy ban hành trước.",
        "No regime is enacted for this year; enact one first.",
    ),
    "unknown-leave": (
        "Không có lần nghỉ này; hãy kiểm tra mã.",
        "There is no such leave; check its id.",
    ),
    "unknown-report": (
        "Không có báo cáo này; hãy kiểm tra mã.",
        "There is no such report; check its id.",
    ),
    "unknown-product": (
        "Không có báo cáo sản phẩm này; hãy kiểm tra mã.",
        "There is no such product report; check its id.",
    ),
    "unknown-difficulty": (
        "Không có khó khăn, vướng mắc này; hãy kiểm tra mã.",
        "There is no such difficulty; check its id.",
    ),
    "unknown-title": (
        "Chế độ của năm không có danh hiệu này.",
        "The year's regime has no such title.",
    ),
    "no-input": (
        "Chưa phát hành đầu vào nào của cán bộ này trong năm đó.",
        "No input is issued of this cadre for that year.",
    ),
    "unknown-parked": (
        "Không có sự kiện nào đang tạm gác ở vị trí này; xem dicoso parked list.",
        "No fact is parked at this position; see dicoso parked list.",
    ),
    "unknown-request": (
        "Không có yêu cầu này; hãy kiểm tra mã.",
        "There is no such request; check its id.",
    ),
    "unknown-deadlines": (
        "Chưa đặt thời hạn giải quyết yêu cầu cho ngày này; xem dicoso privacy set-deadlines.",
        "No deadlines are set for this day; see dicoso privacy set-deadlines.",
    ),
    "person-erased": (
        "Dữ liệu cá nhân của người này đã xoá; không ghi thêm nội dung về họ nữa.",
        "This person's data is erased; no more text about them is recorded.",
    ),
    "year-closed": (
        "Sổ năm đã khóa; muốn ghi thêm phải mở lại với lý do.",
        "The year is closed; it must be reopened, with a reason, before more is recorded.",
    ),
    "dates-reversed": (
        "Ngày bắt đầu sau ngày kết thúc; hãy sửa lại.",
        "The first day is after the last day; correct them.",
    ),
    "outside-year": (
        "Lượt đi không nằm trọn trong năm của chế độ.",
        "The visit is not wholly inside the regime's calendar year.",
    ),
    "unit-not-valid": (
        "Cơ sở không tồn tại vào một ngày của lượt đi; hãy kiểm tra mã cơ sở.",
        "The unit does not exist on a date of the visit; check which unit it was.",
    ),
    "logged-early": (
        "Không ghi lượt đi trước ngày cuối của lượt; hãy ghi khi đã đi xong.",
        "A visit is logged after it has ended, not before its last day.",
    ),
    "out-of-turn": (
        "Việc này chưa tới lượt hoặc đã qua; hãy kiểm tra ngày và các bước trước.",
        "This act comes too early, too late or half-filled; check the dates and former steps.",
    ),
    "own-act": (
        "Không ai tự xác nhận, nghiệm thu hoặc phê duyệt việc của mình.",
        "Nobody confirms, accepts or approves their own; ask someone above.",
    ),
    "not-authorised": (
        "Người này không có thẩm quyền với việc này.",
        "This person is not above the author; ask someone who is.",
    ),
    # the auditor
    "unknown-name": (
        "Không có gì mang mã này trong sổ cái; hãy kiểm tra mã.",
        "Nothing in the ledgers bears this name; check it.",
    ),
    "ambiguous-name": (
        "Nhiều mục mang mã này; hãy ghi rõ loại, như visit/lv-1.",
        "Several things bear this name; say which kind, such as visit/lv-1.",
    ),
    "duty-stands": (
        "Chưa xoá được: còn nghĩa vụ phải giữ dữ liệu; hãy trả lời người yêu cầu với lý do này.",
        "It cannot be erased yet: a duty to keep the data stands; answer with this reason.",
    ),
    # the bus, afterwards
    "nothing-to-do": (
        "Không có gì để xử lý ở bước này.",
        "There is nothing to act on at this step.",
    ),
    "still-parked": (
        "Sự kiện vẫn chưa xử lý được; hãy nâng cấp dịch vụ, hoặc bỏ qua với lý do.",
        "The fact still cannot be handled; upgrade the service, or skip it with a reason.",
    ),
    "checkpoint-backwards": (
        "Mốc này nhỏ hơn hoặc trái với mốc đã thấy của sổ cái đó; hãy báo người kiểm toán.",
        "The checkpoint is smaller than, or contradicts, one seen before; tell an auditor.",
    ),
    "command-id-reused": (
        "Mã lệnh đã dùng cho nội dung khác; hãy tạo mã lệnh mới.",
        "This command id was used with other content; make a new one.",
    ),
    "not-yet": (
        "Dịch vụ chưa nghe tới vị trí yêu cầu; hãy thử lại với cùng mã lệnh.",
        "The service has not yet heard up to the position asked for; try again, same id.",
    ),
    "unavailable": (
        "Dịch vụ tạm thời không ghi được; hãy thử lại với cùng mã lệnh.",
        "The service cannot record just now; try again with the same command id.",
    ),
    "failed": (
        "Lỗi ngoài dự kiến; chưa ghi gì. Hãy báo người vận hành, kèm mã lệnh.",
        "An unexpected error; nothing was recorded. Tell operations the command id.",
    ),
}

RANK = {code: rank for rank, code in enumerate(SENTENCES)}


def say(code: str, detail: dict[str, Any] | None = None) -> dict[str, str]:
    """The refusal's sentence for people, ``{"vi", "en"}``, with the detail behind it."""
    vi, en = SENTENCES[code]
    more = "; ".join(f"{key}: {_short(value)}" for key, value in (detail or {}).items())
    return {"vi": f"{vi} ({more})" if more else vi, "en": f"{en} ({more})" if more else en}


def _short(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(_short(one) for one in value)
    if isinstance(value, dict):
        return " - ".join(_short(one) for one in value.values())
    return str(value)
