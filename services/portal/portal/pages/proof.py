"""Proof (chứng minh): where a paper's QR code leads, for whoever holds the paper.

Nobody signs in here. An address holds how the leaf's hash begins, so that only who has the paper
finds the entry; what is shown is what the log holds, no name and no content (docs/decisions/0021).
"""

from __future__ import annotations

import re
from asyncio import gather, to_thread
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response

from portal.asking import signed
from portal.language import Said
from portal.papers.parts import SHORT, Ground
from portal.recognising import Asking
from portal.rendering import show
from portal.visitor import Visitor
from shared.language import FACTS
from shared.services import SERVICES
from shared.transparency.checkpoint import Checkpoint
from shared.transparency.note import Rejected, encoded
from shared.transparency.proof import Proof

router = APIRouter(include_in_schema=False)

_REF = re.compile(rf"({'|'.join(SERVICES)})-([1-9][0-9]{{0,17}})-([0-9a-f]{{{SHORT}}})")
_ASKER = Visitor("paper", "", "vi")
"""Who asks where nobody is signed in: it may ask for a leaf, and for nothing about anybody."""
_WHY = {
    "not-signed": Said(
        "Nhật ký chưa ký tới bút toán này, hoặc không hiển thị ở đây; thường trong mười giây. "
        "Hãy tải lại trang.",
        "The log is not signed up to this entry yet, or is not shown here; it usually takes ten "
        "seconds. Reload the page.",
    ),
    "entry-altered": Said(
        "Nhật ký giữ một lá khác ở vị trí này: bút toán đã bị sửa sau khi ghi.",
        "The log holds another leaf at this position: the entry was changed after it was recorded.",
    ),
}
_DAMAGED = Said(
    "Không lập được chứng minh: tệp của nhật ký bị hỏng hoặc thiếu.",
    "There is no proof: the log's files are damaged or missing.",
)


@dataclass(frozen=True)
class Shown:
    """One entry and its proof, or why there is none."""

    ground: Ground
    entry: dict[str, Any]
    proof: Proof | None
    checkpoint: Checkpoint | None
    why: Said | None
    key: str

    @property
    def act(self) -> str:
        """What was recorded, as its word is called; ``visits.report-accepted.v1`` if unknown."""
        word = FACTS.get(self.entry["type"])
        return re.split(r"[.:;,(]", word.__doc__ or "")[0] if word else str(self.entry["type"])

    @property
    def hashes(self) -> list[str]:
        """The inclusion proof, from the leaf's sibling up."""
        return [encoded(one) for one in self.proof.hashes] if self.proof else []

    @property
    def root(self) -> str:
        return encoded(self.checkpoint.root) if self.checkpoint else ""

    @property
    def file(self) -> str:
        return f"{self.ground.service}-{self.ground.position}"


@router.get("/proof/{refs}")
async def proof(request: Request, refs: str) -> Response:
    """Bút toán làm căn cứ của một văn bản, và chứng minh."""
    parts = refs.split(".")
    if len(parts) > len(SERVICES):
        raise HTTPException(404)
    found = await gather(*(_shown(request, _ref(one)) for one in parts))
    return show(request, "proof.html", found=found)


@router.get("/proof/{ref}/tlog-proof")
async def proof_file(request: Request, ref: str) -> Response:
    """Tệp chứng minh (c2sp.org/tlog-proof)."""
    found = await _shown(request, _ref(ref))
    if found.proof is None:
        raise HTTPException(404)
    return _file(f"{found.file}.tlog-proof", str(found.proof).encode())


@router.get("/proof/{ref}/leaf")
async def leaf_file(request: Request, ref: str) -> Response:
    """Lá của bút toán: what is logged of it."""
    found = await _shown(request, _ref(ref))
    return _file(f"{found.file}.leaf", found.entry["record"].encode())


@router.get("/proof/{ref}/entry")
async def entry_file(request: Request, asks: Asking, ref: str) -> Response:
    """Bút toán như đã ghi, for who may read the ledger; personal texts stay sealed."""
    of = _ref(ref)
    await _shown(request, of)
    stored = await asks.ask(of.service, "stored", after=of.position - 1, limit=1)
    return _file(f"{of.service}-{of.position}.json", stored["entries"][0]["state"].encode())


def _ref(text: str) -> Ground:
    found = _REF.fullmatch(text)
    if found is None:
        raise HTTPException(404)
    return Ground(found[1], int(found[2]), found[3])


async def _shown(request: Request, of: Ground) -> Shown:
    """Raises Refused ``unknown-entry`` where the address is none of a paper's."""
    portal, logs = request.app.state.portal, request.app.state.logs
    bus = signed(portal.bus, portal.key, _ASKER)
    entry = await bus.ask(of.service, "leaf", position=of.position, leaf=of.leaf)
    key = logs.key(of.service)
    try:
        made = await to_thread(logs.proof, of.service, of.position, bytes.fromhex(entry["leaf"]))
    except Rejected as rejected:
        return Shown(of, entry, None, None, _WHY.get(rejected.code, _DAMAGED), key)
    return Shown(of, entry, made, Checkpoint.parse(made.note.text), None, key)


def _file(name: str, content: bytes) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type="application/octet-stream", headers=headers)
