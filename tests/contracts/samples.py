"""One fact of each type, with something in every field: what golden bytes are made of."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from shared.language import appraisal as a
from shared.language import log as t
from shared.language import parking as k
from shared.language import planning as p
from shared.language import privacy as r
from shared.language import rights as q
from shared.language import visits as v
from shared.messages import Fact
from shared.regime import read_regime
from shared.values import (
    Classification,
    Duty,
    Employment,
    Level,
    Portion,
    Role,
    YesNo,
)

REGIME = read_regime(
    (Path(__file__).parents[1] / "registers/ba-ria-vung-tau-2019/regime.yaml").read_text()
)
FIRST, LAST, ON = date(2019, 3, 5), date(2019, 3, 7), date(2019, 3, 8)
DAYS: dict[str, Any] = {"from_": FIRST, "to": LAST}
WHY = "Đính chính theo biên bản"
CADRE: dict[str, Any] = {"cadre": "cb-0042"}
PLAN: dict[str, Any] = {**CADRE, "year": 2019, "quarter": "2019-Q1"}
LINE: dict[str, Any] = {
    "line": "dk-0007",
    "unit": "X1",
    "kind": "thematic",
    **DAYS,
    "topic": "Khảo sát chi đoàn",
}
COMMON: dict[str, Any] = {"year": 2019, "quarter": "2019-Q1", "step": 1, "place": "*"}
MANY: dict[str, Any] = {**COMMON, "cadres": ("cb-0042", "cb-0043"), "by": "cb-0001", "on": ON}
VISIT: dict[str, Any] = {"visit": "lv-0009", **CADRE, "year": 2019}
TRIP: dict[str, Any] = {
    "unit": "X1",
    "level": Level.COMMUNE,
    "kind": "thematic",
    "line": "dk-0007",
    **DAYS,
    "portion": Portion.MORNING,
    "evidence": "travel_order",
    "evidence_no": "12-CL/TĐ",
}
REPORT: dict[str, Any] = {"report": "bc-0003", **CADRE, "year": 2019}
PRODUCT: dict[str, Any] = {"product": "sp-0004", "visit": "lv-0009", **CADRE, "year": 2019}
DIFFICULTY: dict[str, Any] = {"difficulty": "kk-0005", **CADRE, "year": 2019}
YEAR: dict[str, Any] = {**CADRE, "year": 2019}
INPUT: dict[str, Any] = {
    **YEAR,
    "assessment": {"cadre": "cb-0042", "credited": 41.5, "conditions": [], "status": "fulfilled"},
    "regime_version": 2,
    "positions": {"planning": 812, "visits": 4093},
    "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "by": "cb-0001",
    "on": ON,
}
RETURNED: dict[str, Any] = {"by": "cb-0001", "on": ON, "reason": WHY}
ACCEPTED: dict[str, Any] = {"accepted_by": "cb-0001", "accepted_on": ON}

ASIDE: dict[str, Any] = {"upstream": "visits", "position": 17, "bucket": 7, "key": "cb-0042"}

SAMPLES: dict[str, Fact] = {
    fact.type: fact
    for fact in (
        p.CadreAppointed(
            **CADRE,
            name="Nguyễn Văn An",
            department="ban-phong-trao",
            position="Chuyên viên",
            role=Role.DEPARTMENT_LEADER,
            duty=Duty.SUPPORT,
            employment=Employment.CONTRACT,
            **DAYS,
        ),
        p.CadreTransferred(**CADRE, department="van-phong", position="Phó Chánh", on=ON),
        p.CadreDeparted(**CADRE, to=LAST),
        p.RoleGranted(**CADRE, role=Role.ORGANISATION, on=ON),
        p.RoleWithdrawn(**CADRE, on=ON, reason=WHY),
        p.UnitAssigned(**CADRE, unit="X1", **DAYS),
        p.AuthorityDelegated(**CADRE, to="cb-0043", from_=FIRST, until=LAST, reason=WHY),
        p.DelegationWithdrawn(**CADRE, to="cb-0043", on=ON, reason=WHY),
        p.LeaveRecorded(**CADRE, leave="nv-0002", kind="sick", **DAYS, recorded_on=ON, year=2019),
        p.LeaveCorrected(**CADRE, leave="nv-0002", kind="study", **DAYS, on=ON, reason=WHY),
        p.UnitRegistered(
            unit="X1",
            name="Xã đoàn Đình Tổ",
            level=Level.COMMUNE,
            parent="H3",
            code="09388",
            **DAYS,
        ),
        p.UnitClosed(unit="X1", to=LAST),
        p.RegimeEnacted(regime=REGIME),
        p.RegimeAmended(regime=REGIME, on=ON, reason=WHY),
        p.LineDrafted(**PLAN, **LINE),
        p.LineAmended(**PLAN, **LINE),
        p.LineDropped(**PLAN, line="dk-0007", reason=WHY),
        p.PlanSubmitted(**PLAN, lines=("dk-0007", "dk-0008"), on=ON),
        p.PlanReturned(**PLAN, lines=("dk-0007",), **RETURNED),
        p.PlanApproved(**PLAN, lines=("dk-0007",), by="cb-0001", on=ON),
        p.PlanReceived(**COMMON, **CADRE, department="ban-a", lines=("dk-0007",), on=ON),
        p.PlanWithdrawn(**COMMON, **CADRE, on=ON),
        p.PlansConsolidated(**MANY),
        p.PlansForwarded(**MANY),
        p.PlansReturned(**MANY, reason=WHY),
        p.PlansApproved(**MANY),
        v.VisitLogged(**VISIT, **TRIP, logged_on=ON),
        v.VisitConfirmed(**VISIT, confirmed_by="X1", confirmed_on=ON),
        v.VisitCorrected(**VISIT, **TRIP, on=ON, reason=WHY),
        v.VisitVoided(**VISIT, voided_on=ON, reason=WHY),
        v.EvidenceAttached(
            **VISIT,
            digest="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            name="Công lệnh 12.pdf",
            media_type="application/pdf",
            size=48_213,
            key="kZ0Yv1bLr4bXqvZs5g2nE1m9uT3wQ7cJ8aR6xD0fPhM",
            on=ON,
        ),
        v.ReportSubmitted(
            **REPORT,
            period="2019-Q1",
            submitted_on=ON,
            sections={"difficulties": "Thiếu kinh phí hoạt động."},
        ),
        v.ReportReturned(**REPORT, **RETURNED),
        v.ReportAccepted(**REPORT, **ACCEPTED),
        v.ProductSubmitted(**PRODUCT, submitted_on=ON, text="Báo cáo khảo sát."),
        v.ProductReturned(**PRODUCT, **RETURNED),
        v.ProductAccepted(**PRODUCT, **ACCEPTED),
        v.DifficultyRaised(
            **DIFFICULTY, period="2019-Q1", unit="X1", text="Thiếu cán bộ.", raised_on=ON
        ),
        v.DifficultyEscalated(**DIFFICULTY, escalated_to="Huyện ủy", escalated_on=ON),
        v.DifficultyAnswered(**DIFFICULTY, answer="Sẽ bổ sung trong quý II.", answered_on=ON),
        v.DifficultyClosed(**DIFFICULTY, on=ON),
        a.ClassificationRecorded(
            **YEAR,
            classification=Classification.GOOD,
            initiative=YesNo.YES,
            discipline=YesNo.NO,
            recorded_on=ON,
        ),
        a.InputIssued(**INPUT),
        a.InputReissued(**INPUT, supersedes="2c26b46b68ffc68f", reason=WHY),
        a.CommendationRevoked(**YEAR, title="lao_dong_tien_tien", **RETURNED),
        a.YearClosed(year=2019, by="cb-0001", on=ON),
        a.YearReopened(year=2019, **RETURNED),
        r.DeadlinesSet(
            access_days=10,
            correction_days=10,
            erasure_days=20,
            number="91/2025/QH15",
            date=date(2025, 6, 26),
            issuer="Quốc hội",
            from_=date(2026, 1, 1),
        ),
        r.RequestRecorded(
            **CADRE,
            request="yc-0001",
            kind=r.RequestKind.ERASURE,
            received_on=ON,
            text="Đề nghị xoá dữ liệu của tôi.",
            due_on=date(2019, 3, 28),
            basis="91/2025/QH15, 2025-06-26, Quốc hội",
        ),
        r.RequestAnswered(
            **CADRE,
            request="yc-0001",
            outcome=r.Outcome.REFUSED,
            answer="Sổ năm chưa khóa.",
            by="cb-0001",
            on=ON,
        ),
        r.ErasureRequested(**CADRE, **RETURNED),
        r.ErasureApproved(**CADRE, by="cb-0002", on=ON),
        r.PersonErased(**CADRE),
        k.FactParked(
            **ASIDE,
            topic="visits.visit-logged.v9",
            behind=12,
            why="UnknownFact('visits.visit-logged.v9')",
            encoding="text",
            event='{"specversion":"1.0"}',
        ),
        k.ParkedHeard(**ASIDE),
        k.ParkedSkipped(**ASIDE, reason=WHY),
        q.AccessDenied(
            asker="cb-0042",
            office="",
            account="an.nguyen",
            for_="cb-0001",
            what="assess",
            about="cb-0043",
            code="not-permitted",
            on=ON,
            moment="2019-03-08T01:02:03.000004Z",
        ),
        t.CheckpointSeen(
            upstream="visits",
            origin="dicoso.local/visits",
            size=812,
            root="47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
            note="dicoso.local/visits\n812\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n"
            "— dicoso.local/visits AAAAAAAA\n",
        ),
    )
}
