"""What is wrong with a ledger or its log: a stable code, the place, and what it means.

In the order in which they are told: first what is wrong with entries, then with what was signed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

SENTENCES: dict[str, tuple[str, str]] = {
    # the entries
    "no-ledger": (
        "Không có sổ cái của dịch vụ này.",
        "There is no ledger of this service.",
    ),
    "unreadable": (
        "Cơ sở dữ liệu của sổ cái không đọc được.",
        "The ledger's database cannot be read.",
    ),
    "entry-altered": (
        "Nội dung bút toán đã bị sửa sau khi ghi: không còn cho ra lá đã giữ.",
        "The entry was changed after it was recorded: it no longer gives the leaf kept of it.",
    ),
    "entry-missing": (
        "Bút toán đã ghi ở vị trí này không còn: đã bị xóa.",
        "The entry that was recorded at this position is gone: it was deleted.",
    ),
    "tail-missing": (
        "Sổ cái ngắn hơn phần đã ghi: các bút toán cuối bị xóa, hoặc sổ được khôi phục từ bản "
        "sao cũ.",
        "The ledger is shorter than what was recorded: its last entries were deleted, or an older "
        "copy was restored.",
    ),
    "entry-moved": (
        "Bút toán đứng ở chỗ của bút toán khác: thứ tự đã bị đổi.",
        "The entry stands where another was recorded: the order was changed.",
    ),
    "entry-inserted": (
        "Bút toán bị chèn vào giữa những bút toán đã ký.",
        "The entry was put in among entries that were already signed.",
    ),
    "version-gap": (
        "Số thứ tự trong luồng của bút toán không nối tiếp số trước.",
        "The entry's version does not follow the one before it in its stream.",
    ),
    "leaf-altered": (
        "Lá lưu cạnh bút toán đã bị sửa; bản thân bút toán còn đúng.",
        "The leaf stored beside the entry was changed; the entry itself is as it was signed.",
    ),
    "leaf-missing": (
        "Bút toán không có lá lưu bên cạnh; nếu do phiên bản cũ ghi, hãy chạy dicoso migrate.",
        "No leaf is stored beside the entry; if an older version wrote it, run dicoso migrate.",
    ),
    "heard-differs": (
        "Điều dịch vụ này đã nghe không đúng điều dịch vụ kia đã ghi ở vị trí đó.",
        "What this service has heard is not what the other recorded at that position.",
    ),
    # what was signed
    "root-differs": (
        "Các bút toán không cho ra gốc đã ký: trong khoảng này có bút toán bị sửa, thêm hoặc bớt.",
        "The entries do not give the root that was signed: somewhere in this range they were "
        "changed, added or removed.",
    ),
    "history-rewritten": (
        "Nơi khác giữ một mốc đã ký của lịch sử khác: sổ bị dựng lại rồi ký lại, hoặc được khôi "
        "phục từ bản sao cũ.",
        "Elsewhere a signed checkpoint of another history is kept: the ledger was rebuilt and "
        "signed again, or an older copy was restored.",
    ),
    "tile-damaged": (
        "Tệp mảnh của nhật ký không phải là những gì gốc đã ký cam kết, hoặc bị thiếu.",
        "A tile of the log is not what the signed root commits to, or is missing.",
    ),
    "wrong-signature": (
        "Chữ ký của mốc sai: mốc bị sửa, hoặc người khác đã ký.",
        "The checkpoint's signature is wrong: it was changed, or someone else signed it.",
    ),
    "unsigned": (
        "Mốc không do khóa được tin cậy của nhật ký ký.",
        "The checkpoint is not signed by a key of this log that is trusted.",
    ),
    "wrong-origin": (
        "Mốc là của nhật ký khác.",
        "The checkpoint is another log's.",
    ),
    "malformed": (
        "Tệp hoặc mốc sai dạng.",
        "The file or checkpoint has the wrong shape.",
    ),
    "no-checkpoint": (
        "Không biết mốc đã ký nào của sổ này: không gì chứng minh sổ còn nguyên.",
        "No signed checkpoint of this ledger is known: nothing proves that it is whole.",
    ),
    "no-key": (
        "Không biết khóa công khai nào của nhật ký này; hãy đưa bằng --key.",
        "No public key of this log is known; give one with --key.",
    ),
    # proofs and witnesses
    "no-entry": (
        "Sổ cái không có bút toán ở vị trí này.",
        "The ledger has no entry at this position.",
    ),
    "not-signed": (
        "Chưa có mốc nào ký đến vị trí này; hãy thử lại sau.",
        "No checkpoint reaches this position yet; try again later.",
    ),
    "wrong-proof": (
        "Chứng minh này không phải của bút toán đó.",
        "The proof is not one of this entry.",
    ),
    "unreachable": (
        "Nhật ký không cho biết mốc hoặc mảnh cần thiết.",
        "The log does not show its checkpoint, or a tile that is needed.",
    ),
    "went-back": (
        "Nhật ký cho thấy một mốc cũ hơn mốc đã thấy: phần cuối bị giấu hoặc bị bỏ.",
        "The log shows an older checkpoint than the one seen: its end is hidden or was dropped.",
    ),
}

_RANK = {code: rank for rank, code in enumerate(SENTENCES)}


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of one service's ledger or log; ``position`` to ``to``, both included."""

    code: str
    service: str
    position: int | None = None
    to: int | None = None
    detail: dict[str, Any] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """Where it is: ``visits #5``, ``visits #5–9``, ``visits``."""
        if self.position is None:
            return self.service
        last = "" if self.to in (None, self.position) else f"–{self.to}"
        return f"{self.service} #{self.position}{last}"

    @property
    def reason(self) -> dict[str, str]:
        """What it means, in both languages, with the detail behind it."""
        vi, en = SENTENCES[self.code]
        more = "; ".join(f"{key}: {value}" for key, value in self.detail.items())
        return {"vi": f"{vi} ({more})" if more else vi, "en": f"{en} ({more})" if more else en}

    def as_json(self) -> dict[str, Any]:
        """What a program reads."""
        return {
            "code": self.code,
            "service": self.service,
            "position": self.position,
            "to": self.position if self.to is None else self.to,
            "detail": self.detail,
            "reason": self.reason,
        }


def joined(faults: Iterable[Fault]) -> list[Fault]:
    """The faults in order; neighbours of one kind, with the same detail, as one."""

    def order(one: Fault) -> tuple[str, int, int, int]:
        return one.service, _RANK[one.code], one.position or 0, one.to or 0

    found: list[Fault] = []
    for one in sorted(faults, key=order):
        before = found[-1] if found else one
        if before == one and found:
            continue
        alike = (before.service, before.code, before.detail) == (one.service, one.code, one.detail)
        if before is not one and alike and before.position is not None and one.position is not None:
            last = before.to or before.position
            if one.position <= last + 1:
                to = max(last, one.to or one.position)
                found[-1] = Fault(one.code, one.service, before.position, to, one.detail)
                continue
        found.append(one)
    return found
