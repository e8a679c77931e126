"""What the portal denies by itself stands on record, as what the services deny (0015).

Accounts, keys and the like are the portal's own; a page that serves somebody else asks no service.
"""

from __future__ import annotations

from uuid import uuid4

import structlog
from fastapi import Request

from portal.visitor import Visitor
from shared.asker import name_of
from shared.clock import today, utc_now
from shared.language.rights import RecordDenial
from shared.refused import Refused

log = structlog.get_logger()


async def record_denial(request: Request, visitor: Visitor) -> None:
    """Have planning record it; whoever was denied is told so also where that cannot be done."""
    command = RecordDenial.model_validate(
        {
            "asker": name_of(visitor.cadre, visitor.office, visitor.account),
            "office": visitor.office,
            "account": visitor.account,
            "for": request.query_params.get("for", ""),
            "what": f"{request.method} {_page(request)}",
            "about": "",
            "code": "not-permitted",
            "on": today(),
            "moment": utc_now(),
        }
    )
    try:
        await request.app.state.portal.bus.obey(command, f"denied:{uuid4()}", service="planning")
    except (Refused, TimeoutError) as error:
        log.warning("denial-not-recorded", what=command.what, error=type(error).__name__)


def _page(request: Request) -> str:
    """The page as the table of routes has it: what stands in its place may be a secret."""
    return str(getattr(request.scope.get("route"), "path", ""))
