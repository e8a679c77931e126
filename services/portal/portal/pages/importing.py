"""Importing a register (nhập sổ), packed or as a workbook; each refused row with its reason."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import UploadFile

from portal.asking import Asks
from portal.doing import sent, why
from portal.forms import Form
from portal.imports import ROWS, UNPACKED, Imports, read_packed
from portal.language import Said
from portal.recognising import Asking
from portal.rendering import show
from registers.importing import Outcome, sender
from registers.register import Refusal
from shared.refused import Refused

router = APIRouter(include_in_schema=False)

_SHOWN = 500
"""Refused rows that a page shows."""
_LARGE = Said(
    f"Sổ lớn quá: ở đây nhận nhiều nhất {ROWS // 1000} nghìn dòng và {UNPACKED // 2**20} MB sau"
    " khi giải nén. Hãy nhập bằng lệnh dicoso import, hoặc chia sổ thành nhiều phần.",
    f"The register is too large: at most {ROWS:,} rows and {UNPACKED // 2**20} MB unpacked are"
    " taken here. Import it with dicoso import, or in parts.",
)


@router.get("/import")
async def choose(request: Request, asks: Asking) -> Response:
    """Chọn tệp để nhập; and what was imported before."""
    if not asks.visitor.organises:
        raise HTTPException(403)
    return _page(request, asks, Form())


@router.post("/import")
async def begin(request: Request, asks: Asking) -> Response:
    """Nhập sổ: read at once, then sent row by row while this page's next one shows how far."""
    form = await sent(request)
    file = (await request.form()).get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        nothing = Said("Chưa chọn tệp nào.", "No file is chosen.").to(asks.visitor.language)
        return _page(request, asks, Form(errors={"file": nothing}), 422)
    try:
        key = (await asks.ask("planning", "row-key"))["key"]
        register = await asyncio.to_thread(read_packed, file.file, file.filename)
    except Refused as refused:
        if refused.code == "not-permitted":
            raise
        language = asks.visitor.language
        told = _LARGE.to(language) if refused.code == "too-large" else why(refused, language)
        return _page(request, asks, Form(errors={"file": told}), 422)
    if register.regime is None:
        return _page(request, asks, Form(), 422, register.refusals)

    async def done(outcome: Outcome) -> None:
        for service, position in outcome.positions.items():
            asks.sessions.remember(asks.session, service, position)

    imports: Imports = request.app.state.imports
    id, account = form.command_id, asks.visitor.account
    imports.begin(id, account, file.filename, register, sender(asks.bus), key, done)
    return RedirectResponse(f"/import/{id}", 303)


@router.get("/import/{id}")
async def one(request: Request, asks: Asking, id: str) -> Response:
    """Một lần nhập: how far it is, and every row that was refused."""
    found = request.app.state.imports.find(id, asks.visitor.account)
    if found is None:
        raise HTTPException(404)
    response = show(
        request,
        "import_one.html",
        found=found,
        refusals=found.refusals[:_SHOWN],
        answered=sum(answered for answered, _ in found.progress.values()),
        total=sum(of for _, of in found.progress.values()),
    )
    if found.state == "running":
        response.headers["Refresh"] = "2"
    return response


def _page(
    request: Request,
    asks: Asks,
    form: Form,
    status: int = 200,
    refusals: Sequence[Refusal] = (),
) -> Response:
    imports: Imports = request.app.state.imports
    return show(
        request,
        "import.html",
        status,
        form=form,
        refusals=[one.as_json() for one in refusals[:_SHOWN]],
        before=imports.of(asks.visitor.account),
    )
