"""A paper as PDF, by typst: tagged (PDF/UA-1), fit for keeping (PDF/A-2a), nothing fetched.

Set in Libertinus Serif (SIL Open Font License), which typst brings with it: of the kind of Times,
with all letters of Vietnamese. What it has no letter for is written by its number, ``[U+1F600]``:
a paper shows no empty box where something was typed.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import typst

from portal.papers.paper import HEADING, Paper, Table
from portal.papers.qr import as_svg

_TEMPLATE = Path(__file__).with_name("paper.typ")
_SHOWN = (
    (0x0A, 0x0A),
    (0x20, 0x7E),
    (0xA0, 0xAC),
    (0xAE, 0x36F),
    (0x3A3, 0x4FF),
    (0x1E00, 0x1EFF),
    (0x2010, 0x2027),
    (0x202F, 0x2040),
    (0x2044, 0x205E),
    (0x20A0, 0x20C0),
    (0x2100, 0x211E),
    (0x2190, 0x23FF),
    (0x2460, 0x262F),
    (0xFFFD, 0xFFFD),
)
"""Code points that the face shows."""


def shown(text: str) -> str:
    """A text in letters that the face has."""
    return "".join(
        one if any(low <= ord(one) <= high for low, high in _SHOWN) else f"[U+{ord(one):04X}]"
        for one in text
    )


def draw(paper: Paper) -> bytes:
    """The PDF. Raises TypstError where the template fails."""
    content = paper.model_dump(mode="json")
    content["heading"] = HEADING
    content["particulars"] |= {
        "numbered": paper.particulars.numbered,
        "dated": paper.particulars.dated,
    }
    for block, told in zip(paper.blocks, content["blocks"], strict=True):
        if isinstance(block, Table):
            told["rows"] = list(block.texts())
    inputs = {"paper": json.dumps(_all_shown(content))}
    if paper.proof:
        inputs["qr"] = as_svg(paper.proof.address)
    return typst.compile(
        str(_TEMPLATE),
        sys_inputs=inputs,
        ignore_system_fonts=True,
        pdf_standards=["a-2a", "ua-1"],
        timestamp=paper.made.replace(microsecond=0),
    )


def _all_shown(content: Any) -> Any:
    match content:
        case str():
            return shown(content)
        case dict():
            return {name: _all_shown(one) for name, one in content.items()}
        case list() | tuple():
            return [_all_shown(one) for one in content]
        case _:
            return content
