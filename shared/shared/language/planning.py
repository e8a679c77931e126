"""Every word of the planning service: the roster, the regime, the plans and their chain.

Công tác cán bộ, chế độ và kế hoạch đi cơ sở. Commands first, then the facts they lead to.
Streams: ``cadre/<cadre>``, ``unit/<unit>``, ``regime/<year>``,
``plan/<year>/<quarter>/<cadre>``, ``consolidated/<year>/<quarter>/<step>/<place>``.
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from shared.messages import Command, Fact
from shared.regime import Regime
from shared.values import (
    Day,
    Duty,
    Employment,
    Key,
    Level,
    LowerWord,
    Personal,
    Quarter,
    Role,
    Said,
    Text,
)

ORGANISATION = "*"
"""The place of a consolidated plan whose scope is the whole organisation."""


class PlanningCommand(Command):
    """Lệnh của dịch vụ kế hoạch."""

    service: ClassVar[str] = "planning"


# --- roster: cadres, roles, leave -------------------------------------------------------


class OfCadre(PlanningCommand):
    """A command on one cadre's file (hồ sơ cán bộ)."""

    cadre: Key

    @property
    def at(self) -> str:
        return f"cadre/{self.cadre}"


class AppointCadre(OfCadre):
    """Tiếp nhận cán bộ: a cadre comes under the regime, with the first role held."""

    name: Text = ""
    department: Key
    position: Text = ""
    role: Role = Role.CADRE
    duty: Duty = Duty.UNION
    employment: Employment = Employment.CIVIL_SERVANT
    from_: Day | None = Field(default=None, alias="from")
    to: Day | None = None


class TransferCadre(OfCadre):
    """Điều động cán bộ: to another department or position from a date on."""

    department: Key
    position: Text = ""
    on: Day


class DepartCadre(OfCadre):
    """Cán bộ thôi công tác: the last day of employment."""

    to: Day


class GrantRole(OfCadre):
    """Giao chức trách: the role held from a date on."""

    role: Role
    on: Day


class WithdrawRole(OfCadre):
    """Thôi giao chức trách: from the date on an ordinary cadre again."""

    on: Day
    reason: Said


class AssignUnit(OfCadre):
    """Phân công phụ trách cơ sở: this cadre is in charge of this base unit."""

    unit: Key
    from_: Day | None = Field(default=None, alias="from")
    to: Day | None = None


class RecordLeave(OfCadre):
    """Ghi nghỉ phép, ốm, học, thai sản: both days included.

    ``year`` is the regime's year under which it is filed; where left out, the first day's.
    """

    leave: Key
    kind: LowerWord
    from_: Day = Field(alias="from")
    to: Day
    recorded_on: Day
    year: int | None = None

    @property
    def filed(self) -> int:
        """The regime's year under which the leave is filed."""
        return self.year or self.from_.year


class CorrectLeave(PlanningCommand):
    """Đính chính lần nghỉ: supersedes what was recorded."""

    leave: Key
    kind: LowerWord
    from_: Day = Field(alias="from")
    to: Day
    on: Day
    reason: Said

    @property
    def at(self) -> str:
        return f"leave/{self.leave}"


class DelegateAuthority(OfCadre):
    """Ủy quyền: from one day until another (both included) ``to`` may act for this cadre.

    Only what the role allows is handed on; what either of them did themselves is judged by neither.
    """

    to: Key
    from_: Day = Field(alias="from")
    until: Day
    reason: Said


class WithdrawDelegation(OfCadre):
    """Thôi ủy quyền: from the date on ``to`` no longer acts for this cadre."""

    to: Key
    on: Day
    reason: Said


# --- units and regime ---------------------------------------------------------------------


class RegisterUnit(PlanningCommand):
    """Đăng ký cơ sở: a branch, commune, school or district union that is visited."""

    unit: Key
    name: Said
    level: Level
    parent: Text = ""
    code: Text = ""
    from_: Day | None = Field(default=None, alias="from")
    to: Day | None = None

    @property
    def at(self) -> str:
        return f"unit/{self.unit}"


class CloseUnit(PlanningCommand):
    """Giải thể, sáp nhập cơ sở: its last day."""

    unit: Key
    to: Day

    @property
    def at(self) -> str:
        return f"unit/{self.unit}"


class OfRegime(PlanningCommand):
    """A command on one year's regime."""

    regime: Regime

    @property
    def at(self) -> str:
        return f"regime/{self.regime.year}"


class EnactRegime(OfRegime):
    """Ban hành chế độ đi công tác cơ sở của năm."""


class AmendRegime(OfRegime):
    """Sửa đổi chế độ: in force from the date on; the former version stays on record."""

    on: Day
    reason: Said


# --- quarter plans ------------------------------------------------------------------------


class DraftLine(PlanningCommand):
    """Lập dòng kế hoạch quý: one unit, kind, dates and topic.

    ``year`` is the regime's year; where it is left out, the quarter's.
    """

    line: Key
    cadre: Key
    quarter: Quarter
    unit: Key
    kind: Key
    from_: Day = Field(alias="from")
    to: Day
    topic: Text = ""
    year: int | None = None

    @property
    def filed(self) -> int:
        """The regime's year under which the line is filed."""
        return self.year or int(self.quarter[:4])

    @property
    def at(self) -> str:
        return f"plan/{self.filed}/{self.quarter}/{self.cadre}"


class EnterLine(DraftLine):
    """Ghi dòng kế hoạch từ sổ: a register's row, with its submission and approval.

    ``approved_on`` stands for the whole chain (DOMAIN.md §4).
    """

    submitted_on: Day
    approved_on: Day | None = None


class AmendLine(PlanningCommand):
    """Sửa dòng kế hoạch: a draft at once; an approved line through the same chain again."""

    line: Key
    unit: Key
    kind: Key
    from_: Day = Field(alias="from")
    to: Day
    topic: Text = ""

    @property
    def at(self) -> str:
        return f"line/{self.line}"


class DropLine(PlanningCommand):
    """Bỏ dòng kế hoạch: a draft at once; an approved line through the same chain again."""

    line: Key
    reason: Said

    @property
    def at(self) -> str:
        return f"line/{self.line}"


class OfPlan(PlanningCommand):
    """A command on one cadre's quarter plan (kế hoạch quý)."""

    cadre: Key
    quarter: Quarter
    year: int | None = None

    @property
    def filed(self) -> int:
        """The regime's year under which the plan is filed."""
        return self.year or int(self.quarter[:4])

    @property
    def at(self) -> str:
        return f"plan/{self.filed}/{self.quarter}/{self.cadre}"


class SubmitPlan(OfPlan):
    """Nộp kế hoạch quý: every line that is new or changed enters the chain."""

    on: Day


class ReturnPlan(OfPlan):
    """Trả lại kế hoạch quý của một cán bộ, with a reason, by whom the chain has it now."""

    by: Key
    on: Day
    reason: Said


class OfConsolidated(PlanningCommand):
    """A command on a consolidated plan (kế hoạch chung) at one step of the regime's chain.

    ``step`` counts from 0. ``department`` is named where the step's scope is department. It is done
    to the plans ``of`` one department (the cadre's when the plan was handed in) or, where none is
    named, to all; those of cadres ``without`` which it is done stay: delegates leave out their own.
    """

    quarter: Quarter
    step: int = Field(ge=0)
    department: Key | None = None
    by: Key
    on: Day
    of: Key | None = None
    without: tuple[Key, ...] = ()
    year: int | None = None

    @property
    def filed(self) -> int:
        """The regime's year under which the plan is filed."""
        return self.year or int(self.quarter[:4])

    @property
    def at(self) -> str:
        place = self.department or ORGANISATION
        return f"consolidated/{self.filed}/{self.quarter}/{self.step}/{place}"


class ConsolidatePlans(OfConsolidated):
    """Tổng hợp kế hoạch chung: what was received becomes one plan."""


class ForwardPlans(OfConsolidated):
    """Trình kế hoạch chung lên bước kế tiếp."""


class ReturnPlans(OfConsolidated):
    """Trả lại kế hoạch chung: every plan in it goes back to its cadre, with the reason."""

    reason: Said


class ApprovePlans(OfConsolidated):
    """Phê duyệt kế hoạch chung: all but the approver's own plan."""


# --- facts: roster ------------------------------------------------------------------------


class CadreFact(Fact):
    """A fact of one cadre's file."""

    cadre: Key

    @property
    def stream(self) -> str:
        return f"cadre/{self.cadre}"

    @property
    def partition(self) -> str:
        return self.cadre


class CadreAppointed(CadreFact):
    """Đã tiếp nhận cán bộ."""

    type: ClassVar[str] = "planning.cadre-appointed.v1"
    name: Personal[Text]
    department: Key
    position: Personal[Text]
    role: Role
    duty: Duty
    employment: Employment
    from_: Day | None = Field(alias="from")
    to: Day | None


class CadreTransferred(CadreFact):
    """Đã điều động cán bộ."""

    type: ClassVar[str] = "planning.cadre-transferred.v1"
    department: Key
    position: Personal[Text]
    on: Day


class CadreDeparted(CadreFact):
    """Cán bộ đã thôi công tác."""

    type: ClassVar[str] = "planning.cadre-departed.v1"
    to: Day


class RoleGranted(CadreFact):
    """Đã giao chức trách."""

    type: ClassVar[str] = "planning.role-granted.v1"
    role: Role
    on: Day


class RoleWithdrawn(CadreFact):
    """Đã thôi giao chức trách."""

    type: ClassVar[str] = "planning.role-withdrawn.v1"
    on: Day
    reason: Personal[Said]


class UnitAssigned(CadreFact):
    """Đã phân công phụ trách cơ sở."""

    type: ClassVar[str] = "planning.unit-assigned.v1"
    unit: Key
    from_: Day | None = Field(alias="from")
    to: Day | None


class LeaveRecorded(CadreFact):
    """Đã ghi lần nghỉ, filed under a regime's year."""

    type: ClassVar[str] = "planning.leave-recorded.v1"
    leave: Key
    kind: LowerWord
    from_: Day = Field(alias="from")
    to: Day
    recorded_on: Day
    year: int

    @property
    def names(self) -> tuple[str, ...]:
        return (f"leave/{self.leave}",)


class LeaveCorrected(CadreFact):
    """Đã đính chính lần nghỉ."""

    type: ClassVar[str] = "planning.leave-corrected.v1"
    leave: Key
    kind: LowerWord
    from_: Day = Field(alias="from")
    to: Day
    on: Day
    reason: Personal[Said]


class AuthorityDelegated(CadreFact):
    """Đã ủy quyền."""

    type: ClassVar[str] = "planning.authority-delegated.v1"
    to: Key
    from_: Day = Field(alias="from")
    until: Day
    reason: Personal[Said]


class DelegationWithdrawn(CadreFact):
    """Đã thôi ủy quyền."""

    type: ClassVar[str] = "planning.delegation-withdrawn.v1"
    to: Key
    on: Day
    reason: Personal[Said]


# --- facts: units and regime --------------------------------------------------------------


class UnitFact(Fact):
    """A fact of one base unit."""

    unit: Key

    @property
    def stream(self) -> str:
        return f"unit/{self.unit}"

    @property
    def partition(self) -> str:
        return self.unit


class UnitRegistered(UnitFact):
    """Đã đăng ký cơ sở."""

    type: ClassVar[str] = "planning.unit-registered.v1"
    name: Said
    level: Level
    parent: Text
    code: Text
    from_: Day | None = Field(alias="from")
    to: Day | None


class UnitClosed(UnitFact):
    """Cơ sở đã giải thể hoặc sáp nhập."""

    type: ClassVar[str] = "planning.unit-closed.v1"
    to: Day


class RegimeFact(Fact):
    """A fact of one year's regime."""

    regime: Regime

    @property
    def stream(self) -> str:
        return f"regime/{self.regime.year}"

    @property
    def partition(self) -> str:
        return self.stream


class RegimeEnacted(RegimeFact):
    """Đã ban hành chế độ."""

    type: ClassVar[str] = "planning.regime-enacted.v1"


class RegimeAmended(RegimeFact):
    """Đã sửa đổi chế độ."""

    type: ClassVar[str] = "planning.regime-amended.v1"
    on: Day
    reason: Said


# --- facts: quarter plans -------------------------------------------------------------------


class PlanFact(Fact):
    """A fact of one cadre's quarter plan."""

    cadre: Key
    year: int
    quarter: Quarter

    @property
    def stream(self) -> str:
        return f"plan/{self.year}/{self.quarter}/{self.cadre}"

    @property
    def partition(self) -> str:
        return self.cadre


class LineFact(PlanFact):
    """A fact that says what a plan line says."""

    line: Key
    unit: Key
    kind: Key
    from_: Day = Field(alias="from")
    to: Day
    topic: Personal[Text]


class LineDrafted(LineFact):
    """Đã lập dòng kế hoạch."""

    type: ClassVar[str] = "planning.line-drafted.v1"

    @property
    def names(self) -> tuple[str, ...]:
        return (f"line/{self.line}",)


class LineAmended(LineFact):
    """Đã sửa dòng kế hoạch; an approved version stands until the new one is approved."""

    type: ClassVar[str] = "planning.line-amended.v1"


class LineDropped(PlanFact):
    """Đã bỏ dòng kế hoạch; an approved line stands until the dropping is approved."""

    type: ClassVar[str] = "planning.line-dropped.v1"
    line: Key
    reason: Personal[Said]


class PlanSubmitted(PlanFact):
    """Đã nộp kế hoạch quý: the lines that entered the chain."""

    type: ClassVar[str] = "planning.plan-submitted.v1"
    lines: tuple[Key, ...]
    on: Day


class PlanReturned(PlanFact):
    """Đã trả lại kế hoạch quý: the lines that left the chain and are drafts again."""

    type: ClassVar[str] = "planning.plan-returned.v1"
    lines: tuple[Key, ...]
    by: Key
    on: Day
    reason: Personal[Said]


class PlanApproved(PlanFact):
    """Đã phê duyệt kế hoạch quý: the lines approved; ``by`` is empty for a register's row."""

    type: ClassVar[str] = "planning.plan-approved.v1"
    lines: tuple[Key, ...]
    by: Text
    on: Day


# --- facts: consolidated plans --------------------------------------------------------------


class ConsolidatedFact(Fact):
    """A fact of one consolidated plan: ``place`` is a department, or ``*`` for all."""

    year: int
    quarter: Quarter
    step: int
    place: Key

    @property
    def stream(self) -> str:
        return f"consolidated/{self.year}/{self.quarter}/{self.step}/{self.place}"

    @property
    def partition(self) -> str:
        return f"consolidated/{self.place}"


class PlanReceived(ConsolidatedFact):
    """Kế hoạch của một cán bộ đã tới bước này."""

    type: ClassVar[str] = "planning.plan-received.v1"
    cadre: Key
    department: Key
    lines: tuple[Key, ...]
    on: Day


class PlanWithdrawn(ConsolidatedFact):
    """Kế hoạch của một cán bộ đã rời bước này (trả lại)."""

    type: ClassVar[str] = "planning.plan-withdrawn.v1"
    cadre: Key
    on: Day


class PlansFact(ConsolidatedFact):
    """A fact of an act on the plans of these cadres, all at once."""

    cadres: tuple[Key, ...]
    by: Key
    on: Day


class PlansConsolidated(PlansFact):
    """Đã tổng hợp kế hoạch chung."""

    type: ClassVar[str] = "planning.plans-consolidated.v1"


class PlansForwarded(PlansFact):
    """Đã trình kế hoạch chung lên bước kế tiếp."""

    type: ClassVar[str] = "planning.plans-forwarded.v1"


class PlansReturned(PlansFact):
    """Đã trả lại kế hoạch chung."""

    type: ClassVar[str] = "planning.plans-returned.v1"
    reason: Said


class PlansApproved(PlansFact):
    """Đã phê duyệt kế hoạch chung."""

    type: ClassVar[str] = "planning.plans-approved.v1"
