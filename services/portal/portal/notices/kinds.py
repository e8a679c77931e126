"""Kinds of notices (loại thông báo), and the ways by which somebody may be told of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from portal.language import Said

Kind = Literal[
    "returned",
    "accepted",
    "visit",
    "answered",
    "input",
    "delegation",
    "reminder",
    "waiting",
    "soon",
    "overdue",
    "webhook",
]
Way = Literal["none", "portal", "digest", "mail"]
"""Not at all; in the portal; there and in one letter a day; there and in a letter at once."""
WAYS: tuple[Way, ...] = get_args(Way)
WAY_NAMES: Mapping[Way, Said] = {
    "none": Said("không báo", "not at all"),
    "portal": Said("chỉ trên cổng", "in the portal only"),
    "digest": Said("trên cổng và thư gộp mỗi ngày", "portal, and one letter a day"),
    "mail": Said("trên cổng và thư ngay", "portal, and a letter at once"),
}


@dataclass(frozen=True)
class Sort:
    """How a kind is called, how one is told of it where one has not chosen, whether always."""

    title: Said
    way: Way
    always: bool = False
    """Whether it stands in the portal in any case: what has a consequence if it is not read."""

    @property
    def ways(self) -> tuple[Way, ...]:
        """The ways that can be chosen."""
        return tuple(one for one in WAYS if not (self.always and one == "none"))


KINDS: Mapping[Kind, Sort] = {
    "returned": Sort(
        Said("Kế hoạch, báo cáo bị trả lại", "A plan or report was returned"), "mail", always=True
    ),
    "overdue": Sort(Said("Quá hạn", "Overdue"), "mail", always=True),
    "reminder": Sort(
        Said("Ban Tổ chức nhắc việc", "A reminder by the organisation department"),
        "mail",
        always=True,
    ),
    "delegation": Sort(Said("Ủy quyền", "Delegation"), "mail", always=True),
    "soon": Sort(Said("Sắp tới hạn", "Due soon"), "digest"),
    "accepted": Sort(
        Said("Kế hoạch được duyệt, báo cáo được nghiệm thu", "A plan or report was accepted"),
        "digest",
    ),
    "visit": Sort(
        Said("Lượt đi được xác nhận hoặc bị hủy", "A visit was confirmed or voided"), "portal"
    ),
    "answered": Sort(
        Said("Khó khăn được trả lời, báo cáo lên trên", "A difficulty was answered or escalated"),
        "mail",
    ),
    "input": Sort(Said("Đầu vào đánh giá được phát hành", "An appraisal input was issued"), "mail"),
    "waiting": Sort(Said("Việc chờ mình giải quyết", "Something waits for me"), "digest"),
    "webhook": Sort(Said("Ngừng chuyển webhook", "A webhook was disabled"), "mail", always=True),
}


def way_of(kind: Kind, chosen: str | None) -> Way:
    """The way that holds: what was chosen where that can be, else what the kind has by itself."""
    sort = KINDS[kind]
    return next((one for one in sort.ways if one == chosen), sort.way)


def of_cadre(cadre: str) -> Mapping[Kind, Sort]:
    """The kinds that somebody can get: who is on no roster has no year to be told of."""
    return KINDS if cadre else {"webhook": KINDS["webhook"]}
