"""Results of the yearly rating, handed back by whoever rates (kết quả xếp loại)."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from itertools import groupby
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from portal.api.answering import shown
from portal.api.callers import Caller, Needs
from portal.api.handing_in import (
    IdempotencyKey,
    MaybeIdempotencyKey,
    command_id,
    done_responses,
    obeyed,
    said,
)
from portal.api.inputs import TheCadre, TheYear
from portal.api.problems import details, problems
from portal.api.shapes import Classified, ClassifiedRow, ClassifiedRows, RowAnswers
from shared.language.appraisal import RecordClassification
from shared.refused import Refused

router = APIRouter(prefix="/classifications", tags=["classifications"])
Writer = Annotated[Caller, Depends(Needs("classifications:write"))]
_FINAL = ("not-yet", "unavailable")


@router.put("/{year}/{cadre}", responses=done_responses(), operation_id="putClassification")
async def put(
    request: Request,
    caller: Writer,
    year: TheYear,
    cadre: TheCadre,
    body: Classified,
    key: MaybeIdempotencyKey = None,
) -> Response:
    """Ghi kết quả xếp loại của một cán bộ; the latest `recorded_on` stands.

    The same result again changes nothing, also without a key. Needs `classifications:write`.
    """
    command = said(RecordClassification, cadre=cadre, year=year, **body.model_dump())
    return await obeyed(request, caller, command, key)


@router.post(
    "",
    responses={
        200: {"model": RowAnswers, "description": "What became of each row."},
        **problems(413),
    },
    operation_id="postClassifications",
)
async def post(
    request: Request, caller: Writer, key: IdempotencyKey, body: ClassifiedRows
) -> Response:
    """Ghi kết quả xếp loại của nhiều cán bộ: each row is recorded or refused by itself.

    Sent again with the same key, rows that were recorded are not recorded again and refused ones
    are tried anew. Needs `classifications:write`.
    """
    results: dict[int, dict[str, Any]] = {}

    async def record(rows: list[tuple[int, ClassifiedRow]]) -> None:
        for number, row in rows:
            results[number] = await _one(caller, row, command_id(caller, key, number))

    numbered = sorted(enumerate(body.classifications), key=lambda one: one[1].cadre)
    each = [list(rows) for _, rows in groupby(numbered, key=lambda one: one[1].cadre)]
    await asyncio.gather(*map(record, each))  # of one cadre in the order sent
    told = [results[number] for number in range(len(results))]
    refused = sum("problem" in one for one in told)
    return shown(request, {"results": told, "refused": refused})


async def _one(caller: Caller, row: ClassifiedRow, id: str) -> dict[str, Any]:
    told: dict[str, Any] = {"cadre": row.cadre, "year": row.year}
    try:
        done = await caller.obey(said(RecordClassification, **row.model_dump()), id)
    except Refused as refused:
        if refused.code in _FINAL:
            raise
        return {**told, "problem": details(refused.code, refused.detail)}
    return {**told, "done": asdict(done)}
