"""The QR code of a paper (mã QR), by segno; error correction M, as paper is folded and stained."""

from __future__ import annotations

import io

import segno

QUIET = 4
"""The empty edge, in modules (ISO/IEC 18004)."""


def as_svg(address: str) -> str:
    """The code as a drawing, for a PDF."""
    file = io.BytesIO()
    segno.make(address, error="m", micro=False).save(file, kind="svg", border=QUIET, xmldecl=False)
    return file.getvalue().decode()


def as_png(address: str) -> bytes:
    """The code as a picture, for Word."""
    file = io.BytesIO()
    segno.make(address, error="m", micro=False).save(file, kind="png", border=QUIET, scale=8)
    return file.getvalue()
