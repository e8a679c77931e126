"""Where a visitor can go: the same table makes the menu and nothing else; rights are not here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from portal.language import Said
from portal.visitor import Visitor


@dataclass(frozen=True)
class Place:
    """A page in the menu, and whom it serves (DESIGN.md, "Who lives with it")."""

    path: str
    title: Said
    serves: Callable[[Visitor], bool]

    def here(self, path: str) -> bool:
        """Whether a page lies under this place."""
        return path == self.path or (self.path != "/" and path.startswith(self.path + "/"))


def _of_roster(visitor: Visitor) -> bool:
    return bool(visitor.cadre)


def _organises(visitor: Visitor) -> bool:
    return visitor.organises


def _plans(visitor: Visitor) -> bool:
    return visitor.organises or visitor.audits


def _stands(visitor: Visitor) -> bool:
    return visitor.stands or visitor.audits


def _audits(visitor: Visitor) -> bool:
    return visitor.audits or visitor.stands


def _operates(visitor: Visitor) -> bool:
    return visitor.operates or visitor.audits


def _sees_all(visitor: Visitor) -> bool:
    return visitor.keeps or visitor.audits


def _judges(visitor: Visitor) -> bool:
    above = visitor.leads or visitor.keeps
    return bool(visitor.cadre) and (above or bool(visitor.acts_for))


def _leads(visitor: Visitor) -> bool:
    return visitor.leads


def _keeps_integrations(visitor: Visitor) -> bool:
    return visitor.organises or visitor.operates


PLACES = (
    Place("/", Said("Năm của tôi", "My year"), _of_roster),
    Place("/plan", Said("Kế hoạch", "Plan"), _of_roster),
    Place("/visits", Said("Lượt đi", "Visits"), _of_roster),
    Place("/reports", Said("Báo cáo", "Reports"), _of_roster),
    Place("/difficulties", Said("Khó khăn", "Difficulties"), _of_roster),
    Place("/waiting", Said("Việc chờ", "Waiting"), _judges),
    Place("/department", Said("Ban của tôi", "Department"), _leads),
    Place("/delegation", Said("Ủy quyền", "Delegation"), _judges),
    Place("/province", Said("Toàn tỉnh", "Province"), _sees_all),
    Place("/chase", Said("Danh sách chậm", "The late"), _sees_all),
    Place("/plans", Said("Kế hoạch chung", "Consolidated plan"), _plans),
    Place("/approval", Said("Phê duyệt", "Approval"), _stands),
    Place("/inputs", Said("Đầu vào", "Inputs"), _sees_all),
    Place("/roster", Said("Cán bộ", "Roster"), _sees_all),
    Place("/units", Said("Cơ sở", "Units"), _sees_all),
    Place("/regime", Said("Chế độ", "Regime"), _sees_all),
    Place("/import", Said("Nhập sổ", "Import"), _organises),
    Place("/audit", Said("Kiểm toán", "Audit"), _audits),
    Place("/ops", Said("Vận hành", "Operations"), _operates),
    Place("/accounts", Said("Tài khoản", "Accounts"), _organises),
    Place("/integrations", Said("Kết nối", "Integrations"), _keeps_integrations),
)


def places(visitor: Visitor) -> Iterator[Place]:
    """The menu of a visitor."""
    return (place for place in PLACES if place.serves(visitor))
