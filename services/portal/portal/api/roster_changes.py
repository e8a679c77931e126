"""Changes of the roster, handed in by the HR system (biến động cán bộ).

The office ``hr`` may appoint, transfer and depart cadres, give and take the role of a department
leader, and record leave; organisation and standing are given by the standing body alone.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from portal.api.callers import Caller, Needs
from portal.api.handing_in import IdempotencyKey, done_responses, obeyed
from shared.language.planning import (
    AppointCadre,
    CorrectLeave,
    DepartCadre,
    GrantRole,
    RecordLeave,
    TransferCadre,
    WithdrawRole,
)

router = APIRouter(prefix="/roster", tags=["roster"], responses=done_responses())
Writer = Annotated[Caller, Depends(Needs("roster:write"))]


@router.post("/appointments", operation_id="appointCadre")
async def appoint(
    request: Request, caller: Writer, key: IdempotencyKey, body: AppointCadre
) -> Response:
    """Tiếp nhận cán bộ. Needs `roster:write`."""
    return await obeyed(request, caller, body, key)


@router.post("/transfers", operation_id="transferCadre")
async def transfer(
    request: Request, caller: Writer, key: IdempotencyKey, body: TransferCadre
) -> Response:
    """Điều động cán bộ, from a date on. Needs `roster:write`."""
    return await obeyed(request, caller, body, key)


@router.post("/departures", operation_id="departCadre")
async def depart(
    request: Request, caller: Writer, key: IdempotencyKey, body: DepartCadre
) -> Response:
    """Cán bộ thôi công tác: the last day of employment. Needs `roster:write`."""
    return await obeyed(request, caller, body, key)


@router.post("/roles", operation_id="grantRole")
async def grant(request: Request, caller: Writer, key: IdempotencyKey, body: GrantRole) -> Response:
    """Giao chức trách `cadre` hoặc `department_leader`. Needs `roster:write`."""
    return await obeyed(request, caller, body, key)


@router.post("/roles/withdrawals", operation_id="withdrawRole")
async def withdraw(
    request: Request, caller: Writer, key: IdempotencyKey, body: WithdrawRole
) -> Response:
    """Thôi giao chức trách `department_leader`. Needs `roster:write`."""
    return await obeyed(request, caller, body, key)


@router.post("/leave", operation_id="recordLeave")
async def leave(
    request: Request, caller: Writer, key: IdempotencyKey, body: RecordLeave
) -> Response:
    """Ghi nghỉ, both days included. Needs `roster:write`."""
    return await obeyed(request, caller, body, key)


@router.post("/leave/corrections", operation_id="correctLeave")
async def correct(
    request: Request, caller: Writer, key: IdempotencyKey, body: CorrectLeave
) -> Response:
    """Đính chính lần nghỉ, with a reason. Needs `roster:write`."""
    return await obeyed(request, caller, body, key)
