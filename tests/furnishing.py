"""A year in which something of everything waits: Bắc Ninh's register, and what is still open.

Pages are looked at with it (``tests/touring.py``): a plan at each step of the chain and one that
was returned, a visit to confirm, reports and a difficulty to judge, a delegation, a receiver.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from papers import PDF, obeyed
from portal.evidence import EvidenceFiles
from portal.invitations import Invitations
from portal.store import Store
from portal.webhooks.deliveries import Deliveries
from portal.webhooks.endpoints import Endpoints
from shared.bus import Bus
from shared.clock import today
from shared.language.planning import (
    ConsolidatePlans,
    DelegateAuthority,
    DraftLine,
    ForwardPlans,
    ReturnPlan,
    SubmitPlan,
)
from shared.language.visits import (
    AttachEvidence,
    ConfirmVisit,
    LogVisit,
    RaiseDifficulty,
    SubmitProduct,
    SubmitReport,
)

CADRE, LEADER, ORGANISATION, STANDING = "cb-0014", "cb-0004", "cb-0003", "cb-0001"
DEPARTMENT, UNIT, QUARTER = "van-phong", "X09163", "2019-Q2"
VISIT, THEMATIC, OTHER = "lv-tham", "lv-chuyen-de", "lv-cho"
REPORT, PRODUCT, DIFFICULTY, LINE = "bc-quy-2", "sp-tham", "kk-duong", "dk-tra-lai"


async def furnish(bus: Bus) -> None:
    """What is still open, over the bus."""
    await _plans(bus)
    await _visits(bus)
    await _papers(bus)
    day = today()
    dates = {"from": f"{day - timedelta(days=2)}", "until": f"{day + timedelta(days=30)}"}
    await obeyed(bus, DelegateAuthority, cadre=LEADER, to=CADRE, reason="Đi học", **dates)


async def _plans(bus: Bus) -> None:
    """Of three cadres the plans lie at a step of the chain each; a fourth is returned."""
    at = {"quarter": QUARTER, "department": DEPARTMENT, "by": LEADER, "step": 0}
    await _handed_in(bus, "cb-0009", "dk-thuong-truc")
    await obeyed(bus, ConsolidatePlans, on="2019-03-26", **at)
    await obeyed(bus, ForwardPlans, on="2019-03-26", **at)
    above = {"quarter": QUARTER, "by": ORGANISATION, "step": 1}
    await obeyed(bus, ConsolidatePlans, on="2019-03-27", **above)
    await obeyed(bus, ForwardPlans, on="2019-03-27", **above)
    await _handed_in(bus, "cb-0029", "dk-to-chuc")
    await obeyed(bus, ConsolidatePlans, on="2019-03-28", **at)
    await obeyed(bus, ForwardPlans, on="2019-03-28", **at)
    await _handed_in(bus, "cb-0038", "dk-van-phong")
    await _handed_in(bus, CADRE, LINE)
    why = {"by": LEADER, "on": "2019-03-29", "reason": "Trùng với đợt tập huấn; chọn tuần khác"}
    await obeyed(bus, ReturnPlan, cadre=CADRE, quarter=QUARTER, **why)


async def _handed_in(bus: Bus, cadre: str, line: str) -> None:
    said: dict[str, Any] = {"from": "2019-06-18", "to": "2019-06-19"}
    said |= {"unit": UNIT, "kind": "regular", "topic": "Sinh hoạt cùng chi đoàn"}
    await obeyed(bus, DraftLine, cadre=cadre, quarter=QUARTER, line=line, **said)
    await obeyed(bus, SubmitPlan, cadre=cadre, quarter=QUARTER, on="2019-03-25")


async def _visits(bus: Bus) -> None:
    said: dict[str, Any] = {"unit": UNIT, "evidence": "travel_order", "evidence_no": "777-CL/TĐTN"}
    for visit, cadre, kind, day in (
        (VISIT, CADRE, "regular", "2019-06-18"),
        (THEMATIC, CADRE, "thematic", "2019-06-20"),
        (OTHER, "cb-0009", "regular", "2019-06-25"),
    ):
        dates = {"from": day, "to": day, "logged_on": "2019-06-26"}
        await obeyed(bus, LogVisit, visit=visit, cadre=cadre, kind=kind, **said, **dates)
    by = {"confirmed_by": LEADER, "confirmed_on": "2019-06-27"}
    await obeyed(bus, ConfirmVisit, visit=THEMATIC, **by)


async def _papers(bus: Bus) -> None:
    texts = {
        "contribution_to_cadre": "Nắm chắc tình hình ba chi đoàn.",
        "contribution_to_unit_work": "Hai chi đoàn đã sinh hoạt trở lại.",
        "difficulties": "Thiếu nơi sinh hoạt.",
    }
    paper = {"report": REPORT, "cadre": CADRE, "period": QUARTER, "sections": texts}
    await obeyed(bus, SubmitReport, submitted_on="2019-07-05", **paper)
    one = {"product": PRODUCT, "visit": THEMATIC, "text": "Khảo sát sinh hoạt chi đoàn."}
    await obeyed(bus, SubmitProduct, submitted_on="2019-07-01", **one)
    about = {"cadre": CADRE, "period": QUARTER, "unit": UNIT, "raised_on": "2019-06-19"}
    text = "Nhà văn hóa thôn đang sửa, chi đoàn không có nơi sinh hoạt."
    await obeyed(bus, RaiseDifficulty, difficulty=DIFFICULTY, text=text, **about)


async def attach(bus: Bus, data: Path) -> None:
    """A scan of the order to the visit that waits."""
    kept = EvidenceFiles(data / "evidence").keep(PDF)
    file = {"digest": kept.digest, "key": kept.key, "media_type": kept.media_type}
    about = {"visit": VISIT, "name": "cong-lenh.pdf", "size": kept.size, "on": "2019-06-26"}
    await obeyed(bus, AttachEvidence, **about, **file)


def receiver(store: Store) -> str:
    """A receiver of webhooks with a delivery it took; no longer carried to, so nothing is sent."""
    now, endpoints, deliveries = datetime.now(UTC), Endpoints(store), Deliveries(store)
    made = endpoints.make("hr", "https://hr.example.vn/", {"visits": []}, {"visits": 0}, "", now)
    endpoints.disable(made.webhook, "not taken for 7 days", now)
    event = {"sequence": "1", "type": "visits.visit-logged.v1", "partitionkey": CADRE}
    assert deliveries.make(made.webhook, "visits", 0, 1, [event], now)
    [one] = deliveries.heads(made.webhook, 1)
    deliveries.delivered(one, 200, now)
    return made.webhook


def invitation(store: Store, account: str) -> str:
    """The token of an invitation that nobody took up."""
    return Invitations(store).invite(account, datetime.now(UTC))
