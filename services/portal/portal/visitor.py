"""Who is looking at a page: an account, and what the roster says of its cadre today."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from portal.language import Language
from shared.values import Role

Office = Literal["", "auditor", "operations"]


@dataclass(frozen=True)
class Visitor:
    """Người đang dùng cổng; ``cadre`` is empty for auditors and operations."""

    account: str
    name: str
    language: Language
    cadre: str = ""
    role: Role = Role.CADRE
    department: str = ""
    office: Office = ""
    acts_for: tuple[str, ...] = ()
    """Cadres who have delegated to this one, as of today."""

    @property
    def leads(self) -> bool:
        """Whether they lead their department."""
        return bool(self.cadre) and self.role is Role.DEPARTMENT_LEADER

    @property
    def organises(self) -> bool:
        """Whether they are of the organisation department."""
        return bool(self.cadre) and self.role is Role.ORGANISATION

    @property
    def stands(self) -> bool:
        """Whether they are of the standing body."""
        return bool(self.cadre) and self.role is Role.STANDING

    @property
    def keeps(self) -> bool:
        """Whether pages offer them the acts of roster, inputs and year; the services judge each."""
        return self.organises or self.stands

    @property
    def audits(self) -> bool:
        """Whether they may read everything and do nothing."""
        return self.office == "auditor"

    @property
    def operates(self) -> bool:
        """Whether they keep the suite running."""
        return self.office == "operations"
