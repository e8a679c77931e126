"""Parts that several papers share: the legal basis, and what a paper rests on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from portal.language import day, moment
from portal.papers.paper import Paragraph, Proof
from shared.regime import Regime

SHORT = 16
"""Characters of a leaf's hash that an address holds: 64 bits, which nobody guesses."""


class Ground(NamedTuple):
    """Một bút toán làm căn cứ: service, position, and how its leaf's hash begins."""

    service: str
    position: int
    leaf: str

    def __str__(self) -> str:
        return f"{self.service}-{self.position}-{self.leaf}"


def ground(service: str, entry: dict[str, Any]) -> Ground:
    """An entry of ``ask.<service>.grounds``."""
    return Ground(service, entry["position"], entry["leaf"][:SHORT])


def basis(regime: Regime) -> list[Paragraph]:
    """Căn cứ ban hành, as the regime names them."""
    return [
        Paragraph(text=f"Căn cứ {one.number} ngày {day(one.date)} của {one.issuer};")
        for one in regime.legal_basis
    ]


class Signed(NamedTuple):
    """How a log stands as a paper is made: so many entries signed, under this root."""

    size: int
    root: str


def proof_of(
    grounds: Sequence[Ground],
    logs: dict[str, Signed],
    portal: str,
    as_of: date,
    made: datetime,
) -> Proof | None:
    """Where the QR code leads; None where nothing is recorded that the paper rests on."""
    if not grounds:
        return None
    lines = ["Quét mã để kiểm tra bút toán làm căn cứ của văn bản này:"]
    for one in grounds:
        signed, under = logs.get(one.service), ""
        if signed and signed.size >= one.position:
            under = f", gốc {signed.root[:12]}… ({signed.size} bút toán đã ký)"
        lines.append(f"{one.service} #{one.position}, lá {one.leaf}{under}")
    lines.append(f"Số liệu tính đến ngày {day(as_of)}; lập lúc {moment(made.isoformat())}.")
    refs = ".".join(str(one) for one in grounds)
    return Proof(address=f"{portal}/proof/{refs}", lines=tuple(lines))
