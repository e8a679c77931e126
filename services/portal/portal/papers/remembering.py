"""What an office typed on its papers last (thông tin cơ quan): remembered, but number and day."""

from __future__ import annotations

from sqlalchemy import Column, String, Table, Text, delete, insert, select

from portal.papers.paper import Particulars
from portal.store import METADATA, Store
from portal.visitor import Visitor

PARTICULARS = Table(
    "paper_particulars",
    METADATA,
    Column("office", String(1100), primary_key=True),
    Column("kind", String(20), primary_key=True),
    Column("content", Text, nullable=False),
)
ORGANISATION = "organisation"
_OF_ONE_PAPER = {"number", "day", "signer"}


def office_of(visitor: Visitor) -> str:
    """Whose particulars a visitor types: the organisation's, a department's, or their own."""
    if visitor.keeps:
        return ORGANISATION
    if visitor.leads:
        return f"department/{visitor.department}"
    return f"account/{visitor.account}"


def remembered(store: Store, visitor: Visitor, kind: str) -> Particulars | None:
    """What was typed last by this office; else by the organisation for papers of the kind."""
    with store.begin() as db:
        for office in (office_of(visitor), ORGANISATION):
            mine = (PARTICULARS.c.office == office) & (PARTICULARS.c.kind == kind)
            found = db.execute(select(PARTICULARS.c.content).where(mine)).scalar()
            if found:
                return Particulars.model_validate_json(found)
    return None


def remember(store: Store, visitor: Visitor, kind: str, typed: Particulars) -> None:
    """Keep it for the next paper."""
    office, content = office_of(visitor), typed.model_dump_json(exclude=_OF_ONE_PAPER)
    mine = (PARTICULARS.c.office == office) & (PARTICULARS.c.kind == kind)
    with store.begin() as db:
        db.execute(delete(PARTICULARS).where(mine))
        db.execute(insert(PARTICULARS).values(office=office, kind=kind, content=content))
