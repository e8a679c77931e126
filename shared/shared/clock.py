"""The clock, read at the rim only: no decision reads it (DESIGN.md, "Time")."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from shared.values import utc_text

_HERE = ZoneInfo("Asia/Ho_Chi_Minh")


def today() -> date:
    """Today in Asia/Ho_Chi_Minh."""
    return datetime.now(_HERE).date()


def utc_now() -> str:
    """The time of recording, RFC 3339 in UTC."""
    return utc_text(datetime.now(UTC))
